"""Fills a training office with made-up dossiers in every state, spread over two years."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from random import Random

from models.errors import OfficeError
from models.events.issuing import BookNumberReserved, BookOpened, Numbered
from models.ids import uuid7
from models.intake import LimitTaken, Promise
from models.numbering import (
    PER_SLOT,
    SLOTS,
    build_dossier_code,
    format_document_number,
    next_serial,
)
from models.party import Person
from models.procedure import Procedure
from models.words import tr
from services.assembly import OpenOffice
from services.clock import FixedClock
from services.core import Core
from services.dossiers.promise import limit_from_catalogue, promise_for
from services.journal.append import ActInProgress, Journal
from services.people import system_actor
from services.training.advance import advance_some
from services.training.course import Act, Course, Files
from services.training.people import citizens
from services.training.plan import Fate, draw_fate
from services.training.shared_result import make_shared_result

__all__ = ["OPEN_SHARE", "fill_office"]

BATCH = 2000
MANY = 10_000
MUCH_MEMORY = "PRAGMA cache_size = -262144"
"""Of `MANY` dossiers the indexes outgrow the usual cache; 256 MB keep the filling of them fast."""
OPEN_SHARE = 160
"""At most so many dossiers are open; a real office has about a hundred."""

FAVOURITES = ("1.004873", "1.001193", "2.000815", "2.000884", "1.001022", "1.010832", "2.000744")
"""Procedures that make up most of a desk's day, where the catalogue has them with a limit."""


@dataclass
class _Filling:
    """What a filling in progress remembers: codes and numbers given, the random source."""

    core: Core
    random: Random
    files: Files
    people: list[Person]
    procedures: list[Procedure]
    now: datetime
    serials: dict[tuple[str, int], int] = field(default_factory=dict)
    books: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        calendar = self.core.calendar
        self.promise: Callable[[datetime, LimitTaken], Promise] = lru_cache(maxsize=None)(
            lambda received, limit: promise_for(received, limit, calendar=calendar)
        )

    def course(self, fate: Fate, number: int) -> Course:
        """The course of one dossier with its code, person and procedure."""
        core, random = self.core, self.random
        procedure = random.choice(self.procedures)
        limit = limit_from_catalogue(procedure, core.settings["count_mode"])
        assert limit is not None
        day = fate.received.date()
        wall = int(fate.received.timestamp() * 1000)
        return Course(
            random, uuid7(wall, random.randbytes(10)),
            build_dossier_code(core.agency_code, day, serial=self._serial(day)),
            self.people[number % len(self.people)], procedure, limit,
            self.promise(fate.received, limit), fate, self.files, self.now,
            core.departments[0], core.office.unit_name, core.catalogue.bundle.digest,
            core.calendar,
        )  # fmt: skip

    def _serial(self, day: date) -> int:
        """The day's next serial: ours, then those of the other PCs once ours are used up."""
        own = self.core.journal.device.slot
        for slot in (own, *(other for other in SLOTS if other != own)):
            last = self.serials.get((day.isoformat(), slot))
            if last is None or last % PER_SLOT != PER_SLOT - 1:
                break
        serial = self.serials[(day.isoformat(), slot)] = next_serial(slot, last)
        return serial


