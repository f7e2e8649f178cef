"""Portals and their tokens: a token is told once, the database keeps a keyed digest of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, update

from models.calendar import VIETNAM
from models.errors import InputError
from models.typed_text import clean_line
from models.words import tr
from server.city_journal import CityJournal
from server.portal.tables import portal

__all__ = ["Portal", "add_portal", "find_portal", "portal_rows", "remove_portal"]

NAME_LIMIT = 40
_PUT = text(
    "INSERT INTO portal (name, digest, active, added_ms) VALUES (:name, :digest, 1, :now) "
    "ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, active = 1, "
    "added_ms = excluded.added_ms"
)


@dataclass(frozen=True, slots=True)
class Portal:
    """One portal and since when its token is valid."""

    name: str
    added: datetime


def add_portal(journal: CityJournal, name: str) -> str:
    """Let a portal hand in and return its token; for a known one the token before ends.

    Raises `InputError` TN-20 for an empty name, ND-22 or ND-23 for a long or unprintable one.
    """
    said = clean_line(name, tr("Tên cổng"), limit=NAME_LIMIT)
    if not said:
        raise InputError("TN-20", tr("Chưa ghi tên cổng."), tr("Ghi tên ngắn, ví dụ DVCQG."))
    token = journal.clock.random(32).hex()
    with journal.database.write("") as tx:
        digest = _digest(journal, token)
        tx.execute(_PUT, {"name": said, "digest": digest, "now": journal.now_ms()})
    return token


def remove_portal(journal: CityJournal, name: str) -> bool:
    """End the token of a portal; False when there is no such portal."""
    mine = (portal.c.name == name) & (portal.c.active == 1)
    with journal.database.write("") as tx:
        return tx.execute(update(portal).where(mine).values(active=0)).rowcount == 1


def portal_rows(journal: CityJournal) -> tuple[Portal, ...]:
    """The portals that may hand in."""
    query = select(portal).where(portal.c.active == 1).order_by(portal.c.name)
    with journal.database.read("") as tx:
        rows = tx.execute(query).all()
    return tuple(Portal(r.name, datetime.fromtimestamp(r.added_ms / 1000, VIETNAM)) for r in rows)


def find_portal(journal: CityJournal, token: str) -> str | None:
    """The name of the portal whose token this is."""
    mine = (portal.c.digest == _digest(journal, token)) & (portal.c.active == 1)
    with journal.database.read("") as tx:
        return tx.execute(select(portal.c.name).where(mine)).scalar()


def _digest(journal: CityJournal, token: str) -> bytes:
    return journal.key.digest(b"portal", token)
