"""Walks through windows and reports what no window may have; screens' own tests use it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QAccessible, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

HOSTILE = '<img src="file:///etc/passwd"><b>x</b>&amp;'
"""A name a citizen might have typed; it must appear letter by letter wherever it is shown."""


def every_widget(root: QWidget) -> list[QWidget]:
    """`root` and all widgets inside it."""
    return [root, *root.findChildren(QWidget)]


def rich_places(root: QWidget) -> list[str]:
    """Where text would be read as HTML: labels, editors, tooltips, cells."""
    found = []
    for widget in every_widget(root):
        name = type(widget).__name__
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            found.append(f"{name}: {widget.text()!r}")
        if isinstance(widget, QTextEdit) and not isinstance(widget, QPlainTextEdit):
            found.append(f"{name}: a rich text editor")
        if is_rich(widget.toolTip()):
            found.append(f"{name} tooltip: {widget.toolTip()!r}")
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            found += [
                f"{name} cell tooltip: {text!r}" for text in cell_tips(widget) if is_rich(text)
            ]
    return found


def cell_tips(view: QAbstractItemView) -> Iterator[str]:
    """The tooltips of all cells."""
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for row in range(model.rowCount()):
        for column in range(columns):
            yield str(model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or "")


def is_rich(tip: str) -> bool:
    """Whether a tooltip has markup of its own: only the wrapper of `tip()` may have some."""
    inner = tip.removeprefix("<qt>").removesuffix("</qt>").replace("<br>", "")
    return "<" in inner


def shown_texts(root: QWidget) -> list[str]:
    """The words of all labels that are visible."""
    QApplication.processEvents()
    return [w.text() for w in root.findChildren(QLabel) if w.isVisible() and w.text()]


def double_keys(window: QWidget) -> list[str]:
    """Keys that two visible things of `window` answer: Qt then gives them to neither."""
    keys: Counter[str] = Counter()
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        if isinstance(owner, QWidget) and owner.isVisible() and owner.isEnabled():
            sequences = shortcut.keys()
            keys.update(sequence.toString() for sequence in sequences)
    return sorted(key for key, count in keys.items() if count > 1)


def nameless(root: QWidget) -> list[str]:
    """Visible widgets reachable with Tab that a screen reader could not name."""
    found = []
    for widget in every_widget(root):
        if not widget.isVisible() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if widget.focusProxy() is None and not face.text(QAccessible.Text.Name):
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def cut_texts(root: QWidget) -> list[str]:
    """Visible labels that are lower than their words need."""
    QApplication.processEvents()
    found = []
    for label in root.findChildren(QLabel):
        if label.isVisible() and label.text():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else 0
            needed = needed if needed > 0 else label.fontMetrics().height()
            if label.height() < needed - 1:
                found.append(f"{label.text()[:40]!r}: {label.height()} of {needed}")
    return found
