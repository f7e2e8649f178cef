"""The rule of the national index, and that the board's SQL counts the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from models.on_time import Course, Standing, Tally, standing
from server.board.offices import Period, read_offices
from server.board.tables import board_dossier
from tests.board.city import NOW_MS, add_office

HOUR = 3_600_000
times = st.integers(-40, 40).map(lambda hours: NOW_MS + hours * HOUR)
courses = st.builds(
    Course, times, st.none() | times.filter(lambda at: at <= NOW_MS), st.none() | times,
    st.integers(0, 3),
)  # fmt: skip


def test_the_moment_itself_is_on_time():
    due = 1000
    assert standing(Course(due, finished=1000), 5000) is Standing.DONE_ON_TIME
    assert standing(Course(due, finished=1001), 5000) is Standing.DONE_LATE
    assert standing(Course(due), 1000) is Standing.OPEN_WITHIN
    assert standing(Course(due), 1001) is Standing.OPEN_LATE


def test_a_wait_for_papers_stops_the_clock_once():
    asked = Course(1000, waiting_since=900, requests=1)
    assert standing(asked, 99_999) is Standing.OPEN_WITHIN
    assert standing(Course(1000, waiting_since=1001, requests=1), 99_999) is Standing.OPEN_LATE
    assert standing(Course(1000, waiting_since=900, requests=2), 950) is Standing.OPEN_LATE


def test_the_rate_counts_what_is_in_progress_and_never_divides_by_nothing():
    assert Tally().rate is None
    assert Tally(1, 1, 1, 1).rate == 0.5
    assert Tally(0, 0, 3, 0).rate == 1.0
    assert (Tally(1, 2, 3, 4) + Tally(4, 3, 2, 1)) == Tally(5, 5, 5, 5)


def as_row(number: int, course: Course) -> dict[str, object]:
    done = course.finished
    late = done is not None and standing(course, done) is Standing.DONE_LATE
    return {
        "off": "00004", "id": str(number), "code": f"c{number}", "status": "processing",
        "procedure": "p", "procedure_name": "p", "department": "", "channel": 1,
        "return_method": "desk", "received_ms": NOW_MS, "received_day": "2026-11-19",
        "due_ms": course.due, "original_due_ms": course.due, "extended": 0,
        "waiting_since_ms": course.waiting_since, "respond_by": "", "requests": course.requests,
        "finished_ms": done, "finished_day": "2026-11-18" if done else "", "handed_ms": None,
        "late": int(late), "conflicts": 0, "conflict_since_ms": None, "fold_version": 2,
    }  # fmt: skip


def check_sql_counts_like_the_rule(city):
    add_office(city, "00004", "Phường Ba Đình")

    @settings(max_examples=40)
    @given(st.lists(courses, max_size=12))
    def compare(many):
        with city.write("00004") as tx:
            tx.execute(delete(board_dossier))
            for number, course in enumerate(many):
                tx.execute(insert(board_dossier).values(as_row(number, course)))
        with city.read("00004") as tx:
            (office,) = read_offices(tx, Period(NOW_MS, 30))
        stands = [standing(course, NOW_MS) for course in many]
        assert office.tally == Tally(*(stands.count(kind) for kind in Standing))

    compare()


def test_sql_counts_like_the_rule_on_sqlite(sqlite_city):
    check_sql_counts_like_the_rule(sqlite_city)


def test_sql_counts_like_the_rule_on_postgresql(postgres_city):
    check_sql_counts_like_the_rule(postgres_city)
