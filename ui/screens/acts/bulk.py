"""One act on many rows: asked once, done one by one, one result per row afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.changed import Changed
from models.dossier import Dossier
from models.staff import Staff
from models.words import tr
from services.dossiers import handling
from services.dossiers.bulk import RowResult, each_dossier
from services.dossiers.rows import DossierRow
from ui.screens.acts.moving import department_items, officer_items, read_officers
from ui.screens.base import Screen
from ui.widgets import ChipText, Column, ComboField, DataTable, Dialog, Label

__all__ = ["assign_many", "run_bulk", "transfer_many"]

Rows = Sequence[DossierRow]
Failed = Callable[[set[str]], object]


def run_bulk(
    screen: Screen, rows: Rows, *, act: Callable[[str], Dossier], said: str, failed: Failed
) -> None:
    """Do `act(dossier_id)` for each row; `failed(ids)` hears which rows were refused.

    When all went well only `said` is shown, else a list with one result per row.

    >>> run_bulk(self, table.marked_rows(), act=pass_on, said=tr("Đã chuyển."),
    ...          failed=table.mark_only)
    """
    ids = [row.id for row in rows]

    def done(results: tuple[RowResult, ...]) -> None:
        left = {result.dossier_id for result in results if not result.done}
        good = frozenset(ids) - left
        screen.desk.changes.tell(Changed(good, queues=True), by=screen)
        failed(left)
        if left:
            show_results(screen, rows, results)
        else:
            screen.desk.messages.done(said)

    screen.write(lambda: each_dossier(ids, act), done)


def show_results(screen: Screen, rows: Rows, results: Sequence[RowResult]) -> Dialog:
    """One result per row, in the order done."""
    names = {row.id: row for row in rows}
    good = sum(1 for result in results if result.done)
    box = Dialog(screen.window(), tr("Kết quả từng hồ sơ"), cancel=tr("Đóng"), width=760)
    words = tr("{good} xong, {bad} chưa làm được.", good=good, bad=len(results) - good)
    box.body.addWidget(Label(words, role="strong"))

    def chip(result: RowResult) -> ChipText:
        return ChipText(tr("Xong"), "done") if result.done else ChipText(tr("Lỗi"), "overdue")

    table: DataTable[RowResult] = DataTable(
        [
            Column(tr("Kết quả"), chip, 90),
            Column(tr("Mã hồ sơ"), lambda r: names[r.dossier_id].code, 165),
            Column(tr("Chủ hồ sơ"), lambda r: names[r.dossier_id].applicant, 160),
            Column(tr("Vì sao"), lambda r: r.problem),
        ],
        key=lambda r: r.dossier_id,
        empty="",
        name=tr("Kết quả từng hồ sơ"),
    )
    table.show_rows(results)
    table.setMinimumHeight(240)
    box.body.addWidget(table, 1)
    box.open()
    return box


def transfer_many(screen: Screen, rows: Rows, *, failed: Failed) -> None:
    """Pass several dossiers to one department."""
    if not rows:
        return
    title = tr("Chuyển {count} hồ sơ", count=len(rows))
    box = Dialog(screen.window(), title, primary=tr("Chuyển hồ sơ"))
    place = ComboField(tr("Phòng nhận"), department_items(screen))
    box.body.addWidget(place)
    core, who = screen.desk.office.core, screen.desk.office.who

    def act() -> None:
        department = str(place.value())
        run_bulk(
            screen, rows, failed=failed,
            act=lambda one: handling.transfer(core, who, one, department=department),
            said=tr("Đã chuyển {count} hồ sơ đến {place}.", count=len(rows), place=department),
        )  # fmt: skip

    box.on_primary(act)
    box.open()
    place.setFocus()


def assign_many(screen: Screen, rows: Rows, *, failed: Failed) -> None:
    """Give several dossiers to one officer."""
    if not rows:
        return
    core, who = screen.desk.office.core, screen.desk.office.who

    def open_box(officers: tuple[Staff, ...]) -> None:
        title = tr("Phân công {count} hồ sơ", count=len(rows))
        box = Dialog(screen.window(), title, primary=tr("Phân công"))
        choice = ComboField(tr("Công chức xử lý"), officer_items(officers))
        box.body.addWidget(choice)

        def act() -> bool:
            officer = choice.value()
            if not isinstance(officer, Staff):
                choice.set_error(tr("Chọn một công chức."))
                return False
            run_bulk(
                screen, rows, failed=failed,
                act=lambda one: handling.assign(
                    core, who, one, assignee=officer.id
                ),
                said=tr("Đã phân công {count} hồ sơ cho {name}.", count=len(rows),
                        name=officer.name),
            )  # fmt: skip
            return True

        box.on_primary(act)
        box.open()
        choice.setFocus()

    screen.read("act/officers", lambda: read_officers(screen), open_box)
