"""Events of the roster: which devices an office has, their slots, the hub, who was revoked.

They stand in the stream `roster/<office>` and are written by the city into its own log for that
office; a provisional admission may come from a PC of the office and waits for the city's word
(design notes: sync §4.5, §4.9).
"""

from __future__ import annotations

from models.codec import Event, event

__all__ = [
    "AddressesTold",
    "DeviceAdmitted",
    "DeviceRevoked",
    "HubOrder",
    "IncarnationOpened",
    "addresses_stream",
    "roster_stream",
]


def roster_stream(office: str) -> str:
    """The stream of an office's roster."""
    return f"roster/{office}"


def addresses_stream(log: bytes) -> str:
    """The stream in which the PC that writes `log` tells where it listens."""
    return f"address/{log.hex()}"


@event("roster.device_admitted")
class DeviceAdmitted(Event):
    """A device may write a log of this office; the city's word, or provisional."""

    log: bytes
    public_key: bytes
    incarnation: int
    slot: int
    name: str
    kind: str = "pc"
    provisional: bool = False


@event("roster.device_revoked")
class DeviceRevoked(Event):
    """Events of the log up to `last_seq` stay valid; later ones are kept, void and listed."""

    log: bytes
    last_seq: int
    last_hash: bytes
    reason: str


@event("roster.incarnation_opened")
class IncarnationOpened(Event):
    """First event of a new log of an admitted key, after a restore: the old log ends here.

    `log_id(public_key, incarnation)` must be the log that holds this event; for the city, which has
    one key for all offices, `models/roster.py:city_log`.
    """

    public_key: bytes
    incarnation: int
    previous_log: bytes
    last_seq: int


@event("roster.hub_order")
class HubOrder(Event):
    """Logs of the devices that relay to the city and listen as hub, first choice first."""

    logs: tuple[bytes, ...]


@event("roster.addresses_told")
class AddressesTold(Event):
    """Where the PC that writes this listens on its network, as `https://host:port`."""

    urls: tuple[str, ...]
