"""Enrolment: a one-time code buys a device its place on the office's roster.

An office that was founded without the city makes itself known (`register_office`); an empty folder
joins an office (`services/sync/joining.py`). Both ask the same question, and asking it again with
the same code and key gives the same answer, so a lost answer costs nothing.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from models.errors import ForeignError, InputError, MachineError, NotAllowed, OfficeError
from models.roster import NO_SLOT, city_log
from models.staff import Role
from models.words import current_language, tr
from services.assembly import OpenOffice
from services.clock import Clock
from services.journal.device import Device, this_machine
from services.journal.incarnation import ELSEWHERE
from services.people import demand_role
from services.store.statement import rows_of
from services.sync.authority import keep_authority
from services.sync.client import Address, Caller, certificate_fault, trusted_context
from services.sync.enrolled import address_log, write_enrolment
from services.sync.faults import fault
from services.sync.protocol import Answer, Question
from services.sync.tls import client_context, key_of
from services.sync.vouching import others_brought

__all__ = [
    "APP", "CitySource", "Code", "Place", "Source", "admission_request", "first_of", "other_office",
    "post_json", "read_code", "read_place", "register_office",
]  # fmt: skip

APP = "mot-cua"
LARGEST = 64 << 10
_NO_HEADERS: Mapping[str, str] = {}
_QR = "motcua-enrol:1:"
_CODE = re.compile(r"[0-9A-Z]{5}-?[0-9A-Z]{5}-?[0-9A-Z]{5}")


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code as typed or scanned; a scanned one also names the city's key and address."""

    code: str
    city_key: str = ""
    server: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The place a device was given: the office, its slot, the city's key (empty when unknown).

    `roster` are rows of `device` that a PC of the office vouches for; from the city there are none,
    its own log says it. `known`: the city had admitted the device before and left the code unused.
    """

    office: str
    name: str
    slot: int
    device_name: str
    city_key: bytes
    server: str
    roster: tuple[tuple[Any, ...], ...] = ()
    known: bool = False


class Source(Protocol):
    """Where an office's journal comes from: the city, or a PC of the office."""

    def admit(self, device: Device) -> Place:
        """The device's place on the roster; raises `OfficeError` in the words of who refused."""

    def ask(self, question: Question) -> Answer:
        """A question of sync as the admitted device; raises `NoAnswer`."""

    def close(self) -> None:
        """Give the connection back."""


def read_code(typed: str) -> Code:
    """The code in what somebody typed or a scanner read; raises `InputError` SL-30."""
    text = typed.strip()
    if text.startswith(_QR):
        code, key, server = (*text.removeprefix(_QR).split(":", 2), "", "")[:3]
        return Code(code, key, server)
    text = text.upper().replace(" ", "")
    if not _CODE.fullmatch(text):
        raise InputError(
            "SL-30",
            tr("Mã ghi danh gồm số của cơ quan và mười chữ, ví dụ 00316-7K2QX-M4D8A."),
            tr("Chép lại đúng mã thành phố đưa, hoặc quét mã QR."),
            field="code",
        )
    return Code(text)


class CitySource:
    """The city's server over HTTPS (HTTP only on this machine)."""

    def __init__(
        self, server: str, device: Device, *, clock: Clock, code: Code | None = None,
        ca_file: str = "",
    ) -> None:  # fmt: skip
        """Ask as `device`. Raises `ForeignError` DB-18 for an address in the clear."""
        self.address = Address(server.rstrip("/"), ca_file=ca_file)
        self._code = code or Code("")
        self._caller = Caller(self.address, device, log=lambda: device.log, clock=clock)

    def admit(self, device: Device) -> Place:
        """POST /enrol with the one-time code."""
        said = post_json(self.address, "/enrol", admission_request(device, self._code.code))
        return read_place(said, device, server=self.address.url, pinned=self._code.city_key)

    def ask(self, question: Question) -> Answer:
        """A question of sync."""
        return self._caller.ask(question)

    def close(self) -> None:
        """Give the connection back."""
        self._caller.close()


def post_json(
    address: Address, path: str, request: dict[str, Any], *, more: Mapping[str, str] = _NO_HEADERS
) -> dict[str, Any]:
    """The JSON answer to a JSON question; raises what the server says, or how it failed."""
    body = json.dumps(request).encode()
    try:
        connection = _connect(address)
        try:
            headers = {"Content-Type": "application/json", "Accept-Language": current_language(),
                       **more}  # fmt: skip
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            raw = response.read(LARGEST + 1)
        finally:
            connection.close()
        said = json.loads(raw) if len(raw) <= LARGEST else None
    except ssl.SSLCertVerificationError as error:
        raise fault(certificate_fault(error)) from error
    except OSError as error:
        raise _unreachable(address) from error
    except (http.client.HTTPException, ValueError) as error:
        raise fault("DB-04") from error
    if not isinstance(said, dict):
        raise fault("DB-04")
    if response.status != 200:
        raise _as_said(said)
    return said


def _connect(address: Address) -> http.client.HTTPConnection:
    if address.pin:
        return _pinned(address)
    if address.url.startswith("https:"):
        context = trusted_context(address.ca_file)
        return http.client.HTTPSConnection(address.host, address.port, timeout=30, context=context)
    return http.client.HTTPConnection(address.host, address.port, timeout=30)


