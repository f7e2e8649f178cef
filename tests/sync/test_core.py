"""The asking engine over a network in memory: what goes out, what waits, what stops nobody."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.events.intake import Noted
from models.events.roster import DeviceRevoked, IncarnationOpened, roster_stream
from services.sync.core import standing
from services.sync.messages import (
    Accepted,
    Changed,
    Faulty,
    Forked,
    Met,
    NewLogNeeded,
    Reborn,
    Rejected,
    WasRevoked,
)
from services.sync.protocol import (
    Ack,
    Busy,
    Head,
    Lane,
    Pull,
    Push,
    Refused,
    Suffixes,
    heads_digest,
)
from tests.support.devices import OFFICE
from tests.sync.net import Net


def pushes(net, frm, to):
    return [q for a, b, q in net.served if (a, b) == (frm, to) and isinstance(q, Push)]


def notes(count, size=1):
    return [Noted(f"{n}" * size) for n in range(count)]


def test_an_act_is_at_the_city_after_one_trip_and_acknowledged_under_its_key():
    net = Net(("city", "a"))
    net.connect("a", "city")
    net.run(1)
    net.write("a", Noted("x"), Noted("y"))
    net.run(0.05)
    assert net["city"].store.heads() == net["a"].store.heads()
    (ack,) = net["a"].store.acks()
    assert ack.head == net["a"].writer.head
    assert net.said("a", Met)[0].offset_ms == 0
    where = standing(net["a"].state, net["city"].log)
    assert where.ready and where.equal and where.to_push == 0 == where.open


def test_a_pc_pulls_what_others_wrote_and_hears_of_the_streams():
    net = Net(("city", "a", "b"))
    net.connect("a", "city")
    net.connect("b", "city")
    net.write("a", Noted("x"))
    net.run(5)
    assert net["b"].store.heads() == net["a"].store.heads()
    assert net.said("b", Changed) == [Changed(frozenset({"dossier/d1"}))]
    assert [ack.log for ack in net["b"].store.acks()] == [net["a"].log]


def test_without_the_city_pcs_of_the_lan_agree_and_one_of_them_relays():
    net = Net(("city", "a", "b", "c"))
    net.connect("a", "b")
    net.connect("c", "b")
    net.write("a", Noted("x"))
    net.write("c", Noted("y"))
    net.run(10)
    assert net["a"].store.heads() == net["b"].store.heads() == net["c"].store.heads()
    assert net["city"].store.heads() == {}
    net.connect("b", "city", relay=True)
    net.run(5)
    assert net["city"].store.heads() == net["b"].store.heads()
    net.run(5)  # what the city acknowledged travels back over the LAN
    assert {a.log for a in net["a"].store.acks()} == {net["a"].log, net["c"].log}


def test_a_long_backlog_goes_in_runs_and_delays_no_other_log():
    net = Net(("city", "a", "b", "c"))
    net.write("a", *notes(30))
    for _ in range(60):
        net.write("a", *notes(30))
    net.write("c", Noted("small"))
    net.connect("b", "a", "c")
    net.run(30)
    net.connect("b", "city", relay=True)
    net.run(30)
    sent = pushes(net, "b", "city")
    assert sent[0].run.log == net["c"].log and sent[0].lane is Lane.NOW
    of_a = [push for push in sent if push.run.log == net["a"].log]
    assert len(of_a) > 3 and all(len(push.run.events) <= 500 for push in of_a)
    assert [push.lane for push in of_a] == [Lane.BACKLOG] * (len(of_a) - 1) + [Lane.NOW]
    assert net["city"].store.heads() == net["b"].store.heads()


def test_a_silent_peer_is_asked_ever_more_seldom_and_at_once_when_it_is_back():
    net = Net(("city", "a"))
    net.cut.add(frozenset(("city", "a")))
    net.connect("a", "city")
    net.write("a", Noted("x"))
    net.run(3600)
    first, last = (sum(lo <= at - 1_000_000 < lo + 600_000 for at, _ in net["a"].asked)
                   for lo in (0, 3_000_000))  # fmt: skip
    assert last < 30 and first < 60
    assert net.said("a", Faulty) == [Faulty(net["city"].log, "DB-01")]
    net.cut.clear()
    net.connect("a", "city")
    net.run(0.2)
    assert net["city"].store.heads() == net["a"].store.heads()
    assert net.said("a", Faulty)[-1].code == ""


def test_ten_days_without_the_city_leave_nothing_behind():
    net = Net(("city", "a"))
    net.cut.add(frozenset(("city", "a")))
    net.connect("a", "city")
    for _ in range(30):
        net.write("a", Noted("x"))
        net.run(86_400 / 3)
    state = net["a"].state
    assert len(state.peers[net["city"].log].open) <= 2
    assert len(net["a"].asked) < 10 * 86_400 / 50


def test_a_busy_peer_is_left_alone_as_long_as_it_said():
    net = Net(("city", "a"))
    busy = Busy(60_000, 1)
    net.change = lambda frm, to, q: busy if isinstance(q, Push) else None
    net.connect("a", "city")
    net.write("a", Noted("x"))
    net.run(1)
    net.write("a", Noted("y"))
    net.run(55)
    assert len(pushes(net, "a", "city")) == 1
    net.change = None
    net.run(60)
    assert net["city"].store.heads() == net["a"].store.heads()


def test_a_refused_log_is_told_and_tried_again_and_the_others_go_on():
    net = Net(("city", "a", "b"))
    bad = net["a"].log

    def refuse(frm, to, question):
        if isinstance(question, Push) and question.run.log == bad:
            return Refused("DB-15", "đĩa đầy")
        return None

    net.connect("b", "a")
    net.write("a", Noted("x"))
    net.write("b", Noted("y"))
    net.run(5)
    net.change = refuse
    net.connect("b", "city", relay=True)
    net.run(30)
    assert set(net["city"].store.heads()) == {net["b"].log}
    told = net.said("b", Rejected)
    assert told[0].code == "DB-15" and told[0].log == bad and told[0].seq == 1
    net.change = None
    net.run(300)
    assert net["city"].store.heads() == net["b"].store.heads()
    assert net.said("b", Accepted) == [Accepted(net["city"].log, bad)]


def test_a_run_that_cannot_be_taken_holds_up_no_other():
    net = Net(("city", "a", "b"))
    net.write("a", Noted("x"))
    net["city"].store.take(net["a"].writer.run())
    forged = net["city"].store.events[net["a"].log]
    forged[0] = replace(forged[0], signature=bytes(64))
    net.connect("b", "city")
    net.run(2)
    late = net["city"].writer
    late.write(Noted("from the city"))
    net["city"].store.append(late.events)
    net.run(40)
    assert net["b"].store.heads() == {net["city"].log: late.head}
    told = net.said("b", Rejected)
    assert told[0].code == "DB-11" and told[0].ours
    pulls = [q for a, _, q in net.served if a == "b" and isinstance(q, Pull)]
    assert len(pulls) < 60


def test_a_false_acknowledgement_counts_for_nothing():
    net = Net(("city", "a"))
    fake = Ack(net["a"].log, Head(1, bytes(32)), 1, signature=bytes(64))
    net.change = lambda frm, to, q: fake if isinstance(q, Push) else None
    net.connect("a", "city")
    net.write("a", Noted("x"))
    net.run(60)
    assert net["a"].store.acks() == ()
    assert net.said("a", Faulty)[0].code == "DB-11"
    net.change = None
    net.run(300)
    assert net["city"].store.heads() == net["a"].store.heads()


def restored(net, name, at):
    """The node's disk as it was after `at` events."""
    node = net[name]
    node.writer = node.writer.twin(at)
    node.store.events[node.log] = list(node.writer.events)
    if at:
        node.store._heads[node.log] = node.writer.head
    else:
        node.store._heads.pop(node.log)
    net.boot(name)


