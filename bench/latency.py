"""How long an act takes to the city and to another PC: `python -m bench.latency [--quick] [--lan]`.

One PC of an office pushes acts one by one to a real `serve city` on PostgreSQL, the other has a
question open there. Told are the time to the acknowledgement (durable in the city) and to the
other's checked answer. Not in it: the two PCs' own stores. Beside each act, in the same run, what
no machine can go below: two fsyncs and two round trips over loopback. One JSON line; `ratio` is the
median to the other PC by the median of that. `--lan` measures without a city, stores included: see
`lan.py`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import tempfile
import threading
import time
from pathlib import Path
from queue import Queue

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.city import LARGER, found_city, serving
from bench.floor import Floor, bare
from bench.lan import LEAST, Way, measure_lan
from bench.measure import Sample, timed
from bench.postgres import cluster
from bench.queues import Queued, queue
from bench.surroundings import surroundings
from services.sync.accept import check_signature, read_run
from services.sync.protocol import Ack, Answer, Head, Pull, Question, Suffixes
from services.sync.requests import sign_request
from services.sync.wire import decode_answer, encode, path_of

OFFICE = "00004"
ACTS, QUICK_ACTS = 200, 20
PAUSE_S = 0.15
"""Between acts: the budget of a device is 20 requests a second."""
BOUND = 60.0


class Pc:
    """A light client with a connection of its own."""

    def __init__(self, made: Queued, port: int) -> None:
        self.made = made
        self._key = Ed25519PrivateKey.from_private_bytes(made.seed)
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)

    def send(self, path: str, body: bytes) -> Answer:
        """The answer to a message, signed now."""
        headers = sign_request(
            "POST", path, body, log=self.made.log, time_ms=int(time.time() * 1000),
            nonce=os.urandom(16), sign=self._key.sign,
        )  # fmt: skip
        self._http.request("POST", path, body, headers)
        return decode_answer(self._http.getresponse().read())

    def ask(self, question: Question) -> Answer:
        """The answer to a question."""
        return self.send(path_of(question), encode(question))

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def listen(pc: Pc, author: Queued, arrived: Queue[tuple[int, float]]) -> None:
    """Hold a question open until all of `author` is here; each end of its log with its moment."""
    heads: dict[bytes, Head] = {}
    while heads.get(author.log, Head(0, b"")).seq < author.head.seq:
        said = pc.ask(Pull(OFFICE, heads, wait_ms=25_000))
        if not isinstance(said, Suffixes):
            raise RuntimeError(f"instead of news: {said}")
        for run in said.runs:
            events = read_run(run.events, OFFICE)
            if run.log == author.log:
                check_signature(events, author.public_key)
                arrived.put((events[-1].envelope.seq, time.perf_counter()))
            heads[run.log] = Head(events[-1].envelope.seq, events[-1].hash)


def measure(acts: int, workers: int) -> tuple[Sample, Sample, Sample]:
    """Milliseconds to the city, to the other PC, and of the bare machine."""
    author, reader = queue(OFFICE, 1, acts, batch=1), queue(OFFICE, 2, 1)
    with tempfile.TemporaryDirectory() as name, cluster(settings=LARGER) as server:
        home = Path(name)
        server.template("latency", lambda url: found_city(url, home, [author, reader]))
        url = server.url("latency")
        with serving(url, home, workers=workers) as city, bare(home) as floor:
            one, two = Pc(author, city.port), Pc(reader, city.port)
            arrived: Queue[tuple[int, float]] = Queue()
            thread = threading.Thread(target=listen, args=(two, author, arrived), daemon=True)
            thread.start()
            told = [_act(one, place, arrived, floor) for place in range(len(author.bodies))]
            thread.join(BOUND)
            one.close()
            two.close()
    to_city, to_pc, raw = zip(*told[1:], strict=True)  # the first opened the connections
    return Sample(to_city), Sample(to_pc), Sample(raw)


def _act(
    pc: Pc, place: int, arrived: Queue[tuple[int, float]], floor: Floor
) -> tuple[float, float, float]:
    time.sleep(PAUSE_S)
    raw = timed(floor.go)
    end = sum(pc.made.counts[: place + 1])
    begun = time.perf_counter()
    said = pc.send("/sync/v1/push", pc.made.bodies[place])
    durable = time.perf_counter()
    if not isinstance(said, Ack) or said.head.seq != end:
        raise RuntimeError(f"instead of an acknowledgement: {said}")
    seq, there = 0, begun
    while seq < end:
        seq, there = arrived.get(timeout=BOUND)
    return (durable - begun) * 1000, (there - begun) * 1000, raw


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.latency", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ACTS} acts, not {ACTS}")
    parser.add_argument("--json", action="store_true", help="one JSON line (always so)")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--lan", action="store_true", help="PC to PC without a city")
    args = parser.parse_args()
    if args.lan:
        return _lan(args.quick)
    told = surroundings()
    to_city, to_pc, raw = measure(QUICK_ACTS if args.quick else ACTS, args.workers)
    record = {
        "name": "latency", "quick": args.quick, "workers": args.workers,
        "acts": len(raw.milliseconds), "ratio": _ratio(to_pc, raw),
        "ratio_is": "act at the other PC to 2 fsyncs and 2 loopback round trips, medians",
        "ratio_city": _ratio(to_city, raw), "to_city_ms": _shares(to_city),
        "to_other_pc_ms": _shares(to_pc), "raw_ms": _shares(raw), **told,
        "load_after": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(record, ensure_ascii=False))
    return 0


def _lan(quick: bool) -> int:
    told = surroundings()
    ways = measure_lan(QUICK_ACTS if quick else ACTS)
    hub = ways["hub"]
    record = {
        "name": "latency-lan", "quick": quick, "ratio": _ratio(hub.from_act, hub.raw),
        "ratio_is": "act on PC 1 durable on PC 3 by way of the hub to 3 fsyncs and 3 round trips, "
                    "medians; straight to 2 of each",
        **{name: _of_way(way, LEAST[name]) for name, way in ways.items()}, **told,
        "load_after": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(record, ensure_ascii=False))
    return 0


def _of_way(way: Way, least: int) -> dict[str, object]:
    return {
        "acts": len(way.raw.milliseconds), "ratio": _ratio(way.from_act, way.raw),
        "from_act_ms": _shares(way.from_act), "from_commit_ms": _shares(way.from_commit),
        "fsyncs": least, "raw_ms": _shares(way.raw),
    }  # fmt: skip


def _ratio(ours: Sample, raw: Sample) -> float:
    return round(ours.percentile(0.5) / raw.percentile(0.5), 1)


def _shares(sample: Sample) -> dict[str, float]:
    return {f"p{share}": round(sample.percentile(share / 100), 1) for share in (50, 95)}


if __name__ == "__main__":
    raise SystemExit(main())
