"""Who relays the office's logs to the city: the designated hub, or whoever stands in for it.

Relaying is idempotent, so nobody votes: two relays at once cost bytes, none at all costs freshness.
The PCs stand in a known order; each goes by what it hears itself (design notes: sync §2, §4.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["SILENT_MS", "RelayWatch"]

SILENT_MS = 60_000
"""Who was not heard of for so long is taken to be off."""


@dataclass
class RelayWatch:
    """What this PC heard of the others; times are of one clock that never goes back.

    `me` is this PC in the order of relays, by its public key like all the others. Whoever was never
    heard of counts as silent from `since` on, the start of this PC.
    """

    me: bytes
    since: int
    silent_ms: int = SILENT_MS
    _heard: dict[bytes, int] = field(default_factory=dict)
    _behind: int | None = None

    def heard(self, key: bytes, now_ms: int) -> None:
        """Another PC answered, or asked something."""
        self._heard[key] = now_ms

    def city(self, *, behind: bool, now_ms: int) -> None:
        """Whether the city, which this PC reaches, lacks something this PC has."""
        self._behind = (self._behind or now_ms) if behind else None

    def is_silent(self, key: bytes, now_ms: int) -> bool:
        """Whether a PC was not heard of for a minute."""
        return now_ms - self._heard.get(key, self.since) >= self.silent_ms

    def relays(self, order: Sequence[bytes], now_ms: int) -> bool:
        """Whether this PC relays now.

        The first of `order` always does, the others when all before them are silent; and when the
        city has lacked something for a minute for each of those, for a hub that answers here may
        have lost its way out.
        """
        before = list(order).index(self.me) if self.me in order else len(order)
        if all(self.is_silent(key, now_ms) for key in order[:before]):
            return True
        waited = 0 if self._behind is None else now_ms - self._behind
        return waited >= self.silent_ms * max(1, before)
