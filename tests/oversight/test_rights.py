"""Rights of administration and oversight hold in the services, whatever a window offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from models.errors import ForeignError, InputError, NotAllowed
from models.staff import Role, Staff
from services.accounts import save_person, set_password
from services.administration import change_settings
from services.catalogue.importing import RowIssue
from services.catalogue.versions import write_issues
from services.journal.verify import verify_journal
from services.key_store import SEAL, import_key, import_root, key_rows, make_training_key, root_rows
from services.office_file import Mode
from services.oversight.log import LogFilter, check_all, export_log, log_detail, log_kinds, log_page
from services.oversight.troubles import trouble_rows
from services.people import save_staff, staff_rows
from services.training.reset import reset_training
from tests.support.office import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = open_desk(tmp_path / "home")
    yield made
    made.office.close()


def person(desk: Desk, login: str) -> Staff:
    return desk.as_(login).staff


def signed_in(desk: Desk, login: str) -> Desk:
    desk.office.who = desk.as_(login)
    return desk


def code_of(caught: pytest.ExceptionInfo[BaseException]) -> str:
    return caught.value.code


@pytest.mark.parametrize("login", ["kythuat", "thuly", "lanhdao", "giamsat"])
def test_only_the_business_administrator_appoints(desk: Desk, login: str):
    wanted = replace(person(desk, "thuly"), roles=frozenset({Role.LEADER}))
    with pytest.raises(NotAllowed) as caught:
        save_staff(desk.core, desk.as_(login), wanted)
    assert code_of(caught) == "TK-04" and person(desk, "thuly").roles == {Role.OFFICER}


@pytest.mark.parametrize("login", ["thuly", "lanhdao", "giamsat"])
def test_nobody_else_sets_passwords_or_settings(desk: Desk, login: str):
    signed_in(desk, login)
    with pytest.raises(NotAllowed):
        set_password(desk.office, "staff-thuly", "mat khau moi cua toi")
    with pytest.raises(NotAllowed):
        change_settings(desk.core, desk.office.who, {"desk_phone": "1"})
    assert desk.office.vault.unlock("thuly", "motcua").staff_id == "staff-thuly"


def test_a_weak_first_password_leaves_no_trace(desk: Desk):
    signed_in(desk, "quantri")
    fresh = Staff("staff-moi", "moi", "Nguyễn Văn Mới", frozenset({Role.OFFICER}))
    with pytest.raises(InputError) as caught:
        save_person(desk.office, fresh, password="")
    assert caught.value.field == "password"
    with desk.core.store.read() as conn:
        assert "moi" not in {p.login for p in staff_rows(conn)}
    assert "moi" not in desk.office.vault.logins()


def test_a_login_is_never_taken_over_or_renamed(desk: Desk):
    who = desk.as_("quantri")
    for wanted in (
        replace(person(desk, "thuly"), login="thuly9"),
        Staff("staff-x", "thuly", "Người Khác", frozenset({Role.OFFICER})),
    ):
        with pytest.raises(InputError) as caught:
            save_staff(desk.core, who, wanted)
        assert (code_of(caught), caught.value.field) == ("TK-09", "login")


def test_who_is_made_active_again_gets_in_with_a_new_password(desk: Desk):
    signed_in(desk, "quantri")
    left = replace(person(desk, "thuly"), active=False)
    save_person(desk.office, left)
    with pytest.raises(InputError) as caught:
        set_password(desk.office, left.id, "mat khau moi cua toi")
    assert code_of(caught) == "TK-10"
    save_person(desk.office, replace(left, active=True))
    set_password(desk.office, left.id, "mat khau moi cua toi")
    assert desk.office.vault.unlock("thuly", "mat khau moi cua toi").staff_id == left.id


@pytest.mark.parametrize("login", ["thuly", "tiepnhan", "vanthu", "thuphi"])
def test_the_journal_is_for_oversight_only(desk: Desk, login: str):
    who = desk.as_(login)
    for act in (
        lambda: log_page(desk.core, who, LogFilter()), lambda: log_detail(desk.core, who, 1),
        lambda: check_all(desk.core, who), lambda: trouble_rows(desk.core, who),
        lambda: export_log(desk.core, who, desk.core.home / "x.jsonl"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()
    assert not (desk.core.home / "x.jsonl").exists()


def test_a_technical_administrator_cannot_search_by_code_or_take_a_copy(desk: Desk):
    dossier, who = desk.receive(), desk.as_("kythuat")
    page = log_page(desk.core, who, LogFilter(code="khong-co-ma-nay"))
    assert len(page.rows) == page.total
    newest = page.rows[0]
    detail = log_detail(desk.core, who, newest.n)
    assert (newest.who, newest.code, detail.payload, detail.session) == ("", "", None, "")
    assert dossier.id not in detail.stream and detail.signature_good
    for act in (lambda: trouble_rows(desk.core, who),
                lambda: export_log(desk.core, who, desk.core.home / "x.jsonl")):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()


def test_dates_of_the_filter_are_days_of_vietnam(desk: Desk):
    desk.receive()
    who = desk.as_("giamsat")
    today = LogFilter(since=date(2026, 11, 16), until=date(2026, 11, 16))
    assert len(log_page(desk.core, who, today).rows) == log_page(desk.core, who, LogFilter()).total
    assert log_page(desk.core, who, LogFilter(since=date(2026, 11, 17))).rows == ()
    with desk.core.store.read() as conn:
        assert ("dossier.received", "Tiếp nhận") in log_kinds(conn)


def test_pages_follow_each_other_without_gap_or_repeat(desk: Desk):
    desk.to_officer(desk.receive().id)
    who, seen, before = desk.as_("giamsat"), [], 0
    while True:
        page = log_page(desk.core, who, LogFilter(), before=before, limit=4)
        seen += [row.n for row in page.rows]
        before = page.older
        if not before:
            break
    assert seen == list(range(page.total, 0, -1))


def test_every_act_of_administration_keeps_the_chain_whole(desk: Desk, tmp_path: Path):
    signed_in(desk, "quantri")
    set_password(desk.office, "staff-thuly", "mat khau moi cua toi")
    change_settings(desk.core, desk.office.who, {"desk_phone": "024 1", "lookup": "a.vn"})
    export_log(desk.core, desk.as_("giamsat"), tmp_path / "a.jsonl")
    with desk.core.store.read() as conn:
        assert verify_journal(conn).verified


def real(desk: Desk) -> Desk:
    desk.core.office = replace(desk.core.office, mode=Mode.REAL)
    return desk


def test_a_real_office_takes_no_training_key_and_makes_none(desk: Desk):
    source = desk.core.home / "keys" / "staff-staff-lanhdao.p12"
    who = real(desk).as_("kythuat")
    with pytest.raises(NotAllowed) as caught:
        import_key(desk.core, who, source, owner="staff-lanhdao", password="motcua")
    assert code_of(caught) == "KY-41"
    with pytest.raises(NotAllowed) as caught:
        make_training_key(desk.core, who, person(desk, "lanhdao"), password="motcua")
    assert code_of(caught) == "KY-42"
    with pytest.raises(NotAllowed) as caught:
        reset_training(signed_in(desk, "quantri").office)
    assert code_of(caught) == "TK-30" and (desk.core.home / "store.db").exists()


def test_a_persons_key_is_no_seal_and_a_seal_no_persons_key(desk: Desk):
    keys, who = desk.core.home / "keys", desk.as_("quantri")
    wrong = ((SEAL, "staff-staff-lanhdao.p12"), ("staff-lanhdao", "seal.p12"))
    for owner, file in wrong:
        with pytest.raises(InputError) as caught:
            import_key(desk.core, who, keys / file, owner=owner, password="motcua")
        assert code_of(caught) == "KY-40"
    assert import_key(desk.core, who, keys / "seal.p12", owner=SEAL, password="motcua").training


def test_the_list_names_the_holder_without_a_password_once_imported(desk: Desk):
    who = desk.as_("quantri")
    source = desk.core.home / "keys" / "staff-staff-lanhdao.p12"
    import_key(desk.core, who, source, owner="staff-lanhdao", password="motcua")
    rows = {row.owner: row for row in key_rows(real(desk).core)}
    assert rows["staff-lanhdao"].holder.name == "Nguyễn Văn Quyết"
    assert rows["staff-chutich"].holder is None and rows["staff-chutich"].file


def test_roots_must_be_certificates_of_an_authority(desk: Desk, tmp_path: Path):
    who, folder = desk.as_("kythuat"), desk.core.home / "keys"
    bad = tmp_path / "x.pem"
    bad.write_text("khong phai chung thu", encoding="utf-8")
    leader = folder / "staff-staff-lanhdao.cer.txt"
    source = folder / "staff-staff-lanhdao.p12"
    import_key(desk.core, who, source, owner="staff-lanhdao", password="motcua")
    for path in (bad, leader):
        with pytest.raises(ForeignError) as caught:
            import_root(desk.core, who, path)
        assert code_of(caught) == "KY-43"
    names = import_root(desk.core, who, folder / "roots" / "training-root.pem")
    assert names == ("TRAINING Root CA",)
    assert len(root_rows(desk.core)) == 2


def test_the_list_of_errors_never_becomes_a_formula(tmp_path: Path):
    issue = RowIssue(3, "code", "DM-11", '=HYPERLINK("http://x")', "Sửa mã.")
    write_issues((issue,), tmp_path / "loi.csv")
    text = (tmp_path / "loi.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in text
