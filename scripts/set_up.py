"""Prepares the machine and the environment once, then starts the program; standard library only.

`set_up.py run|tour|prepare-tests [-- arguments of main.py]`. A stamp in `.venv` remembers what was
installed: when it still matches the requirement file nothing is installed and the start is quick.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from system_packages import NEEDS, missing_packages, python_packages

HERE = Path(__file__).resolve().parent.parent
ENVIRONMENT = HERE / ".venv"
STAMP = ENVIRONMENT / "mot-cua-stamp.json"
PYTHON = ENVIRONMENT / "bin" / "python"
FILES = {
    "runtime": HERE / "requirements" / "runtime.txt",
    "dev": HERE / "requirements" / "dev.txt",
}


def say(text: str) -> None:
    """One short line for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def stop(text: str) -> None:
    """End with a sentence and exit code 1."""
    say(text)
    sys.exit(1)


def stamp_for(level: str) -> dict[str, str]:
    """What the stamp must hold for the environment `level` (runtime or dev) to be good."""
    version = ".".join(map(str, sys.version_info[:3]))
    digest = hashlib.sha256(FILES[level].read_bytes()).hexdigest()
    system = " ".join(need.package for need in NEEDS[level])
    return {"level": level, "python": version, "requirements": digest, "system": system}


def stamp_found() -> dict[str, str]:
    """The stamp of the environment that is there; empty when none is or it was left half made."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if PYTHON.exists() and isinstance(found, dict) else {}


def is_ready(level: str) -> bool:
    """Whether the environment already serves `level`; the dev one serves runtime too."""
    found = stamp_found()
    return any(found == stamp_for(good) for good in {level, "dev"})


def run_apt(packages: list[str]) -> bool:
    """Install Debian packages as root; update the lists once before."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    say("Đang cài gói hệ thống (installing system packages): " + " ".join(packages))
    subprocess.run(["apt-get", "update", *options], env=environment, stdout=subprocess.DEVNULL)
    done = subprocess.run(
        ["apt-get", "install", "--no-install-recommends", *options, *packages],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        say(done.stdout.decode("utf-8", "replace")[-1500:])
    return done.returncode == 0


def request_for(packages: list[str]) -> str:
    """What somebody who is not root asks the administrator of the machine for, word for word."""
    command = "sudo apt-get install -y --no-install-recommends " + " ".join(packages)
    return f"Thiếu gói hệ thống, hãy nhờ quản trị máy chạy (missing, please ask for): {command}"


def ensure_system(level: str) -> None:
    """Have the libraries, fonts and tools; only what is missing is installed, and only as root."""
    missing = python_packages() + missing_packages(level)
    if not missing:
        return
    names = [need.package for need in missing]
    if os.geteuid() == 0 and shutil.which("apt-get") and run_apt(names):
        return
    sentence = request_for(names)
    if any(need.vital for need in missing):
        stop(sentence)
    say(sentence)


def ensure_environment(level: str) -> None:
    """Make `.venv` match the pinned requirements of `level`, every file checked by its hash."""
    expected = stamp_for(level)
    say(f"Đang chuẩn bị môi trường, chỉ lần này (preparing .venv, this once): {level}")
    kept = stamp_found().get("python") == expected["python"]
    STAMP.unlink(missing_ok=True)
    try:
        if not kept:
            venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(ENVIRONMENT)
        pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-input"]
        pip += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
        subprocess.run([*pip, "-r", str(FILES[level].relative_to(HERE))], cwd=HERE, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"Chưa chuẩn bị được môi trường, xem dòng trên và mạng (set-up failed): {error}")
    STAMP.write_text(json.dumps(expected), encoding="utf-8")


def prepare(level: str) -> None:
    """Bring machine and environment up to `level`; does nothing when they already are."""
    if is_ready(level):
        return
    with FILES[level].open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second terminal waits here instead of racing
        if is_ready(level):
            return
        mask = os.umask(0o022)
        ensure_system(level)
        ensure_environment(level)
        os.umask(mask)


def has_display() -> bool:
    """Whether a window can be shown, or a platform without windows was asked for by name."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "darwin" or any(os.environ.get(name) for name in names)


def start(arguments: list[str]) -> None:
    """Become the program; nothing of the set-up stays in memory."""
    os.chdir(HERE)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled files halve the second start
    os.execv(PYTHON, [str(PYTHON), "main.py", *arguments])


def main(argv: list[str]) -> None:
    """`argv` is the wish (run, tour, prepare-tests), then optionally `--` and arguments."""
    wish, arguments = argv[0] if argv else "run", argv[2:]
    prepare("dev" if wish == "prepare-tests" else "runtime")
    if wish == "tour":
        if not has_display():
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        start(["tour", *arguments])
    if wish == "run":
        if not has_display():
            stop("Máy này không có màn hình, hãy chạy (no display here, please run): make tour")
        start(arguments)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    main(sys.argv[1:])
