"""Writing is one function: read head, seal, insert, fold the touched streams, commit, then answer.

    with journal.act(actor) as act:
        dossier = fold(id, act.events(stream))      # what is stored plus what this act adds
        act.add(stream, Transferred(...))

Leaving the block without an exception stores everything in one transaction, signed once; an
exception stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection

from models import hlc
from models.codec import Event, to_payload
from models.envelope import GENESIS, LARGEST_BODY, Actor, Envelope, Sealed, seal
from models.errors import InputError, NotAllowed
from models.events.branches import EventsKept
from models.fold import FOLD_VERSION
from models.ids import uuid7
from models.words import tr
from services.clock import Clock
from services.journal.command import current_command
from services.journal.device import Device
from services.journal.kept import once, unfold
from services.journal.projecting import Projector, project
from services.journal.reading import (
    find_event,
    find_member,
    forget_tail,
    mark_tail,
    stream_ends,
    stream_events,
    stream_tail,
)
from services.store.statement import rows_of, run_many
from services.store.unit import Store

__all__ = ["ActInProgress", "Journal", "revoked"]

SINGLE_WRITER = "book/"
"""Streams thousands of events long, with one writer at a time as long as all goes well."""

_INSERT = (
    "INSERT INTO ev (log, seq, id, off, st, t, hlc, body, hash, sig) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
_LAST = (
    "SELECT h.seq, h.hash, e.hlc, (SELECT n FROM cursor WHERE name = 'hlc'), d.last_seq "
    "FROM (SELECT ? AS log) me LEFT JOIN head h ON h.log = me.log "
    "LEFT JOIN device d ON d.log = me.log "
    "LEFT JOIN ev e ON e.log = h.log AND e.seq = h.seq"
)
"""The end of our log, and the newest trustworthy clock: our own last event has our newest one, for
it never goes backwards; the cursor has that of others. Asking for max(hlc) would read every event.
"""
_HEAD = (
    "INSERT INTO head (log, off, seq, hash) VALUES (?,?,?,?) "
    "ON CONFLICT (log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)


class ActInProgress:
    """One act being written: `tx` is the open transaction, `add` appends events to it."""

    def __init__(self, tx: Connection, journal: Journal, actor: Actor) -> None:
        self.tx = tx
        self.actor = actor
        self._command_id = _command_id(tx)
        self._journal = journal
        self._added: list[Sealed] = []
        self._streams: dict[str, tuple[Sealed, ...]] = {}
        self._heads: dict[str, tuple[bytes, ...]] = {}
        self._ends: set[bytes] = set()
        self._kept: set[str] = set()
        seq, prev, own, seen, last_good = rows_of(tx, _LAST, (journal.device.log,))[0]
        if last_good is not None:
            raise revoked()
        self._seq: int = seq or 0
        self._prev: bytes = prev or GENESIS
        self._hlc: int = max(own or 0, seen or 0)

    def events(self, stream: str) -> tuple[Sealed, ...]:
        """The events of a stream, those of this act included; of a book only its newest."""
        if stream not in self._streams:
            read = stream_tail if stream.startswith(SINGLE_WRITER) else stream_events
            self._streams[stream] = read(self.tx, stream)
        return self._streams[stream]

    def whole(self, stream: str) -> tuple[Sealed, ...]:
        """All events of a stream, of a book too: its tables are then written afresh."""
        self._streams[stream] = stream_events(self.tx, stream)
        return self._streams[stream]

    def add(self, stream: str, event: Event, *, event_id: str = "") -> Sealed:
        """Append an event to a stream; `event_id` is the caller's command id, else a new one.

        Raises `InputError` NK-30 for an event too large to be passed on to other PCs.
        """
        journal = self._journal
        now = journal.clock.now()
        wall = int(now.timestamp() * 1000)
        before = self.events(stream)
        self._hlc = hlc.tick(self._hlc, wall)
        self._seq += 1
        sealed = seal(
            Envelope(
                id=event_id or self._own_id() or uuid7(wall, journal.clock.random(10)),
                log=journal.device.log,
                seq=self._seq,
                prev=self._prev,
                office=journal.office,
                stream=stream,
                type=event.KIND,
                type_version=event.VERSION,
                parents=self._parents(stream, before),
                hlc=self._hlc,
                wall=wall,
                skew=journal.skew_ms,
                actor=self.actor,
                fold=FOLD_VERSION,
                payload=to_payload(event),
            )
        )
        if len(sealed.body) > LARGEST_BODY:
            raise _too_large()
        self._prev = sealed.hash
        self._added.append(sealed)
        self._streams[stream] = (*before, sealed)
        self._heads[stream] = (sealed.hash,)
        return sealed

    def keep(self, stream: str, kept: EventsKept) -> None:
        """Append events of a log that was written twice; their stream shows them themselves."""
        before = self.whole(stream)
        item = self.add(stream, kept)
        shown = unfold(item, lambda log: find_member(self.tx, log))
        self._streams[stream] = once((*before, *shown))
        self._heads.pop(stream, None)
        self._kept.add(stream)

    def carry(self, item: Sealed, again: Mapping[bytes, bytes]) -> Sealed:
        """Append an event of our own lost log once more: same id, time, actor and content.

        `again` tells which hash the events carried before it have now.
        """
        e, stream = item.envelope, item.envelope.stream
        if stream not in self._streams:
            self._streams[stream] = stream_events(self.tx, stream)
        self._hlc = max(self._hlc + 1, e.hlc)
        self._seq += 1
        parents = tuple(again.get(parent, parent) for parent in e.parents)
        log = self._journal.device.log
        sealed = seal(
            replace(e, log=log, seq=self._seq, prev=self._prev, parents=parents, hlc=self._hlc)
        )
        self._prev = sealed.hash
        self._added.append(sealed)
        self._streams[stream] = (*self._streams[stream], sealed)
        self._heads.pop(stream, None)
        if item.signature is not None:
            self._ends.add(sealed.hash)
        return sealed

    def _sign_end(self, item: Sealed) -> bytes | None:
        """The signature of a carried event that ended an act: runs may be cut there."""
        return self._journal.device.sign(item.hash) if item.hash in self._ends else None

    def _own_id(self) -> str:
        """The command's id, for the first event of the act only."""
        taken, self._command_id = self._command_id, ""
        return taken

    def _parents(self, stream: str, before: tuple[Sealed, ...]) -> tuple[bytes, ...]:
        """What the next event builds on; after one of ours only that one, it saw the rest."""
        known = self._heads.get(stream)
        return stream_ends(before) if known is None else known

    def finish(self) -> tuple[Sealed, ...]:
        """Sign, insert, move the head and refresh the read models; called once by `Journal.act`."""
        if not self._added:
            return ()
        journal, last = self._journal, self._added[-1]
        signature = journal.device.sign(last.hash)
        rows = [_values(item, signature if item is last else self._sign_end(item))
                for item in self._added]  # fmt: skip
        run_many(self.tx, _INSERT, rows)
        rows_of(self.tx, _HEAD, (last.envelope.log, journal.office, self._seq, self._prev))
        touched = {item.envelope.stream: item.hash for item in self._added}
        for stream, digest in touched.items():
            if stream in self._kept:
                forget_tail(self.tx, stream)
            elif stream.startswith(SINGLE_WRITER):
                mark_tail(self.tx, stream, digest)
        project(self.tx, journal.projectors, streams={s: self._streams[s] for s in touched})
        return tuple(self._added)


