"""Readings of a dossier: facts, the way it went, and why something is as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.cards import ScrollColumn
from ui.widgets.chips import CHIP_COLOURS, Chip, ChipText, Kind
from ui.widgets.layout import clear, column, row
from ui.widgets.text import Heading, Label, Quiet, Small

__all__ = ["Facts", "Step", "Timeline", "WhyPanel"]


class Facts(QWidget):
    """A list of label and value; a value may be a `ChipText`.

    >>> Facts([(tr("Thủ tục"), "Đăng ký lại khai sinh"), (tr("Hẹn trả"), ChipText("quá 4 giờ",
    ...        "overdue"))])
    """

    def __init__(
        self,
        facts: Sequence[tuple[str, str | ChipText]] = (),
        *,
        label_width: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label_width = label_width
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self.show_facts(facts)

    def show_facts(self, facts: Sequence[tuple[str, str | ChipText]]) -> None:
        """Show other facts."""
        clear(self._grid)
        top = Qt.AlignmentFlag.AlignTop
        for number, (name, value) in enumerate(facts):
            label = Quiet(name)
            if self._label_width:
                label.setFixedWidth(self._label_width)
            self._grid.addWidget(label, number, 0, top)
            if isinstance(value, ChipText):
                left = Qt.AlignmentFlag.AlignLeft
                self._grid.addWidget(Chip(value.words, value.kind), number, 1, left)
            else:
                self._grid.addWidget(Label(value).wrapped().selectable(), number, 1, top)


@dataclass(frozen=True)
class Step:
    """One step of a dossier's way: what, when and who, what it did to the promised date."""

    words: str
    when: str = ""
    who: str = ""
    effect: str = ""
    kind: Kind = "info"


class Timeline(QWidget):
    """The way a dossier went, oldest first, drawn along a line."""

    def __init__(self, steps: Sequence[Step] = (), *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = column(self, gap=0)
        self.show_steps(steps)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show another way."""
        clear(self._layout)
        for number, step in enumerate(steps):
            self._layout.addWidget(self._line(step, number == 0, last=number == len(steps) - 1))
        self._layout.addStretch()

    def _line(self, step: Step, first: bool, *, last: bool) -> QWidget:
        widget = QWidget()
        layout = row(widget, gap=8)
        layout.addWidget(StepMark(step.kind, first=first, last=last))
        texts = column(gap=1, margin=(0, 3, 0, 9))
        head = row(gap=8)
        head.addWidget(Label(step.words, role="strong").wrapped(), 1)
        head.addWidget(Quiet(step.when), 0, Qt.AlignmentFlag.AlignTop)
        texts.addLayout(head)
        for note in (step.who, step.effect):
            if note:
                texts.addWidget(Small(note).wrapped())
        layout.addLayout(texts, 1)
        return widget


class StepMark(QWidget):
    """The dot of one step and the piece of line through it."""

    def __init__(self, kind: Kind, *, first: bool, last: bool) -> None:
        super().__init__()
        self._kind, self._first, self._last = kind, first, last
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(16, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, middle = current_theme(), 13.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line_strong"), 1.5))
        top = middle if self._first else 0.0
        bottom = middle if self._last else float(self.height())
        painter.drawLine(QPointF(8, top), QPointF(8, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(QRectF(1, middle - 7, 14, 14))
        painter.setBrush(theme.colour(CHIP_COLOURS[self._kind][0]))
        painter.drawEllipse(QRectF(3.5, middle - 4.5, 9, 9))
        painter.end()


class WhyPanel(ScrollColumn):
    """Why something is as it is: one explanation per line, a remark last; scrolls when it must.

    >>> why.explain(tr("Vì sao hẹn 26/11?"), ["Nhận 16/11 09:00, hạn 3 ngày làm việc", ...])
    """

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(gap=5, parent=parent)

    def explain(self, heading: str, lines: Sequence[str], *, remark: str = "") -> None:
        """Show the explanation."""
        clear(self.body)
        if heading:
            self.body.addWidget(Heading(heading))
        for line in lines:
            self.body.addWidget(Label(line).wrapped().selectable())
        if remark:
            self.body.addWidget(Quiet(remark).wrapped())
        self.body.addStretch()
