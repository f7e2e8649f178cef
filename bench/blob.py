"""Attachments over HTTP against fsynced writes of the same bytes: `python -m bench.blob [--quick]`.

A PC sends pieces of 1 MiB over loopback, signed; the other side seals each, syncs it, checks the
whole and keeps it. The raw side writes the same pieces to files with fsync, nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from models.events.intake import Noted
from models.intake import Attachment
from services.catalogue.catalogue import bundled_catalogue
from services.core import Core
from services.people import system_actor
from services.store.files import write_file
from services.sync.accept import Member
from services.sync.answering import Me
from services.sync.client import Address, Caller
from services.sync.endpoint import OfficeSite, Waiter, serve
from services.sync.journal_store import JournalStore
from services.sync.office_shelf import OfficeShelf
from services.sync.protocol import CHUNK, BlobPut, BlobsHeld
from services.training.office import create_training_office


class Listener(ThreadingHTTPServer):
    """The endpoint on a port of 127.0.0.1."""

    daemon_threads = True

    def __init__(self, site: OfficeSite) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said = serve(self.server.site, self.path, dict(self.headers), body)
        self.send_response(said.status)
        for name, value in (*said.headers.items(), ("Content-Length", str(len(said.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, *_args: object) -> None:
        """Nothing of it is news."""


def main() -> int:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m bench.blob", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small files, few repeats")
    args = parser.parse_args()
    print(json.dumps(measure(megabytes=4 if args.quick else 32, count=3 if args.quick else 7)))
    return 0


def measure(*, megabytes: int, count: int) -> dict[str, object]:
    """Seconds for a file of so many MiB, ours and raw in turn; the median of `count` pairs."""
    with tempfile.TemporaryDirectory() as folder:
        unit = bundled_catalogue().search_units("Định Công")[0]
        office = create_training_office(Path(folder) / "home", unit)
        files = [os.urandom(megabytes * CHUNK) for _ in range(count)]
        _name(office.core, files)
        listener = Listener(_site(office.core))
        device = office.core.journal.device
        caller = Caller(
            Address(listener.url), device, log=lambda: device.log, clock=office.core.clock
        )
        ours, raw = [], []
        for number, data in enumerate(files):
            ours.append(_timed(partial(_send, caller, office.core, data)))
            place = Path(folder) / f"raw-{number}"
            place.mkdir()
            raw.append(_timed(partial(_write, place, data)))
        listener.shutdown()
        office.close()
    return {
        "bench": "blob", "mib": megabytes, "ours_s": round(median(ours), 4),
        "raw_s": round(median(raw), 4), "ours_mib_s": round(megabytes / median(ours), 1),
        "ratio": round(median(ours) / median(raw), 2),
    }  # fmt: skip


def _name(core: Core, files: list[bytes]) -> None:
    papers = tuple(
        Attachment(hashlib.sha256(data).hexdigest(), "scan.pdf", len(data)) for data in files
    )
    with core.journal.act(system_actor("bench")) as act:
        act.add("dossier/bench", Noted("bench", papers))


def _site(core: Core) -> OfficeSite:
    device = core.journal.device
    logs = JournalStore(
        core.store, device, office=core.office.unit_code, clock=core.clock,
        projectors=core.journal.projectors,
    )  # fmt: skip
    return OfficeSite(
        logs, lambda log: Member(log, device.public_key), lambda: Me(device.log), Waiter(),
        lambda: int(core.clock.now().timestamp() * 1000), shelf=OfficeShelf(core),
    )  # fmt: skip


def _send(caller: Caller, core: Core, data: bytes) -> None:
    name = hashlib.sha256(data).digest()
    said = None
    for number in range(len(data) // CHUNK):
        piece = data[number * CHUNK : (number + 1) * CHUNK]
        put = BlobPut(core.office.unit_code, name, len(data), number, piece)
        said = caller.ask(put)
    if not isinstance(said, BlobsHeld) or not said.held[0].whole:
        raise RuntimeError(f"not taken: {said}")


def _write(place: Path, data: bytes) -> None:
    for number in range(len(data) // CHUNK):
        write_file(place / str(number), data[number * CHUNK : (number + 1) * CHUNK])


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
