"""Books, codes and logins that two PCs gave out apart: same rows everywhere, told to people."""

from __future__ import annotations

from datetime import timedelta

from models.events.administration import StaffChanged
from models.events.issuing import BookNumberReserved, BookNumberVoided, BookOpened
from services.dossiers.books import book_rows, numbers_twice
from services.journal.reading import stream_events
from services.oversight.troubles import trouble_rows
from tests.journal.test_histories import BOOK, CLERK, DESK, book_of, heal, received, take_number
from tests.support.devices import open_pcs
from tests.support.office import open_desk


def test_a_book_opened_on_two_pcs_keeps_both_numbers_and_has_one_holder(pcs) -> None:
    a, b, c = pcs
    b.clock.advance(minutes=5)
    for pc in (b, a):
        take_number(pc)
    heal(pcs)
    for pc in pcs:
        with pc.store.read() as conn:
            assert [e.dossier for e in book_rows(conn, 2026, "GXN")] == ["PC 0/1", "PC 1/1"]
            assert numbers_twice(conn) == ((2026, "GXN", 1),)
    assert book_of(a) == book_of(b) == book_of(c)
    assert book_of(a)[0][0].holder == a.journal.device.log.hex()
    assert take_number(b) == 0
    take_number(a)
    heal(pcs)
    assert book_of(a) == book_of(b) == book_of(c)
    assert [e.n for e in book_of(a)[1]] == [1, 1, 2]


def test_voiding_one_of_two_equal_numbers_leaves_the_other(pcs) -> None:
    a, b, _ = pcs
    for pc in (a, b):
        take_number(pc)
    with b.journal.act(CLERK) as act:
        act.add(BOOK, BookNumberVoided(1, "PC 1/1", "cấp nhầm"))
    heal(pcs)
    with a.store.read() as conn:
        assert [e.state for e in book_rows(conn, 2026, "GXN")] == ["reserved", "void"]


def test_an_event_builds_on_the_last_one_even_when_another_clock_was_far_ahead(
    office, tmp_path
) -> None:
    template, devices = office
    ahead = [timedelta(days=365), timedelta(0), timedelta(0)]
    a, b, _ = pcs = open_pcs(template, devices, tmp_path, ahead)
    with a.journal.act(CLERK) as act:
        act.add(BOOK, BookOpened(2026, "GXN", b.journal.device.log.hex()))
    heal(pcs)
    for _ in range(3):
        take_number(b)
    with b.store.read() as conn:
        events = stream_events(conn, BOOK)
    parents = {item.hash: item.envelope.parents for item in events}
    chain = sorted((i for i in events if i.envelope.log == b.journal.device.log),
                   key=lambda i: i.envelope.seq)  # fmt: skip
    assert [parents[item.hash] for item in chain[1:]] == [(item.hash,) for item in chain[:-1]]
    for pc in pcs:
        pc.store.close()


def test_one_code_on_two_pcs_stops_nobody(pcs) -> None:
    a, b, _ = pcs
    a.act("d1", DESK, received("H26-261116-0001"))
    b.act("d2", DESK, received("H26-261116-0001"))
    heal(pcs)
    for pc in pcs:
        assert pc.row("d1").code == pc.row("d2").code == "H26-261116-0001"


def test_what_was_given_out_twice_stands_among_the_troubles(tmp_path) -> None:
    desk = open_desk(tmp_path / "home")
    who = desk.as_("giamsat")
    for number in (1, 2):
        with desk.core.journal.act(DESK) as act:
            act.add(f"dossier/twin-{number}", received("H26-261116-9999"))
            act.add(
                f"staff/twin-{number}", StaffChanged(f"twin-{number}", "twin", "A", ("officer",))
            )
            if number == 1:
                me = desk.core.journal.device.log.hex()
                act.add("book/2026/XX", BookOpened(2026, "XX", me))
            act.add("book/2026/XX", BookNumberReserved(1, f"twin-{number}", "01/XX", "2026-11-16"))
    kinds = [t.kind for t in trouble_rows(desk.core, who) if t.open]
    assert (kinds.count("code"), kinds.count("login"), kinds.count("number")) == (2, 2, 1)
    desk.office.close()
