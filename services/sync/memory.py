"""A store of logs in memory, with real chains and signatures: for the simulator and tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from models.envelope import GENESIS, Sealed, unseal
from models.errors import ForeignError
from models.events.roster import roster_stream
from models.roster import NO_SLOT, Listed, fold_roster
from services.journal.device import Device
from services.sync.accept import Member, check_signature, find_author, judge, read_run
from services.sync.ports import Taken, Verdict
from services.sync.protocol import Ack, Head, Origin, Run, ack_bytes, signed_at_end

__all__ = ["MemoryStore"]

START = Head(0, GENESIS)


class MemoryStore:
    """Logs, roster, acknowledgements and fork proofs of one node; everything is "durable" at once.

    `image()` is a copy as of now: a restored disk, or what a crash leaves. `events` gives a log,
    `forks` the proofs as (log, seq, our hash, their hash), `revoked_from` what is void.
    """

    def __init__(
        self,
        office: str,
        device: Device,
        members: Iterable[Member],
        *,
        now_ms: Callable[[], int],
    ) -> None:
        """A node that signs as `device`; `members` are on the roster from the start."""
        self.office = office
        self.device = device
        self.now_ms = now_ms
        self._given = tuple(members)
        self.members = {member.log: member for member in self._given}
        self._roster: list[Sealed] = []
        self.events: dict[bytes, list[Sealed]] = {}
        self.forks: set[tuple[bytes, int, bytes, bytes]] = set()
        self.peer_heads: dict[tuple[bytes, bytes], Head] = {}
        self._heads: dict[bytes, Head] = {}
        self._acks: dict[bytes, Ack] = {}

    def image(self) -> MemoryStore:
        """A copy that goes its own way from here."""
        copy = MemoryStore(self.office, self.device, self._given, now_ms=self.now_ms)
        copy.members = dict(self.members)
        copy._roster = list(self._roster)
        copy.events = {log: list(events) for log, events in self.events.items()}
        copy.forks = set(self.forks)
        copy.peer_heads = dict(self.peer_heads)
        copy._heads = dict(self._heads)
        copy._acks = dict(self._acks)
        return copy

    def append(self, events: Iterable[Sealed]) -> None:
        """Add an act of `device` to its log; the caller sealed, chained and signed it."""
        mine = Member(self.device.log, self.device.public_key)
        self.members.setdefault(mine.log, mine)
        for item in events:
            self._add(item)

    def revoked_from(self, item: Sealed) -> bool:
        """Whether an event is void because its device had been revoked."""
        member = self.members[item.envelope.log]
        return member.last_seq is not None and item.envelope.seq > member.last_seq

    def heads(self) -> Mapping[bytes, Head]:
        """The version vector."""
        return self._heads

    def head_at(self, log: bytes, seq: int) -> Head | None:
        """Number and hash of a stored event."""
        held = self.events.get(log, [])
        if not 0 <= seq <= len(held):
            return None
        return Head(seq, held[seq - 1].hash) if seq else START

    def run_after(self, log: bytes, head: Head, *, events: int, size: int) -> Run | None:
        """What follows `head` within the limits, ending at a signed event."""
        if self.head_at(log, head.seq) != head:
            return None
        picked: list[Sealed] = []
        ends = total = 0
        for item in self.events.get(log, [])[head.seq :]:
            total += len(item.body)
            if ends and (len(picked) >= events or total > size):
                break
            picked.append(item)
            ends = len(picked) if item.signature else ends
        if not ends:
            return None
        pairs = [(item.body, item.signature) for item in picked[:ends]]
        return Run(log, Origin(self.members[log].public_key, 0), signed_at_end(pairs))

    def take(self, run: Run) -> Taken:
        """Store a run: chain, signature and roster checked; repeats change nothing."""
        events = read_run(run.events, self.office)
        author = find_author(
            run, events, find_log=self.members.get, find_key=self._find_key,
            count_logs=lambda key: sum(self.members[log].public_key == key for log in self._heads),
        )  # fmt: skip
        check_signature(events, author.public_key)
        head = self._heads.get(run.log, START)
        held = self.events.get(run.log, [])
        found = judge(events, author, head, hash_at=lambda seq: held[seq - 1].hash)
        after = author.last_seq or 0
        if found.forked is not None:
            ours = held[found.forked.envelope.seq - 1]
            self._prove(ours, found.forked)
            proof = (ours.body, ours.signature)
            return Taken(found.verdict, head, proof=proof, fork_seq=ours.envelope.seq)
        if found.verdict is Verdict.GAP or not found.fresh:
            return Taken(found.verdict, head, after_seq=after)
        self.members.setdefault(author.log, author)
        for item in found.fresh:
            self._add(item)
        streams = frozenset(item.envelope.stream for item in found.fresh)
        return Taken(found.verdict, self._heads[run.log], streams, after_seq=after)

    def acks(self, logs: Collection[bytes] | None = None) -> tuple[Ack, ...]:
        """The newest acknowledgement of the city for each log; the city's own are made here."""
        me = self.members.get(self.device.log)
        if me is not None and me.kind == "city":
            for log, head in self._heads.items():
                if log not in self._acks or self._acks[log].head != head:
                    self._acks[log] = self.acknowledge(log)
        return tuple(ack for log, ack in self._acks.items() if logs is None or log in logs)

    def keep_ack(self, peer: bytes, ack: Ack) -> None:
        """Remember what `peer` holds; a city's acknowledgement is kept whole."""
        self.peer_heads[peer, ack.log] = ack.head
        member = self.members.get(peer)
        kept = self._acks.get(ack.log)
        newer = kept is None or ack.head.seq >= kept.head.seq
        if member is not None and member.kind == "city" and newer:
            self._acks[ack.log] = ack

    def acknowledge(self, log: bytes) -> Ack:
        """The signed statement of how far this node holds `log`."""
        bare = Ack(log, self._heads.get(log, START), self.now_ms())
        return replace(bare, signature=self.device.sign(ack_bytes(bare)))

    def keep_fork(self, log: bytes, theirs: tuple[bytes, bytes | None]) -> None:
        """Keep the proof that a log was written twice."""
        try:
            item = unseal(*theirs)
        except ForeignError:
            return
        seq, held = item.envelope.seq, self.events.get(log, [])
        if item.envelope.log == log and 0 < seq <= len(held) and held[seq - 1].hash != item.hash:
            self._prove(held[seq - 1], item)

    def find_asker(self, log: bytes) -> Member | None:
        """The member that signs as `log`, a revoked log of the same key first."""
        known = self.members.get(log)
        return self._find_key(known.public_key) if known else None

    def _find_key(self, key: bytes) -> Member | None:
        """A member with this public key, a revoked one first."""
        found = [member for member in self.members.values() if member.public_key == key]
        return min(found, key=lambda member: member.last_seq is None, default=None)

    def _add(self, item: Sealed) -> None:
        e = item.envelope
        self.events.setdefault(e.log, []).append(item)
        self._heads[e.log] = Head(e.seq, item.hash)
        if e.stream == roster_stream(self.office):
            self._roster.append(item)
            self._read_roster()

    def _read_roster(self) -> None:
        """The members that the roster's events make, over those given from the start."""
        given = {member.log: member for member in self._given}
        trusted = [Listed(m.log, m.public_key, 1, NO_SLOT, "", m.kind, "own") for m in self._given]
        for log, each in fold_roster(trusted, self._roster).items():
            end = each.last_seq
            if end is None and log in given:
                end = given[log].last_seq
            self.members[log] = Member(log, each.public_key, each.kind, end)

    def _prove(self, ours: Sealed, theirs: Sealed) -> None:
        seq = ours.envelope.seq
        self.forks.add((ours.envelope.log, seq, ours.hash, theirs.hash))
