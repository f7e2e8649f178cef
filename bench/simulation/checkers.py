"""The invariants of the design (sync §5) as checks on a history that has healed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.simulation.acts import OFFICE
from bench.simulation.contradictions import causes_of, contradicting_pairs, line_of
from bench.simulation.shelf import START, Shelf
from bench.simulation.signatures import holds
from bench.simulation.workload import BOOK
from models.book import fenced
from models.book import holds as holds_of
from models.dossier import Dossier, content_digest
from models.envelope import GENESIS, Sealed
from models.events.intake import Received
from models.events.issuing import BookNumberReserved, Numbered
from models.events.roster import IncarnationOpened
from models.fold import fold
from models.numbering import gaps
from models.order import canonical
from models.workflow import Status
from services.sync.ports import Verdict

if TYPE_CHECKING:
    from bench.simulation.nodes import Node
    from bench.simulation.office import Office

__all__ = ["CHECKERS", "breaches"]

Check = Callable[["Office"], Iterator[str]]
_DECIDED = {
    Status.APPROVED, Status.NUMBERED, Status.SIGNED, Status.SEALED, Status.DONE,
    Status.HANDED_OVER,
}  # fmt: skip


def breaches(office: Office) -> list[str]:
    """Every breach of every invariant, with the invariant's name in front."""
    found = list(office.truth.broken)
    for name, check in CHECKERS.items():
        found += [f"{name}: {what}" for what in check(office)]
    return found


def _no_lost_ack(office: Office) -> Iterator[str]:
    """I1: what was answered with "saved" is in the city, unless its only disk was destroyed."""
    held = {e.envelope.id for log in office.city.shelf.logs.values() for e in log}
    for act in office.truth.saved:
        if act.id not in held and act.id not in office.truth.lost:
            yield f"an act saved on {act.pc} is not in the city"


def _convergence(office: Office) -> Iterator[str]:
    """I2: the same events, the same dossiers and books, wherever they arrived in whatever order.

    Of a log that was written twice each machine keeps the version it met first, and the other in
    what others kept of it.
    """
    city, forked = office.city.shelf, office.forked()
    sound = _heads_without(city, forked)
    acts = _ids(city)
    for node in office.trusted:
        if _heads_without(node.shelf, forked) != sound:
            yield f"{node.name} does not hold what the city holds"
        if acts ^ _ids(node.shelf):
            yield f"{node.name} lacks an act that the city has, or has one more"
    for name in sorted(n for n in city.streams if n.startswith("dossier/")):
        states = {node.name: node.shelf.dossier(name[8:]) for node in _some(office)}
        first = next(iter(states.values()))
        for at, state in states.items():
            if state != first or state.events != first.events:
                yield f"{name} on {at} differs"
    books = {repr(node.shelf.book(BOOK)) for node in _some(office)}
    if len(books) > 1:
        yield "the books differ"


def _some(office: Office) -> list[Node]:
    """The city and two machines that acted in their own order: folds are dear."""
    return office.trusted[:3]


def _heads_without(shelf: Shelf, forked: set[bytes]) -> dict[bytes, object]:
    return {log: head for log, head in shelf.heads().items() if log not in forked}


def _ids(shelf: Shelf) -> set[str]:
    """The acts that stand here, whichever log they stand in; who opened a log is no act."""
    events = (e for stream in shelf.streams.values() for e in stream)
    return {e.envelope.id for e in events if e.envelope.type != IncarnationOpened.KIND}


def _idempotence(office: Office) -> Iterator[str]:
    """I3: whatever is delivered once more changes nothing."""
    forked = office.forked()
    for node in _some(office)[:2]:
        before = dict(node.store.heads())
        for log in sorted(before):
            run = office.city.store.run_after(log, START, events=1 << 30, size=1 << 30)
            if run is None or log in forked:
                continue
            verdict = node.store.take(run).verdict
            if verdict not in (Verdict.KNOWN, Verdict.REVOKED):
                yield f"{node.name} takes a repeated run as {verdict}"
        if dict(node.store.heads()) != before or node.shelf.refresh():
            yield f"a repeated delivery changes {node.name}"


def _prefix(office: Office) -> Iterator[str]:
    """I4, I11, I12, I18: every log held is an unbroken, signed piece of what its writer wrote."""
    for node in office.nodes:
        for log, events in node.shelf.logs.items():
            yield from _one_log(office, node, log, events=events)


def _one_log(office: Office, node: Node, log: bytes, *, events: list[Sealed]) -> Iterator[str]:
    before = GENESIS
    for number, item in enumerate(events, start=1):
        if item.envelope.seq != number or item.envelope.prev != before:
            yield f"{node.name} holds a log with a gap or a broken chain"
            return
        if item.hash not in office.truth.written:
            yield f"{node.name} holds an event nobody wrote"
            return
        before = item.hash
    last = events[-1]
    key = office.truth.keys.get(log)
    if key is None or not last.signature or not holds(key, last.hash, last.signature):
        yield f"{node.name} holds a log whose end is not signed"


