"""Where and under what load a figure was taken; without it a figure means nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version

from bench.postgres import find_binaries

LIBRARIES = ("fastapi", "uvicorn", "psycopg", "SQLAlchemy", "msgpack", "zstandard")


def surroundings() -> dict[str, object]:
    """Versions, cores, and what else the machine did (the load average of the last minute)."""
    return {
        "python": platform.python_version(),
        "postgres": _postgres(),
        **{name.lower(): version(name) for name in LIBRARIES},
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def _postgres() -> str:
    binaries = find_binaries()
    if binaries is None:
        return ""
    told = subprocess.run(
        [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    return told.stdout.split()[2]
