"""Command verify-pdf: are these PDF files validly signed, by the roots in a folder?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.errors import OfficeError
from models.words import tr
from services.clock import SystemClock
from services.commands.outcome import CANNOT_TELL, NO, OK, WRONG_USAGE, Outcome
from services.signing.child import verify_foreign
from services.signing.slots import field_words
from services.signing.verdict import State, Verdict, word_of

__all__ = ["exit_code", "register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `verify-pdf FILE... --roots DIR`."""
    parser = subparsers.add_parser("verify-pdf", help="check the signatures of PDF files")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--roots", required=True, type=Path, metavar="DIR")
    parser.add_argument("--home", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Exit 0 when every file is valid, 1 when any is invalid, 2 otherwise, 3 without roots.

    A file that cannot be read is "indeterminate": nothing is known about it. A file that is not
    a PDF or carries no signature is "invalid": it is certainly not a validly signed document.
    """
    try:
        verdicts = verify_foreign(args.files, args.roots, now=SystemClock().now())
    except OfficeError as error:
        return Outcome(WRONG_USAGE, error.sentence(), {"error": error.code, "what": error.what})
    rows = list(zip(args.files, verdicts, strict=True))
    return Outcome(exit_code(verdicts), _text(rows), [_row(path, each) for path, each in rows])


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """The code for all files together."""
    states = {each.state for each in verdicts}
    if State.INVALID in states:
        return NO
    return CANNOT_TELL if State.INDETERMINATE in states else OK


def _row(path: Path, verdict: Verdict) -> dict[str, object]:
    return {
        "file": str(path),
        "verdict": verdict.state.value,
        "reasons": [*verdict.reasons, *verdict.notes],
        "signatures": [
            {
                "field": each.field,
                "signer": each.signer,
                "covers_to_end": each.covers_to_end,
                "time_kind": each.time_kind,
            }
            for each in verdict.signatures
        ],
    }


def _text(rows: Sequence[tuple[Path, Verdict]]) -> str:
    lines = []
    for path, verdict in rows:
        lines.append(f"{path}: {word_of(verdict.state)}")
        lines += [f"  - {reason}" for reason in (*verdict.reasons, *verdict.notes)]
        for each in verdict.signatures:
            name = field_words(each.field)
            lines.append("  " + tr("Ô {field}: {signer}", field=name, signer=each.signer))
    return "\n".join(lines)
