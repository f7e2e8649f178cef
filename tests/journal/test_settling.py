"""A person's choice between two sides takes hold, on every PC alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.dossier import content_digest
from models.envelope import Actor
from models.events import handling as h
from models.events.intake import Corrected
from models.staff import Role
from models.workflow import Status
from tests.journal.test_histories import (
    ACTS,
    DESK,
    DRAFT,
    HEAD,
    LEADER,
    NGUYET,
    OFFICER,
    heal,
    received,
)


def alike(pcs):
    """The dossier, which every PC shows the same."""
    heal(pcs)
    first = pcs[0].dossier("d1")
    assert all(pc.dossier("d1") == first for pc in pcs)
    assert len({tuple(pc.row("d1"))[1:] for pc in pcs}) == 1
    return first


def begun(pcs, *names: str) -> None:
    pcs[0].act("d1", DESK, received("H26-261116-0001"))
    for name in names:
        actor, make = ACTS[name]
        pcs[0].act("d1", actor, make(pcs[0], pcs[0].dossier("d1")))
    heal(pcs)
    for minutes, pc in enumerate(pcs, start=1):
        pc.clock.advance(minutes=minutes)


def settle(pc, side: str, conflict: int = 0) -> None:
    known = pc.dossier("d1").conflicts[conflict].id
    pc.act("d1", HEAD, h.ConflictResolved(known, "quyết", side))


def test_a_correction_loses_only_the_field_another_pc_set(pcs) -> None:
    a, b, _ = pcs
    begun(pcs)
    a.act("d1", DESK, Corrected("x", request="A"))
    b.act("d1", DESK, Corrected("y", request="B", submitter=replace(NGUYET, name="Tên B")))
    found = alike(pcs)
    assert (found.request, found.submitter.name) == ("A", "Tên B")
    assert [c.what for c in found.conflicts] == ["request"]


@pytest.mark.parametrize(("side", "request_text"), [("first", "A"), ("second", "B"), ("", "A")])
def test_the_chosen_field_holds_and_the_next_correction_is_no_rival(pcs, side, request_text):
    a, b, c = pcs
    begun(pcs)
    a.act("d1", DESK, Corrected("x", request="A"))
    b.act("d1", DESK, Corrected("y", request="B"))
    heal(pcs)
    settle(c, side)
    found = alike(pcs)
    assert found.request == request_text
    assert [(x.resolved, x.side) for x in found.conflicts] == [(True, side)]
    a.act("d1", DESK, Corrected("z", request="mới"))
    found = alike(pcs)
    assert (found.request, len(found.conflicts)) == ("mới", 1)


def test_a_correction_made_while_somebody_chose_is_a_new_conflict(pcs) -> None:
    a, b, c = pcs
    begun(pcs)
    a.act("d1", DESK, Corrected("x", request="A"))
    b.act("d1", DESK, Corrected("y", request="B"))
    heal(pcs)
    settle(c, "second")
    a.act("d1", DESK, Corrected("z", request="mới"))
    found = alike(pcs)
    assert [x.resolved for x in found.conflicts] == [True, False]
    settle(b, "first", conflict=1)
    first = alike(pcs)
    assert first.request == first.conflicts[1].first_value
    settle(b, "second", conflict=1)
    second = alike(pcs)
    assert second.request == second.conflicts[1].second_value
    assert {first.request, second.request} == {"mới", "B"}


def test_the_other_officer_gets_the_dossier_when_chosen(pcs) -> None:
    a, b, c = pcs
    begun(pcs, "transfer", "assign")
    a.act("d1", HEAD, h.Assigned("staff-a", "A"))
    b.act("d1", HEAD, h.Assigned("staff-b", "B"))
    assert alike(pcs).assignee == "staff-a"
    settle(c, "second")
    assert alike(pcs).assignee == "staff-b"


def test_the_other_decision_holds_when_chosen_and_the_office_goes_on(pcs) -> None:
    a, b, c = pcs
    begun(pcs, "transfer", "assign", "submit")
    basis = content_digest(a.dossier("d1"))
    a.act("d1", LEADER, h.Approved(basis))
    b.act("d1", Actor("staff-e", Role.LEADER, "s"), h.Returned("sai tên"))
    assert alike(pcs).blocked
    settle(c, "second")
    found = alike(pcs)
    assert not found.blocked
    assert (found.status, found.approval) == (Status.PROCESSING, None)
    assert found.returned is not None
    assert (found.voids, [x.side for x in found.conflicts]) == ((), ["second"])
    a.act("d1", OFFICER, h.Submitted(DRAFT, b""))
    assert alike(pcs).status is Status.SUBMITTED
    settle(b, "first")
    assert alike(pcs).conflicts[0].side == "first"


def test_a_withdrawal_chosen_over_an_approval_closes_the_dossier(pcs) -> None:
    a, b, c = pcs
    begun(pcs, "transfer", "assign", "submit")
    a.act("d1", LEADER, h.Approved(content_digest(a.dossier("d1"))))
    b.act("d1", DESK, h.Withdrawn("rút"))
    heal(pcs)
    settle(c, "second")
    found = alike(pcs)
    assert (found.status, found.approval, found.voids) == (Status.WITHDRAWN, None, ())


def test_two_choices_at_once_do_not_both_hold(pcs) -> None:
    a, b, c = pcs
    begun(pcs)
    a.act("d1", DESK, Corrected("x", request="A"))
    b.act("d1", DESK, Corrected("y", request="B"))
    heal(pcs)
    settle(a, "second")
    settle(c, "first")
    found = alike(pcs)
    assert found.request == "B"
    assert [v.reason for v in found.voids] == ["settled"]
