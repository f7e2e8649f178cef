"""The board's readings say what the journals say, on both databases, whatever comes in."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError

from models.envelope import Actor, Envelope, seal
from models.events.intake import Noted
from models.fold import fold
from models.workflow import Status
from server.board import tables as t
from server.board.folding import BOOK, LARGEST_BOOK
from server.board.readings import mark_all, mark_outdated, refresh, refresh_office
from server.schema import device, dirty_stream
from services.dossiers.read_model import dossier_stream
from services.journal.reading import stream_events
from tests.board.city import NOW_MS, add_office, pour, put_events, refresh_all
from tests.board.scene import add_device, number_book
from tests.support.city import make_city


def rows(city, table):
    with city.read_city() as tx:
        return [dict(row) for row in tx.execute(select(table)).mappings()]


def test_the_migration_makes_the_tables(city):
    found = inspect(city.engine)
    for table in t.metadata.tables.values():
        columns = {c["name"]: c for c in found.get_columns(table.name)}
        assert list(columns) == [c.name for c in table.columns], table.name
        key = found.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [c.name for c in table.primary_key], table.name
        for column in table.columns:
            if not column.primary_key:
                assert columns[column.name]["nullable"] == column.nullable, column


def test_every_dossier_of_an_office_is_read_as_its_pc_folds_it(city, dinh_cong, announce_log):
    code = pour(city, dinh_cong)
    assert refresh_all(city) > 60
    found = {row["id"]: row for row in rows(city, t.board_dossier)}
    with dinh_cong.core.store.read() as conn:
        ids = [row[0] for row in conn.exec_driver_sql("SELECT id FROM dossier")]
        assert set(found) == set(ids) and len(ids) == 60
        for dossier_id in ids:
            d = fold(dossier_id, stream_events(conn, dossier_stream(dossier_id)))
            row = found[dossier_id]
            assert row["off"] == code and row["code"] == d.intake.code
            assert row["status"] == d.status and row["extended"] == d.extended
            assert (row["waiting_since_ms"] is not None) == (d.status is Status.SUPPLEMENT)
            ends = (Status.WITHDRAWN, Status.STOPPED, Status.REFUSED)
            ended = bool(d.done_at) or d.status in ends
            assert (row["finished_ms"] is not None) == ended, d.status
    assert not rows(city, t.board_fault)
    with city.read_city() as tx:
        assert not tx.execute(select(dirty_stream)).all()


def test_no_person_stands_in_a_reading(city, dinh_cong):
    pour(city, dinh_cong)
    refresh_all(city)
    with dinh_cong.core.store.read() as conn:
        people = conn.exec_driver_sql(
            "SELECT applicant, submitter, id_number, phone FROM dossier"
        ).all()
    told = " ".join(
        str(value)
        for table in (t.board_dossier, t.board_book, t.board_office)
        for row in rows(city, table)
        for value in row.values()
    )
    for person in people:
        for value in filter(None, person):
            assert value not in told


def test_made_anew_they_are_the_same(city, dinh_cong):
    code = pour(city, dinh_cong)
    refresh_all(city)
    before = {table.name: rows(city, table) for table in (t.board_dossier, t.board_book)}
    assert mark_all(city, code, NOW_MS) > 60
    assert not rows(city, t.board_dossier)
    refresh_all(city)
    for name, kept in before.items():
        again = rows(city, t.metadata.tables[name])
        assert sorted(map(str, again)) == sorted(map(str, kept))


def test_readings_of_an_older_program_are_made_anew(city, dinh_cong):
    code = pour(city, dinh_cong)
    refresh_all(city)
    assert mark_outdated(city, NOW_MS) == 0
    with city.write(code) as tx:
        tx.execute(update(t.board_dossier).values(fold_version=1, status="stopped"))
    assert mark_outdated(city, NOW_MS) == 1
    refresh_all(city)
    assert {row["status"] for row in rows(city, t.board_dossier)} > {"done", "processing"}


def write(city, code, stream, kind, payload, *, seq=1, prev=bytes(32), parents=(), log=b"L" * 16):
    made = seal(Envelope(
        f"id-{seq}-{stream}", log, seq, prev, code, stream, kind, 1, parents, NOW_MS + seq,
        NOW_MS + seq, 0, Actor("s", "records_clerk", "x"), 2, payload,
    ))  # fmt: skip
    with city.write(code) as tx:
        put_events(tx, code, [(made.body, None)], first_n=seq)
    return made


POISON = {
    "a payload of another shape": ("dossier/x", "dossier.received", {"code": 5}),
    "a book of a trillion": (
        "book/2026/VB", "book.number_reserved",
        {"number": 10**12, "dossier": "d", "notation": "n", "dated": "2026-11-19"},
    ),
    "a book below zero": (
        "book/2026/VC", "book.opened", {"year": 2026, "series": "VC", "holder": "", "first": -9},
    ),
    "a date no calendar has": ("dossier/y", "dossier.done", {"at": "nonsense", "note": "\0"}),
}  # fmt: skip


def test_a_stream_nobody_can_read_keeps_no_other_waiting(city, dinh_cong, announce_log):
    announce_log("not folded")
    code = pour(city, dinh_cong)
    log = add_device(city, code, seen_ms=NOW_MS, slot=3)
    for number, (stream, kind, payload) in enumerate(POISON.values()):
        write(city, code, stream, kind, payload, log=log, seq=5000 + number)
    refresh_all(city)
    assert len(rows(city, t.board_dossier)) == 60
    faults = {row["st"] for row in rows(city, t.board_fault)}
    assert faults == {"book/2026/VB", "book/2026/VC"}
    with city.write(code) as tx:
        tx.execute(delete(t.board_fault))
        tx.execute(insert(dirty_stream).values(off=code, st="book/2026/VB", since_ms=1))
    refresh_all(city)
    assert {row["st"] for row in rows(city, t.board_fault)} == {"book/2026/VB"}


def test_text_from_a_pc_is_stored_without_what_postgresql_cannot_hold(city):
    add_office(city, "00004", "Phường Ba Đình")
    payload = {"name": "desk", "value": "Bàn\0 số " + "9" * 900}
    write(city, "00004", "office/settings", "office.setting_changed", payload)
    refresh_all(city)
    (row,) = rows(city, t.board_office)
    assert row["desk"].startswith("Bàn số 9") and len(row["desk"]) == 500


def test_missing_numbers_are_named_and_dated(city):
    add_office(city, "00004", "Phường Ba Đình")
    number_book(city, "00004", (3, 1, 2, 7, 9))
    refresh_all(city)
    (book,) = rows(city, t.board_book)
    assert (book["last"], book["missing"], book["missing_text"]) == (9, 4, "4, 5, 6, 8")
    assert book["missing_since_ms"] == NOW_MS - 60 * 60_000 + 4, "when 7 was taken"
    assert BOOK.fullmatch("book/2026/GXN") and LARGEST_BOOK < 10**7


def test_what_a_revoked_pc_did_later_falls_out(city):
    add_office(city, "00004", "Phường Ba Đình")
    log = add_device(city, "00004", seen_ms=NOW_MS)
    number_book(city, "00004", (1, 2, 3))
    refresh_all(city)
    with city.write("00004") as tx:
        tx.execute(update(device).where(device.c.log == log).values(last_seq=2))
        tx.execute(insert(dirty_stream).values(off="00004", st="roster/00004", since_ms=1))
    refresh_all(city)
    with city.read_city() as tx:
        assert not tx.execute(select(dirty_stream)).all(), "the spoiled streams were read again"


def test_two_workers_share_the_streams_and_lose_none(postgres_city, dinh_cong):
    city, faults = postgres_city, []
    pour(city, dinh_cong)

    def work():
        try:
            while refresh(city, NOW_MS, batch=5):
                pass
        except Exception as error:
            faults.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    refresh_all(city)
    assert not faults and len(rows(city, t.board_dossier)) == 60


def test_a_stream_marked_while_it_is_read_is_read_again(postgres_city, dinh_cong):
    """An event stored after a worker took its stream: the mark must survive that worker."""
    city = postgres_city
    code = pour(city, dinh_cong)
    with city.write(code) as storing:
        mark = insert(dirty_stream).values(off=code, st="book/2026/ZZ", since_ms=0)
        storing.execute(mark)
        refresh_office(city, code, NOW_MS, batch=1000)  # meets the uncommitted mark
    with city.read_city() as tx:
        assert tx.execute(select(dirty_stream.c.st)).scalars().all() == ["book/2026/ZZ"]


def test_a_mark_that_was_there_before_outlives_the_worker_that_takes_it(postgres_city, tmp_path):
    """The stream is dirty already while an event is being stored and a worker reads."""
    city = postgres_city
    made = make_city(city, tmp_path)
    refresh_all(city)
    with city.write("00004") as tx:
        tx.execute(insert(dirty_stream).values(off="00004", st="dossier/1", since_ms=1))
    with city.write("00004") as storing:
        made.journal.add(storing, "00004", [("dossier/1", Noted("a"))])
        refresh_office(city, "00004", NOW_MS)
    with city.read_city() as tx:
        assert tx.execute(select(dirty_stream.c.st)).scalars().all() == ["dossier/1"]


def test_the_readings_of_one_office_cannot_touch_anothers(postgres_city):
    for code in ("00004", "00008"):
        add_office(postgres_city, code, code)
    row = {
        "off": "00008", "st": "x", "words": "w", "since_ms": 1,
    }  # fmt: skip
    with pytest.raises(DBAPIError, match="row-level security"), postgres_city.write("00004") as tx:
        tx.execute(insert(t.board_fault).values(**row))
