"""The one hub through which screens learn what an act changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from models.changed import Changed

__all__ = ["Changes"]


class Changes(QObject):
    """Tells every listener about each `Changed`; `by` is the screen that caused it, if any.

    >>> changes.told.connect(screen.hear)        # hear(changed, by)
    >>> changes.tell(receipt.changed, by=self)
    """

    told = Signal(object, object)

    def tell(self, changed: Changed, *, by: object = None) -> None:
        """Pass `changed` on to every listener."""
        self.told.emit(changed, by)
