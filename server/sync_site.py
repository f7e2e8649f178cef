"""Sync at the city: whose request it is, whether the budget allows it, what the office answers.

The parts are those of `services/sync/endpoint.py`; they are taken apart here because a long poll
must not hold a thread, and because the budget is charged between signature and work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from models.errors import ForeignError
from server.answers import TooMany
from server.blob_store import CityShelf
from server.budgets import BLOB_DEVICE, BLOB_OFFICE, DEVICE, OFFICE, charge, cost_of
from server.contacts import note_held, note_hello, note_refusal, note_visit
from server.context import CityContext
from server.roster import city_logs
from server.shared_nonces import SharedNonces, forget_old
from server.strangers import Strangers
from services.sync.accept import Member
from services.sync.answering import Me, answer
from services.sync.doubting import NOTHING_OF_IT
from services.sync.faults import fault
from services.sync.protocol import (
    CHUNK,
    Answer,
    BlobQuestion,
    Busy,
    Head,
    Hello,
    Pull,
    Question,
    Refused,
)
from services.sync.requests import SignedHeaders, check_request, read_headers
from services.sync.wire import PATHS, decode_question, path_of

__all__ = ["CitySite", "Opened", "is_blob_path"]

BUSY_MS = 5000
VISIT_EVERY_MS = 20_000
CITY_LOGS_MS = 60_000
"""For so long a worker remembers which logs of an office are the city's."""
BLOBS = "/sync/v1/blob_"
_GET = BLOBS + "get"
_HELD_MOST = 10_000
NOT_ITS_DOING = frozenset(("DB-07", "DB-11"))
"""Refusals before the signature was believed: anybody can earn them in a device's name."""

