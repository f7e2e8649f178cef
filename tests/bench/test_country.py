"""The country in short: the production engine empties every queue of a modelled city."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.country.__main__ import ordinary_hour, reconnect
from bench.country.costs import Cost, Costs
from bench.country.ledger import Ledger, end_of, head_of
from bench.country.nation import DAY_MS, PCS, Clock, Nation, Station
from services.sync.ports import Verdict
from services.sync.protocol import Head

ROOT = Path(__file__).parents[2]
COSTS = Costs(
    push_one=Cost(0.004, 0.002, 900, 300), push_run=Cost(0.2, 0.1, 80_000, 300),
    pull_none=Cost(0.002, 0.001, 400, 500), pull_one=Cost(0.003, 0.001, 400, 1_200),
    pull_run=Cost(0.02, 0.01, 400, 80_000), row=1_400, act=1.25,
)  # fmt: skip


def test_a_cost_lies_on_the_line_between_one_event_and_a_run():
    assert COSTS.push(1) == COSTS.push_one and COSTS.push(500).city == pytest.approx(0.2)
    assert COSTS.push_one.city < COSTS.push(100).city < COSTS.push(200).city < 0.2
    assert COSTS.pull(0) == COSTS.pull_none and COSTS.pull(1) == COSTS.pull_one


def test_a_station_serves_no_more_at_once_than_it_has_cores():
    clock, ended = Clock(), []
    station = Station(clock, 2)
    for _ in range(4):
        station.serve(3.0, lambda: ended.append(clock.now))
    clock.run(100)
    assert ended == [3.0, 3.0, 6.0, 6.0]
    assert sum(station.used.values()) == 12.0


def test_a_ledger_takes_runs_like_any_store_of_logs():
    log, ours, theirs = b"l" * 16, Ledger("0"), Ledger("0")
    ours.write(log, 1_200)
    first = ours.run_after(log, Head(0, bytes(32)), events=500, size=1 << 20)
    second = ours.run_after(log, head_of(log, 500), events=500, size=1 << 20)
    assert (end_of(first), end_of(second)) == (500, 1_000)
    assert ours.run_after(log, Head(500, b"?" * 32), events=500, size=1 << 20) is None
    assert theirs.take(second).verdict is Verdict.GAP
    assert theirs.take(first).verdict is Verdict.TAKEN
    assert theirs.take(first).verdict is Verdict.KNOWN
    assert theirs.heads()[log] == head_of(log, 500)


def test_an_hour_leaves_nothing_behind_and_costs_what_its_requests_cost():
    told = ordinary_hour(40, COSTS, minutes=2)
    assert told["left_unsent"] == 0 and told["lost"] == 0 and told["acts"] > 5
    assert 40 * PCS <= told["most_connections"] <= 2 * 40 * PCS
    polls = 40 * PCS / 25
    assert told["requests_per_s"] >= polls > 5
    assert told["city_cores"] / told["quiet_city_cores"] * polls > 6  # the peak costs more
    assert told["city_cores"] < told["peak_requests_per_s"] * 0.01
    # the least there is: both cores' work and the wire there and back
    assert told["to_city_ms_p50"] >= 6 + 20
    assert told["to_other_pcs_ms_p50"] > told["to_city_ms_p50"]


def test_after_a_day_away_all_queues_are_emptied_the_sooner_the_more_cores():
    slow, fast = (reconnect(40, COSTS, cores) for cores in ((1, 1), (4, 4)))
    for told in (slow, fast):
        assert told["left_unsent"] == 0
        assert told["events"] == 40 * PCS * (910 // PCS)
        assert told["all_even_s"] >= told["queues_empty_s"]
    assert fast["queues_empty_s"] <= slow["queues_empty_s"]


def test_they_do_not_come_back_all_in_one_second():
    nation = Nation(100, COSTS, None)
    for pc in nation.pcs:
        pc.meet(DAY_MS)
    nation.clock.run(61)
    hellos = nation.told.requests
    assert max(hellos.values()) < 0.2 * 100 * PCS


def test_the_command_measures_a_real_city_first():
    command = [
        sys.executable,
        "-m",
        "bench.country",
        "--quick",
        "--offices",
        "10",
        "--minutes",
        "1",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["offices"] == 10 and told["ratio"] > 0
    assert told["reconnect"]["left_unsent"] == 0
    assert told["costs"]["push_run"]["city_us"] > told["costs"]["push_one"]["city_us"] > 0
    assert told["costs"]["row_bytes"] > 300 and told["gb_a_year"] > 0