def fill_office(
    office: OpenOffice,
    count: int,
    *,
    seed: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Add `count` dossiers to a training office; the same seed gives the same office.

    Raises `OfficeError` DL-10 for a real office: made-up people never enter real data.
    """
    core = office.core
    if not core.office.training:
        raise OfficeError(
            "DL-10",
            tr("Chỉ văn phòng tập huấn mới được thêm hồ sơ mẫu."),
            tr("Chọn thư mục dữ liệu khác bằng --home."),
        )
    filling = _start(office, count, seed)
    clock = FixedClock(filling.now, seed=seed)
    journal = Journal(
        core.store, core.journal.device, clock=clock, office=core.journal.office,
        projectors=core.journal.projectors,
    )  # fmt: skip
    fates = _fates(filling, count)
    with _no_collecting():
        _fill(filling, journal, fates, clock=clock, progress=progress)
    advance_some(office)
    return count


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Millions of small objects and no cycles: not to look for cycles saves much of the time."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def _fill(
    filling: _Filling,
    journal: Journal,
    fates: list[Fate],
    *,
    clock: FixedClock,
    progress: Callable[[int], None],
) -> None:
    """Write the dossiers in batches, the oldest first."""
    count = len(fates)
    for start in range(0, count, BATCH):
        courses = [
            filling.course(fate, start + n) for n, fate in enumerate(fates[start : start + BATCH])
        ]
        acts = sorted((a for c in courses for a in c.acts()), key=attrgetter("at"))
        with journal.act(system_actor("seed")) as writing:
            if count > MANY:
                writing.tx.exec_driver_sql(MUCH_MEMORY)
            _write(filling, writing, acts, clock=clock)
        progress(min(count, start + BATCH))


def _start(office: OpenOffice, count: int, seed: int) -> _Filling:
    core, random = office.core, Random(seed)
    now = core.clock.now()
    known = [p for p in core.catalogue.procedures_on(now.date()) if p.limit_known]
    often = [p for code in FAVOURITES for p in known if p.code == code]
    people = citizens(random, min(count, 20_000), ward=core.office.unit_name, today=now.date())
    filling = _Filling(core, random, make_shared_result(core), people, [*known, *often * 60], now)
    with core.store.read() as conn:
        rows = conn.exec_driver_sql("SELECT day, slot, last FROM code_serial").all()
        filling.serials = {(str(day), int(slot)): int(last) for day, slot, last in rows}
        books = conn.exec_driver_sql("SELECT year, last FROM book WHERE series = 'GXN'").all()
        filling.books = {int(year): int(last) for year, last in books}
    return filling


def _fates(filling: _Filling, count: int) -> list[Fate]:
    """When each dossier comes and how it ends, oldest first."""
    first = filling.now.date() - timedelta(days=730)
    still_open = min(OPEN_SHARE, max(1, count * 6 // 10))
    fates = [
        draw_fate(
            filling.random, first, filling.now, calendar=filling.core.calendar,
            is_open=n < still_open,
        )
        for n in range(count)
    ]  # fmt: skip
    return sorted(fates, key=lambda fate: fate.received)


def _write(
    filling: _Filling, writing: ActInProgress, acts: list[Act], *, clock: FixedClock
) -> None:
    """Append the acts of one batch and remember the serials they used."""
    for act in acts:
        clock.set(act.at)
        writing.actor = act.actor
        event = act.event
        if isinstance(event, Numbered):
            event = _numbered(filling, writing, act, event)
        writing.add(act.stream, event)
    for (day, slot), last in filling.serials.items():
        writing.tx.exec_driver_sql(
            "INSERT INTO code_serial (agency, day, slot, last) VALUES (?,?,?,?) "
            "ON CONFLICT (agency, day, slot) DO UPDATE SET last = excluded.last",
            (filling.core.agency_code, day, slot, last),
        )


def _numbered(filling: _Filling, writing: ActInProgress, act: Act, event: Numbered) -> Numbered:
    """Take the next number of the year's book, as the records clerk would."""
    year, stream = act.at.year, f"book/{act.at.year}/GXN"
    if year not in filling.books:
        writing.add(stream, BookOpened(year, "GXN", filling.core.journal.device.log.hex()))
    number = filling.books[year] = filling.books.get(year, 0) + 1
    notation = format_document_number(number, "GXN", agency_abbrev="UBND")
    dated = date(act.at.year, act.at.month, act.at.day).isoformat()
    dossier_id = act.stream.partition("/")[2]
    writing.add(stream, BookNumberReserved(number, dossier_id, notation, dated))
    return replace(event, book=stream, number=number, notation=notation, dated=dated)
