"""A PC lets another one into the office while the city cannot be reached; the city confirms later.

The business administrator opens one invitation on a PC of the office; its code is good for one
device and a few minutes. The last eight letters are the fingerprint of the inviting PC's key, so
that the newcomer gives the code to nobody else. Whoever is let in is on the roster provisionally
(`DeviceAdmitted(provisional=True)`) until the city admits it (design notes: sync §4.9).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from models.envelope import log_id
from models.errors import InputError, NotAllowed, OfficeError
from models.events.roster import DeviceAdmitted, roster_stream
from models.numbering import SLOTS
from models.roster import INVITED_SLOTS, NO_SLOT
from models.staff import Role
from models.words import tr
from services.assembly import OpenOffice
from services.core import Core
from services.people import as_stored, demand_role, system_actor
from services.store.statement import rows_of
from services.sync.enrolled import find_enrolment

__all__ = [
    "HEADER", "Invitation", "answer_invitation", "fingerprint", "invitation_open", "invite",
    "invited_answer", "is_invitation", "split_invitation",
]  # fmt: skip

HEADER = "x-invitation"
"""A request of a newcomer carries it: nobody else who is not on the roster is listened to."""
MINUTES = 15
TRIES = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PUT = "INSERT OR REPLACE INTO sync_state (name, value) VALUES ('invitation', ?)"
_GET = "SELECT value FROM sync_state WHERE name = 'invitation'"
_ROSTER = "SELECT log, public_key, slot, name, incarnation, kind, state, last_seq FROM device"


@dataclass(frozen=True, slots=True)
class Invitation:
    """The code as it is read out, and for how many minutes it is good."""

    code: str
    minutes: int


def fingerprint(public_key: bytes) -> str:
    """Eight letters that stand for a key (40 bits of its SHA-256)."""
    text = base64.b32encode(hashlib.sha256(public_key).digest()[:5]).decode()
    standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return text.translate(str.maketrans(standard, _ALPHABET))


def is_invitation(typed: str) -> bool:
    """Whether this is the code of a PC of the office rather than one of the city."""
    letters = [c for c in typed if c.isalnum()]
    return len(letters) == 18 and ":" not in typed


def split_invitation(typed: str) -> tuple[str, str]:
    """The secret and the fingerprint in a typed code; raises `InputError` SL-40."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    letters = letters.translate(str.maketrans("OIL", "011"))
    if len(letters) != 18 or not set(letters) <= set(_ALPHABET):
        raise InputError(
            "SL-40",
            tr("Mã mời gồm mười tám chữ, ví dụ 7K2QX-M4D8A-9TB3WQ5R."),
            tr("Chép lại đúng mã trên màn hình của máy mời."),
            field="code",
        )
    return letters[:10], letters[10:]


def invite(office: OpenOffice) -> Invitation:
    """Open an invitation for one PC, in place of the one before; the business administrator may."""
    core, device = office.core, office.core.journal.device
    role = demand_role(office.who, Role.BUSINESS_ADMIN)
    secret = "".join(_ALPHABET[byte % 32] for byte in core.clock.random(10))
    data = {
        "digest": _digest(secret, device.log), "until": _now_ms(core) + MINUTES * 60_000,
        "tries": 0, "used": "",
    }  # fmt: skip
    with core.store.write() as tx:
        demand_role(as_stored(tx, office.who), role)
        _put(tx, data)
    code = f"{secret[:5]}-{secret[5:]}-{fingerprint(device.public_key)}"
    return Invitation(code, MINUTES)


def invitation_open(core: Core) -> bool:
    """Whether a newcomer may knock now."""
    with core.store.read() as conn:
        data = _get(conn)
    return bool(data) and data["until"] >= _now_ms(core) and data["tries"] < TRIES


def answer_invitation(core: Core, body: bytes) -> tuple[int, dict[str, Any]]:
    """The answer to POST /enrol on a PC of the office: status and JSON, a refusal in words.

    The same device with the same code gets the same answer, so a lost answer costs nothing.
    """
    try:
        said = json.loads(body)
        secret, key = str(said["code"]), bytes.fromhex(said["public_key"])
        log, number, name = bytes.fromhex(said["log"]), int(said["incarnation"]), str(said["name"])
        if len(key) != 32 or log != log_id(key, number):
            raise ValueError("not the log of the key")
    except (ValueError, KeyError, TypeError, OverflowError):
        return 400, {"code": "DB-10", "what": tr("Gói đồng bộ hỏng hoặc không đúng dạng.")}
    try:
        return 200, _admit(core, secret, log, key=key, incarnation=number, name=name[:200])
    except OfficeError as error:
        told = {"code": error.code, "what": error.what, "next_step": error.next_step}
        return 403, told


