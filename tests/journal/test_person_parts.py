"""Two people put one citizen right at once: other parts both hold, the same part is open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codec import from_payload, to_payload
from models.envelope import Actor
from models.events.handling import ConflictResolved
from models.events.intake import Corrected
from models.party import Person
from models.person_parts import PARTS, changed_parts, part_text, with_part
from models.staff import Role
from tests.journal.test_histories import DESK, HEAD, NGUYET
from tests.journal.test_settling import alike, begun

OTHER = Actor("staff-c", Role.OFFICER, "s")


def edit(pc, actor, *, whose=("submitter", "applicant"), **fields) -> None:
    """A correction as the window makes it: of both persons where they are one."""
    now = pc.dossier("d1")
    right = {each: replace(getattr(now, each), **fields) for each in whose}
    changed = tuple(
        f"{each}.{part}"
        for each in whose
        for part in changed_parts(getattr(now, each), right[each])
    )
    pc.act("d1", actor, Corrected("x", changed=changed, **right))


def test_two_parts_changed_apart_both_hold_without_a_conflict(pcs) -> None:
    a, b, _ = pcs
    begun(pcs)
    edit(a, DESK, phone="0912345678")
    edit(b, OTHER, address="12 Định Công Hạ")
    found = alike(pcs)
    for person in (found.submitter, found.applicant):
        assert (person.phone, person.address) == ("0912345678", "12 Định Công Hạ")
    assert found.conflicts == ()


def test_the_same_part_twice_is_a_conflict_of_that_part_and_keeps_the_others(pcs) -> None:
    a, b, c = pcs
    begun(pcs)
    edit(a, DESK, phone="0911111111", email="a@vidu.vn")
    edit(b, OTHER, phone="0922222222", address="12 Định Công Hạ")
    found = alike(pcs)
    assert {x.what for x in found.conflicts} == {"submitter.phone", "applicant.phone"}
    assert {(x.first_value, x.second_value) for x in found.conflicts} == {
        ("0911111111", "0922222222")
    }
    assert (found.submitter.email, found.submitter.address) == ("a@vidu.vn", "12 Định Công Hạ")
    for conflict in found.conflicts:
        c.act("d1", HEAD, ConflictResolved(conflict.id, "gọi lại", "second"))
    found = alike(pcs)
    assert found.submitter.phone == found.applicant.phone == "0922222222"
    assert (found.submitter.email, found.submitter.address) == ("a@vidu.vn", "12 Định Công Hạ")
    assert all(x.resolved for x in found.conflicts)


def test_one_value_from_two_people_is_none_until_a_third_says_otherwise(pcs) -> None:
    a, b, c = pcs
    begun(pcs)
    edit(a, DESK, phone="0911111111")
    edit(b, OTHER, phone="0911111111")
    assert not alike(pcs).conflicts
    edit(c, DESK, phone="0933333333")
    found = alike(pcs)
    assert (found.submitter.phone, found.conflicts) == ("0933333333", ())


def test_who_knew_only_one_of_the_two_that_agree_contradicts_the_other(pcs) -> None:
    a, b, c = pcs
    begun(pcs)
    edit(a, DESK, phone="0911111111")
    c.take(a.log(a.journal.device.log))
    c.clock.advance(minutes=30)
    edit(c, DESK, phone="0933333333")
    edit(b, OTHER, phone="0911111111")
    assert {x.what for x in alike(pcs).conflicts} == {"submitter.phone", "applicant.phone"}


def test_a_proof_of_identity_does_not_come_to_stand_beside_another_name(pcs) -> None:
    a, b, _ = pcs
    begun(pcs)
    edit(a, DESK, name="Nguyễn Thị Nguyệt Ánh")
    edit(b, OTHER, verified="database")
    assert "submitter.name" in {x.what for x in alike(pcs).conflicts}


def test_a_correction_of_version_1_means_the_whole_person(pcs) -> None:
    a, b, _ = pcs
    begun(pcs)
    old = to_payload(Corrected("x", submitter=replace(NGUYET, phone="0911111111")))
    said = from_payload("dossier.corrected", 1, old)
    assert said.parts() == tuple(f"submitter.{part}" for part in PARTS)
    a.act("d1", DESK, said)
    edit(b, OTHER, whose=("submitter",), address="12 Định Công Hạ")
    found = alike(pcs)
    assert [x.what for x in found.conflicts] == ["submitter.address"]


def test_names_that_are_no_part_set_nothing() -> None:
    odd = Corrected("x", submitter=NGUYET, changed=("submitter.evil", "applicant.phone", "x"))
    assert odd.parts() == ()


@given(
    st.builds(Person, st.just("individual"), st.text(max_size=3), phone=st.text(max_size=3)),
    st.builds(Person, st.just("organisation"), st.text(max_size=3), birth=st.text(max_size=3)),
)
def test_the_changed_parts_make_one_person_of_the_other(before: Person, after: Person) -> None:
    made = before
    for part in changed_parts(before, after):
        made = with_part(made, part, after)
    assert made == after
    assert changed_parts(after, after) == ()


def test_every_field_of_a_person_belongs_to_one_part() -> None:
    named = [name for names in PARTS.values() for name in names]
    assert sorted(named) == sorted(Person.__dataclass_fields__)
    assert part_text(NGUYET, "name") == NGUYET.name
    with pytest.raises(KeyError):
        part_text(NGUYET, "evil")
