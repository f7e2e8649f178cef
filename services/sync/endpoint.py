"""Sync as a plain function of an HTTP request: (path, headers, body) -> (status, headers, body).

The listener of a PC, the hub and the city's application mount `serve` under `POST /sync/v1/...`.
It blocks while a `Pull` waits, so call it from a thread. Whatever is sent, it answers; a fault of
the program itself is the caller's to catch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from models.errors import ForeignError
from services.sync.accept import Member
from services.sync.answering import Me, answer
from services.sync.faults import fault
from services.sync.ports import LogStore
from services.sync.protocol import (
    Answer,
    Busy,
    ForkFound,
    Gap,
    Pull,
    Refused,
    Revoked,
)
from services.sync.requests import TIME, Nonces, check_request, read_headers
from services.sync.shelf import Shelf
from services.sync.wire import MAX_BODY, PATHS, decode_question, encode, path_of

__all__ = ["MEDIA_TYPE", "Response", "Site", "Visitor", "Waiter", "refuse", "serve"]

MEDIA_TYPE = "application/x-mot-cua"
METHOD = "POST"
_STATUS = {
    "DB-05": 426, "DB-06": 401, "DB-07": 401, "DB-08": 403, "DB-09": 413, "DB-11": 401,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back; `said` is the answer in `body`, for the log and for counting."""

    status: int
    headers: dict[str, str]
    body: bytes
    said: Answer


class Waiter:
    """Wakes questions that wait for news; `poke` it after each commit of the store."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._closed = False

    def poke(self) -> None:
        """Something may be new."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Let everybody go who waits, now and later: the program stops."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def ticket(self) -> Callable[[int], bool]:
        """A `wait` that returns True as soon as `poke` was called after this moment."""
        seen = self._count

        def wait(milliseconds: int) -> bool:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closed or self._count != seen, milliseconds / 1000
                )
                return self._count != seen

        return wait


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, found on the roster, with the store of the office and what wakes its polls."""

    member: Member
    store: LogStore
    me: Me
    wait: Callable[[], Callable[[int], bool]]
    shelf: Shelf | None = None


class Site(Protocol):
    """What answers: one office on a PC, all of them in the city."""

    nonces: Nonces

    def wall_ms(self) -> int:
        """This machine's wall clock."""

    def find_visitor(self, log: bytes) -> Visitor | None:
        """Whoever signs as `log`; with any log of the key revoked, its member says so."""


@dataclass
class OfficeSite:
    """The site of a PC or hub: one office, one store."""

    store: LogStore
    members: Callable[[bytes], Member | None]
    me: Callable[[], Me]
    waiter: Waiter
    wall_ms: Callable[[], int]
    nonces: Nonces = field(default_factory=Nonces)
    shelf: Shelf | None = None

    def find_visitor(self, log: bytes) -> Visitor | None:
        """A device on the roster of this office."""
        member = self.members(log)
        if member is None:
            return None
        return Visitor(member, self.store, self.me(), self.waiter.ticket, self.shelf)


def serve(site: Site, path: str, headers: Mapping[str, str], body: bytes) -> Response:
    """Answer one request `POST path`; never raises for what was sent."""
    try:
        said = _answer(site, path, headers, body=body)
    except ForeignError as error:
        said = Refused(error.code, error.what, error.next_step)
    return respond(said, site.wall_ms())


def respond(said: Answer, wall_ms: int) -> Response:
    """An answer as a response; it tells our clock, so that a PC with a wrong one can ask again."""
    headers = {"Content-Type": MEDIA_TYPE, TIME: str(wall_ms)}
    if isinstance(said, Busy):
        headers["Retry-After"] = str(-(-said.retry_ms // 1000))
    return Response(_status(said), headers, encode(said), said)


def refuse(code: str, wall_ms: int) -> Response:
    """A refusal without reading further: too large, too many."""
    error = fault(code)
    return respond(Refused(error.code, error.what, error.next_step), wall_ms)


def _status(said: Answer) -> int:
    match said:
        case Gap() | ForkFound():
            return 409
        case Revoked():
            return 403
        case Busy():
            return 429
        case Refused(code=code):
            return _STATUS.get(code, 400 if code.startswith(("DB-", "NK-")) else 503)
    return 200


def _answer(site: Site, path: str, headers: Mapping[str, str], *, body: bytes) -> Answer:
    if path not in PATHS:
        raise fault("DB-05")
    if len(body) > MAX_BODY:
        raise fault("DB-09")
    signed = read_headers(headers)
    visitor = site.find_visitor(signed.log)
    if visitor is None:
        raise fault("DB-07")
    check_request(
        METHOD, path, body, headers=signed, public_key=visitor.member.public_key,
        now_ms=site.wall_ms(), nonces=site.nonces,
    )  # fmt: skip
    question = decode_question(body)
    if path_of(question) != path:
        raise fault("DB-10")
    wait = visitor.wait() if isinstance(question, Pull) else _never
    return answer(
        visitor.store, question, asker=visitor.member, me=visitor.me, now_ms=site.wall_ms(),
        wait=wait, shelf=visitor.shelf,
    )  # fmt: skip


def _never(_milliseconds: int) -> bool:
    return False
