"""The same events by our sync and as documents by PouchDB: `python -m bench.pouchdb [--quick]`.

A PC with a seeded office sends its journal to `serve city`, then an empty PC joins; beside it
PouchDB replicates the same events, one document each, to express-pouchdb, then from it to an empty
one. leveldb syncs each write, as our stores do; `--lax` measures it also as it comes, where what
is acknowledged may be lost with the power. Needs node, npm and a registry that npm can reach: the
packages go into a temporary folder (or are found in `--packages DIR`). Where that fails it says so
in one JSON line without any ratio and ends with 2.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from itertools import count
from pathlib import Path
from statistics import median
from typing import IO

from bench.city import LARGER, serving
from bench.keeper import kept
from bench.measure import timed
from bench.offices import opened, seeded_home
from bench.postgres import cluster, find_binaries
from bench.relay import Relay, relay
from bench.surroundings import surroundings
from models.envelope import unseal
from server.context import opened_city
from server.enrolment import issue_code
from server.offices import add_office
from services.assembly import OpenOffice
from services.clock import SystemClock
from services.sync.enrolment import read_code, register_office
from services.sync.joining import join_office
from services.sync.once import Exchange, exchange_once
from services.training.accounts import PASSWORD

DOSSIERS, QUICK_DOSSIERS = 2_000, 200
ROUNDS, QUICK_ROUNDS = 3, 1
POUCH = Path(__file__).parent / "pouch"
INSTALL = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock")
BOUND = 600.0
NAMES = {"ours": "ours", "durable": "pouchdb", "lax": "pouchdb_without_fsync"}
Round = dict[str, float]


class CannotInstall(Exception):
    """Why the packages are not here."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pouchdb", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_DOSSIERS} dossiers, once")
    parser.add_argument("--json", action="store_true", help="one JSON line (always so)")
    parser.add_argument("--dossiers", type=int)
    parser.add_argument("--lax", action="store_true", help="also leveldb without fsync")
    parser.add_argument("--packages", type=Path, help="a folder where npm installed them before")
    args = parser.parse_args()
    told = surroundings()
    with tempfile.TemporaryDirectory() as name:
        try:
            packages = args.packages or install(Path(name) / "npm")
        except CannotInstall as error:
            print(json.dumps({"name": "pouchdb", "cannot": str(error)}, ensure_ascii=False))
            return 2
        dossiers = args.dossiers or (QUICK_DOSSIERS if args.quick else DOSSIERS)
        rounds = QUICK_ROUNDS if args.quick else ROUNDS
        measured = measure(Path(name), packages, dossiers, rounds=rounds, lax=args.lax)
    record = {
        "name": "pouchdb", "quick": args.quick, **measured, "packages": _versions(packages), **told,
        "load_after": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(record, ensure_ascii=False))
    return 0


def install(folder: Path) -> Path:
    """The pinned packages, installed into `folder`; raises CannotInstall with the reason."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        raise CannotInstall(f"not installed here: {', '.join(missing)}")
    folder.mkdir()
    shutil.copy(POUCH / "package.json", folder)
    try:
        done = subprocess.run(
            ["npm", *INSTALL], cwd=folder, capture_output=True, text=True, timeout=BOUND,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CannotInstall("npm install did not end in time") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "npm error" in line]
        raise CannotInstall(f"npm install: {' '.join(lines[:2])[:200] or 'failed'}")
    return folder


def measure(
    folder: Path, packages: Path, dossiers: int, *, rounds: int, lax: bool
) -> dict[str, object]:
    """Ours and PouchDB in turn; documents/s of the medians."""
    home, documents = seeded_home(dossiers), folder / "documents.jsonl"
    events = write_documents(home, documents)
    kinds = ("ours", "durable", "lax") if lax else ("ours", "durable")
    told: dict[str, list[Round]] = {kind: [] for kind in kinds}
    with databases(folder) as fresh:
        for place in range(rounds):
            for kind in kinds if place % 2 == 0 else kinds[::-1]:
                here = folder / f"{kind}-{place}"
                here.mkdir()
                if kind == "ours":
                    with fresh() as db:
                        told[kind].append(ours(here, db, home))
                else:
                    told[kind].append(pouch(here, packages, documents, kind=kind))
                shutil.rmtree(here)
    found = {NAMES[kind]: _summary(each, events) for kind, each in told.items()}
    return {
        "documents": events, "rounds": rounds,
        "ratio": _ratio(found, "push_per_s"),
        "ratio_is": "documents/s to the server, ours to PouchDB's with synced leveldb; 2 is twice",
        "ratio_pull": _ratio(found, "pull_per_s"),
        "city_on": "postgresql" if find_binaries() else "embedded", **found,
    }  # fmt: skip


def write_documents(home: Path, file: Path) -> int:
    """Every event of the office's journal as a document, chain and signature included."""
    office = opened(home)
    with office.core.store.read() as conn, file.open("w", encoding="utf-8") as out:
        rows = conn.exec_driver_sql("SELECT body, sig FROM ev ORDER BY n").all()
        for row in rows:
            out.write(json.dumps(_document(row.body, row.sig), default=bytes.hex) + "\n")
    office.close()
    return len(rows)


