"""From the events of one stream to the row the board keeps of it; pure, no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from models.book import openings, read_book
from models.calendar import VIETNAM
from models.dossier import Dossier, open_contradictions
from models.envelope import Sealed
from models.events.administration import SettingChanged
from models.events.issuing import BookNumberReserved, BookNumberVoided
from models.fold import FOLD_VERSION, fold
from models.numbering import gaps
from models.on_time import Course, Standing, standing
from models.order import canonical
from models.workflow import Status

__all__ = ["DESK_SETTINGS", "Row", "book_row", "desk_row", "dossier_row", "ms_of"]

BOOK = re.compile(r"book/([0-9]{4})/(.+)")

Row = dict[str, object]

CLOSING = {
    Status.WITHDRAWN: "dossier.withdrawn", Status.STOPPED: "dossier.stopped",
    Status.REFUSED: "dossier.refused", Status.NOT_ACCEPTED: "dossier.not_accepted",
}  # fmt: skip
"""Ends that carry no time of their own: the writer's clock tells."""
SHOWN_NUMBERS = 12
LARGEST_BOOK = 1_000_000
"""No office issues so many documents a year; a number above it is an error or an attack."""
DESK_SETTINGS = {"desk": "", "desk_phone": "1022"}
"""Settings of an office that the public page names, with their defaults."""


def ms_of(iso: str) -> int | None:
    """An ISO time with offset in milliseconds since 1970; None for an empty or odd text."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).timestamp() * 1000)


def _day(moment: int | None) -> str:
    if moment is None:
        return ""
    return datetime.fromtimestamp(moment / 1000, VIETNAM).date().isoformat()


def dossier_row(dossier_id: str, events: Sequence[Sealed]) -> Row | None:
    """What the board knows of a dossier; None before it was received."""
    d = fold(dossier_id, events)
    if d.intake is None:
        return None
    received = ms_of(d.intake.received_at) or 0
    due = ms_of(d.due) or received
    finished = _finished(d, events)
    waiting = ms_of(d.supplement.at) if d.supplement and d.status is Status.SUPPLEMENT else None
    course = Course(due, finished, waiting, d.supplement_count)
    conflicts = [c for c in d.conflicts if not c.resolved]
    newer = {c.second for c in conflicts}
    since = min((e.envelope.wall for e in events if e.hash in newer), default=None)
    return {
        "id": dossier_id, "code": d.intake.code, "status": d.status.value,
        "procedure": d.intake.procedure, "procedure_name": d.intake.procedure_name,
        "department": d.department, "channel": d.intake.channel,
        "return_method": d.intake.return_method, "received_ms": received,
        "received_day": _day(received), "due_ms": due,
        "original_due_ms": ms_of(d.original_due) or due, "extended": int(d.extended),
        "waiting_since_ms": waiting,
        "respond_by": d.supplement.respond_by if d.supplement and waiting is not None else "",
        "requests": d.supplement_count, "finished_ms": finished, "finished_day": _day(finished),
        "handed_ms": ms_of(d.handed_over.at) if d.handed_over else None,
        "late": int(finished is not None and standing(course, finished) is Standing.DONE_LATE),
        "conflicts": len(open_contradictions(d.conflicts)), "conflict_since_ms": since,
        "fold_version": FOLD_VERSION,
    }  # fmt: skip


def _finished(d: Dossier, events: Iterable[Sealed]) -> int | None:
    """When processing ended: national status 9, else the end that came instead of it."""
    if d.status in CLOSING:
        kind = CLOSING[d.status]
        walls = [e.envelope.wall for e in events if e.envelope.type == kind and not e.outlawed]
        return max(walls, default=d.touched)
    if d.done_at:
        return ms_of(d.done_at)
    return ms_of(d.handed_over.at) if d.handed_over else None


def book_row(stream: str, events: Sequence[Sealed]) -> Row | None:
    """The state of a book: its last number and what is missing or stands twice in it.

    Numbers before the first opening are on paper only and not missed. Raises `ValueError` for
    numbers no book has.
    """
    named = BOOK.fullmatch(stream)
    if named is None:
        return None
    year, series = named.groups()
    book = read_book(events)
    if not 0 <= book.last <= LARGEST_BOOK:
        raise ValueError("a number no book has")
    first = next((said.first for _, said in openings(canonical(events))), 1)
    voided = {number: reason or "-" for number, _, reason in book.voided}
    missing = [n for n in gaps([n for n, _ in book.issued], voided) if n >= first]
    when = [
        (said.number, item.envelope.wall)
        for item in events
        if isinstance(said := item.event(), BookNumberReserved | BookNumberVoided)
    ]
    return {
        "st": stream, "year": int(year), "series": series, "holder": book.holder,
        "last": book.last, "voided": len(voided),
        "missing": len(missing), "missing_text": _listed(missing),
        "missing_since_ms": _first_above(missing, when),
        "twice": len(book.twice), "twice_text": _listed(book.twice),
        "twice_since_ms": max((at for n, at in when if n in book.twice), default=None),
        "fenced": len(book.fenced),
    }  # fmt: skip


def _first_above(missing: list[int], when: list[tuple[int, int]]) -> int | None:
    """Since when the first gap is one: the first time a higher number was taken."""
    if not missing:
        return None
    return min((at for number, at in when if number > missing[0]), default=None)


def _listed(numbers: list[int]) -> str:
    """The first few numbers as text."""
    shown = ", ".join(str(n) for n in numbers[:SHOWN_NUMBERS])
    return shown + ", …" if len(numbers) > SHOWN_NUMBERS else shown


def desk_row(events: Sequence[Sealed]) -> Row:
    """Name and telephone of the office's desk as its settings say."""
    row: Row = dict(DESK_SETTINGS)
    for item in canonical(events).events:
        said = item.event()
        if isinstance(said, SettingChanged) and said.name in row and not item.outlawed:
            row[said.name] = said.value or DESK_SETTINGS[said.name]
    return row
