"""The top bar: search over everything, the network in words, who works here, the lock."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget

from models.words import tr
from ui.icons import icon
from ui.theme import RAIL_WIDTH
from ui.widgets import (
    Chip,
    ChipButton,
    Choice,
    Elided,
    Finder,
    IconButton,
    Kind,
    Label,
    PopupSearch,
    column,
    row,
)

__all__ = ["TopBar"]


class SearchLine(QLineEdit):
    """The search field with its key printed inside."""

    def __init__(self) -> None:
        super().__init__()
        words = tr("Tìm hồ sơ, tên, CCCD, điện thoại, thủ tục…")
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setMinimumWidth(150)
        self.setMaximumWidth(352)
        self.key = Label("Ctrl K", role="key", parent=self)
        self.setTextMargins(0, 0, self.key.sizeHint().width(), 0)
        self.textChanged.connect(lambda text: self.key.setVisible(not text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.key.sizeHint()
        left = self.width() - size.width() - 8
        self.key.setGeometry(
            left, (self.height() - size.height()) // 2, size.width(), size.height()
        )


class TopBar(QWidget):
    """Signals what was found or pressed; knows nothing of where it leads."""

    found = Signal(object)
    network_pressed = Signal()
    lock_pressed = Signal()
    user_pressed = Signal()

    def __init__(self, finder: Finder) -> None:
        super().__init__()
        self.setProperty("role", "top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(46)
        layout = row(self, gap=10, margin=(14, 0, 12, 0))
        layout.addWidget(self._brand())
        self.search = SearchLine()
        self.popup = PopupSearch(self.search, finder, width=460)
        self.popup.chosen.connect(self._found)
        layout.addWidget(self.search, 5)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setFixedWidth(90)
        self.busy.setAccessibleName(tr("Đang làm"))
        self.busy.hide()
        layout.addWidget(self.busy)
        layout.addStretch(1)
        self.training = Chip(tr("Chế độ tập huấn"), "soon")
        self.training.hide()
        layout.addWidget(self.training)
        self._narrow = False
        self._said: tuple[str, str, Kind, str] = ("", "", "neutral", "")
        self.network = ChipButton()
        self.network.clicked.connect(self.network_pressed.emit)
        layout.addWidget(self.network)
        self.user, self.place = Elided("", role="strong"), Elided("", role="small")
        right = Qt.AlignmentFlag.AlignRight
        self.user.setMaximumWidth(260)
        self.place.setMaximumWidth(260)
        who = column(gap=0)
        who.addStretch()
        for label in (self.user, self.place):
            label.setAlignment(right | Qt.AlignmentFlag.AlignVCenter)
            who.addWidget(label)
        who.addStretch()
        layout.addLayout(who)
        self.password = IconButton(
            "key", tr("Đổi mật khẩu của tôi"), act=self.user_pressed.emit
        )  # fmt: skip
        layout.addWidget(self.password)
        self.lock = IconButton("lock", tr("Khoá màn hình (Ctrl L)"), act=self.lock_pressed.emit)
        layout.addWidget(self.lock)

    def say_user(self, name: str, place: str) -> None:
        """Show who works here and as what."""
        self.user.setText(name)
        self.place.setText(place)

    def say_network(self, words: str, kind: Kind, note: str = "", *, short: str = "") -> None:
        """Show how this machine stands to the others; `short` is for a narrow window."""
        self._said = (words, short or words, kind, note)
        self._show_network()

    def _show_network(self) -> None:
        words, short, kind, note = self._said
        full = f"{words}\n{note}" if self._narrow else note
        self.network.show_state(short if self._narrow else words, kind, full)
        self.network.setAccessibleName(words)

    def focus_search(self) -> None:
        """Put the cursor into the search field, its text selected."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def fold(self, narrow: bool) -> None:
        """Leave out words in a narrow window; icons and tooltips keep the meaning."""
        self._narrow = narrow
        self._show_network()
        self._name.setVisible(not narrow)
        self._brand_room.setFixedWidth(34 if narrow else RAIL_WIDTH - 10)

    def _brand(self) -> QWidget:
        brand = QWidget()
        brand.setFixedWidth(RAIL_WIDTH - 10)
        line = row(brand, gap=8)
        mark = Label("")
        mark.setPixmap(icon("logo").pixmap(20, 20))
        mark.setAccessibleName(tr("Một Cửa"))
        line.addWidget(mark)
        self._name = Label(tr("Một Cửa"), role="brand")
        self._brand_room = brand
        line.addWidget(self._name)
        line.addStretch()
        return brand

    def _found(self, choice: Choice) -> None:
        self.search.clear()
        self.found.emit(choice)
