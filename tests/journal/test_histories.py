"""Random histories on three PCs: wrong clocks, partial deliveries, repeats, out of order.

Whatever happens, once everybody has everything, everybody shows the same; nothing is lost or
doubled, every chain verifies, and no contradiction is swallowed.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.dossier import content_digest
from models.envelope import Actor
from models.errors import ForeignError
from models.events import handling as h
from models.events.intake import Corrected, Noted, Received
from models.events.issuing import BookNumberReserved, BookOpened
from models.intake import LimitTaken, Promise
from models.party import Person
from models.staff import Role
from services.journal.verify import verify_journal
from services.sync.ports import Verdict
from tests.support.devices import open_pcs

NGUYET = Person("individual", "Nguyễn Thị Nguyệt", "personal_id", "001194012345")
DESK = Actor("staff-a", Role.RECEPTIONIST, "s")
HEAD = Actor("staff-b", Role.DEPARTMENT_HEAD, "s")
OFFICER = Actor("staff-c", Role.OFFICER, "s")
LEADER = Actor("staff-d", Role.LEADER, "s")
CLERK = Actor("staff-f", Role.RECORDS_CLERK, "s")
BOOK = "book/2026/GXN"
DRAFT = h.Draft("confirmation", {"content": "Đủ điều kiện"})


def received(code: str) -> Received:
    return Received(
        code, code, "1.004873", "Thủ tục", "Hộ tịch", "Giấy", "", 1, "2026-11-16T08:00:00+07:00",
        "Phường", NGUYET, NGUYET, LimitTaken("3", "working_day"),
        Promise("2026-11-19T17:30:00+07:00", "c"),
    )  # fmt: skip


def settled(dossier, side: str) -> h.ConflictResolved:
    """The newest conflict settled, open or not; when there is none, one nobody knows."""
    known = dossier.conflicts[-1].id if dossier.conflicts else "none"
    return h.ConflictResolved(known, "quyết", side)


ACTS = {
    "transfer": (DESK, lambda pc, d: h.Transferred("Phòng")),
    "assign": (HEAD, lambda pc, d: h.Assigned("staff-c", f"C trên {pc.name}")),
    "handle": (OFFICER, lambda pc, d: h.Handled("thẩm định")),
    "correct": (DESK, lambda pc, d: Corrected("sửa", request=f"trên {pc.name}")),
    "correct two": (
        DESK,
        lambda pc, d: Corrected(
            "sửa", applicant=replace(NGUYET, name=f"Tên {pc.name}"), request=f"cùng {pc.name}"
        ),
    ),
    "keep first": (HEAD, lambda pc, d: settled(d, "first")),
    "take second": (HEAD, lambda pc, d: settled(d, "second")),
    "note": (OFFICER, lambda pc, d: Noted("ghi chú")),
    "submit": (OFFICER, lambda pc, d: h.Submitted(DRAFT, b"")),
    "approve": (LEADER, lambda pc, d: h.Approved(content_digest(d))),
    "return": (LEADER, lambda pc, d: h.Returned("xem lại")),
    "withdraw": (DESK, lambda pc, d: h.Withdrawn("rút")),
}

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("act"), st.integers(0, 2), st.sampled_from(sorted(ACTS))),
        st.tuples(st.just("number"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("tail"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("again"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("clock"), st.integers(0, 2), st.integers(-600, 900)),
    ),
    min_size=4,
    max_size=28,
)
SKEWS = st.lists(
    st.sampled_from([timedelta(0), timedelta(days=-1), timedelta(hours=1), timedelta(days=3650)]),
    min_size=3,
    max_size=3,
)


def play(pcs, steps) -> int:
    """Carry out the steps; returns how many events were written."""
    written = 1
    pcs[0].act("d1", DESK, received("H26-261116-0001"))
    for kind, here, other in steps:
        pc = pcs[here]
        if kind == "act":
            actor, make = ACTS[other]
            dossier = pc.dossier("d1")
            if dossier.intake is not None:
                pc.act("d1", actor, make(pc, dossier))
                written += 1
        elif kind == "number":
            written += take_number(pc)
        elif kind == "clock":
            pc.clock.advance(minutes=other)
        elif here != other:
            exchange(pc, pcs[other], kind)
    return written


def take_number(pc) -> int:
    """The next number of a book, as the office does it; returns how many events were written."""
    me = pc.journal.device.log.hex()
    with pc.journal.act(CLERK) as act:
        row = act.tx.exec_driver_sql("SELECT holder, last FROM book").first()
        if row is not None and row[0] != me:
            return 0
        if row is None:
            act.add(BOOK, BookOpened(2026, "GXN", me))
        number = (row[1] if row else 0) + 1
        act.add(BOOK, BookNumberReserved(number, f"{pc.name}/{number}", "GXN", "2026-11-16"))
    return 1 if row else 2


def book_of(pc):
    with pc.store.read() as conn:
        return [
            conn.exec_driver_sql(sql).all()
            for sql in ("SELECT * FROM book", "SELECT * FROM book_entry ORDER BY n, dossier")
        ]


def exchange(source, target, kind: str) -> None:
    """Send each log: whole, its signed tail only (a gap), or the whole twice."""
    for device_log in {p[0] for p in logs_of(source)}:
        batch = source.log(device_log)
        if kind == "tail" and len(batch) > 1:
            batch = batch[len(batch) // 2 :]
        target.take(batch)
        if kind == "again":
            assert target.take(batch).verdict in (Verdict.KNOWN, Verdict.GAP)


def logs_of(pc) -> set[tuple[bytes]]:
    with pc.store.read() as conn:
        return {(bytes(row[0]),) for row in conn.exec_driver_sql("SELECT DISTINCT log FROM ev")}


def heal(pcs) -> None:
    """Everybody gives everybody everything."""
    for _ in range(2):
        for source in pcs:
            for target in pcs:
                if source is not target:
                    exchange(source, target, "send")


@settings(max_examples=40)
@given(steps=STEPS, skews=SKEWS)
def test_all_pcs_end_alike(office, steps, skews) -> None:
    template, devices = office
    with tempfile.TemporaryDirectory() as folder:
        pcs = open_pcs(template, devices, Path(folder), skews)
        try:
            written = play(pcs, steps)
            heal(pcs)
            sets = [pc.hashes() for pc in pcs]
            assert sets[0] == sets[1] == sets[2]
            assert len(sets[0]) == written
            states = [pc.dossier("d1") for pc in pcs]
            assert states[0] == states[1] == states[2]
            assert states[0].waiting == 0
            rows = [tuple(pc.row("d1"))[1:] for pc in pcs]
            assert rows[0] == rows[1] == rows[2]
            books = [book_of(pc) for pc in pcs]
            assert books[0] == books[1] == books[2]
            for pc in pcs:
                with pc.store.read() as conn:
                    assert verify_journal(conn).verified
        finally:
            for pc in pcs:
                pc.store.close()


def three(office, tmp_path):
    template, devices = office
    return open_pcs(template, devices, tmp_path, [timedelta(0)] * 3)


def test_approve_and_return_at_once_is_a_conflict_for_people(office, tmp_path) -> None:
    a, b, c = pcs = three(office, tmp_path)
    a.act("d1", DESK, received("H26-261116-0001"))
    for name in ("transfer", "assign", "submit"):
        actor, make = ACTS[name]
        a.act("d1", actor, make(a, a.dossier("d1")))
    heal(pcs)
    b.act("d1", LEADER, h.Approved(content_digest(b.dossier("d1"))))
    c.act("d1", Actor("staff-e", Role.LEADER, "s"), h.Returned("sai tên"))
    heal(pcs)
    for pc in pcs:
        dossier = pc.dossier("d1")
        assert dossier.blocked
        assert [conflict.kind for conflict in dossier.conflicts] == ["decision"]
        pc.store.close()


def test_editing_what_was_approved_makes_the_approval_stale(office, tmp_path) -> None:
    a, _, c = pcs = three(office, tmp_path)
    a.act("d1", DESK, received("H26-261116-0001"))
    for name in ("transfer", "assign"):
        actor, make = ACTS[name]
        a.act("d1", actor, make(a, a.dossier("d1")))
    heal(pcs)
    c.act("d1", DESK, Corrected("sửa", request="nội dung khác"))
    a.act("d1", OFFICER, h.Submitted(DRAFT, b""))
    a.act("d1", LEADER, h.Approved(content_digest(a.dossier("d1"))))
    assert not a.dossier("d1").stale
    heal(pcs)
    assert all(pc.dossier("d1").stale for pc in pcs)
    for pc in pcs:
        pc.store.close()


def test_nobody_unlisted_nothing_altered_nothing_unsigned_is_taken(office, tmp_path) -> None:
    a, b, _ = pcs = three(office, tmp_path)
    a.act("d1", DESK, received("H26-261116-0001"))
    a.act("d1", *[ACTS["transfer"][0], h.Transferred("Phòng")])
    batch = a.log(a.journal.device.log)
    body, sig = batch[-1]
    bad = [
        [(body[:40] + bytes([body[40] ^ 1]) + body[41:], sig)],
        [(batch[0][0], batch[0][1]), (body, None)],
        [(batch[0][0], None), (body, bytes(64))],
        [(body, sig), (batch[0][0], batch[0][1])],
    ]
    for attempt in bad:
        with pytest.raises(ForeignError):
            b.take(attempt)
    assert b.hashes() == set()
    with b.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM device WHERE log = ?", (a.journal.device.log,))
    with pytest.raises(ForeignError):
        b.take(batch)
    for pc in pcs:
        pc.store.close()


def test_a_log_written_twice_is_kept_as_proof_of_a_fork(office, tmp_path) -> None:
    a, b, c = pcs = three(office, tmp_path)
    a.act("d1", DESK, received("H26-261116-0001"))
    b.take(a.log(a.journal.device.log))
    twin = c.journal
    twin.device = a.journal.device  # a cloned PC with the same key
    c.act("d2", DESK, received("H26-261116-1001"))
    assert b.take(c.log(a.journal.device.log)).verdict is Verdict.FORK
    with b.store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM fork").scalar_one() == 1
        assert verify_journal(conn).verified
    for pc in pcs:
        pc.store.close()
