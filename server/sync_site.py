"""Sync at the city: whose request it is, whether the budget allows it, what the office answers.

The parts are those of `services/sync/endpoint.py`; they are taken apart here because a long poll
must not hold a thread, and because the budget is charged between signature and work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from models.envelope import log_id
from models.errors import ForeignError, OfficeError
from server.answers import TooMany
from server.budgets import DEVICE, OFFICE, charge, cost_of
from server.contacts import note_hello, note_refusal, note_visit
from server.context import CityContext
from services.sync.accept import Member
from services.sync.answering import Me, answer
from services.sync.faults import fault
from services.sync.protocol import Answer, Busy, Hello, Question, Refused
from services.sync.requests import Nonces, SignedHeaders, check_request, read_headers
from services.sync.wire import PATHS, decode_question, path_of

__all__ = ["CitySite", "Opened"]

BUSY_MS = 5000
VISIT_EVERY_MS = 20_000
ORIGIN = "x-origin"
"""«public key:incarnation» of a log that is not on the roster yet: a restored PC's new one."""
_HELD_MOST = 10_000

_OFFICE = text("SELECT off FROM device WHERE log = :log AND kind <> 'city'")
_OFFICE_OF_KEY = text("SELECT DISTINCT off FROM device WHERE public_key = :key AND kind <> 'city'")
_MEMBER = text(
    "SELECT d.public_key, d.kind, (SELECT min(r.last_seq) FROM device r WHERE r.off = :off "
    "AND r.public_key = d.public_key AND r.last_seq IS NOT NULL) AS last_seq "
    "FROM device d WHERE d.off = :off AND d.log = :log"
)
_MEMBER_BY_KEY = text(
    "SELECT kind, last_seq FROM device WHERE off = :off AND public_key = :key "
    "ORDER BY last_seq IS NULL, incarnation DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A believed request: the office it belongs to, who asks, what is asked."""

    office: str
    member: Member
    question: Question


class CitySite:
    """Answers sync questions of all offices; its methods are called from worker threads."""

    def __init__(self, city: CityContext, *, version: str) -> None:
        self._city = city
        self._version = version
        self._nonces = Nonces()
        self._offices: dict[bytes, str] = {}
        self._held_back: dict[str, int] = {}
        self._visits: dict[bytes, int] = {}

    def now_ms(self) -> int:
        """The city's clock."""
        return self._city.journal.now_ms()

    def office_hint(self, device: str) -> str:
        """The office of the device a request names, if known: for taking turns, not for trust."""
        try:
            return self._offices.get(bytes.fromhex(device), "")
        except ValueError:
            return ""

    def held_back(self, device: str) -> int:
        """Milliseconds a device whose budget was used up still has to wait, without any look-up."""
        until = self._held_back.get(device)
        if until is None:
            return 0
        left = until - self.now_ms()
        if left <= 0:
            self._held_back.pop(device, None)
        return max(0, left)

    def open(self, path: str, headers: Mapping[str, str], body: bytes) -> Opened:
        """Believe a request: device on a roster, signature, time, nonce, then its budget.

        Raises `ForeignError` for what is not right, `TooMany` for an empty budget.
        """
        if path not in PATHS:
            raise fault("DB-05")
        signed = read_headers(headers)
        office = self._office_of(signed, headers)
        refused: OfficeError | None
        with self._city.database.write(office) as tx:
            member = self._member(tx, office, signed, headers=headers)
            now = self.now_ms()
            try:
                check_request(
                    "POST", path, body, headers=signed, public_key=member.public_key, now_ms=now,
                    nonces=self._nonces,
                )  # fmt: skip
                question = decode_question(body)
                if path_of(question) != path:
                    raise fault("DB-10")
            except ForeignError as error:
                self._count(tx, office, signed.log, code=error.code, now_ms=now)
                refused = error
            else:
                wait = self._charge(tx, office, signed.log, cost=cost_of(len(body)), now_ms=now)
                self._note(tx, office, signed.log, question=question, now_ms=now)
                refused = TooMany(wait) if wait else None
        if refused is not None:
            raise refused
        return Opened(office, member, question)

    def answer(self, opened: Opened) -> Answer:
        """The answer of the office; nothing waits in here."""
        city = self._city
        me = Me(city.key.log(opened.office), self._version)
        said = answer(
            city.store(opened.office), opened.question, asker=opened.member, me=me,
            now_ms=self.now_ms(),
        )  # fmt: skip
        if isinstance(said, Refused):
            if said.code == "MC-04":
                return Busy(BUSY_MS)
            if said.code.startswith(("DB-", "NK-")):
                with city.database.write(opened.office) as tx:
                    self._count(
                        tx, opened.office, opened.member.log, code=said.code, now_ms=self.now_ms()
                    )
        return said

    def _office_of(self, signed: SignedHeaders, headers: Mapping[str, str]) -> str:
        """The office of a log; a log changes its office never, so the worker remembers it."""
        known = self._offices.get(signed.log)
        if known is not None:
            return known
        with self._city.database.read_city() as tx:
            office = tx.execute(_OFFICE, {"log": signed.log}).scalar()
            if office is not None:
                self._offices[signed.log] = str(office)
                return str(office)
            key = _origin_key(signed.log, headers)
            offices = tx.execute(_OFFICE_OF_KEY, {"key": key}).scalars().all() if key else []
        if len(offices) != 1:
            raise fault("DB-07")
        return str(offices[0])

    def _member(
        self, tx: Connection, office: str, signed: SignedHeaders, *, headers: Mapping[str, str]
    ) -> Member:
        row = tx.execute(_MEMBER, {"off": office, "log": signed.log}).first()
        if row is not None:
            return Member(signed.log, bytes(row.public_key), row.kind, row.last_seq)
        key = _origin_key(signed.log, headers)
        row = tx.execute(_MEMBER_BY_KEY, {"off": office, "key": key}).first() if key else None
        if row is None:
            raise fault("DB-07")
        return Member(signed.log, key, row.kind, None if row.last_seq is None else 0)

    def _charge(self, tx: Connection, office: str, log: bytes, *, cost: float, now_ms: int) -> int:
        who = log.hex()
        wait = charge(tx, office, who, bucket=DEVICE, cost=cost, now_ms=now_ms) or charge(
            tx, office, "", bucket=OFFICE, cost=cost, now_ms=now_ms
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

    def _count(self, tx: Connection, office: str, log: bytes, *, code: str, now_ms: int) -> None:
        note_refusal(tx, office, log, code=code, now_ms=now_ms)


def _origin_key(log: bytes, headers: Mapping[str, str]) -> bytes:
    """The public key a new log names, when the log is really that key's; else nothing."""
    key, _, incarnation = headers.get(ORIGIN, "").partition(":")
    try:
        public_key, number = bytes.fromhex(key), int(incarnation)
        is_its_own = 0 < number < 2**31 and log_id(public_key, number) == log
    except ValueError:
        return b""
    return public_key if len(public_key) == 32 and is_its_own else b""
