"""Steps of the frame around every screen: search, help, keys, lock."""

from __future__ import annotations

from models.words import tr
from services.training.accounts import PASSWORD
from ui.tour.guide import Guide, Step
from ui.tour.hands import dialog, expect, fill, press, type_here, until

__all__ = ["frame"]


def frame() -> list[Step]:
    """What works on every screen."""
    return [
        Step("search", lambda: tr("Ctrl+K: tìm hồ sơ theo tên không dấu"), search),
        Step("keys", lambda: tr("?: các phím của màn hình"), keys),
        Step("lock", lambda: tr("Ctrl+L: khóa màn hình"), lock),
        Step("unlock", lambda: tr("Mở khóa bằng mật khẩu; việc đang làm còn nguyên"), unlock),
    ]


def search(guide: Guide) -> None:
    """Find dossiers by a name without accents; the hits stay open."""
    guide.front()
    press("Ctrl+K")
    expect(guide.shell.top.search.hasFocus(), tr("Ô tìm kiếm không nhận con trỏ."))
    type_here("nguyen")
    guide.rest()
    until(guide.shell.top.popup.is_open, tr("Gõ «{text}» không ra kết quả nào.", text="nguyen"))


def keys(guide: Guide) -> None:
    """The sheet of keys."""
    press("Escape")
    press("Ctrl+A")
    press("Delete")
    guide.go(guide.first_place())
    press("?")
    dialog()


def lock(guide: Guide) -> None:
    """Lock, and begin to type the password."""
    guide.close_dialogs()
    guide.front()
    press("Ctrl+L")
    until(guide.shell.is_locked, tr("Màn hình không khóa."))
    card = guide.shell.lock.card
    fill(card.password, PASSWORD)


def unlock(guide: Guide) -> None:
    """Open again."""
    press("Return")
    until(lambda: not guide.shell.is_locked(), tr("Màn hình không mở khóa."))
