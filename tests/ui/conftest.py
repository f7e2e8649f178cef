"""Windows in tests wear the light theme."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ui.tasks import Tasks
from ui.theme import apply_theme, current_theme


@pytest.fixture(autouse=True)
def dressed(qapp) -> None:
    """The program's look on the one application of the test run."""
    if current_theme().name != "light" or not qapp.styleSheet():
        apply_theme(qapp, "light")


@pytest.fixture
def tasks(qapp) -> Iterator[Tasks]:
    """Real threads; an error nobody handled fails the test at its end."""
    errors: list[BaseException] = []
    made = Tasks(on_failure=errors.append)
    yield made
    made.close()
    assert errors == []
