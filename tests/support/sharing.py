"""Readings of what an office shares, to compare PCs; small catalogues; an open office on a PC."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from services.calendars.office import office_calendar
from services.catalogue.bundle import Bundle, load_bundle
from services.catalogue.stored import catalogue_in_force
from services.core import Core
from services.office_file import Mode, OfficeFile
from services.settings import read_settings
from services.store.blobs import BlobStore
from tests.support.devices import KEY, OFFICE, Pc

SHARED = (
    "SELECT name, value FROM setting ORDER BY name",
    "SELECT * FROM template ORDER BY name, place, version",
    "SELECT * FROM catalogue_version ORDER BY place, digest",
    "SELECT * FROM calendar_notice ORDER BY day",
    "SELECT * FROM staff ORDER BY id",
    "SELECT * FROM conflict ORDER BY id",
)


def readings(pc: Pc) -> list[list[tuple]]:
    """All rows an office shares, table by table."""
    with pc.store.read() as conn:
        return [[tuple(row) for row in conn.exec_driver_sql(sql)] for sql in SHARED]


def small_bundle(name: str, starts: date) -> Bundle:
    """A catalogue of two procedures, called `name`."""
    whole = load_bundle()
    return replace(
        whole, procedures=whole.procedures[:2], units=(), processes=(), version=name,
        effective_from=starts,
    )  # fmt: skip


def core_of(pc: Pc, home: Path) -> Core:
    """The opened office on a PC of the harness."""
    office = OfficeFile("office", Mode.TRAINING, OFFICE, "phường Định Công", "")
    with pc.store.read() as conn:
        settings = read_settings(conn)
        calendar = office_calendar(conn, settings)
        catalogue = catalogue_in_force(conn, pc.clock.now().date())
    blobs = BlobStore(home / "blobs", KEY, clock=pc.clock)
    return Core(home, office, pc.store, pc.journal, blobs, pc.clock, calendar, catalogue, settings)
