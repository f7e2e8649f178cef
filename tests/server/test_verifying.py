"""`city verify` finds every change somebody with the database in hand could make."""

import pytest
from sqlalchemy import text

from server.verifying import verify_office
from tests.support.city import OFFICE, Pen

SPOILS = {
    "a byte of a body": "UPDATE ev SET body = body || '\\x00'::bytea WHERE n = 2",
    "a body with its hash": "UPDATE ev SET body = substr(body, 1, 40) || '\\x01'::bytea || "
    "substr(body, 42), hash = sha256(substr(body, 1, 40) || '\\x01'::bytea || substr(body, 42)) "
    "WHERE n = 2",
    "an event gone from the middle": "DELETE FROM ev WHERE n = 2",
    "the last event gone": "DELETE FROM ev WHERE n = 4",
    "the last event gone and the head moved back": "DELETE FROM ev WHERE n = 4; "
    "UPDATE head h SET seq = seq - 1, hash = (SELECT hash FROM ev WHERE log = h.log "
    "AND seq = h.seq - 1) WHERE seq = 4",
    "two events exchanged": "UPDATE ev SET n = 9 WHERE n = 2; UPDATE ev SET n = 2 WHERE n = 3; "
    "UPDATE ev SET n = 3 WHERE n = 9",
    "a signature gone": "UPDATE ev SET sig = NULL WHERE n = 4",
    "another signature": "UPDATE ev SET sig = sha256(sig) || sha256(body) WHERE n = 4",
    "an acknowledgement": "UPDATE head SET rx_ms = rx_ms + 1",
    "the tree": "UPDATE tree SET size = 1, peaks = substr(peaks, 1, 32)",
    "a device's key": "UPDATE device SET public_key = sha256(public_key) WHERE kind = 'pc'",
}


def fill(city):
    pen = Pen()
    city.admit(pen)
    pen.write("a", "b")
    city.store().take(pen.run())
    pen.write("c")
    pen.write("d")
    city.store().take(pen.run())


def test_an_untouched_journal_is_whole(city):
    fill(city)
    report = verify_office(city.database, city.key, OFFICE)
    assert (report.events, report.logs, report.fault) == (5, 2, "")
    assert verify_office(city.database, city.key, "00999").events == 0


@pytest.fixture(scope="module")
def spoiled(postgres_cluster, tmp_path_factory):
    """One filled database, cloned for every change."""
    from server.store.opening import open_database
    from tests.support.city import make_city

    def make(url):
        home = tmp_path_factory.mktemp("spoil")
        database = open_database(url, home=home)
        fill(make_city(database, home))
        database.close()

    return postgres_cluster.template("city_filled", make)


@pytest.mark.parametrize("what", SPOILS)
def test_every_change_is_found(what, spoiled, postgres_cluster, tmp_path):
    from server.city_key import CityKey
    from server.store.opening import open_database

    with postgres_cluster.database(template=spoiled) as name:
        with postgres_cluster.connect(name) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(SPOILS[what])
        database = open_database(postgres_cluster.url(name), home=tmp_path)
        try:
            found = verify_office(database, CityKey.from_seed(b"c" * 32), OFFICE)
            with database.read(OFFICE) as tx:
                assert tx.execute(text("SELECT count(*) FROM head")).scalar() == 2
        finally:
            database.close()
        assert found.fault, what
