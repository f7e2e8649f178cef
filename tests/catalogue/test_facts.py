"""The shipped catalogue says what its sources say, and nothing more."""

import csv
import unicodedata
from datetime import date
from decimal import Decimal

from models.deadline_terms import CountMode, Limit, LimitUnit
from models.procedure import (
    HANDLERS,
    LIMIT_UNITS,
    limit_of,
    published_limit,
    unverified_fields,
)
from models.staff import Role
from services.catalogue.bundle import FOLDER, load_bundle
from services.catalogue.catalogue import bundled_catalogue

BY_LAW = {"2.000815", "2.000884", "2.000992", "2.001008"}
CUTOFF = BY_LAW | {"2.000908", "1.001193", "1.000656", "2.000635"}
REPEALED = {"1.000280", "1.000288", "1.000691", "1.000711", "1.000713", "1.000715"}


def test_the_numbers_are_those_of_the_sources():
    bundle = load_bundle()
    assert len(bundle.procedures) == 482
    assert len(bundle.units) == 126
    kinds = [unit.kind for unit in bundle.units]
    assert (kinds.count("ward"), kinds.count("commune")) == (51, 75)
    assert len({unit.code for unit in bundle.units}) == 126
    assert sum(p.hanoi_specific for p in bundle.procedures) == 7
    assert {p.handled_by for p in bundle.procedures} == set(HANDLERS)
    assert bundle.expected == 559


def test_only_what_was_published_has_a_limit():
    procedures = load_bundle().procedures
    numeric = [p for p in procedures if p.limit_value is not None]
    assert len(numeric) == 264
    assert {p.code for p in procedures if p.limit_unit == "same_day"} == BY_LAW | {"2.000908"}
    assert sum(not p.limit_known for p in procedures) == 482 - 264 - 1 - len(BY_LAW)
    for procedure in procedures:
        assert procedure.limit_unit in ("", *LIMIT_UNITS)
        assert bool(procedure.limit_source) == bool(procedure.limit_unit or procedure.limit_text)
        assert procedure.source and procedure.confidence in ("high", "medium", "low")


def test_a_limit_that_no_text_sets_stays_unknown():
    none = bundled_catalogue().get_procedure("2.002308")
    assert not none.limit_known
    assert published_limit(none) == "không quy định thời hạn"
    several = bundled_catalogue().get_procedure("1.010041")
    assert several.limit_value is None and not several.limit_known
    assert several.limit_text == "1 ngày làm việc; 3 ngày làm việc"
    assert published_limit(several) == "chưa rõ thời hạn"
    assert "thời hạn giải quyết chưa rõ" in unverified_fields(several)


def test_the_cutoff_is_set_only_where_a_text_says_so():
    marked = {p.code for p in load_bundle().procedures if p.cutoff_15h}
    assert marked == CUTOFF
    for procedure in load_bundle().procedures:
        assert bool(procedure.cutoff_source) == procedure.cutoff_15h


def test_repealed_procedures_end_and_are_not_offered_afterwards():
    catalogue = bundled_catalogue()
    before, after = date(2026, 9, 2), date(2026, 9, 3)
    gone = {p.code for p in catalogue.procedures_on(before)}
    gone -= {p.code for p in catalogue.procedures_on(after)}
    assert gone == REPEALED
    found = catalogue.search("trường tiểu học đạt chuẩn quốc gia", 50, day=after)
    assert not {p.code for p in found} & REPEALED
    assert "1.000280" in {p.code for p in catalogue.search("tiểu học đạt chuẩn", day=before)}


def test_all_text_is_composed_unicode():
    for name in ("procedures.csv", "units.csv", "processes.csv"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text)


def test_every_step_has_a_role_of_the_office_or_a_named_actor_or_neither():
    roles = {role.value for role in Role}
    with (FOLDER / "processes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 50
    assert {row["role"] for row in rows} <= roles | {""}


def test_the_process_of_a_procedure_or_the_template():
    catalogue = bundled_catalogue()
    own = catalogue.process_for("2.000908")
    assert [step.hours for step in own.steps] == [Decimal(h) for h in (2, 3, 2, 1)]
    assert not own.is_template
    template = catalogue.process_for("1.001193")
    assert template.is_template and len(template.steps) == 9
    roles = [step.role for step in template.steps if step.hours is None and step.counted]
    assert roles == ["officer"]


def test_the_coverage_counts_what_is_missing():
    coverage = bundled_catalogue().coverage(date(2026, 11, 21))
    assert (coverage.loaded, coverage.expected, coverage.ended) == (482, 559, 6)
    assert coverage.by_handler == {"ubnd": 405, "congan": 63, "quansu": 14}
    current = bundled_catalogue().procedures_on(date(2026, 11, 21))
    assert coverage.unverified["limit"] == sum(not p.limit_known for p in current)
    assert coverage.unverified["fee"] == sum(p.fee.amount is None for p in current)


def test_a_known_limit_is_what_the_deadline_engine_counts():
    for procedure in load_bundle().procedures:
        assert (limit_of(procedure) is not None) == procedure.limit_known
    birth = bundled_catalogue().get_procedure("1.001193")
    assert limit_of(birth) == Limit(
        Decimal(1), LimitUnit.WORKING_DAY, CountMode.WHOLE_DAYS, cutoff_15h=True
    )
    copy = bundled_catalogue().get_procedure("2.000815")
    assert limit_of(copy) == Limit(None, LimitUnit.SAME_DAY, cutoff_15h=True)
    assert copy.limit_source == "NĐ 23/2015/NĐ-CP, Điều 7"
    hours = bundled_catalogue().get_procedure("1.005040")
    assert limit_of(hours) == Limit(Decimal(2), LimitUnit.WORKING_HOUR, CountMode.ELAPSED)
