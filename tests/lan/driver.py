"""A PC without a window: the services of an open office, driven by lines of JSON on stdin.

    python -m tests.lan.driver HOME LOGIN --listen HOST:PORT [--peer HOST:PORT] [--silent MS]

Every line asks for one thing and gets one line back: {"ok": ...} or {"error": code}.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from models.errors import OfficeError
from services.assembly import open_office
from services.clock import SystemClock
from services.dossiers.book_holding import (
    confirm_takeover,
    hand_book_over,
    propose_takeover,
    read_holding,
)
from services.dossiers.books import book_rows
from services.journal.verify import verify_journal
from services.sync.lan import LanPlan, OfficeLan
from services.sync.once import read_status
from services.sync.protocol import heads_digest
from services.sync.service import SyncService
from services.training.accounts import PASSWORD
from tests.support.office import Desk

SERIES = "GXN"


class Pc:
    """One PC at work: acts of its people, and what it knows of the others."""

    def __init__(self, home: Path, login: str, plan: LanPlan) -> None:
        clock = SystemClock()
        self.office = open_office(home, login, PASSWORD, clock=clock)
        self.desk = Desk(self.office, clock)
        self.service = SyncService(self.office)
        self.lan = OfficeLan(self.office, self.service, plan)
        self.service.start()
        self.lan.start()
        self.year = clock.now().year

    def close(self) -> None:
        self.lan.stop()
        self.service.stop()
        self.office.close()

    # acts

    def receive(self) -> str:
        return self.desk.receive().id

    def handle(self, dossier: str) -> str:
        self.desk.to_officer(dossier)
        return self.desk.submit(dossier).status

    def approve(self, dossier: str) -> str:
        return self.desk.approve(dossier).status

    def number(self, dossier: str) -> int:
        made = self.desk.number(dossier).number
        assert made is not None
        return made.number

    def sign(self, dossier: str) -> str:
        return self.desk.sign(dossier).status

    def hand_over(self, to: str) -> None:
        hand_book_over(self.desk.core, self.desk.as_("vanthu"), self.year, series=SERIES, to=to)

    def take_over(self, last: int) -> str:
        core = self.desk.core
        propose_takeover(
            core, self.desk.as_("lanhdao"), self.year, series=SERIES, last=last, reason="máy hỏng"
        )
        confirm_takeover(core, self.desk.as_("vanthu"), self.year, series=SERIES, last=last)
        return read_holding(core, self.year, SERIES).holder.log

    # looks

    def status(self, dossier: str) -> str:
        try:
            return self.desk.load(dossier).status
        except OfficeError:
            return ""

    def wait(self, dossier: str, status: str, seconds: float = 60) -> bool:
        until = time.monotonic() + seconds
        while self.status(dossier) != status:
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def log(self) -> str:
        return self.desk.core.journal.device.log.hex()

    def slot(self) -> int:
        return self.desk.core.journal.device.slot

    def digest(self) -> str:
        return heads_digest(self.service.logs.heads()).hex()

    def relaying(self) -> bool:
        return self.lan.relaying

    def peers(self) -> dict[str, str]:
        found = {}
        for log, place in self.service.peers().items():
            try:
                standing, fault = self.service.standing(log)
            except KeyError:  # being added this moment
                continue
            state = fault or ("equal" if standing.ready and standing.equal else "behind")
            found[place.kind if place.kind == "city" else log.hex()] = state
        return found

    def unsent(self) -> int:
        return read_status(self.office).unsent

    def book(self) -> list[list[object]]:
        with self.desk.core.store.read() as conn:
            return [[e.number, e.dossier, e.state] for e in book_rows(conn, self.year, SERIES)]

    def verify(self) -> bool:
        with self.desk.core.store.read() as conn:
            return verify_journal(conn).verified


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("login")
    parser.add_argument("--listen", required=True)
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("--silent", type=int, default=60_000)
    parser.add_argument("--look", type=float, default=3.0)
    args = parser.parse_args()
    host, _, port = args.listen.rpartition(":")
    plan = LanPlan(host, (int(port), 0), tuple(args.peer), look_s=args.look, silent_ms=args.silent)
    pc = Pc(args.home, args.login, plan)
    answer({"ok": pc.lan.port})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer({"ok": getattr(pc, asked.pop("do"))(**asked)})
        except OfficeError as error:
            answer({"error": error.code, "what": error.sentence()})
    pc.close()


def answer(said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
