"""Steps of the first start: which office, who signs in."""

from __future__ import annotations

from models.words import tr
from ui.shell.first_run import FirstRunWindow
from ui.shell.login import LoginWindow
from ui.tour.guide import Guide, Step
from ui.tour.hands import click, expect, fill, press, until

__all__ = ["opening"]

UNIT = "Định Công"


def opening() -> list[Step]:
    """From the first start to the receptionist at her desk."""
    return [
        Step("first-run", lambda: tr("Lần đầu mở máy: chọn tập huấn, gõ tên phường"), first_run),
        Step("sign-in", lambda: tr("Tạo cơ quan tập huấn rồi về cửa sổ đăng nhập"), to_sign_in),
        Step("desk", lambda: tr("Công chức tiếp nhận đăng nhập bằng bàn phím"), receptionist),
    ]


def first_run(guide: Guide) -> None:
    """Choose a training office and type the name of the ward; the hits stay open."""
    window = guide.window()
    assert isinstance(window, FirstRunWindow)
    guide.front()
    click(window.training)
    fill(window.unit, UNIT)
    guide.rest()
    until(window.unit.popup.is_open, tr("Gõ «{text}» không ra kết quả nào.", text=UNIT))


def to_sign_in(guide: Guide) -> None:
    """Take the ward, make the office, then leave the window to whoever signs in."""
    window = guide.window()
    assert isinstance(window, FirstRunWindow)
    press("Return")
    press("Ctrl+Return")
    until(lambda: guide.app.session is not None, tr("Cơ quan tập huấn không được tạo."),
          limit_ms=60_000)  # fmt: skip
    guide.rest()
    expect(UNIT in guide.core.office.unit_name, tr("Cơ quan được tạo không đúng phường."))
    guide.front()
    press("Ctrl+L")
    click(guide.shell.lock.leave)
    until(lambda: isinstance(guide.app.window, LoginWindow), tr("Cửa sổ đăng nhập không mở."))


def receptionist(guide: Guide) -> None:
    """Name and password by keyboard."""
    guide.sign_in("tiepnhan")
    guide.screen("today")
