"""POST /sync/v1/hello, heads, push, pull, blob_*, snap: the questions of sync, long polls too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from fastapi import APIRouter, Request, Response

from models.errors import ForeignError, OfficeError
from server.answers import TooLarge, TooMany
from server.bodies import announced_size, read_body
from server.changes import Changes
from server.gate import Full, Gate
from server.store.troubles import NotNow
from server.strangers import source_of
from server.sync_site import CitySite, Opened, is_blob_path
from services.sync import endpoint
from services.sync.protocol import MAX_WAIT_MS, Answer, Busy, Pull, Refused, Suffixes
from services.sync.wire import MAX_BODY

__all__ = ["router"]

LOOK_AGAIN_S = 10.0
"""A long poll looks again after so long even if nobody told of a change."""
FULL_MS = 2000
T = TypeVar("T")
_BODY = {"content": {endpoint.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
_ANSWERS: dict[int | str, dict[str, object]] = {
    status: {"description": words, **_BODY}
    for status, words in {
        200: "the answer", 400: "not readable", 401: "device, signature or time not believed",
        403: "another office, or revoked", 409: "gap or fork", 413: "too large",
        426: "unknown question or version", 429: "busy: see Retry-After",
        503: "cannot store now: see the reason",
    }.items()
}  # fmt: skip
router = APIRouter(tags=["sync"])


@router.post(
    "/sync/v1/{question}",
    responses=_ANSWERS,
    response_class=Response,
    openapi_extra={"requestBody": {"required": True, **_BODY}},
)
async def post_sync(question: str, request: Request) -> Response:
    """One question, signed by the device; msgpack in zstd, see docs/decisions/0012-sync.md."""
    site: CitySite = request.app.state.sync
    said = await _said(request, site)
    request.scope["told"]["answer"] = type(said).__name__
    made = endpoint.respond(said, site.now_ms())
    return Response(made.body, made.status, made.headers)


async def _said(request: Request, site: CitySite) -> Answer:
    """The answer, or why there is none; a busy server says so before it reads the body."""
    device = request.headers.get("x-device", "")[:64]
    gate = _work(request).gate
    if wait := site.held_back(device, request.url.path, source_of(request)):
        return Busy(wait)
    if gate.is_full(site.office_hint(device)):
        return Busy(FULL_MS)
    if announced_size(request) > MAX_BODY:
        return _refused("DB-09")
    try:
        known = site.office_hint(device)  # who is known waits once, and in its office's line
        if not known and not await _work(request).do("", lambda: site.is_known(device)):
            return await _answered(request, site, b"")
        body = await read_body(request, MAX_BODY)
        return await _answered(request, site, body)
    except TooLarge:
        return _refused("DB-09")
    except TooMany as error:
        return Busy(error.retry_ms)
    except Full:
        return Busy(FULL_MS)
    except NotNow as error:
        return Refused(error.code, error.what, error.next_step) if error.code == "MC-03" else BUSY
    except ForeignError as error:
        return _told(error)


BUSY = Busy(5000)


async def _answered(request: Request, site: CitySite, body: bytes) -> Answer:
    work = _work(request)
    changes: Changes = request.app.state.changes
    path, headers = request.url.path, dict(request.headers)
    hint = site.office_hint(headers.get("x-device", ""))
    source = source_of(request)

    def both() -> tuple[Opened, int, Answer]:
        opened = site.open(path, headers, body, source=source)
        request.scope["told"].update(office=opened.office, device=opened.member.log.hex()[:8])
        seen = changes.version(opened.office)
        return opened, seen, site.answer(opened)

    opened, seen, said = await work.do(hint, both)
    asked = opened.question
    if isinstance(asked, Pull) and _is_empty(said) and asked.wait_ms > 0:
        return await _polled(work, changes, site, opened=opened, seen=seen, said=said)
    return said


async def _polled(
    work: _Work, changes: Changes, site: CitySite, *, opened: Opened, seen: int, said: Answer
) -> Answer:
    """Wait for news of the office, holding neither thread nor place nor connection."""
    assert isinstance(opened.question, Pull)
    end = time.monotonic() + min(opened.question.wait_ms, MAX_WAIT_MS) / 1000
    while _is_empty(said) and (left := end - time.monotonic()) > 0 and not changes.closing:
        await changes.wait(opened.office, seen, min(left, LOOK_AGAIN_S))
        seen = changes.version(opened.office)
        said = await work.do(opened.office, lambda: site.answer(opened))
    return said


class _Work:
    """Does work of an office in a thread, when it is its turn."""

    def __init__(self, gate: Gate, pool: Executor) -> None:
        self.gate = gate
        self._pool = pool

    async def do(self, office: str, task: Callable[[], T]) -> T:
        async with self.gate.turn(office):
            return await asyncio.get_running_loop().run_in_executor(self._pool, task)


def _work(request: Request) -> _Work:
    """Places and threads for this question: attachments have their own, events never wait there."""
    state = request.app.state
    if is_blob_path(request.url.path):
        return _Work(state.blob_gate, state.blob_pool)
    return _Work(state.gate, state.pool)


def _is_empty(said: Answer) -> bool:
    return isinstance(said, Suffixes) and not said.runs


def _refused(code: str) -> Answer:
    return endpoint.refuse(code, 0).said


def _told(error: OfficeError) -> Answer:
    return Refused(error.code, error.what, error.next_step)
