"""Two hundred kills of the writing process: nothing it told is lost, nothing is half there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.killing import kill_repeatedly


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork server")
def test_nothing_told_is_lost_over_200_kills(tmp_path: Path) -> None:
    toll = kill_repeatedly(tmp_path / "home", kills=200, seed=1)
    assert toll.kills == 200
    assert toll.acknowledged >= 150
    assert toll.before_first < 60
    assert toll.lost == []
