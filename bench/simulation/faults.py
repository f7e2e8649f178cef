"""What goes wrong in a simulated office: nets, power, disks, clocks, clones, thieves and liars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.simulation.acts import OFFICE, PEOPLE, actor_of
from bench.simulation.network import Weather
from bench.simulation.nodes import Node
from bench.simulation.office import YEAR, Office, flip_a_bit
from bench.simulation.shelf import START
from bench.simulation.talking import answer_of
from bench.simulation.workload import BOOK, CLERK, LEADER
from bench.simulation.world import HOUR, MINUTE, SECOND
from models.dossier import content_digest
from models.envelope import Sealed, seal, unseal
from models.events import handling as h
from models.events.intake import Noted
from models.events.issuing import BookOpened, TakeoverConfirmed, TakeoverProposed
from models.events.roster import DeviceRevoked
from models.staff import Role
from services.sync.protocol import ForkFound, Gap, Push, Refused, Revoked, Run

__all__ = ["FAULTS", "hand_over_book", "take_book_over"]


def cut_the_net(office: Office) -> None:
    """Another shape of the network, and another weather in it."""
    random, net = office.world.random, office.net
    net.islands.clear()
    shape = random.choice(("whole", "wan", "wan", "halves", "crumbs", "lonely"))
    if shape == "wan":
        net.islands[office.city.name] = 1
    elif shape == "halves":
        net.islands = {node.name: random.randrange(2) for node in office.nodes}
    elif shape == "crumbs":
        net.islands = {node.name: place for place, node in enumerate(office.nodes)}
    elif shape == "lonely":
        net.islands[random.choice(office.seats).name] = 1
    net.weather = Weather(
        random.choice((0.0, 0.1, 0.4)), random.choice((0.0, 0.2, 0.5)),
        random.choice((20, 500, 8 * SECOND)),
    )  # fmt: skip
    office.world.tell(f"net: {shape}, {net.weather}")


def cut_the_power(office: Office) -> None:
    """A machine stops: now, or in the middle of its next write."""
    node = office.world.random.choice(office.nodes)
    when = office.world.random.choice(("now", "before fsync", "after fsync"))
    if when == "now":
        office.crash(node)
    else:
        node.store.fuse = when


def switch_off_the_hub(office: Office) -> None:
    """The hub is off for a while, or for the rest of the day; the next in order relays."""
    hub = office.alive[0]
    office.net.off.add(hub.name)
    office.world.tell("hub off")
    office.world.later(office.world.random.choice((MINUTE, 5 * MINUTE)), lambda: _on(office, hub))
    for node in office.seats:
        office.relay_again(node)


def _on(office: Office, hub: Node) -> None:
    office.net.off.discard(hub.name)
    for node in office.seats:
        office.relay_again(node)


def take_an_image(office: Office) -> None:
    """Somebody copies the disk of a PC, for a bad day."""
    node = office.world.random.choice(office.alive)
    office.images[node.name] = (node.device, node.canary, node.disk.image())


def put_an_image_back(office: Office) -> None:
    """The bad day: an older disk in the PC, with its canary beside it or rolled back as well."""
    names = [n.name for n in office.alive if n.name in office.images]
    if not names:
        return
    name = office.world.random.choice(names)
    node = next(n for n in office.pcs if n.name == name)
    device, canary, image = office.images[name]
    if node.talk is not None:
        node.talk.alive = False
        node.talk = None
    before = {e.hash: e for log in node.shelf.logs.values() for e in log}
    office.forget_promises(node)
    node.disk.restore(image)
    office.truth.rolled_back.add(node.log)
    whole = office.world.chance(0.5)
    if whole:
        node.canary = canary
        office.truth.twice.add(device.log)
    node.restart()
    node.restored = True
    office.count_losses(node, before)
    office.world.tell(f"{name}: an older image, {'canary rolled back' if whole else 'canary kept'}")
    office.check_canary(node)
    office.start(node)


def clone_a_pc(office: Office) -> None:
    """Somebody copies a PC: the same key writes the same log on two machines."""
    if office.clones:
        return
    original = office.world.random.choice([n for n in office.alive if n is not office.keeper])
    office.clone(original)


def steal_a_pc(office: Office) -> None:
    """A PC goes on working after the city revoked it, from its last good event on."""
    candidates = [
        n for n in office.alive
        if n is not office.keeper and n is not office.pcs[0] and n.log not in office.truth.revoked
    ]  # fmt: skip
    if len(office.truth.revoked) or not candidates:
        return
    node = office.world.random.choice(candidates)
    head = office.city.store.heads().get(node.log, START)
    last = max(0, head.seq - office.world.random.randrange(3))
    at = office.city.store.inner.head_at(node.log, last) or START
    office.revoke(node, DeviceRevoked(node.log, last, at.hash, "mất máy"))


def move_a_clock(office: Office) -> None:
    """A clock jumps, by seconds or by years."""
    node = office.world.random.choice(office.alive)
    jump = office.world.random.choice((-10 * YEAR, -YEAR, -HOUR, 30 * SECOND, HOUR, 10 * YEAR))
    node.clock.offset = max(-10 * YEAR, min(10 * YEAR, node.clock.offset + jump))
    office.world.tell(f"{node.name}: its clock jumps, now {node.clock.now():%Y-%m-%d}")


def usurp(office: Office) -> None:
    """Somebody without the right acts all the same, on a PC whose rules were switched off."""
    node = office.world.random.choice(office.seats)
    known = node.dossiers()
    if not known:
        return
    dossier = node.dossier(office.world.random.choice(known))
    officer = next(p for p in PEOPLE if p.has(Role.OFFICER))
    stream = f"dossier/{dossier.id}"
    event = office.world.random.choice(
        (h.Approved(content_digest(dossier)), h.Withdrawn("rút"), h.Stopped("dừng"))
    )
    run = node.seal_act(actor_of(officer), [(stream, event)])
    office.truth.unlawful.add(unseal(*run.events[-1]).hash)
    node.keep(run)


def write_something_strange(office: Office) -> None:
    """An event of a newer program, or one that a broken program wrote."""
    node = office.world.random.choice(office.seats)
    known = node.dossiers()
    stream = f"dossier/{office.world.random.choice(known)}" if known else "future/1"
    run = node.seal_act(actor_of(PEOPLE[0]), [(stream, Noted("x"))])
    item = unseal(*run.events[-1])
    del office.truth.written[item.hash]
    strange = office.world.random.choice((
        {"type": "dossier.of_tomorrow", "payload": {"a": [1, {"b": b"\x00"}]}},
        {"type_version": 99}, {"payload": {"text": 5}}, {"payload": {"attachments": ({},)}},
    ))  # fmt: skip
    made = seal(replace(item.envelope, **strange))
    office.truth.written[made.hash] = made
    office.truth.strange.add(made.hash)
    node.keep(replace(run, events=((made.body, node.device.sign(made.hash)),)))


def lie(office: Office) -> None:
    """A hostile machine sends what it should not; whoever gets it must notice."""
    random = office.world.random
    liar, victim = random.sample([n for n in office.nodes if n is not office.city], 2)
    if random.random() < 0.3:
        victim = office.city
    if victim.log == liar.log or victim.store.inner.members.get(liar.log) is None:
        return
    logs = [log for log, head in liar.store.heads().items() if head.seq > 1]
    if not logs:
        return
    log = random.choice(sorted(logs))
    run = liar.store.run_after(log, START, events=1 << 30, size=1 << 30)
    if run is None:
        return
    kind, forged = random.choice(_LIES)(office, liar, run)
    if forged is None:
        return
    said = answer_of(office, victim, liar.admitted, question=Push(OFFICE, forged))
    if said is None:
        return
    office.truth.forgeries += 1
    if isinstance(said, Refused | ForkFound | Gap | Revoked):
        office.truth.forgeries_noticed += 1
    office.world.tell(f"{liar.name} lies to {victim.name} ({kind}): {type(said).__name__}")


def answer_lies(office: Office) -> None:
    """For a while a machine spoils what it answers; what else it says must still be taken."""
    liar = office.world.random.choice([office.city, *office.alive])
    office.liars.add(liar.name)
    office.world.later(30 * SECOND, lambda: office.liars.discard(liar.name))
    office.world.tell(f"{liar.name} spoils its answers")


def _flip(office: Office, liar: Node, run: Run) -> tuple[str, Run | None]:
    """One bit of one event is another."""
    return "flipped", flip_a_bit(office.world.random, run)


def _drop(office: Office, liar: Node, run: Run) -> tuple[str, Run | None]:
    """An event in the middle is missing."""
    if len(run.events) < 3:
        return "", None
    place = office.world.random.randrange(1, len(run.events) - 1)
    return "dropped", replace(run, events=run.events[:place] + run.events[place + 1 :])


def _resign(office: Office, liar: Node, run: Run) -> tuple[str, Run | None]:
    """The end of another's log is rewritten and signed with the liar's own key."""
    if _own(office, liar, run):
        return "", None
    made = _rewritten(run, {"wall": 12345})
    office.truth.forged.add(made.hash)
    return "re-signed", _with(run, len(run.events) - 1, (made.body, liar.device.sign(made.hash)))


def _extend(office: Office, liar: Node, run: Run) -> tuple[str, Run | None]:
    """Another's log goes on with an act of the liar's, signed with the liar's own key."""
    if _own(office, liar, run):
        return "", None
    last = unseal(*run.events[-1])
    made = seal(replace(last.envelope, seq=last.envelope.seq + 1, prev=last.hash, id="forged"))
    office.truth.forged.add(made.hash)
    pair = (made.body, liar.device.sign(made.hash))
    return "extended", replace(run, events=(*run.events, pair))


