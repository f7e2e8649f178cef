"""Looks for damage in an open store: every page's seal, SQLite's own structure, foreign keys."""

from __future__ import annotations

from services.store.troubles import worded
from services.store.unit import Store

__all__ = ["find_damage"]

CHECKS = (
    "PRAGMA cipher_integrity_check",
    "PRAGMA quick_check",
    "PRAGMA foreign_key_check",
)


def find_damage(store: Store) -> tuple[str, ...]:
    """What is wrong with the file of `store`, in SQLite's words; empty when nothing is.

    Reads the whole file (about a second per 100 MB). Raises `MachineError` when even looking
    fails. Attachments are looked at by `BlobStore.scrub`, the chain by `journal verify`.
    """
    found: list[str] = []
    with worded(), store.engine.execution_options(write=False).connect() as connection:
        for check in CHECKS:
            rows = connection.exec_driver_sql(check).fetchall()
            found.extend(f"{check.split()[1]}: {row[0]}" for row in rows if row[0] != "ok")
            if found:
                break  # what comes next would trip over the same pages
    return tuple(found)
