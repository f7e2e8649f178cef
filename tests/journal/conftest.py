"""Three PCs of one office, copied for every history from one prepared store."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.devices import make_template, open_pcs


@pytest.fixture(scope="module")
def office():
    folder = Path(tempfile.mkdtemp())
    devices = make_template(folder)
    yield folder / "template", devices
    shutil.rmtree(folder)


@pytest.fixture
def pcs(office, tmp_path: Path):
    template, devices = office
    opened = open_pcs(template, devices, tmp_path, [timedelta(0)] * 3)
    yield opened
    for pc in opened:
        pc.store.close()
