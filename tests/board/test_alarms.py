"""Each alarm rings beyond its limit and not at it; silence counts in working hours only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from server.board.alarms import alarms_of
from server.board.offices import DeviceRow, OfficeRow
from server.board.thresholds import Thresholds, older
from services.calendars.load import load_calendar
from services.clock import VIETNAM
from tests.board.city import MINUTE, NOW_MS

PC = DeviceRow("ab", "PC-01", "pc", 0, "admitted", 1, seen_ms=NOW_MS, app="1.2.0")
WELL = OfficeRow("00004", "Phường Ba Đình", devices=(PC,))
LIMITS = Thresholds()


def kinds(row: OfficeRow, now_ms: int = NOW_MS, limits: Thresholds = LIMITS) -> list[str]:
    found = alarms_of([row], limits, now_ms, calendar=load_calendar())
    for alarm in found:
        assert alarm.what and alarm.to_do and alarm.office == "00004"
    return [alarm.kind for alarm in found]


def with_pc(**values: object) -> OfficeRow:
    return replace(WELL, devices=(replace(PC, **values),))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp() * 1000)


def test_an_office_where_all_is_well_is_quiet():
    assert kinds(WELL) == []
    assert kinds(OfficeRow("00004", "Chưa có máy")) == []


@pytest.mark.parametrize(
    ("seen", "now", "rings"),
    [
        ("2026-11-19T10:00", "2026-11-19T10:30", False),
        ("2026-11-19T10:00", "2026-11-19T10:31", True),
        ("2026-11-19T17:20", "2026-11-20T08:05", False),
        ("2026-11-20T17:25", "2026-11-22T12:00", False),
        ("2026-11-20T17:25", "2026-11-23T08:20", False),
        ("2026-11-20T17:25", "2026-11-23T09:00", True),
        ("2026-11-23T17:00", "2026-11-24T16:00", False),  # Culture Day, a day off since 2026
        ("2026-11-19T11:50", "2026-11-19T13:40", False),  # the lunch break
        ("2026-11-19T10:40", "2026-11-19T10:30", False),  # a clock that went back
    ],
)
def test_silence_is_counted_in_working_hours(seen: str, now: str, rings: bool):
    assert kinds(with_pc(seen_ms=at(seen)), at(now)) == (["silent"] if rings else [])


def test_an_office_is_silent_when_all_its_pcs_are():
    old = replace(PC, log="cd", seen_ms=NOW_MS - 10 * 24 * 60 * MINUTE)
    assert kinds(replace(WELL, devices=(PC, old))) == []
    assert kinds(with_pc(seen_ms=None)) == ["never"]
    assert kinds(with_pc(seen_ms=None, revoked_after=3)) == []


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"offset_ms": 120_001}, "drift"),
        ({"offset_ms": -120_001}, "drift"),
        ({"unsent": 1, "unsent_since_ms": NOW_MS - 61 * MINUTE}, "queue"),
        ({"forked_ms": NOW_MS}, "fork"),
    ],
)
def test_a_pc_beyond_a_limit_rings_unless_it_is_revoked(values, kind):
    assert kinds(with_pc(**values)) == [kind]
    gone = kinds(with_pc(revoked_after=5, **values))
    assert gone == (["fork"] if kind == "fork" else []), "a fork stays to be looked into"


def test_at_the_limit_nothing_rings_yet():
    assert kinds(with_pc(offset_ms=120_000)) == []
    assert kinds(with_pc(unsent=9, unsent_since_ms=NOW_MS - 60 * MINUTE)) == []
    assert kinds(replace(WELL, missing=1, missing_since_ms=NOW_MS - 10 * MINUTE)) == []
    assert kinds(replace(WELL, refusals=19, refused_since_ms=NOW_MS)) == []
    assert kinds(replace(WELL, stale=3, stale_since_ms=NOW_MS - 5 * MINUTE)) == []


def test_an_offices_own_troubles_ring():
    assert kinds(replace(WELL, missing=1, missing_since_ms=NOW_MS - 11 * MINUTE)) == ["gap"]
    assert kinds(replace(WELL, twice=1, twice_since_ms=NOW_MS)) == ["twice"]
    assert kinds(replace(WELL, conflicts=1, conflict_since_ms=NOW_MS)) == ["conflict"]
    assert kinds(replace(WELL, refusals=20, refused_since_ms=NOW_MS)) == ["refused"]
    assert kinds(replace(WELL, faults=1, fault_since_ms=NOW_MS)) == ["fault"]
    assert kinds(replace(WELL, stale=3, stale_since_ms=NOW_MS - 6 * MINUTE)) == ["stale"]


def test_limits_can_be_changed():
    assert kinds(with_pc(offset_ms=120_001), limits=replace(LIMITS, drift_seconds=300)) == []
    assert kinds(WELL, limits=replace(LIMITS, oldest_version="1.3")) == ["version"]
    assert kinds(WELL, limits=replace(LIMITS, oldest_version="1.2.0")) == []


@pytest.mark.parametrize(
    ("version", "oldest", "is_older"),
    [
        ("1.9.0", "1.10.0", True), ("1.10.0", "1.9.0", False), ("1.2", "1.2.0", True),
        ("", "1.0", True), ("ngoại lai", "1.0", True), ("1.0", "", False),
        ("2.0-rc1", "1.9", False),
    ],
)  # fmt: skip
def test_versions_are_compared_by_their_numbers(version, oldest, is_older):
    assert older(version, oldest) is is_older


def test_grave_alarms_come_first_then_the_oldest():
    row = replace(
        with_pc(offset_ms=10**7, seen_ms=NOW_MS - MINUTE), conflicts=1, conflict_since_ms=1,
        twice=1, twice_since_ms=NOW_MS - 5 * MINUTE,
    )  # fmt: skip
    assert kinds(row) == ["twice", "drift", "conflict"]
