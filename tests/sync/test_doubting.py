"""A peer that says it holds more of our log than we do must show it, or is passed over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.events.intake import Noted
from models.events.roster import DeviceRevoked, roster_stream
from services.sync.answering import Me, answer
from services.sync.messages import Accepted, Forked, NewLogNeeded, Rejected
from services.sync.protocol import Busy, ForkFound, Head, HelloAnswer, Pull, Push
from tests.support.devices import OFFICE
from tests.sync.net import Net


def notes(count):
    return [Noted(f"{n}") for n in range(count)]


def claims(net, head):
    """The city says of a's log what is not so; what it shows is what it really has."""

    def change(frm, to, question):
        if (frm.name, to.name) != ("a", "city") or isinstance(question, Push | Pull):
            return None
        asker = to.store._find_key(frm.writer.device.public_key)
        said = answer(to.store, question, asker=asker, me=Me(to.log), now_ms=net.now_ms)
        if isinstance(said, HelloAnswer):
            return replace(said, yours=head)
        return replace(said, heads={**said.heads, net["a"].log: head})

    return change


@pytest.mark.parametrize("seq", [1, 2, 3, 7, 5000])
def test_a_peer_that_says_more_than_it_can_show_is_noted_and_starts_no_new_log(seq):
    net = Net(("city", "a", "b"))
    net.write("a", *notes(2))
    net.connect("a", "city")
    net.run(5)
    net.change = claims(net, Head(seq, b"\7" * 32))
    net.connect("a", "city")
    net.connect("a", "b")
    net.write("a", Noted("goes on"))
    net.run(90)
    assert net.needs_new_log("a") == []
    assert net["b"].store.heads()[net["a"].log] == net["a"].writer.head
    assert net["city"].store.heads()[net["a"].log] == net["a"].writer.head
    (told,) = [n for n in net.said("a", Rejected) if n.code == "DB-24"]
    assert (told.peer, told.log, told.ours) == (net["city"].log, net["a"].log, True)
    assert len(net["a"].asked) < 200
    net.change = None
    net.connect("a", "city")
    net.run(5)
    assert net.said("a", Accepted)[-1] == Accepted(net["city"].log, net["a"].log)


def test_events_that_our_key_did_not_sign_are_no_evidence():
    net = Net(("city", "a"))
    net.write("a", *notes(2))
    net.connect("a", "city")
    net.run(5)
    forged = net["a"].writer.twin()
    forged.device = net["city"].writer.device  # another key signs the log of a
    log = net["a"].log
    forged.device = replace(forged.device, log=log)
    forged.write(Noted("never written by a"))
    assert forged.events[-1].envelope.log == log
    net["city"].store.events[log] = list(forged.events)
    net["city"].store._heads[log] = forged.head
    net.connect("a", "city")
    net.run(60)
    assert net.needs_new_log("a") == []
    assert "DB-24" in {note.code for note in net.said("a", Rejected)}


def test_a_fork_that_is_only_said_keeps_no_proof_and_starts_no_new_log():
    net = Net(("city", "a"))
    net.connect("a", "city")
    net.run(1)
    other = net["a"].writer.twin(0)
    other.device = replace(net["city"].writer.device, log=net["a"].log)
    other.write(Noted("forged"))
    proof = (other.events[0].body, other.events[0].signature)
    net.change = lambda frm, to, q: (
        ForkFound(frm.log, 1, proof) if isinstance(q, Push) else None
    )  # fmt: skip
    net.write("a", Noted("x"))
    net.run(30)
    assert net.needs_new_log("a") == [] and not net["a"].store.forks
    net.change = None
    net.run(150)
    assert net["city"].store.heads() == net["a"].store.heads()


