"""Bytes per event on the wire: `python -m bench.wire [--quick]`, pushes of 1, 20, 100, 500 events.

Events of a seeded training office (`--quick`: a dozen visits again and again, which zstd likes more
than life would). What travels (zstd over msgpack, signatures and chain included) against the same
bodies as plain msgpack. One JSON line; `ratio` is that of pushes of 500, smaller is better.
"""

from __future__ import annotations

import argparse
import json
import os
from time import perf_counter

from bench.queues import Queued, acts, queue, seeded_acts
from bench.surroundings import surroundings
from models.envelope import Sealed
from services.sync.protocol import Push
from services.sync.wire import decode_question

BATCHES = (1, 20, 100, 500)
EVENTS, QUICK_EVENTS = 10_000, 1_000
HEADERS = len("X-Device: X-Time: X-Nonce: X-Signature: ") + 4 * 2 + 32 + 13 + 32 + 128
"""The four signed headers, once for each push; the rest of HTTP is not ours to count."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.wire", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_EVENTS} events a size")
    parser.add_argument("--json", action="store_true", help="one JSON line (always so)")
    quick = parser.parse_args().quick
    events = QUICK_EVENTS if quick else EVENTS
    model = acts() if quick else seeded_acts(events)
    told = surroundings()
    sizes = [_size(batch, events, model) for batch in BATCHES]
    record = {
        "name": "wire", "quick": quick, "events": events, "ratio": sizes[-1]["ratio"],
        "ratio_is": "bytes that travel to bytes of the bodies as msgpack, pushes of 500",
        "signed_share": round(sum(e.signature is not None for e in model) / len(model), 2),
        "sizes": sizes, **told, "load_after": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(record, ensure_ascii=False))
    return 0


def _size(batch: int, events: int, model: tuple[Sealed, ...]) -> dict[str, object]:
    """Pushes of at most `batch` events; an act that is longer travels whole."""
    made = queue("00004", 1, events, batch=batch, model=model)
    begun = perf_counter()
    bodies, signatures = _plain(made)
    seconds = perf_counter() - begun
    count, body = made.events, sum(map(len, made.bodies))
    return {
        "batch": batch, "pushes": len(made.bodies), "events": count,
        "msgpack_bytes": round(bodies / count), "signature_bytes": round(signatures / count),
        "wire_bytes": round(body / count, 1),
        "wire_bytes_with_headers": round((body + HEADERS * len(made.bodies)) / count, 1),
        "ratio": round(body / bodies, 3), "decode_us_per_event": round(1e6 * seconds / count, 1),
    }  # fmt: skip


def _plain(made: Queued) -> tuple[int, int]:
    """Bytes of all bodies and of all signatures, as they come out at the other end."""
    bodies = signatures = 0
    for sent in made.bodies:
        asked = decode_question(sent)
        assert isinstance(asked, Push)
        bodies += sum(len(body) for body, _ in asked.run.events)
        signatures += sum(len(signature or b"") for _, signature in asked.run.events)
    return bodies, signatures


if __name__ == "__main__":
    raise SystemExit(main())
