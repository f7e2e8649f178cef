"""Keeps the board's readings up to date: looks at dirty streams, folds them, writes their rows.

One process at a time does so, and nobody who stores events waits for it: it reads and folds without
holding anything, then writes in a short transaction. There a stream keeps its mark when it has got
more events since it was read (a journal only grows, so their number tells), and when somebody is
storing to it just now. A stream that cannot be folded is listed and passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from models.envelope import Sealed, unseal
from models.fold import FOLD_VERSION
from server.board import tables as t
from server.board.folding import Row, book_row, desk_row, dossier_row
from server.schema import device, dirty_stream, ev
from server.store.unit import CityDatabase
from services.journal.kept import unfold
from services.sync.accept import Member

__all__ = [
    "Waiting", "events_of", "mark_all", "mark_outdated", "refresh", "refresh_office", "waiting",
]  # fmt: skip

BATCH = 200
"""Streams refreshed in one transaction."""
LONGEST = 500
_FOLDING = 0x6D63_0002
"""The lock of whoever folds: one process of the whole city at a time."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is dirty: how many streams, since when the oldest, the offices with the oldest first."""

    streams: int = 0
    since_ms: int = 0
    offices: tuple[str, ...] = ()


def waiting(database: CityDatabase) -> Waiting:
    """What is dirty now in the whole city."""
    oldest = func.min(dirty_stream.c.since_ms)
    query = (
        select(dirty_stream.c.off, func.count(), oldest)
        .group_by(dirty_stream.c.off).order_by(oldest, dirty_stream.c.off)
    )  # fmt: skip
    with database.read_city() as tx:
        rows = tx.execute(query).all()
    if not rows:
        return Waiting()
    return Waiting(sum(row[1] for row in rows), rows[0][2], tuple(row[0] for row in rows))


def refresh(database: CityDatabase, now_ms: int, *, batch: int = BATCH) -> int:
    """Refresh what is dirty, one batch of each office; returns how many streams are done."""
    return sum(
        refresh_office(database, office, now_ms, batch=batch)
        for office in waiting(database).offices
    )


def refresh_office(
    database: CityDatabase, office: str, now_ms: int, *, batch: int = BATCH
) -> int:  # fmt: skip
    """Refresh one batch of one office's dirty streams; 0 while another process is at it."""
    with database.alone(_FOLDING) as ours:
        if not ours:
            return 0
        with database.read(office) as tx:
            found = events_of(tx, office, _dirty(tx, office, batch))
        folded = {stream: _fold(stream, events, now_ms) for stream, events in found.items()}
        with database.write(office) as tx:
            done = _unmark(tx, office, found)
            _write(tx, office, {stream: folded[stream] for stream in done})
            if any(stream.startswith("roster/") for stream in done):
                _mark_spoiled(tx, office, now_ms)
        return len(done)


def _dirty(tx: Connection, office: str, batch: int) -> list[str]:
    """Up to `batch` dirty streams, the longest waiting first."""
    d = dirty_stream.c
    query = select(d.st).where(d.off == office).order_by(d.since_ms, d.st).limit(batch)
    return list(tx.execute(query).scalars())


def _unmark(tx: Connection, office: str, found: Mapping[str, Sequence[Sealed]]) -> list[str]:
    """Take the marks away of the streams that are still as they were found; returns these."""
    d, e = dirty_stream.c, ev.c
    mine = (d.off == office, d.st.in_(found))
    free = select(d.st).where(*mine).order_by(d.st).with_for_update(skip_locked=True)
    held = list(tx.execute(free).scalars())
    query = select(e.st, func.count()).where(e.off == office, e.st.in_(held)).group_by(e.st)
    counts = {stream: int(count) for stream, count in tx.execute(query)}
    done = [stream for stream in held if counts.get(stream, 0) == len(found[stream])]
    tx.execute(delete(dirty_stream).where(d.off == office, d.st.in_(done)))
    return done


def _write(tx: Connection, office: str, folded: Mapping[str, tuple[str, Row | None]]) -> None:
    made: dict[str, list[Row]] = {table: [] for table in _TABLES}
    for table, row in folded.values():
        if row is not None:
            made[table].append(row)
    _forget(tx, t.board_fault, office, st=list(folded))
    for name, rows in made.items():
        _put(tx, _TABLES[name], office, rows)


def _fold(stream: str, events: Sequence[Sealed], now_ms: int) -> tuple[str, Row | None]:
    """The table and row of a stream; a row of `board_fault` when its events make no sense."""
    kind, _, name = stream.partition("/")
    try:
        if kind == "dossier":
            return kind, dossier_row(name, events)
        if kind == "book":
            return kind, book_row(stream, events)
        return "office", desk_row(events) if stream == "office/settings" else None
    except Exception as error:  # noqa: BLE001 - one odd stream must not stop the others
        log.warning("board: a stream of kind %s is not folded: %s", kind, type(error).__name__)
        return "fault", {"st": stream, "words": type(error).__name__, "since_ms": now_ms}


