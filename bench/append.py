"""One act, append and projection, against a bare SQLCipher transaction of the same rows."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from bench.desk import CITIZEN, LIMIT, PROCEDURE
from bench.measure import Figure, interleaved
from bench.offices import bare_connection, opened, person, seeded_home
from models.intake import Component
from services.assembly import OpenOffice
from services.core import SignedIn
from services.dossiers import handling, intake

Rows = tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]

EVENT = "INSERT INTO ev VALUES (?,?,?,?,?,?,?,?,?,?,?)"
HEAD = "UPDATE head SET seq = ?, hash = ? WHERE log = ?"


def measure(quick: bool) -> list[Figure]:
    """Transfers of freshly received dossiers in an office of 20,000 (quick: 5,000)."""
    count = 40 if quick else 300
    with tempfile.TemporaryDirectory() as folder:
        home, raw_file = Path(folder) / "home", Path(folder) / "raw.db"
        shutil.copytree(seeded_home(5_000 if quick else 20_000), home)
        office = opened(home)
        clerk = person(office, "tiepnhan")
        ids = [_receive(office, clerk) for _ in range(2 * count)]
        office.close()
        shutil.copy(home / "store.db", raw_file)
        office = opened(home)
        raw = bare_connection(raw_file, office)
        known = [_rows_of_transfer(office, clerk, dossier_id) for dossier_id in ids[:count]]
        row_write = _row_statement(raw)
        pairs = [
            (partial(_transfer, office, clerk, dossier_id), partial(_write, raw, row_write, rows))
            for dossier_id, rows in zip(ids[count:], known, strict=True)
        ]
        ours, bare = interleaved(pairs, warm_up=5)
        raw.close()
        office.close()
    return [Figure("append", ours, bare, "SQLCipher FULL: event, head, row", most_ratio=2.5)]


def _receive(office: OpenOffice, clerk: SignedIn) -> str:
    paper = intake.PaperGiven(Component("Tờ khai đăng ký kết hôn", kind="original"))
    visit = intake.Visit(CITIZEN, (intake.Application(PROCEDURE, (paper,), limit=LIMIT),))
    return intake.receive(office.core, clerk, visit)[0].id


def _transfer(office: OpenOffice, clerk: SignedIn, dossier_id: str) -> None:
    department = office.core.departments[0]
    handling.transfer(office.core, clerk, dossier_id, department=department)


def _rows_of_transfer(office: OpenOffice, clerk: SignedIn, dossier_id: str) -> Rows:
    """Do a transfer and return the rows it wrote: event, head, dossier."""
    _transfer(office, clerk, dossier_id)
    own = (office.core.journal.device.log,)
    with office.core.store.read() as conn:
        event = conn.exec_driver_sql("SELECT * FROM ev ORDER BY n DESC LIMIT 1").one()
        head = conn.exec_driver_sql("SELECT seq, hash, log FROM head WHERE log = ?", own).one()
        row = conn.exec_driver_sql("SELECT * FROM dossier WHERE id = ?", (dossier_id,)).one()
    return tuple(event), tuple(head), tuple(row)


def _row_statement(raw: sqlcipher.Connection) -> str:
    """The update of a whole dossier row by its number, columns in the table's order."""
    names = [row[1] for row in raw.execute("PRAGMA table_info(dossier)")]
    return f"UPDATE dossier SET {', '.join(f'{n} = ?' for n in names[1:])} WHERE n = ?"  # noqa: S608


def _write(raw: sqlcipher.Connection, row_write: str, rows: Rows) -> None:
    event, head, row = rows
    raw.execute("BEGIN IMMEDIATE")
    raw.execute(EVENT, event)
    raw.execute(HEAD, head)
    raw.execute(row_write, (*row[1:], row[0]))
    raw.execute("COMMIT")
