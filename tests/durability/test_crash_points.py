"""Power cuts at every write of a script of acts: at FULL nothing told is lost, at NORMAL it is."""

from __future__ import annotations

from pathlib import Path

from bench.acts import check, script
from tests.durability.harness import examine, record
from tests.durability.recording import Sync


def test_no_acknowledged_act_is_lost_at_any_crash_point(tmp_path: Path) -> None:
    recording = record(tmp_path, script)
    assert len(recording.acknowledged) == 14
    assert any(isinstance(step, Sync) and step.file == "store.db" for step in recording.steps)
    verdict = examine(recording, check, tmp_path, seed=1, every=1)
    assert verdict.images > 500
    assert not verdict.broken, verdict.first


def test_control_normal_loses_acknowledged_acts(tmp_path: Path) -> None:
    recording = record(tmp_path, script, spoil="PRAGMA synchronous = NORMAL")
    verdict = examine(recording, check, tmp_path, seed=1, every=4)
    assert verdict.broken["lost"] > 50
    assert not verdict.broken["corrupt"], verdict.first


def test_control_off_corrupts(tmp_path: Path) -> None:
    recording = record(tmp_path, script, spoil="PRAGMA synchronous = OFF")
    verdict = examine(recording, check, tmp_path, seed=1, every=4)
    assert verdict.broken["lost"] or verdict.broken["corrupt"]
