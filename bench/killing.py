"""Kills a process that writes acts, again and again, and looks whether what it told is there.

The writer is a real process ended by SIGKILL; a fork server that has the imports done makes its
start cheap. A kill shows nothing about power cuts (the system keeps the pages): see crash points.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from sqlalchemy import Connection

from bench.acts import act, check
from services.store.blobs import BlobStore
from services.store.opening import create_store, open_store
from services.store.unit import Store

KEY = bytes(range(32))
BLOB_EVERY = 4


@dataclass
class Toll:
    """What the kills did: acknowledgements received, lost ones, and kills before the first one."""

    kills: int = 0
    acknowledged: int = 0
    before_first: int = 0
    temps_swept: int = 0
    lost: list[str] = field(default_factory=list)


def write_until_killed(home: str, told: Pipe) -> None:
    """The writer: acts through the real store, one acknowledgement after each commit."""
    store = open_store(Path(home), KEY)
    blobs = BlobStore(Path(home) / "blobs", KEY)
    seq = last_act(store)
    while True:
        seq += 1
        with store.write() as tx:
            if seq % BLOB_EVERY == 0:
                blobs.put(tx, scan(seq), media="application/pdf")
            name = act(tx, seq)
        told.send(name)


def scan(seq: int) -> bytes:
    """The attachment of act `seq`: always the same bytes, some kilobytes."""
    return hashlib.shake_256(f"scan {seq}".encode()).digest(3000 + seq % 5000)


def last_act(store: Store) -> int:
    """The number of the last act in `store`."""
    with store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) / 2 FROM ev").scalar() or 0)


def kill_repeatedly(home: Path, *, kills: int, seed: int) -> Toll:
    """Start a writer on `home` and kill it at a random moment, `kills` times; look each time."""
    chance = random.Random(seed)
    create_store(home, KEY).close()
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["bench.killing"])
    toll = Toll()
    everything: set[str] = set()
    for _ in range(kills):
        mine, theirs = server.Pipe(duplex=False)
        writer = server.Process(target=write_until_killed, args=(str(home), theirs), daemon=True)
        writer.start()
        theirs.close()
        told = _kill(writer.pid or 0, mine, chance)
        writer.join()
        toll.kills += 1
        toll.before_first += not told
        toll.acknowledged += len(told)
        everything.update(told)
        _look(home, everything, toll)
        if toll.kills % 20 == 0:
            everything = _full_look(home, everything, toll)
    _full_look(home, everything, toll)
    return toll


def _kill(pid: int, told: Pipe, chance: random.Random) -> list[str]:
    """Let the writer go on for a random while (sometimes too short to start), then end it."""
    if chance.random() < 0.9:
        told.poll(30)
    time.sleep(chance.random() * 0.03)
    os.kill(pid, signal.SIGKILL)
    heard = []
    while True:
        try:
            heard.append(told.recv())
        except (EOFError, OSError):  # the pipe ends, perhaps within a message
            told.close()
            return heard


def _look(home: Path, told: set[str], toll: Toll) -> None:
    """Open after the kill: the last acts told are there, with their attachments."""
    blobs = BlobStore(home / "blobs", KEY)
    toll.temps_swept += blobs.sweep()
    with open_store(home, KEY) as store, store.read() as connection:
        recent = sorted(told, key=lambda name: int(name[4:]))[-8:]
        for name in recent:
            query = "SELECT count(*) FROM setting WHERE name = ?"
            if not connection.exec_driver_sql(query, (name,)).scalar():
                toll.lost.append(name)
            elif int(name[4:]) % BLOB_EVERY == 0:
                _check_blob(connection, blobs, int(name[4:]))


def _full_look(home: Path, told: set[str], toll: Toll) -> set[str]:
    """Everything told is there, nothing is half there, every page and attachment reads back."""
    with open_store(home, KEY) as store, store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        toll.lost.extend(sorted(told - check(connection)))
        report = BlobStore(home / "blobs", KEY).scrub(connection)
        assert not report.damaged and not report.missing, report
    return told


def _check_blob(connection: Connection, blobs: BlobStore, seq: int) -> None:
    data = scan(seq)
    assert blobs.get(connection, hashlib.sha256(data).hexdigest()) == data
