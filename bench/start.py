"""Start of the whole program: to the painted sign-in window, then to the first place signed in.

Each start is a process of its own, so imports count. The raw engine is a process that shows and
paints one empty PySide6 window. Both end at once when they have painted: what the program still
prepares behind its first window is not waited for.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from bench.measure import Figure, interleaved
from bench.offices import ROOT, seeded_home
from services.training.accounts import PASSWORD

BARE = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.resize(900, 600)
window.show()
app.processEvents()
window.grab()
"""
LOGIN = """
import sys
from pathlib import Path
from services.language import install_language
install_language("vi")
from ui.app import App, make_qt
app = make_qt()
desktop = App(Path(sys.argv[1]))
desktop.start()
app.processEvents()
desktop.window.grab()
"""
PAINTED = """
import os
os._exit(0)
"""
DESK = """
desktop._unlock(desktop.window, sys.argv[2], sys.argv[3])
while desktop.session is None:
    assert desktop.tasks.settle(60_000)
    app.processEvents()
assert desktop.tasks.settle(60_000)
app.processEvents()
desktop.session.shell.grab()
desktop.close()
"""


def measure(quick: bool) -> list[Figure]:
    """Starts on a training office of 5,000 dossiers, offscreen."""
    home = seeded_home(5_000)
    count = 3 if quick else 12
    window = partial(run, LOGIN + PAINTED, home)
    bare = partial(run, BARE + PAINTED, home)
    signed_in = partial(run, LOGIN + DESK, home)
    first = interleaved([(window, bare)] * (count + 1))
    desk = interleaved([(signed_in, bare)] * (count + 1))
    return [
        Figure("start", *first, "bare PySide6 window", most_ratio=2.5, note="to sign-in"),
        Figure("start+desk", *desk, "bare PySide6 window", note="sign-in by program, first place"),
    ]


def run(script: str, home: Path) -> None:
    """Run `script` in a fresh interpreter without a display; it must end well."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(home), "tiepnhan", PASSWORD]
    subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=300
    )
