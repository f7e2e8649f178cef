"""This device: its log, its folder, a check of everything, and the reset of a training office."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from models.words import tr
from services.checkup import (
    DeviceFacts,
    Finding,
    device_facts,
    finding_words,
    look_at_data,
    look_at_pc,
)
from services.training.reset import reset_training
from ui.screens.base import Screen
from ui.shell.shell import Shell
from ui.tasks import Lane
from ui.widgets import (
    Button,
    Card,
    ChipText,
    CodeLabel,
    Column,
    DangerButton,
    DataTable,
    Facts,
    Label,
    Quiet,
    ScrollColumn,
    column,
    confirm,
    row,
)
from ui.widgets.tabs import beside

__all__ = ["DeviceSection"]


class DeviceSection(QWidget):
    """What an administrator reads out to the help desk."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        layout = row(self, gap=12, margin=(0, 10, 0, 0))
        layout.addWidget(beside(self._left(), 436))
        right = column(gap=10)
        line = row(gap=10)
        line.addWidget(Quiet(tr("Kiểm tra đọc cả tệp dữ liệu, có thể mất vài giây.")).wrapped(), 1)
        self.check_button = Button(tr("Kiểm tra máy này"), key="F7", icon_name="check",
                                   act=self.check)  # fmt: skip
        line.addWidget(self.check_button)
        right.addLayout(line)
        self.table: DataTable[Finding] = DataTable(
            [
                Column(tr("Mục"), lambda f: finding_words(f.name), 150, strong=True),
                Column(tr("Kết quả"), state_cell, 126),
                Column(tr("Chi tiết"), lambda f: f.words),
            ],
            key=lambda f: f.name,
            empty=tr("Chưa kiểm tra. Bấm “Kiểm tra máy này” để xem từng mục."),
            name=tr("Kết quả kiểm tra"),
        )
        self.table.picked.connect(self._explain)
        card = Card(margin=0)
        card.add(self.table)
        right.addWidget(card, 1)
        self.words = Label("").wrapped().selectable()
        right.addWidget(self.words)
        layout.addLayout(right, 1)

    def shown(self) -> None:
        """Read the facts about the device."""
        core = self._screen.desk.office.core
        self._screen.read("device", lambda: device_facts(core), self._show)

    def check(self) -> None:
        """Look at everything beside the daily work."""
        office = self._screen.desk.office
        self.check_button.setEnabled(False)

        def failed(error: BaseException) -> None:
            self.check_button.setEnabled(True)
            self._screen.desk.tasks.fail(error)

        self._screen.write(
            lambda: [*look_at_pc(office.core.home), *look_at_data(office)], self._found,
            failed=failed, lane=Lane.FREE,
        )  # fmt: skip

    def ask_reset(self) -> None:
        """Say what a reset does before it is done."""
        confirm(
            self._screen,
            tr("Làm lại bản tập huấn?"),
            tr("Mọi hồ sơ tập huấn được cất sang một bên và một văn phòng trống được lập lại với "
               "các tài khoản in sẵn. Sau đó phải đăng nhập lại."),
            primary=tr("Cất đi và làm lại"),
            act=self.reset,
            danger=True,
        )  # fmt: skip

    def reset(self) -> None:
        """Set the old office aside, make a new one, and let somebody sign in."""
        office = self._screen.desk.office
        self._screen.write(lambda: reset_training(office), self._was_reset)

    def _left(self) -> QWidget:
        scroll = ScrollColumn(gap=10)
        left = scroll.body
        card = Card(tr("Máy này"))
        self.facts = Facts(label_width=118)
        card.add(self.facts, Quiet(tr("Mã nhật ký của máy")))
        self.log = CodeLabel("")
        card.add(self.log, Quiet(tr("Thư mục dữ liệu")))
        self.home = CodeLabel("")
        self.home.label.setWordWrap(True)
        card.add(self.home)
        left.addWidget(card)
        if self._screen.desk.office.core.office.training:
            training = Card(tr("Bản tập huấn"))
            words = tr("Làm lại từ đầu: hồ sơ cũ được cất trong thư mục dữ liệu, không xóa.")
            training.add(Quiet(words).wrapped())
            line = row()
            line.addWidget(
                DangerButton(
                    tr("Xóa và làm lại bản tập huấn"), icon_name="undo", act=self.ask_reset
                )
            )
            line.addStretch()
            training.body.addLayout(line)
            left.addWidget(training)
        left.addStretch()
        return scroll

    def _show(self, facts: DeviceFacts) -> None:
        self.log.set_text(facts.log)
        self.home.set_text(str(facts.home))
        self.facts.show_facts(
            [
                (tr("Tên máy"), facts.name),
                (tr("Vị trí"), tr("số {slot}", slot=facts.slot)),
                (tr("Lần khởi đầu"), str(facts.incarnation)),
                (tr("Số sự kiện"), f"{facts.events:,}".replace(",", ".")),
                (tr("Tệp dữ liệu"), size_words(facts.store_size)),
                (tr("Tệp đính kèm"), size_words(facts.blobs_size)),
                (tr("Ổ đĩa còn trống"), size_words(facts.free)),
            ]
        )

    def _found(self, findings: list[Finding]) -> None:
        self.check_button.setEnabled(True)
        self.table.show_rows(findings)
        self.table.pick_first()

    def _explain(self, finding: Finding | None) -> None:
        self.words.setText(finding.words if finding else "")

    def _was_reset(self, _aside: Path) -> None:
        window = self._screen.window()
        if isinstance(window, Shell):
            window.leave_asked.emit()


def state_cell(finding: Finding) -> ChipText:
    """The state in words."""
    return {
        "ok": ChipText(tr("tốt"), "done"),
        "warning": ChipText(tr("lưu ý"), "soon"),
        "bad": ChipText(tr("hỏng"), "overdue"),
    }.get(finding.state, ChipText(tr("chưa rõ"), "paused"))


def size_words(count: int) -> str:
    """Bytes as people say them."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000)) if count else 0} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.1f} MB".replace(".", ",")
    return f"{count / 1_000_000_000:.1f} GB".replace(".", ",")
