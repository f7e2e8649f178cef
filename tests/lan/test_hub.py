"""The command `serve hub`: it says where it listens, is the PC it says, and ends when told."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from services.sync.tls import key_at
from tests.lan.town import BOUND, ROOT
from tests.support.office import open_desk


def test_the_hub_listens_as_its_pc_and_ends_cleanly(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    key = desk.core.journal.device.public_key
    desk.office.close()
    words = ["main.py", "serve", "hub", "--home", tmp_path / "home", "--listen", "127.0.0.1:47126",
             "--no-mdns", "--json"]  # fmt: skip
    hub = subprocess.Popen(
        [sys.executable, *map(str, words)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with hub:
        try:
            port = json.loads(hub.stdout.readline())["listening"]
            assert key_at(f"https://127.0.0.1:{port}", seconds=BOUND) == key
            hub.send_signal(signal.SIGTERM)
            assert json.loads(hub.stdout.read()) == {"stopped": True, "pushed": 0}
            assert hub.wait(BOUND) == 0
        finally:
            hub.kill()
