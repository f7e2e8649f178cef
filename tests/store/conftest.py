from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.store.opening import create_store
from services.store.unit import Store

KEY = bytes(range(32))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with create_store(home, KEY) as made:
        yield made
