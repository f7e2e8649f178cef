"""What a test needs from the machine: told with the command to ask for, never passed over in CI."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Where Debian keeps servers; not on the path of an ordinary user."""


def is_ci() -> bool:
    """Whether nobody sits here to read that a test was skipped."""
    return os.environ.get("CI", "").lower() in ("true", "1")


def find_program(name: str) -> str | None:
    """The path of a program, also where only root looks."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS]))


def get_program(name: str, *, package: str) -> str:
    """The path of a program; without it the test ends as `miss_package` says."""
    return find_program(name) or miss_package(package)


def miss_package(package: str) -> NoReturn:
    """Skip for want of a Debian package; root has it from `make test`, so there it is a fault."""
    reason = f"missing, please ask for: sudo apt-get install -y {package}"
    if os.geteuid() == 0 or is_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def miss_right(reason: str) -> NoReturn:
    """Skip because this account or container may not do something; in CI that is a fault."""
    if is_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
