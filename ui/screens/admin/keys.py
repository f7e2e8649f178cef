"""Signing keys: whose keys lie in the folder, until when they hold, and how new ones come in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from models.staff import Staff
from models.words import tr
from services.key_store import (
    SEAL,
    KeyRow,
    RootRow,
    import_key,
    import_root,
    key_rows,
    make_training_key,
    root_rows,
)
from services.people import get_staff
from services.signing.holder import Holder
from services.training.accounts import PASSWORD
from ui.screens.base import Screen
from ui.widgets import (
    Button,
    Card,
    ChipText,
    Column,
    DataTable,
    Dialog,
    Label,
    Quiet,
    SecretField,
    column,
    row,
)
from ui.widgets.files import ask_file

__all__ = ["KeysSection"]

SOON_DAYS = 30


class KeysSection(QWidget):
    """Keys above, root certificates below; passwords of keys are asked for and never kept."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.training = screen.desk.office.core.office.training
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        layout.addLayout(self._keys_head())
        self.table = self._keys_table()
        self.table.picked.connect(lambda _row: self._settle())
        keys = Card(tr("Khóa ký của cơ quan và lãnh đạo"), margin=0)
        keys.add(self.table)
        layout.addWidget(keys, 3)
        self.roots: DataTable[RootRow] = DataTable(
            [
                Column(tr("Nơi cấp"), lambda r: r.subject, strong=True),
                Column(tr("Hiệu lực đến"), lambda r: f"{r.valid_to:%d/%m/%Y}", 120),
                Column(tr("Loại"), root_kind, 150),
                Column(tr("Tệp"), lambda r: r.file, 260, quiet=True),
            ],
            key=lambda r: (r.file, r.subject),
            empty=tr("Chưa có chứng thư gốc: chưa kiểm tra được chữ ký của văn bản nào."),
            name=tr("Danh sách chứng thư gốc"),
        )
        roots = Card(tr("Chứng thư gốc được tin"), margin=0)
        roots.add(self.roots)
        layout.addWidget(roots, 2)
        line = row(gap=10)
        note = tr("Chỉ thêm chứng thư gốc lấy trực tiếp từ nơi cấp, không nhận qua thư lạ.")
        line.addWidget(Quiet(note).wrapped(), 1)
        line.addWidget(Button(tr("Thêm chứng thư gốc"), icon_name="plus", act=self.choose_root))
        layout.addLayout(line)

    def shown(self) -> None:
        """Read the folder."""
        core = self._screen.desk.office.core
        self._screen.read("keys", lambda: (key_rows(core), root_rows(core)), self._show)

    def choose_key(self) -> None:
        """Ask for the file of a key for the holder chosen."""
        chosen = self.table.current()
        if chosen is not None:
            title = tr("Chọn tệp khóa của {name}", name=chosen.owner_name)
            pattern = tr("Khóa ký (*.p12 *.pfx)")
            ask_file(
                self._screen, title, pattern=pattern, act=lambda p: self.ask_password(chosen, p)
            )

    def ask_password(self, chosen: KeyRow, path: Path) -> Dialog:
        """Ask for the password of the key in `path`, then bring it in."""
        core, who = self._screen.desk.office.core, self._screen.desk.office.who
        box = Dialog(self._screen, tr("Nhập khóa ký"), primary=tr("Nhập khóa"))
        words = tr("Tệp {file} sẽ là khóa của {name}. Mật khẩu chỉ để kiểm tra, không giữ lại.",
                   file=path.name, name=chosen.owner_name)  # fmt: skip
        secret = SecretField(tr("Mật khẩu của tệp khóa"))
        box.body.addWidget(Label(words).wrapped())
        box.body.addWidget(secret)

        def done(holder: Holder) -> None:
            box.accept()
            self._screen.desk.messages.done(
                tr("Đã nhập khóa của {name}, hiệu lực đến {day}.", name=holder.name,
                   day=f"{holder.valid_to:%d/%m/%Y}")
            )  # fmt: skip
            self.shown()

        def press() -> bool:
            password = secret.text()
            self._screen.write(
                lambda: import_key(core, who, path, owner=chosen.owner, password=password), done,
                failed=self._screen.blame({"password": secret, "file": secret}),
            )  # fmt: skip
            return False

        box.on_primary(press)
        box.open()
        secret.setFocus()
        return box

    def make_key(self) -> None:
        """Make a training key for the leader chosen."""
        chosen = self.table.current()
        if chosen is None or chosen.owner == SEAL:
            return
        core, who = self._screen.desk.office.core, self._screen.desk.office.who

        def work() -> Path:
            with core.store.read() as conn:
                person: Staff = get_staff(conn, chosen.owner)
            return make_training_key(core, who, person, password=PASSWORD)

        def done(_path: Path) -> None:
            name = chosen.owner_name
            self._screen.desk.messages.done(tr("Đã tạo khóa tập huấn cho {name}.", name=name))
            self.shown()

        self._screen.write(work, done)

    def choose_root(self) -> None:
        """Ask for a file of root certificates."""
        pattern = tr("Chứng thư (*.pem *.crt *.cer *.der)")
        title = tr("Chọn chứng thư gốc")
        ask_file(self._screen, title, pattern=pattern, act=self.add_root)

    def add_root(self, path: Path) -> None:
        """Accept the certificates of `path`."""
        core, who = self._screen.desk.office.core, self._screen.desk.office.who

        def done(names: tuple[str, ...]) -> None:
            words = tr("Đã thêm chứng thư gốc: {names}.", names=", ".join(names))
            self._screen.desk.messages.done(words)
            self.shown()

        self._screen.write(lambda: import_root(core, who, path), done)

    def _keys_head(self) -> QWidget:
        line = row(gap=10)
        note = (
            tr("Khóa tập huấn không có giá trị pháp lý; mật khẩu là mật khẩu tập huấn.")
            if self.training
            else tr("Khóa do Ban Cơ yếu Chính phủ cấp; chương trình không giữ mật khẩu của khóa.")
        )
        line.addWidget(Quiet(note).wrapped(), 1)
        self.make_button = Button(tr("Tạo khóa tập huấn"), icon_name="plus", act=self.make_key)
        self.make_button.setVisible(self.training)
        self.import_button = Button(
            tr("Nhập tệp khóa (.p12)"), icon_name="key", act=self.choose_key
        )
        line.addWidget(self.make_button)
        line.addWidget(self.import_button)
        return line

    def _keys_table(self) -> DataTable[KeyRow]:
        return DataTable(
            [
                Column(tr("Của ai"), lambda k: k.owner_name, 190, strong=True),
                Column(tr("Tình trạng"), self._state, 176),
                Column(tr("Chứng thư ghi"), lambda k: k.holder.name if k.holder else "–", 190),
                Column(tr("Cơ quan"), lambda k: k.holder.organisation if k.holder else "–"),
                Column(tr("Hiệu lực đến"), expiry_cell, 104),
                Column(tr("Loại"), kind_cell, 116),
            ],
            key=lambda k: k.owner,
            empty=tr("Chưa có khóa ký nào."),
            name=tr("Danh sách khóa ký"),
        )

    def _state(self, line: KeyRow) -> ChipText:
        if not line.file:
            return ChipText(tr("chưa có khóa"), "soon")
        if line.holder is None:
            return ChipText(tr("cần mật khẩu để xem"), "paused")
        left = line.holder.days_left(self._screen.desk.office.core.clock.now())
        if left < 0:
            return ChipText(tr("đã hết hạn"), "overdue")
        if left <= SOON_DAYS:
            return ChipText(tr("còn {count} ngày", count=left), "soon")
        return ChipText(tr("dùng được"), "done")

    def _show(self, found: tuple[tuple[KeyRow, ...], tuple[RootRow, ...]]) -> None:
        keys, roots = found
        self.table.show_rows(keys)
        self.roots.show_rows(roots)
        if self.table.current() is None:
            self.table.pick_first()
        self._settle()

    def _settle(self) -> None:
        chosen = self.table.current()
        self.import_button.setEnabled(chosen is not None)
        self.make_button.setEnabled(chosen is not None and chosen.owner != SEAL)


def expiry_cell(line: KeyRow) -> str:
    """The last day of the certificate."""
    return f"{line.holder.valid_to:%d/%m/%Y}" if line.holder else "–"


def kind_cell(line: KeyRow) -> str:
    """Training or real, as the certificate says."""
    if line.holder is None:
        return "–"
    return tr("tập huấn") if line.holder.training else tr("thật")


def root_kind(line: RootRow) -> str:
    """Training or real."""
    return tr("tập huấn") if line.training else tr("thật")
