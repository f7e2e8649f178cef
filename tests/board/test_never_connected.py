"""An office no PC of which ever connected is neither fine nor in trouble: its own state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.board.alarms import alarms_of
from server.board.offices import OfficeRow
from server.board.thresholds import Thresholds
from server.board.view import Chosen, OfficeView, choose, state_words, summary, views_of
from services.calendars.load import load_calendar
from tests.board.city import MINUTE, NOW_MS
from tests.board.test_alarms import PC, WELL

EMPTY = OfficeRow("00008", "Chưa có máy")
LISTED = OfficeRow("00013", "Chưa cài", devices=(replace(PC, seen_ms=None),))
DRIFTING = replace(WELL, code="00016", devices=(replace(PC, offset_ms=999_999),))
CONTRADICTED = replace(EMPTY, code="00019", conflicts=1, conflict_since_ms=NOW_MS)


def views(*rows: OfficeRow) -> dict[str, OfficeView]:
    found = alarms_of(rows, Thresholds(), NOW_MS, calendar=load_calendar())
    return {view.row.code: view for view in views_of(rows, found)}


def test_it_is_named_sorted_filtered_and_counted():
    all_views = views(WELL, EMPTY, LISTED, DRIFTING, CONTRADICTED)
    states = {code: view.state for code, view in all_views.items()}
    assert states == {
        WELL.code: "fine", "00008": "never", "00013": "never", "00016": "grave", "00019": "lesser",
    }  # fmt: skip
    words = {code: state_words(view) for code, view in all_views.items()}
    assert words["00008"] == words["00013"] == "chưa kết nối bao giờ"
    assert words[WELL.code] == "ổn" and words["00016"] == "lệch giờ"
    shown = choose(list(all_views.values()), Chosen())
    assert [v.row.code for v in shown] == ["00016", "00019", "00013", "00008", WELL.code]
    shown = choose(list(all_views.values()), Chosen(show="never"))
    assert {v.row.code for v in shown} == {"00008", "00013", "00019"}
    assert choose(list(all_views.values()), Chosen(show="silent")) == []
    total = summary(list(all_views.values()))
    assert (total.offices, total.connected, total.never) == (5, 2, 3)


@pytest.mark.parametrize("backwards", [False, True])
def test_it_is_not_the_one_silent_longest(backwards):
    old = replace(PC, seen_ms=NOW_MS - 10 * 24 * 60 * MINUTE)
    rows = [WELL, EMPTY, LISTED, replace(DRIFTING, devices=(old,))]
    chosen = Chosen(sort="seen", backwards=backwards)
    shown = [view.row.code for view in choose(list(views(*rows).values()), chosen)]
    assert (shown[::-1] if backwards else shown)[:2] == ["00016", WELL.code]
