"""Attachments between real PCs over real HTTP: what one PC scans or signs, the others can open."""

from __future__ import annotations

import hashlib
import os

import pytest

from models.intake import Component
from models.workflow import Status
from services.dossiers import intake, issuing
from services.dossiers.review import read_review
from services.dossiers.view import take_out
from services.sync.once import exchange_once
from tests.support.office import NGUYET, REGISTER_MARRIAGE
from tests.sync.office import in_lan, make_pcs, until


@pytest.fixture
def pcs(tmp_path):
    _city, made = make_pcs(tmp_path, 3)
    yield made
    for pc in made:
        pc.stop()


@pytest.fixture
def far(tmp_path):
    """Two PCs that reach each other through the city only."""
    city, made = make_pcs(tmp_path, 2)
    with city.running():
        for pc in made:
            pc.at(city)
            pc.desk.core.settings["line_mbit"] = "200"
        yield made
        for pc in made:
            pc.stop()


def scan(size: int, seed: int = 1) -> bytes:
    return b"%PDF-" + seed.to_bytes(8, "big") + os.urandom(size - 13)


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def receive(desk, *files: bytes):
    """A dossier with scans."""
    named = tuple((f"to-khai-{n}.pdf", data) for n, data in enumerate(files))
    paper = intake.PaperGiven(Component("Tờ khai", kind="original"), named)
    limit = intake.LimitTaken("3", "working_day", source="clerk", legal_basis="Điều 18")
    visit = intake.Visit(NGUYET, (intake.Application(REGISTER_MARRIAGE, (paper,), limit=limit),))
    return intake.receive(desk.core, desk.as_("tiepnhan"), visit)[0]


def test_pc_1_records_pc_2_handles_pc_3_approves_and_signs_and_pc_2_seals_without_any_city(pcs):
    one, two, three = pcs
    in_lan(pcs)
    scanned = scan(2_500_000)
    dossier = receive(one.desk, scanned)
    ident = dossier.id
    name = name_of(scanned)
    until(lambda: two.has(name) and three.has(name))
    (file,) = two.desk.load(ident).components[0].attachments
    assert take_out(two.desk.core, two.desk.as_("thuly"), ident, attachment=file) == scanned
    two.desk.to_officer(ident)
    two.desk.submit(ident)
    until(lambda: three.desk.load(ident).status is Status.SUBMITTED)
    three.desk.approve(ident)
    until(lambda: one.desk.load(ident).status is Status.APPROVED)
    numbered = one.desk.number(ident)
    until(lambda: three.has(numbered.number.base.hex()))
    review = read_review(three.desk.core, three.desk.as_("lanhdao"), ident)
    assert hashlib.sha256(review.pdf).digest() == numbered.number.base
    signed = three.desk.sign(ident)
    until(lambda: two.has(signed.result_file))
    sealed = two.desk.seal(ident)
    until(lambda: one.has(sealed.result_file))
    done = issuing.finish(one.desk.core, one.desk.as_("thuly"), ident)
    assert done.status is Status.DONE
    assert any(ident in change.dossiers for change in one.changed)


def test_two_pcs_that_meet_only_in_the_city_have_each_other_s_papers(far):
    one, two = far
    scans = [scan(2_200_000, 1), scan(40, 2)]
    dossier = receive(one.desk, *scans)
    assert exchange_once(one.desk.office, seconds=60).heads_equal
    assert exchange_once(two.desk.office, seconds=60).heads_equal
    for data in scans:
        assert two.read(name_of(data)) == data
    two.desk.to_officer(dossier.id)
    two.service.start()
    one.service.start()
    noted = scan(3_000_000, 3)
    later = receive(two.desk, noted)
    until(lambda: one.has(name_of(noted)))
    assert one.desk.load(later.id).components == later.components
    until(lambda: any(c.dossiers == {later.id} and not c.queues for c in one.changed))
