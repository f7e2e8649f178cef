"""The machines of the office, this one's enrolment with the city, beside them the backups."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from models.changed import Changed
from models.staff import Role
from models.words import tr
from services.sync.addresses import listening_at
from services.sync.enrolment import Place, read_code, register_office
from services.sync.entering import enter_by_invitation
from services.sync.inviting import Invitation, invite, is_invitation
from services.sync.office_pcs import OfficePc, OfficePcs, read_office_pcs, state_words
from ui.screens.admin.backups import BackupCard
from ui.screens.base import Screen
from ui.screens.parts.state import moment_of
from ui.tasks import Lane
from ui.widgets import (
    Button,
    Card,
    ChipText,
    CodeLabel,
    Column,
    DataTable,
    Facts,
    Field,
    Quiet,
    ScrollColumn,
    column,
    row,
)
from ui.widgets.tabs import beside

__all__ = ["MachinesSection"]


class MachinesSection(QWidget):
    """For both administrators: who is on the roster, enrolment with a code, a checked backup."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        staff = screen.desk.office.who.staff
        self.may = staff.has(Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
        layout = row(self, gap=12, margin=(0, 10, 0, 0))
        self.table: DataTable[OfficePc] = DataTable(
            [
                Column(tr("Máy"), name_words, strong=True),
                Column(tr("Số"), slot_words, 54, align="right"),
                Column(tr("Tình trạng"), state_cell, 148),
                Column(tr("Gặp lần cuối"), seen_words, 140),
                Column(tr("Việc đã giữ"), lambda pc: f"{pc.events:,}".replace(",", "."), 100,
                       align="right"),
                Column(tr("Mã nhật ký"), lambda pc: pc.log.hex()[:12], 118, quiet=True),
            ],
            key=lambda pc: pc.log,
            empty=tr("Chưa có máy nào."),
            name=tr("Máy của cơ quan"),
        )  # fmt: skip
        card = Card(margin=0)
        card.add(self.table)
        self.backups = BackupCard(screen)
        left = column(gap=10)
        left.addWidget(card, 1)
        left.addWidget(self.backups)
        layout.addLayout(left, 1)
        layout.addWidget(beside(self._right(), 372))

    def shown(self) -> None:
        """Read the roster and the backups."""
        core = self._screen.desk.office.core
        self._screen.read("machines", lambda: read_office_pcs(core), self._show)
        self.backups.shown()

    def enrol(self) -> None:
        """Make this PC known to the city with the code in the form."""
        desk = self._screen.desk
        typed, server, name = self.code.text(), self.server.text(), self.machine.text()

        def work() -> Place:
            if is_invitation(typed):
                return enter_by_invitation(desk.office, typed, peer=server, name=name)
            return register_office(desk.office, read_code(typed), server=server, name=name)

        def failed(error: BaseException) -> None:
            self.enrol_button.setEnabled(self.may)
            self._screen.blame({"code": self.code, "server": self.server})(error)

        self.enrol_button.setEnabled(False)
        self._screen.write(work, self._enrolled, failed=failed, lane=Lane.FREE)

    def _right(self) -> QWidget:
        scroll = ScrollColumn(gap=10)
        self.facts = Facts(label_width=118)
        card = Card(tr("Máy này và thành phố"))
        card.add(self.facts)
        self.server = Field(tr("Địa chỉ máy chủ"), placeholder="https://", limit=300)
        self.code = Field(tr("Mã ghi danh"), placeholder="00316-7K2QX-M4D8A", limit=300)
        self.enrol_button = Button(tr("Ghi danh máy này"), icon_name="check", act=self.enrol)
        self.enrol_button.setEnabled(self.may)
        line = row()
        line.addStretch()
        line.addWidget(self.enrol_button)
        self.machine = Field(tr("Tên máy này"), limit=60,
                             hint=tr("Mọi người gọi máy này là gì, ví dụ Quầy 1."))  # fmt: skip
        self.machine.set_text(self._screen.desk.office.core.journal.device.name)
        card.add(self.server, self.code, self.machine)
        card.body.addLayout(line)
        cards = [card, self._invite_card()]
        lost = Card(tr("Máy mất hoặc hỏng"))
        lost.add(
            Quiet(
                tr("Máy mất: báo thành phố thu hồi ngay, máy khác vẫn làm việc. Máy mới: chọn «Máy "
                   "mới của cơ quan đã có» ở lần đầu mở chương trình. Từng bước: bấm F1.")
            ).wrapped()
        )  # fmt: skip
        for each in (*cards, lost):
            each.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            scroll.body.addWidget(each)
        scroll.body.addStretch()
        return scroll

    def invite(self) -> None:
        """Show a code that lets one PC of the local network in."""
        office = self._screen.desk.office

        def work() -> tuple[Invitation, tuple[str, ...]]:
            return invite(office), listening_at(office.core.store, office.core.journal.device.log)

        def done(made: tuple[Invitation, tuple[str, ...]]) -> None:
            code, places = made
            self.invitation.set_text(code.code)
            self.invited.setText(
                tr("Dùng một lần trong {minutes} phút. Địa chỉ máy này: {hosts}. Thành phố xác "
                   "nhận máy mới sau.", minutes=code.minutes, hosts=", ".join(places) or "?")
            )  # fmt: skip
            self.invitation.show()

        self._screen.write(work, done)

    def _invite_card(self) -> Card:
        card = Card(tr("Mời máy mới khi mất mạng thành phố"))
        self.invitation = CodeLabel("")
        self.invitation.hide()
        self.invited = Quiet(tr("Máy mới cùng mạng nội bộ tải sổ từ máy này.")).wrapped()
        self.invite_button = Button(tr("Lấy mã mời"), icon_name="plus", act=self.invite)
        self.invite_button.setEnabled(self._screen.desk.office.who.staff.has(Role.BUSINESS_ADMIN))
        card.add(self.invitation, self.invited)
        line = row()
        line.addStretch()
        line.addWidget(self.invite_button)
        card.body.addLayout(line)
        return card

    def _show(self, found: OfficePcs) -> None:
        self.table.show_rows(found.pcs)
        own = next((pc for pc in found.pcs if pc.here), None)
        if found.server and not self.server.text():
            self.server.set_text(found.server)
        facts: list[tuple[str, str | ChipText]] = [
            (tr("Máy chủ"), found.server or tr("chưa nối với thành phố")),
            (tr("Tình trạng"), state_words(own) if own else "–"),
        ]
        if found.enrolled_at:
            facts.insert(1, (tr("Ghi danh lúc"), moment_of(found.enrolled_at)))
        self.facts.show_facts(facts)

    def _enrolled(self, place: Place) -> None:
        desk = self._screen.desk
        self.enrol_button.setEnabled(self.may)
        self.code.set_text("")
        desk.messages.done(
            tr("{office} đã có máy này trong danh sách, mang số {slot}.",
               office=place.name, slot=place.slot)
        )  # fmt: skip
        desk.send_now()
        desk.changes.tell(Changed(settings=True), by=self._screen)
        self.shown()


def name_words(pc: OfficePc) -> str:
    """The machine's name; this one is marked."""
    return tr("{name} (máy này)", name=pc.name) if pc.here else pc.name


def slot_words(pc: OfficePc) -> str:
    """The number of the PC; a dash while it has none of its own."""
    return str(pc.slot) if pc.slot >= 0 else "—"


def seen_words(pc: OfficePc) -> str:
    """When it last answered this PC."""
    if pc.here:
        return tr("đang mở")
    return moment_of(pc.seen) if pc.seen else "–"


def state_cell(pc: OfficePc) -> ChipText:
    """The state as a chip."""
    kind = {"revoked": "overdue", "provisional": "soon", "admitted": "done"}.get(pc.state, "paused")
    return ChipText(state_words(pc), kind)
