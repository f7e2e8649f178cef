"""Offices the city serves: adding one, listing them, the profile a new PC gets."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import text

from models.errors import InputError
from models.words import tr
from server.city_journal import CityJournal
from server.roster import put_city
from server.store.unit import CityDatabase

__all__ = ["CityOffice", "add_office", "find_office", "get_office", "office_rows", "offices_named"]

_ADD = text(
    "INSERT INTO office (off, name, profile, added_ms) VALUES (:off, :name, :profile, :added_ms) "
    "ON CONFLICT (off) DO UPDATE SET name = excluded.name, profile = excluded.profile"
)
_ONE = text("SELECT off, name, profile FROM office WHERE off = :off")
_ALL = text("SELECT off, name, profile FROM office ORDER BY off")
_COUNTS = text(
    "SELECT off, count(*) FROM device WHERE kind <> 'city' AND last_seq IS NULL GROUP BY off"
)


@dataclass(frozen=True, slots=True)
class CityOffice:
    """One office: its unit code, its name, and what a new PC is told about it."""

    code: str
    name: str
    profile: dict[str, str]


def add_office(
    journal: CityJournal, code: str, *, name: str, profile: dict[str, str] | None = None
) -> CityOffice:
    """Take an office in, or rename it; its log of the city begins with the first roster event."""
    told = {"unit_code": code, "unit_name": name, **(profile or {})}
    with journal.database.write(code) as tx:
        tx.execute(
            _ADD,
            {
                "off": code, "name": name, "profile": json.dumps(told, ensure_ascii=False),
                "added_ms": journal.now_ms(),
            },
        )  # fmt: skip
        put_city(tx, code, journal.key.public_key)
    return CityOffice(code, name, told)


def find_office(database: CityDatabase, code: str) -> CityOffice | None:
    """The office with this unit code, if the city serves it."""
    with database.read(code) as tx:
        row = tx.execute(_ONE, {"off": code}).first()
    return CityOffice(row.off, row.name, json.loads(row.profile)) if row else None


def get_office(database: CityDatabase, code: str) -> CityOffice:
    """The office; raises `InputError` MC-07 for one the city does not serve."""
    found = find_office(database, code)
    if found is None:
        raise InputError(
            "MC-07",
            tr("Thành phố chưa có cơ quan mã {code}.", code=code),
            tr("Thêm bằng «main.py city office add MÃ», hoặc xem «main.py city office list»."),
        )
    return found


def office_rows(database: CityDatabase) -> list[tuple[CityOffice, int]]:
    """Every office with the number of its working devices."""
    with database.read_city() as tx:
        counts = {off: int(count) for off, count in tx.execute(_COUNTS)}
        rows = tx.execute(_ALL).all()
    found = [CityOffice(row.off, row.name, json.loads(row.profile)) for row in rows]
    return [(office, counts.get(office.code, 0)) for office in found]


def offices_named(database: CityDatabase, code: str | None) -> list[CityOffice]:
    """The office with this code, or all when none is named; raises `InputError` MC-07."""
    if code:
        return [get_office(database, code)]
    return [office for office, _ in office_rows(database)]
