"""Keeps the half-typed visit by itself, and finds it again for the person it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from models.errors import OfficeError
from services.core import Core
from services.dossiers.drafts import drop_draft, find_draft, keep_draft
from services.dossiers.familiar import visit_is_stored
from services.dossiers.overview import recent_procedures
from ui.screens.base import Screen
from ui.screens.intake.forms import VisitForm, from_draft
from ui.screens.intake.words import time_of

__all__ = ["KEY", "KIND", "Begin", "DraftKeeper", "begin_intake"]

KIND, KEY = "intake", "new"
SAVE_MS = 1_500
"""What was typed is kept at the latest this long after the last key."""


@dataclass(frozen=True)
class Begin:
    """What a clerk finds on opening the screen: the procedures used most, a draft and its time."""

    familiar: tuple[str, ...]
    form: VisitForm | None
    saved_at: str = ""


def begin_intake(core: Core, owner: str) -> Begin:
    """Read the owner's own draft; one that became a dossier already, or that another version of
    the program wrote, is dropped."""
    draft = find_draft(core, owner, kind=KIND, key=KEY)
    with core.store.read() as conn:
        familiar = recent_procedures(conn, owner)
        stored = draft is not None and visit_is_stored(conn, str(draft.fields.get("command", "")))
    if draft is None:
        return Begin(familiar, None)
    form = None if stored else readable(draft.fields)
    if form is None:
        drop_draft(core, owner, kind=KIND, key=KEY)
        return Begin(familiar, None)
    return Begin(familiar, form, draft.saved_at)


def readable(fields: dict[str, object]) -> VisitForm | None:
    """The form of a draft, None when it cannot be understood."""
    try:
        return from_draft(fields)
    except (OfficeError, KeyError, TypeError, ValueError, AttributeError):
        return None


class DraftKeeper(QObject):
    """`kept(time)` after each saving. The form is copied when saving starts, never later."""

    kept = Signal(str)

    def __init__(self, screen: Screen, core: Callable[[], Core]) -> None:
        super().__init__(screen)
        self._screen = screen
        self._core = core
        self._owner = ""
        self._form: VisitForm | None = None
        self._clock = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._clock.timeout.connect(self.save_now)

    def follow(self, owner: str, form: VisitForm) -> None:
        """Keep `form` for `owner` from now on."""
        self._clock.stop()
        self._owner, self._form = owner, form

    def touched(self) -> None:
        """Something was typed."""
        if not self._clock.isActive():
            self._clock.start()

    def pause(self) -> None:
        """Save nothing until something is typed again."""
        self._clock.stop()

    def save_now(self) -> None:
        """Save what is typed, or forget the draft when everything was taken back."""
        self._clock.stop()
        if self._form is None:
            return
        core, owner, fields = self._core(), self._owner, self._form.to_draft()
        if self._form.is_empty():
            self._screen.write(lambda: drop_draft(core, owner, kind=KIND, key=KEY), nothing)
            return
        self._screen.write(
            lambda: keep_draft(core, owner, kind=KIND, key=KEY, fields=fields),
            lambda at: self.kept.emit(time_of(at)),
        )

    def leave(self) -> None:
        """The screen goes out of sight: save what has not been saved yet."""
        if self._clock.isActive():
            self.save_now()

    def discard(self) -> None:
        """Forget the draft."""
        self._clock.stop()
        core, owner = self._core(), self._owner
        self._screen.write(lambda: drop_draft(core, owner, kind=KIND, key=KEY), nothing)


def nothing(_answer: object) -> None:
    """What there is to do after forgetting."""