def _own(office: Office, liar: Node, run: Run) -> bool:
    """Whether the liar's own key signs this log."""
    return office.truth.keys[run.log] == liar.device.public_key


def _other_office(office: Office, liar: Node, run: Run) -> tuple[str, Run | None]:
    """The liar's own log goes on with an event of another office, properly signed."""
    if run.log != liar.log:
        return "", None
    last = unseal(*run.events[-1])
    made = seal(replace(last.envelope, seq=last.envelope.seq + 1, prev=last.hash, office="99999"))
    office.truth.forged.add(made.hash)
    pair = (made.body, liar.device.sign(made.hash))
    return "another office", replace(run, events=(*run.events, pair))


def _skip(office: Office, liar: Node, run: Run) -> tuple[str, Run | None]:
    """The liar's own log goes on, but one event was left out on the way."""
    if run.log != liar.log:
        return "", None
    last = unseal(*run.events[-1])
    for name in ("left out", "sent"):
        e = replace(last.envelope, seq=last.envelope.seq + 1, prev=last.hash, id=name)
        last = seal(e)
        office.truth.forged.add(last.hash)
    return "skipping", replace(run, events=((last.body, liar.device.sign(last.hash)),))


def _rewritten(run: Run, changes: dict[str, object]) -> Sealed:
    return seal(replace(unseal(*run.events[-1]).envelope, **changes))


