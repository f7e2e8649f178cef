"""The six numbers of the morning; a press or arrows and Enter filter the list below."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from models.words import tr
from services.dossiers.today import Today
from ui.widgets import Kind, NumberCard, row

__all__ = ["NumberRow", "bucket_words"]

KINDS: dict[str, Kind] = {"overdue": "overdue", "today": "soon", "paused": "paused"}
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


def bucket_words(name: str) -> str:
    """The name of one card."""
    return {
        "overdue": tr("Quá hạn"),
        "today": tr("Hôm nay"),
        "tomorrow": tr("Ngày làm việc tới"),
        "soon": tr("2–3 ngày"),
        "later": tr("Còn xa"),
        "paused": tr("Tạm dừng"),
    }[name]


class NumberRow(QWidget):
    """Number cards side by side; `pressed(name)` with the name of the bucket."""

    pressed = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[str, NumberCard] = {}
        layout = row(self, gap=10)
        for name in ("overdue", "today", "tomorrow", "soon", "later", "paused"):
            card = NumberCard(bucket_words(name), kind=KINDS.get(name, "neutral"))
            card.pressed.connect(lambda name=name: self.pressed.emit(name))
            self.cards[name] = card
            layout.addWidget(card, 1)

    def show_today(self, today: Today, remarks: Mapping[str, str], *, chosen: str) -> None:
        """Show the numbers; the card the list is filtered by says so."""
        for bucket in today.buckets:
            on = tr("đang lọc") if bucket.name == chosen else ""
            words = " · ".join(x for x in (remarks.get(bucket.name, ""), on) if x)
            self.cards[bucket.name].show_number(bucket.count, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move between the cards."""
        step = STEPS.get(Qt.Key(event.key()))
        cards = list(self.cards.values())
        here = next((n for n, card in enumerate(cards) if card.hasFocus()), -1)
        if step is None or here < 0:
            super().keyPressEvent(event)
            return
        cards[max(0, min(len(cards) - 1, here + step))].setFocus()
