"""Takes out circular garbage in the window's thread only: it may hold widgets and timers."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

__all__ = ["Sweeping"]

EVERY_MS = 500
OFTEN, SELDOM, RARELY = 700, 10, 10
"""How much new garbage starts a sweep of each generation, as Python itself counts."""


class Sweeping(QObject):
    """While it lives, Python's own collector rests and this one works for it.

    Python collects in whatever thread happens to allocate. A window that was closed leaves a
    circle of widgets; swept away in a worker thread, its timers and windows would be taken apart
    there, which Qt does not allow.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._clock = QTimer(self, interval=EVERY_MS)
        self._clock.timeout.connect(self.sweep)
        self._clock.start()

    def sweep(self) -> int:
        """Collect the oldest generation that is due; how many objects went."""
        young, middle, old = gc.get_count()
        if old > RARELY:
            return gc.collect(2)
        if middle > SELDOM:
            return gc.collect(1)
        return gc.collect(0) if young > OFTEN else 0

    def end(self) -> None:
        """Sweep once more, then let Python's own collector work again."""
        self._clock.stop()
        gc.collect()
        if self._was_on:
            gc.enable()
