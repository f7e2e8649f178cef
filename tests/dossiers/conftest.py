"""The office every test of acts works in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.office import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A training office on Monday 16/11/2026, half past eight."""
    desk = open_desk(tmp_path / "home")
    yield desk
    desk.office.close()
