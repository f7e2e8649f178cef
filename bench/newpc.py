"""A new PC with one office-year, by snapshot and run by run: `python -m bench.newpc [--quick]`.

The city answers in this process, every message packed and unpacked as on the wire, without HTTP.
Checks of hashes, chains and signatures and the making of the read models count. The raw engine is
one bulk insert of the same rows into a bare SQLCipher file, without any check or read model.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from bench.measure import timed
from bench.offices import LIKE_OURS, opened, seeded_home
from bench.surroundings import surroundings
from models.events.roster import DeviceAdmitted, roster_stream
from server.context import CityContext, opened_city
from server.offices import add_office
from services.assembly import OpenOffice
from services.clock import SystemClock
from services.journal.device import Device
from services.store.opening import STORE_FILE, create_store
from services.store.wraps import Kdf
from services.sync.accept import Member
from services.sync.answering import Me, answer
from services.sync.enrolment import Place
from services.sync.joining import begin_joining, download
from services.sync.protocol import Answer, Origin, Pair, Question, Run
from services.sync.wire import decode_answer, decode_question, encode

YEAR = 8_750
"""35 dossiers on each of 250 working days."""
KEY = bytes(range(32))
PUSH = 25
RATIO_IS = "by snapshot to one bulk insert of the same events into a bare SQLCipher file"
_LOG = "SELECT body, hash FROM ev WHERE log = ? ORDER BY seq"
_EVENTS = "SELECT * FROM ev ORDER BY n"
_INSERT = "INSERT INTO ev VALUES (?,?,?,?,?,?,?,?,?,?,?)"


@dataclass
class City:
    """The city as a source to join from; `snapshot` says whether it has one."""

    city: CityContext
    office: str
    snapshot: bool
    asker: Member | None = None
    bytes: int = 0
    asked: int = 0

    def admit(self, device: Device) -> Place:
        """A place; the roster is not what is measured."""
        self.asker = Member(device.log, device.public_key)
        return Place(self.office, self.office, 1, "PC 2", self.city.key.public_key, "http://[::1]")

    def ask(self, question: Question) -> Answer:
        """The city's answer, by way of the bytes on the wire."""
        assert self.asker is not None
        said = answer(
            self.city.store(self.office), decode_question(encode(question)), asker=self.asker,
            me=Me(self.city.key.log(self.office)), now_ms=self.city.journal.now_ms(),
            snaps=self.city.snapshots(self.office) if self.snapshot else None,
        )  # fmt: skip
        sent = encode(said)
        self.bytes += len(sent)
        self.asked += 1
        return decode_answer(sent)

    def close(self) -> None:
        """Nothing is held."""


def main() -> int:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m bench.newpc", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="300 dossiers instead of a year's")
    parser.add_argument("--dossiers", type=int, help=f"{YEAR} are an office-year")
    args = parser.parse_args()
    told = surroundings()
    measured = measure(args.dossiers or (300 if args.quick else YEAR))
    record = {**measured, **told, "load_after": round(os.getloadavg()[0], 1)}
    print(json.dumps({"name": "newpc", "quick": args.quick, **record}))
    return 0


def measure(dossiers: int) -> dict[str, object]:
    """The three ways in turn, once each; ratio is snapshot to bulk insert."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(seeded_home(dossiers), folder / "pc1")
        office = opened(folder / "pc1")
        try:
            with _city(folder / "city", office) as city:
                code = office.core.office.unit_code
                making = timed(lambda: city.snapshots(code).manifest())
                snapshot = _join(folder / "pc2", City(city, code, True))
                events = _join(folder / "pc3", City(city, code, False))
            bulk = timed(_bulk(folder / "bare", office))
        finally:
            office.close()
    return {
        "dossiers": dossiers, "events": snapshot["events"],
        "made_ms": round(making), "snapshot_ms": snapshot["ms"], "events_ms": events["ms"],
        "bulk_ms": round(bulk, 1), "snapshot_bytes": snapshot["bytes"],
        "events_bytes": events["bytes"], "snapshot_requests": snapshot["requests"],
        "events_requests": events["requests"],
        "to_events": round(snapshot["ms"] / events["ms"], 3),
        "ratio": round(snapshot["ms"] / bulk, 2), "ratio_is": RATIO_IS,
    }  # fmt: skip


@contextmanager
def _city(home: Path, office: OpenOffice) -> Iterator[CityContext]:
    """A city that holds the journal of `office`."""
    core = office.core
    with core.store.read() as conn:
        devices = conn.exec_driver_sql("SELECT log, public_key, incarnation FROM device").all()
    with opened_city(f"sqlite:///{home / 'city.db'}", home) as city:
        code = core.office.unit_code
        add_office(city.journal, code, name=code, profile={})
        for log, key, incarnation in devices:  # a copied folder goes on in a log of its own
            said = DeviceAdmitted(log, key, incarnation, 0, "PC 1")
            city.journal.append(code, [(roster_stream(code), said)])
            for events in _pushes(office, log):
                city.store(code).take(Run(log, Origin(key, incarnation), events))
        yield city


def _pushes(office: OpenOffice, log: bytes) -> Iterator[tuple[Pair, ...]]:
    """A log as a PC at work sends it: a few events at a time, the last one signed.

    The seeding signed thousands of events as one act, which no desk does.
    """
    device = office.core.journal.device
    with office.core.store.read() as conn:
        rows = conn.exec_driver_sql(_LOG, (log,)).all()
    for start in range(0, len(rows), PUSH):
        part = rows[start : start + PUSH]
        last = part[-1]
        yield (*((row.body, None) for row in part[:-1]), (last.body, device.sign(last.hash)))


def _join(home: Path, source: City) -> dict[str, Any]:
    """Fetch the office's journal into an empty folder; only that is timed."""
    step = begin_joining(home, "code", make_source=lambda _device: source, clock=SystemClock(),
                         kdf=Kdf(8, 1, 1))  # fmt: skip
    try:
        taken = timed(lambda: download(step))
        events = sum(head.seq for head in step.logs.heads().values())
    finally:
        step.close()
    return {
        "ms": round(taken, 1), "events": events, "bytes": source.bytes, "requests": source.asked
    }  # fmt: skip


def _bulk(home: Path, office: OpenOffice) -> Any:
    """The work of writing the same events into an empty file of the same kind, at once."""
    with office.core.store.read() as conn:
        rows = [tuple(row) for row in conn.exec_driver_sql(_EVENTS)]
    home.mkdir()
    create_store(home, KEY).close()

    def write() -> None:
        raw = sqlcipher.connect(str(home / STORE_FILE), isolation_level=None)
        raw.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        for pragma in LIKE_OURS:
            raw.execute(f"PRAGMA {pragma}").fetchall()
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(_INSERT, rows)
        raw.execute("COMMIT")
        raw.close()

    return write


if __name__ == "__main__":
    raise SystemExit(main())
