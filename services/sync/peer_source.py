"""An office's journal from one of its PCs: the invitation's fingerprint tells which to believe."""

from __future__ import annotations

from typing import Any

from models.errors import ForeignError
from models.lan_address import parse_address
from models.words import tr
from services.clock import Clock
from services.journal.device import Device
from services.sync.client import Address, Caller
from services.sync.enrolment import Place, admission_request, post_json
from services.sync.inviting import HEADER, fingerprint
from services.sync.protocol import Answer, Question
from services.sync.tls import key_at

__all__ = ["PeerSource"]


class PeerSource:
    """A PC of the office on the LAN, known by the fingerprint in its invitation."""

    def __init__(
        self, peer: str, device: Device, *, secret: str, fingerprint: str, clock: Clock
    ) -> None:
        """`peer` is HOST or HOST:PORT as typed. Raises `ForeignError` SL-43 for another machine."""
        self._secret = secret
        self.address = _pinned(parse_address(peer), fingerprint)
        self._caller = Caller(self.address, device, log=lambda: device.log, clock=clock)

    def admit(self, device: Device) -> Place:
        """POST /enrol at the inviting PC."""
        request = admission_request(device, self._secret)
        said = post_json(self.address, "/enrol", request, more={HEADER: "1"})
        try:
            return _place(said, device)
        except (KeyError, TypeError, ValueError) as error:
            raise _somebody_else() from error

    def ask(self, question: Question) -> Answer:
        """A question of sync."""
        return self._caller.ask(question)

    def close(self) -> None:
        """Give the connection back."""
        self._caller.close()


def _pinned(url: str, wanted: str) -> Address:
    key = key_at(url, seconds=5.0)
    if not key or fingerprint(key) != wanted:
        raise _somebody_else()
    return Address(url, pin=key)


def _place(said: dict[str, Any], device: Device) -> Place:
    office, given = said["office"], said["device"]
    if bytes.fromhex(given["log"]) != device.log:
        raise ValueError("another device")
    code = str(office["code"])
    rows = tuple(
        (
            bytes.fromhex(row["log"]), code, bytes.fromhex(row["public_key"]), int(row["slot"]),
            str(row["name"]), int(row["incarnation"]), _kind(row), str(row["state"]),
            None if row["last_seq"] is None else int(row["last_seq"]),
        )
        for row in said["roster"]
    )  # fmt: skip
    key = bytes.fromhex(said["city_key"])
    return Place(code, str(office["name"]), int(given["slot"]), str(given["name"]), key,
                 str(said["server"]), rows)  # fmt: skip


def _kind(row: dict[str, Any]) -> str:
    """What a PC vouches for is no city: that is only who signs with the pinned key."""
    return "hub" if row["kind"] == "hub" else "pc"


def _somebody_else() -> ForeignError:
    return ForeignError(
        "SL-43",
        tr("Ở địa chỉ đó không có máy đã mời."),
        tr("Kiểm tra địa chỉ và mã mời trên màn hình của máy mời; hai máy phải cùng mạng."),
    )
