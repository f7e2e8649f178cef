"""The journal check names the first broken link, whatever was done to the rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from services.journal.export import export_journal
from services.journal.reading import event_count, find_event
from services.journal.verify import verify_journal
from tests.support.office import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path):
    desk = open_desk(tmp_path / "home")
    for _ in range(3):
        desk.receive()
    yield desk
    desk.office.close()


def break_row(desk: Desk, *statements: str) -> None:
    """What an attacker with the key would do: remove the guard, then rewrite."""
    raw = desk.core.store.engine.raw_connection()
    raw.dbapi_connection.execute("DROP TRIGGER IF EXISTS ev_no_update")
    raw.dbapi_connection.execute("DROP TRIGGER IF EXISTS ev_no_delete")
    for statement in statements:
        raw.dbapi_connection.execute(statement)
    raw.close()


def report(desk: Desk):
    with desk.core.store.read() as conn:
        return verify_journal(conn)


def test_a_sound_journal_verifies(desk: Desk) -> None:
    found = report(desk)
    assert found.verified and found.logs == 1 and found.events > 10


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE ev SET body = substr(body, 1, 60) || x'00' || substr(body, 62) WHERE seq = 5", 5),
        ("UPDATE ev SET t = 'dossier.handed_over' WHERE seq = 7", 7),
        ("UPDATE ev SET st = 'dossier/other' WHERE seq = 7", 7),
        ("DELETE FROM ev WHERE seq = 6", 6),
        ("UPDATE ev SET sig = zeroblob(64) WHERE seq = (SELECT max(seq) FROM ev)", 0),
        ("UPDATE ev SET sig = NULL WHERE seq = (SELECT max(seq) FROM ev)", 0),
        ("DELETE FROM ev WHERE seq = (SELECT max(seq) FROM ev)", 0),
        ("UPDATE head SET seq = seq - 1", 0),
        ("DELETE FROM device", 1),
        ("DELETE FROM head", 1),
    ],
)
def test_the_first_broken_link_is_named(desk: Desk, statement: str, seq: int) -> None:
    total = report(desk).events
    break_row(desk, statement)
    found = report(desk)
    assert not found.verified
    assert found.reason
    assert found.broken_seq == seq if seq else found.broken_seq >= total - 1


def test_swapping_two_bodies_is_seen(desk: Desk) -> None:
    break_row(
        desk,
        "CREATE TABLE keep AS SELECT * FROM ev WHERE seq IN (5, 6)",
        "UPDATE ev SET body = (SELECT body FROM keep WHERE seq = 6), "
        "hash = randomblob(32) WHERE seq = 5",
    )
    assert report(desk).broken_seq == 5


def test_the_database_refuses_to_rewrite_history(desk: Desk) -> None:
    for statement in ("UPDATE ev SET t = 'x'", "DELETE FROM ev"):
        with pytest.raises(DBAPIError), desk.core.store.engine.begin() as conn:
            conn.exec_driver_sql(statement)
    assert report(desk).verified


def test_the_export_holds_every_event_with_its_hash(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with desk.core.store.read() as conn:
        count = export_journal(conn, path)
        assert count == event_count(conn)
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert [line["seq"] for line in lines] == list(range(1, count + 1))
        assert lines[3]["prev"] == lines[2]["hash"]
        found = find_event(conn, lines[-1]["id"])
        assert found is not None and found.hash.hex() == lines[-1]["hash"]