@pytest.mark.parametrize(("held", "at", "fresh", "common"), [
    (3, 2, 0, 2), (3, 0, 0, 0), (3, 2, 1, 2), (3, 2, 5, 2), (3, 1, 1, 1),
    (1700, 200, 1, 200), (1700, 1699, 900, 1699), (1700, 600, 1200, 600), (900, 0, 3, 0),
])  # fmt: skip
def test_a_restored_disk_asks_for_a_new_log_before_it_pushes(held, at, fresh, common):
    net = Net(("city", "a"))
    net.connect("a", "city")
    for n in range(held):
        net.write("a", Noted(f"{n}"))
    net.run(60)
    assert net["city"].store.heads()[net["a"].log].seq == held
    before = net["city"].store.image()
    restored(net, "a", at)
    for n in range(fresh):
        net.write("a", Noted(f"other {n}"))
    net.connect("a", "city")
    net.run(20)
    assert net.needs_new_log("a") == [NewLogNeeded(net["a"].log, common)]
    assert net["city"].store.heads() == before.heads()
    assert bool(net["city"].store.forks) == bool(fresh)


def reborn(net, name):
    """What the journal does after `NewLogNeeded`: own acts again, same ids, in a new log."""
    node = net[name]
    needed = net.needs_new_log(name)[-1]
    old, node.writer = node.writer, node.writer.reborn()
    node.store.device = node.writer.device
    opened = IncarnationOpened(node.writer.device.public_key, 2, old.log, needed.common)
    node.writer.write(opened, stream=roster_stream(OFFICE))
    for item in old.events[needed.common :]:
        node.writer.write(item.event())
    node.store.append(node.writer.events)
    net.give(name, Reborn(node.log))


def test_a_cloned_pc_goes_on_in_a_new_log_and_nothing_is_lost():
    net = Net(("city", "a", "b"))
    net.connect("a", "city")
    net.connect("b", "city")
    net.write("a", Noted("1"))
    net.write("a", Noted("2"))
    net.run(5)
    restored(net, "a", 1)
    net.write("a", Noted("not 2"))
    net.connect("a", "city")
    net.run(10)
    old = net["a"].log
    reborn(net, "a")
    net.run(60)
    assert len(net["city"].store.events[net["a"].log]) == 2
    assert net["b"].store.heads() == net["city"].store.heads()
    assert len(net["city"].store.forks) == len(net["a"].store.forks) == 1
    assert {note.log for note in net.said("a", Forked)} == {old}