_OFFICES = text("SELECT log, off FROM device WHERE kind <> 'city'")
_OFFICE = text("SELECT off FROM device WHERE log = :log AND kind <> 'city'")
_MEMBER = text(
    "SELECT d.public_key, d.kind, (SELECT min(r.last_seq) FROM device r WHERE r.off = :off "
    "AND r.public_key = d.public_key AND r.last_seq IS NOT NULL) AS last_seq "
    "FROM device d WHERE d.off = :off AND d.log = :log"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A believed request: the office it belongs to, who asks, what is asked."""

    office: str
    member: Member
    question: Question


class CitySite:
    """Answers sync questions of all offices; its methods are called from worker threads."""

    def __init__(
        self, city: CityContext, *, version: str, strangers: Strangers | None = None
    ) -> None:
        self._city = city
        self._strangers = strangers or Strangers()
        self._version = version
        self._offices = self._known()
        self._held_back: dict[str, int] = {}
        self._visits: dict[bytes, int] = {}
        self._city_logs: dict[str, tuple[int, frozenset[bytes]]] = {}
        self._holds: dict[bytes, dict[bytes, Head]] = {}

    def _known(self) -> dict[bytes, str]:
        """The offices of all devices, so that from the first request on each waits in its own."""
        with self._city.database.read_city() as tx:
            return {bytes(row.log): str(row.off) for row in tx.execute(_OFFICES)}

    def now_ms(self) -> int:
        """The city's clock."""
        return self._city.journal.now_ms()

    def office_hint(self, device: str) -> str:
        """The office of the device a request names, if known: for taking turns, not for trust."""
        try:
            return self._offices.get(bytes.fromhex(device), "")
        except ValueError:
            return ""

    def held_back(self, device: str, path: str, source: str) -> int:
        """Milliseconds until it makes sense to listen, without any look-up.

        A device whose budget was used up waits, and an address that failed too often.
        """
        if wait := self._strangers.wait_ms(source, device):
            return wait
        device = _payer(device, path)
        until = self._held_back.get(device)
        if until is None:
            return 0
        left = until - self.now_ms()
        if left <= 0:
            self._held_back.pop(device, None)
        return max(0, left)

    def is_known(self, device: str) -> bool:
        """Whether a device of this name is on a roster: nobody else's body is read."""
        try:
            self._office_of(bytes.fromhex(device))
        except (ValueError, ForeignError):
            return False
        return True

    def open(
        self, path: str, headers: Mapping[str, str], body: bytes, *, source: str = ""
    ) -> Opened:
        """Believe a request: device on a roster, signature, time, nonce, then its budget.

        `source` is the address it came from. Raises `ForeignError` for what is not right,
        `TooMany` for an empty budget or too many failures.
        """
        if path not in PATHS:
            raise fault("DB-05")
        device = headers.get("x-device", "")[:64]
        with self._strangers.trial(source, device, guilty=ForeignError):
            return self._opened(path, headers, body)

    def _opened(self, path: str, headers: Mapping[str, str], body: bytes) -> Opened:
        signed = read_headers(headers)
        office = self._office_of(signed.log)
        with self._city.database.write(office) as tx:
            try:
                member, question = self._checked(tx, office, path, headers=signed, body=body)
            except (ForeignError, TooMany) as error:
                if error.code not in NOT_ITS_DOING and not isinstance(error, TooMany):
                    now = self.now_ms()
                    note_refusal(tx, office, signed.log, code=error.code, now_ms=now)
                refused = error  # what was counted is kept
            else:
                return Opened(office, member, question)
        raise refused

    def _checked(
        self, tx: Connection, office: str, path: str, *, headers: SignedHeaders, body: bytes
    ) -> tuple[Member, Question]:
        """Who asks what; the body is unpacked only for a device that may ask now."""
        member, now = _member(tx, office, headers.log), self.now_ms()
        check_request(
            "POST", path, body, headers=headers, public_key=member.public_key, now_ms=now,
            nonces=SharedNonces(tx, office),
        )  # fmt: skip
        wait = self._charge(tx, office, headers.log, path=path, size=len(body), now_ms=now)
        if wait:
            raise TooMany(wait)
        question = decode_question(body)
        if path_of(question) != path:
            raise fault("DB-10")
        self._note(tx, office, headers.log, question=question, now_ms=now)
        return member, question

    def answer(self, opened: Opened) -> Answer:
        """The answer of the office; nothing waits in here."""
        city = self._city
        me = Me(city.key.log(opened.office), self._version)
        said = answer(
            city.store(opened.office), opened.question, asker=opened.member, me=me,
            now_ms=self.now_ms(), shelf=self._shelf(opened), snaps=city.snapshots(opened.office),
        )  # fmt: skip
        if isinstance(said, Refused):
            if said.code == "MC-04":
                return Busy(BUSY_MS)
            if said.code.startswith(("DB-", "NK-")):
                with city.database.write(opened.office) as tx:
                    note_refusal(
                        tx, opened.office, opened.member.log, code=said.code, now_ms=self.now_ms()
                    )
        return said

    def _shelf(self, opened: Opened) -> CityShelf | None:
        asks_blobs = isinstance(opened.question, BlobQuestion)
        return self._city.shelf(opened.office) if asks_blobs else None

    def _office_of(self, log: bytes) -> str:
        """The office of a log; a log never changes its office, so the worker remembers it."""
        known = self._offices.get(log)
        if known is not None:
            return known
        with self._city.database.read_city() as tx:
            office = tx.execute(_OFFICE, {"log": log}).scalar()
        if office is None:
            raise fault("DB-07")
        self._offices[log] = str(office)
        return str(office)

    def _charge(
        self, tx: Connection, office: str, log: bytes, *, path: str, size: int, now_ms: int
    ) -> int:
        who, everyone = _payer(log.hex(), path), _payer("", path)
        device, whole = (BLOB_DEVICE, BLOB_OFFICE) if is_blob_path(path) else (DEVICE, OFFICE)
        cost = cost_of(CHUNK if path == _GET else size)
        wait = charge(tx, office, who, bucket=device, cost=cost, now_ms=now_ms) or charge(
            tx, office, everyone, bucket=whole, cost=cost, now_ms=now_ms
        )
        if wait:
            if len(self._held_back) >= _HELD_MOST:
                self._held_back.clear()
            self._held_back[who] = now_ms + wait
        return wait

    def _note(
        self, tx: Connection, office: str, log: bytes, *, question: Question, now_ms: int
    ) -> None:
        if isinstance(question, Hello) and question.log == log:
            note_hello(tx, office, question, now_ms)
        elif now_ms - self._visits.get(log, 0) > VISIT_EVERY_MS:
            self._visits[log] = now_ms
            note_visit(tx, office, log, now_ms)
            forget_old(tx, office, now_ms)
        if isinstance(question, Pull):
            self._note_held(tx, office, log, heads=question.heads, now_ms=now_ms)

    def _note_held(
        self, tx: Connection, office: str, log: bytes, *, heads: Mapping[bytes, Head], now_ms: int
    ) -> None:
        """Write how far the device holds the city's logs, when that is news to this worker."""
        at, logs = self._city_logs.get(office, (0, frozenset()))
        if now_ms - at > CITY_LOGS_MS:
            logs = city_logs(tx, office)
            self._city_logs[office] = (now_ms, logs)
        told = {
            each: heads[each] for each in logs if heads.get(each, NOTHING_OF_IT) != NOTHING_OF_IT
        }
        if self._holds.get(log) != told:
            note_held(tx, office, log, told)
            self._holds[log] = told


def is_blob_path(path: str) -> bool:
    """Whether a request is about attachments; those wait in a line of their own."""
    return path.startswith(BLOBS)


def _payer(device: str, path: str) -> str:
    """Whose bucket pays: a device (empty: its office) has one for events, one for attachments."""
    return f"{device}/blobs" if is_blob_path(path) else device


def _member(tx: Connection, office: str, log: bytes) -> Member:
    """The device on the roster; with any log of its key revoked, it counts as revoked."""
    row = tx.execute(_MEMBER, {"off": office, "log": log}).first()
    if row is None:
        raise fault("DB-07")
    return Member(log, bytes(row.public_key), row.kind, row.last_seq)