def test_a_peer_that_claims_and_then_says_nothing_holds_up_the_others_for_seconds():
    net = Net(("city", "a", "b"))
    net.write("a", *notes(2))
    said = claims(net, Head(9, b"\7" * 32))

    def silent(frm, to, question):
        mine = isinstance(question, Pull) and question.heads.get(frm.log, Head(0, b"")).seq < 9
        if to.name == "city" and mine and not question.wait_ms:
            return Busy(600_000, 1)
        return said(frm, to, question) if to.name == "city" else None

    net.change = silent
    net.connect("a", "city")
    net.connect("a", "b")
    net.run(5)
    assert net["b"].store.heads() == {}
    net.run(20)
    assert net["b"].store.heads() == net["a"].store.heads()
    assert net.needs_new_log("a") == []


def twice(net, first, second, *, lengths=(2, 3)):
    """The log of a PC nobody can call, written twice: each of the two nodes holds a version."""
    ours = net["p"].writer
    ours.write(Noted("common"))
    theirs = ours.twin()
    for n in range(lengths[0] - 1):
        ours.write(Noted(f"one {n}"))
    for n in range(lengths[1] - 1):
        theirs.write(Noted(f"two {n}"))
    net[first].store.take(ours.run())
    net[second].store.take(theirs.run())
    return ours, theirs


@pytest.mark.parametrize("lengths", [(2, 3), (3, 3), (4, 2), (2, 1300)])
def test_pcs_that_only_fetch_find_a_log_written_twice_and_learn_what_the_other_holds(lengths):
    net = Net(("city", "q", "r", "p"))
    ours, theirs = twice(net, "q", "r", lengths=lengths)
    net.connect("q", "r")
    net.connect("r", "q")
    net.run(60)
    shown = [note for note in net.said("q", Forked) if note.run]
    assert {(note.peer, note.log) for note in shown} == {(net["r"].log, ours.log)}
    bodies = [body for note in shown for body, _ in note.run.events]
    missing = [item.body for item in theirs.events[1:]]
    assert [body for body in bodies if body in set(missing)] == missing
    assert shown[0].seq == 2 and net["q"].store.forks and net["r"].store.forks
    asked = len(net["q"].asked)
    net.run(120)
    assert len(net["q"].asked) - asked < 90, "nobody talks in circles about it"


def test_what_the_other_version_grows_by_is_fetched_too():
    net = Net(("city", "q", "r", "p"))
    _, theirs = twice(net, "q", "r")
    net.connect("q", "r")
    net.run(30)
    before = len(theirs.events)
    theirs.write(Noted("more"))
    net["r"].store.take(theirs.run(after=before))
    net.write("r", Noted("so that heads are compared again"))
    net.run(60)
    last = [note for note in net.said("q", Forked) if note.run][-1]
    assert last.run.events[-1][0] == theirs.events[-1].body
    assert net["q"].store.heads()[net["r"].log] == net["r"].writer.head


def test_a_peer_that_comes_back_while_its_word_was_in_doubt_is_met():
    net = Net(("city", "a"))
    net.write("a", *notes(2))
    net.change = claims(net, Head(9, b"\7" * 32))
    net.connect("a", "city")
    net.run(0.07)
    assert net["a"].state.rests
    net.change = None
    net.connect("a", "city")
    net.run(1)
    assert net["city"].store.heads() == net["a"].store.heads()


def test_a_revoked_pc_is_shown_its_own_events_and_goes_on_in_a_new_log():
    net = Net(("city", "a", "b"))
    net.connect("b", "city")
    net.write("b", Noted("not for a"))
    net.write("a", *notes(3))
    net.connect("a", "city")
    net.run(5)
    city, a = net["city"].writer, net["a"]
    city.write(DeviceRevoked(a.log, 1, bytes(32), "mất"), stream=roster_stream(OFFICE))
    net["city"].store.append(city.events)
    a.writer = a.writer.twin(1)
    a.store.events = {a.log: list(a.writer.events)}
    a.store._heads = {a.log: a.writer.head}
    net.boot("a")
    net.write("a", Noted("on the older disk"))
    net.connect("a", "city")
    net.run(20)
    assert net.needs_new_log("a") == [NewLogNeeded(a.log, 1)]
    assert set(a.store.heads()) == {a.log}, "of others it learns nothing"
