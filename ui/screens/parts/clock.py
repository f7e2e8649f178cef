"""Before a receipt with a promised date is made: is this PC's clock to be trusted?"""

from __future__ import annotations

from collections.abc import Callable

from models.words import tr
from ui.screens.base import Screen
from ui.widgets import confirm

__all__ = ["when_clock_is_sure"]


def when_clock_is_sure(screen: Screen, act: Callable[[], object]) -> None:
    """Do `act` at once, or after a person has said that the times are right.

    Asked only when this PC's clock differs from the city's by more than 15 minutes (sync §4.4).
    """
    doubt = screen.desk.clock_doubt()
    if not doubt:
        act()
        return
    now = screen.desk.office.core.clock.now()
    words = tr(
        "{doubt}. Giấy sẽ ghi {now}, ngày hẹn tính từ giờ đó. Nên chỉnh giờ của máy trước.",
        doubt=doubt, now=f"{now:%H:%M %d/%m/%Y}",
    )  # fmt: skip
    confirm(
        screen, tr("Đồng hồ máy này có thể sai"), words,
        primary=tr("Giờ đúng, tiếp nhận và in"), act=act,
    )  # fmt: skip
