"""Enrolment: a one-time code of an office buys a device its place on the roster.

A code is `<office>-XXXXX-XXXXX` (50 random bits); the database keeps a keyed digest of it. The same
device may send the same code again when the answer was lost, and gets the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, text

from models.codec import Event
from models.envelope import log_id
from models.errors import InputError, NotAllowed
from models.events.roster import DeviceAdmitted, HubOrder, roster_stream
from models.words import tr
from server.city_journal import CityJournal
from server.offices import CityOffice, get_office
from server.slots import office_devices, settled_slot
from server.storing import lock_tree

__all__ = ["Enrolled", "IssuedCode", "NewDevice", "clean_code", "enrol", "issue_code", "wrong_code"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: what is easily mistaken for another letter is read as that one."""
MINUTES = 30

_ISSUE = text(
    "INSERT INTO enrolment_code (off, digest, made_ms, expires_ms) "
    "VALUES (:off, :digest, :made_ms, :expires_ms)"
)
_FIND = text(
    "SELECT expires_ms, used_log FROM enrolment_code WHERE off = :off AND digest = :digest"
)
_USE = text(
    "UPDATE enrolment_code SET used_ms = :used_ms, used_log = :used_log "
    "WHERE off = :off AND digest = :digest"
)

@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code as it is told once, and when it ends (milliseconds since 1970)."""

    code: str
    office: CityOffice
    expires_ms: int


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What a device says of itself; `slot` is the number it has worked with so far, if any."""

    log: bytes
    public_key: bytes
    incarnation: int
    name: str
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The office the device belongs to now, and its place there.

    `known`: it was admitted before, and the code can still be used for another PC.
    """

    office: CityOffice
    device: NewDevice
    slot: int
    kind: str
    known: bool = False


def issue_code(journal: CityJournal, office: str, *, minutes: int = MINUTES) -> IssuedCode:
    """Make a code for one device of an office; raises `InputError` for an office not served."""
    found = get_office(journal.database, office)
    letters = "".join(ALPHABET[byte % 32] for byte in journal.clock.random(10))
    code = f"{office}-{letters[:5]}-{letters[5:]}"
    made = journal.now_ms()
    expires = made + minutes * 60_000
    with journal.database.write(office) as tx:
        tx.execute(
            _ISSUE,
            {
                "off": office, "digest": _digest(journal, code), "made_ms": made,
                "expires_ms": expires,
            },
        )  # fmt: skip
    return IssuedCode(code, found, expires)


def clean_code(typed: str) -> str:
    """The code as it was issued, from what somebody typed: case, spaces, O and 0, I and 1."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    letters = letters.translate(str.maketrans("OIL", "011"))
    return f"{letters[:-10]}-{letters[-10:-5]}-{letters[-5:]}"


def enrol(
    journal: CityJournal, code: str, device: NewDevice, *, others: tuple[NewDevice, ...] = ()
) -> Enrolled:
    """Admit a device for a code, in one transaction.

    `others` are PCs of the office whose work it brings: who is not on the roster yet is listed
    provisionally, so that what they wrote is taken; an operator confirms or revokes them.
    Raises `InputError` MC-20 (code wrong, used or expired; which of them is not told) or MC-21 (the
    log is not that of the key), `NotAllowed` MC-22 (no slot left) or MC-23 (the key was revoked).
    """
    if any(each.log != log_id(each.public_key, each.incarnation) for each in (device, *others)):
        raise InputError(
            "MC-21", tr("Nhật ký của máy không khớp với khóa của máy."), _ask_for_help()
        )
    cleaned = clean_code(code)
    office = cleaned.partition("-")[0]
    with journal.database.write(office) as tx:
        lock_tree(tx, office)
        slot, known = _place(tx, journal, office, code=cleaned, device=device, others=others)
    journal.changed(office)
    return Enrolled(get_office(journal.database, office), device, slot, "pc", known)


def _place(
    tx: Connection, journal: CityJournal, office: str, *, code: str, device: NewDevice,
    others: tuple[NewDevice, ...],
) -> tuple[int, bool]:  # fmt: skip
    """The device's slot, the one it has already or a new one, and whether nothing is new."""
    at = {"off": office, "digest": _digest(journal, code)}
    found = tx.execute(_FIND, at).first()
    if found is None:
        raise wrong_code()
    listed = office_devices(tx, office)
    mine = [row for row in listed if bytes(row.public_key) == device.public_key]
    if any(row.last_seq is not None for row in mine):
        raise NotAllowed(
            "MC-23", tr("Khóa của máy này đã bị thu hồi."), tr("Cài lại chương trình trên máy.")
        )
    if found.used_log is not None:
        again = [row for row in mine if bytes(row.log) == bytes(found.used_log) == device.log]
        if not again:
            raise wrong_code()
        return int(again[0].slot), False
    if found.expires_ms < journal.now_ms():
        raise wrong_code()
    known = {bytes(row.log) for row in listed}
    new = [each for each in others if each.log not in known and each.slot is not None]
    same = [row for row in mine if bytes(row.log) == device.log and row.state == "admitted"]
    if same and not new and same[0].name == device.name:
        return int(same[0].slot), True  # by mistake: the code was meant for another PC
    taken = {each.slot for each in new}
    slot = settled_slot(listed, device.public_key, device.slot, taken=taken)
    said = _admission(office, device, slot, listed=listed)
    journal.add(tx, office, [*map(partial(_provisional, office), new), *said])
    tx.execute(_USE, {**at, "used_ms": journal.now_ms(), "used_log": device.log})
    return int(slot), False


def _provisional(office: str, other: NewDevice) -> tuple[str, Event]:
    """The city lists a PC of which it heard only by another one of the office."""
    said = DeviceAdmitted(
        other.log, other.public_key, other.incarnation, other.slot or 0, other.name,
        provisional=True,
    )  # fmt: skip
    return roster_stream(office), said


def _admission(
    office: str, device: NewDevice, slot: int, *, listed: Sequence[Row[Any]]
) -> list[tuple[str, Event]]:
    """The city's word: the device is admitted, and the order in which PCs serve as hub."""
    said = DeviceAdmitted(
        device.log, device.public_key, device.incarnation, slot, device.name, kind="pc"
    )
    order = _hub_order(listed, device)
    return [(roster_stream(office), said), (roster_stream(office), order)]


def _hub_order(listed: Sequence[Row[Any]], device: NewDevice) -> HubOrder:
    """Who had a rank keeps it, a new device comes last."""
    ranked = sorted(
        (row.priority, bytes(row.log)) for row in listed
        if row.priority is not None and row.last_seq is None
    )  # fmt: skip
    logs = [log for _, log in ranked if log != device.log]
    return HubOrder((*logs, device.log))


def _digest(journal: CityJournal, code: str) -> bytes:
    return journal.key.digest(b"enrolment", code)


def wrong_code() -> InputError:
    """MC-20: wrong, used, expired or of an office there is not; which of them is not told."""
    return InputError(
        "MC-20",
        tr("Mã ghi danh không đúng, đã dùng hoặc đã hết hạn."),
        tr("Xin mã mới ở bộ phận kỹ thuật của thành phố."),
    )


def _ask_for_help() -> str:
    return tr("Báo bộ phận kỹ thuật của thành phố.")