def _pinned(address: Address) -> http.client.HTTPConnection:
    """A connection to whoever proves the pinned key; nothing is sent to anybody else."""
    made = http.client.HTTPSConnection(
        address.host, address.port, timeout=30, context=client_context()
    )
    made.connect()
    if not isinstance(made.sock, ssl.SSLSocket) or key_of(made.sock) != address.pin:
        made.close()
        raise fault("DB-03")
    return made


def _unreachable(address: Address) -> MachineError:
    return MachineError(
        "SL-31",
        tr("Không kết nối được với {server}.", server=address.url),
        tr("Kiểm tra địa chỉ và dây mạng rồi làm lại; mã ghi danh vẫn còn dùng được."),
    )


def _as_said(said: dict[str, Any]) -> OfficeError:
    """The refusal in the server's own words."""
    code, what = str(said.get("code", "")), str(said.get("what", ""))
    if not re.fullmatch(r"[A-Z]{2,3}-\d{2}", code) or not what:
        return fault("DB-04")
    return NotAllowed(code, what, str(said.get("next_step", "")))


def admission_request(
    device: Device, code: str, *, head: tuple[int, bytes] | None = None, office: str = ""
) -> dict[str, Any]:
    """What a device says of itself when it asks for a place."""
    request: dict[str, Any] = {
        "code": code, "public_key": device.public_key.hex(), "incarnation": device.incarnation,
        "log": device.log.hex(), "name": device.name[:200] or "PC", "app": APP,
    }  # fmt: skip
    if head is not None:
        request["head"] = {"seq": head[0], "hash": head[1].hex()}
    if office:
        slot = None if device.slot == NO_SLOT else device.slot  # its codes bear it already
        request |= {"office": office, "slot": slot}
    return request


def read_place(said: dict[str, Any], device: Device, *, server: str, pinned: str = "") -> Place:
    """The answer to an admission, checked; raises `ForeignError` SL-32 for one that is none."""
    try:
        office, given = said["office"], said["device"]
        key = bytes.fromhex(said["city_key"])
        place = Place(str(office["code"]), str(office["name"]), int(given["slot"]),
                      str(given["name"]), key, server, known=said.get("known") is True)  # fmt: skip
        right = (
            bytes.fromhex(given["log"]) == device.log
            and len(key) == 32
            and bytes.fromhex(said["city_log"]) == city_log(key, place.office)
            and pinned.lower() in ("", key.hex())
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong_answer() from error
    if not right:
        raise _wrong_answer()
    return place


def _wrong_answer() -> ForeignError:
    return ForeignError(
        "SL-32",
        tr("Bên trả lời không phải máy chủ ghi trong mã ghi danh."),
        tr("Kiểm tra địa chỉ máy chủ; không nhập mật khẩu, báo bộ phận kỹ thuật thành phố."),
    )


def register_office(
    office: OpenOffice, code: Code, *, server: str = "", ca_file: str = "", name: str = ""
) -> Place:
    """Make this PC of an existing office known to the city and pin the city's key.

    `name` is what people call this PC from now on; empty: as it was.

    Also confirms a PC that another PC of the office let in. Raises `InputError` SL-33 for the code
    of another office, and what `CitySource` raises; nothing is kept then.
    """
    core, here = office.core, office.core.office
    demand_role(office.who, Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
    server = server or code.server
    device = first_of(office)
    device = device.as_listed(device.slot, this_machine(name or device.name))
    address = Address(server.rstrip("/"), ca_file=ca_file)
    with core.store.read() as conn:
        head = rows_of(conn, "SELECT seq, hash FROM head WHERE log = ?", (device.log,))
        others = others_brought(conn, core.journal.device.log)
    request = admission_request(
        device, code.code, head=head[0] if head else None, office=here.unit_code
    ) | {"others": others}
    if re.match(r"\d{5}", code.code) and not code.code.startswith(here.unit_code):
        raise other_office()
    place = read_place(
        post_json(address, "/enrol", request), device, server=server, pinned=code.city_key
    )
    if place.office != here.unit_code:
        raise other_office()
    keep_authority(core.home, ca_file)
    with core.store.write() as tx:
        write_enrolment(tx, server, place.city_key, office=here.unit_code)
        now = core.clock.now().isoformat()
        rows_of(
            tx,
            "INSERT OR REPLACE INTO sync_state (name, value) VALUES ('enrolled_at', ?)",
            (now.encode(),),
        )
        rows_of(tx, "DELETE FROM sync_state WHERE name = ?", (ELSEWHERE,))
    return place


def first_of(office: OpenOffice) -> Device:
    """This device with its first log: later ones are certified by its key."""
    core = office.core
    with core.store.read() as conn:
        log = address_log(conn, core.journal.device.log)
        rows = rows_of(conn, "SELECT incarnation FROM device WHERE log = ?", (log,))
    return core.journal.device.as_incarnation(int(rows[0][0])) if rows else core.journal.device


def other_office() -> InputError:
    """The refusal of another office's code."""
    return InputError(
        "SL-33",
        tr("Mã ghi danh này của cơ quan khác."),
        tr("Xin mã của đúng cơ quan đang mở trên máy này."),
        field="code",
    )
