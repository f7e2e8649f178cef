"""Rows read from the journal, made anew: after a new version of their rules, or on demand.

Every kind of stream has a version, raised when the same events would give other rows. The streams
of an outdated kind are read again a few at a time, each batch one short transaction that also
notes how far it came: acts go on in between, and after a power cut the next start continues there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from models.fold import FOLD_VERSION
from models.staff import Role
from models.words import tr
from services.core import Core, SignedIn
from services.journal.projecting import Projector
from services.journal.reading import stream_events
from services.people import demand_role
from services.store.statement import rows_of
from services.store.unit import Store

__all__ = [
    "Progress", "demand_rebuild", "kind_words", "mark_current", "outdated", "rebuild_all",
    "rebuild_step",
]  # fmt: skip

BATCH = 25
"""Streams of one transaction: some 25 ms in which an act has to wait."""

_DONE, _PLACE = "reading/", "rebuilding/"


@dataclass(frozen=True)
class Rules:
    """The version of a kind's rows, what to run before a stream is read, and what at the end.

    `before` has the stream's key as its one value; `after` removes rows without any event.
    """

    version: int
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


RULES: Mapping[str, Rules] = {
    "office": Rules(1),
    "staff": Rules(1, after=(
        "DELETE FROM staff WHERE NOT EXISTS (SELECT 1 FROM ev WHERE st = 'staff/' || staff.id)",
    )),
    "calendar": Rules(1),
    "catalogue": Rules(1),
    "template": Rules(1, after=(
        "DELETE FROM template WHERE place > 0 AND NOT EXISTS "
        "(SELECT 1 FROM ev WHERE st = 'template/' || template.name)",
    )),
    "submission": Rules(1),
    "book": Rules(2, after=(
        "DELETE FROM book WHERE NOT EXISTS "
        "(SELECT 1 FROM ev WHERE st = 'book/' || book.year || '/' || book.series)",
        "DELETE FROM book_entry WHERE NOT EXISTS "
        "(SELECT 1 FROM ev WHERE st = 'book/' || book_entry.year || '/' || book_entry.series)",
    )),
    "dossier": Rules(
        FOLD_VERSION * 100 + 1,
        before=("UPDATE dossier SET words_mark = -1 WHERE id = ?",),
        after=(
            "DELETE FROM dossier WHERE NOT EXISTS "
            "(SELECT 1 FROM ev WHERE st = 'dossier/' || dossier.id)",
            "DELETE FROM dossier_fts WHERE rowid NOT IN (SELECT n FROM dossier)",
        ),
    ),
}  # fmt: skip
"""In the order in which they are made anew: what others are judged by comes first."""

_NEXT = (
    "SELECT e.n, e.st FROM ev e WHERE e.n > ? AND +e.st >= ? AND +e.st < ? "
    "AND NOT EXISTS (SELECT 1 FROM ev f WHERE f.st = e.st AND f.n < e.n) ORDER BY e.n LIMIT ?"
)
"""The streams whose first event stands after a place in the journal, in that order."""


@dataclass(frozen=True, slots=True)
class Progress:
    """After one batch: its kind, how many streams it held, the part of the journal behind it."""

    kind: str
    streams: int
    percent: int


def kind_words(kind: str) -> str:
    """What the rows of a kind are called."""
    return {
        "office": tr("cài đặt"), "staff": tr("người dùng"), "calendar": tr("lịch làm việc"),
        "catalogue": tr("danh mục"), "template": tr("mẫu văn bản"), "book": tr("sổ số văn bản"),
        "dossier": tr("hồ sơ"), "submission": tr("hồ sơ trực tuyến"),
    }[kind]  # fmt: skip


def outdated(conn: Connection) -> tuple[str, ...]:
    """The kinds whose rows were written by other rules than today's, first to be done first."""
    rows = rows_of(conn, "SELECT name, n FROM cursor WHERE name LIKE 'reading/%'")
    known = {name.removeprefix(_DONE): n for name, n in rows}
    return tuple(kind for kind, rules in RULES.items() if known.get(kind) != rules.version)


def mark_current(tx: Connection) -> None:
    """Note that all rows come from today's rules: a store that is being made."""
    for kind in RULES:
        _finish(tx, kind)


def demand_rebuild(core: Core, who: SignedIn) -> None:
    """Let every row be made anew; one that is under way goes on. For administrators (TK-04)."""
    demand_role(who, Role.TECHNICAL_ADMIN, Role.BUSINESS_ADMIN)
    with core.store.write() as tx:
        if not outdated(tx):
            rows_of(tx, "DELETE FROM cursor WHERE name LIKE 'reading/%'")


def rebuild_step(
    store: Store, projectors: Mapping[str, Projector], *, batch: int = BATCH
) -> Progress | None:
    """Make the rows of the next few streams anew; None when nothing is outdated (any more)."""
    with store.read() as conn:
        if not outdated(conn):
            return None
    with store.write() as tx:
        kind = next(iter(outdated(tx)), "")
        return _one_batch(tx, kind, projectors[kind], batch=batch) if kind else None


def rebuild_all(core: Core) -> int:
    """Make everything anew that is outdated; returns how many streams were read."""
    count = 0
    while (progress := rebuild_step(core.store, core.journal.projectors)) is not None:
        count += progress.streams
    return count


def _one_batch(tx: Connection, kind: str, projector: Projector, *, batch: int) -> Progress:
    place = rows_of(tx, "SELECT n FROM cursor WHERE name = ?", (_PLACE + kind,))
    after = place[0][0] if place else 0
    found = rows_of(tx, _NEXT, (after, f"{kind}/", f"{kind}0", batch))
    for _, stream in found:
        for sql in RULES[kind].before:
            rows_of(tx, sql, (stream.partition("/")[2],))
        projector(tx, stream, stream_events(tx, stream))
    if len(found) < batch:
        for sql in RULES[kind].after:
            rows_of(tx, sql)
        _finish(tx, kind)
        return Progress(kind, len(found), 100)
    last = found[-1][0]
    _note(tx, _PLACE + kind, last)
    newest = rows_of(tx, "SELECT max(n) FROM ev")[0][0]
    return Progress(kind, len(found), last * 100 // newest)


def _finish(tx: Connection, kind: str) -> None:
    _note(tx, _DONE + kind, RULES[kind].version)
    rows_of(tx, "DELETE FROM cursor WHERE name = ?", (_PLACE + kind,))


def _note(tx: Connection, name: str, n: int) -> None:
    rows_of(tx, "INSERT OR REPLACE INTO cursor (name, n) VALUES (?, ?)", (name, n))
