"""Play seeds of the simulator: `python -m bench.simulate --seeds A-B [--mutant NAME] [--verbose]`.

Prints one JSON line; exit code 0 when all is as it should be: no failure, or a mutant killed.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext

from bench.simulation.mutants import MUTANTS
from bench.simulation.run import Tally, run_seeds

MOST_TOLD = 5
"""At most so many failing seeds are told in full on the error output."""


def main() -> int:
    args = _parser().parse_args()
    first, last = args.seeds
    mutant = MUTANTS[args.mutant]() if args.mutant else nullcontext()
    with mutant:
        tally = run_seeds(first, last, stop_early=bool(args.mutant), verbose=args.verbose)
    for seed, breaches in tally.failures[:MOST_TOLD]:
        for line in breaches:
            print(f"seed {seed}: {line}", file=sys.stderr)
    print(json.dumps(_record(tally, args.mutant), ensure_ascii=False))
    return int(bool(tally.failures) != bool(args.mutant))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.simulate", description=__doc__)
    parser.add_argument("--seeds", type=_seeds, required=True, metavar="A-B",
                        help="A-B, both included, or one seed")  # fmt: skip
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="break the engine in this way")
    parser.add_argument("--verbose", action="store_true", help="tell the history of each seed")
    parser.add_argument("--json", action="store_true", help="one JSON line (always so)")
    return parser


def _seeds(words: str) -> tuple[int, int]:
    first, _, last = words.partition("-")
    numbers = (first, last or first)
    if not all(number.isdecimal() for number in numbers) or int(first) > int(numbers[1]):
        raise argparse.ArgumentTypeError(f"«{words}» is not a range A-B of seeds")
    return int(first), int(numbers[1])


def _record(tally: Tally, mutant: str | None) -> dict[str, object]:
    return {
        "seeds": tally.seeds,
        "failures": len(tally.failures),
        "killed": bool(tally.failures) if mutant else None,
        "mutant": mutant,
        "first_failure": tally.failures[0][0] if tally.failures else None,
        "invariants": dict(sorted(tally.invariants.items())),
        "acts": tally.acts,
        "messages": tally.messages,
        "seconds": round(tally.seconds, 2),
        "seeds_per_second": round(tally.seeds / max(tally.seconds, 1e-9), 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
