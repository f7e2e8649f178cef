"""A city worth looking at: one ward full of dossiers, and every kind of trouble elsewhere."""

from __future__ import annotations

from random import Random

from sqlalchemy import insert, update

from models.envelope import Actor, Envelope, seal
from models.events.issuing import BookNumberReserved
from models.ids import uuid7
from server.schema import contact, device, fork, refusal
from server.store.unit import CityDatabase
from services.assembly import OpenOffice
from services.catalogue.catalogue import bundled_catalogue
from tests.board.city import MINUTE, NOW_MS, add_office, pour, put_events

EVIL = "<script>alert(1)</script><b>\"PC' & {{ 7 * 7 }}"


def dress(city: CityDatabase, made: OpenOffice) -> dict[str, str]:
    """Pour a real office in and put the other 125 around it; returns codes by what they show."""
    main = pour(city, made)
    random = Random(5)
    others = [unit for unit in bundled_catalogue().bundle.units if unit.code != main]
    troubled = dict(
        zip(("silent", "drift", "queue", "fork", "gap", "evil", "never", "revoked", "refused"),
            others, strict=False)
    )  # fmt: skip
    for unit in others:
        add_office(city, unit.code, unit.name)
        if unit is not troubled["never"]:
            add_device(city, unit.code, seen_ms=NOW_MS - random.randrange(20) * MINUTE)
    add_device(city, troubled["never"].code, slot=1, seen_ms=None)
    codes = {kind: unit.code for kind, unit in troubled.items()}
    _trouble(city, codes)
    return {"main": main, **codes}


def add_device(
    city: CityDatabase, code: str, *, seen_ms: int | None, slot: int = 0, name: str = "PC-01",
    log: bytes = b"",
) -> bytes:  # fmt: skip
    """A PC on the roster of an office, heard of at `seen_ms`."""
    log = log or f"{code}-{slot}".encode().ljust(16, b"\0")
    with city.write(code) as tx:
        tx.execute(insert(device).values(
            off=code, log=log, public_key=log * 2, incarnation=1, slot=slot, name=name, kind="pc",
            state="admitted",
        ))  # fmt: skip
        if seen_ms is not None:
            tx.execute(insert(contact).values(
                off=code, log=log, seen_ms=seen_ms, app="1.0.0", offset_ms=0, head_seq=0,
                behind_since_ms=None,
            ))  # fmt: skip
    return log


def change_contact(city: CityDatabase, code: str, **values: object) -> None:
    with city.write(code) as tx:
        tx.execute(update(contact).where(contact.c.off == code).values(**values))


def _trouble(city: CityDatabase, codes: dict[str, str]) -> None:
    change_contact(city, codes["silent"], seen_ms=NOW_MS - 26 * 60 * MINUTE)
    change_contact(city, codes["drift"], offset_ms=-11 * MINUTE)
    change_contact(city, codes["queue"], head_seq=412, behind_since_ms=NOW_MS - 3 * 60 * MINUTE)
    log = f"{codes['fork']}-0".encode().ljust(16, b"\0")
    with city.write(codes["fork"]) as tx:
        tx.execute(insert(fork).values(
            off=codes["fork"], log=log, seq=7, hash_a=b"a" * 32, hash_b=b"b" * 32, body_a=b"a",
            body_b=b"b", sig_a=None, sig_b=None, seen_ms=NOW_MS - 90 * MINUTE,
        ))  # fmt: skip
    with city.write(codes["refused"]) as tx:
        tx.execute(insert(refusal).values(
            off=codes["refused"], log=log, code="MC-20", minute=NOW_MS // MINUTE - 30, count=64,
        ))  # fmt: skip
    add_device(city, codes["evil"], seen_ms=NOW_MS, slot=2, name=EVIL)
    change_contact(city, codes["evil"], offset_ms=5 * MINUTE)
    with city.write(codes["revoked"]) as tx:
        tx.execute(update(device).where(device.c.off == codes["revoked"]).values(last_seq=0))
    number_book(city, codes["gap"], (1, 2, 5))


def number_book(city: CityDatabase, code: str, numbers: tuple[int, ...]) -> None:
    """A book of an office with these numbers given out an hour ago."""
    log = f"{code}-0".encode().ljust(16, b"\0")
    prev, parents, pairs = bytes(32), (), []
    for seq, number in enumerate(numbers, start=1):
        event = BookNumberReserved(number, f"d{number}", f"{number}/GXN-UBND", "2026-11-19")
        wall = NOW_MS - 60 * MINUTE + seq
        sealed = seal(Envelope(
            uuid7(wall, bytes(10)), log, seq, prev, code, "book/2026/GXN", "book.number_reserved",
            1, parents, wall << 16, wall, 0, Actor("staff", "records_clerk", "s"), 2,
            {
                "number": event.number, "dossier": event.dossier, "notation": event.notation,
                "dated": event.dated,
            },
        ))  # fmt: skip
        prev, parents = sealed.hash, (sealed.hash,)
        pairs.append((sealed.body, None))
    with city.write(code) as tx:
        put_events(tx, code, pairs)