class Journal:
    """The journal of one device on one store.

    `skew_ms` is this PC's clock minus the city's, None until they were compared.
    """

    def __init__(
        self,
        store: Store,
        device: Device,
        *,
        clock: Clock,
        office: str,
        projectors: Mapping[str, Projector],
    ) -> None:
        self.store = store
        self.device = device
        self.clock = clock
        self.office = office
        self.projectors = projectors
        self.skew_ms: int | None = None

    @contextmanager
    def act(self, actor: Actor) -> Iterator[ActInProgress]:
        """One business act as one transaction; nothing is stored when the block raises.

        Raises `NotAllowed` NK-31 when the command it belongs to was carried out before.
        """
        with self.store.write() as tx:
            act = ActInProgress(tx, self, actor)
            yield act
            act.finish()


def revoked() -> NotAllowed:
    """Why a PC that was taken off the roster writes nothing more."""
    return NotAllowed(
        "SL-20",
        tr("Máy này đã bị thu hồi nên chỉ còn xem được, không ghi được."),
        tr("Nếu là nhầm lẫn, xin mã ghi danh mới của thành phố rồi cài máy lại vào cơ quan."),
    )


def _command_id(tx: Connection) -> str:
    """The id for the first event of an act of the command being carried out, if there is one."""
    command = current_command()
    if command is None:
        return ""
    made = command.next_id()
    if find_event(tx, made) is not None:
        raise NotAllowed(
            "NK-31", tr("Việc này đã được lưu từ lần bấm trước."),
            tr("Đóng hộp này và mở lại hồ sơ để xem."),
        )  # fmt: skip
    return made


def _too_large() -> InputError:
    return InputError(
        "NK-30",
        tr("Nội dung quá lớn để chuyển sang các máy khác (tối đa 1 MB)."),
        tr("Rút gọn nội dung, hoặc đính kèm thành tệp."),
    )


def _values(item: Sealed, signature: bytes | None) -> tuple[object, ...]:
    """The row of an event, in the order of `_INSERT`."""
    e = item.envelope
    return (
        e.log, e.seq, e.id, e.office, e.stream, e.type, e.hlc, item.body, item.hash, signature,
    )  # fmt: skip
