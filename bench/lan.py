"""An act on PC 1 until it is durable on PC 3: three PCs of an office without a city.

Each PC is a process (`lanpc.py`) with its own SQLCipher store and address of loopback; they speak
TLS with pinned keys. By way of the hub: PC 1 and PC 3 know only the hub. Straight: the hub is
switched off, they know each other. Beside every act, in the same run, as many fsyncs and round
trips as it needs at the least.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.city import ROOT, serving
from bench.floor import Floor, bare
from bench.measure import Sample, timed
from bench.offices import opened
from server.context import opened_city
from server.enrolment import issue_code
from server.offices import add_office
from services.catalogue.catalogue import bundled_catalogue
from services.clock import SystemClock
from services.sync.enrolment import read_code, register_office
from services.sync.joining import join_office
from services.sync.once import exchange_once
from services.training.accounts import PASSWORD
from services.training.office import create_training_office

WARM_UP = 3
PAUSE_S = 0.05
BOUND = 120.0
LEAST = {"hub": 3, "straight": 2}
"""Stores that must sync and round trips on the way: PC 1, the hub, PC 3."""


@dataclass(frozen=True)
class Way:
    """Milliseconds: from the click and from the commit on PC 1 to the commit on PC 3; the floor."""

    from_act: Sample
    from_commit: Sample
    raw: Sample


class Machine:
    """A PC's process and the lines spoken with it."""

    def __init__(self, process: subprocess.Popen[bytes], errors: Path) -> None:
        self._process = process
        self._errors = errors
        self.told = self._read()

    def ask(self, do: str, **given: object) -> Any:
        """What it answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **given}).encode() + b"\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a PC ended: {self._errors.read_text()[-2000:]}")
        return json.loads(line)


def measure_lan(acts: int) -> dict[str, Way]:
    """Both ways, `acts` each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found_town(folder)
        with bare(folder) as floor:
            return {way: _way(folder, way, acts, floor) for way in LEAST}


def found_town(folder: Path) -> None:
    """An office of three PCs (`hub`, `one`, `three`), joined by way of a city that goes then."""
    unit = bundled_catalogue().search_units("Định Công")[0]
    create_training_office(folder / "hub", unit, clock=SystemClock()).close()
    home = folder / "city"
    home.mkdir()
    db = f"sqlite:///{home / 'city.db'}"
    with opened_city(db, home) as city:
        add_office(city.journal, unit.code, name=unit.name)
        codes = [issue_code(city.journal, unit.code).code for _ in range(3)]
    with serving(db, home, workers=1) as city_now:
        url = f"http://127.0.0.1:{city_now.port}"
        office = opened(folder / "hub")
        register_office(office, read_code(codes[0]), server=url)
        exchange_once(office)
        office.close()
        for pc, code in zip(("one", "three"), codes[1:], strict=True):
            join_office(folder / pc, read_code(code), "quantri", password=PASSWORD, server=url,
                        clock=SystemClock())  # fmt: skip
        for pc in ("hub", "one", "three"):
            office = opened(folder / pc)
            exchange_once(office)
            office.close()


def _way(folder: Path, way: str, acts: int, floor: Floor) -> Way:
    with ExitStack() as stack:
        start = partial(_started, stack, folder)
        if way == "hub":
            hub = start("hub", "--host", "127.0.0.4")
            told = hub.told
            where = f"https://127.0.0.4:{told['port']},{told['log']},{told['key']}"
            one, three = (start(pc, "--hub", where) for pc in ("one", "three"))
            met = [(one, hub), (three, hub)]
        else:
            one = start("one", "--host", "127.0.0.2")
            three = start("three", "--host", "127.0.0.3", "--peer", f"127.0.0.2:{one.told['port']}")
            met = [(one, three), (three, one)]
        end = one.ask("prepare", visits=(acts + WARM_UP + 1) // 2)
        three.ask("wait", log=one.told["log"], seq=end)
        _until_met(met)
        times = [_act(one, three, floor, times=LEAST[way]) for _ in range(acts + WARM_UP)]
    return Way(*(Sample(each) for each in zip(*times[WARM_UP:], strict=True)))


def _act(one: Machine, three: Machine, floor: Floor, *, times: int) -> tuple[float, float, float]:
    time.sleep(PAUSE_S)
    raw = timed(lambda: floor.go(times))
    did = one.ask("act")
    there = three.ask("wait", log=one.told["log"], seq=did["seq"])
    return (there - did["begun"]) * 1000, (there - did["stored"]) * 1000, raw


def _until_met(pairs: list[tuple[Machine, Machine]]) -> None:
    until = time.monotonic() + BOUND
    for pc, other in pairs:
        while not pc.ask("meets", log=other.told["log"]):
            if time.monotonic() > until:
                raise TimeoutError("the PCs do not meet")
            time.sleep(0.05)


def _started(stack: ExitStack, folder: Path, pc: str, *words: str) -> Machine:
    return stack.enter_context(_machine(folder, pc, words))


@contextmanager
def _machine(folder: Path, pc: str, words: tuple[str, ...]) -> Iterator[Machine]:
    """A PC switched on for the block; closed by its user at the end."""
    errors = folder / f"{pc}.log"
    command = [sys.executable, "-m", "bench.lanpc", str(folder / pc), *words]
    with errors.open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
        with process:
            try:
                yield Machine(process, errors)
            finally:
                assert process.stdin is not None
                process.stdin.close()
                try:
                    process.wait(BOUND)
                finally:
                    process.kill()
