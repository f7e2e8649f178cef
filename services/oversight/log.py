"""The journal page by page, newest first, with filters; each role sees what it may.

A technical administrator keeps the machine running and has no access to dossiers (domain §5.3):
they see that something was written, when and by which role, on which device, but neither persons,
codes nor contents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from models.envelope import Sealed, unseal
from models.errors import InputError
from models.events.administration import JournalExported
from models.schema.journal import device, ev
from models.schema.read_models import dossier, staff
from models.staff import Role, role_words
from models.words import tr
from services.clock import VIETNAM
from services.core import Core, SignedIn
from services.journal.device import signature_holds
from services.journal.export import as_record, export_journal
from services.journal.reading import event_count
from services.journal.verify import ChainReport, verify_journal
from services.oversight.words import kind_words
from services.people import as_stored, demand_role

__all__ = [
    "ChainReport", "LogDetail", "LogFilter", "LogPage", "LogRow", "check_all", "export_log",
    "log_detail", "log_kinds", "log_page", "sees_contents",
]  # fmt: skip

READERS = (Role.INSPECTOR, Role.BUSINESS_ADMIN, Role.LEADER)
LOOKED_AT = 20_000
"""Events read in search of a person's acts before the page is handed over as it is."""
SHOWN_BYTES = 64
"""Longer contents, such as a whole catalogue, are told by their size."""


@dataclass(frozen=True)
class LogFilter:
    """What to show; empty means all. `code` is part of a dossier code, dates are Vietnam's.

    `person` and `code` do nothing for those who may know neither.
    """

    person: str = ""
    kind: str = ""
    since: Date | None = None
    until: Date | None = None
    code: str = ""


@dataclass(frozen=True)
class LogRow:
    """One event in a line; `who` and `code` are empty for those who may not know."""

    n: int
    when: datetime
    who: str
    role: str
    what: str
    code: str
    device: str
    hash: str
    signed: bool


@dataclass(frozen=True)
class LogPage:
    """Rows, newest first; `older` continues the list (0: this is its end), `total` counts all."""

    rows: tuple[LogRow, ...]
    older: int
    total: int


@dataclass(frozen=True)
class LogDetail:
    """One event in full: its row, its place in the chain, its contents when they may be seen."""

    row: LogRow
    id: str
    stream: str
    log: str
    seq: int
    session: str
    hash: str
    previous: str
    parents: tuple[str, ...]
    signature: str
    signature_good: bool
    payload: str | None


def sees_contents(who: SignedIn) -> bool:
    """Whether the person may read what events hold."""
    return who.staff.active and who.staff.has(*READERS)


def log_kinds(conn: Connection) -> tuple[tuple[str, str], ...]:
    """The kinds that occur in this journal with their words, in the order of the words."""
    kinds = conn.execute(select(ev.c.t).distinct()).scalars().all()
    return tuple(sorted(((k, kind_words(k)) for k in kinds), key=lambda pair: pair[1]))


def log_page(
    core: Core, who: SignedIn, wanted: LogFilter, *, before: int = 0, limit: int = 100
) -> LogPage:
    """The newest events that fit `wanted`, those stored before number `before` if it is given."""
    demand_role(who, *READERS, Role.TECHNICAL_ADMIN)
    with core.store.read() as conn:
        names = _Names(conn, sees_contents(who))
        person = wanted.person if names.open else ""  # a filter would give away who did what
        rows: list[LogRow] = []
        last, looked = before, 0
        for n, item in _events(conn, wanted, before=before, open_=names.open):
            looked, last = looked + 1, n
            if not person or item.envelope.actor.staff == person:
                rows.append(names.row(n, item))
            if len(rows) == limit or looked == LOOKED_AT:
                break
        else:
            last = 0
        return LogPage(tuple(rows), last, event_count(conn))


def _events(
    conn: Connection, wanted: LogFilter, *, before: int, open_: bool
) -> Iterator[tuple[int, Sealed]]:
    query = select(ev.c.n, ev.c.body, ev.c.sig).order_by(ev.c.n.desc())
    if before:
        query = query.where(ev.c.n < before)
    for n, body, sig in conn.execute(_narrowed(query, wanted, open_)).yield_per(200):
        yield n, unseal(body, sig)


def _narrowed(query: Select[Any], wanted: LogFilter, open_: bool) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind:
        conditions.append(ev.c.t == wanted.kind)
    if wanted.since:
        conditions.append(ev.c.hlc >= _clock(wanted.since))
    if wanted.until:
        conditions.append(ev.c.hlc < _clock(wanted.until + timedelta(days=1)))
    if wanted.code and open_:
        part = wanted.code.strip().upper()
        fits = dossier.c.code.contains(part, autoescape=True)
        ids = select("dossier/" + dossier.c.id).where(fits)
        conditions.append(ev.c.st.in_(ids))
    return query.where(*conditions)


def _clock(day: Date) -> int:
    """The hybrid clock at the beginning of a day in Vietnam."""
    return int(datetime.combine(day, time(), VIETNAM).timestamp() * 1000) << 16


