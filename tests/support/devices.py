"""Several PCs of one office, each with its own encrypted store and device key, no network."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from models.dossier import Dossier
from models.envelope import Actor, unseal
from models.fold import fold
from services.assembly import PROJECTORS
from services.clock import VIETNAM, FixedClock
from services.dossiers.read_model import dossier_stream
from services.journal.append import Journal
from services.journal.device import Device, create_device
from services.journal.reading import all_events, stream_events
from services.journal.receiving import receive
from services.store.opening import create_store, open_store
from services.store.unit import Store
from services.sync.ports import Taken
from services.sync.protocol import Origin, Run

KEY = bytes(range(32))
OFFICE = "00316"
START = datetime(2026, 11, 16, 8, 0, tzinfo=VIETNAM)


@dataclass
class Pc:
    """One PC: its store, its journal, its (possibly wrong) clock."""

    name: str
    store: Store
    journal: Journal
    clock: FixedClock

    def act(self, dossier_id: str, actor: Actor, event) -> None:
        with self.journal.act(actor) as act:
            act.add(dossier_stream(dossier_id), event)

    def dossier(self, dossier_id: str) -> Dossier:
        with self.store.read() as conn:
            return fold(dossier_id, stream_events(conn, dossier_stream(dossier_id)))

    def log(self, log: bytes) -> list[tuple[bytes, bytes | None]]:
        with self.store.read() as conn:
            rows = conn.exec_driver_sql(
                "SELECT body, sig FROM ev WHERE log = ? ORDER BY seq", (log,)
            ).all()
        return [(bytes(body), bytes(sig) if sig else None) for body, sig in rows]

    def take(self, batch: list[tuple[bytes, bytes | None]]) -> Taken:
        run = Run(unseal(*batch[0]).envelope.log, Origin(b"", 0), tuple(batch))
        return receive(self.store, run, office=OFFICE, clock=self.clock, projectors=PROJECTORS)

    def hashes(self) -> set[bytes]:
        with self.store.read() as conn:
            return {item.hash for _, item in all_events(conn)}

    def row(self, dossier_id: str):
        with self.store.read() as conn:
            return conn.exec_driver_sql("SELECT * FROM dossier WHERE id = ?", (dossier_id,)).first()


def make_template(folder: Path, count: int = 3) -> list[Device]:
    """One store file with all devices on its roster, to be copied for every history."""
    store = create_store(folder / "template", KEY)
    clock = FixedClock(START, seed=7)
    devices = []
    for slot in range(count):
        home = folder / f"device-{slot}"
        home.mkdir()
        devices.append(create_device(home, key=KEY, name=f"PC {slot}", slot=slot, clock=clock))
    with store.write() as tx:
        for device in devices:
            tx.exec_driver_sql(
                "INSERT INTO device (log, off, public_key, slot, name, incarnation) "
                "VALUES (?,?,?,?,?,1)",
                (device.log, OFFICE, device.public_key, device.slot, device.name),
            )
    store.close()
    return devices


def open_pcs(template: Path, devices: list[Device], folder: Path, skews: list[timedelta]):
    """Fresh PCs from the template; `skews` are the errors of their clocks."""
    pcs = []
    for device, skew in zip(devices, skews, strict=True):
        home = folder / device.name
        shutil.copytree(template, home)
        store = open_store(home, KEY)
        clock = FixedClock(START + skew, seed=device.slot)
        journal = Journal(store, device, clock=clock, office=OFFICE, projectors=PROJECTORS)
        pcs.append(Pc(device.name, store, journal, clock))
    return pcs
