"""Runs a script of acts on a recorded store and looks at every disk a power cut could leave.

A script is a callable `(Store) -> Iterator[str]`: it acts through `store.write()` and yields one
acknowledgement right after each act returned. A check is `(Connection) -> set[str]`: it returns
the acknowledgements found in a recovered file and raises AssertionError for anything half-done.
"""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from services.store.engine import Access, _begin_with, _settle
from services.store.migrations import upgrade
from services.store.unit import Store
from tests.durability import apsw_driver
from tests.durability.crash_images import crash_images
from tests.durability.recording import Recording, RecordingVFS

Script = Callable[[Store], Iterator[str]]
Check = Callable[[Connection], set[str]]
Prepare = Callable[[Store], None]

_numbers = itertools.count()


@dataclass
class Verdict:
    """Images looked at, and those that broke a promise, by kind: lost, extra, corrupt."""

    images: int = 0
    steps: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    first: str = ""

    def note(self, kind: str, where: str) -> None:
        self.broken[kind] += 1
        self.first = self.first or f"{kind} {where}"


class RecordedStore(Store):
    """The real unit of work over plain SQLite whose disk is recorded; one pragma may be spoilt."""

    def __init__(self, path: Path, vfs: str | None, *, spoil: str) -> None:
        self._vfs = vfs
        self._spoil = spoil
        super().__init__(path, b"", access=Access.WRITE, lock=None)

    def _open(self) -> None:
        self._writer = self._reader = plain_engine(self.path, self._vfs, spoil=self._spoil)


def plain_engine(path: Path, vfs: str | None = None, *, spoil: str = "") -> Engine:
    """An engine like the store's, with every pragma it sets, on plain SQLite through `vfs`."""

    def connect() -> apsw_driver.Connection:
        raw = apsw_driver.connect(str(path), vfs)
        _settle(raw, Access.WRITE)
        raw.execute("PRAGMA wal_autocheckpoint = 30")  # several checkpoints within a short script
        if spoil:
            raw.execute(spoil)
        return raw

    engine = create_engine("sqlite://", module=apsw_driver, creator=connect, poolclass=StaticPool)
    event.listen(engine, "begin", _begin_with("BEGIN IMMEDIATE"))
    return engine


def record(
    folder: Path, script: Script, *, prepare: Prepare = lambda store: None, spoil: str = ""
) -> Recording:
    """Run `script` on a fresh store in `folder` and return what reached the disk, and when.

    `prepare` fills the store before the recording starts.
    """
    path = folder / "store.db"
    engine = plain_engine(path)
    upgrade(engine)
    engine.dispose()
    with RecordedStore(path, None, spoil="") as before:
        prepare(before)
    name = f"recording{next(_numbers)}"
    vfs = RecordingVFS.over(path, name)
    recording = vfs.recording
    store = RecordedStore(path, name, spoil=spoil)
    for acknowledgement in script(store):
        recording.acknowledge(acknowledgement)
    length = len(recording.steps)
    store.close()
    del recording.steps[length:]  # closing tidies up; the power went before
    vfs.unregister()
    return recording


def examine(recording: Recording, check: Check, folder: Path, *, seed: int, every: int) -> Verdict:
    """Open every crash image of `recording` and compare with what had been acknowledged."""
    verdict = Verdict(steps=len(recording.steps))
    everything = {what for _, what in recording.acknowledged}
    for image in crash_images(recording, seed=seed, every=every):
        verdict.images += 1
        where = f"after step {image.step}, {image.fate}"
        place = folder / f"image{verdict.images}"
        place.mkdir()
        for name, data in image.files.items():
            (place / name).write_bytes(data)
        try:
            found = _look(place / "store.db", check)
        except (DBAPIError, AssertionError, apsw_driver.Error) as error:
            verdict.note("corrupt", f"{where}: {error}")
        else:
            if missing := set(image.acknowledged) - found:
                verdict.note("lost", f"{where}: {sorted(missing)}")
            if len(found - set(image.acknowledged)) > 1 or not found <= everything:
                verdict.note("extra", f"{where}: {sorted(found - set(image.acknowledged))}")
        shutil.rmtree(place)
    return verdict


def _look(path: Path, check: Check) -> set[str]:
    engine = plain_engine(path, spoil="PRAGMA synchronous = OFF")  # only looking: no need to wait
    try:
        with engine.connect() as connection:
            answer = connection.exec_driver_sql("PRAGMA integrity_check").fetchall()
            assert answer == [("ok",)], answer
            return check(connection)
    finally:
        engine.dispose()