class _Names:
    """Words for ids: people, dossier codes, devices; silent ones for those who may not know."""

    def __init__(self, conn: Connection, open_: bool) -> None:
        self.open = open_
        self._conn = conn
        self._people: Mapping[str, str] = {
            row.id: row.name for row in conn.execute(select(staff.c.id, staff.c.name))
        }
        self._devices: Mapping[bytes, str] = {
            bytes(row.log): row.name for row in conn.execute(select(device.c.log, device.c.name))
        }
        self._codes: dict[str, str] = {}

    def row(self, n: int, item: Sealed) -> LogRow:
        e = item.envelope
        actor = e.actor
        who = self._people.get(actor.staff, tr("Chương trình"))
        return LogRow(
            n=n,
            when=datetime.fromtimestamp(e.wall / 1000, VIETNAM),
            who=who if self.open else "",
            role=role_words(Role(actor.role)) if actor.role in set(Role) else "",
            what=kind_words(e.type),
            code=self._code(e.stream) if self.open else "",
            device=self._devices.get(e.log, e.log.hex()[:8]),
            hash=item.hash.hex()[:12],
            signed=item.signature is not None,
        )

    def _code(self, stream: str) -> str:
        area, _, key = stream.partition("/")
        if area != "dossier":
            return ""
        if key not in self._codes:
            found = self._conn.execute(select(dossier.c.code).where(dossier.c.id == key)).scalar()
            self._codes[key] = str(found or "")
        return self._codes[key]


def log_detail(core: Core, who: SignedIn, n: int) -> LogDetail:
    """The event number `n` in full; raises `InputError` NK-20 when there is none."""
    demand_role(who, *READERS, Role.TECHNICAL_ADMIN)
    with core.store.read() as conn:
        found = conn.execute(select(ev.c.body, ev.c.sig).where(ev.c.n == n)).first()
        if found is None:
            raise InputError("NK-20", tr("Không còn dòng nhật ký số {n}.", n=n))
        item = unseal(found.body, found.sig)
        names = _Names(conn, sees_contents(who))
        words, good = _signature(conn, item)
        row = names.row(n, item)
    e = item.envelope
    return LogDetail(
        row=row,
        id=e.id,
        stream=e.stream if names.open else e.stream.partition("/")[0],
        log=e.log.hex(),
        seq=e.seq,
        session=e.actor.session if names.open else "",
        hash=item.hash.hex(),
        previous=e.prev.hex(),
        parents=tuple(p.hex() for p in e.parents),
        signature=words,
        signature_good=good,
        payload=_payload(n, item) if names.open else None,
    )


def _payload(n: int, item: Sealed) -> str:
    plain = as_record(n, item)["payload"]
    for name, value in item.envelope.payload.items():
        if isinstance(value, bytes) and len(value) > SHOWN_BYTES:
            plain[name] = tr("{count} byte", count=len(value))
    return json.dumps(plain, ensure_ascii=False, indent=2)


def _signature(conn: Connection, item: Sealed) -> tuple[str, bool]:
    """How the event is vouched for: its own signature, or that of its transaction's last event."""
    log, seq = item.envelope.log, item.envelope.seq
    covering = conn.execute(
        select(ev.c.seq, ev.c.hash, ev.c.sig)
        .where(ev.c.log == log, ev.c.seq >= seq, ev.c.sig.is_not(None))
        .order_by(ev.c.seq)
        .limit(1)
    ).first()
    key = conn.execute(select(device.c.public_key).where(device.c.log == log)).scalar()
    if covering is None or key is None:
        return tr("Chưa có chữ ký nào của máy bao trùm dòng này."), False
    if not signature_holds(bytes(key), bytes(covering.hash), bytes(covering.sig)):
        return tr("Chữ ký của máy ở sự kiện {seq} không đúng.", seq=covering.seq), False
    if covering.seq == seq:
        return tr("Máy đã ký chính dòng này; chữ ký đúng."), True
    return tr("Nằm trong việc được máy ký ở sự kiện {seq}; chữ ký đúng.", seq=covering.seq), True


def check_all(core: Core, who: SignedIn) -> ChainReport:
    """Check every hash, link and signature; takes a while on a long journal."""
    demand_role(who, *READERS, Role.TECHNICAL_ADMIN)
    with core.store.read() as conn:
        return verify_journal(conn)


def export_log(core: Core, who: SignedIn, path: Path) -> int:
    """Write the whole journal to `path` as JSON lines; returns how many events.

    That it was taken out is written down first, so no copy leaves without a trace. Raises
    `InputError` NK-22 when there is no such folder, NK-21 when the file cannot be written.
    """
    role = demand_role(who, *READERS)
    if not path.parent.is_dir():
        raise InputError(
            "NK-22", tr("Không có thư mục {folder}.", folder=path.parent),
            tr("Chọn một thư mục đang có."), field="file",
        )  # fmt: skip
    with core.store.read() as conn:
        count: int = conn.execute(select(func.count()).select_from(ev)).scalar_one()
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        act.add("journal/office", JournalExported(count + 1, path.name))
    try:
        with core.store.read() as conn:
            return export_journal(conn, path)
    except OSError as error:
        raise InputError(
            "NK-21",
            tr("Không ghi được tệp {name}.", name=path.name),
            tr("Chọn thư mục khác ghi được và còn chỗ trống."),
            field="file",
        ) from error
