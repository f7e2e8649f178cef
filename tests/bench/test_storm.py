"""The storm in short: what is queued arrives once, whoever dies; no figure is a test's business."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from bench.queues import acts, queue
from services.sync.accept import check_signature, read_run
from services.sync.protocol import Push
from services.sync.wire import decode_question

ROOT = Path(__file__).parents[2]


def bench(name: str, *words: str) -> dict[str, object]:
    """The one JSON line of a measurement."""
    command = [sys.executable, "-m", f"bench.{name}", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line)


def test_queues_are_real_logs_cut_between_acts():
    made = queue("00004", 3, 150, batch=40)
    asked = [decode_question(body) for body in made.bodies]
    assert all(isinstance(each, Push) for each in asked)
    runs = [read_run(each.run.events, "00004") for each in asked]
    for events, count in zip(runs, made.counts, strict=True):
        assert len(events) == count <= 40
        check_signature(events, made.public_key)
    for before, after in pairwise(runs):
        assert after[0].envelope.prev == before[-1].hash
    last = runs[-1][-1]
    assert (last.envelope.seq, last.hash) == (made.head.seq, made.head.hash)
    assert 150 <= made.events <= 152
    kinds = {item.envelope.type for item in acts()}
    assert kinds >= {"dossier.received", "dossier.transferred", "dossier.approved"}
    assert queue("00004", 3, 150, batch=40) == made


def test_a_storm_with_a_killed_worker_loses_and_doubles_nothing():
    words = ["--quick", "--offices", "8", "--workers", "2", "--kills", "1"]
    told = bench("storm", *words, "--events", "500", "--json")
    (run,) = told["runs"]
    assert told["offices"] == 8 and told["events"] >= 8 * 500
    assert (told["lost"], told["doubled"]) == (0, 0)
    assert run["workers"] == 2 and run["killed"] == 1
    assert told["ratio"] == run["ratio"] > 0
    assert run["push_ms"]["p50"] <= run["push_ms"]["p95"]
    assert set(run["cpu_us_per_event"]) == {"city", "board", "postgres", "clients"}


def test_the_wire_takes_fewer_bytes_the_more_travel_together():
    told = bench("wire", "--quick", "--json")
    sizes = told["sizes"]
    assert [each["batch"] for each in sizes] == [1, 20, 100, 500]
    assert all(each["events"] >= 1000 for each in sizes)
    assert len({each["msgpack_bytes"] for each in sizes}) == 1
    bytes_each = [each["wire_bytes"] for each in sizes]
    assert bytes_each == sorted(bytes_each, reverse=True)
    assert told["ratio"] == sizes[-1]["ratio"] < sizes[0]["ratio"]


def test_every_act_reaches_the_city_and_the_other_pc():
    told = bench("latency", "--quick", "--json")
    assert told["acts"] >= 15
    assert told["ratio"] > 0 and told["ratio_city"] > 0
    for name in ("to_city_ms", "to_other_pc_ms", "raw_ms"):
        assert 0 < told[name]["p50"] <= told[name]["p95"]
