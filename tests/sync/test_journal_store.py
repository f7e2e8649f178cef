"""The PC's own journal as a store of logs: the engine moves whole acts between real stores."""

from __future__ import annotations

import pytest

from models.events.intake import Noted
from services.assembly import PROJECTORS
from services.journal.device import signature_holds
from services.journal.verify import verify_journal
from services.sync import core
from services.sync.answering import ME, answer
from services.sync.journal_store import JournalStore, find_asker
from services.sync.messages import Answered, Ask, PeerUp
from services.sync.protocol import ForkFound, Gap, Head, Push, ack_bytes
from services.sync.roster import trust_city
from tests.journal.conftest import office, pcs  # noqa: F401 - fixtures
from tests.journal.test_foreign import clone_of
from tests.journal.test_histories import DESK, received
from tests.support.devices import OFFICE
from tests.sync.logs import writer


def logs_of(pc) -> JournalStore:
    return JournalStore(
        pc.store, pc.journal.device, office=OFFICE, clock=pc.clock, projectors=PROJECTORS
    )


def exchange(mine: JournalStore, theirs: JournalStore) -> None:
    """Drive the engine of `mine` against `theirs` until it has nothing to say."""
    config = core.Config(OFFICE, mine.device.log, lambda: 0.5, lambda: 0, wait_ms=0)
    state = core.start(config, mine)
    up = PeerUp(theirs.device.log, theirs.device.public_key, relay=True)
    waiting = [up]
    for _ in range(100):
        if not waiting:
            break
        state, outputs = core.step(state, waiting.pop(), now_ms=0)
        for each in outputs:
            if isinstance(each, Ask):
                asker = find_asker(theirs.store, mine.device.log)
                said = answer(theirs, each.question, asker=asker, me=ME, now_ms=0)
                waiting.append(Answered(each.request, said))
    assert core.standing(state, up.log).equal


def test_three_pcs_hold_and_show_the_same_after_meeting_in_pairs(pcs) -> None:  # noqa: F811
    a, b, c = pcs
    stores = [logs_of(pc) for pc in pcs]
    a.act("d1", DESK, received("H26-261116-0001"))
    for pc in pcs:
        for text in "xyz":
            pc.act("d1", DESK, Noted(f"{pc.name} {text}"))
    exchange(stores[0], stores[1])
    exchange(stores[2], stores[1])
    exchange(stores[0], stores[1])
    assert dict(stores[0].heads()) == dict(stores[1].heads()) == dict(stores[2].heads())
    assert a.hashes() == b.hashes() == c.hashes() and len(a.hashes()) == 10
    assert a.row("d1")[1:] == b.row("d1")[1:] == c.row("d1")[1:]
    assert a.dossier("d1").waiting == 0
    with c.store.read() as conn:
        assert verify_journal(conn).verified
        held = conn.exec_driver_sql("SELECT seq FROM peer_head WHERE log = ?",
                                    (stores[2].device.log,))  # fmt: skip
        assert held.scalar_one() == 3


def test_a_run_ends_at_a_signed_event_within_its_limits(pcs) -> None:  # noqa: F811
    a = pcs[0]
    store, log = logs_of(a), a.journal.device.log
    for _ in range(3):
        with a.journal.act(DESK) as act:
            for n in range(4):
                act.add("dossier/d1", Noted(f"{n}" * 100))
    start = Head(0, bytes(32))

    def lengths(events=500, size=1 << 20, after=start):
        run = store.run_after(log, after, events=events, size=size)
        return 0 if run is None else len(run.events)

    assert [lengths(events=n) for n in (1, 4, 5, 8, 11, 12)] == [4, 4, 4, 8, 8, 12]
    assert [lengths(size=n) for n in (1, 2_000, 1 << 20)] == [4, 4, 12]
    assert lengths(after=store.head_at(log, 8)) == 4
    assert lengths(after=store.head_at(log, 12)) == 0
    assert lengths(after=Head(8, bytes(32))) == 0
    run = store.run_after(log, start, events=8, size=1 << 20)
    assert run.origin.public_key == a.journal.device.public_key and run.events[-1][1]


