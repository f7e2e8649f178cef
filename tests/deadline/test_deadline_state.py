"""The state of a dossier against its deadline, and the words on its chip."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.deadline_state import DeadlineState, remaining_words, state_of, state_words
from services.calendars.load import load_calendar
from tests.deadline.golden import vietnam

CALENDAR = load_calendar()
DUE = "2026-11-25T17:30"


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-11-20T09:00", "within"),
        ("2026-11-24T17:29", "within"),
        ("2026-11-24T17:30", "due_soon"),
        ("2026-11-24T23:59", "due_soon"),
        ("2026-11-25T00:00", "today"),
        ("2026-11-25T17:30", "today"),
        ("2026-11-25T17:30:01", "overdue"),
        ("2026-12-25T08:00", "overdue"),
    ],
)
def test_unfinished(now: str, state: str) -> None:
    assert state_of(vietnam(DUE), vietnam(now)) is DeadlineState(state)


def test_soon_can_be_set() -> None:
    soon = state_of(vietnam(DUE), vietnam("2026-11-20T09:00"), soon=timedelta(days=9))
    assert soon is DeadlineState.DUE_SOON


@pytest.mark.parametrize(
    ("finished", "state"),
    [
        ("2026-11-24T23:59", "early"),
        ("2026-11-25T00:00", "on_time"),
        ("2026-11-25T17:30", "on_time"),
        ("2026-11-25T17:30:01", "overdue"),
        ("2026-11-26T08:00", "overdue"),
    ],
)
def test_finished_whenever_it_is_looked_at(finished: str, state: str) -> None:
    for now in ("2026-11-25T08:00", "2027-01-01T08:00"):
        for paused in (False, True):
            found = state_of(
                vietnam(DUE), vietnam(now), finished_at=vietnam(finished), paused=paused
            )
            assert found is DeadlineState(state)


def test_paused_hides_the_running_clock() -> None:
    assert state_of(vietnam(DUE), vietnam("2027-01-01T08:00"), paused=True) is DeadlineState.PAUSED


def test_every_state_has_its_own_name() -> None:
    assert len({state_words(state) for state in DeadlineState}) == len(DeadlineState)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-20T09:00", "Còn 2 ngày"),
        ("2026-11-19T09:00", "Còn 3 ngày"),
        ("2026-11-24T09:00", "Còn 1 ngày"),
        ("2026-11-25T07:00", "Hôm nay"),
        ("2026-11-25T11:59", "Hôm nay"),
        ("2026-11-25T12:00", "Còn 4 giờ"),
        ("2026-11-25T15:30", "Còn 2 giờ"),
        ("2026-11-25T15:31", "Còn 1 giờ"),
        ("2026-11-25T17:00", "Còn 30 phút"),
        ("2026-11-25T18:00", "Quá hạn 30 phút"),
        ("2026-11-25T20:00", "Quá hạn 2 giờ"),
        ("2026-11-26T08:00", "Quá hạn 1 ngày"),
        ("2026-11-30T08:00", "Quá hạn 3 ngày"),
    ],
)
def test_words_for_the_chip(now: str, words: str) -> None:
    assert remaining_words(vietnam(DUE), vietnam(now), calendar=CALENDAR) == words


def test_a_weekend_after_the_due_day_counts_at_least_one_day() -> None:
    friday, sunday = vietnam("2026-11-20T17:30"), vietnam("2026-11-22T09:00")
    assert remaining_words(friday, sunday, calendar=CALENDAR) == "Quá hạn 1 ngày"
