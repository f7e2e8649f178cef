"""Training offices of a given size to measure on, seeded once and kept between runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from services.assembly import OpenOffice, open_office
from services.core import SignedIn
from services.people import get_staff
from services.training.accounts import PASSWORD

ROOT = Path(__file__).parents[1]
LIKE_OURS = (
    "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON",
    "secure_delete = ON", "temp_store = MEMORY", "cache_size = -32768",
)  # fmt: skip
"""The settings of the store's own connections, for the bare ones measured beside them."""


def cache_folder() -> Path:
    """Where seeded offices are kept: MOTCUA_BENCH_DIR, else the system's temporary folder."""
    default = Path(tempfile.gettempdir()) / "mot-cua-bench"
    folder = Path(os.environ.get("MOTCUA_BENCH_DIR", default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def seeded_home(dossiers: int) -> Path:
    """The data folder of an office with so many dossiers; seeded by the command when missing.

    MOTCUA_BENCH_MOST caps the size, for a trial of the measurements themselves.
    """
    dossiers = min(dossiers, int(os.environ.get("MOTCUA_BENCH_MOST", dossiers)))
    home = cache_folder() / f"office-{dossiers}"
    if not (home / "complete").is_file():
        shutil.rmtree(home, ignore_errors=True)
        command = [sys.executable, "main.py", "seed", "--dossiers", str(dossiers)]
        subprocess.run([*command, "--home", str(home)], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        (home / "complete").touch()
    return home


def opened(home: Path) -> OpenOffice:
    """The training office of `home`, opened by its business administrator."""
    return open_office(home, "quantri", PASSWORD)


def person(office: OpenOffice, login: str) -> SignedIn:
    """Somebody of the office, signed in."""
    with office.core.store.read() as conn:
        return SignedIn(get_staff(conn, f"staff-{login}"), f"bench-{login}")


def bare_connection(path: Path, office: OpenOffice) -> sqlcipher.Connection:
    """A plain connection of the driver to a file with the key of `office`."""
    raw = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False)
    raw.execute(f"PRAGMA key = \"x'{office._key.hex()}'\"")
    for pragma in LIKE_OURS:
        raw.execute(f"PRAGMA {pragma}").fetchall()
    return raw
