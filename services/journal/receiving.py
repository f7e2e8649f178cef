"""Taking in events of other devices: chain and signature checked, repeats harmless, gaps waiting.

A batch is a contiguous run of one log whose last event is signed; the signature vouches for all
before it through the hash chain (design notes: sync §4.1). What arrives too early waits in `pend`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import Connection

from models import hlc
from models.envelope import GENESIS, Sealed, unseal
from models.errors import ForeignError
from models.words import tr
from services.clock import Clock
from services.journal.device import signature_holds
from services.journal.projecting import Projector, project
from services.journal.reading import forget_tail, stream_events
from services.store.unit import Store

__all__ = ["Answer", "Receipt", "known_device", "receive"]

PENDING_LIMIT = 10_000
"""At most so many early events are kept; the rest is asked for again."""


class Answer(StrEnum):
    """What became of a batch."""

    TAKEN = "taken"
    KNOWN = "known"
    GAP = "gap"
    FORK = "fork"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a batch: how far the log now reaches here, and which streams changed."""

    answer: Answer
    seq: int
    hash: bytes
    streams: frozenset[str] = frozenset()


def receive(
    store: Store,
    batch: Sequence[tuple[bytes, bytes | None]],
    *,
    clock: Clock,
    projectors: Mapping[str, Projector],
) -> Receipt:
    """Take a run of (body, signature) of one log; all of it is stored, or nothing.

    Raises `ForeignError` for bytes that are not events, an unknown device, a broken chain or a
    wrong signature.
    """
    events = [unseal(body, sig) for body, sig in batch]
    if not events:
        raise _refused(tr("Gói dữ liệu rỗng."))
    _check_run(events)
    with store.write() as tx:
        key = known_device(tx, events[0].envelope.log)
        _check_signature(events, key)
        return _take(tx, events, clock, projectors=projectors)


def known_device(conn: Connection, log: bytes) -> bytes:
    """The public key of a log of the roster; raises `ForeignError` for a stranger."""
    row = conn.exec_driver_sql("SELECT public_key FROM device WHERE log = ?", (log,)).first()
    if row is None:
        raise _refused(tr("Máy gửi không có trong danh sách máy của cơ quan."))
    return bytes(row[0])


def _check_run(events: Sequence[Sealed]) -> None:
    for before, after in pairwise(events):
        linked = after.envelope.prev == before.hash
        same_log = after.envelope.log == before.envelope.log
        if not (linked and same_log and after.envelope.seq == before.envelope.seq + 1):
            raise _refused(tr("Chuỗi nhật ký trong gói bị đứt."))


def _check_signature(events: Sequence[Sealed], key: bytes) -> None:
    last = events[-1]
    if last.signature is None or not signature_holds(key, last.hash, last.signature):
        raise _refused(tr("Chữ ký của máy gửi không đúng."))
    for item in events[:-1]:
        if item.signature is not None and not signature_holds(key, item.hash, item.signature):
            raise _refused(tr("Chữ ký của máy gửi không đúng."))


def _take(
    tx: Connection, events: Sequence[Sealed], clock: Clock, *, projectors: Mapping[str, Projector]
) -> Receipt:
    log = events[0].envelope.log
    row = tx.exec_driver_sql("SELECT seq, hash FROM head WHERE log = ?", (log,)).first()
    seq, digest = (int(row[0]), bytes(row[1])) if row else (0, GENESIS)
    fork = _find_fork(tx, [e for e in events if e.envelope.seq <= seq])
    if fork is not None:
        _keep_fork(tx, *fork)
        return Receipt(Answer.FORK, seq, digest)
    fresh = [e for e in events if e.envelope.seq > seq]
    if not fresh:
        return Receipt(Answer.KNOWN, seq, digest)
    if fresh[0].envelope.seq != seq + 1:
        _set_aside(tx, fresh)
        return Receipt(Answer.GAP, seq, digest)
    if fresh[0].envelope.prev != digest:
        raise _refused(tr("Chuỗi nhật ký trong gói bị đứt."))
    fresh += _waiting_after(tx, fresh[-1])
    streams = _store(tx, fresh, clock)
    _settle_waiting(tx, log, fresh[-1].envelope.seq)
    for stream in streams:
        forget_tail(tx, stream)
    project(tx, projectors, streams={s: stream_events(tx, s) for s in sorted(streams)})
    last = fresh[-1]
    return Receipt(Answer.TAKEN, last.envelope.seq, last.hash, frozenset(streams))