def invited_answer(core: Core, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """The same as an HTTP answer: status, headers, body."""
    status, said = answer_invitation(core, body)
    return status, {"content-type": "application/json"}, json.dumps(said).encode()


def _admit(
    core: Core, secret: str, log: bytes, *, key: bytes, incarnation: int, name: str
) -> dict[str, Any]:
    if not _right(core, secret, log):
        raise _wrong_code()
    with core.journal.act(system_actor("invitation")) as act:
        rows = rows_of(act.tx, _ROSTER)
        if not any(bytes(row[0]) == log for row in rows):
            slot = _free_slot(core, act.tx, {int(row[2]) for row in rows})
            said = DeviceAdmitted(log, key, incarnation, slot, name, provisional=True)
            act.add(roster_stream(core.office.unit_code), said)
        data = _get(act.tx)
        _put(act.tx, {**data, "used": log.hex()})
    return _answer(core, log)


def _free_slot(core: Core, tx: Connection, used: set[int]) -> int:
    """A slot that nobody else can be giving out now, the line to the others being cut.

    In an office that no city knows only the founding PC lets others in. In any other each PC has
    one slot for a newcomer, until the city has moved that one to a slot of its own.
    """
    device = core.journal.device
    state = rows_of(tx, "SELECT state FROM device WHERE log = ?", (device.log,))
    if device.slot == NO_SLOT or state[0][0] == "provisional":
        raise NotAllowed(
            "SL-46",
            tr("Máy này chưa được thành phố nhận chính thức nên chưa mời được máy khác."),
            tr("Mời từ một máy đã ghi danh của cơ quan."),
        )
    if find_enrolment(tx, core.office.unit_code) is None:
        free: list[int] = [n for n in (*INVITED_SLOTS, *reversed(SLOTS[1:6])) if n not in used]
        if not free:
            raise NotAllowed(
                "SL-42",
                tr("Cơ quan đã có đủ mười máy."),
                tr("Nhờ thành phố thu hồi một máy không dùng nữa."),
            )
        return free[0]
    mine: int = INVITED_SLOTS[0] + device.slot
    if mine not in INVITED_SLOTS or mine in used:
        raise NotAllowed(
            "SL-47",
            tr("Khi chưa có thành phố, mỗi máy số 0 đến 3 chỉ nhận thêm được một máy."),
            tr("Mời từ máy khác, hoặc nhờ thành phố xác nhận máy đã mời rồi làm lại."),
        )
    return mine


def _right(core: Core, secret: str, log: bytes) -> bool:
    """Whether the code is the one given out, still good, and free or used by this very device.

    Wrong ones are counted, so that nobody guesses for long.
    """
    with core.store.write() as tx:
        data = _get(tx)
        if not data or data["until"] < _now_ms(core) or data["tries"] >= TRIES:
            return False
        digest = _digest(secret, core.journal.device.log)
        if not hmac.compare_digest(digest, str(data["digest"])):
            _put(tx, {**data, "tries": data["tries"] + 1})
            return False
        return data["used"] in ("", log.hex())


def _answer(core: Core, log: bytes) -> dict[str, Any]:
    """The newcomer's place, and whom it may believe: the roster as this PC has it."""
    office = core.office
    with core.store.read() as conn:
        rows = rows_of(conn, _ROSTER)
        city = find_enrolment(conn, office.unit_code)
    mine = next(row for row in rows if bytes(row[0]) == log)
    return {
        "office": {"code": office.unit_code, "name": office.unit_name},
        "device": {"log": log.hex(), "slot": mine[2], "name": mine[3]},
        "server": city.server_url if city else "",
        "city_key": city.city_key.hex() if city else "",
        "roster": [
            {
                "log": bytes(row[0]).hex(), "public_key": bytes(row[1]).hex(), "slot": row[2],
                "name": row[3], "incarnation": row[4], "kind": row[5], "state": row[6],
                "last_seq": row[7],
            }
            for row in rows
        ],
    }  # fmt: skip


def _digest(secret: str, log: bytes) -> str:
    return hashlib.scrypt(secret.encode(), salt=log, n=1 << 12, r=8, p=1).hex()


def _get(conn: Connection) -> dict[str, Any]:
    rows = rows_of(conn, _GET)
    return dict(json.loads(bytes(rows[0][0]))) if rows else {}


def _put(tx: Connection, data: dict[str, Any]) -> None:
    rows_of(tx, _PUT, (json.dumps(data).encode(),))


def _now_ms(core: Core) -> int:
    return int(core.clock.now().timestamp() * 1000)


def _wrong_code() -> InputError:
    return InputError(
        "SL-41",
        tr("Mã mời không đúng, đã dùng hoặc đã hết hạn."),
        tr("Lấy mã mới ở máy mời: «Quản trị», phần «Máy của cơ quan»."),
        field="code",
    )
