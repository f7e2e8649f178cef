"""The server's own log: one JSON object a line on standard error, nothing about people in it.

Requests are told by method, route, status, time, bytes, office and the beginning of the device's
id. Addresses, names, bodies, query values and the texts of errors are never written: an error is
its kind and the place in the code.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["JsonLines", "set_up_logs"]

_OURS = "mot-cua"
_QUIET = ("uvicorn.access",)


class JsonLines(logging.Formatter):
    """A record as one line of JSON; `extra={"data": {...}}` adds fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "say": record.getMessage() if self._is_ours(record) else record.msg,
            "process": record.process,
        }
        line.update(getattr(record, "data", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _place(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)

    @staticmethod
    def _is_ours(record: logging.LogRecord) -> bool:
        """Libraries may put what a client sent into the values of their messages."""
        return record.name.startswith((_OURS, "uvicorn.error"))


def _place(error: BaseException) -> str:
    """The kind of an error and where it came from, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__} {where}".strip()


def set_up_logs(level: int = logging.INFO) -> None:
    """Send every record of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", *_QUIET):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], name not in _QUIET