def _document(body: bytes, signature: bytes | None) -> dict[str, object]:
    item = unseal(body, signature)
    e = item.envelope
    return {
        "_id": f"{e.log.hex()}-{e.seq:09}", "id": e.id, "office": e.office, "stream": e.stream,
        "type": e.type, "version": e.type_version, "prev": e.prev, "parents": list(e.parents),
        "hlc": e.hlc, "wall": e.wall, "skew": e.skew, "actor": asdict(e.actor), "fold": e.fold,
        "payload": e.payload, "hash": item.hash, "sig": signature,
    }  # fmt: skip


@contextmanager
def databases(folder: Path) -> Iterator[Callable[[], AbstractContextManager[str]]]:
    """Fresh databases for a city: of PostgreSQL where it is installed, else embedded."""
    if find_binaries() is None:
        numbers = count()
        yield lambda: nullcontext(f"sqlite:///{folder / f'city-{next(numbers)}.db'}")
        return
    with cluster(settings=LARGER) as server:

        @contextmanager
        def fresh() -> Iterator[str]:
            with server.database() as name:
                yield server.url(name)

        yield fresh


def ours(folder: Path, db: str, office_home: Path) -> Round:
    """The office's first PC gives everything, an empty PC takes everything; all by real HTTP."""
    home, city_home = folder / "pc1", folder / "city"
    shutil.copytree(office_home, home)
    city_home.mkdir()
    office = opened(home)
    code = office.core.office.unit_code
    try:
        with opened_city(db, city_home) as city:
            add_office(city.journal, code, name=code)
            codes = [issue_code(city.journal, code).code for _ in range(2)]
        with serving(db, city_home, workers=1) as server, relay(server.port) as wire:
            register_office(office, read_code(codes[0]), server=wire.url)
            wire.taken()
            return {**_push(office, wire), **_pull(folder / "pc2", codes[1], wire)}
    finally:
        office.close()


def _push(office: OpenOffice, wire: Relay) -> Round:
    told: list[Exchange] = []
    taken = timed(lambda: told.append(exchange_once(office)))
    if told[0].unsent or not told[0].pushed:
        raise RuntimeError(f"not everything went: {told[0]}")
    return {"push_ms": taken, "push_bytes": sum(wire.taken())}


def _pull(home: Path, code: str, wire: Relay) -> Round:
    def join() -> None:
        join_office(home, read_code(code), "quantri", password=PASSWORD, server=wire.url,
                    clock=SystemClock())  # fmt: skip

    return {"pull_ms": timed(join), "pull_bytes": sum(wire.taken())}


def pouch(folder: Path, packages: Path, documents: Path, *, kind: str) -> Round:
    """PouchDB to express-pouchdb and back to an empty PouchDB; the first load is not measured."""
    (folder / "server").mkdir()
    script = ["node", str(POUCH / "replicate.js")]
    with (
        kept([*script, "serve", kind, str(folder / "server")], stdout=subprocess.PIPE,
             options=["--folder", str(packages)]) as server,
        relay(int(_line(server.stdout))) as wire,
    ):  # fmt: skip
        command = [*script, "copy", kind, str(folder), f"{wire.url}/office", str(documents)]
        done = subprocess.run(
            command, cwd=packages, capture_output=True, text=True, timeout=BOUND, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        said = json.loads(done.stdout.splitlines()[-1])
        if said["docs"] != _lines(documents):
            raise RuntimeError(f"not everything came back: {said}")
        return {**said, "bytes": sum(wire.taken())}


def _line(out: IO[bytes] | None) -> bytes:
    assert out is not None
    return out.readline()


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def _summary(rounds: Sequence[Round], documents: int) -> dict[str, float]:
    """Medians: documents/s both ways, bytes a document both ways together."""
    middle = {name: median(each[name] for each in rounds) for name in rounds[0]}
    total = middle.get("bytes", middle.get("push_bytes", 0) + middle.get("pull_bytes", 0))
    return {
        "push_per_s": round(1000 * documents / middle["push_ms"]),
        "pull_per_s": round(1000 * documents / middle["pull_ms"]),
        "bytes_both_ways": round(total / documents),
    }  # fmt: skip


def _ratio(found: Mapping[str, Mapping[str, float]], what: str) -> float:
    return round(found["ours"][what] / found["pouchdb"][what], 2)


def _versions(packages: Path) -> dict[str, str]:
    """Versions of node and of what was installed."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    wanted = json.loads((POUCH / "package.json").read_text())["dependencies"]
    found = {
        name: json.loads((packages / "node_modules" / name / "package.json").read_text())["version"]
        for name in wanted
    }
    return {"node": node.stdout.strip(), **found}


if __name__ == "__main__":
    raise SystemExit(main())
