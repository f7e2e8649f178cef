"""What every test gets: no display, its own home folder, Vietnamese, and silence as a result."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from models.words import use_language
from tests.support.fixtures import browser, postgres_cluster, postgres_url  # noqa: F401
from tests.support.log_guard import LogGuard
from tests.support.transaction_guard import TransactionGuard

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=60,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", parent=settings.get_profile("ci"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

SETTINGS_OF_THE_MACHINE = ("MOTCUA_PASSWORD", "MOTCUA_LANG")
"""Variables of the developer's own session that must not reach a test."""


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder and settings folders of this test only; no OS secret store."""
    base = tmp_path_factory.mktemp("own")
    for name in SETTINGS_OF_THE_MACHINE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOTCUA_HOME", str(base / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(base / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(base / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(base / "state"))
    (base / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(base / "runtime"))
    monkeypatch.setenv("MOTCUA_LAN_HOST", "127.0.0.1")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    if "PySide6.QtCore" in sys.modules:
        qt = sys.modules["PySide6.QtCore"].QSettings
        for kind in (qt.Format.NativeFormat, qt.Format.IniFormat):
            qt.setPath(kind, qt.Scope.UserScope, str(base / "config"))
    return base


@pytest.fixture(autouse=True)
def vietnamese_afterwards() -> Iterator[None]:
    """A test may switch the language; the next one starts in Vietnamese again."""
    yield
    use_language("vi", {})


@pytest.fixture(autouse=True)
def announce_log() -> Iterator[LogGuard]:
    """Any log record from WARNING up fails the test unless it said `announce_log(pattern)`."""
    guard = LogGuard()
    with guard.listening():
        yield guard
    if trouble := guard.trouble():
        pytest.fail(trouble, pytrace=False)


@pytest.fixture(autouse=True)
def no_open_transaction() -> Iterator[None]:
    """A test that leaves a database transaction open fails, and the next one is not disturbed."""
    guard = TransactionGuard()
    with guard.watching():
        yield
        left = guard.roll_back_open()
    if left:
        pytest.fail(f"{left} database transaction(s) left open", pytrace=False)
