"""A thousand kills of the writing process: `python -m bench.kill [--kills N] [--seed S]`."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from bench.killing import kill_repeatedly


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        toll = kill_repeatedly(Path(folder) / "home", kills=args.kills, seed=args.seed)
    seconds = time.perf_counter() - start
    print(f"kills {toll.kills}  acknowledged {toll.acknowledged}  lost {len(toll.lost)}  "
          f"before the first {toll.before_first}  temps swept {toll.temps_swept}  {seconds:.0f} s")
    return 1 if toll.lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
