"""Who may read dossiers, whose appointment counts, and whose work nobody would find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import InputError, NotAllowed
from models.staff import Role
from models.workflow import Status
from services.accounts import change_own_password, set_password
from services.administration import change_setting
from services.dossiers import approval, handling
from services.dossiers.handing import find_waiting
from services.dossiers.listing import list_dossiers
from services.dossiers.morning import morning_paper
from services.dossiers.queues import Queue, queue_counts, queue_page
from services.dossiers.review import read_review
from services.dossiers.search import find_dossiers
from services.dossiers.today import read_today
from services.dossiers.view import read_dossier, read_view, take_out
from services.oversight.log import LogFilter, log_page
from services.people import save_staff
from tests.support.office import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = open_desk(tmp_path / "home")
    yield made
    made.office.close()


def appoint(desk: Desk, login: str, *roles: Role, active: bool = True) -> None:
    person = desk.as_(login).staff
    changed = replace(person, active=active, roles=frozenset(roles) or person.roles)
    save_staff(desk.core, desk.as_("quantri"), changed)


def test_every_reading_refuses_who_may_see_no_dossier(desk: Desk):
    dossier, who = desk.receive(), desk.as_("kythuat")
    core, now = desk.core, desk.clock.now()
    left = replace(desk.as_("thuly").staff, active=False)
    with core.store.read() as conn:
        for staff, code in ((who.staff, "TK-08"), (left, "TK-07")):
            for read in (
                lambda s: queue_page(conn, Queue.TO_TRANSFER, s),
                lambda s: list_dossiers(conn, s, "", statuses=frozenset(), limit=9),
                lambda s: find_dossiers(conn, s, "nguyet"),
                lambda s: find_waiting(conn, s, ""),
                lambda s: find_waiting(conn, s, "nguyet"),
                lambda s: read_today(conn, s, now, calendar=core.calendar),
                lambda s: read_dossier(core, replace(who, staff=s), dossier.id),
                lambda s: read_view(core, replace(who, staff=s), dossier.id),
                lambda s: read_review(core, replace(who, staff=s), dossier.id),
                lambda s: morning_paper(core, replace(who, staff=s)),
                lambda s: take_out(core, replace(who, staff=s), dossier.id, attachment=None),
            ):
                with pytest.raises(NotAllowed) as caught:
                    read(staff)
                assert caught.value.code == code
        assert queue_counts(conn, who.staff) == {}
        assert find_dossiers(conn, desk.as_("thuly").staff, "nguyet").total == 1


def test_the_filter_by_person_reveals_nobody(desk: Desk):
    desk.receive()
    wanted = LogFilter(person="staff-tiepnhan")
    assert len(log_page(desk.core, desk.as_("giamsat"), wanted).rows) == 1
    hidden = log_page(desk.core, desk.as_("kythuat"), wanted)
    assert len(hidden.rows) == hidden.total > 1


def test_who_left_since_signing_in_does_nothing_more(desk: Desk):
    dossier = desk.receive()
    clerk, admin = desk.as_("tiepnhan"), desk.as_("quantri")
    appoint(desk, "tiepnhan", active=False)
    with pytest.raises(NotAllowed) as caught:
        handling.note(desk.core, clerk, dossier.id, text="Gọi lại")
    assert caught.value.code == "TK-07"
    assert len(read_view(desk.core, desk.as_("thuly"), dossier.id).lines) == 1
    appoint(desk, "phong", Role.BUSINESS_ADMIN)
    save_staff(desk.core, desk.as_("phong"), replace(admin.staff, active=False))
    with pytest.raises(NotAllowed) as caught:
        change_setting(desk.core, admin, "desk_phone", value="024 99")
    assert caught.value.code == "TK-07" and desk.core.settings["desk_phone"] == "1022"


def test_a_role_taken_back_counts_at_once_and_a_new_one_is_written(desk: Desk):
    dossier = desk.receive()
    clerk = desk.as_("tiepnhan")
    appoint(desk, "tiepnhan", Role.CASHIER)
    with pytest.raises(NotAllowed) as caught:
        handling.transfer(desk.core, clerk, dossier.id, department=desk.core.departments[0])
    assert caught.value.code == "HS-01"
    appoint(desk, "thuly", Role.RECEPTIONIST)
    handling.transfer(desk.core, desk.as_("thuly"), dossier.id, department=desk.core.departments[0])
    newest = log_page(desk.core, desk.as_("giamsat"), LogFilter()).rows[0]
    assert newest.role == "Tiếp nhận và trả kết quả"


def test_no_dossier_waits_for_an_officer_who_left(desk: Desk):
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    head = desk.as_("phong").staff

    def waiting() -> list[str]:
        with desk.core.store.read() as conn:
            return [row.id for row in queue_page(conn, Queue.TO_ASSIGN, head).rows]

    assert waiting() == []
    appoint(desk, "thuly", active=False)
    assert waiting() == [dossier.id]
    appoint(desk, "thuly", active=True)
    assert waiting() == []
    appoint(desk, "thuly", Role.CASHIER)
    assert waiting() == [dossier.id]


def test_a_document_of_a_leader_who_left_can_be_returned(desk: Desk):
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    desk.number(dossier.id)
    other = desk.as_("chutich")

    def waiting() -> list[str]:
        with desk.core.store.read() as conn:
            return [row.id for row in queue_page(conn, Queue.TO_SIGN, other.staff).rows]

    assert waiting() == []
    appoint(desk, "lanhdao", active=False)
    assert waiting() == [dossier.id]
    back = approval.return_to_officer(desk.core, other, dossier.id, reason="Người duyệt đã nghỉ")
    assert back.status is Status.PROCESSING and waiting() == []


def test_a_technical_administrator_becomes_nobody_else(desk: Desk):
    desk.office.who = desk.as_("kythuat")
    with pytest.raises(NotAllowed) as caught:
        set_password(desk.office, "staff-lanhdao", "mat khau cua toi")
    assert caught.value.code == "TK-11"
    assert desk.office.vault.unlock("lanhdao", "motcua").staff_id == "staff-lanhdao"


def test_everybody_changes_their_own_password_with_the_old_one(desk: Desk):
    desk.office.who = desk.as_("thuly")
    for old, new, code in (("sai", "mat khau moi", "KHO-39"), ("motcua", "motcua", "TK-12")):
        with pytest.raises(InputError) as caught:
            change_own_password(desk.office, old, new=new)
        assert caught.value.code == code
    before = log_page(desk.core, desk.as_("giamsat"), LogFilter()).total
    change_own_password(desk.office, "motcua", new="mat khau moi")
    after = log_page(desk.core, desk.as_("giamsat"), LogFilter())
    assert after.total == before + 2 and after.rows[1].who == "Lê Minh Đức"
    assert desk.office.vault.unlock("thuly", "mat khau moi").staff_id == "staff-thuly"
    with pytest.raises(InputError):
        desk.office.vault.unlock("thuly", "motcua")
