"""A book has one holder: who opens it, who goes on after a lost machine, and what is read of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.book import read_book
from models.errors import NotAllowed
from models.events.issuing import (
    BookNumberReserved,
    BookNumberVoided,
    BookOpened,
    TakeoverConfirmed,
    TakeoverProposed,
)
from services.dossiers.books import book_rows, numbers_twice
from services.journal.reading import stream_events
from tests.journal.test_histories import BOOK, CLERK, book_of, heal, take_number
from tests.support.devices import Pc
from tests.support.office import open_desk


def read(pc: Pc):
    with pc.store.read() as conn:
        return read_book(stream_events(conn, BOOK))


def test_only_the_pc_in_the_slot_of_the_hub_opens_a_book(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    made = desk.receive().id
    desk.to_officer(made)
    desk.submit(made)
    desk.approve(made)
    journal = desk.core.journal
    hub = journal.device
    journal.device = replace(hub, slot=1)
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM book")
    with pytest.raises(NotAllowed) as refused:
        desk.number(made)
    assert refused.value.code == "SO-10"
    assert "máy thứ nhất" in refused.value.next_step
    journal.device = hub
    assert desk.number(made).number is not None
    desk.office.close()


def test_who_takes_over_goes_on_after_the_printed_book(pcs) -> None:
    a, b, _ = pcs
    take_number(a)
    heal(pcs)
    with b.journal.act(CLERK) as act:
        act.add(BOOK, BookOpened(2026, "GXN", b.journal.device.log.hex(), first=4))
    heal(pcs)
    assert take_number(a) == 0
    take_number(b)
    heal(pcs)
    assert [(e.n, e.dossier) for e in book_of(a)[1]] == [(1, "PC 0/1"), (4, "PC 1/4")]
    assert read(a) == read(b) == read(pcs[2])
    assert (read(a).holder, read(a).last) == (b.journal.device.log.hex(), 4)


def test_the_pure_reading_says_what_the_rows_say(pcs) -> None:
    a, b, _ = pcs
    for pc in (a, b, a):
        take_number(pc)
    with b.journal.act(CLERK) as act:
        act.add(BOOK, BookNumberVoided(1, "PC 1/1", "cấp nhầm"))
    heal(pcs)
    for pc in pcs:
        state = read(pc)
        with pc.store.read() as conn:
            rows = book_rows(conn, 2026, "GXN")
            assert [n for _, _, n in numbers_twice(conn)] == state.twice == [1]
        assert [(e.number, e.dossier) for e in rows] == list(state.issued)
        assert [(e.number, e.dossier, e.reason) for e in rows if e.state == "void"] == list(
            state.voided
        )
        assert book_of(pc)[0][0][2:] == (state.holder, state.last)


def forced(pc: Pc, number: int) -> None:
    """A PC whose rules were switched off takes a number all the same."""
    with pc.journal.act(CLERK) as act:
        dossier = f"{pc.name}/{number}"
        act.add(BOOK, BookNumberReserved(number, dossier, f"{number:02d}/VB", "2026-11-16"))


def test_numbers_of_who_never_held_the_book_stand_fenced_on_every_pc(pcs) -> None:
    a, b, _ = pcs
    take_number(a)
    heal(pcs)
    forced(b, 2)
    take_number(a)
    heal(pcs)
    for pc in pcs:
        assert read(pc).fenced == ((2, "PC 1/2"),) and read(pc) == read(a)
        assert [(e.number, e.dossier, e.state) for e in rows_of_book(pc)] == [
            (1, "PC 0/1", "reserved"), (2, "PC 0/2", "reserved"), (2, "PC 1/2", "fenced"),
        ]  # fmt: skip


def rows_of_book(pc: Pc):
    with pc.store.read() as conn:
        return book_rows(conn, 2026, "GXN")


def test_of_two_that_opened_a_book_apart_the_second_stops_when_it_learns_of_the_first(pcs) -> None:
    a, b, c = pcs
    take_number(a)
    take_number(b)
    heal(pcs)
    assert read(a).fenced == () and read(a).twice == [1]
    second = b if read(a).holder == a.journal.device.log.hex() else a
    forced(second, 2)
    heal(pcs)
    for pc in (a, b, c):
        assert read(pc) == read(a) and read(pc).twice == [1]
        assert read(pc).fenced == ((2, f"{second.name}/2"),)


def test_an_old_holder_that_saw_the_take_over_draws_nothing_that_counts(pcs) -> None:
    a, b, c = pcs
    take_number(a)
    heal(pcs)
    leader, clerk = replace(CLERK, staff="staff-d", role="leader"), CLERK
    with b.journal.act(leader) as act:
        proposed = act.add(BOOK, TakeoverProposed(b.journal.device.log.hex(), 1, "máy hỏng"))
    with b.journal.act(clerk) as act:
        act.add(BOOK, TakeoverConfirmed(proposed.hash, 1, 2))
    heal(pcs)
    forced(a, 2)
    forced(b, 2)
    heal(pcs)
    for pc in (a, b, c):
        state = read(pc)
        assert state.holder == b.journal.device.log.hex() and state == read(c)
        assert state.fenced == ((2, "PC 0/2"),)
        with pc.store.read() as conn:
            events = list(stream_events(conn, BOOK))
        assert read_book(reversed(events)) == state
