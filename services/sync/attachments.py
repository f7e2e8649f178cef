"""Attachments that are not where they should be: damaged, still to come, not in the city yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from models.calendar import VIETNAM
from models.envelope import Envelope, unseal
from models.errors import ForeignError
from models.staff import Staff
from models.words import tr
from services.core import Core, SignedIn
from services.store.blob_faults import LACKING
from services.store.statement import rows_of
from services.sync.faults import fault_words
from services.sync.naming import pc_names
from services.sync.standing import age_words

__all__ = ["AttachmentRow", "attachment_rows", "read_attachments"]

MOST = 300
"""At most so many are listed, the newest first."""
_ROWS = (
    "SELECT r.hash, r.st, max(r.n), max(r.size), max(r.media), min(r.seen_ms), "
    "EXISTS (SELECT 1 FROM blob b WHERE b.hash = r.hash), "
    "EXISTS (SELECT 1 FROM blob_fault f WHERE f.hash = r.hash AND f.peer = x'') "
    "FROM blob_ref r WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.hash = r.hash) "
    "OR EXISTS (SELECT 1 FROM blob_fault f WHERE f.hash = r.hash AND f.peer = x'') "
    "OR (r.at_city = 0 AND ?) GROUP BY r.hash ORDER BY max(r.n) DESC LIMIT ?"
)
_FAULTS = "SELECT peer, code FROM blob_fault WHERE hash = ? AND peer <> x''"
_PEERS = (
    "SELECT p.log, p.kind, p.name, p.fault FROM peer p LEFT JOIN device d ON d.log = p.log "
    "WHERE d.last_seq IS NULL ORDER BY p.kind = 'city', p.name"
)


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """One attachment as a person reads it.

    `state` is damaged, lost (nobody has it), coming, refused or waiting (for the city). `name`,
    `dossier`, `code` and `who` are empty for those who may not know them.
    """

    key: str
    state: str
    name: str
    size: int
    dossier: str
    code: str
    who: str
    since: datetime
    age: str
    words: str


@dataclass(frozen=True, slots=True)
class Peer:
    """A machine that may have attachments, the city included."""

    log: bytes
    city: bool
    name: str
    fault: str


def read_attachments(core: Core, who: SignedIn) -> tuple[AttachmentRow, ...]:
    """What the person may see of them now."""
    now_ms = int(core.clock.now().timestamp() * 1000)
    with core.store.read() as conn:
        return attachment_rows(conn, who.staff, now_ms=now_ms)


def attachment_rows(conn: Connection, staff: Staff, *, now_ms: int) -> tuple[AttachmentRow, ...]:
    """The newest attachments that are damaged, missing here, or not known to be in the city."""
    enrolled = bool(rows_of(conn, "SELECT 1 FROM sync_state WHERE name = 'server_url'"))
    names = pc_names(conn)
    peers = [
        Peer(bytes(log), kind == "city",
             tr("thành phố") if kind == "city" else names.get(bytes(log), name), fault)
        for log, kind, name, fault in rows_of(conn, _PEERS)
    ]  # fmt: skip
    people = {str(i): str(n) for i, n in rows_of(conn, "SELECT id, name FROM staff")}
    rows = rows_of(conn, _ROWS, (int(enrolled), MOST))
    return tuple(_row(conn, row, peers, people=people, open_=staff.sees_dossiers, now_ms=now_ms)
                 for row in rows)  # fmt: skip


def _row(
    conn: Connection, row: Any, peers: list[Peer], *, people: Mapping[str, str], open_: bool,
    now_ms: int,
) -> AttachmentRow:  # fmt: skip
    digest, stream, n, size, media, seen_ms, here, damaged = row
    said = {bytes(peer): str(code) for peer, code in rows_of(conn, _FAULTS, (digest,))}
    state, words = _state(said, peers, here=bool(here), damaged=bool(damaged))
    event = _event(conn, n)
    area, _, dossier = str(stream).partition("/")
    dossier = dossier if open_ and area == "dossier" else ""
    codes = rows_of(conn, "SELECT code FROM dossier WHERE id = ?", (dossier,)) if dossier else []
    actor = event.actor.staff if event is not None else ""
    return AttachmentRow(
        key=digest,
        state=state,
        name=(_name(event, digest) or str(media)) if open_ else str(media),
        size=int(size),
        dossier=dossier,
        code=str(codes[0][0]) if codes else "",
        who=(people.get(actor) or tr("Chương trình")) if open_ else "",
        since=datetime.fromtimestamp(seen_ms / 1000, VIETNAM),
        age=age_words((now_ms - int(seen_ms)) // 1000),
        words=words,
    )


def _state(
    said: Mapping[bytes, str], peers: list[Peer], *, here: bool, damaged: bool
) -> tuple[str, str]:
    """The state and the sentence for it."""
    if here and not damaged:
        return _unsent(said, peers)
    asked = [peer for peer in peers if peer.log in said]
    lost = bool(peers) and len(asked) == len(peers)
    first = tr("Tệp trên máy này đã hỏng.") if damaged else tr("Tệp chưa về máy này.")
    names = ", ".join(peer.name for peer in asked)
    if lost or (damaged and not peers):
        then = tr("Đã hỏi {names}: không đâu có bản lành.", names=names) if names else ""
        do = tr("Quét lại giấy tờ, hoặc lấy lại từ bản sao lưu.")
        return "lost", " ".join(filter(None, (first, then, do)))
    if asked:
        then = tr("Đã hỏi {names}: chưa có; máy hỏi tiếp khi gặp máy khác.", names=names)
    else:
        then = tr("Máy tự tải khi gặp máy đang giữ tệp.")
    return ("damaged" if damaged else "coming"), f"{first} {then}"


def _unsent(said: Mapping[bytes, str], peers: list[Peer]) -> tuple[str, str]:
    city = next((peer for peer in peers if peer.city), None)
    code = said.get(city.log, "") if city is not None else ""
    if code and code != LACKING:
        return "refused", f"{fault_words(code)} ({code})"
    if city is not None and city.fault:
        return "waiting", fault_words(city.fault)
    return "waiting", tr("Đang chờ gửi lên thành phố, sau các việc.")


def _event(conn: Connection, n: int) -> Envelope | None:
    rows = rows_of(conn, "SELECT body FROM ev WHERE n = ?", (n,))
    try:
        return unseal(bytes(rows[0][0])).envelope if rows else None
    except ForeignError:
        return None


def _name(event: Envelope | None, digest: str) -> str:
    """What the event calls the file; a result's PDF has no name of its own."""
    if event is None:
        return ""
    found = next((each for each in _attachments(event.payload) if each["sha256"] == digest), None)
    if found is not None:
        return str(found.get("name") or "")
    return tr("Văn bản kết quả (PDF)")


def _attachments(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str):
            yield value
        for inner in value.values():
            yield from _attachments(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _attachments(inner)
