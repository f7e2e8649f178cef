"""Finding a dossier with Ctrl+K and doing an act on it through its panel, as anyone may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
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
    until,
)

__all__ = ["begin_act", "code_of", "open_dossier", "save_as", "section"]


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
        button = find_button(panel, act_words(act))
    click(button)
    guide.rest()
    return dialog()


def save_as(guide: Guide, path: Path, keys: str = "Ctrl+S") -> None:
    """Press the key that saves a copy, type where to, and wait for the file.

    Some dialogs of the system wait for their answer inside the key press, so the hand that types
    the path is made ready first.
    """
    path.unlink(missing_ok=True)
    done: list[bool] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QFileDialog) and not done:
            done.append(True)
            watch.stop()
            give_path(box, path)

    watch = QTimer(interval=10)
    watch.timeout.connect(look)
    watch.start()
    press(keys)
    until(path.is_file, tr("Tệp {name} không được lưu.", name=path.name))
    watch.stop()
    guide.rest()


def give_path(box: QDialog, path: Path) -> None:
    """Type a path into the dialog that asks where to save."""
    line = box.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setFocus()
    line.selectAll()
    type_here(str(path))
    press("Return")