def events_of(
    tx: Connection, office: str, streams: Sequence[str]
) -> dict[str, list[Sealed]]:  # fmt: skip
    """The events of each stream; what a device wrote after it was revoked comes `outlawed`.

    What is kept of a log that was written twice comes as the event it is.
    """
    ends = select(device.c.log, device.c.last_seq).where(
        device.c.off == office, device.c.last_seq.is_not(None)
    )
    last = {bytes(log): int(seq) for log, seq in tx.execute(ends)}

    def find_log(log: bytes) -> Member | None:
        listed = select(device.c.log, device.c.public_key, device.c.kind, device.c.last_seq)
        row = tx.execute(listed.where(device.c.off == office, device.c.log == log)).first()
        return Member(bytes(row[0]), bytes(row[1]), row[2], row[3]) if row else None

    found: dict[str, list[Sealed]] = {stream: [] for stream in streams}
    query = select(ev.c.st, ev.c.body, ev.c.sig).where(ev.c.off == office, ev.c.st.in_(streams))
    for stream, body, signature in tx.execute(query) if streams else ():
        item = unseal(bytes(body), bytes(signature) if signature else None)
        end = last.get(item.envelope.log)
        outlawed = end is not None and item.envelope.seq > end
        found[stream] += unfold(replace(item, outlawed=True) if outlawed else item, find_log)
    for events in found.values():
        events.sort(key=lambda item: (item.envelope.hlc, item.envelope.log, item.envelope.seq))
    return found


def _mark_spoiled(tx: Connection, office: str, now_ms: int) -> None:
    """A revocation takes the effect of later events away: their streams are folded anew."""
    spoiled = (
        select(ev.c.st).distinct()
        .join(device, (device.c.off == ev.c.off) & (device.c.log == ev.c.log))
        .where(ev.c.off == office, ev.c.seq > device.c.last_seq, ev.c.st.not_like("roster/%"))
    )  # fmt: skip
    _mark(tx, office, sorted(tx.execute(spoiled).scalars()), now_ms)


_TABLES: dict[str, Table] = {
    "dossier": t.board_dossier, "book": t.board_book, "office": t.board_office,
    "fault": t.board_fault,
}  # fmt: skip


def _put(tx: Connection, table: Table, office: str, rows: Sequence[Row]) -> None:
    """Write rows in place of older ones with their key."""
    if not rows:
        return
    for column in table.primary_key:
        if column.name != "off":
            _forget(tx, table, office, **{column.name: [row[column.name] for row in rows]})
    if table is t.board_office:
        _forget(tx, table, office)
    tx.execute(insert(table), [{"off": office, **_storable(row)} for row in rows])


def _storable(row: Row) -> Row:
    """Texts as both databases take them: no NUL, not longer than a line of a page can be."""
    return {
        name: value.replace("\0", "")[:LONGEST] if isinstance(value, str) else value
        for name, value in row.items()
    }


def _forget(tx: Connection, table: Table, office: str, **keys: Sequence[object]) -> None:
    """Delete an office's rows, of all keys or of those named."""
    wanted = [table.c[name].in_(values) for name, values in keys.items()]
    tx.execute(delete(table).where(table.c.off == office, *wanted))


_MARK = text(
    "INSERT INTO dirty_stream (off, st, since_ms) VALUES (:off, :st, :at) "
    "ON CONFLICT (off, st) DO NOTHING"
)


def _mark(tx: Connection, office: str, streams: Sequence[str], now_ms: int) -> None:
    """Mark streams dirty; a stream already marked stays so."""
    if streams:
        tx.execute(_MARK, [{"off": office, "st": st, "at": now_ms} for st in streams])


def mark_all(database: CityDatabase, office: str, now_ms: int) -> int:
    """Throw an office's readings away and mark all its streams, to make them from nothing."""
    with database.write(office) as tx:
        for table in (t.board_dossier, t.board_book, t.board_office, t.board_fault):
            _forget(tx, table, office)
        streams = tx.execute(select(ev.c.st).distinct().where(ev.c.off == office)).scalars().all()
        _mark(tx, office, sorted(streams), now_ms)
        return len(streams)


def mark_outdated(database: CityDatabase, now_ms: int) -> int:
    """Mark the offices whose readings an older version of the fold made; returns how many."""
    query = select(t.board_dossier.c.off).distinct().where(
        t.board_dossier.c.fold_version != FOLD_VERSION
    )  # fmt: skip
    with database.read_city() as tx:
        offices = tx.execute(query).scalars().all()
    for office in offices:
        mark_all(database, office, now_ms)
    return len(offices)