def _no_silent_conflict(office: Office) -> Iterator[str]:
    """I5: two acts that did not know of each other and contradict are told to people."""
    shelf = office.city.shelf
    for dossier_id in shelf.dossiers():
        events = shelf.stream(f"dossier/{dossier_id}")
        effective, causes = [e for e in events if not e.outlawed], causes_of(events)
        told = _told(shelf.dossier(dossier_id))
        told_ids = {e.envelope.id for e in events if e.hash in told}  # a copy is the same act
        for a, b in contradicting_pairs(effective, causes):
            sides = (line_of(a, b, causes), line_of(b, a, causes))
            between = any(
                (one.first in sides[0] and one.second in sides[1])
                or (one.first in sides[1] and one.second in sides[0])
                for one in shelf.dossier(dossier_id).conflicts
            )
            if not between and not {a.envelope.id, b.envelope.id} & told_ids:
                yield f"{a.envelope.type} and {b.envelope.type} contradict in silence"


def _told(dossier: Dossier) -> set[bytes]:
    """The events that stand in a conflict, or are listed as without effect."""
    told = {void.event for void in dossier.voids}
    for conflict in dossier.conflicts:
        told |= {conflict.first, conflict.second}
    return told


def _basis(office: Office) -> Iterator[str]:
    """I6: what was numbered was approved as it was, and what changed later shows as stale."""
    shelf = office.city.shelf
    for dossier_id in shelf.dossiers():
        dossier = shelf.dossier(dossier_id)
        approval = dossier.approval
        holds = dossier.status in _DECIDED and approval is not None and not approval.stale
        if holds and approval and approval.basis != content_digest(dossier):
            yield "an approval holds for other content than was approved"
        events = shelf.stream(f"dossier/{dossier_id}")
        if not any(e.envelope.type == "dossier.numbered" for e in events):
            continue
        causes = causes_of(events)
        for item in events:
            event = item.event()
            if isinstance(event, Numbered) and not item.outlawed:
                past = [e for e in events if e.hash in causes[item.hash]]
                before = [replace(e, outlawed=False) for e in past]  # as it was shown until then
                if not any(_approves(fold(dossier_id, seen), event) for seen in (past, before)):
                    yield "a number was drawn on content nobody approved"


def _approves(dossier: Dossier, event: Numbered) -> bool:
    seen = dossier.approval
    return seen is not None and not seen.stale and seen.basis == event.basis


def _numbers(office: Office) -> Iterator[str]:
    """I7: numbers of the book without repetition or gap; codes of dossiers unique."""
    shelf = office.city.shelf
    book = shelf.book(BOOK)
    if book.twice:
        yield f"numbers given out twice: {book.twice}"
    order = canonical(shelf.stream(BOOK))
    held = {hold.holder for hold in holds_of(order)}
    copied = office.truth.twice | office.truth.rolled_back
    strangers = (order.known[digest].envelope.log for digest in fenced(order))
    if any(log.hex() not in held and log not in copied for log in strangers):
        yield "a number was given out by a PC that never held the book"
    missing = gaps((n for n, _ in book.issued), {n: why for n, _, why in book.voided})
    unexplained = set(missing) - _lost_numbers(office)
    if unexplained:
        yield f"numbers missing: {sorted(unexplained)}"
    codes: Counter[str] = Counter()
    for dossier_id in shelf.dossiers():
        events = shelf.stream(f"dossier/{dossier_id}")
        ids = {e.envelope.id: e for e in events if not e.outlawed}
        codes.update(
            e.event().code for e in ids.values()
            if isinstance(e.event(), Received)
            and e.envelope.log not in office.truth.twice | office.truth.rolled_back
        )  # fmt: skip
    if any(count > 1 for count in codes.values()):
        yield "a dossier code was given out twice"


def _lost_numbers(office: Office) -> set[int]:
    """Numbers that stand in the printed book only: the machine that gave them out was lost."""
    events = (e.event() for e in office.truth.written.values()
              if e.envelope.id in office.truth.lost and e.envelope.stream == BOOK)  # fmt: skip
    return {event.number for event in events if isinstance(event, BookNumberReserved)}


