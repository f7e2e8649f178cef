"""What the desk reads before it stores anything: the would-be dossier, the known person, scans."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import InputError
from models.intake import LimitTaken
from services.dossiers.familiar import familiar_person, visit_is_stored
from services.dossiers.intake import Application, Visit, receive
from services.dossiers.preview import expected_dossiers
from services.scans import read_scans
from tests.support.office import NGUYET, REGISTER_MARRIAGE, Desk, open_desk

BIRTH = "1.001193"


@pytest.fixture
def desk(tmp_path: Path):
    desk = open_desk(tmp_path / "home")
    yield desk
    desk.office.close()


def expected(desk: Desk, visit: Visit):
    with desk.core.store.read() as conn:
        return expected_dossiers(desk.core, conn, visit)


def test_what_is_expected_is_what_is_stored(desk: Desk) -> None:
    visit = Visit(NGUYET, (Application(BIRTH), Application("1.004884")), command="a visit")
    seen = expected(desk, visit)
    with desk.core.store.read() as conn:
        assert not visit_is_stored(conn, "a visit") and not visit_is_stored(conn, "")
    stored = receive(desk.core, desk.as_("tiepnhan"), visit)
    assert [e.dossier.intake for e in seen] == [s.intake for s in stored]
    with desk.core.store.read() as conn:
        assert visit_is_stored(conn, "a visit")
    assert expected(desk, visit)[0].dossier.intake.code.endswith("-0003")


def test_half_typed_persons_and_limits_are_shown_not_refused(desk: Desk) -> None:
    half = replace(NGUYET, name="  ", birth="31/02/1994", phone="09")
    (unknown,) = expected(desk, Visit(half, (Application(REGISTER_MARRIAGE),)))
    assert unknown.dossier.submitter.name == "…" and unknown.dossier.submitter.phone == "09"
    assert unknown.promise is None and unknown.problem.code == "ND-05"
    typed = LimitTaken("ba", "working_day", source="clerk")
    (wrong,) = expected(desk, Visit(half, (Application(REGISTER_MARRIAGE, limit=typed),)))
    assert wrong.promise is None and wrong.problem.field == "limit"


def test_a_person_is_known_by_the_number(desk: Desk) -> None:
    first, second = desk.receive(), desk.receive()
    with desk.core.store.read() as conn:
        known = familiar_person(conn, NGUYET.id_number, [REGISTER_MARRIAGE, BIRTH])
        assert known.total == 2 and known.last == second.applicant
        assert {row.id for row in known.same} == {first.id, second.id}
        assert familiar_person(conn, NGUYET.id_number, [BIRTH]).same == ()
        assert familiar_person(conn, "").total == familiar_person(conn, "001").total == 0


def test_scans_are_read_whole_or_refused_in_words(tmp_path: Path) -> None:
    good, empty = tmp_path / "a.pdf", tmp_path / "b.pdf"
    good.write_bytes(b"%PDF-")
    empty.write_bytes(b"")
    assert read_scans([good])[0].content == b"%PDF-"
    for path, code in ((empty, "ND-09"), (tmp_path / "c.pdf", "ND-08"), (tmp_path, "ND-08")):
        with pytest.raises(InputError) as error:
            read_scans([good, path])
        assert error.value.code == code
