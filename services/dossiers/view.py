"""Everything one dossier's window shows, read at once: state, way, people, newest request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from models.codec import from_payload
from models.dossier import Dossier
from models.envelope import Sealed
from models.events import handling as h
from models.intake import Attachment
from models.order import canonical
from models.staff import Staff
from models.words import tr
from services.core import Core, SignedIn
from services.dossiers import handling
from services.dossiers.acts import load_dossier
from services.dossiers.read_model import dossier_stream
from services.dossiers.timeline import TimelineLine, timeline_of
from services.journal.reading import stream_events
from services.people import staff_rows
from services.rights import demand_sees_dossiers
from services.store.blob_refs import coming_of

__all__ = ["DossierView", "read_dossier", "read_view", "take_out"]


@dataclass(frozen=True)
class DossierView:
    """One dossier with its way; `requests` are all supplement requests, oldest first.

    `namesakes` are the applicants of other dossiers that got the same code on another PC. `coming`
    are hashes of attachments that are still being fetched from another machine.
    """

    dossier: Dossier
    lines: tuple[TimelineLine, ...]
    people: Mapping[str, Staff]
    requests: tuple[h.SupplementRequested, ...]
    namesakes: tuple[str, ...] = ()
    coming: frozenset[str] = frozenset()

    def name_of(self, staff_id: str) -> str:
        """The person's name, or the id of somebody no longer in the list."""
        person = self.people.get(staff_id)
        return person.name if person else staff_id


def read_dossier(core: Core, who: SignedIn, dossier_id: str) -> Dossier:
    """One dossier as stored; raises `NotAllowed` HS-02 when there is none, TK-08 without right."""
    demand_sees_dossiers(who.staff)
    with core.store.read() as conn:
        return load_dossier(conn, dossier_id)


def read_view(core: Core, who: SignedIn, dossier_id: str) -> DossierView:
    """Read one dossier in one snapshot; raises like `read_dossier`."""
    demand_sees_dossiers(who.staff)
    with core.store.read() as conn:
        dossier = load_dossier(conn, dossier_id)
        stored = stream_events(conn, dossier_stream(dossier_id))
        people = {person.id: person for person in staff_rows(conn)}
        namesakes = _namesakes(conn, dossier)
        files = [file.sha256 for paper in dossier.components for file in paper.attachments]
        coming = coming_of(conn, files)
    lines = timeline_of(dossier, stored, people, log=core.journal.device.log)
    events = [_event(item) for item in canonical(stored).events]
    requests = tuple(e for e in events if isinstance(e, h.SupplementRequested))
    return DossierView(dossier, lines, people, requests, namesakes, coming)


def _namesakes(conn: Connection, dossier: Dossier) -> tuple[str, ...]:
    code = dossier.intake.code if dossier.intake else ""
    rows = conn.exec_driver_sql(
        "SELECT applicant FROM dossier WHERE code = ? AND id <> ? ORDER BY id", (code, dossier.id)
    ).all()
    return tuple(str(row[0]) for row in rows) if code else ()


def _event(item: Sealed) -> object:
    e = item.envelope
    return from_payload(e.type, e.type_version, e.payload)


def take_out(core: Core, who: SignedIn, dossier_id: str, *, attachment: Attachment) -> bytes:
    """The bytes of an attachment for saving outside; that it left is recorded first.

    Raises `NotAllowed` HS-01 when the person may not add to this dossier, TK-08 when they may see
    none, `MachineError` KHO-53 when the file is damaged.
    """
    demand_sees_dossiers(who.staff)
    with core.store.read() as conn:
        data = core.blobs.get(conn, attachment.sha256)
    text = tr("Đã lưu tệp «{name}» ra ngoài chương trình.", name=attachment.name)
    handling.note(core, who, dossier_id, text=text)
    return data
