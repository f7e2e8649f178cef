"""The latency between PCs in short: every act arrives on both ways; figures are not asserted."""

from __future__ import annotations

from bench.lan import LEAST, measure_lan
from bench.latency import _of_way


def test_every_act_is_durable_on_pc_3_by_way_of_the_hub_and_straight():
    ways = measure_lan(4)
    assert set(ways) == set(LEAST) == {"hub", "straight"}
    for name, way in ways.items():
        told = _of_way(way, LEAST[name])
        assert told["acts"] == 4
        assert told["ratio"] > 0 and told["raw_ms"]["p50"] > 0
        pairs = zip(way.from_act.milliseconds, way.from_commit.milliseconds, strict=True)
        assert all(from_act > from_commit for from_act, from_commit in pairs)
        assert all(0 < ms < 60_000 for ms in way.from_commit.milliseconds)
