"""Who may do what: the whole table of roles, acts and statuses, and separation of duties."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from models.authority import allowed_acts, reason_against, role_for
from models.dossier import Approval, Conflict, Dossier
from models.staff import Role, Staff, role_clash
from models.workflow import CLOSED, RULES, Act, Status, act_words, next_status, status_words


def person(*roles: Role, name: str = "x") -> Staff:
    return Staff(f"staff-{name}", name, name, frozenset(roles))


EVERY_ROLE = person(*[r for r in Role if r not in (Role.TECHNICAL_ADMIN, Role.INSPECTOR)])
EXPECTED = {
    Status.RECEIVED: {Act.TRANSFER, Act.CORRECT, Act.REQUEST_SUPPLEMENT, Act.WITHDRAW},
    Status.TRANSFERRED: {Act.ASSIGN, Act.CORRECT, Act.WITHDRAW},
    Status.PROCESSING: {
        Act.ASSIGN, Act.HANDLE, Act.CORRECT, Act.REQUEST_SUPPLEMENT, Act.REQUIRE_PAYMENT,
        Act.SUBMIT, Act.PROPOSE_REFUSAL, Act.WITHDRAW,
    },
    Status.SUPPLEMENT: {Act.ASSIGN, Act.RECEIVE_SUPPLEMENT, Act.WITHDRAW},
    Status.PAYMENT: {Act.WITHDRAW},
    Status.SUBMITTED: {Act.APPROVE, Act.RETURN, Act.WITHDRAW},
    Status.REFUSAL_PROPOSED: {Act.REFUSE, Act.RETURN, Act.WITHDRAW},
    Status.APPROVED: {Act.NUMBER, Act.RETURN, Act.WITHDRAW},
    Status.NUMBERED: {Act.VOID_NUMBER, Act.SIGN, Act.RETURN, Act.WITHDRAW},
    Status.SIGNED: {Act.SEAL, Act.REVOKE_SIGNATURE},
    Status.SEALED: {Act.FINISH, Act.REVOKE_SIGNATURE},
    Status.DONE: {Act.HAND_OVER},
    **{status: set() for status in CLOSED},
}  # fmt: skip
ANYWHERE = {Act.NOTE, Act.COLLECT_FEE, Act.STOP, Act.EXTEND, Act.RESCHEDULE, Act.RESOLVE}


@pytest.mark.parametrize("status", sorted(EXPECTED))
def test_what_may_follow_each_status(status: Status) -> None:
    found = {act for act in Act if next_status(status, act) is not None} - ANYWHERE
    assert found == EXPECTED[status]


def test_closed_dossiers_take_only_notes() -> None:
    for status in CLOSED:
        assert {a for a in Act if next_status(status, a)} == {Act.NOTE}


def test_a_role_that_is_not_named_may_never_act() -> None:
    for act, role, status in product(Act, Role, Status):
        dossier = Dossier("d", status=status, assignee="staff-x")
        if role not in RULES[act].roles:
            assert reason_against(act, dossier, person(role)) is not None


def test_technical_admins_and_inspectors_may_do_nothing() -> None:
    for role, status in product((Role.TECHNICAL_ADMIN, Role.INSPECTOR), Status):
        assert allowed_acts(Dossier("d", status=status), person(role)) == ()
    assert not person(Role.TECHNICAL_ADMIN).sees_dossiers


def test_nobody_decides_on_what_they_received_or_drafted() -> None:
    leader = person(Role.LEADER, Role.RECEPTIONIST, Role.OFFICER)
    fresh = Dossier("d", status=Status.SUBMITTED)
    assert reason_against(Act.APPROVE, fresh, leader) is None
    assert reason_against(Act.APPROVE, replace(fresh, receiver=leader.id), leader)
    assert reason_against(Act.APPROVE, replace(fresh, drafter=leader.id), leader)
    numbered = Dossier(
        "d", status=Status.NUMBERED, approval=Approval(b"", leader.id, 0, b""), drafter=leader.id
    )
    assert reason_against(Act.SIGN, numbered, leader)
    assert reason_against(Act.SIGN, replace(numbered, drafter=""), leader) is None


def test_only_the_approver_signs_and_never_numbers() -> None:
    leader, other = person(Role.LEADER), person(Role.LEADER, name="y")
    clerk = person(Role.RECORDS_CLERK, name="z")
    approval = Approval(b"", leader.id, 0, b"")
    numbered = Dossier("d", status=Status.NUMBERED, approval=approval)
    assert reason_against(Act.SIGN, numbered, other)
    approved = Dossier("d", status=Status.APPROVED, approval=approval)
    assert reason_against(Act.NUMBER, approved, clerk) is None
    assert reason_against(Act.NUMBER, replace(approved, approval=replace(approval, by=clerk.id)),
                          clerk)  # fmt: skip


def test_a_stale_or_contradicted_dossier_waits_for_people() -> None:
    clerk, leader = person(Role.RECORDS_CLERK), person(Role.LEADER, name="y")
    approval = Approval(b"", leader.id, 0, b"", stale=True)
    stale = Dossier("d", status=Status.APPROVED, approval=approval)
    assert reason_against(Act.NUMBER, stale, clerk)
    assert reason_against(Act.RETURN, stale, leader) is None
    fight = Conflict("c", "decision", b"", b"", "", "approved", "returned")
    blocked = Dossier("d", status=Status.SUBMITTED, conflicts=(fight,))
    assert reason_against(Act.APPROVE, blocked, leader)
    settled = replace(blocked, conflicts=(replace(fight, resolved=True),))
    assert reason_against(Act.APPROVE, settled, leader) is None


def test_the_second_supplement_needs_a_head() -> None:
    officer, head = person(Role.OFFICER), person(Role.DEPARTMENT_HEAD, name="y")
    asked = Dossier("d", status=Status.PROCESSING, assignee=officer.id, supplement_count=1)
    assert reason_against(Act.REQUEST_SUPPLEMENT, asked, officer)
    assert reason_against(Act.REQUEST_SUPPLEMENT, asked, head) is None


def test_work_belongs_to_its_officer() -> None:
    mine, other = person(Role.OFFICER), person(Role.OFFICER, name="y")
    dossier = Dossier("d", status=Status.PROCESSING, assignee=mine.id)
    assert reason_against(Act.SUBMIT, dossier, mine) is None
    assert reason_against(Act.SUBMIT, dossier, other)


@pytest.mark.parametrize(
    "roles",
    [
        {Role.TECHNICAL_ADMIN, Role.OFFICER},
        {Role.INSPECTOR, Role.LEADER},
        {Role.LEADER, Role.RECORDS_CLERK},
    ],
)
def test_roles_that_exclude_each_other(roles: set[Role]) -> None:
    assert role_clash(frozenset(roles))


def test_every_status_and_act_has_words_and_a_national_code() -> None:
    assert all(status_words(s) for s in Status) and all(act_words(a) for a in Act)
    assert {s.national for s in Status} == set(range(1, 11))
    assert role_for(Act.NOTE, EVERY_ROLE) is Role.RECEPTIONIST