def test_acknowledgements_are_signed_and_the_city_s_are_kept(pcs) -> None:  # noqa: F811
    a, b, _ = pcs
    a.act("d1", DESK, Noted("x"))
    mine, theirs = logs_of(a), logs_of(b)
    exchange(mine, theirs)
    log = mine.device.log
    ack = theirs.acknowledge(log)
    assert ack.head == mine.heads()[log]
    assert signature_holds(b.journal.device.public_key, ack_bytes(ack), ack.signature)
    assert mine.acks() == ()
    city = writer("city")
    with a.store.write() as tx:
        city_log = trust_city(tx, city.device.public_key, OFFICE)
    mine.keep_ack(city_log, ack)
    assert mine.acks() == (ack,) == mine.acks([log])
    assert mine.acks([b"?"]) == ()


def test_a_fork_is_answered_with_proof_and_both_sides_keep_it(pcs, tmp_path) -> None:  # noqa: F811
    a, b, _ = pcs
    clone = clone_of(a, tmp_path / "clone")
    a.act("d1", DESK, Noted("one"))
    a.act("d1", DESK, Noted("two"))
    clone.act("d1", DESK, Noted("other"))
    mine, theirs, twin = logs_of(a), logs_of(b), logs_of(clone)
    log = mine.device.log
    late = mine.run_after(log, mine.head_at(log, 1), events=9, size=9)
    member = find_asker(b.store, log)

    def push(run):
        return answer(theirs, Push(OFFICE, run), asker=member, me=ME, now_ms=0)

    assert push(late) == Gap(log, Head(0, bytes(32)))
    assert push(mine.run_after(log, Head(0, bytes(32)), events=9, size=1 << 20)).head.seq == 2
    said = push(twin.run_after(log, Head(0, bytes(32)), events=9, size=1 << 20))
    assert isinstance(said, ForkFound) and said.seq == 1
    twin.keep_fork(log, said.proof)
    twin.keep_fork(log, said.proof)
    twin.keep_fork(log, (b"no event", None))
    for store in (theirs.store, twin.store):
        with store.read() as conn:
            assert conn.exec_driver_sql("SELECT count(*) FROM fork").scalar_one() == 1
    clone.store.close()


def test_unknown_newer_events_travel_byte_for_byte(pcs) -> None:  # noqa: F811
    a, _, c = pcs
    newer = writer("newer")
    newer.device = a.journal.device
    newer.write(_FromTomorrow())
    stores = [logs_of(pc) for pc in pcs]
    stores[1].take(newer.run())
    exchange(stores[2], stores[1])
    assert c.log(newer.log) == list(newer.run().events)
    assert c.dossier("d1").read_only


class _FromTomorrow:
    KIND, VERSION = "dossier.teleported", 7
    __dataclass_fields__: dict = {}


def test_heads_are_fresh_after_a_commit_and_only_then_read(pcs) -> None:  # noqa: F811
    a = pcs[0]
    store = logs_of(a)
    assert store.heads() == {}
    a.act("d1", DESK, Noted("x"))
    first = store.heads()
    assert first[a.journal.device.log].seq == 1
    assert store.heads() is first


@pytest.mark.parametrize("state", ["fresh", "revoked"])
def test_an_asker_is_known_by_any_log_of_its_key(pcs, state) -> None:  # noqa: F811
    a, b, _ = pcs
    device = a.journal.device
    with b.store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO device (log, off, public_key, slot, name, incarnation) "
            "VALUES (?,?,?,0,'A',2)", (b"n" * 16, OFFICE, device.public_key),
        )  # fmt: skip
        if state == "revoked":
            tx.exec_driver_sql("UPDATE device SET last_seq = 3 WHERE log = ?", (device.log,))
    asker = find_asker(b.store, b"n" * 16)
    assert asker is not None and asker.last_seq == (3 if state == "revoked" else None)
    assert find_asker(b.store, b"?" * 16) is None
