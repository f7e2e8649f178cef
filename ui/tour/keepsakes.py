"""What the tour leaves behind: papers, root certificates, the journal, the summary."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from services.commands import journal
from ui.tour.guide import Guide

__all__ = ["RECEIPT", "RESULT", "SUPPLEMENT", "collect", "write_summary"]

RECEIPT, SUPPLEMENT, RESULT = "receipt.pdf", "supplement.pdf", "result.pdf"
ROOTS, JOURNAL = "roots", "journal.jsonl"
RECEIVED = "dossier.received"


def collect(out: Path, home: Path) -> dict[str, Any]:
    """Copy the roots, export and verify the journal once the windows are closed.

    Answers the parts of the summary that stand in the journal.
    """
    roots = out / ROOTS
    shutil.rmtree(roots, ignore_errors=True)
    if (home / "keys" / ROOTS).is_dir():
        shutil.copytree(home / "keys" / ROOTS, roots)
    return _journal(home, out / JOURNAL)


def _journal(home: Path, file: Path) -> dict[str, Any]:
    """How the journal stands, as the command line tells it to IT staff."""
    if not (home / "office.json").is_file():
        return {"dossiers": 0, "journal": {"events": 0, "verified": False}}
    answers = []
    for act in ("export", "verify"):
        args = argparse.Namespace(home=str(home), user=None, journal_act=act, file=file)
        answers.append(journal.run(args).data)
    verified = answers[1]
    assert isinstance(verified, dict)
    state = {"events": verified["events"], "verified": verified["verified"]}
    with file.open(encoding="utf-8") as lines:
        received = sum(json.loads(line)["type"] == RECEIVED for line in lines)
    return {"dossiers": received, "journal": state}


def write_summary(out: Path, guide: Guide, kept: dict[str, Any]) -> dict[str, Any]:
    """Write summary.json and return what stands in it."""
    steps = []
    for taken in guide.taken:
        entry: dict[str, Any] = {
            "name": taken.name, "ok": taken.ok, "screenshot": taken.screenshot,
        }  # fmt: skip
        if taken.problem:
            entry["problem"] = taken.problem
        steps.append(entry)
    summary = {
        "steps": steps,
        **kept,
        "files": {"receipt": RECEIPT, "signed_pdf": RESULT, "roots": ROOTS},
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")
    return summary
