"""A city list: every difference shown, every wrong row named, nothing changed before a yes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models.errors import InputError, NotAllowed
from services.catalogue.bundle import FOLDER, load_bundle
from services.catalogue.importing import (
    Preview,
    apply,
    close_missing,
    preview,
    read_list,
    skip_errors,
)

TODAY = date(2026, 11, 21)
START = date(2026, 12, 1)


def planned(folder, text: str) -> Preview:
    path = folder / "danh-muc.csv"
    path.write_text(text, encoding="utf-8")
    return preview(load_bundle(), read_list(path), day=TODAY)


def test_our_own_list_changes_nothing(tmp_path):
    plan = preview(load_bundle(), read_list(FOLDER / "procedures.csv"), day=TODAY)
    assert (plan.added, plan.changed, plan.errors, plan.missing) == ((), (), (), ())
    assert len(plan.unchanged) == 482


def test_differences_are_shown_field_by_field(tmp_path):
    plan = planned(
        tmp_path,
        "Mã TTHC,Tên TTHC,Thời hạn giải quyết,\"Phí, lệ phí\"\n"
        "1.001193,Thủ tục đăng ký khai sinh,02 ngày làm việc,Không\n"
        "1.000656,Thủ tục đăng ký khai tử,,\n"
        "9.000001,Thủ tục mới của Thành phố,3 ngày làm việc,8.000\n",
    )  # fmt: skip
    (change,) = plan.changed
    assert [(f.column, f.old, f.new) for f in change.fields] == [
        ("limit_text", "1 ngày làm việc", "02 ngày làm việc"),
        ("limit_source", change.old.limit_source, "Danh sách nhập từ tệp danh-muc.csv"),
        ("limit_value", "1", "2"),
        ("fee", "", "0"),
    ]
    assert plan.unchanged == ("1.000656",)
    (added,) = plan.added
    assert (added.limit_value, added.limit_unit, added.fee.amount) == (3, "working_day", 8000)
    assert added.source == "Danh sách nhập từ tệp danh-muc.csv"
    assert len(plan.missing) == 476 - 2


def test_the_same_limit_written_otherwise_is_no_change(tmp_path):
    plan = planned(
        tmp_path,
        "code,name,limit_text\n1.001193,Thủ tục đăng ký khai sinh,không quá 01 ngày làm việc\n",
    )
    assert plan.changed == () and plan.unchanged == ("1.001193",)


def test_an_unclear_limit_stays_unknown_and_is_reported(tmp_path):
    plan = planned(
        tmp_path,
        "code,name,limit_text\n"
        "1.001193,Thủ tục đăng ký khai sinh,1 ngày làm việc; 5 ngày làm việc nếu xác minh\n"
        "9.000001,Thủ tục mới,Theo mô tả\n",
    )
    assert [(n.row, n.code) for n in plan.notices] == [(2, "DM-21"), (3, "DM-21")]
    assert plan.errors == ()
    assert not plan.changed[0].new.limit_known and not plan.added[0].limit_known
    assert plan.added[0].limit_text == "Theo mô tả"


BAD = [
    ("1.00119,Tên,,,,,", "code", "DM-11"),
    (",Tên,5,ngày,,,", "code", "DM-11"),
    ("9.000001,,,,,,", "name", "DM-13"),
    (f"9.000001,{'x' * 1001},,,,,", "name", "DM-13"),
    ("9.000001,Tên,5,ngày công,,,", "limit_unit", "DM-14"),
    ("9.000001,Tên,5,,,,", "limit_unit", "DM-14"),
    ("9.000001,Tên,-5,ngày làm việc,,,", "limit_value", "DM-15"),
    ("9.000001,Tên,0,ngày làm việc,,,", "limit_value", "DM-15"),
    ("9.000001,Tên,,ngày làm việc,,,", "limit_value", "DM-15"),
    ("9.000001,Tên,năm,ngày làm việc,,,", "limit_value", "DM-15"),
    ("9.000001,Tên,\"1,5\",tháng,,,", "limit_value", "DM-15"),
    ("9.000001,Tên,,,-3 ngày làm việc,,", "limit_text", "DM-15"),
    ("9.000001,Tên,,,05 ngày công,,", "limit_text", "DM-14"),
    ("9.000001,Tên,,,2 tuần,,", "limit_text", "DM-14"),
    ("9.000001,Tên,5,ngày làm việc,7 ngày làm việc,,", "limit_text", "DM-15"),
    ("9.000001,Tên,,,,-8.000,", "fee", "DM-16"),
    ("9.000001,Tên,,,,,31/02/2027", "effective_to", "DM-17"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "column", "code"), BAD)
def test_a_wrong_row_is_named_with_its_column_and_what_to_do(tmp_path, line, column, code):
    head = "code,name,limit_value,limit_unit,limit_text,fee,effective_to\n"
    plan = planned(tmp_path, head + "1.001193,Thủ tục đăng ký khai sinh,,,,,\n" + line + "\n")
    (error,) = plan.errors
    assert (error.row, error.column, error.code) == (3, column, code)
    assert error.what and error.next_step and "“”" not in error.what
    assert plan.added == () and plan.unchanged == ("1.001193",)


def test_a_code_may_stand_once(tmp_path):
    plan = planned(tmp_path, "code,name\n9.000001,Tên\n9.000001,Tên khác\n")
    (error,) = plan.errors
    assert (error.row, error.code) == (3, "DM-12") and "dòng 2" in error.what
    assert [p.name for p in plan.added] == ["Tên"]


def test_a_wrong_row_does_not_make_its_procedure_missing(tmp_path):
    plan = planned(
        tmp_path,
        "code,name,limit_value,limit_unit\n1.001193,Thủ tục đăng ký khai sinh,5,ngày công\n",
    )
    assert len(plan.errors) == 1
    assert "1.001193" not in {p.code for p in plan.missing}
    assert "1.001193" not in {p.code for p in close_missing(plan).closed}


def test_nothing_is_applied_while_rows_are_wrong_unless_a_person_leaves_them_out(tmp_path):
    plan = planned(tmp_path, "code,name\n9.000001,Tên\nsai,Tên\n")
    with pytest.raises(NotAllowed) as caught:
        apply(plan, START)
    assert caught.value.code == "DM-09"
    chosen = skip_errors(plan)
    assert chosen.skipped == plan.errors
    assert "9.000001" in {p.code for p in apply(chosen, START).procedures}


def test_the_new_version_and_the_old_one_both_stand(tmp_path):
    before = load_bundle().digest
    plan = planned(
        tmp_path,
        "code,name,limit_text\n1.001193,Thủ tục đăng ký khai sinh,2 ngày làm việc\n9.000001,Tên,\n",
    )
    bundle = apply(plan, START, version="2026-12-01.01")
    found = {p.code: p for p in bundle.procedures}
    assert (bundle.version, bundle.effective_from) == ("2026-12-01.01", START)
    assert len(found) == 483 == len(bundle.procedures)
    assert found["1.001193"].limit_value == Decimal(2)
    assert found["1.001193"].version == "2026-12-01.01"
    assert found["1.000656"].version == load_bundle().version
    assert load_bundle().digest == before != bundle.digest


def test_what_a_complete_list_does_not_name_ends_the_day_before(tmp_path):
    plan = planned(tmp_path, "code,name\n1.001193,Thủ tục đăng ký khai sinh\n")
    kept = apply(plan, START)
    assert all(p.in_force(START) for p in kept.procedures if p.code == "1.000656")
    ended = {p.code: p for p in apply(close_missing(plan), START).procedures}
    assert ended["1.000656"].effective_to == date(2026, 11, 30)
    assert ended["1.001193"].effective_to is None
    assert ended["1.000280"].effective_to == date(2026, 9, 2)


def test_a_version_cannot_begin_before_the_one_it_changes(tmp_path):
    plan = planned(tmp_path, "code,name\n1.001193,Khai sinh\n")
    with pytest.raises(InputError) as caught:
        apply(plan, date(2026, 6, 30))
    assert caught.value.code == "DM-10"


def test_papers_and_the_fifteen_hour_rule_come_with_their_source(tmp_path):
    plan = planned(
        tmp_path,
        "code,name,Thành phần hồ sơ,Thời hạn\n"
        '9.000001,Tên,"Tờ khai\nBản chính",'
        '"Trong ngày, hoặc ngày làm việc tiếp theo nếu tiếp nhận sau 15 giờ"\n',
    )
    (added,) = plan.added
    assert [part.name for part in added.components] == ["Tờ khai", "Bản chính"]
    assert added.cutoff_15h and added.cutoff_source == "Danh sách nhập từ tệp danh-muc.csv"
    assert added.limit_unit == "same_day" and added.limit_known


def test_clearing_the_fifteen_hour_rule_clears_its_source(tmp_path):
    plan = planned(
        tmp_path, "code,name,Mốc 15 giờ\n1.001193,Thủ tục đăng ký khai sinh,không\n"
    )  # fmt: skip
    (change,) = plan.changed
    assert not change.new.cutoff_15h and change.new.cutoff_source == ""


def test_applying_a_list_twice_changes_nothing_more(tmp_path):
    text = "code,name,limit_text,fee\n1.001193,Tên khác,2 ngày làm việc,8.000\n9.000001,Tên,,\n"
    bundle = apply(planned(tmp_path, text), START)
    again = preview(bundle, read_list(tmp_path / "danh-muc.csv"), day=START)
    assert (again.added, again.changed, again.errors) == ((), (), ())
    assert replace(bundle) == apply(again, START)


def test_every_fault_of_a_row_is_reported_at_once(tmp_path):
    plan = planned(
        tmp_path, "code,name,limit_value,limit_unit,fee\nsai,,5,ngày công,-1\n"
    )  # fmt: skip
    assert [error.code for error in plan.errors] == ["DM-11", "DM-13", "DM-16", "DM-14"]


def test_a_marked_cell_beats_the_words_on_the_fifteen_hour_rule(tmp_path):
    late = "Trong ngày, hoặc ngày làm việc tiếp theo nếu tiếp nhận sau 15 giờ"
    head = "code,name,limit_text,cutoff_15h\n"
    told = planned(tmp_path, f'{head}9.000001,Tên,"{late}",\n')
    marked = planned(tmp_path, f'{head}9.000001,Tên,"{late}",không\n')
    assert told.added[0].cutoff_15h and not marked.added[0].cutoff_15h
    cleared = planned(
        tmp_path, f"{head}1.001193,Thủ tục đăng ký khai sinh,2 ngày làm việc,không\n"
    )  # fmt: skip
    assert not cleared.changed[0].new.cutoff_15h
