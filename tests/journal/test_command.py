"""The journal on the command line: an export leaves its trace; a fault is told in one sentence."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import main
from tests.support.office import open_desk


def test_an_export_stands_in_the_journal_it_exports(tmp_path: Path) -> None:
    open_desk(tmp_path / "home").office.close()
    file = tmp_path / "out.jsonl"
    assert main.main(["--home", str(tmp_path / "home"), "journal", "export", str(file)]) == 0
    last = json.loads(file.read_text("utf-8").splitlines()[-1])
    assert last["type"] == "journal.exported"


def test_a_missing_folder_is_told_before_anything_is_written(tmp_path: Path, capsys) -> None:
    open_desk(tmp_path / "home").office.close()
    file = tmp_path / "nowhere" / "out.jsonl"
    assert main.main(["--home", str(tmp_path / "home"), "journal", "export", str(file)]) == 1
    assert "NK-22" in capsys.readouterr().err


def test_an_unforeseen_fault_is_one_sentence_and_cannot_tell(monkeypatch, capsys) -> None:
    def broken(_args: argparse.Namespace) -> None:
        raise KeyError("nope")

    monkeypatch.setattr(main, "build_parser", lambda _wanted: Fixed(broken))
    assert main.main(["deadline"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "GD-99" in told and "KeyError" in told


class Fixed:
    """A parser that found the broken command."""

    def __init__(self, run) -> None:
        self.run = run

    def parse_args(self, _argv: list[str]) -> argparse.Namespace:
        return argparse.Namespace(run=self.run, lang="vi")
