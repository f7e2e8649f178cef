"""A portal hands in: stored once, answered alike, refused in words; on both kinds of database."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from models.errors import InputError, NotAllowed, OfficeError
from models.events.submission import (
    SubmissionAccepted,
    SubmissionArrived,
    SubmissionDeclined,
    submission_stream,
)
from server.context import CityContext
from server.portal import tables
from server.portal.messages import SubmissionIn, SubmissionOut
from server.portal.portals import add_portal, find_portal, portal_rows, remove_portal
from server.portal.receiving import receive_submission
from server.portal.state import submission_state
from server.roster import stream_events
from tests.server.conftest import (  # noqa: F401  # the databases of the server's tests
    city,
    city_url,
    database,
    postgres_city,
    sqlite_city,
)
from tests.support.city import OFFICE, OTHER, START, City, Pen, make_city
from tests.support.office import REGISTER_MARRIAGE

GOOD = {
    "office": OFFICE,
    "external_id": "DVC-2026-1",
    "code": "H26.00004-261116-9001",
    "procedure": REGISTER_MARRIAGE,
    "submitted_at": START.isoformat(),
    "submitter": {
        "name": "  Nguyễn Thị   Ánh Nguyệt", "id_kind": "personal_id",
        "id_number": "001194012345", "birth": "12/08/1994", "phone": "0912345678",
    },
    "components": [{"name": "Tờ khai đăng ký kết hôn"}],
}  # fmt: skip


@dataclass
class Portal:
    """A portal at a city."""

    context: CityContext
    city: City

    def hand_in(self, portal: str = "DVCQG", **other: object) -> SubmissionOut:
        """The good application, with some fields different."""
        said = SubmissionIn.model_validate(copy.deepcopy(GOOD) | other)
        return receive_submission(self.context, portal, said)

    def events(self, office: str = OFFICE) -> int:
        """How many submissions the journal of an office holds."""
        with self.city.database.read(office) as tx:
            count = text("SELECT count(*) FROM ev WHERE st LIKE 'submission/%' AND off = :off")
            return int(tx.execute(count, {"off": office}).scalar_one())


@pytest.fixture
def portal(city: City, tmp_path: Path) -> Portal:  # noqa: F811
    c = city
    context = CityContext(c.database, c.key, c.journal, c.clock, tmp_path, c.changed.append)
    return Portal(context, city)


def test_the_migration_makes_the_tables(portal):
    found = inspect(portal.city.database.engine)
    for table in tables.metadata.tables.values():
        columns = [column["name"] for column in found.get_columns(table.name)]
        assert columns == [column.name for column in table.columns]
        key = found.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key]


def test_a_token_is_told_once_and_ends_when_removed_or_renewed(portal):
    journal = portal.city.journal
    first = add_portal(journal, "DVCQG")
    assert find_portal(journal, first) == "DVCQG"
    assert [each.name for each in portal_rows(journal)] == ["DVCQG"]
    with journal.database.read("") as tx:
        (row,) = tx.execute(select(tables.portal)).all()
    assert bytes.fromhex(first) not in bytes(row.digest) and first not in str(row)
    portal.city.clock.advance(minutes=1)
    second = add_portal(journal, "DVCQG")
    assert second != first
    assert find_portal(journal, first) is None and find_portal(journal, second) == "DVCQG"
    assert remove_portal(journal, "DVCQG") and not remove_portal(journal, "DVCQG")
    assert find_portal(journal, second) is None and portal_rows(journal) == ()
    with pytest.raises(InputError, match="TN-20"):
        add_portal(journal, "  ")


def test_handed_in_it_is_an_event_of_the_citys_log(portal):
    answer = portal.hand_in()
    assert (answer.status, answer.code) == (1, "H26.00004-261116-9001")
    assert answer.received_at == portal.city.clock.now() and answer.submitted_at == START
    with portal.city.database.read(OFFICE) as tx:
        (stored,) = stream_events(tx, OFFICE, submission_stream(answer.id))
    said = stored.event()
    assert isinstance(said, SubmissionArrived) and stored.signature is not None
    assert stored.envelope.log == portal.city.key.log(OFFICE)
    assert said.portal == "DVCQG" and said.applicant == said.submitter
    assert said.applicant.name == "Nguyễn Thị Ánh Nguyệt" and said.applicant.birth == "1994-08-12"
    assert said.applicant.verified == "unverified"
    assert said.components[0].kind == "electronic" and said.remarks == ()
    assert portal.city.changed[-1] == OFFICE


def test_the_same_again_gets_the_same_answer_and_other_words_are_refused(portal):
    first = portal.hand_in()
    portal.city.clock.advance(minutes=10)
    assert portal.hand_in() == first
    with pytest.raises(NotAllowed, match="TN-22"):
        portal.hand_in(request="khác")
    with pytest.raises(NotAllowed, match="TN-22"):
        portal.hand_in(office=OTHER)
    with pytest.raises(NotAllowed, match="TN-24"):
        portal.hand_in(portal="HANOI", external_id="H-1")
    assert portal.hand_in(portal="HANOI", code="H26.00004-261116-9002").id != first.id
    assert portal.events() == 2 and portal.events(OTHER) == 0


def test_workers_that_take_the_same_at_once_store_it_once(portal):
    together = threading.Barrier(4)

    def send(_number: int) -> SubmissionOut:
        together.wait(timeout=30)
        return portal.hand_in()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert len({each.id for each in answers}) == 1
    assert portal.events() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"office": "99999"}, "MC-07"),
        ({"procedure": "9.999999"}, "TN-27"),
        ({"submitted_at": (START + timedelta(hours=1)).isoformat()}, "TN-25"),
        ({"submitted_at": "0001-01-01T00:00:00+14:00"}, "TN-26"),
        ({"submitter": {"name": "X", "phone": "12"}}, "ND-"),
        ({"submitter": {"name": "X", "id_kind": "personal_id", "id_number": "123"}}, "ND-"),
        ({"request": "ẩn\u202e"}, "ND-23"),
        ({"components": [{"name": "T\x07"}]}, "ND-23"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_stored(portal, wrong, code):
    with pytest.raises(OfficeError, match=code):
        portal.hand_in(**wrong)
    with portal.city.database.read_city() as tx:
        assert tx.execute(select(tables.portal_submission)).all() == []
    assert portal.events() == 0


def test_a_late_or_unproven_application_comes_with_remarks(portal):
    answer = portal.hand_in(
        submitted_at=(START - timedelta(days=3)).isoformat(), submitter={"name": "Trần Văn An"}
    )
    with portal.city.database.read(OFFICE) as tx:
        said = stream_events(tx, OFFICE, submission_stream(answer.id))[0].event()
    assert len(said.remarks) == 2


def test_the_state_follows_the_office(portal):
    answer = portal.hand_in()
    context = portal.context

    def state():
        return submission_state(context, "DVCQG", answer.id)

    assert (state().status, state().accepted_at, state().due_at) == (1, None, None)
    with pytest.raises(InputError, match="TN-23"):
        submission_state(context, "HANOI", answer.id)
    pen = Pen()
    portal.city.admit(pen)
    stream = submission_stream(answer.id)
    pen.write(SubmissionDeclined("Thiếu giấy khai sinh"), stream=stream)
    portal.city.store().take(pen.run())
    assert (state().status, state().reason) == (3, "Thiếu giấy khai sinh")
    pen.write(SubmissionAccepted(answer.code), stream=stream)
    portal.city.store().take(pen.run(after=1))
    assert (state().status, state().reason) == (2, "")
    assert isinstance(state().accepted_at, datetime)


def test_another_office_does_not_see_it(postgres_city, tmp_path):  # noqa: F811
    c = make_city(postgres_city, tmp_path)
    context = CityContext(c.database, c.key, c.journal, c.clock, tmp_path, c.changed.append)
    Portal(context, c).hand_in()
    with postgres_city.read(OTHER) as tx:
        assert tx.execute(select(tables.portal_submission)).all() == []
