"""Collects log records from WARNING up during a test; unannounced ones are failures."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager


class LogGuard(logging.Handler):
    """Call it with a regular expression to announce a record the test expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._patterns: list[str] = []
        self._heard: list[str] = []

    def __call__(self, pattern: str) -> None:
        self._patterns.append(pattern)

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear the root logger while the block runs."""
        root = logging.getLogger()
        root.addHandler(self)
        try:
            yield
        finally:
            root.removeHandler(self)

    def trouble(self) -> str:
        """What was logged without being announced, or announced without being logged; or ""."""
        unannounced = [
            line for line in self._heard if not any(re.search(p, line) for p in self._patterns)
        ]
        unheard = [p for p in self._patterns if not any(re.search(p, line) for line in self._heard)]
        lines = [f"unannounced log record: {line}" for line in unannounced]
        lines += [f"announced but never logged: {pattern}" for pattern in unheard]
        return "\n".join(lines)
