"""Windows in tests wear the light theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.office import Desk, open_desk
from ui.sweeping import Sweeping
from ui.tasks import Tasks
from ui.theme import apply_theme, current_theme


@pytest.fixture(autouse=True)
def dressed(qapp) -> None:
    """The program's look on the one application of the test run."""
    if current_theme().name != "light" or not qapp.styleSheet():
        apply_theme(qapp, "light")


@pytest.fixture(autouse=True, scope="module")
def swept(qapp) -> Iterator[None]:
    """Circles of widgets are taken out in this thread only, as in the program.

    Python's own collector works in whatever thread allocates; a window swept away in a worker
    ends the whole test process.
    """
    sweeping = Sweeping()
    yield
    sweeping.end()
    sweeping.deleteLater()


@pytest.fixture
def tasks(qapp) -> Iterator[Tasks]:
    """Real threads; an error nobody handled fails the test at its end."""
    errors: list[BaseException] = []
    made = Tasks(on_failure=errors.append)
    yield made
    made.close()
    assert errors == []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A training office on Monday 16/11/2026, half past eight."""
    made = open_desk(tmp_path / "home")
    yield made
    made.office.close()
