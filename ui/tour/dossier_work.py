"""Finding a dossier with Ctrl+K and doing an act on it through its panel, as anyone may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit

from models.words import tr
from models.workflow import Act, act_words
from ui.tour.guide import Guide
from ui.tour.hands import (
    click,
    click_tab,
    dialog,
    expect,
    find_button,
    press,
    type_here,
    type_text,
    until,
)

__all__ = ["answer_file", "begin_act", "code_of", "open_dossier", "save_as", "section"]


def code_of(guide: Guide, name: str) -> str:
    """The code of one of the tour's dossiers."""
    intake = guide.dossier(name).intake
    assert intake is not None
    return intake.code


def open_dossier(guide: Guide, name: str) -> Any:
    """Type the code into the search field, take the hit; answers the dossier's panel."""
    code = code_of(guide, name)
    guide.front()
    press("Ctrl+K")
    type_here(code)
    guide.rest()
    top = guide.shell.top
    until(top.popup.is_open, tr("Gõ «{text}» không ra kết quả nào.", text=code))
    press("Return")
    guide.rest()
    panel = guide.screen("dossiers").panel
    seen = panel.view is not None and panel.view.dossier.id == guide.ids[name]
    expect(seen, tr("Hồ sơ {code} không mở ra.", code=code))
    return panel


def section(guide: Guide, name: str, part: str) -> Any:
    """Open a dossier at one of its sections."""
    panel = open_dossier(guide, name)
    click_tab(panel.tabs, list(panel.sections).index(part))
    guide.rest()
    return panel.sections[part]


def begin_act(guide: Guide, name: str, act: Act) -> Any:
    """Open a dossier and press the button of `act`; answers the dialog that asks for it."""
    panel = open_dossier(guide, name)
    button = find_button(panel, act_words(act))
    if button is None:
        click_tab(panel.tabs, list(panel.sections).index("acts"))
        guide.rest()
        button = find_button(panel, act_words(act))
    click(button)
    guide.rest()
    return dialog()


def save_as(guide: Guide, path: Path, ask: Callable[[], object] | None = None) -> None:
    """Ask for a copy (with Ctrl+S unless `ask` does it), type where to, wait for the file."""
    path.unlink(missing_ok=True)
    answer_file(guide, path, ask or (lambda: press("Ctrl+S")))
    until(path.is_file, tr("Tệp {name} không được lưu.", name=path.name))
    guide.rest()


def answer_file(guide: Guide, path: Path, ask: Callable[[], object]) -> None:
    """Do `ask`, which opens the system's dialog for a file, and type `path` into it.

    Some dialogs wait for their answer inside `ask`, so the hand that types is made ready first.
    """
    done: list[bool] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        if not done and isinstance(box, QFileDialog) and box.isActiveWindow():
            done.append(give_path(box, path))

    watch = QTimer(interval=10)
    watch.timeout.connect(look)
    watch.start()
    ask()
    until(lambda: done, tr("Hộp thoại chọn tệp không mở."))
    watch.stop()
    guide.rest()


def give_path(box: QDialog, path: Path) -> bool:
    """Type a path into the dialog that asks for a file."""
    line = box.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setFocus()
    line.selectAll()
    type_text(line, str(path))
    QTest.keyClick(line, Qt.Key.Key_Return)
    return True