def _find_fork(tx: Connection, old: Sequence[Sealed]) -> tuple[Sealed, Sealed] | None:
    """The first event that stands here with another content under the same number."""
    for item in old:
        row = tx.exec_driver_sql(
            "SELECT body, sig, hash FROM ev WHERE log = ? AND seq = ?",
            (item.envelope.log, item.envelope.seq),
        ).first()
        if row is not None and bytes(row[2]) != item.hash:
            return unseal(row[0], row[1]), item
    return None


def _keep_fork(tx: Connection, ours: Sealed, theirs: Sealed) -> None:
    """Both versions are kept: a transferable proof that the log was written twice."""
    e = ours.envelope
    tx.exec_driver_sql(
        "INSERT OR IGNORE INTO fork (log, seq, hash_a, hash_b, body_a, body_b, sig_a, sig_b) "
        "VALUES (?,?,?,?,?,?,?,?)",
        (e.log, e.seq, ours.hash, theirs.hash, ours.body, theirs.body, ours.signature,
         theirs.signature),
    )  # fmt: skip


def _set_aside(tx: Connection, early: Sequence[Sealed]) -> None:
    held = int(tx.exec_driver_sql("SELECT count(*) FROM pend").scalar_one())
    for item in early[: max(0, PENDING_LIMIT - held)]:
        e = item.envelope
        tx.exec_driver_sql(
            "INSERT OR IGNORE INTO pend (hash, log, seq, missing, body, sig) VALUES (?,?,?,?,?,?)",
            (item.hash, e.log, e.seq, e.prev, item.body, item.signature),
        )


def _waiting_after(tx: Connection, last: Sealed) -> list[Sealed]:
    """Early events that now connect, up to the last signed one.

    When the log was written twice, every PC goes the way of the smaller hash, whichever came first.
    """
    found: list[Sealed] = []
    signed = 0
    while True:
        row = tx.exec_driver_sql(
            "SELECT body, sig FROM pend WHERE log = ? AND missing = ? ORDER BY hash LIMIT 1",
            (last.envelope.log, last.hash),
        ).first()
        if row is None:
            break
        last = unseal(row[0], row[1])
        found.append(last)
        signed = len(found) if last.signature else signed
    return found[:signed]


def _settle_waiting(tx: Connection, log: bytes, seq: int) -> None:
    """Nothing waits that the log has passed; what differs from the stored event proves a fork."""
    rows = tx.exec_driver_sql(
        "SELECT body, sig FROM pend WHERE log = ? AND seq <= ? ORDER BY seq", (log, seq)
    ).all()
    for body, sig in rows:
        fork = _find_fork(tx, [unseal(body, sig)])
        if fork is not None:
            _keep_fork(tx, *fork)
    tx.exec_driver_sql("DELETE FROM pend WHERE log = ? AND seq <= ?", (log, seq))


def _store(tx: Connection, events: Sequence[Sealed], clock: Clock) -> set[str]:
    now = int(clock.now().timestamp() * 1000)
    newest = 0
    for item in events:
        e = item.envelope
        tx.exec_driver_sql(
            "INSERT INTO ev (log, seq, id, off, st, t, hlc, body, hash, sig) "
            "VALUES (?,?,?,?,?,?,?,?,?,?)",
            (e.log, e.seq, e.id, e.office, e.stream, e.type, e.hlc, item.body, item.hash,
             item.signature),
        )  # fmt: skip
        newest = hlc.merge(newest, e.hlc, now)
    last = events[-1]
    tx.exec_driver_sql(
        "INSERT INTO head (log, off, seq, hash) VALUES (?,?,?,?) "
        "ON CONFLICT (log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        (last.envelope.log, last.envelope.office, last.envelope.seq, last.hash),
    )
    tx.exec_driver_sql(
        "INSERT INTO cursor (name, n) VALUES ('hlc', ?) "
        "ON CONFLICT (name) DO UPDATE SET n = max(n, excluded.n)",
        (newest,),
    )
    return {item.envelope.stream for item in events}


def _refused(what: str) -> ForeignError:
    return ForeignError("NK-03", what, tr("Gói bị từ chối; dữ liệu trên máy này không đổi."))
