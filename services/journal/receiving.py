"""Taking in events of other devices: judged, stored, projected; repeats harmless, gaps waiting.

What arrives too early waits in `pend`; what a revoked device wrote afterwards is stored and has no
effect (design notes: sync §4.1, §4.9). The rules are those of `services/sync/accept.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from models import hlc
from models.envelope import GENESIS, Sealed, unseal
from models.errors import ForeignError
from models.events.roster import roster_stream
from services.clock import Clock
from services.journal.projecting import Projector, project
from services.journal.reading import forget_tail, stream_events
from services.store.statement import rows_of
from services.store.unit import Store
from services.sync.accept import Judgement, Member, check_signature, find_author, judge, read_run
from services.sync.ports import Taken, Verdict
from services.sync.protocol import Head, Run

__all__ = ["Refresh", "keep_proof", "receive", "refresh_streams", "take_run"]

PENDING_LIMIT = 10_000
"""At most so many early events are kept; the rest is asked for again."""
Refresh = Callable[[set[str]], frozenset[str]]
"""Refreshes the rows of streams that changed; returns further streams that changed by it."""
_MEMBER = "SELECT log, public_key, kind, last_seq FROM device WHERE log = ?"
_OF_KEY = (
    "SELECT log, public_key, kind, last_seq FROM device WHERE public_key = ? "
    "ORDER BY last_seq IS NULL, incarnation DESC LIMIT 1"
)
_LOGS = (
    "SELECT count(*) FROM device d WHERE public_key = ? "
    "AND EXISTS (SELECT 1 FROM head h WHERE h.log = d.log)"
)
_VOID_STREAMS = "SELECT DISTINCT st FROM ev WHERE log = ? AND seq > ?"


def receive(
    store: Store, run: Run, *, office: str, clock: Clock, projectors: Mapping[str, Projector]
) -> Taken:
    """Take a run of one log; all of it is stored, durably, or nothing.

    Raises `ForeignError` for bytes that are not events, another office, an unknown device, a
    broken chain or a wrong signature.
    """
    with store.write() as tx:
        return take_run(
            tx, run, office, clock=clock, refresh=lambda s: refresh_streams(tx, s, projectors)
        )


def take_run(tx: Connection, run: Run, office: str, *, clock: Clock, refresh: Refresh) -> Taken:
    """`receive` within a transaction; `refresh` brings the read models in step."""
    events = read_run(run.events, office)
    author = find_author(
        run, events,
        find_log=lambda log: _find_member(tx, _MEMBER, log),
        find_key=lambda key: _find_member(tx, _OF_KEY, key),
        count_logs=lambda key: int(rows_of(tx, _LOGS, (key,))[0][0]),
    )  # fmt: skip
    check_signature(events, author.public_key)
    return _take(tx, events, author, clock=clock, refresh=refresh)


def _find_member(tx: Connection, sql: str, name: bytes) -> Member | None:
    rows = rows_of(tx, sql, (name,))
    return Member(*rows[0]) if rows else None


def _take(
    tx: Connection,
    events: Sequence[Sealed],
    author: Member,
    *,
    clock: Clock,
    refresh: Refresh,
) -> Taken:
    rows = rows_of(tx, "SELECT seq, hash FROM head WHERE log = ?", (author.log,))
    head = Head(*rows[0]) if rows else Head(0, GENESIS)
    found = judge(events, author, head, hash_at=lambda seq: _hash_at(tx, author.log, seq))
    after = author.last_seq or 0
    if found.verdict is Verdict.FORK:
        return _keep_proof(tx, found, head)
    if found.verdict is Verdict.GAP:
        _set_aside(tx, [e for e in found.fresh if e.envelope.seq > head.seq + 1])
    if found.verdict is Verdict.GAP or not found.fresh:
        return Taken(found.verdict, head, after_seq=after)
    fresh = [*found.fresh, *_waiting_after(tx, found.fresh[-1])]
    last = fresh[-1]
    streams = _store(tx, fresh, clock)
    _settle_waiting(tx, author.log, last.envelope.seq)
    streams |= refresh(streams)
    return Taken(
        found.verdict, Head(last.envelope.seq, last.hash), frozenset(streams), after_seq=after
    )


def refresh_streams(
    tx: Connection, streams: set[str], projectors: Mapping[str, Projector]
) -> frozenset[str]:
    """Refresh the rows of `streams`; after a revocation also those whose effect it changes.

    The roster goes first, for it decides what the others may heed. Returns the further streams.
    """
    before = _revoked_logs(tx)
    roster = {s for s in streams if s.startswith(roster_stream(""))}
    _refresh(tx, roster, projectors)
    after = _revoked_logs(tx)
    moved = {log for log in before | after if before.get(log) != after.get(log)}
    ends = {log: min(end[log] for end in (before, after) if log in end) for log in moved}
    further = {
        str(row[0])
        for log, seq in ends.items()
        for row in rows_of(tx, _VOID_STREAMS, (log, seq))
    } - roster
    _refresh(tx, (streams | further) - roster, projectors)
    return frozenset(further)


def _revoked_logs(tx: Connection) -> dict[bytes, int]:
    """The last good event of every revoked log."""
    rows = rows_of(tx, "SELECT log, last_seq FROM device WHERE last_seq IS NOT NULL")
    return {bytes(log): int(seq) for log, seq in rows}


def _refresh(tx: Connection, streams: set[str], projectors: Mapping[str, Projector]) -> None:
    for stream in streams:
        forget_tail(tx, stream)
    project(tx, projectors, streams={s: stream_events(tx, s) for s in sorted(streams)})


def _hash_at(tx: Connection, log: bytes, seq: int) -> bytes | None:
    rows = rows_of(tx, "SELECT hash FROM ev WHERE log = ? AND seq = ?", (log, seq))
    return bytes(rows[0][0]) if rows else None


def keep_proof(tx: Connection, log: bytes, theirs: tuple[bytes, bytes | None]) -> None:
    """Keep a peer's event beside ours of the same number, when it is one and differs."""
    try:
        item = unseal(*theirs)
    except ForeignError:
        return
    fork = _find_fork(tx, [item]) if item.envelope.log == log else None
    if fork is not None:
        _keep_fork(tx, *fork)


def _keep_proof(tx: Connection, found: Judgement, head: Head) -> Taken:
    """Answer a run of a log that was written twice, with our version of the first difference."""
    assert found.forked is not None
    fork = _find_fork(tx, [found.forked])
    assert fork is not None
    _keep_fork(tx, *fork)
    ours = fork[0]
    return Taken(Verdict.FORK, head, proof=(ours.body, ours.signature), fork_seq=ours.envelope.seq)


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
        newest = hlc.merge(newest, item.envelope.hlc, now)
    tx.exec_driver_sql(
        "INSERT INTO ev (log, seq, id, off, st, t, hlc, body, hash, sig) "
        "VALUES (?,?,?,?,?,?,?,?,?,?)",
        [
            (e.log, e.seq, e.id, e.office, e.stream, e.type, e.hlc, item.body, item.hash,
             item.signature)
            for item in events
            for e in (item.envelope,)
        ],
    )  # fmt: skip
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
