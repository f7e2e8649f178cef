"""The desktop starts without the libraries of the server and of the network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ui.widgets

ROOT = Path(__file__).resolve().parents[2]
FOR_LATER = (
    "fastapi",
    "starlette",
    "pydantic",
    "uvicorn",
    "psycopg",
    "jinja2",
    "httpx2",
    "zeroconf",
)
START = """
import sys, main
from pathlib import Path
from ui.app import App, make_qt
app = make_qt()
desktop = App(Path(sys.argv[1]))
desktop.start()
app.processEvents()
assert desktop.tasks.settle(60_000)
print("server" in sys.modules, [name for name in sys.argv[2:] if name in sys.modules])
desktop.close()
"""


def test_the_first_window_loads_nothing_of_the_server(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path / "home"), *FOR_LATER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "False []\n", done.stderr


BEHIND = ("sqlalchemy", "sqlcipher3", "babel", "ui.widgets.table", "ui.widgets.preview")
FIRST = """
import sys, main
from ui.app import App, make_qt
app = make_qt()
from ui.shell.login import LoginWindow
window = LoginWindow("Phường Định Công", accounts=())
window.show()
app.processEvents()
print([name for name in sys.argv[1:] if name in sys.modules])
"""


def test_the_sign_in_window_comes_before_the_database_and_the_other_widgets():
    done = subprocess.run(
        [sys.executable, "-c", FIRST, *BEHIND],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "[]\n", done.stderr


def test_every_widget_is_found_by_its_name():
    for name in ui.widgets.__all__:
        assert getattr(ui.widgets, name) is not None
    with pytest.raises(AttributeError, match="NoSuch"):
        _ = ui.widgets.NoSuch
