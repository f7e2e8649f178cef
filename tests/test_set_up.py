"""The set-up script: when it has nothing to do, what it asks for, no display in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ASK = (
    "import sys; sys.path.insert(0, 'scripts'); import set_up;"
    "print(set_up.is_ready('runtime'), set_up.is_ready('dev'))"
)
WRITE = (
    "import sys, json; sys.path.insert(0, 'scripts'); import set_up;"
    "set_up.STAMP.write_text(json.dumps(set_up.stamp_for(sys.argv[1])))"
)
NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="make is for Linux")


@pytest.fixture
def copy(tmp_path):
    """A copy of the scripts beside an environment whose Python only tells its arguments."""
    place = tmp_path / "thư mục có dấu cách"
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    python = place / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$QT_QPA_PLATFORM|$*"\n', encoding="utf-8")
    python.chmod(0o755)
    return place


def run(place: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in `place`."""
    environment = {**os.environ, **NO_DISPLAY, **variables}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def readiness(place: Path) -> str:
    """What the copy thinks of its environment: runtime, dev."""
    return run(place, "-c", ASK).stdout.strip()


def test_without_a_stamp_nothing_is_ready(copy):
    assert readiness(copy) == "False False"


def test_the_stamp_of_tests_serves_the_program_but_not_the_other_way(copy):
    run(copy, "-c", WRITE, "runtime")
    assert readiness(copy) == "True False"
    run(copy, "-c", WRITE, "dev")
    assert readiness(copy) == "True True"


def test_a_changed_requirement_file_or_python_or_a_torn_stamp_is_seen(copy):
    run(copy, "-c", WRITE, "runtime")
    stamp = copy / ".venv" / "mot-cua-stamp.json"
    good = stamp.read_text(encoding="utf-8")
    stamp.write_text(json.dumps({**json.loads(good), "python": "3.11.0"}), encoding="utf-8")
    assert readiness(copy) == "False False"
    stamp.write_text(good[:-3], encoding="utf-8")
    assert readiness(copy) == "False False"
    stamp.write_text(good, encoding="utf-8")
    assert readiness(copy) == "True False"
    with (copy / "requirements" / "runtime.txt").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert readiness(copy) == "False False"


def test_run_without_a_display_says_so_in_one_sentence(copy):
    run(copy, "-c", WRITE, "runtime")
    done = run(copy, "scripts/set_up.py", "run", "--")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "make tour" in done.stderr
    assert done.stdout == ""


def test_run_starts_the_program_with_its_arguments(copy):
    run(copy, "-c", WRITE, "runtime")
    done = run(copy, "scripts/set_up.py", "run", "--", "--home", "a b", DISPLAY=":9")
    assert (done.returncode, done.stdout) == (0, "|main.py --home a b\n")


def test_tour_needs_no_display_and_uses_the_one_there_is(copy):
    run(copy, "-c", WRITE, "runtime")
    done = run(copy, "scripts/set_up.py", "tour", "--", "--out", "x")
    assert done.stdout == "offscreen|main.py tour --out x\n"
    done = run(copy, "scripts/set_up.py", "tour", "--", "--out", "x", DISPLAY=":9")
    assert done.stdout == "|main.py tour --out x\n"


def test_a_package_counts_as_present_by_dpkg_or_by_its_library_or_program(copy):
    code = (
        "import sys; sys.path.insert(0, 'scripts');"
        "from system_packages import Need, is_present as p;"
        "print(p(Need('a'), {'a'}), p(Need('a'), {'b'}), p(Need('a'), None),"
        "p(Need('a', library='libc.so.6'), set()), p(Need('a', library='libno.so.1'), set()),"
        "p(Need('a', program='sh'), set()), p(Need('a', program='no-such'), set()),"
        "p(Need('a', file='bin/s[h]'), set()), p(Need('a', file='bin/no-such*'), set()))"
    )
    assert run(copy, "-c", code).stdout.split() == [
        "True", "False", "True", "True", "False", "True", "False", "True", "False",
    ]  # fmt: skip


def test_servers_and_the_browser_are_for_the_tests_only(copy):
    code = (
        "import sys; sys.path.insert(0, 'scripts'); import set_up as s;"
        "name = lambda level: [n.package for n in s.NEEDS[level]];"
        "vital = lambda level: [n.package for n in s.NEEDS[level] if n.vital];"
        "print(*[n for n in name('dev') if n not in name('runtime')]);"
        "print(vital('dev') == vital('runtime'));"
        "print(s.request_for(['postgresql', 'chromium']))"
    )
    tests_only, same_vital, request = run(copy, "-c", code).stdout.splitlines()
    assert tests_only.split() == [
        "xvfb", "xauth", "poppler-utils", "qpdf", "iproute2",
        "postgresql", "chromium", "chromium-driver", "nginx-light", "pgbouncer",
    ]  # fmt: skip
    assert same_vital == "True", "a missing server must not stop the lint and the other tests"
    assert request.endswith(": sudo apt-get install -y --no-install-recommends postgresql chromium")


def test_a_new_system_package_is_noticed_in_an_old_environment(copy):
    run(copy, "-c", WRITE, "dev")
    assert readiness(copy) == "True True"
    packages = copy / "scripts" / "system_packages.py"
    text = packages.read_text(encoding="utf-8")
    packages.write_text(text.replace('Need("pgbouncer"', 'Need("pgpool2"'), encoding="utf-8")
    assert readiness(copy) == "False False"


def test_an_old_python_is_refused_with_a_sentence(copy):
    old = copy / "old"
    for name in ("python3.11", "python3.12", "python3.13", "python3", "python"):
        old.mkdir(exist_ok=True)
        (old / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (old / name).chmod(0o755)
    done = subprocess.run(
        [shutil.which("sh"), "scripts/python.sh", "-c", "pass"],
        cwd=copy,
        env={"PATH": str(old)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 1 and "apt-get install" in done.stderr


def test_main_without_a_display_says_so_instead_of_aborting(tmp_path):
    done = run(ROOT, "main.py", "--home", str(tmp_path / "home"))
    assert done.returncode == 1
    assert "main.py tour" in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists()
