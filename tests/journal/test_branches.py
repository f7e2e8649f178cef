"""A log written twice: who holds one version gets the acts of the other, and nothing waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.envelope import Actor, unseal
from models.events.branches import EventsKept
from models.events.intake import Noted
from services.journal.branches import BranchKeeper
from services.journal.kept import unfold
from services.sync.accept import Member
from services.sync.ports import Verdict
from services.sync.protocol import Origin, Run
from tests.support.devices import make_template, open_pcs

D = "d1"
SYSTEM = Actor("system", "system", "s")
CLERK = Actor("staff-a", "receptionist", "s")


@pytest.fixture
def pcs(tmp_path):
    """p, its clone, q that met p first, and r that met the clone first."""
    devices = make_template(tmp_path)
    skews = [timedelta()] * 3
    p, q, r = open_pcs(tmp_path / "template", devices, tmp_path / "one", skews)
    (clone,) = open_pcs(tmp_path / "template", devices[:1], tmp_path / "two", skews[:1])
    p.act(D, CLERK, Noted("common"))
    for each in (clone, q, r):
        assert each.take(p.log(p.journal.device.log)).verdict is Verdict.TAKEN
    p.act(D, CLERK, Noted("on p"))
    clone.clock.advance(minutes=1)
    clone.act(D, CLERK, Noted("on the clone"))
    q.take(own(p))
    r.take(own(clone))
    q.act(D, CLERK, Noted("q saw p"))
    r.act(D, CLERK, Noted("r saw the clone"))
    q.take(own(r))
    r.take(own(q))
    yield p, clone, q, r
    for each in (p, clone, q, r):
        each.store.close()


def own(pc):
    return pc.log(pc.journal.device.log)


def as_run(pc):
    return Run(pc.journal.device.log, Origin(pc.journal.device.public_key, 1), tuple(own(pc)))


def meet(pcs):
    """q learns of the fork from the clone, and q and r exchange what they keep of it."""
    _, clone, q, r = pcs
    assert q.take(own(clone)).verdict is Verdict.FORK
    streams = BranchKeeper(q.journal).look(as_run(clone))
    assert streams == {f"dossier/{D}"}
    assert r.take(own(q)[1:]).verdict is Verdict.TAKEN
    q.take(own(r))
    return q, r


def test_what_builds_on_the_other_version_waits_for_nothing(pcs):
    _, _, q, r = pcs
    assert q.dossier(D).waiting == r.dossier(D).waiting == 1
    meet(pcs)
    one, two = q.dossier(D), r.dossier(D)
    assert one == two and one.waiting == 0 and one.events == 5
    assert q.row(D) == r.row(D)


def test_it_is_kept_once_also_by_who_looks_again_and_by_the_other(pcs):
    p, clone, q, r = pcs
    meet(pcs)
    assert BranchKeeper(q.journal).look(as_run(clone)) == frozenset()
    assert r.take(own(p)).verdict is Verdict.FORK
    assert BranchKeeper(r.journal).look(as_run(p)) == frozenset()


def test_what_the_log_grows_by_is_kept_too_and_looking_costs_nothing(pcs):
    p, _, q, r = pcs
    meet(pcs)
    keeper = BranchKeeper(q.journal)
    assert keeper.look() == frozenset()
    p.act(D, CLERK, Noted("p goes on"))
    q.take(own(p)[2:])
    assert keeper.look() == {f"dossier/{D}"} and keeper.look() == frozenset()
    r.take(own(q)[1:])
    assert r.dossier(D) == q.dossier(D) and r.dossier(D).events == 6


def test_the_two_versions_did_not_know_of_each_other(pcs):
    q, _ = meet(pcs)
    before = q.dossier(D)
    assert len(before.heads) == 2, "each of the third PCs saw one version"


def test_acts_of_a_revoked_machine_stay_without_effect_whoever_keeps_them(pcs):
    p, _, q, r = pcs
    for pc in (q, r):
        with pc.store.write() as tx:
            tx.exec_driver_sql(
                "UPDATE device SET last_seq = 1 WHERE log = ?", (p.journal.device.log,)
            )
    meet(pcs)
    one, two = q.dossier(D), r.dossier(D)
    assert one == two and one.waiting == 0
    assert sum(void.reason == "revoked" for void in one.voids) == 2


def test_only_what_the_device_signed_is_read(pcs):
    p, clone, *_ = pcs
    device = p.journal.device
    (body, signature) = own(clone)[1]
    wrong = bytes(64)

    def shown(bodies, signature, log=device.log):
        with clone.journal.act(SYSTEM) as act:
            item = act.add(f"dossier/{D}", EventsKept(bodies, signature))
        found = unfold(item, lambda name: Member(log, device.public_key) if name == log else None)
        return [each.hash for each in found]

    assert shown((body,), signature) == [unseal(body).hash]
    assert shown((body,), wrong) == shown((), signature) == shown((b"x",), signature) == []
    assert shown((body, body), signature) == shown((body,), signature, b"?" * 16) == []
