"""Kills a process that does real acts, again and again, and looks whether what it told is there.

The writer is a real process ended by SIGKILL; a fork server that has the imports done makes its
start cheap. A kill shows nothing about power cuts (the system keeps the pages): see crash points.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from sqlalchemy import Connection

from bench.desk import FIRST_DAY, KEY, facts, found_office, open_desk
from bench.promises import PATH, check
from services.clock import FixedClock
from services.store.blobs import BlobStore
from services.store.opening import create_store, open_store

facts()  # read here, in the fork server, so that a writer is at work at once

NEWEST = 8
FULL_LOOK_EVERY = 25


@dataclass
class Toll:
    """What the kills did: acknowledgements received, lost ones, and kills before the first one."""

    kills: int = 0
    acknowledged: int = 0
    before_first: int = 0
    temps_swept: int = 0
    lost: list[str] = field(default_factory=list)


def write_until_killed(home: str, run: int, told: Pipe) -> None:
    """The writer: visit after visit through the services, one acknowledgement per returned act.

    Each run works on a day of its own, for a day has only so many codes.
    """
    folder = Path(home)
    clock = FixedClock(FIRST_DAY + timedelta(days=run))
    desk = open_desk(open_store(folder, KEY), folder, clock)
    number = 0
    while True:
        number += 1
        for name in desk.visit(number):
            clock.advance(seconds=1)
            told.send(name)


def kill_repeatedly(home: Path, *, kills: int, seed: int) -> Toll:
    """Start a writer on `home` and kill it at a random moment, `kills` times; look each time."""
    chance = random.Random(seed)
    with create_store(home, KEY) as store:
        found_office(store, home)
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["bench.killing"])
    toll = Toll()
    everything: set[str] = set()
    for run in range(1, kills + 1):
        mine, theirs = server.Pipe(duplex=False)
        writer = server.Process(target=write_until_killed, args=(str(home), run, theirs))
        writer.daemon = True
        writer.start()
        theirs.close()
        told = _kill(writer.pid or 0, mine, chance)
        writer.join()
        toll.kills += 1
        toll.before_first += not told
        toll.acknowledged += len(told)
        everything.update(told)
        _look(home, told[-NEWEST:], toll)
        if run % FULL_LOOK_EVERY == 0 or run == kills:
            _full_look(home, everything, toll)
    return toll


def _kill(pid: int, told: Pipe, chance: random.Random) -> list[str]:
    """Let the writer go on for a random while (sometimes too short to start), then end it."""
    if chance.random() < 0.9:
        told.poll(30)
    time.sleep(chance.random() * 0.05)
    os.kill(pid, signal.SIGKILL)
    heard = []
    while True:
        try:
            heard.append(told.recv())
        except (EOFError, OSError):  # the pipe ends, perhaps within a message
            told.close()
            return heard


def _look(home: Path, told: list[str], toll: Toll) -> None:
    """Open after the kill: the last acts told are there, at least as far as was told."""
    toll.temps_swept += BlobStore(home / "blobs", KEY).sweep()
    with open_store(home, KEY) as store, store.read() as connection:
        for name in told:
            word, *codes = name.split()
            if not all(_reached(connection, code, word) for code in codes):
                toll.lost.append(name)


def _reached(connection: Connection, code: str, status: str) -> bool:
    row = connection.exec_driver_sql("SELECT status FROM dossier WHERE code = ?", (code,)).first()
    order = [step.value for step in PATH]
    return row is not None and order.index(row[0]) >= order.index(status)


def _full_look(home: Path, told: set[str], toll: Toll) -> None:
    """Everything told is there, nothing is half there, every page and attachment reads back."""
    with open_store(home, KEY) as store, store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        toll.lost.extend(sorted(told - check(connection)))
        report = BlobStore(home / "blobs", KEY).scrub(connection)
        assert not report.damaged and not report.missing, report
