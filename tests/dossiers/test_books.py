"""Books of numbers: gapless, voided numbers keep their place, nobody numbers twice."""

from __future__ import annotations

import pytest

from models.errors import NotAllowed
from models.workflow import Status
from services.dossiers import approval, issuing
from services.dossiers.books import book_rows
from tests.support.office import Desk


def approved(desk: Desk) -> str:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    return dossier.id


def rows(desk: Desk):
    with desk.core.store.read() as conn:
        return book_rows(conn, 2026, "GXN")


def test_numbers_follow_each_other_and_a_void_one_is_never_used_again(desk: Desk) -> None:
    first, second, third = approved(desk), approved(desk), approved(desk)
    desk.number(first)
    desk.number(second)
    issuing.void_number(desk.core, desk.as_("vanthu"), second, reason="Sai ngày")
    assert desk.load(second).status is Status.APPROVED
    assert desk.number(third).number.number == 3
    assert desk.number(second).number.number == 4
    assert [(r.number, r.state) for r in rows(desk)] == [
        (1, "reserved"), (2, "void"), (3, "reserved"), (4, "reserved"),
    ]  # fmt: skip
    assert rows(desk)[1].reason == "Sai ngày"


def test_returning_a_numbered_document_voids_its_number(desk: Desk) -> None:
    dossier_id = approved(desk)
    desk.number(dossier_id)
    leader = desk.as_("lanhdao")
    approval.return_to_officer(desk.core, leader, dossier_id, reason="Sai họ tên")
    assert desk.load(dossier_id).status is Status.PROCESSING
    assert [(r.state, r.reason) for r in rows(desk)] == [("void", "Sai họ tên")]


def test_who_approved_does_not_number(desk: Desk) -> None:
    dossier_id = approved(desk)
    with pytest.raises(NotAllowed):
        issuing.number(desk.core, desk.as_("lanhdao"), dossier_id)
    assert rows(desk) == ()
