"""What sync stores is on the board: runs taken by the city's own log store, a revocation by it."""

from __future__ import annotations

from sqlalchemy import select

from models.events.issuing import BookNumberReserved, BookOpened
from server.board import tables as t
from server.board.alarms import alarms_of
from server.board.offices import Period, read_offices
from server.board.readings import refresh
from server.board.thresholds import Thresholds
from server.contacts import note_hello
from server.devices import get_device, revoke_device
from services.calendars.load import load_calendar
from services.sync.protocol import Head, Hello
from tests.support.city import OFFICE, OTHER, Pen, make_city

BOOK = "book/2026/VB"


def number(n: int) -> BookNumberReserved:
    return BookNumberReserved(n, f"d{n}", f"{n:02d}/VB-UBND", "2026-11-16")


def read(city):
    now_ms = int(city.clock.now().timestamp() * 1000)
    while refresh(city.database, now_ms):
        pass
    with city.database.read_city() as tx:
        offices = {row.code: row for row in read_offices(tx, Period(now_ms))}
    return offices, now_ms


def test_runs_revocations_and_hellos_reach_the_board(city, tmp_path):
    made = make_city(city, tmp_path)
    pen = Pen()
    made.admit(pen, name="PC văn thư")
    pen.write(BookOpened(2026, "VB", pen.log.hex()), stream=BOOK, kind="")
    pen.write(number(1), number(2), stream=BOOK, kind="")
    pen.write(number(4), stream=BOOK, kind="")
    made.store().take(pen.run(until=3))
    told = Hello((1, 1), "1.4.2", OFFICE, pen.log, pen.head(), b"", "", 0)
    with city.write(OFFICE) as tx:
        note_hello(tx, OFFICE, told, int(made.clock.now().timestamp() * 1000))
    offices, now_ms = read(made)
    office = offices[OFFICE]
    assert (office.unsent, office.versions, office.missing) == (1, ["1.4.2"], 0)
    assert office.drift_ms == -now_ms, "a clock of 1970"
    assert offices[OTHER].devices == () and offices[OTHER].unsent == 0

    made.store().take(pen.run(after=3))
    made.clock.advance(minutes=30)
    offices, now_ms = read(made)
    assert (offices[OFFICE].unsent, offices[OFFICE].missing) == (0, 1)
    kinds = {
        alarm.kind
        for alarm in alarms_of(offices.values(), Thresholds(), now_ms, calendar=load_calendar())
    }
    assert kinds == {"gap", "drift"}

    revoke_device(made.journal, get_device(city, pen.log.hex()), after_seq=3, reason="mất máy")
    offices, _ = read(made)
    (device,) = offices[OFFICE].devices
    assert (offices[OFFICE].revoked, device.revoked_after, device.late) == (1, 3, 1)
    with city.read(OFFICE) as tx:
        book = tx.execute(select(t.board_book)).mappings().one()
    assert (book["last"], book["missing"]) == (4, 1), "what left the building stays in the book"
    assert pen.head() == Head(4, pen.events[-1].hash)
