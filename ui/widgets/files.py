"""Asks for a file to open or a place to save, in our own dialog and without blocking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

__all__ = ["ask_file", "ask_folder", "ask_target"]

Act = Callable[[Path], object]


def ask_file(parent: QWidget, title: str, *, pattern: str, act: Act) -> QFileDialog:
    """Let the person choose an existing file, then `act(path)`; `pattern` like "CSV (*.csv)"."""
    dialog = _dialog(parent, title, pattern=pattern, act=act)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()
    return dialog


def ask_folder(parent: QWidget, title: str, *, act: Act) -> QFileDialog:
    """Let the person choose a folder, then `act(path)`."""
    dialog = _dialog(parent, title, pattern="", act=act)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.open()
    return dialog


def ask_target(parent: QWidget, title: str, *, name: str, pattern: str, act: Act) -> QFileDialog:
    """Let the person say where to save a new file called `name`, then `act(path)`."""
    dialog = _dialog(parent, title, pattern=pattern, act=act)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.selectFile(name)
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str, *, pattern: str, act: Act) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setNameFilter(pattern)
    dialog.fileSelected.connect(lambda chosen: act(Path(chosen)))
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    return dialog
