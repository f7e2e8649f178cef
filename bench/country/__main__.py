"""3,321 offices by simulation: `python -m bench.country [--quick] [--offices N] [--minutes M]`.

First a real city is measured (`costs.py`), then the country's PCs meet a modelled one of the same
costs (`nation.py`): minutes of an ordinary hour with a peak of ten times in the middle, and the
morning after a day without the city. One JSON line; `ratio` is the cores that the peak needs to the
cores of this machine (one cell), below 1 one such machine would do. Arithmetic: docs/scale.md §1.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from collections import Counter
from collections.abc import Sequence

from bench.country.costs import Costs, measure_costs
from bench.country.nation import DAY_MS, PCS, Nation, acts
from bench.measure import Sample
from bench.surroundings import surroundings

COUNTRY, QUICK = 3_321, 40
EVENTS_A_DAY, WORKDAY_S, WORKDAYS = 910, 8 * 3600, 250
PEAK = 10
SETTLE_S = 60.0
"""So long everybody is only getting acquainted; then the clock of the hour starts."""
PROBE_S = 5.0
LONGEST_S = 4 * 3600.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.country", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} offices, few requests")
    parser.add_argument("--json", action="store_true", help="one JSON line (always so)")
    parser.add_argument("--offices", type=int)
    parser.add_argument("--minutes", type=float, help="of the ordinary hour; 10 (quick: 3)")
    args = parser.parse_args()
    told = surroundings()
    costs = measure_costs(*(3, 6) if args.quick else (40, 25))
    offices = args.offices or (QUICK if args.quick else COUNTRY)
    hour = ordinary_hour(offices, costs, minutes=args.minutes or (3 if args.quick else 10))
    # twice the peak: what a prudent operator gives; less than one core of either there is not
    sized = tuple(max(1, math.ceil(2 * hour[name])) for name in ("city_cores", "pg_cores"))
    record = {
        "name": "country", "quick": args.quick, "offices": offices, "pcs": offices * PCS,
        "ratio": round((hour["city_cores"] + hour["pg_cores"]) / (os.cpu_count() or 1), 3),
        "ratio_is": "cores the peak needs (city and PostgreSQL) to the cores of this machine",
        "hour": hour, "reconnect": reconnect(offices, costs, (sized[0], sized[1])),
        "gb_a_year": round(offices * EVENTS_A_DAY * WORKDAYS * costs.row / 1e9),
        "costs": costs.record(), **told, "load_after": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(record, ensure_ascii=False))
    return 0


def ordinary_hour(offices: int, costs: Costs, *, minutes: float) -> dict[str, float]:
    """Acts at the day's average, ten times as many in the middle fifth; a city without bounds."""
    nation = Nation(offices, costs, None)
    for pc in nation.pcs:
        nation.clock.at(nation.random.random() * SETTLE_S / 2, lambda pc=pc: pc.meet(0))  # type: ignore[misc]
    seconds = minutes * 60
    peak = (SETTLE_S + 0.4 * seconds, SETTLE_S + 0.6 * seconds)
    rate = offices * EVENTS_A_DAY / WORKDAY_S / costs.act
    for when in acts(nation, SETTLE_S + seconds, rate=rate, peak=peak, times=PEAK):
        if when > SETTLE_S:
            pc = nation.random.choice(nation.pcs)
            nation.clock.at(when, lambda pc=pc: pc.act(_events(nation)))  # type: ignore[misc]
    nation.clock.run(SETTLE_S + seconds + SETTLE_S)
    told, (city, postgres) = nation.told, nation.city.stations
    before = (SETTLE_S + 0.1 * seconds, peak[0])
    return {
        "minutes": minutes, "acts": len(told.to_city), "lost": told.lost,
        "events_per_s": round(rate * costs.act),
        "peak_events_per_s": round(PEAK * rate * costs.act),
        "requests_per_s": round(_mean(told.requests, before)),
        "peak_requests_per_s": round(_mean(told.requests, peak)),
        "quiet_city_cores": round(_mean(city.used, before), 2),
        "quiet_pg_cores": round(_mean(postgres.used, before), 2),
        "city_cores": round(_mean(city.used, peak), 2),
        "pg_cores": round(_mean(postgres.used, peak), 2),
        "peak_mbit_up": round(8 * _mean(told.up, peak) / 1e6, 1),
        "peak_mbit_down": round(8 * _mean(told.down, peak) / 1e6, 1),
        "most_connections": told.most_connections, "most_unsent": told.most_unsent,
        "left_unsent": told.unsent, **_shares("to_city_ms", told.to_city),
        **_shares("to_other_pcs_ms", told.to_pcs),
    }  # fmt: skip


def reconnect(offices: int, costs: Costs, cores: tuple[int, int]) -> dict[str, float]:
    """A day's work is queued on every PC; all find the city back within five seconds."""
    nation = Nation(offices, costs, cores)
    for pc in nation.pcs:
        pc.ledger.write(pc.log, EVENTS_A_DAY // PCS)
        nation.told.owe(EVENTS_A_DAY // PCS)
        nation.clock.at(nation.random.random() * PROBE_S, lambda pc=pc: pc.meet(DAY_MS))  # type: ignore[misc]
    queued = nation.told.unsent
    while not nation.even() and nation.clock.now < LONGEST_S:
        nation.clock.run(nation.clock.now + 1)
    told = nation.told
    return {
        "city_cores": cores[0], "pg_cores": cores[1], "events": queued,
        "queues_empty_s": round(told.emptied, 1), "all_even_s": round(nation.clock.now),
        "events_per_s": round(queued / told.emptied), "left_unsent": told.unsent,
        "requests": sum(told.requests.values()),
        "most_requests_per_s": max(told.requests.values()),
        "most_connections": told.most_connections, "lost": told.lost,
        "mbit_up": round(8 * max(told.up.values()) / 1e6, 1),
        "mbit_down": round(8 * max(told.down.values()) / 1e6, 1),
    }  # fmt: skip


def _events(nation: Nation) -> int:
    """Of one act: one, or two, as often as at a real desk."""
    return 1 + (nation.random.random() < nation.costs.act - 1)


def _mean(seconds: Counter[int], span: tuple[float, float]) -> float:
    first, last = int(span[0]), int(span[1])
    return sum(seconds[second] for second in range(first, last)) / (last - first)


def _shares(name: str, seconds: Sequence[float]) -> dict[str, float]:
    sample = Sample(tuple(1000 * each for each in seconds))
    return {f"{name}_p{share}": round(sample.percentile(share / 100)) for share in (50, 95)}


if __name__ == "__main__":
    raise SystemExit(main())
