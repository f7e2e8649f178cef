"""What the program needs from Debian 12, and how to tell that it is there without installing."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """One Debian package; `library`, `program` or `file` (a pattern) proves it without dpkg.

    Without a vital one the program does not start; without another one thing does not work
    (printing, Wayland, some tests), which is said once.
    """

    package: str
    library: str = ""
    program: str = ""
    file: str = ""
    vital: bool = True


RUNTIME = (
    Need("libglib2.0-0", library="libgthread-2.0.so.0"),
    Need("libegl1", library="libEGL.so.1"),
    Need("libgl1", library="libGL.so.1"),
    Need("libx11-6", library="libX11.so.6"),
    Need("libdbus-1-3", library="libdbus-1.so.3"),
    Need("libfontconfig1", library="libfontconfig.so.1"),
    Need("libfreetype6", library="libfreetype.so.6"),
    Need("libxkbcommon0", library="libxkbcommon.so.0"),
    Need("libbrotli1", library="libbrotlidec.so.1"),
    Need("libxcb-cursor0", library="libxcb-cursor.so.0"),
    Need("libxcb-icccm4", library="libxcb-icccm.so.4"),
    Need("libxcb-image0", library="libxcb-image.so.0"),
    Need("libxcb-keysyms1", library="libxcb-keysyms.so.1"),
    Need("libxcb-randr0", library="libxcb-randr.so.0"),
    Need("libxcb-render-util0", library="libxcb-render-util.so.0"),
    Need("libxcb-render0", library="libxcb-render.so.0"),
    Need("libxcb-shape0", library="libxcb-shape.so.0"),
    Need("libxcb-util1", library="libxcb-util.so.1"),
    Need("libxcb-xkb1", library="libxcb-xkb.so.1"),
    Need("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0"),
    Need("libwayland-cursor0", library="libwayland-cursor.so.0", vital=False),
    Need("libwayland-egl1", library="libwayland-egl.so.1", vital=False),
    Need("libcups2", library="libcups.so.2", vital=False),  # without it Qt knows no printer
    Need("fonts-liberation2"),  # documents: Times metrics with every Vietnamese letter
    Need("fonts-noto-core"),  # windows: Noto Sans
)
TESTS = (
    Need("xvfb", program="Xvfb", vital=False),
    Need("xauth", program="xauth", vital=False),
    Need("poppler-utils", program="pdftotext", vital=False),
    Need("qpdf", program="qpdf", vital=False),
    Need("iproute2", program="ip", vital=False),  # the office of network namespaces
    Need("postgresql", file="usr/lib/postgresql/*/bin/initdb", vital=False),
    Need("chromium", program="chromium", vital=False),  # the city's pages
    Need("chromium-driver", program="chromedriver", vital=False),
    Need("nginx-light", program="nginx", vital=False),  # what deploy/ configures
    Need("pgbouncer", program="pgbouncer", vital=False),
)
"""For tests only: `make run` needs no server. The tests start what they need themselves."""

NEEDS = {"runtime": RUNTIME, "dev": RUNTIME + TESTS}
SEARCHED = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
"""Debian keeps servers where the path of an ordinary user does not lead."""


def installed_packages() -> set[str] | None:
    """Names of all installed Debian packages and what they provide; None without dpkg."""
    if not shutil.which("dpkg-query"):
        return None
    form = "${db:Status-Abbrev}|${Package}, ${Provides}\n"
    listing = subprocess.run(["dpkg-query", "-W", "-f", form], capture_output=True, text=True)
    names: set[str] = set()
    for line in listing.stdout.splitlines():
        state, _, rest = line.partition("|")
        if state.startswith("ii"):
            names.update(word.split()[0] for word in rest.split(",") if word.strip())
    return names


def is_present(need: Need, installed: set[str] | None) -> bool:
    """Whether `need` is met: dpkg knows it, its library loads, or its program or file is there."""
    if need.package in (installed or ()):
        return True
    if need.library:
        try:
            ctypes.CDLL(need.library)
        except OSError:
            return False
        return True
    if need.program:
        return shutil.which(need.program, path=SEARCHED) is not None
    if need.file:
        return any(Path("/").glob(need.file))
    return installed is None  # a font on a system without dpkg: `main.py doctor` looks for it


def missing_packages(level: str) -> list[Need]:
    """What `level` (runtime or dev) still needs from the system."""
    installed = installed_packages()
    return [need for need in NEEDS[level] if not is_present(need, installed)]


def python_packages() -> list[Need]:
    """Debian ships Python without the parts that make an environment; name them if missing."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return [Need(f"python3.{sys.version_info.minor}-venv")]
