"""Versions of the catalogue this office took in: carried whole by their events, kept as rows."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from models.envelope import Sealed
from models.errors import ForeignError
from models.events.administration import CatalogueImported
from models.latest import latest
from models.order import canonical
from services.catalogue.bundle import Bundle, bundle_from_json, bundle_on, bundle_to_json
from services.catalogue.catalogue import Catalogue, bundled_catalogue
from services.catalogue.difference import difference, with_difference
from services.clock import iso_of
from services.journal.rivals import write_rivals

__all__ = [
    "CATALOGUE_STREAM", "bundles_of", "catalogue_in_force", "difference_event", "import_event",
    "project_catalogue", "stored_bundles",
]  # fmt: skip

CATALOGUE_STREAM = "catalogue/office"
LARGEST = 32_000_000
"""Bytes of JSON a version may have: fifty times the city's list of 2026 (563 kB, packed 60 kB)."""


def import_event(bundle: Bundle, *, source: str, counts: tuple[int, int, int]) -> CatalogueImported:
    """The event that carries a version; `counts` are added, changed, missing procedures."""
    return CatalogueImported(
        bundle.digest, source, bundle.effective_from.isoformat(), len(bundle.procedures), *counts,
        body=zlib.compress(bundle_to_json(bundle), 9),
    )  # fmt: skip


def difference_event(
    bundle: Bundle, base: Bundle, *, source: str, counts: tuple[int, int, int]
) -> CatalogueImported:
    """The same, carrying only what differs from `base`, if that is smaller than the whole."""
    whole = import_event(bundle, source=source, counts=counts)
    packed = zlib.compress(difference(bundle, base), 9)
    if len(packed) >= len(whole.body):
        return whole
    return replace(whole, body=packed, base=base.digest)


def bundles_of(events: Iterable[Sealed]) -> tuple[Bundle, ...]:
    """The versions that the events of a catalogue's stream carry, in canonical order."""
    held: dict[str, bytes] = {}
    for item in canonical(events).events:
        event = item.event()
        if isinstance(event, CatalogueImported) and event.body and not item.outlawed:
            body = _unpacked(event, held.get(event.base, b""))
            if body is not None:
                held[event.digest] = body
    return tuple(bundle_from_json(body, digest) for digest, body in held.items())


def catalogue_in_force(conn: Connection, day: date) -> Catalogue:
    """The newest imported version in force on `day`, else the facts that ship with the program."""
    imported = stored_bundles(conn)
    if not imported:
        return bundled_catalogue()
    return Catalogue(bundle_on((bundled_catalogue().bundle, *imported), day))


def stored_bundles(conn: Connection) -> tuple[Bundle, ...]:
    """Every version the office took in, in canonical order, checked against its digest."""
    rows = conn.exec_driver_sql(
        "SELECT digest, body FROM catalogue_version ORDER BY place, imported_at"
    ).all()
    return tuple(bundle_from_json(bytes(body), digest) for digest, body in rows)


def project_catalogue(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """One row for every version the events carry; a body that is none has no effect.

    Two versions from the same day, imported by PCs that did not know of each other, are both kept:
    the later in canonical order is used, and the conflict is told.
    """
    if stream != CATALOGUE_STREAM:
        return
    order = canonical(events)
    found = latest(order, _stated)
    write_rivals(tx, stream, "catalogue", found=found)
    tx.exec_driver_sql("UPDATE catalogue_version SET place = -1 WHERE place > 0")
    for place, item in enumerate(order.events, start=1):
        event = item.event()
        if isinstance(event, CatalogueImported) and event.body and not item.outlawed:
            _write(tx, event, place=place, wall=item.envelope.wall)
    tx.exec_driver_sql("DELETE FROM catalogue_version WHERE place = -1")


def _write(tx: Connection, event: CatalogueImported, *, place: int, wall: int) -> None:
    row = (event.effective_from, iso_of(wall), event.source, place, event.digest)
    body = _held(tx, event.digest)
    if body is not None:
        tx.exec_driver_sql(
            "UPDATE catalogue_version SET effective_from = ?, imported_at = ?, source = ?, "
            "place = ? WHERE digest = ?",
            row,
        )
        return
    body = _unpacked(event, (_held(tx, event.base) if event.base else None) or b"")
    if body is not None:
        tx.exec_driver_sql(
            "INSERT OR REPLACE INTO catalogue_version "
            "(effective_from, imported_at, source, place, digest, body) VALUES (?,?,?,?,?,?)",
            (*row, body),
        )


def _held(tx: Connection, digest: str) -> bytes | None:
    """The body that is stored already, if it still is what its name says."""
    row = tx.exec_driver_sql(
        "SELECT body FROM catalogue_version WHERE digest = ?", (digest,)
    ).first()
    same = row is not None and hashlib.sha256(bytes(row[0])).hexdigest() == digest
    return bytes(row[0]) if row is not None and same else None


def _unpacked(event: CatalogueImported, base: bytes) -> bytes | None:
    """The JSON an event carries, or None unless it is a version of the catalogue of that name.

    `base` is the JSON of the version it differs from, empty when that is not here (yet).
    """
    try:
        unpacker = zlib.decompressobj()
        body = unpacker.decompress(event.body, LARGEST)
        if not unpacker.eof:
            return None
        if event.base:
            body = with_difference(base, body)
        starts = bundle_from_json(body, event.digest).effective_from.isoformat()
    except (zlib.error, ForeignError):
        return None
    return body if starts == event.effective_from else None


def _stated(item: Sealed) -> tuple[str, str] | None:
    event = item.event()
    if not isinstance(event, CatalogueImported) or not event.body:
        return None
    return event.effective_from, event.digest
