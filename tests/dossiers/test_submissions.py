"""Online submissions: from the city's log to a dossier of the same id and code, just once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from models.errors import InputError, NotAllowed
from models.events.submission import SubmissionArrived, submission_stream
from models.intake import Component, LimitTaken
from models.staff import Role
from models.workflow import Status
from services.administration import change_setting
from services.submissions import (
    accept_submission,
    decline_submission,
    find_submission,
    waiting_submissions,
)
from tests.support.linked_city import linked_city
from tests.support.office import NGUYET, REGISTER_MARRIAGE, open_desk

LIMIT = LimitTaken("3", "working_day", source="clerk", legal_basis="Điều 18 Luật Hộ tịch")
ID = "01a20051-3e9d-76a6-b775-8e841970d9b7"


@pytest.fixture
def linked(tmp_path):
    """A desk, and a function that lets a submission arrive from its city."""
    desk = open_desk(tmp_path / "home")

    def arrive(submission_id: str = ID, **other: object) -> None:
        submitted = desk.clock.now() - timedelta(hours=20)
        facts = {
            "portal": "DVCQG", "external_id": "E-1", "code": "H26.00316-261115-9001",
            "procedure": REGISTER_MARRIAGE, "procedure_name": "Đăng ký kết hôn",
            "submitter": NGUYET, "applicant": NGUYET, "submitted_at": submitted.isoformat(),
            "components": (Component("Tờ khai", kind="electronic"),),
        }  # fmt: skip
        said = SubmissionArrived(**(facts | other))
        link.city.journal.append(link.office, [(submission_stream(submission_id), said)])
        link.deliver()

    with linked_city(desk, tmp_path) as link:
        yield desk, arrive


def test_taken_in_it_is_a_dossier_with_the_portals_code_and_time(linked):
    desk, arrive = linked
    arrive()
    (row,) = waiting_submissions(desk.core, desk.as_("tiepnhan"))
    assert (row.id, row.state, row.applicant) == (ID, "waiting", NGUYET.name)
    dossier = accept_submission(desk.core, desk.as_("tiepnhan"), ID, limit=LIMIT)
    assert dossier.id == ID
    assert dossier.status is Status.RECEIVED
    assert dossier.intake.code == "H26.00316-261115-9001"
    assert dossier.intake.channel == 2
    assert dossier.intake.received_at == row.submitted_at
    assert dossier.components[0].name == "Tờ khai"
    assert waiting_submissions(desk.core, desk.as_("tiepnhan")) == ()
    again = accept_submission(desk.core, desk.as_("tiepnhan"), ID, limit=LIMIT)
    assert again.id == ID
    with desk.core.store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM dossier").scalar_one() == 1


def test_the_office_may_count_from_taking_in(linked):
    desk, arrive = linked
    change_setting(desk.core, desk.as_("quantri"), "online_clock", value="accepted")
    arrive()
    dossier = accept_submission(desk.core, desk.as_("tiepnhan"), ID, limit=LIMIT)
    assert datetime.fromisoformat(dossier.intake.received_at) == desk.clock.now()


def test_declined_it_says_why_and_cannot_be_taken_in(linked):
    desk, arrive = linked
    arrive()
    who = desk.as_("tiepnhan")
    with pytest.raises(InputError, match="TN-11"):
        decline_submission(desk.core, who, ID, reason="  ")
    decline_submission(desk.core, who, ID, reason="Thiếu giấy khai sinh")
    assert waiting_submissions(desk.core, who) == ()
    for act in (
        lambda: decline_submission(desk.core, who, ID, reason="lần nữa"),
        lambda: accept_submission(desk.core, who, ID, limit=LIMIT),
    ):
        with pytest.raises(NotAllowed, match="TN-10"):
            act()


def test_only_the_city_speaks_for_a_portal(linked):
    desk, _ = linked
    said = SubmissionArrived(
        "DVCQG", "E-9", "X-1", REGISTER_MARRIAGE, "x", NGUYET, NGUYET, desk.clock.now().isoformat()
    )
    with desk.core.journal.act(desk.as_("quantri").acting_as(Role.BUSINESS_ADMIN)) as act:
        act.add(submission_stream(ID), said)
    assert waiting_submissions(desk.core, desk.as_("tiepnhan")) == ()
    assert find_submission(desk.core, desk.as_("tiepnhan"), ID) is None


@pytest.mark.parametrize("login", ["thuly", "kythuat", "giamsat"])
def test_only_who_receives_may_decide(linked, login):
    desk, arrive = linked
    arrive()
    with pytest.raises(NotAllowed):
        decline_submission(desk.core, desk.as_(login), ID, reason="Không đúng")
    with pytest.raises(NotAllowed):
        accept_submission(desk.core, desk.as_(login), ID, limit=LIMIT)
    assert waiting_submissions(desk.core, desk.as_("tiepnhan"))


def test_a_submission_repeated_or_restated_is_one(linked):
    desk, arrive = linked
    arrive()
    arrive(code="H26.00316-261115-9999")
    (row,) = waiting_submissions(desk.core, desk.as_("tiepnhan"))
    assert row.code == "H26.00316-261115-9001"