def _with(run: Run, place: int, pair: tuple[bytes, bytes | None]) -> Run:
    return replace(run, events=(*run.events[:place], pair, *run.events[place + 1 :]))


_LIES: tuple[Callable[[Office, Node, Run], tuple[str, Run | None]], ...] = (
    _flip, _drop, _resign, _extend, _other_office, _skip,
)  # fmt: skip


def lose_the_hub(office: Office) -> None:
    """The hub dies for good: the next in order relays, and the book has to be taken over."""
    hub = office.pcs[0]
    if hub in office.alive and not hub.cut:
        office.lose(hub)


def take_book_over(office: Office, node: Node) -> None:
    """Two officers at one PC put it in the place of a lost holder, by the printed book."""
    book, lost = node.book(), office.pcs[0]
    sound = node in office.alive and node.log not in office.truth.twice | set(office.truth.revoked)
    if lost in office.alive or office.keeper is not lost or not sound:
        return
    if book.holder not in {log.hex() for log in (lost.log, *lost.former)}:
        return
    last = max(office.truth.paper, book.last)
    proposed = TakeoverProposed(node.log.hex(), last, "máy hỏng")
    if not node.write(actor_of(LEADER), [(BOOK, proposed)]):
        return
    found = next(e for e in reversed(node.shelf.stream(BOOK)) if e.event() == proposed)
    confirmed = TakeoverConfirmed(found.hash, last, book.epoch + 1)
    if node.write(actor_of(CLERK), [(BOOK, confirmed)]):
        office.keeper = node
        office.world.tell(f"{node.name} takes the book over after {last}")


def hand_over_book(office: Office, node: Node) -> None:
    """After a restore the clerk compares with the printed book, and opens it anew after it."""
    book = node.book()
    if not node.restored or not book.holder or node is not office.keeper:
        return
    event = BookOpened(2026, "VB", node.log.hex(), first=office.truth.paper + 1)
    if node.write(actor_of(CLERK), [(BOOK, event)]):
        node.restored = False


FAULTS: tuple[tuple[Callable[[Office], None], int], ...] = (
    (cut_the_net, 10), (cut_the_power, 6), (switch_off_the_hub, 1), (lose_the_hub, 1),
    (take_an_image, 3), (put_an_image_back, 2), (clone_a_pc, 1), (steal_a_pc, 1), (move_a_clock, 3),
    (usurp, 2), (write_something_strange, 1), (lie, 6), (answer_lies, 2),
)  # fmt: skip
"""Each fault and how often it comes, in parts."""
