"""What one program falls over stops its own log and nothing else: no thread, peer or other log."""

from __future__ import annotations

import threading

import pytest

from models.envelope import GENESIS
from models.errors import ForeignError, MachineError
from models.events.intake import Noted
from services.clock import FixedClock
from services.sync import service as services
from services.sync.accept import read_run
from services.sync.client import Address, Caller
from services.sync.journal_store import JournalStore
from services.sync.link import Link, PeerPlace
from services.sync.messages import Ask, Failed
from services.sync.protocol import Head, Heads, Push
from services.sync.service import SyncService
from tests.journal.conftest import office, pcs  # noqa: F401 - fixtures
from tests.journal.test_histories import DESK
from tests.support.devices import OFFICE, START
from tests.support.office import open_desk
from tests.sync.logs import writer
from tests.sync.net import Net


class Falling(Net):
    """A net whose city answers pushes of one log with a fault, or not at all."""

    poison, code = b"", ""

    def _arrive(self, node, to, ask):
        pushed = isinstance(ask.question, Push) and ask.question.run.log
        if to.name == "city" and pushed == self.poison:
            self.at(20, lambda: self.give(node.name, Failed(ask.request, self.code)))
        else:
            super()._arrive(node, to, ask)


def seconds_until(net, name, log, seq):
    start = net.now_ms
    while (head := net[name].store.heads().get(log)) is None or head.seq < seq:
        net.run(0.1)
        assert net.now_ms - start < 600_000, "it never came"
    return (net.now_ms - start) / 1000


@pytest.mark.parametrize(("code", "most"), [("DB-15", 1), ("DB-02", 130)])
def test_a_log_the_city_falls_over_delays_no_other_that_a_hub_relays(code, most):
    net = Falling(("city", "hub", "p", "c"))
    net.poison, net.code = net["p"].log, code
    net.connect("p", "hub")
    net.connect("c", "hub")
    net.connect("hub", "city", relay=True)
    net.run(5)
    net.write("p", Noted("what the city falls over"))
    net.run(600)
    for visit in range(5):
        net.write("c", *[Noted(f"{visit} {n}") for n in range(3)])
        assert seconds_until(net, "city", net["c"].log, 3 * (visit + 1)) <= most


def test_a_fault_is_tried_again_and_ends():
    net = Falling(("city", "a"))
    net.poison, net.code = net["a"].log, "DB-15"
    net.connect("a", "city")
    net.write("a", Noted("x"))
    net.run(60)
    assert net["city"].store.heads() == {}
    net.poison = b""
    assert seconds_until(net, "city", net["a"].log, 1) <= 120


def test_an_event_a_projector_falls_over_is_refused_and_nothing_of_it_stored(pcs, announce_log):  # noqa: F811
    announce_log("cannot be taken")
    pc = pcs[0]
    stranger = pcs[1]

    def fall(*_args):
        raise OverflowError("int too big to convert")

    store = JournalStore(
        pc.store, pc.journal.device, office=OFFICE, clock=pc.clock, projectors={"dossier": fall}
    )
    stranger.act("d1", DESK, Noted("x"))
    log = stranger.journal.device.log
    run = JournalStore(
        stranger.store, stranger.journal.device, office=OFFICE, clock=stranger.clock, projectors={}
    ).run_after(log, head_of(pc, log), events=500, size=1 << 20)
    with pytest.raises(ForeignError) as told:
        store.take(run)
    assert told.value.code == "DB-10"
    assert store.heads().get(log, head_of(pc, log)) == head_of(pc, log)


def head_of(pc, log):
    with pc.store.read() as conn:
        row = conn.exec_driver_sql("SELECT seq, hash FROM head WHERE log = ?", (log,)).first()
    return Head(row[0], bytes(row[1])) if row else Head(0, GENESIS)


@pytest.mark.parametrize("stream", ["dossier/\x00", "dossier/" + "x" * 1_000, "dossier/a\nb"])
def test_a_stream_no_database_can_name_is_refused(stream):
    pc = writer("pc")
    pc.write(Noted("x"), stream=stream)
    with pytest.raises(ForeignError) as told:
        read_run(pc.run().events, OFFICE)
    assert told.value.code == "DB-10"
    longest = writer("pc")
    longest.write(Noted("x"), stream="dossier/" + "x" * 992)
    assert read_run(longest.run().events, OFFICE)


def test_the_thread_to_a_peer_outlives_what_it_cannot_hand_over(announce_log):
    announce_log("could not be taken")
    device, heard, twice = writer("a").device, [], threading.Event()

    def give(given, _ask):
        heard.append(given)
        if len(heard) > 1:
            twice.set()
        raise OverflowError("a fault of our own")

    place = PeerPlace(b"c" * 16, b"", "city", "city", Address("http://127.0.0.1:1"))
    link = Link(
        place,
        lambda where: Caller(
            where, device, log=lambda: device.log, clock=FixedClock(START, seed=1)
        ),
        give=give,
        found=lambda _away: None,
    )
    try:
        for request in (1, 2):
            link.put(Ask(place.log, request, Heads(OFFICE)))
        assert twice.wait(30)
    finally:
        link.stop()
        link.join(10)


def test_a_disk_that_is_busy_when_the_alarm_rings_is_asked_again(tmp_path, monkeypatch):
    monkeypatch.setattr(services, "RETRY_S", 0.05)
    desk = open_desk(tmp_path)
    service = SyncService(desk.office)
    ticked, failed, real = threading.Event(), threading.Event(), service.logs.heads

    def heads():
        if not failed.is_set():
            failed.set()
            raise MachineError("KHO-13", "busy", "")
        return real()

    step = services.engine.step

    def watched(state, given, *, now_ms):
        if failed.is_set():
            ticked.set()
        return step(state, given, now_ms=now_ms)

    monkeypatch.setattr(services.engine, "step", watched)
    service.logs.heads = heads
    service.start()
    try:
        service._poke()
        assert failed.wait(30) and ticked.wait(30)
    finally:
        service.stop()
        desk.office.close()


def test_what_a_pc_fetched_by_itself_is_not_only_here():
    net = Net(("a", "b"))
    net.write("a", Noted("x"), Noted("y"))
    net.connect("b", "a")
    net.run(5)
    assert net["b"].store.heads() == net["a"].store.heads()
    a, b = net["a"], net["b"]
    assert (b.log, a.log) not in a.store.peer_heads
    net.connect("a", "b")
    net.run(5)
    assert a.store.peer_heads[b.log, a.log].seq == 2
    net.write("a", Noted("z"))
    net.run(30)
    assert a.store.peer_heads[b.log, a.log].seq == 3
