"""A city database with the journals of real training offices poured into it, as sync would."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from models.envelope import unseal
from server.board.readings import refresh
from server.schema import contact, device, dirty_stream, ev, head, office
from server.store.opening import open_database
from server.store.unit import CityDatabase
from services.assembly import OpenOffice
from services.catalogue.catalogue import bundled_catalogue
from services.clock import VIETNAM, FixedClock
from services.journal.reading import all_events
from services.training.office import create_training_office
from services.training.sample import fill_office

NOW = datetime(2026, 11, 19, 10, 30, tzinfo=VIETNAM)
"""A Thursday in working hours."""
NOW_MS = int(NOW.timestamp() * 1000)
MINUTE = 60_000


def filled_office(home: Path, name: str, count: int, *, seed: int = 1) -> OpenOffice:
    """A training office of the ward `name` with made-up dossiers."""
    unit = bundled_catalogue().search_units(name)[0]
    made = create_training_office(home, unit, clock=FixedClock(NOW, seed=seed))
    fill_office(made, count, seed=seed)
    return made


def open_city(home: Path, url: str | None = None) -> CityDatabase:
    """An empty city database, SQLite unless `url` says otherwise."""
    return open_database(url or f"sqlite:///{home / 'city.db'}", home=home)


def add_office(city: CityDatabase, code: str, name: str) -> None:
    """Put an office on the city's list."""
    with city.write(code) as tx:
        tx.execute(
            insert(office).values(off=code, name=name, profile=json.dumps({}), added_ms=NOW_MS)
        )


def pour(city: CityDatabase, made: OpenOffice) -> str:
    """Every event of the office's store into the city, its PC on the roster; returns the code."""
    core = made.core
    code = core.office.unit_code
    add_office(city, code, core.office.unit_name)
    with core.store.read() as conn:
        items = [item for _, item in all_events(conn)]
    log = core.journal.device.log
    with city.write(code) as tx:
        tx.execute(insert(device).values(
            off=code, log=log, public_key=core.journal.device.public_key, incarnation=1, slot=0,
            name=core.journal.device.name, kind="pc", state="admitted",
        ))  # fmt: skip
        put_events(tx, code, [(item.body, item.signature) for item in items])
        tx.execute(insert(contact).values(
            off=code, log=log, seen_ms=NOW_MS - 2 * MINUTE, app="1.0.0", offset_ms=0,
            head_seq=len(items), behind_since_ms=None,
        ))  # fmt: skip
    return code


def put_events(tx, code: str, pairs, *, first_n: int = 0) -> None:
    """Rows of `ev`, `head` and `dirty_stream` as taking a run leaves them."""
    items = [unseal(body, sig) for body, sig in pairs]
    tx.execute(insert(ev), [
        {
            "off": code, "log": item.envelope.log, "seq": item.envelope.seq, "n": first_n + n,
            "st": item.envelope.stream, "rx_ms": NOW_MS, "body": item.body, "hash": item.hash,
            "sig": item.signature,
        }
        for n, item in enumerate(items)
    ])  # fmt: skip
    ends = {item.envelope.log: item for item in items}
    if not first_n:
        tx.execute(insert(head), [
            {
                "off": code, "log": log, "seq": item.envelope.seq, "hash": item.hash,
                "rx_ms": NOW_MS, "tree_size": len(items), "root": b"", "sig": b"",
            }
            for log, item in ends.items()
        ])  # fmt: skip
    streams = {item.envelope.stream for item in items}
    tx.execute(
        insert(dirty_stream), [{"off": code, "st": st, "since_ms": NOW_MS} for st in streams]
    )


def refresh_all(city: CityDatabase) -> int:
    """Refresh until nothing is dirty; returns how many streams were taken."""
    total = 0
    while taken := refresh(city, NOW_MS):
        total += taken
    return total
