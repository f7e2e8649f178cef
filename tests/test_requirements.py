"""What is installed is pinned by hash, fits Python 3.11 to 3.13 and names no address."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QSortFilterProxyModel,
    Qt,
    __version__,
)

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)(?: ; (.+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
ADDRESS = re.compile(
    r"--(extra-)?index-url|--find-links|--trusted-host|/simple\b|file://\S*(?:pypi|wheel|simple)|git\+"
)
THIS_MACHINE = [str(p) for p in (ROOT, ROOT.parent, Path.home()) if len(p.parts) > 1]
MACHINE_PATH = re.compile(
    r"(?<![\w./])(?:" + "|".join([*map(re.escape, THIS_MACHINE), r"/(?:home|Users)/\w+"]) + ")/"
)
TEXT_FILES = (".py", ".md", ".toml", ".txt", ".sh", ".po", ".json", ".csv", ".cfg", ".ini", ".qss")


def pins(level: str) -> dict[str, str]:
    """Pinned name -> version of a requirement file."""
    text = (ROOT / "requirements" / f"{level}.txt").read_text(encoding="utf-8")
    found = (PIN.match(line) for line in text.splitlines())
    return {match[1].lower(): match[2] for match in found if match}


def git_names() -> list[str]:
    """What git follows; empty without git or in a copy that is no repository."""
    if not shutil.which("git"):
        return []
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


def tracked_files() -> list[Path]:
    """The files of the project: those git follows, or all but the caches in a plain copy."""
    if names := git_names():
        paths = [ROOT / name for name in names]
    else:
        hidden = {".venv", ".git", ".hypothesis", ".mypy_cache", ".ruff_cache", "tour-out"}
        paths = [p for p in ROOT.rglob("*") if not hidden.intersection(p.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("level", ["runtime", "dev"])
def test_every_line_is_a_pin_a_hash_or_a_remark(level):
    lines = (ROOT / "requirements" / f"{level}.txt").read_text(encoding="utf-8").splitlines()
    after_pin = False
    for line in lines:
        is_pin = bool(PIN.match(line))
        assert is_pin or HASH.match(line) or line.strip().startswith("#"), line
        assert not after_pin or HASH.match(line), f"no hash before {line}"
        after_pin = is_pin
    assert not after_pin and len(pins(level)) > 30


@pytest.mark.parametrize(
    ("level", "wanted"),
    [
        ("runtime", PROJECT["dependencies"]),
        ("dev", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_the_pins_cover_what_the_project_asks_for(level, wanted):
    pinned = pins(level)
    for line in wanted:
        need = Requirement(line)
        version = pinned.get(need.name.lower())
        assert version and version in need.specifier, f"{line} is not met by {version}: `make lock`"


def test_the_test_environment_runs_the_versions_that_are_shipped():
    runtime, dev = pins("runtime"), pins("dev")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_the_range_of_python_is_3_11_to_3_13():
    allowed = SpecifierSet(PROJECT["requires-python"])
    assert [v for v in ("3.10", "3.11", "3.12", "3.13", "3.14") if v in allowed] == [
        "3.11",
        "3.12",
        "3.13",
    ]


def test_qt_stays_below_6_12():
    assert pins("runtime")["pyside6-essentials"].startswith("6.11.")
    assert __version__.startswith("6.11.")
    need = next(r for r in map(Requirement, PROJECT["dependencies"]) if "PySide6" in r.name)
    assert "6.12.0" not in need.specifier and "6.11.3" in need.specifier
    assert "pyside6-addons" not in pins("dev"), "only Essentials: the rest is big, and partly GPL"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_qt_does_not_lose_references_to_none(qapp):
    class Empty(QAbstractTableModel):
        def rowCount(self, parent=None):
            return 1

        def columnCount(self, parent=None):
            return 1

        def data(self, index, role=Qt.ItemDataRole.DisplayRole):
            return None

    source, proxy = Empty(), QSortFilterProxyModel()
    proxy.setSourceModel(source)
    index = proxy.index(0, 0, QModelIndex())
    before = sys.getrefcount(None)
    for _ in range(500):
        proxy.data(index, 0)
    assert abs(sys.getrefcount(None) - before) < 50
    assert QCoreApplication.instance() is qapp


def test_no_address_of_an_index_and_no_path_of_a_machine_is_in_the_project():
    here = Path(__file__).resolve()
    breaches = []
    for path in tracked_files():
        if path.suffix not in TEXT_FILES and path.name not in ("Makefile", "run", ".gitignore"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if path == here:
                continue
            if ADDRESS.search(line.replace("--no-emit-index-url", "")) or MACHINE_PATH.search(line):
                breaches.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://x",
        "--find-links y",
        "file:///opt/wheels",
        f"see {ROOT}/main.py",
        "/home/a/b",
    ],
)
def test_the_search_for_addresses_would_find_one(line):
    assert ADDRESS.search(line) or MACHINE_PATH.search(line)


def test_no_lock_file_with_addresses_is_kept():
    names = {path.name for path in tracked_files()}
    assert not names & {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"}
