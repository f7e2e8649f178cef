"""Half-typed forms, kept outside the journal until they become an act; each has one owner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from services.core import Core

__all__ = ["DraftKept", "drop_draft", "find_draft", "keep_draft", "kept_drafts"]


@dataclass(frozen=True, slots=True)
class DraftKept:
    """A draft as saved: what form, which key (a dossier id or "new"), its fields, when."""

    kind: str
    key: str
    fields: dict[str, Any]
    saved_at: str


def keep_draft(core: Core, owner: str, *, kind: str, key: str, fields: dict[str, Any]) -> str:
    """Save a half-typed form; returns the time it was saved at."""
    at = core.clock.now().isoformat()
    body = json.dumps(fields, ensure_ascii=False)
    with core.store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO draft (owner, kind, key, body, saved_at) VALUES (?,?,?,?,?) "
            "ON CONFLICT (owner, kind, key) DO UPDATE "
            "SET body = excluded.body, saved_at = excluded.saved_at",
            (owner, kind, key, body, at),
        )
    return at


def find_draft(core: Core, owner: str, *, kind: str, key: str) -> DraftKept | None:
    """The owner's draft of this form, if one was kept; nobody else's is ever returned."""
    with core.store.read() as conn:
        row = conn.exec_driver_sql(
            "SELECT body, saved_at FROM draft WHERE owner = ? AND kind = ? AND key = ?",
            (owner, kind, key),
        ).first()
    return DraftKept(kind, key, json.loads(row[0]), row[1]) if row else None


def kept_drafts(core: Core, owner: str) -> tuple[DraftKept, ...]:
    """All drafts of one person, the newest first."""
    with core.store.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT kind, key, body, saved_at FROM draft WHERE owner = ? ORDER BY saved_at DESC",
            (owner,),
        ).all()
    return tuple(DraftKept(kind, key, json.loads(body), at) for kind, key, body, at in rows)


def drop_draft(core: Core, owner: str, *, kind: str, key: str) -> None:
    """Forget a draft: it became an act, or its owner discarded it."""
    with core.store.write() as tx:
        tx.exec_driver_sql(
            "DELETE FROM draft WHERE owner = ? AND kind = ? AND key = ?", (owner, kind, key)
        )
