"""The loop that folds for the board: how it paces itself, alone in the city, never in the way."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import insert, select

from models.events.issuing import BookNumberReserved, BookOpened
from server.board import tables as t
from server.board.loop import Pace, fold_until
from server.board.readings import (
    Waiting,
    _dirty,
    _unmark,
    events_of,
    refresh,
    refresh_office,
    waiting,
)
from server.board.words import behind_words
from server.schema import dirty_stream
from services.clock import FixedClock
from tests.board.city import NOW, NOW_MS, add_office, pour
from tests.support.city import OFFICE, Pen, make_city

MINUTE_MS = 60_000
BOOK = "book/2026/VB"


def test_it_rests_while_the_queue_grows_and_never_for_good():
    pace = Pace()

    def rest(streams, age_ms=0, worked_s=0.5):
        left = Waiting(streams, NOW_MS - age_ms, ("00004",))
        return pace.rest_s(left, worked_s=worked_s, now_ms=NOW_MS)

    assert rest(0) == 0.0
    assert rest(900) == 2.0, "a storm: a fifth of the time"
    assert rest(800) == 0.0, "it gets shorter"
    assert rest(950, MINUTE_MS) == 2.0
    assert rest(990, MINUTE_MS + 1) == 0.5, "the oldest has waited a minute: half of the time"


def test_it_folds_until_it_is_told_to_stop(city, dinh_cong):
    pour(city, dinh_cong)
    stop = threading.Event()
    thread = threading.Thread(target=fold_until, args=(stop, city, FixedClock(NOW)))
    thread.start()
    try:
        wait_until(lambda: waiting(city) == Waiting())
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    with city.read_city() as tx:
        assert len(tx.execute(select(t.board_dossier)).all()) == 60


def wait_until(reached):
    until = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_one_process_at_a_time_folds(postgres_city, dinh_cong):
    code = pour(postgres_city, dinh_cong)
    with postgres_city.alone(0x6D63_0002) as first, postgres_city.alone(0x6D63_0002) as second:
        assert (first, second) == (True, False)
        assert refresh(postgres_city, NOW_MS) == 0
    assert refresh_office(postgres_city, code, NOW_MS, batch=5) == 5


def test_an_event_stored_while_its_stream_is_folded_keeps_the_mark(city, tmp_path):
    """The stream grows between the look and the writing: nothing of it is written, it stays."""
    made, pen = make_city(city, tmp_path), Pen()
    made.admit(pen)
    pen.write(BookOpened(2026, "VB", pen.log.hex()), stream=BOOK, kind="")
    pen.write("of another stream")
    made.store().take(pen.run())
    with city.read(OFFICE) as tx:
        found = events_of(tx, OFFICE, _dirty(tx, OFFICE, 9))
    assert set(found) > {BOOK, "dossier/d1"}
    pen.write(BookNumberReserved(1, "d1", "01/VB-UBND", "2026-11-16"), stream=BOOK, kind="")
    made.store().take(pen.run(2))
    with city.write(OFFICE) as tx:
        assert BOOK not in _unmark(tx, OFFICE, found)
        assert _dirty(tx, OFFICE, 9) == [BOOK]
    refresh(city, NOW_MS)
    with city.read_city() as tx:
        assert tx.execute(select(t.board_book.c.last)).scalar() == 1


@pytest.mark.parametrize("waits", [0, 3])
def test_what_waits_is_told_with_the_longest_waiting_office_first(city, waits):
    for place, code in enumerate(("00008", "00004", "00013")[:waits]):
        add_office(city, code, code)
        with city.write(code) as tx:
            rows = [{"off": code, "st": f"dossier/{n}", "since_ms": place * 10 + n} for n in (1, 2)]
            tx.execute(insert(dirty_stream), rows)
    offices = ("00008", "00004", "00013")[:waits]
    assert waiting(city) == Waiting(2 * waits, 1 if waits else 0, offices)


def test_the_pages_say_how_far_behind_the_figures_are():
    assert behind_words(0, None, NOW_MS) == behind_words(3, NOW_MS - 10_000, NOW_MS) == ""
    said = behind_words(1234, NOW_MS - 90_000, NOW_MS)
    assert "1 phút" in said and "1.234" in said
