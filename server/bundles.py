"""What the city sends down: the catalogue with its processes, days of the calendar, templates.

Each is the very event an office would write itself, in the city's own signed log for that office:
versions come in order, are relayed on the LAN like any log, and wait for a PC that was away. An
office gets only what differs from the version it was sent before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.calendar_notice import Notice
from models.codec import Event
from models.events.administration import CatalogueImported, TemplateChanged
from models.order import canonical
from server.city_journal import CityJournal
from server.roster import city_logs, stream_events
from services.calendars.office import CALENDAR_STREAM, notice_event
from services.catalogue.bundle import Bundle
from services.catalogue.stored import CATALOGUE_STREAM, bundles_of, difference_event, import_event
from services.document_templates import template_stream
from services.documents.templates import parse_template

__all__ = [
    "Sent", "city_catalogue", "publish_catalogue", "publish_notices", "publish_template",
]  # fmt: skip

@dataclass(frozen=True, slots=True)
class Sent:
    """What one office was sent: bytes on the way, and the base when it was only a difference."""

    office: str
    size: int
    base: str = ""
    known: bool = False


def city_catalogue(journal: CityJournal, office: str) -> tuple[Bundle, ...]:
    """The versions the city sent an office, in order; what ships with the program is none."""
    with journal.database.read(office) as tx:
        events, city = stream_events(tx, office, CATALOGUE_STREAM), city_logs(tx, office)
    return bundles_of(e for e in events if e.envelope.log in city)


def publish_catalogue(
    journal: CityJournal,
    offices: Sequence[str],
    bundle: Bundle,
    *,
    source: str,
    counts: tuple[int, int, int],
    done: Callable[[Sent], None] = lambda _sent: None,
) -> tuple[Sent, ...]:
    """Send a version of the catalogue to offices; one that has it is left alone.

    `counts` are added, changed and missing procedures against the city's version before. The base
    of a difference is always a version sent in the same log, so whoever reads the log has it.
    """
    sent = []
    for office in offices:
        before = city_catalogue(journal, office)
        if any(known.digest == bundle.digest for known in before):
            each = Sent(office, 0, known=True)
        else:
            event = _catalogue_event(bundle, before, source=source, counts=counts)
            journal.append(office, [(CATALOGUE_STREAM, event)])
            each = Sent(office, len(event.body), event.base)
        sent.append(each)
        done(each)
    return tuple(sent)


def _catalogue_event(
    bundle: Bundle, before: Sequence[Bundle], *, source: str, counts: tuple[int, int, int]
) -> CatalogueImported:
    """The first version whole, for what ships with the program may differ from PC to PC."""
    if not before:
        return import_event(bundle, source=source, counts=counts)
    return difference_event(bundle, before[-1], source=source, counts=counts)


def publish_notices(
    journal: CityJournal, offices: Sequence[str], notices: Sequence[Notice]
) -> tuple[Sent, ...]:
    """Send dated notices (days off, swaps, half days) to offices; those known are not repeated."""
    events = [notice_event(n, label=n.label_vi, source=n.source) for n in notices]
    return _publish(journal, offices, [(CALENDAR_STREAM, event) for event in events])


def publish_template(journal: CityJournal, offices: Sequence[str], words: str) -> tuple[Sent, ...]:
    """Send a version of a document template (TOML); raises `InputError` when it is none."""
    code = parse_template(words, "").code
    digest = hashlib.sha256(words.encode()).hexdigest()
    version = journal.clock.now().isoformat()
    event = TemplateChanged(code, version, digest, words)
    return _publish(journal, offices, [(template_stream(code), event)])


def _publish(
    journal: CityJournal, offices: Sequence[str], items: Sequence[tuple[str, Event]]
) -> tuple[Sent, ...]:
    sent = []
    for office in offices:
        fresh = [(s, e) for s, e in items if not _stands(journal, office, s, event=e)]
        added = journal.append(office, fresh) if fresh else ()
        sent.append(Sent(office, sum(len(a.body) for a in added), known=not fresh))
    return tuple(sent)


def _stands(journal: CityJournal, office: str, stream: str, *, event: Event) -> bool:
    """Whether the city's newest word in the stream, on the same matter, is this one already."""
    with journal.database.read(office) as tx:
        events, city = stream_events(tx, office, stream), city_logs(tx, office)
    mine = [e.event() for e in canonical(events).events if e.envelope.log in city]
    same = [said for said in mine if _matter(said) == _matter(event)]
    return bool(same) and _content(same[-1]) == _content(event)


def _matter(event: object) -> object:
    return getattr(event, "day", None) or getattr(event, "name", None)


def _content(event: object) -> object:
    return event.digest if isinstance(event, TemplateChanged) else event
