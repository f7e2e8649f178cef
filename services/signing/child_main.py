"""The limited process that opens foreign PDFs: request on stdin, one JSON line per file on stdout.

Run as `python -m services.signing.child_main`, never imported by the program itself: a 740-byte
file can make a PDF library ask for gigabytes, and then only this process may die of it.
"""

from __future__ import annotations

import importlib
import json
import sys
from datetime import datetime
from pathlib import Path

from models.words import tr
from services.language import install_language
from services.signing.limits import allow_cpu, limit_memory
from services.signing.roots import Trust, load_trust
from services.signing.verdict import State, Verdict, verify
from services.signing.wire import verdict_to_data

__all__ = ["main"]

MAX_FILE = 50 * 1024 * 1024


def main() -> int:
    """Answer one request; each line is flushed so that a later bomb cannot swallow it.

    A file that runs out of memory ends this process: the next one starts with a clean memory.
    """
    asked = json.loads(sys.stdin.readline())
    install_language(asked["lang"])
    trust = load_trust(Path(asked["roots"]))
    now = datetime.fromisoformat(asked["now"])
    importlib.import_module("services.signing.validation")  # not at a foreign file's expense
    limit_memory(asked["memory"])
    for path in asked["paths"]:
        allow_cpu(asked["cpu"])
        verdict = _judge(Path(path), trust, now)
        sys.stdout.write(json.dumps(verdict_to_data(verdict)) + "\n")
        sys.stdout.flush()
    return 0


def _judge(path: Path, trust: Trust, now: datetime) -> Verdict:
    try:
        if path.stat().st_size > MAX_FILE:
            return _cannot_tell(tr("Tệp lớn hơn 50 MB nên chương trình không kiểm tra."))
        raw = path.read_bytes()
    except OSError:
        return _cannot_tell(tr("Không đọc được tệp này."))
    return verify(raw, trust, now=now)


def _cannot_tell(reason: str) -> Verdict:
    return Verdict(State.INDETERMINATE, (reason,), (), "")


if __name__ == "__main__":
    sys.exit(main())
