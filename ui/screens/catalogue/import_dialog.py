"""The preview of a list to import: what changes field by field, wrong rows, from which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.changed import Changed
from models.procedure import Procedure
from models.words import tr
from services.administration import import_catalogue
from services.catalogue.bundle import Bundle
from services.catalogue.columns import column_label
from services.catalogue.importing import Preview, RowIssue, close_missing, skip_errors
from services.catalogue.versions import planned_bundle, write_issues
from ui.screens.base import Screen
from ui.widgets import (
    Button,
    CheckField,
    Column,
    DataTable,
    DateField,
    Dialog,
    Label,
    row,
)
from ui.widgets.files import ask_target
from ui.widgets.tabs import Tabs

__all__ = ["ImportDialog"]


@dataclass(frozen=True)
class ChangedField:
    """One field of one procedure that the list states differently."""

    code: str
    name: str
    label: str
    old: str
    new: str


class ImportDialog(Dialog):
    """Shows a plan; nothing is stored before the primary button, no row is skipped unasked."""

    def __init__(self, screen: Screen, plan: Preview, *, today: date) -> None:
        super().__init__(
            screen, tr("Nhập danh mục: {file}", file=plan.name), primary=tr("Áp dụng danh mục"),
            width=1040,
        )  # fmt: skip
        self._screen, self.plan = screen, plan
        self.body.addWidget(Label(summary(plan), role="strong").wrapped())
        self.tabs = self._lists(plan)
        self.tabs.setMinimumHeight(290)
        self.body.addWidget(self.tabs, 1)
        self.starts = DateField(tr("Dùng từ ngày"))
        self.starts.set_value(max(today, plan.base.effective_from))
        self.skip = CheckField(
            tr("Bỏ qua {count} dòng lỗi, nhập các dòng còn lại", count=len(plan.errors))
        )
        self.whole = CheckField(
            tr("Danh sách này đầy đủ: chấm dứt {count} thủ tục không có trong tệp",
               count=len(plan.missing))
        )  # fmt: skip
        self.skip.setVisible(bool(plan.errors))
        self.whole.setVisible(bool(plan.missing))
        line = row(gap=12)
        self.starts.setFixedWidth(150)
        line.addWidget(self.starts)
        line.addStretch()
        if plan.errors:
            line.addWidget(Button(tr("Lưu danh sách lỗi"), icon_name="download", act=self.ask_save))
        self.body.addLayout(line)
        self.body.addWidget(self.skip)
        self.body.addWidget(self.whole)
        self.skip.toggled.connect(lambda _on: self._settle())
        self.on_primary(self.apply)
        self._settle()

    def apply(self) -> bool:
        """Store the new version; stays open until it is stored."""
        starts = self.starts.value()
        if starts is None or not self.starts.check():
            self.starts.check()
            return False
        plan = close_missing(self.plan) if self.whole.isChecked() else self.plan
        plan = skip_errors(plan) if self.skip.isChecked() else plan
        core, who = self._screen.desk.office.core, self._screen.desk.office.who
        counts = (len(plan.added), len(plan.changed), len(plan.missing))

        def work() -> Bundle:
            bundle = planned_bundle(core, plan, starts)
            import_catalogue(core, who, bundle, source=plan.name, counts=counts)
            return bundle

        failed = self._screen.blame({"effective_from": self.starts})
        self._screen.write(work, self._stored, failed=failed)
        return False

    def ask_save(self) -> None:
        """Ask where the list of wrong rows shall go."""
        ask_target(
            self, tr("Lưu danh sách lỗi"), name="loi-danh-muc.csv", pattern=tr("Bảng CSV (*.csv)"),
            act=self.save_issues,
        )  # fmt: skip

    def save_issues(self, path: Path) -> None:
        """Write the wrong rows to a file that a spreadsheet opens."""
        done = self._screen.desk.messages.done
        self._screen.write(
            lambda: write_issues(self.plan.errors, path),
            lambda count: done(tr("Đã lưu {count} dòng lỗi vào {file}.", count=count,
                                  file=path.name)),
        )  # fmt: skip

    def _stored(self, bundle: Bundle) -> None:
        desk = self._screen.desk
        self.accept()
        desk.messages.done(
            tr("Đã nhập danh mục {version}, dùng từ {day}.", version=bundle.version,
               day=f"{bundle.effective_from:%d/%m/%Y}")
        )  # fmt: skip
        desk.changes.tell(Changed(catalogue=True), by=self._screen)

    def _settle(self) -> None:
        blocked = bool(self.plan.errors) and not self.skip.isChecked()
        self.primary.setEnabled(not blocked)
        self.say_problem(
            tr("Còn dòng lỗi: sửa tệp rồi chọn lại, hoặc đánh dấu bỏ qua các dòng đó.")
            if blocked
            else ""
        )

    def _lists(self, plan: Preview) -> Tabs:
        tabs = Tabs(tr("Nội dung danh mục nhập"))
        for words, table in (
            (tr("Thay đổi ({count})", count=len(plan.changed)), changes_table(plan)),
            (tr("Thêm ({count})", count=len(plan.added)), named_table(plan.added)),
            (tr("Lỗi ({count})", count=len(plan.errors)), issues_table(plan.errors)),
            (tr("Lưu ý ({count})", count=len(plan.notices)), issues_table(plan.notices)),
            (tr("Không có trong tệp ({count})", count=len(plan.missing)),
             named_table(plan.missing)),
        ):  # fmt: skip
            tabs.add(words, table, shown=lambda: None)
        tabs.setCurrentIndex(2 if plan.errors else 0)
        return tabs


def summary(plan: Preview) -> str:
    """The counts in one sentence."""
    return tr(
        "{added} thủ tục mới, {changed} thay đổi, {same} giữ nguyên, {errors} dòng lỗi. "
        "Chưa có gì được lưu.",
        added=len(plan.added), changed=len(plan.changed), same=len(plan.unchanged),
        errors=len(plan.errors),
    )  # fmt: skip


def changes_table(plan: Preview) -> DataTable[ChangedField]:
    """One row per field that changes."""
    rows = [
        ChangedField(change.new.code, change.new.name, f.label, f.old, f.new)
        for change in plan.changed
        for f in change.fields
    ]
    table: DataTable[ChangedField] = DataTable(
        [
            Column(tr("Mã"), lambda r: r.code, 90, quiet=True),
            Column(tr("Thủ tục"), lambda r: r.name, 220),
            Column(tr("Mục"), lambda r: r.label, 190, strong=True),
            Column(tr("Đang có"), lambda r: r.old or tr("(trống)"), 180),
            Column(tr("Theo tệp"), lambda r: r.new or tr("(trống)")),
        ],
        key=lambda r: (r.code, r.label),
        empty=tr("Không có mục nào thay đổi."),
        name=tr("Các mục thay đổi"),
    )
    table.show_rows(rows)
    return table


def named_table(procedures: tuple[Procedure, ...]) -> DataTable[Procedure]:
    """Codes and names."""
    table: DataTable[Procedure] = DataTable(
        [
            Column(tr("Mã"), lambda p: p.code, 100, quiet=True),
            Column(tr("Thủ tục"), lambda p: p.name, strong=True),
            Column(tr("Lĩnh vực"), lambda p: p.field or "–", 200),
        ],
        key=lambda p: p.code,
        empty=tr("Không có thủ tục nào."),
        name=tr("Danh sách thủ tục"),
    )
    table.show_rows(procedures)
    return table


def issues_table(issues: tuple[RowIssue, ...]) -> DataTable[RowIssue]:
    """Rows of the file with what is wrong and what to do."""
    table: DataTable[RowIssue] = DataTable(
        [
            Column(tr("Dòng"), lambda i: i.row, 60, align="right"),
            Column(tr("Cột"), lambda i: column_label(i.column), 130),
            Column(tr("Sai ở đâu"), lambda i: i.what, strong=True),
            Column(tr("Cách sửa"), lambda i: i.next_step, 350),
            Column(tr("Mã lỗi"), lambda i: i.code, 92, quiet=True),
        ],
        key=lambda i: (i.row, i.column, i.code),
        empty=tr("Không có dòng nào."),
        name=tr("Các dòng của tệp"),
    )
    table.show_rows(issues)
    return table
