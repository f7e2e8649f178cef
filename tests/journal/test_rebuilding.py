"""Rows made anew from the journal equal fresh ones, also after a kill and with acts in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import main
from models.errors import NotAllowed
from models.events.administration import StaffChanged
from services.administration import change_setting
from services.assembly import PROJECTORS, open_office
from services.dossiers.search import find_dossiers
from services.journal.reading import heads
from services.rebuilding import (
    RULES,
    demand_rebuild,
    kind_words,
    outdated,
    rebuild_all,
    rebuild_step,
)
from services.refreshing import refresh_core
from tests.journal.test_histories import heal, three
from tests.journal.test_sharing import ADMIN, SAYINGS
from tests.support.office import NGUYET, Desk, open_desk
from tests.support.sharing import core_of, readings

TABLES = (
    "SELECT * FROM dossier ORDER BY n",
    "SELECT rowid FROM dossier_fts ORDER BY rowid",
    "SELECT rowid FROM dossier_fts WHERE dossier_fts MATCH 'nguyet' ORDER BY rowid",
    "SELECT * FROM book ORDER BY year, series",
    "SELECT * FROM book_entry ORDER BY year, series, n",
    "SELECT * FROM staff ORDER BY id",
    "SELECT * FROM setting ORDER BY name",
    "SELECT * FROM template ORDER BY name, place",
    "SELECT * FROM catalogue_version ORDER BY place",
    "SELECT * FROM calendar_notice ORDER BY day",
    "SELECT * FROM conflict ORDER BY id",
)
DAMAGE = (
    "UPDATE dossier SET status = 'received', applicant = '?', fold_version = 1",
    "INSERT INTO dossier_fts (rowid, words) VALUES (999, 'ma nguyet')",
    "DELETE FROM dossier_fts WHERE rowid = 1",
    "INSERT INTO dossier_fts (rowid, words) VALUES (1, 'sai')",
    "INSERT INTO book_entry VALUES (2020, 'MA', 7, '7/MA', 'x', '2020-01-01', 'reserved', '')",
    "UPDATE book SET last = 77, holder = 'ai'",
    "INSERT INTO staff VALUES ('ma', 'ma', 'Ma', '', '', '', '', '', 1)",
    "UPDATE staff SET roles = '' WHERE id = 'staff-thuly'",
    "UPDATE setting SET value = 'sai'",
    "INSERT INTO setting VALUES ('lookup', 'sai')",
    "DELETE FROM template",
    "UPDATE catalogue_version SET body = x'00', place = 9",
    "UPDATE calendar_notice SET label = 'sai'",
    "INSERT INTO template VALUES ('ma', '1', '', '', 3)",
)


@pytest.fixture
def busy(tmp_path: Path):
    """An office with three dossiers, one of them numbered, and a decision of every shared kind."""
    desk = open_desk(tmp_path / "home")
    for _ in range(3):
        last = desk.receive(NGUYET)
    desk.to_officer(last.id)
    desk.submit(last.id)
    desk.approve(last.id)
    desk.number(last.id)
    for name in ("phone 1", "form", "catalogue a", "off"):
        with desk.core.journal.act(ADMIN) as act:
            act.add(*SAYINGS[name])
    yield desk
    desk.office.close()


def rows(desk: Desk) -> list[list[tuple]]:
    with desk.core.store.read() as conn:
        return [[tuple(row) for row in conn.exec_driver_sql(sql)] for sql in TABLES]


def spoil(desk: Desk) -> None:
    """Rows as a faulty or an older program might have left them, and no word on who wrote them."""
    with desk.core.store.write() as tx:
        for sql in (*DAMAGE, "DELETE FROM cursor WHERE name LIKE 'reading/%'"):
            tx.exec_driver_sql(sql)


def old_kinds(desk: Desk) -> tuple[str, ...]:
    with desk.core.store.read() as conn:
        return outdated(conn)


@pytest.mark.parametrize("kind", RULES)
def test_every_kind_has_words_and_a_projector(kind: str) -> None:
    assert kind_words(kind)
    assert kind in PROJECTORS


def test_a_new_office_has_nothing_to_make_anew(busy: Desk) -> None:
    assert old_kinds(busy) == ()
    assert rebuild_step(busy.core.store, busy.core.journal.projectors) is None


def test_spoilt_rows_come_back_as_they_were(busy: Desk) -> None:
    fresh = rows(busy)
    spoil(busy)
    assert rows(busy) != fresh
    assert rebuild_all(busy.core) > 10
    assert rows(busy) == fresh
    assert old_kinds(busy) == ()


def test_a_kill_half_way_goes_on_where_it_stopped(busy: Desk, tmp_path: Path) -> None:
    fresh, projectors = rows(busy), busy.core.journal.projectors
    spoil(busy)
    read = []

    def dying(tx, stream, events) -> None:
        read.append(stream)
        projectors["staff"](tx, stream, events)
        if len(read) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        while True:
            rebuild_step(busy.core.store, {**projectors, "staff": dying}, batch=2)
    busy.core.store.reopen()
    again = []

    def counting(tx, stream, events) -> None:
        again.append(stream)
        projectors["staff"](tx, stream, events)

    while rebuild_step(busy.core.store, {**projectors, "staff": counting}, batch=2):
        pass
    assert read[:2] and not set(read[:2]) & set(again), "what was committed is not read again"
    assert set(read[2:]) <= set(again)
    assert rows(busy) == fresh


def test_acts_in_between_are_neither_lost_nor_undone(busy: Desk) -> None:
    spoil(busy)
    known = busy.core.journal.projectors
    count = 0
    while rebuild_step(busy.core.store, known, batch=1):
        if count < 3:
            busy.receive(NGUYET)
        if count == 6:
            change_setting(busy.core, busy.as_("quantri"), "desk_phone", value="0999")
        count += 1
    first = rows(busy)
    demand_rebuild(busy.core, busy.as_("kythuat"))
    rebuild_all(busy.core)
    assert rows(busy) == first
    assert len(first[0]) == 6 and ("desk_phone", "0999") in first[6]
    with busy.core.store.read() as conn:
        found = find_dossiers(conn, busy.as_("tiepnhan").staff, "nguyet", limit=20)
    assert len(found.rows) == 6


def test_only_administrators_let_it_begin(busy: Desk) -> None:
    with pytest.raises(NotAllowed):
        demand_rebuild(busy.core, busy.as_("tiepnhan"))
    demand_rebuild(busy.core, busy.as_("quantri"))
    assert "dossier" in old_kinds(busy)


def test_doctor_tells_and_the_command_mends(busy: Desk, capsys) -> None:
    fresh = rows(busy)
    spoil(busy)
    with busy.core.store.write() as tx:  # a damaged catalogue lets nobody in (DM-03)
        tx.exec_driver_sql("DELETE FROM catalogue_version")
    busy.office.close()
    home = str(busy.core.home)

    def told(*words: str) -> dict:
        main.main(["--home", home, *words, "--json"])
        return json.loads(capsys.readouterr().out)

    def finding() -> str:
        return {f["name"]: f["state"] for f in told("doctor")["findings"]}["readings"]

    assert finding() == "warning"
    done = told("journal", "rebuild")
    assert done["rebuilt"] and done["streams"] > 10
    assert finding() == "ok"
    again = open_again(busy)
    assert rows(again) == fresh
    again.office.close()


def open_again(desk: Desk) -> Desk:
    return Desk(open_office(desk.core.home, "quantri", "motcua", clock=desk.clock), desk.clock)


def test_what_a_revoked_pc_decided_afterwards_is_dropped(office, tmp_path) -> None:
    a, b, c = pcs = three(office, tmp_path)
    log = c.journal.device.log
    for name in ("phone 1", "form", "off", "catalogue a", "name 1"):
        with c.journal.act(ADMIN) as act:
            act.add(*SAYINGS[name])
    with c.store.read() as conn:
        good = heads(conn)[log]
    for name in ("phone 2", "other form", "on", "catalogue b", "name 2"):
        with c.journal.act(ADMIN) as act:
            act.add(*SAYINGS[name])
    with c.journal.act(ADMIN) as act:
        act.add("staff/y", StaffChanged("y", "y", "Ma", ("business_admin",)))
    heal(pcs)
    core = core_of(a, tmp_path / "a")
    assert core.settings["desk_phone"] == "0242"
    for pc in (a, b):
        with pc.store.write() as tx:
            tx.exec_driver_sql("UPDATE device SET last_seq = ? WHERE log = ?", (good.seq, log))
    for pc in (a, b):
        again = core_of(pc, tmp_path)
        with pc.store.write() as tx:
            tx.exec_driver_sql("DELETE FROM cursor WHERE name LIKE 'reading/%'")
        rebuild_all(again)
    refresh_core(core, ["office/settings"])
    assert core.settings["desk_phone"] == "0241"
    _, templates, versions, days, people, _ = readings(a)
    assert [p[0] for p in people] == ["x"]
    assert (len(templates), len(versions), days[0][1], people[0][2]) == (1, 1, "holiday", "Một")
    assert readings(b) == readings(a)
