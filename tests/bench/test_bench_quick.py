"""The measurements run and print what they promise; how fast they are is not a test's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.measure import Figure, Sample, interleaved, table

ROOT = Path(__file__).parents[2]


def test_percentiles_ratio_and_aims() -> None:
    ours = Sample(tuple(float(n) for n in range(1, 101)))
    raw = Sample((10.0, 20.0, 30.0))
    figure = Figure("x", ours, raw, "raw", most_ratio=2.5)
    assert ours.percentile(0.5) == 50 and ours.percentile(0.95) == 95
    assert figure.ratio == 2.5 and figure.met
    assert not Figure("x", ours, raw, "raw", most_ratio=2.4).met
    assert not Figure("x", ours, raw, "raw", most_p95=95).met


def test_pairs_take_turns_and_the_warm_up_does_not_count() -> None:
    order: list[str] = []
    pair = (lambda: order.append("ours"), lambda: order.append("raw"))
    ours, raw = interleaved([pair] * 3, warm_up=1)
    assert order == ["ours", "raw", "raw", "ours", "ours", "raw"]
    assert len(ours.milliseconds) == len(raw.milliseconds) == 2


def test_the_table_has_one_line_per_figure() -> None:
    figure = Figure("append", Sample((1.0,)), Sample((0.5,)), "SQLCipher", most_ratio=1.5)
    lines = table([figure]).splitlines()
    assert lines[0].split()[:2] == ["name", "n"]
    assert lines[1].startswith("append") and "2.0x" in lines[1] and " NO " in lines[1]


@pytest.mark.skipif(os.name == "nt", reason="the suite of Windows has no bench")
def test_quick_run_gives_json_lines_with_ratios(tmp_path: Path) -> None:
    environment = {
        **os.environ, "MOTCUA_BENCH_DIR": str(tmp_path), "MOTCUA_BENCH_MOST": "40",
        "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip
    command = [sys.executable, "-m", "bench", "--quick", "--json"]
    for name in ("append", "lookup", "papers"):
        command += ["--only", name]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert [f["name"] for f in figures] == ["append", "search", "open", "receipt", "sign"]
    for figure in figures:
        assert figure["n"] > 5
        assert 0 < figure["ours_p50_ms"] <= figure["ours_p95_ms"]
        assert figure["ratio"] == pytest.approx(
            figure["ours_p50_ms"] / figure["raw_p50_ms"], rel=0.05
        )


@pytest.mark.skipif(os.name == "nt", reason="the suite of Windows has no bench")
def test_attachments_are_measured_against_synced_writes() -> None:
    command = [sys.executable, "-m", "bench.blob", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figure = json.loads(done.stdout)
    assert figure["bench"] == "blob" and figure["ratio"] > 0 and figure["mib"] == 4
