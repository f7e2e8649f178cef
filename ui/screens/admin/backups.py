"""The backups of this PC: the last good one and its age, the daily order, and one on demand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from models.staff import Role
from models.words import tr
from services.backups.making import Backup, make_backup
from services.backups.schedule import back_up_now, on_same_disk, order_backups
from services.backups.standing import Standing, at_words, read_standing
from services.settings import SETTINGS, Setting
from services.sync.standing import rough_age_words
from ui.screens.base import Screen
from ui.screens.parts.state import moment_of
from ui.tasks import Lane
from ui.widgets import (
    Button,
    Card,
    ChipText,
    ComboField,
    Dialog,
    Facts,
    Field,
    Kind,
    Label,
    Quiet,
    SecretField,
    row,
)
from ui.widgets.files import ask_folder, ask_target

__all__ = ["BackupCard", "PlanDialog"]


class BackupCard(Card):
    """What the technical administrator looks at once a week."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(tr("Bản sao lưu"))
        self._screen = screen
        staff = screen.desk.office.who.staff
        may = staff.has(Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
        note = Quiet(tr("Tệp đã mã hóa, làm được khi đang làm việc. Cất trên ổ khác, không để cùng "
                        "máy.")).wrapped()  # fmt: skip
        self.facts = Facts(label_width=118)
        self.last = Label("", role="small").wrapped().selectable()
        self.plan_button = Button(tr("Đặt lịch…"), icon_name="calendar", act=self.ask_plan)
        self.now_button = Button(tr("Sao lưu ngay"), icon_name="check", act=self.make)
        self.file_button = Button(tr("Sao lưu ra tệp"), icon_name="download", act=self.ask_file)
        self.add(note, self.facts, self.last)
        line = row(gap=8)
        line.addStretch()
        for button in (self.plan_button, self.now_button, self.file_button):
            button.setEnabled(may)
            line.addWidget(button)
        self.body.addLayout(line)
        self.now_button.hide()

    def shown(self) -> None:
        """Read how the backups stand."""
        core = self._screen.desk.office.core
        self._screen.read("backups", lambda: read_standing(core), self._show)

    def make(self) -> None:
        """Make the ordered backup at once, beside the daily work."""
        office = self._screen.desk.office
        self._busy()

        def failed(error: BaseException) -> None:
            self.now_button.setEnabled(True)
            self._screen.desk.tasks.fail(error)

        self._screen.write(
            lambda: back_up_now(office), lambda _last: self._made(), failed=failed, lane=Lane.FREE
        )

    def ask_plan(self) -> PlanDialog:
        """Ask for folder, time and number of copies."""
        box = PlanDialog(self._screen)
        box.saved = self.shown
        box.open()
        return box

    def ask_file(self) -> None:
        """Ask where to, then for the administrator's own password."""
        core = self._screen.desk.office.core
        name = f"motcua-{core.office.unit_code}-{core.clock.now():%Y%m%d}.sao-luu"
        ask_target(self, tr("Lưu bản sao lưu"), name=name, pattern="*.sao-luu",
                   act=lambda path: self.password_dialog(path).open())  # fmt: skip

    def password_dialog(self, path: Path) -> Dialog:
        """The question for the password that will open the backup, made beside the daily work."""
        office = self._screen.desk.office
        core = office.core
        box = Dialog(self, tr("Sao lưu ra {name}", name=path.name), primary=tr("Sao lưu"))
        secret = SecretField(tr("Mật khẩu của bạn"))
        words = tr("Mật khẩu quản trị của hôm nay là thứ mở bản sao lưu này; hãy nhớ nó.")
        box.body.addWidget(Label(words).wrapped())
        box.body.addWidget(secret)

        def done(made: Backup) -> None:
            box.accept()
            self.last.setText(made_words(made))

        def press() -> bool:
            password = secret.text()
            self._screen.write(
                lambda: make_backup(core.home, office.vault, path, login=office.who.staff.login,
                                    password=password, clock=core.clock),
                done, failed=self._screen.blame({"password": secret}), lane=Lane.FREE,
            )  # fmt: skip
            return False

        box.on_primary(press)
        secret.setFocus()
        return box

    def _busy(self) -> None:
        self.now_button.setEnabled(False)
        self.last.setText(tr("Đang sao lưu và mở lại để kiểm tra; cứ làm việc bình thường."))

    def _made(self) -> None:
        self.now_button.setEnabled(True)
        self.last.setText("")
        self.shown()

    def _show(self, found: Standing) -> None:
        plan, last = found.plan, found.last
        self.now_button.setVisible(plan is not None)
        age = last.age(self._screen.desk.office.core.clock.now())
        facts: list[tuple[str, str | ChipText]] = [(tr("Tình trạng"), state_chip(found))]
        if plan is not None:
            facts += [
                (tr("Nơi cất"), str(plan.folder)),
                (tr("Lịch"), tr("{at}, giữ {count} bản", at=at_words(plan.at), count=plan.keep)),
            ]
        if age is not None:
            ago = rough_age_words(max(0, int(age.total_seconds())))
            facts.append(
                (
                    tr("Bản tốt gần nhất"),
                    tr("{moment} ({ago} trước)", moment=moment_of(last.good), ago=ago),
                )
            )
            facts.append((tr("Trong đó"), size_words(last.events, last.attachments, last.size)))
        self.facts.show_facts(facts)
        words = [found.note] if last.fault else []
        if last.damaged:
            words.append(tr("{count} tệp đính kèm trên máy này đã hỏng; xem «Đồng bộ».",
                            count=last.damaged))  # fmt: skip
        self.last.setText(" ".join(words))
        self.last.setVisible(bool(words))


class PlanDialog(Dialog):
    """Folder, time, copies and the age that brings a warning; an empty folder ends the order."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, tr("Sao lưu hằng ngày"), primary=tr("Lưu lịch"))
        self._screen = screen
        self.saved: Callable[[], None] = lambda: None
        core = screen.desk.office.core
        self.folder = Field(
            label_of("backup_folder"), limit=1000,
            hint=tr("Ổ USB hoặc thư mục mạng. Để trống là không tự sao lưu."),
        )  # fmt: skip
        choose = Button(tr("Chọn…"), icon_name="folder", act=self._choose)
        self.body.addWidget(self.folder)
        line = row()
        line.addStretch()
        line.addWidget(choose)
        self.body.addLayout(line)
        self.same = Label("", role="error").wrapped()
        self.same.hide()
        self.body.addWidget(self.same)
        self.choices = {name: combo_of(name) for name in ("backup_at", "backup_keep",
                                                          "backup_warn_days")}  # fmt: skip
        for name, combo in self.choices.items():
            combo.set_value(core.settings[name])
            self.body.addWidget(combo)
        self.folder.set_text(core.settings["backup_folder"])
        self.folder.committed.connect(lambda _text: self._look())
        self.on_primary(self._save)
        self._look()

    def _choose(self) -> None:
        def chosen(path: Path) -> None:
            self.folder.set_text(str(path))
            self._look()

        ask_folder(self, label_of("backup_folder"), act=chosen)

    def _look(self) -> None:
        """Say it when the disk that breaks would take the backups with it."""
        text = self.folder.text()
        home = self._screen.desk.office.core.home
        self._screen.desk.tasks.latest(
            "backups/disk", lambda: bool(text) and on_same_disk(Path(text), home), self._warn,
            lane=Lane.FREE, owner=self,
        )  # fmt: skip

    def _warn(self, same: bool) -> None:
        words = tr("Thư mục này cùng ổ đĩa với dữ liệu: ổ hỏng là mất cả hai.")
        self.same.setText(words if same else "")
        self.same.setVisible(same)

    def _save(self) -> bool:
        office = self._screen.desk.office
        values = {"backup_folder": self.folder.text()}
        values |= {name: str(combo.value()) for name, combo in self.choices.items()}

        def done(_changed: object) -> None:
            self.accept()
            self.saved()

        fields = {"backup_folder": self.folder, **self.choices}
        self._screen.write(
            lambda: order_backups(office.core, office.who, values), done,
            failed=self._screen.blame(fields), lane=Lane.FREE,
        )  # fmt: skip
        return False


def label_of(name: str) -> str:
    """The sentence of a setting."""
    return _setting(name).words()


def combo_of(name: str) -> ComboField:
    """The choices of a setting."""
    setting = _setting(name)
    words = at_words if name == "backup_at" else str
    return ComboField(setting.words(), [(each, words(each)) for each in setting.choices])


def _setting(name: str) -> Setting:
    return next(each for each in SETTINGS if each.name == name)


def made_words(made: Backup) -> str:
    """What a backup on demand holds."""
    words = tr("Vừa sao lưu {events} sự kiện, {files} tệp đính kèm; đã mở lại và kiểm tra: "
               "nguyên vẹn.", events=made.events, files=made.attachments)  # fmt: skip
    if not made.damaged:
        return words
    bad = tr("{count} tệp đính kèm đã hỏng trên đĩa này nên không có trong đó.",
             count=len(made.damaged))  # fmt: skip
    return f"{words} {bad}"


def state_chip(found: Standing) -> ChipText:
    """How the backups stand, in a word or two."""
    kinds: dict[str, tuple[str, Kind]] = {
        "none": (tr("chưa đặt lịch"), "soon"),
        "waiting": (tr("chờ lần đầu"), "info"),
        "good": (tr("tốt, đã mở kiểm tra"), "done"),
        "failed": (tr("lần này chưa được"), "soon"),
        "old": (tr("đã cũ"), "overdue"),
    }
    return ChipText(*kinds[found.state])


def size_words(events: int, attachments: int, size: int) -> str:
    """What a backup holds and how large it is."""
    count = f"{events:,}".replace(",", ".")
    return tr("{events} sự kiện, {files} tệp đính kèm, {size} MB", events=count,
              files=attachments, size=max(1, size >> 20))  # fmt: skip
