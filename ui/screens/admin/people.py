"""People: the list, one appointment in a form, passwords."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from models.changed import Changed
from models.staff import Role, Staff, role_clash, role_words
from models.words import tr
from services.accounts import reason_against_reset, save_person, set_password
from services.clock import new_id
from services.people import staff_rows
from ui.password import password_rule
from ui.screens.base import Screen
from ui.widgets import (
    Button,
    Card,
    CheckField,
    ChipText,
    Column,
    ComboField,
    DataTable,
    Dialog,
    Field,
    Label,
    PrimaryButton,
    Quiet,
    ScrollColumn,
    SecretField,
    column,
    row,
)

__all__ = ["PeopleSection"]


class PeopleSection(QWidget):
    """Only the business administrator appoints and sets passwords; others read, and see why."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.appoints = screen.desk.office.who.staff.has(Role.BUSINESS_ADMIN)
        self.no_reset = reason_against_reset(screen.desk.office.who.staff) or ""
        self._one: Staff | None = None
        layout = row(self, gap=12, margin=(0, 10, 0, 0))
        left = column(gap=10)
        line = row(gap=10)
        note = tr("Người nghỉ việc được ngừng hoạt động, không xóa: nhật ký vẫn cần tên họ.")
        line.addWidget(Quiet(note).wrapped(), 1)
        self.add_button = Button(tr("Thêm người dùng"), key="Ctrl+N", icon_name="plus",
                                 act=self.begin_new)  # fmt: skip
        self.add_button.setVisible(self.appoints)
        line.addWidget(self.add_button)
        left.addLayout(line)
        self.table = self._table()
        self.table.picked.connect(self.show_person)
        listed = Card(margin=0)
        listed.add(self.table)
        left.addWidget(listed, 1)
        layout.addLayout(left, 1)
        layout.addWidget(self._form())
        self._set_form(None)

    def shown(self) -> None:
        """Read the people."""
        core = self._screen.desk.office.core

        def work() -> tuple[Staff, ...]:
            with core.store.read() as conn:
                return staff_rows(conn)

        self.department.set_items(
            [("", tr("(không thuộc phòng)")), *((d, d) for d in core.departments)]
        )
        self._screen.read("people", work, self._show)

    def begin_new(self) -> None:
        """Empty the form for somebody who is new."""
        self._one = None
        core = self._screen.desk.office.core
        self.table.view.clearSelection()
        blank = Staff("", "", "", frozenset(), organisation=f"UBND {core.office.unit_name}")
        self._set_form(blank)
        self.card.heading.setText(tr("Người dùng mới"))
        self.name_field.setFocus()

    def show_person(self, person: Staff | None) -> None:
        """Show somebody's appointment."""
        if person is None and self._one is None:
            return
        self._one = person
        self._set_form(person)
        self.card.heading.setText(person.name if person else tr("Chọn một người dùng"))

    def save(self) -> None:
        """Store the form."""
        office = self._screen.desk.office
        known = self._one
        person = self._filled(known or Staff(new_id(office.core.clock), "", "", frozenset()))
        secret = "" if known else self.password.text()
        if not self._names_are_there(person):
            return
        failed = self._screen.blame(
            {"login": self.login, "password": self.password, "name": self.name_field,
             "full_name": self.name_field, "roles": self.department}
        )  # fmt: skip
        self._screen.write(
            lambda: save_person(office, person, password=secret), self._saved, failed=failed
        )

    def ask_password(self) -> None:
        """Ask for a new password for the person shown."""
        if self._one is not None:
            self._password_dialog(self._one).open()

    def _password_dialog(self, person: Staff) -> Dialog:
        office = self._screen.desk.office
        title = tr("Đặt lại mật khẩu cho {name}", name=person.name)
        box = Dialog(self, title, primary=tr("Đặt mật khẩu mới"))
        first = SecretField(tr("Mật khẩu mới"), hint=password_rule(office.vault.policy))
        again = SecretField(tr("Gõ lại mật khẩu"))
        words = tr("Việc này được ghi vào nhật ký. Đưa mật khẩu tận tay, không qua tin nhắn.")
        box.body.addWidget(Label(words).wrapped())
        box.body.addWidget(first)
        box.body.addWidget(again)

        def done(_none: object) -> None:
            box.accept()
            self._screen.desk.messages.done(tr("Đã đặt mật khẩu mới cho {name}.", name=person.name))

        def press() -> bool:
            if first.text() != again.text():
                again.set_error(tr("Hai lần gõ không giống nhau."))
                return False
            secret = first.text()
            self._screen.write(
                lambda: set_password(office, person.id, secret), done,
                failed=self._screen.blame({"password": first}),
            )  # fmt: skip
            return False

        box.on_primary(press)
        first.setFocus()
        return box

    def _table(self) -> DataTable[Staff]:
        return DataTable(
            [
                Column(tr("Họ và tên"), lambda p: p.name, 176, strong=True),
                Column(tr("Đăng nhập"), lambda p: p.login, 96, quiet=True),
                Column(tr("Vai trò"), roles_cell),
                Column(tr("Trạng thái"), state_cell, 144),
            ],
            key=lambda p: p.id,
            empty=tr("Chưa có người dùng nào."),
            name=tr("Danh sách người dùng"),
        )

    def _form(self) -> Card:
        self.card = Card(tr("Chọn một người dùng"))
        self.card.setFixedWidth(424)
        scroll = ScrollColumn(gap=8)
        self.name_field = Field(tr("Họ và tên"), limit=100)
        self.login = Field(tr("Tên đăng nhập"), limit=32)
        policy = self._screen.desk.office.vault.policy
        self.password = SecretField(tr("Mật khẩu ban đầu"), hint=password_rule(policy))
        self.position = Field(tr("Chức vụ"), hint="", limit=100)
        self.department = ComboField(tr("Phòng chuyên môn"), [])
        self.organisation = Field(tr("Cơ quan"), limit=200)
        self.phone = Field(tr("Điện thoại"), optional=True, limit=30)
        self.active = CheckField(tr("Đang hoạt động"))
        for pair in ((self.name_field, self.login), (self.position, self.phone)):
            line = row(gap=10)
            for widget in pair:
                line.addWidget(widget, 1)
            scroll.body.addLayout(line)
        for widget in (self.password, self.department, self.organisation):
            scroll.body.addWidget(widget)
        scroll.body.addWidget(Label(tr("Vai trò"), role="label"))
        self.roles = {role: CheckField(role_words(role)) for role in Role}
        for field in self.roles.values():
            field.toggled.connect(lambda _on: self._say_clash())
            scroll.body.addWidget(field)
        self.clash = Label("", role="error").wrapped()
        scroll.body.addWidget(self.clash)
        scroll.body.addWidget(self.active)
        scroll.body.addStretch()
        self.card.body.addWidget(scroll, 1)
        self.why_not = Quiet(self.no_reset).wrapped()
        self.why_not.setVisible(bool(self.no_reset))
        self.card.body.addWidget(self.why_not)
        self.card.body.addLayout(self._buttons())
        return self.card

    def _buttons(self) -> QWidget:
        line = row(gap=8)
        self.password_button = Button(
            tr("Đặt lại mật khẩu"), icon_name="key", act=self.ask_password
        )
        self.save_button = PrimaryButton(tr("Lưu"), key="Ctrl+S", act=self.save)
        line.addWidget(self.password_button)
        line.addStretch()
        line.addWidget(self.save_button)
        return line

    def _set_form(self, person: Staff | None) -> None:
        shown = person or Staff("", "", "", frozenset())
        self.name_field.set_text(shown.name)
        self.login.set_text(shown.login)
        self.position.set_text(shown.position)
        self.organisation.set_text(shown.organisation)
        self.phone.set_text(shown.phone)
        self.password.set_text("")
        if shown.department and shown.department not in self._departments():
            self.department.set_items([(shown.department, shown.department)])
        self.department.set_value(shown.department)
        self.active.setChecked(shown.active)
        for role, field in self.roles.items():
            field.setChecked(role in shown.roles)
        self._say_clash()
        new = person is not None and not person.id
        self.password.setVisible(new)
        self.password_button.setVisible(not new)
        may = not self.no_reset
        self.password_button.setEnabled(may and person is not None and person.active)
        self._lock(person is not None and self.appoints, new=new)

    def _lock(self, free: bool, *, new: bool) -> None:
        """Only the business administrator may type; a login once given stays."""
        for widget in (self.name_field, self.position, self.department, self.organisation,
                       self.phone, self.active, *self.roles.values()):  # fmt: skip
            widget.setEnabled(free)
        self.login.setEnabled(free and new)
        self.save_button.setVisible(self.appoints)
        self.save_button.setEnabled(free and not self.clash.text())

    def _departments(self) -> tuple[str, ...]:
        return tuple(self._screen.desk.office.core.departments)

    def _chosen_roles(self) -> frozenset[Role]:
        return frozenset(role for role, field in self.roles.items() if field.isChecked())

    def _say_clash(self) -> None:
        clash = role_clash(self._chosen_roles()) or ""
        self.clash.setText(clash)
        self.clash.setVisible(bool(clash))
        self.save_button.setEnabled(not clash and self.name_field.isEnabled())

    def _filled(self, person: Staff) -> Staff:
        return replace(
            person,
            login=person.login or self.login.text(),
            name=self.name_field.text(),
            roles=self._chosen_roles(),
            position=self.position.text(),
            department=str(self.department.value() or ""),
            organisation=self.organisation.text(),
            phone=self.phone.text(),
            active=self.active.isChecked(),
        )

    def _names_are_there(self, person: Staff) -> bool:
        for field, text in ((self.name_field, person.name), (self.login, person.login)):
            if not text:
                field.set_error(tr("Ô này không được để trống."))
                field.setFocus()
                return False
        return True

    def _show(self, people: tuple[Staff, ...]) -> None:
        self.table.show_rows(sorted(people, key=lambda p: not p.active))
        if self._one is not None:
            self.table.pick(self._one.id)
        elif self.table.current() is None and not self.password.isVisible():
            self.table.pick_first()

    def _saved(self, person: Staff) -> None:
        self._one = person
        self._screen.desk.messages.done(tr("Đã lưu {name}.", name=person.name))
        self._set_form(person)
        self.card.heading.setText(person.name)
        self.shown()
        self._screen.desk.changes.tell(Changed(settings=True), by=self._screen)


def roles_cell(person: Staff) -> str:
    """The roles in words."""
    return ", ".join(role_words(role) for role in Role if role in person.roles)


def state_cell(person: Staff) -> ChipText:
    """Whether the person may sign in."""
    if person.active:
        return ChipText(tr("hoạt động"), "done")
    return ChipText(tr("ngừng"), "paused")
