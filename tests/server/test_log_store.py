"""The city's log store: what is taken, what is refused, what a repeat does, what is signed."""

from dataclasses import replace

import pytest
from sqlalchemy import event, text

from models.envelope import log_id
from models.errors import ForeignError
from models.events.roster import (
    DeviceAdmitted,
    DeviceRevoked,
    HubOrder,
    IncarnationOpened,
    roster_stream,
)
from models.merkle import Edge, event_leaf
from server.roster import refresh_roster
from server.store.opening import open_database
from server.verifying import verify_office
from services.journal.device import signature_holds
from services.sync.accept import check_signature, read_run
from services.sync.ports import Verdict
from services.sync.protocol import Head, Run, ack_bytes
from tests.support.city import OFFICE, OTHER, Pen, make_city


@pytest.fixture
def pen(city):
    made = Pen()
    city.admit(made)
    return made


def written(city, call):
    """The statements that write which `call` makes."""
    found = []

    def listen(_conn, _cursor, statement, *_):
        if statement.split()[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            found.append(statement)

    event.listen(city.database.engine, "before_cursor_execute", listen)
    try:
        call()
    finally:
        event.remove(city.database.engine, "before_cursor_execute", listen)
    return found


def test_a_run_is_taken_acknowledged_and_given_on(city, pen):
    pen.write("a", "b")
    pen.write("c", stream="book/1")
    store = city.store()
    taken = store.take(pen.run())
    assert (taken.verdict, taken.head) == (Verdict.TAKEN, pen.head())
    assert taken.streams == {"dossier/d1", "book/1"}
    assert store.heads()[pen.log] == pen.head()
    assert store.run_after(pen.log, Head(0, bytes(32)), events=500, size=1 << 20) == pen.run()
    assert city.changed[-1] == OFFICE
    ack = store.acknowledge(pen.log)
    assert ack.head == pen.head()
    assert ack.received_ms == int(city.clock.now().timestamp() * 1000)
    assert signature_holds(city.key.public_key, ack_bytes(ack), ack.signature)
    roster = store.run_after(city.key.log(OFFICE), Head(0, bytes(32)), events=9, size=999)
    digests = [(city.key.log(OFFICE), 1, store.heads()[city.key.log(OFFICE)].hash)]
    digests += [(pen.log, e.envelope.seq, e.hash) for e in pen.events]
    edge, _ = Edge().grown(event_leaf(*leaf) for leaf in digests)
    assert (ack.tree_size, ack.root) == (4, edge.root())
    assert len(roster.events) == 1
    with city.database.read(OFFICE) as tx:
        dirty = tx.execute(text("SELECT st FROM dirty_stream ORDER BY st")).scalars().all()
        order = tx.execute(text("SELECT n FROM ev ORDER BY n")).scalars().all()
    assert dirty == ["book/1", "dossier/d1", f"roster/{OFFICE}"]
    assert order == [0, 1, 2, 3]


def test_a_repeat_writes_nothing_and_gets_the_same_acknowledgement(city, pen):
    store = city.store()
    pen.write("a", "b")
    store.take(pen.run())
    before = store.acknowledge(pen.log)
    city.clock.advance(hours=1)
    assert not written(city, lambda: store.take(pen.run()))
    assert store.take(pen.run()).verdict is Verdict.KNOWN
    assert store.acknowledge(pen.log) == before
    pen.write("c")
    overlapping = store.take(pen.run())
    assert overlapping.verdict is Verdict.TAKEN
    assert store.acknowledge(pen.log).tree_size == before.tree_size + 1


def test_a_gap_is_told_and_stores_nothing(city, pen):
    for content in "abc":
        pen.write(content)
    store = city.store()
    store.take(pen.run(0, 1))
    found = written(city, lambda: store.take(pen.run(2)))
    assert not found
    taken = store.take(pen.run(2))
    assert (taken.verdict, taken.head) == (Verdict.GAP, Head(1, pen.events[0].hash))


def test_a_log_written_twice_is_proved_and_kept(city, pen):
    store = city.store()
    pen.write("a")
    pen.write("b")
    store.take(pen.run())
    other = Pen()
    other.write("a")
    other.write("B")
    taken = store.take(other.run())
    assert (taken.verdict, taken.fork_seq) == (Verdict.FORK, 2)
    assert taken.proof == (pen.events[1].body, pen.events[1].signature)
    assert taken.head == pen.head()
    store.take(other.run())
    with city.database.read(OFFICE) as tx:
        kept = tx.execute(text("SELECT hash_a, hash_b FROM fork")).all()
    assert [tuple(map(bytes, row)) for row in kept] == [(pen.events[1].hash, other.events[1].hash)]
    assert store.run_after(other.log, other.head(), events=9, size=99) is None


def test_after_a_revocation_events_are_kept_and_told(city, pen):
    store = city.store()
    pen.write("a")
    store.take(pen.run())
    end = pen.head()
    said = DeviceRevoked(pen.log, end.seq, end.hash, "mất máy")
    city.journal.append(OFFICE, [(roster_stream(OFFICE), said)])
    pen.write("b")
    taken = store.take(pen.run())
    assert (taken.verdict, taken.after_seq) == (Verdict.REVOKED, 1)
    assert store.heads()[pen.log] == pen.head()


def test_strangers_forgers_and_other_offices_are_refused(city, pen):
    store, stranger = city.store(), Pen(seed=b"\2" * 32)
    pen.write("a", "b")
    stranger.write("x")
    foreign = Pen(office=OTHER)
    foreign.write("x")
    body, signature = pen.events[1].body, pen.events[1].signature
    first = (pen.events[0].body, None)
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    bad = {
        "DB-07": stranger.run(),
        "DB-08": foreign.run(),
        "DB-17": Run(pen.log, pen.origin, ((body, signature), first)),
        "DB-11": Run(pen.log, pen.origin, (first, (body, flipped))),
        "NK-01": Run(pen.log, pen.origin, ((b"\x90", None),)),
    }
    heads = store.heads()
    for code, run in bad.items():
        with pytest.raises(ForeignError, match=code):
            store.take(run)
    for run in (
        Run(pen.log, pen.origin, ()),
        Run(pen.log, pen.origin, (first,)),
        Run(stranger.log, stranger.origin, pen.run().events),
        Run(pen.log, pen.origin, ((body[:-1] + b"\0", signature),)),
    ):
        with pytest.raises(ForeignError):
            store.take(run)
    with pytest.raises(ForeignError, match="DB-07"):
        city.store(OTHER).take(foreign.run())
    assert store.heads() == heads


def test_a_restored_device_goes_on_in_a_new_log(city, pen):
    store, again = city.store(), Pen(incarnation=2)
    again.write(IncarnationOpened(pen.public_key, 2, pen.log, 0), stream=roster_stream(OFFICE))
    assert store.take(again.run()).verdict is Verdict.TAKEN
    with city.database.read(OFFICE) as tx:
        row = tx.execute(
            text("SELECT slot, name, state FROM device WHERE log = :log"), {"log": again.log}
        ).one()
    assert tuple(row) == (1, "PC 1", "admitted")
    run = store.run_after(again.log, Head(0, bytes(32)), events=9, size=999)
    assert run.origin.incarnation == 2
    stranger = Pen(seed=b"\3" * 32, incarnation=2)
    stranger.write(
        IncarnationOpened(stranger.public_key, 2, pen.log, 0), stream=roster_stream(OFFICE)
    )
    with pytest.raises(ForeignError, match="DB-07"):
        store.take(stranger.run())


def test_a_revoked_key_opens_no_valid_log(city, pen):
    store, again = city.store(), Pen(incarnation=2)
    said = DeviceRevoked(pen.log, 0, bytes(32), "mất máy")
    city.journal.append(OFFICE, [(roster_stream(OFFICE), said)])
    again.write(IncarnationOpened(pen.public_key, 2, pen.log, 0), stream=roster_stream(OFFICE))
    assert store.take(again.run()).verdict is Verdict.REVOKED
    again.write("x")
    taken = store.take(again.run())
    assert (taken.verdict, taken.after_seq) == (Verdict.REVOKED, 0)


def test_only_the_city_ranks_and_pcs_admit_provisionally(city, pen):
    store, new = city.store(), Pen(seed=b"\4" * 32)
    said = DeviceAdmitted(new.log, new.public_key, 1, 5, "PC 5", provisional=True)
    pen.write(said, HubOrder((pen.log,)), stream=roster_stream(OFFICE))
    store.take(pen.run())
    query = text("SELECT state, priority FROM device WHERE log = :log")
    with city.database.read(OFFICE) as tx:
        assert tuple(tx.execute(query, {"log": new.log}).one()) == ("provisional", None)
        assert tx.execute(query, {"log": pen.log}).one().priority is None
    order = HubOrder((new.log, pen.log))
    city.journal.append(OFFICE, [(roster_stream(OFFICE), order)])
    city.admit(new, slot=6)
    with city.database.write(OFFICE) as tx:
        assert tuple(tx.execute(query, {"log": new.log}).one()) == ("admitted", 0)
        refresh_roster(tx, OFFICE, city.key.public_key)
        assert tx.execute(query, {"log": pen.log}).one().priority == 1


def test_the_repository_filter_alone_hides_other_offices(city, pen, postgres_cluster):
    """The first wall without the second: the same questions by a role that no policy binds."""
    pen.write("a")
    city.store().take(pen.run())
    if city.database.is_postgres:
        name = city.database.engine.url.database
        postgres_cluster.run_sql(
            "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_policies LOOP "
            "EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', t); END LOOP; END $$",
            database=name,
        )
    other = city.store(OTHER)
    assert other.heads() == {}
    assert other.run_after(pen.log, Head(0, bytes(32)), events=9, size=99) is None
    assert other.acks() == ()
    with pytest.raises(ForeignError, match="DB-07"):
        other.take(replace_office(pen))
    with pytest.raises(LookupError):
        other.acknowledge(pen.log)


def replace_office(pen):
    other = Pen(office=OTHER)
    other.write("a")
    return other.run()


def test_runs_end_at_a_signature_and_keep_the_limits(city, pen):
    store, start = city.store(), Head(0, bytes(32))
    for act in ("abc", "d", "ef"):
        pen.write(*act)
        store.take(pen.run(store.heads().get(pen.log, start).seq))
    for events, size, expected in (
        (1, 1 << 20, 3), (4, 1 << 20, 4), (5, 1 << 20, 4), (6, 1 << 20, 6), (6, 1, 3),
    ):  # fmt: skip
        run = store.run_after(pen.log, start, events=events, size=size)
        assert len(run.events) == expected, (events, size)
    rest = store.run_after(pen.log, Head(4, pen.events[3].hash), events=1, size=1)
    assert rest == pen.run(4)
    assert store.run_after(pen.log, pen.head(), events=9, size=99) is None
    assert store.run_after(pen.log, Head(4, bytes(32)), events=9, size=99) is None


def test_rubbish_among_the_signatures_of_a_run_is_never_served(city, pen):
    """Whoever owns a key on the roster cannot make the city end a run at what nobody can check."""
    for each in "abcdef":
        pen.write(each)
    store, start = city.store(), Head(0, bytes(32))
    for first, until in ((0, 3), (3, 6)):
        pairs = pen.run(first, until).events
        rubbish = tuple((body, bytes(64)) for body, _ in pairs[:-1])
        with pytest.raises(ForeignError, match="DB-11"):
            store.take(Run(pen.log, pen.origin, (*rubbish, (pairs[-1][0], bytes(64)))))
        taken = store.take(Run(pen.log, pen.origin, (*rubbish, pairs[-1])))
        assert (taken.verdict, taken.head.seq) == (Verdict.TAKEN, until)
    assert verify_office(city.database, city.key, OFFICE).fault == ""
    reached = 0
    for events in (1, 2, 4, 5, 6):
        run = store.run_after(pen.log, start, events=events, size=1 << 20)
        check_signature(read_run(run.events, OFFICE), pen.public_key)
        reached = max(reached, len(run.events))
    assert reached == 6
    middle = store.run_after(pen.log, Head(4, pen.events[3].hash), events=1, size=1 << 20)
    assert middle == pen.run(4)


def test_acknowledgements_and_what_peers_hold(city, pen):
    store = city.store()
    pen.write("a")
    store.take(pen.run())
    ack = store.acknowledge(pen.log)
    assert store.acks([pen.log]) == (ack,)
    assert {each.log for each in store.acks()} == {pen.log, city.key.log(OFFICE)}
    for seq in (1, 2):
        store.keep_ack(b"p" * 16, replace(ack, head=Head(seq, bytes(32))))
    with city.database.read(OFFICE) as tx:
        assert tx.execute(text("SELECT seq FROM peer_head")).scalars().all() == [2]


def test_the_log_id_belongs_to_the_key():
    assert Pen().log == log_id(Pen().public_key, 1)


def test_a_city_restored_from_a_backup_takes_its_own_words_back(city, pen, tmp_path):
    log, start = city.key.log(OFFICE), Head(0, bytes(32))
    city.journal.append(OFFICE, [(roster_stream(OFFICE), HubOrder((pen.log,)))])
    run = city.store().run_after(log, start, events=9, size=1 << 20)
    database = open_database(f"sqlite:///{tmp_path / 'older.db'}", home=tmp_path)
    try:
        older = make_city(database, tmp_path / "older")
        assert older.store().take(run).verdict is Verdict.TAKEN
        assert older.store().heads() == city.store().heads()
        pen.write("a")
        assert older.store().take(pen.run()).verdict is Verdict.TAKEN
        older.admit(Pen(seed=b"\7" * 32), slot=2)
        assert older.store().heads()[log] == city.store().heads()[log]  # its log is not continued
        assert verify_office(database, older.key, OFFICE).fault == ""
    finally:
        database.close()
