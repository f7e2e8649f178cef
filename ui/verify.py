"""Kiểm tra chữ ký: choose or drop any PDF; a limited child process reads it, never this window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from models.errors import OfficeError
from models.words import tr
from services.own_keys import roots_folder
from services.signing.child import verify_foreign
from services.signing.slots import field_words
from services.signing.verdict import SignatureFinding, State, Verdict, word_of
from ui.screens.base import Desk
from ui.tasks import Lane
from ui.widgets import (
    Button,
    Chip,
    Column,
    DataTable,
    Dialog,
    Elided,
    Kind,
    Label,
    PrimaryButton,
    Quiet,
    ScrollColumn,
    clear,
    row,
)

__all__ = ["VerifyBox", "open_verify"]

KINDS: dict[State, Kind] = {
    State.VALID: "done", State.INVALID: "overdue", State.INDETERMINATE: "soon",
}  # fmt: skip


class VerifyBox(Dialog):
    """One file at a time: a verdict in three states, its reasons, the signatures found."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, tr("Kiểm tra chữ ký"), cancel=tr("Đóng"), width=860)
        self._desk = desk
        self.roots = roots_folder(desk.office.core)
        self.verdict: Verdict | None = None
        self.path: Path | None = None
        self.setAcceptDrops(True)
        self.file = Elided(tr("Kéo tệp PDF vào đây, hoặc bấm Chọn tệp PDF."), role="strong")
        self.trust = Elided("", role="quiet")
        self.chip = Chip("", "neutral")
        self.chip.hide()
        self.reasons = ScrollColumn(gap=4)
        self.reasons.setMinimumHeight(110)
        self.table: DataTable[SignatureFinding] = DataTable(
            [
                Column(tr("Ô chữ ký"), lambda s: field_words(s.field), 140),
                Column(tr("Người ký"), lambda s: s.signer or tr("không rõ"), strong=True),
                Column(tr("Cơ quan"), lambda s: s.holder.organisation if s.holder else ""),
                Column(tr("Thời điểm"), lambda s: s.time_words(), 210, quiet=True),
                Column(tr("Phạm vi"), covers, 110),
            ],
            key=id,
            empty=tr("Chưa kiểm tra tệp nào."),
            name=tr("Các chữ ký trong tệp"),
        )
        self.table.setMinimumHeight(160)
        self._lay_out()
        self._say_roots()

    def _lay_out(self) -> None:
        head = row(gap=10)
        head.addWidget(self.file, 1)
        head.addWidget(self.chip)
        self.body.addLayout(head)
        self.body.addWidget(self.reasons)
        self.body.addWidget(self.table, 1)
        foot = row(gap=8)
        foot.addWidget(self.trust, 1)
        foot.addWidget(Button(tr("Chứng thư gốc khác…"), act=self.choose_roots))
        self.body.addLayout(foot)
        note = tr("Tệp được đọc trong một tiến trình riêng, có giới hạn; không gửi đi đâu.")
        self.body.addWidget(Quiet(note).wrapped())
        self.choose_button = PrimaryButton(
            tr("Chọn tệp PDF"), key="Ctrl+Return", act=self.choose_file
        )
        self.buttons.addWidget(self.choose_button)

    def choose_file(self) -> None:
        """Ask for a PDF file."""
        dialog = QFileDialog(self, tr("Chọn tệp PDF"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Tệp PDF (*.pdf)"))
        dialog.fileSelected.connect(lambda path: self.check(Path(path)))
        dialog.open()

    def choose_roots(self) -> None:
        """Ask for another folder of root certificates."""
        dialog = QFileDialog(self, tr("Chọn thư mục chứng thư gốc"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.use_roots(Path(path)))
        dialog.open()

    def use_roots(self, folder: Path) -> None:
        """Believe the certificates in `folder`, and check the file in view again."""
        self.roots = folder
        self._say_roots()
        if self.path is not None:
            self.check(self.path)

    def check(self, path: Path) -> None:
        """Judge the file at `path` in a child process."""
        self.path = path
        self.say_problem("")
        self.file.setText(path.name)
        self.chip.show_state(tr("đang kiểm tra…"), "info")
        self.chip.show()
        self.choose_button.setEnabled(False)
        clear(self.reasons.body)
        self.table.show_rows([])
        roots, now = self.roots, self._desk.office.core.clock.now()
        self._desk.tasks.latest(
            f"{id(self)}/verify", lambda: verify_foreign([path], roots, now=now)[0],
            self._show, self._failed, lane=Lane.FREE, owner=self,
        )  # fmt: skip

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped(event)
        if paths:
            event.acceptProposedAction()
            self.check(paths[0])

    def _say_roots(self) -> None:
        self.trust.setText(tr("Chứng thư gốc tin cậy: {folder}", folder=str(self.roots)))

    def _show(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.choose_button.setEnabled(True)
        self.chip.show_state(word_of(verdict.state), KINDS[verdict.state])
        clear(self.reasons.body)
        for reason in verdict.reasons:
            self.reasons.body.addWidget(Label(reason).wrapped().selectable())
        for note in verdict.notes:
            self.reasons.body.addWidget(Quiet(note).wrapped().selectable())
        self.reasons.body.addStretch()
        self.table.set_empty(tr("Tệp không có chữ ký số nào."))
        self.table.show_rows(list(verdict.signatures))

    def _failed(self, error: BaseException) -> None:
        self.choose_button.setEnabled(True)
        self.chip.hide()
        if not isinstance(error, OfficeError):
            self._desk.tasks.fail(error)
            return
        self.say_problem(f"{error.sentence()} {tr('Mã hỗ trợ: {code}', code=error.code)}")


def covers(finding: SignatureFinding) -> str:
    """Whether anything follows what was signed."""
    return tr("đến hết tệp") if finding.covers_to_end else tr("bản trước đó")


def dropped(event: QDropEvent) -> Sequence[Path]:
    """The local files of a drag."""
    local = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in local if path.suffix.lower() == ".pdf"]


def open_verify(parent: QWidget, desk: Desk) -> VerifyBox:
    """Open the window that checks signatures of any PDF file."""
    box = VerifyBox(parent.window(), desk)
    box.open()
    return box
