"""The status names every unsent act, its owner and why; counts follow acknowledgements."""

from models.events.administration import SettingChanged
from services.people import system_actor
from services.sync.faults import fault_words
from services.sync.status import read_sync_status
from tests.support.office import open_desk

CITY, HUB = b"c" * 16, b"h" * 16


def act(desk, value):
    with desk.core.journal.act(system_actor("s")) as one:
        one.add("office/settings", SettingChanged("desk", value))
        one.add("office/settings", SettingChanged("centre", value))


def status(desk):
    now_ms = int(desk.clock.now().timestamp() * 1000)
    with desk.core.store.read() as conn:
        return read_sync_status(conn, desk.core.journal.device.log, now_ms=now_ms)


def enrol(tx):
    tx.exec_driver_sql("INSERT INTO sync_state (name, value) VALUES ('server_url', ?)",
                       (b"https://city",))  # fmt: skip
    for log, kind in ((CITY, "city"), (HUB, "hub")):
        tx.exec_driver_sql(
            "INSERT INTO peer (log, kind, name, address) VALUES (?,?,?,'')", (log, kind, kind)
        )


def test_unsent_acts_have_age_owner_and_reason(tmp_path):
    desk = open_desk(tmp_path)
    log = desk.core.journal.device.log
    before = status(desk)
    assert not before.enrolled and before.acts == ()
    assert before.unsent == before.here_only > 0
    with desk.core.store.write() as tx:
        enrol(tx)
        seq, digest = tx.exec_driver_sql("SELECT seq, hash FROM head").one()
        tx.exec_driver_sql("INSERT INTO ack VALUES (?,?,?,1,1,?,?)", (log, seq, digest, b"", b""))
    assert status(desk).unsent == 0
    act(desk, "one")
    desk.clock.advance(minutes=5)
    act(desk, "two")
    found = status(desk)
    assert (found.unsent, found.here_only, len(found.acts)) == (4, 4, 2)
    first, second = found.acts
    assert (first.age_seconds, first.owner, first.kind) == (300, "system", "office.setting_changed")
    assert (first.seq, second.seq, first.reason) == (seq + 2, seq + 4, "waiting")
    assert {p.kind: p.missing for p in found.peers} == {"city": seq + 4, "hub": seq + 4}
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("INSERT INTO peer_head VALUES (?,?,?,?)", (HUB, log, seq + 2, digest))
        tx.exec_driver_sql("UPDATE peer SET fault = 'DB-01' WHERE kind = 'city'")
    found = status(desk)
    assert (found.unsent, found.here_only) == (4, 2)
    assert [a.here_only for a in found.acts] == [False, True]
    assert found.acts[0].words == fault_words("DB-01")
    with desk.core.store.write() as tx:
        listed = "INSERT INTO device (log, off, public_key, slot, name, incarnation, last_seq) "
        tx.exec_driver_sql(listed + "VALUES (?, '', ?, 5, 'PC 5', 1, 3)", (HUB, b"k" * 32))
    assert status(desk).here_only == 4, "what a revoked PC holds is lost with it"


def test_a_refusal_names_its_act_and_those_behind_it(tmp_path):
    desk = open_desk(tmp_path)
    log = desk.core.journal.device.log
    act(desk, "one")
    with desk.core.store.write() as tx:
        enrol(tx)
        seq = tx.exec_driver_sql("SELECT seq FROM head").scalar_one()
        tx.exec_driver_sql(
            "INSERT INTO refusal (peer, log, seq, code, words, at) VALUES (?,?,?,'DB-08','no','t')",
            (CITY, log, seq - 1),
        )
    found = status(desk)
    assert [r.peer_name for r in found.refusals] == ["city"]
    assert [a.reason for a in found.acts][-1] == "refused"
    assert found.acts[0].reason == "waiting"
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("UPDATE device SET last_seq = ? WHERE log = ?", (seq - 2, log))
        tx.exec_driver_sql("UPDATE refusal SET settled = 't'")
    found = status(desk)
    assert found.revoked_after == seq - 2 and found.refusals == ()
    assert [a.reason for a in found.acts][-1] == "revoked"
