"""One table of speeds, ours and the raw engine: `python -m bench [--quick] [--json] [--only]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator

from bench import append, folding, lookup, papers, start
from bench.measure import Figure, table

BENCHES: dict[str, Callable[[bool], list[Figure]]] = {
    "append": append.measure,
    "lookup": lookup.measure,
    "fold": folding.measure,
    "papers": papers.measure,
    "start": start.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small offices, few repeats")
    parser.add_argument("--json", action="store_true", help="one JSON line per figure")
    parser.add_argument("--only", choices=sorted(BENCHES), action="append", help="just these")
    args = parser.parse_args()
    figures: list[Figure] = []
    for figure in _figures(args.only or list(BENCHES), args.quick):
        figures.append(figure)
        if args.json:
            print(json.dumps(figure.record(), ensure_ascii=False), flush=True)
    if not args.json:
        print(table(figures))
        print(_machine())
    return 0


def _figures(names: list[str], quick: bool) -> Iterator[Figure]:
    for name in names:
        if sys.stderr.isatty():
            print(f"{name}...", file=sys.stderr)
        yield from BENCHES[name](quick)


def _machine() -> str:
    """Where and under what load the figures were taken."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg()) if os.name != "nt" else "-"
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, load {load}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