def _causes_present(office: Office) -> Iterator[str]:
    """I8: nothing waits for what it builds on once all is here; who saw all acted on all."""
    for dossier_id in office.city.shelf.dossiers():
        events = office.city.shelf.stream(f"dossier/{dossier_id}")
        causes = causes_of(events)
        one_by_one = len({len(causes[e.hash]) for e in events}) == len(events)
        # who names an event and a cause of it knew that it was there, but could not read it yet
        one_by_one = one_by_one and not any(
            one in causes.get(other, ()) for e in events
            for one in e.envelope.parents for other in e.envelope.parents
        )  # fmt: skip
        lawful = not any(e.outlawed or e.hash in office.truth.unlawful for e in events)
        if one_by_one and lawful and office.city.shelf.dossier(dossier_id).voids:
            yield "an act that its author was allowed is void, though nobody else acted"
    for node in _some(office):
        if any(node.shelf.dossier(i).waiting for i in node.shelf.dossiers()):
            yield f"a dossier waits for ever on {node.name}"


def _restore_no_fork(office: Office) -> Iterator[str]:
    """I18: no log has two events of one number, but for a fork that is recorded."""
    proven = {log for node in office.nodes for log, *_ in node.store.inner.forks}
    for log in sorted(office.forked()):
        if log not in office.truth.twice:
            yield "a log was written twice though no disk was rolled back whole"
        elif log not in proven:
            yield "a log was written twice and nobody keeps the proof"


def _order_free_fold(office: Office) -> Iterator[str]:
    """I9: any permutation of delivery folds to the same; so does folding from nothing."""
    shelf = office.city.shelf
    for dossier_id in shelf.dossiers():
        events = shelf.stream(f"dossier/{dossier_id}")
        mixed = list(events)
        office.world.random.shuffle(mixed)
        if fold(dossier_id, mixed) != shelf.dossier(dossier_id):
            yield "another order of delivery folds to another dossier"


def _authority(office: Office) -> Iterator[str]:
    """I10: nothing of a revoked machine after its last good event, of strangers, of usurpers."""
    revoked = office.revoked()
    streams = office.city.shelf.streams.values()
    seen = Counter(e.envelope.id for s in streams for e in {e.hash: e for e in s}.values())
    repeated = {event_id for event_id, count in seen.items() if count > 1}
    for node in _some(office):
        listed = {
            v.event for i in node.shelf.dossiers() for v in node.shelf.dossier(i).voids
        }  # fmt: skip
        for name, events in node.shelf.streams.items():
            if any(e.envelope.office != OFFICE for e in events):
                yield f"{node.name} holds an event of another office"
            if not name.startswith("dossier/"):
                continue
            for item in events:
                last = revoked.get(item.envelope.log)
                late = last is not None and item.envelope.seq > last
                if item.hash in office.truth.strange or item.envelope.id in repeated:
                    continue
                if (late or item.hash in office.truth.unlawful) and item.hash not in listed:
                    yield f"{item.envelope.type} without right has effect on {node.name}"


def _opaque_relay(office: Office) -> Iterator[str]:
    """I11: what this program does not know travels as the same bytes.

    In a log that was written twice it may stand written again by its writer, word for word.
    """
    strange = [office.truth.written[digest] for digest in sorted(office.truth.strange)]
    wanted = [
        e for e in strange if e.hash in office.kept and e.envelope.id not in office.truth.lost
    ]
    for node in office.trusted:
        held = {e.hash: e for stream in node.shelf.streams.values() for e in stream}
        again = {_words(e) for e in held.values()} if wanted else set()
        if any(e.hash not in held and _words(e) not in again for e in wanted):
            yield f"{node.name} lacks an event of a newer program"
        if any(
            e.hash not in held and e.envelope.log not in office.truth.twice for e in wanted
        ):  # fmt: skip
            yield f"{node.name} holds an event of a newer program as other bytes"


def _words(item: Sealed) -> str:
    e = item.envelope
    return repr((e.id, e.stream, e.type, e.type_version, e.wall, e.actor, e.payload))


def _tamper_evident(office: Office) -> Iterator[str]:
    """I12: what a hostile machine sent was noticed by whoever got it, and is nowhere."""
    truth = office.truth
    if truth.forgeries_noticed < truth.forgeries:
        yield f"{truth.forgeries - truth.forgeries_noticed} forgeries were not noticed"
    for node in office.nodes:
        if any(e.hash in truth.forged for log in node.shelf.logs.values() for e in log):
            yield f"{node.name} holds a forgery"


CHECKERS: dict[str, Check] = {
    "I1 no_lost_ack": _no_lost_ack,
    "I2 convergence": _convergence,
    "I3 idempotence": _idempotence,
    "I4 prefix": _prefix,
    "I5 no_silent_conflict": _no_silent_conflict,
    "I6 basis": _basis,
    "I7 numbers": _numbers,
    "I8 causal_session": _causes_present,
    "I9 order_free_fold": _order_free_fold,
    "I10 authority": _authority,
    "I11 opaque_relay": _opaque_relay,
    "I12 tamper_evident": _tamper_evident,
    "I18 restore_no_fork": _restore_no_fork,
}
"""Those that look at the end. I8, I13, I14, I15 and I17 are watched while the history runs."""
