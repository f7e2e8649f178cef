"""A second PC of a training office, met by hand: logs are carried over without a network."""

from __future__ import annotations

from pathlib import Path

from services.assembly import PROJECTORS
from services.journal.append import Journal
from services.journal.device import create_device
from services.journal.receiving import receive
from services.store.opening import create_store
from services.store.unit import Store
from services.sync.protocol import Origin, Run
from tests.support.devices import Pc
from tests.support.office import Desk

__all__ = ["CITY", "HUB", "acknowledge", "enrol", "meet", "second_pc", "see"]

CITY, HUB = b"c" * 16, b"h" * 16

_DEVICE = "INSERT INTO device (log, off, public_key, slot, name, incarnation) VALUES (?,?,?,?,?,1)"
_PEER = (
    "INSERT INTO peer (log, kind, name, address, app, last_ok, fault, offset_ms) "
    "VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (log) DO UPDATE SET last_ok = excluded.last_ok, "
    "fault = excluded.fault, offset_ms = excluded.offset_ms"
)


def second_pc(desk: Desk, home: Path, name: str = "PC phòng Tư pháp") -> Pc:
    """A PC that joined the office and has everything the first one has."""
    home.mkdir(parents=True)
    key = bytes(range(32))
    device = create_device(home, key=key, name=name, slot=1, clock=desk.clock)
    store = create_store(home, key)
    first = desk.core.journal.device
    for where in (store, desk.core.store):
        with where.write() as tx:
            known = tx.exec_driver_sql("SELECT log FROM device").scalars().all()
            for each in (first, device):
                if each.log not in known:
                    row = (each.log, desk.core.journal.office, each.public_key, each.slot)
                    tx.exec_driver_sql(_DEVICE, (*row, each.name))
    journal = Journal(
        store, device, clock=desk.clock, office=desk.core.journal.office, projectors=PROJECTORS
    )
    pc = Pc(name, store, journal, desk.clock)
    meet(desk, pc)
    return pc


def meet(desk: Desk, pc: Pc) -> None:
    """Both have everything of both afterwards."""
    _carry(desk.core.store, pc.store, desk)
    _carry(pc.store, desk.core.store, desk)


def _carry(source: Store, target: Store, desk: Desk) -> None:
    office = desk.core.journal.office
    with source.read() as conn:
        rows = conn.exec_driver_sql("SELECT log, body, sig FROM ev ORDER BY log, seq").all()
        keys = dict(conn.exec_driver_sql("SELECT log, public_key FROM device").all())
    for log in {bytes(row[0]) for row in rows}:
        events = [(bytes(b), bytes(s) if s else None) for each, b, s in rows if bytes(each) == log]
        run = Run(log, Origin(bytes(keys[log]), 1), tuple(events))
        receive(target, run, clock=desk.clock, office=office, projectors=PROJECTORS)


def enrol(desk: Desk, *, server: str = "https://mot-cua.example") -> None:
    """The office belongs to a city whose server nobody has reached yet."""
    with desk.core.store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO sync_state (name, value) VALUES ('server_url', ?)", (server.encode(),)
        )
    see(desk, CITY, kind="city", name="Hà Nội", seen=False)


def see(
    desk: Desk, log: bytes, *, kind: str, name: str, fault: str = "", offset: int | None = None,
    seen: bool = True,
) -> None:  # fmt: skip
    """A peer answered just now, or failed with `fault`."""
    last = desk.clock.now().isoformat() if seen else ""
    with desk.core.store.write() as tx:
        tx.exec_driver_sql(_PEER, (log, kind, name, "", "1.0", last, fault, offset))


def acknowledge(desk: Desk, *, behind: int = 0) -> None:
    """The city has acknowledged this PC's log but for the newest `behind` events."""
    log = desk.core.journal.device.log
    now = int(desk.clock.now().timestamp() * 1000)
    with desk.core.store.write() as tx:
        seq = tx.exec_driver_sql("SELECT seq FROM head WHERE log = ?", (log,)).scalar_one()
        tx.exec_driver_sql(
            "INSERT OR REPLACE INTO ack VALUES (?,?,?,?,?,?,?)",
            (log, seq - behind, bytes(32), now, 1204, bytes(range(32)), bytes(64)),
        )
