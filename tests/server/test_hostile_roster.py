"""A PC's own words never make it a city; what a stolen one let in is void; PCs and city agree."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from models.envelope import GENESIS
from models.errors import ForeignError
from models.events.roster import (
    DeviceAdmitted,
    DeviceRevoked,
    HubOrder,
    IncarnationOpened,
    roster_stream,
)
from models.roster import MOST_VOID_LOGS
from server.context import CityContext
from server.devices import get_device, revoke_device
from server.store.opening import open_database
from server.sync_site import CitySite
from services.assembly import PROJECTORS
from services.clock import FixedClock
from services.journal.receiving import receive
from services.store.opening import create_store, open_store
from services.sync.answering import VOID_MOST, Me, answer
from services.sync.ports import Taken, Verdict
from services.sync.protocol import Head, Heads, Push, Revoked, Run
from services.sync.requests import sign_request
from services.sync.roster import trust_city
from services.sync.wire import encode, path_of
from tests.support.city import OFFICE, START, City, Pen, make_city

STREAM = roster_stream(OFFICE)
KEY = bytes(range(32))
ROSTER = (
    "SELECT log, public_key, incarnation, slot, name, kind, state, last_seq, priority "
    "FROM device WHERE off = :off ORDER BY log"
)


def pen(number: int, incarnation: int = 1) -> Pen:
    return Pen(seed=bytes([number]) * 32, incarnation=incarnation)


def let_in(who: Pen, slot: int = 6, kind: str = "pc") -> DeviceAdmitted:
    return DeviceAdmitted(who.log, who.public_key, who.incarnation, slot, "PC", kind, True)


def rows(tx: Connection) -> list[tuple]:
    return [tuple(row) for row in tx.execute(text(ROSTER), {"off": OFFICE})]


def listed(city: City, of: Pen):
    with city.database.read(OFFICE) as tx:
        at = {"off": OFFICE, "log": of.log}
        query = "SELECT * FROM device WHERE off = :off AND log = :log"
        return dict(tx.execute(text(query), at).mappings().one())


def city_rows(city: City) -> list[tuple]:
    with city.database.read(OFFICE) as tx:
        return rows(tx)


def test_no_pc_makes_itself_the_city(city):
    mallory, victim, puppet = pen(1), pen(2), pen(3)
    city.admit(mallory)
    city.admit(victim, slot=2)
    mallory.write(let_in(puppet, kind="city"), stream=STREAM)
    puppet.write(DeviceRevoked(victim.log, 0, GENESIS, "x"), stream=STREAM)
    for one in (mallory, puppet):
        assert city.store().take(one.run()).verdict is Verdict.TAKEN
    assert listed(city, victim)["last_seq"] is None
    assert (listed(city, puppet)["kind"], listed(city, puppet)["state"]) == ("pc", "provisional")


def test_what_a_stolen_pc_lets_in_is_void_whichever_came_first(city):
    thief, early, late = pen(1), pen(2), pen(3)
    city.admit(thief)
    thief.write(let_in(early), stream=STREAM)
    thief.write(let_in(late, 7), stream=STREAM)
    late.write("before the theft was known")
    store = city.store()
    for one in (thief, late):
        store.take(one.run())
    revoke_device(
        city.journal, get_device(city.database, thief.log.hex()), after_seq=1, reason="mất"
    )
    early.write("honest")
    late.write("forged")
    assert store.take(early.run()).verdict is Verdict.TAKEN
    assert store.take(late.run()).verdict is Verdict.REVOKED
    assert listed(city, late)["last_seq"] == 0 and listed(city, early)["last_seq"] is None


def test_a_revoked_key_opens_a_few_void_logs_and_no_more(city):
    thief, store = pen(1), city.store()
    city.admit(thief)
    thief.write("x")
    store.take(thief.run())
    revoke_device(city.journal, get_device(city.database, thief.log.hex()), after_seq=1, reason="")
    for number in range(2, MOST_VOID_LOGS + 4):
        new = pen(1, number)
        new.write(IncarnationOpened(new.public_key, number, thief.log, 1), stream=STREAM)
        if number <= MOST_VOID_LOGS:
            assert store.take(new.run()).verdict is Verdict.REVOKED
            continue
        with pytest.raises(ForeignError, match="DB-25"):
            store.take(new.run())
    assert len(store.heads()) == 1 + MOST_VOID_LOGS
    new = pen(1, 2)
    new.write(IncarnationOpened(new.public_key, 2, thief.log, 1), "more", stream=STREAM)
    assert store.take(new.run()).verdict is Verdict.REVOKED, "one that is kept is still known"


def test_a_revoked_pc_hands_in_proof_and_no_bulk(city):
    thief, store = pen(1), city.store()
    city.admit(thief)
    thief.write(*(str(n) for n in range(5)))
    store.take(thief.run())
    revoke_device(city.journal, get_device(city.database, thief.log.hex()), after_seq=5, reason="")
    thief.write(*(str(n) for n in range(VOID_MOST)))
    thief.write("one too many")
    member = CitySite(context(city), version="0").open(*question(city, thief)).member
    assert member.last_seq == 5
    for after in (5, VOID_MOST + 5):
        said = answer(
            store, Push(OFFICE, thief.run(after, after + VOID_MOST)), asker=member,
            me=Me(city.key.log(OFFICE)), now_ms=0,
        )  # fmt: skip
        assert said == Revoked(thief.log, 5)
    assert store.heads()[thief.log].seq == VOID_MOST + 5


def test_with_any_log_of_its_key_revoked_a_pc_learns_nothing_from_the_city(city):
    """A PC introduces itself with its first log; the stolen one is known by its last."""
    thief, again, other = pen(1), pen(1, 2), pen(2)
    city.admit(thief)
    city.admit(other, slot=2)
    again.write(IncarnationOpened(again.public_key, 2, thief.log, 0), stream=STREAM)
    city.store().take(again.run())
    site = CitySite(context(city), version="0")
    assert site.open(*question(city, thief)).member.last_seq is None
    revoke_device(city.journal, get_device(city.database, again.log.hex()), after_seq=1, reason="")
    opened = site.open(*question(city, thief))
    assert opened.member.last_seq == 1
    assert site.answer(opened) == Revoked(thief.log, 1)
    assert site.open(*question(city, other)).member.last_seq is None


def context(city: City) -> CityContext:
    return CityContext(
        city.database, city.key, city.journal, city.clock, Path("unused"), lambda _office: None
    )


def question(city: City, who: Pen) -> tuple[str, dict[str, str], bytes]:
    asked = Heads(OFFICE)
    body, path = encode(asked), path_of(asked)
    now_ms = int(city.clock.now().timestamp() * 1000)
    headers = sign_request(
        "POST", path, body, log=who.log, sign=who.private.sign, time_ms=now_ms,
        nonce=city.clock.random(16),
    )  # fmt: skip
    return path, headers, body


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    create_store(folder / "pc", KEY).close()
    home = folder / "city"
    open_database(f"sqlite:///{home / 'city.db'}", home=home).close()
    return folder


def logs_of(choices: list[tuple[int, int, int]]) -> tuple[list[tuple], list[Pen]]:
    """What the city says in turn, and the logs of two PCs and their guests."""
    pcs = [pen(n) for n in (1, 2)]
    guests = [pen(n) for n in (3, 4)]
    everybody = pcs + guests
    said: list[tuple] = [(DeviceAdmitted(p.log, p.public_key, 1, 1, "PC"),) for p in pcs]
    for act, who, whom in choices:
        one, other = everybody[who], everybody[whom]
        match act:
            case 0:
                one.write(let_in(other, 6 + whom, ("pc", "city")[who % 2]), stream=STREAM)
            case 1:
                said.append((DeviceAdmitted(other.log, other.public_key, 1, whom, "PC"),))
            case 2:
                said.append((DeviceRevoked(other.log, who, GENESIS, ""), HubOrder((one.log,))))
            case 3:
                new = pen(1 + who, one.incarnation + 1)
                opened = IncarnationOpened(new.public_key, new.incarnation, one.log, 0)
                new.write(opened, let_in(other, 6), stream=STREAM)
                everybody.append(new)
            case _:
                one.write(DeviceRevoked(other.log, 0, GENESIS, ""), stream=STREAM)
    return said, [p for p in everybody if p.events]


def deliver(take, runs: list[Run]) -> None:
    """Hand runs over, again and again while that still brings something new."""
    waiting = runs
    while True:
        left = [run for run in waiting if not taken(take, run)]
        if not left or len(left) == len(waiting):
            return
        waiting = left


def taken(take, run: Run) -> bool:
    try:
        found: Taken = take(run)
    except ForeignError as error:
        assert error.code == "DB-07"
        return False
    return found.verdict is not Verdict.GAP


ACTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)), max_size=9)


@given(choices=ACTS, mix=st.randoms(use_true_random=False))
@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_pcs_and_city_have_the_same_roster_whatever_came_first(
    empty, tmp_path_factory, choices, mix
):
    folder = tmp_path_factory.mktemp("history")
    said, pens = logs_of(choices)
    home = Path(shutil.copytree(empty / "city", folder / "city"))
    database = open_database(f"sqlite:///{home / 'city.db'}", home=home)
    city = make_city(database, home)
    single = [p.run(n, n + 1) for p in pens for n in range(len(p.events)) if p.events[n].signature]
    whole = [p.run() for p in pens]
    for word in said:
        city.journal.append(OFFICE, [(STREAM, event) for event in word])
        for run in mix.sample(single, len(single)):
            taken(city.store().take, run)
    deliver(city.store().take, whole)
    mine = city.key.log(OFFICE)
    head = city.store().heads()[mine].seq
    start = city.store().run_after
    of_city = [start(mine, head_of(city, n), events=1, size=1) for n in range(head)]
    tables = [city_rows(city)]
    for name in ("a", "b"):
        shutil.copytree(empty / "pc", folder / name)
        store = open_store(folder / name, KEY)
        with store.write() as tx:
            trust_city(tx, city.key.public_key, OFFICE)
        runs = [run for run in (*of_city, *whole) if run is not None]
        clock = FixedClock(START)

        def take(run: Run, store=store, clock=clock) -> Taken:
            return receive(store, run, office=OFFICE, clock=clock, projectors=PROJECTORS)

        deliver(take, mix.sample(runs, len(runs)))
        with store.read() as conn:
            tables.append(rows(conn))
        store.close()
    database.close()
    assert tables[0] == tables[1] == tables[2]
    assert all(row[5] != "city" for row in tables[0] if row[0] != mine)


def head_of(city: City, seq: int):
    with city.database.read(OFFICE) as tx:
        found = tx.execute(
            text("SELECT hash FROM ev WHERE off = :off AND log = :log AND seq = :seq"),
            {"off": OFFICE, "log": city.key.log(OFFICE), "seq": seq},
        ).scalar()
    return Head(seq, bytes(found) if found else GENESIS)
