"""A PC of an office as a process of its own, with the real services and no window.

`python -m bench.lanpc HOME --host 127.0.0.2 [--peer HOST:PORT]` listens and meets the others;
`--hub URL,LOG,KEY` instead of `--host` knows only the hub. Every line on its standard input asks
for one thing in JSON and gets one line back. Times are those of the machine's monotonic clock,
which all its processes share.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench.desk import Desk
from bench.offices import opened, person
from models.dossier import Dossier
from services.sync.client import Address
from services.sync.lan import LanPlan, OfficeLan, typed_peers
from services.sync.link import PeerPlace
from services.sync.service import SyncService

BOUND = 60.0


class LanPc:
    """An open office that exchanges, and when it stored what."""

    def __init__(self, home: Path, plan: LanPlan | None) -> None:
        self.office = opened(home)
        core = self.office.core
        self.desk = Desk(core, {name: person(self.office, name) for name in ("tiepnhan",)})
        self.service = SyncService(self.office)
        self._committed, self._at = threading.Event(), 0.0
        core.store.after_commit(self._note)
        self.service.start()
        self.lan = OfficeLan(self.office, self.service, plan) if plan else None
        if self.lan:
            self.lan.start()
        self._waiting: list[Dossier] = []

    def _note(self) -> None:
        self._at = time.monotonic()
        self._committed.set()

    def knows(self, hub: str) -> None:
        """Exchange with this one only."""
        url, log, key = hub.split(",")
        place = Address(url, pin=bytes.fromhex(key))
        self.service.add(PeerPlace(bytes.fromhex(log), place.pin, "hub", "hub", place))

    def who(self) -> dict[str, object]:
        """Its log, key and port."""
        device = self.office.core.journal.device
        return {
            "log": device.log.hex(), "key": device.public_key.hex(),
            "port": self.lan.port if self.lan else 0,
        }  # fmt: skip

    def prepare(self, visits: int) -> int:
        """Take in dossiers that will be transferred; where the log ends then."""
        for _ in range(visits):
            self._waiting += self.desk.receive()
        return self._end(self.office.core.journal.device.log)

    def act(self) -> dict[str, float]:
        """Transfer a dossier; when it began, when it was stored here, where the log ends."""
        dossier = self._waiting.pop()
        begun = time.monotonic()
        self.desk.transfer(dossier)
        stored = time.monotonic()
        log = self.office.core.journal.device.log
        return {"begun": begun, "stored": stored, "seq": self._end(log)}

    def wait(self, log: str, seq: int) -> float:
        """When a log was held so far here; raises TimeoutError."""
        until = time.monotonic() + BOUND
        while time.monotonic() < until:
            self._committed.clear()
            at = self._at
            if self._end(bytes.fromhex(log)) >= seq:
                return at
            self._committed.wait(1)
        raise TimeoutError(f"nothing of {log} came")

    def meets(self, log: str) -> bool:
        """Whether it stands well and even with that peer."""
        try:
            standing, fault = self.service.standing(bytes.fromhex(log))
        except KeyError:
            return False
        return standing.ready and standing.equal and not fault

    def close(self) -> None:
        """Stop."""
        if self.lan:
            self.lan.stop()
        self.service.stop()
        self.office.close()

    def _end(self, log: bytes) -> int:
        head = self.service.logs.heads().get(log)
        return head.seq if head else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.lanpc", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--host", default="")
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("--hub", default="")
    args = parser.parse_args()
    plan = LanPlan(args.host, (0,), typed_peers(args.peer), look_s=0.3) if args.host else None
    pc = LanPc(args.home, plan)
    if args.hub:
        pc.knows(args.hub)
    _say(pc.who())
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        _say(getattr(pc, asked.pop("do"))(**asked))
    pc.close()
    return 0


def _say(said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