def test_a_fork_of_one_log_stops_only_that_log():
    net = Net(("city", "a", "b", "c"))
    net.write("a", Noted("1"))
    twin = net["a"].writer.twin(0)
    twin.write(Noted("other"))
    twin.write(Noted("more"))
    net["b"].store.take(twin.run())
    net["city"].store.take(net["a"].writer.run())
    net.connect("b", "city", relay=True)
    net.write("b", Noted("mine"))
    net.run(30)
    assert net["city"].store.heads()[net["b"].log] == net["b"].writer.head
    assert [note.log for note in net.said("b", Forked)] == [net["a"].log]
    assert net["city"].store.forks and net["b"].store.forks
    assert len(pushes(net, "b", "city")) < 6


def test_a_revoked_pc_is_told_gives_what_it_has_and_learns_nothing():
    net = Net(("city", "a", "b"))
    net.connect("b", "city")
    net.write("b", Noted("secret"))
    net.run(3)
    city = net["city"].writer
    city.write(DeviceRevoked(net["a"].log, 0, bytes(32), "mất"), stream=roster_stream(OFFICE))
    net["city"].store.append(city.events)
    net.connect("a", "city")
    net.write("a", Noted("late"))
    net.run(60)
    assert net.said("a", WasRevoked)[0] == WasRevoked(net["city"].log, 0)
    assert net["city"].store.heads()[net["a"].log].seq == 1
    assert net["city"].store.revoked_from(net["city"].store.events[net["a"].log][0])
    assert set(net["a"].store.heads()) == {net["a"].log}


ACTS = st.lists(
    st.tuples(st.sampled_from(("write", "wait", "cut", "mend", "crash")), st.integers(0, 2)),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(acts=ACTS, seed=st.integers(0, 2**32), bad=st.sampled_from((0.0, 0.2, 0.5)))
def test_three_stores_over_a_bad_network_hold_the_same_in_the_end(acts, seed, bad):
    names = ("city", "a", "b")
    net = Net(names, seed, bad)
    links = [("a", "city"), ("b", "city"), ("a", "b")]

    def join(frm, to):
        net.connect(frm, to, relay=True)
        if to != "city":
            net.connect(to, frm, relay=True)

    for pair in links:
        join(*pair)
    for act, which in acts:
        if act == "write":
            net.write(names[which], Noted("x"), Noted("y"))
        elif act == "cut":
            net.split(*links[which])
        elif act == "mend":
            net.cut.discard(frozenset(links[which]))
            join(*links[which])
        elif act == "crash":
            net.boot(names[which])
            for pair in links:
                if names[which] in pair:
                    join(*pair)
        else:
            net.run(which * 7)
    net.cut.clear()
    for pair in links:
        join(*pair)
    net.run(600)
    heads = net.heads()
    assert heads[0] == heads[1] == heads[2]
    assert heads[0] == {n.log: n.writer.head for n in net.nodes.values() if n.writer.events}
    assert not any(node.store.forks for node in net.nodes.values())
    for node in net.nodes.values():
        assert all(isinstance(note, Met | Faulty | Changed | Accepted) for note in node.notes)
        for peer in node.state.peers:
            assert standing(node.state, peer).to_push == 0


def test_a_city_restored_from_a_backup_gets_its_own_log_back():
    net = Net(("city", "a"))
    net.connect("a", "city")
    city = net["city"].writer
    for n in range(3):
        city.write(Noted(f"the city says {n}"))
    net["city"].store.append(city.events)
    net.run(5)
    assert net["a"].store.heads()[city.log] == city.head
    net["city"].store.events[city.log] = list(city.events[:1])
    net["city"].store._heads[city.log] = city.twin(1).head
    net.connect("a", "city")
    net.run(60)
    assert net["city"].store.heads()[city.log] == city.head
    assert not net["city"].store.forks


def test_an_acknowledgement_passed_on_counts_only_with_the_city_s_signature():
    net = Net(("city", "a", "b"))
    net.write("a", Noted("x"))
    a = net["a"]
    head = a.store.heads()[a.log]

    def forge(_node, to, question):
        if to.name != "b" or not isinstance(question, Pull):
            return None
        said = Ack(a.log, head, 1, 1, bytes(32), b"f" * 64)
        return Suffixes((), False, heads_digest(to.store.heads()), (said,))

    net.change = forge
    net.connect("a", "b")
    net.run(30)
    assert a.store.acks() == () and a.state.acked == {}
    net.change = None
    net.connect("b", "city", relay=True)
    net.connect("a", "b")
    net.run(60)
    assert a.state.acked == {a.log: 1}, "a true one that b passes on does count"
