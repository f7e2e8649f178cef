"""Limits a process puts on itself before it opens foreign files; where the system has none, no-ops.

Windows has no `resource` module: there the parent's wall clock is the only limit.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

__all__ = ["allow_cpu", "limit_memory"]


def _resource() -> Any:
    return importlib.import_module("resource") if sys.platform != "win32" else None


def limit_memory(size: int) -> None:
    """Let this process have at most `size` bytes of address space from now on."""
    resource = _resource()
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def allow_cpu(seconds: int) -> None:
    """Let this process use `seconds` of processor time more than it has used up to now."""
    resource = _resource()
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        total = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (total, resource.RLIM_INFINITY))
