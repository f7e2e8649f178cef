"""The tour plays its days through the real windows, and leaves what it promises."""

from __future__ import annotations

import faulthandler
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 280
COLOURS = 12


def run_main(*words: str) -> subprocess.CompletedProcess[str]:
    """main.py in a process of its own, without a display."""
    env = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    env["QT_QPA_PLATFORM"] = "offscreen"
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *words],
        env=env, cwd=ROOT, text=True, capture_output=True, timeout=LONGEST, check=False,
    )  # fmt: skip


def colours_of(path: Path) -> int:
    """How many different colours a coarse look at the picture finds."""
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1366, 768), path.name
    return len({image.pixel(x, y) for x in range(0, 1366, 7) for y in range(0, 768, 7)})


def check_tour(out: Path, language: str) -> dict:
    """Run the tour and check everything it leaves."""
    faulthandler.cancel_dump_traceback_later()  # the child is at work, this process only waits
    done = run_main("tour", "--out", str(out), "--lang", language, "--json")
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    missed = [step for step in summary["steps"] if not step["ok"]]
    assert missed == [] and done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == summary
    assert set(summary) == {"steps", "dossiers", "journal", "files"}
    assert all(set(step) == {"name", "ok", "screenshot"} for step in summary["steps"])
    for step in summary["steps"]:
        assert colours_of(out / step["screenshot"]) > COLOURS, step["screenshot"]
    return summary


def check_papers(out: Path, summary: dict) -> None:
    """Receipt and result are PDFs, the result validly signed; the journal is whole."""
    files = {name: out / path for name, path in summary["files"].items()}
    assert files["receipt"].read_bytes().startswith(b"%PDF-")
    verified = run_main(
        "verify-pdf", str(files["signed_pdf"]), "--roots", str(files["roots"]), "--json"
    )
    assert verified.returncode == 0, verified.stdout
    (verdict,) = json.loads(verified.stdout)
    assert verdict["verdict"] == "valid" and len(verdict["signatures"]) == 2
    assert run_main("verify-pdf", str(out / "result-tampered.pdf"), "--roots",
                    str(files["roots"])).returncode == 1  # fmt: skip
    lines = (out / "journal.jsonl").read_text("utf-8").splitlines()
    assert summary["journal"] == {"events": len(lines), "verified": True}


@pytest.mark.timeout(2 * LONGEST)
def test_the_tour_in_vietnamese(tmp_path):
    summary = check_tour(tmp_path / "out", "vi")
    check_papers(tmp_path / "out", summary)
    assert summary["dossiers"] > 200
    assert [s["screenshot"][:2] for s in summary["steps"]] == [
        f"{number:02d}" for number in range(1, len(summary["steps"]) + 1)
    ]


@pytest.mark.soak
@pytest.mark.timeout(2 * LONGEST)
def test_the_tour_in_english(tmp_path):
    check_tour(tmp_path / "out", "en")


def test_the_tour_never_enters_an_office_that_is_there(tmp_path):
    (tmp_path / "office.json").write_text(
        json.dumps({"profile": "p", "mode": "real", "unit_code": "00316",
                    "unit_name": "Phường Định Công", "created": "2026-11-16"}), "utf-8"
    )  # fmt: skip
    done = run_main("tour", "--out", str(tmp_path / "out"), "--home", str(tmp_path))
    assert done.returncode == 1 and "TQ-01" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["office.json"]
