"""Power cuts at every write of real acts, intake to approval: at FULL nothing told is lost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.desk import FIRST_DAY, KEY, found_office, open_desk
from bench.promises import check
from services.clock import FixedClock
from services.store.blobs import BlobStore
from services.store.unit import Store
from tests.durability.harness import examine, record
from tests.durability.recording import Recording, Sync

VISITS = 2
EVERY = 3
"""A crash after each third write: odd, so that headers and pages of the WAL take turns."""


def script(store: Store, folder: Path) -> Iterator[str]:
    """Three visits through the services: received, transferred, assigned, submitted, approved."""
    clock = FixedClock(FIRST_DAY, seed=2)
    desk = open_desk(store, folder, clock)
    for number in range(VISITS):
        for told in desk.visit(number):
            clock.advance(minutes=7)
            yield told


def recorded(folder: Path, *, spoil: str = "") -> Recording:
    return record(
        folder, partial(script, folder=folder), prepare=partial(found_office, folder=folder),
        spoil=spoil,
    )  # fmt: skip


def test_no_acknowledged_act_is_lost_at_any_crash_point(tmp_path: Path) -> None:
    recording = recorded(tmp_path)
    assert len(recording.acknowledged) == 5 * VISITS
    assert any(isinstance(step, Sync) and step.file == "store.db" for step in recording.steps)
    look = partial(check, blobs=BlobStore(tmp_path / "blobs", KEY))
    verdict = examine(recording, look, tmp_path, seed=1, every=EVERY)
    assert verdict.images > 400
    assert not verdict.broken, verdict.first


def test_control_normal_loses_acknowledged_acts(tmp_path: Path) -> None:
    recording = recorded(tmp_path, spoil="PRAGMA synchronous = NORMAL")
    verdict = examine(recording, check, tmp_path, seed=1, every=8)
    assert verdict.broken["lost"] > 50
    assert not verdict.broken["corrupt"], verdict.first


def test_control_off_corrupts(tmp_path: Path) -> None:
    recording = recorded(tmp_path, spoil="PRAGMA synchronous = OFF")
    verdict = examine(recording, check, tmp_path, seed=1, every=8)
    assert verdict.broken["lost"] or verdict.broken["corrupt"]
