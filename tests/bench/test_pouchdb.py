"""PouchDB beside us: our half is really done; without node and npm the answer is plain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.offices import seeded_home
from bench.pouchdb import databases, measure, ours, write_documents

ROOT = Path(__file__).parents[2]
PACKAGES = os.environ.get("MOTCUA_BENCH_PACKAGES", "")
"""Where npm installed the packages of bench/pouch before: the suite itself asks no registry."""


@pytest.fixture
def small_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTCUA_BENCH_DIR", str(tmp_path / "offices"))
    return seeded_home(20)


def test_without_npm_it_says_so_and_gives_no_figure(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": str(tmp_path)}
    command = [sys.executable, "-m", "bench.pouchdb", "--quick"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    said = json.loads(done.stdout)
    assert said == {"name": "pouchdb", "cannot": "not installed here: node, npm"}


def test_our_half_sends_everything_and_fetches_it_again(tmp_path: Path, small_office: Path) -> None:
    documents = tmp_path / "documents.jsonl"
    events = write_documents(small_office, documents)
    lines = [json.loads(line) for line in documents.read_text().splitlines()]
    assert len({line["_id"] for line in lines}) == len(lines) == events > 100
    assert {"dossier.received", "office.created"} <= {line["type"] for line in lines}
    (tmp_path / "run").mkdir()
    with databases(tmp_path) as fresh, fresh() as db:
        told = ours(tmp_path / "run", db, small_office)
    assert told["push_bytes"] > 100 * events < told["pull_bytes"]
    assert told["push_ms"] > 0 < told["pull_ms"]


@pytest.mark.skipif(not PACKAGES, reason="MOTCUA_BENCH_PACKAGES names no installed packages")
def test_both_carry_the_same_documents(tmp_path: Path, small_office: Path) -> None:
    told = measure(tmp_path, Path(PACKAGES), 20, rounds=1, lax=False)
    assert told["documents"] > 100
    assert told["ratio"] > 0 and told["ratio_pull"] > 0
