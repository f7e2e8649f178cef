"""Records of dossiers for the national portal, as JSON lines that the city's forwarder takes.

There is no live connection: a commune never calls the portal itself (design notes: domain §3.2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from models.errors import InputError
from models.events.administration import NationalExported
from models.fold import fold
from models.national import national_progress, national_record
from models.staff import Role
from models.words import tr
from services.core import Core, SignedIn
from services.dossiers.read_model import dossier_stream
from services.journal.reading import stream_events
from services.people import as_stored, demand_role, staff_rows

__all__ = ["EXPORTERS", "export_national", "national_lines"]

EXPORTERS = (Role.BUSINESS_ADMIN, Role.LEADER)
_IDS = "SELECT id FROM dossier WHERE touched >= ? ORDER BY n"


def national_lines(conn: Connection, since_ms: int = 0) -> Iterator[dict[str, Any]]:
    """One record per dossier touched since `since_ms` (milliseconds since 1970), oldest first."""
    people = {person.id: person for person in staff_rows(conn)}
    for (dossier_id,) in conn.exec_driver_sql(_IDS, (since_ms,)).all():
        stored = stream_events(conn, dossier_stream(dossier_id))
        dossier = fold(dossier_id, stored)
        record = national_record(dossier, stored)
        if record is not None:
            yield {
                "DongBoHoSoMC": dict(record.fields),
                "CapNhatTienDoHoSoMC": list(national_progress(dossier, stored, people)),
                "unknown": list(record.unknown),
            }


def export_national(core: Core, who: SignedIn, path: Path, *, since: datetime | None = None) -> int:
    """Write the records to `path`; returns how many. That they left is written down first.

    Raises `InputError` DL-21 when the file cannot be written; what was there before stays.
    """
    role = demand_role(who, *EXPORTERS)
    since_ms = int(since.timestamp() * 1000) if since else 0
    with core.store.read() as conn:
        lines = [json.dumps(each, ensure_ascii=False) for each in national_lines(conn, since_ms)]
    temporary = path.with_name(path.name + ".tmp")
    try:
        temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise InputError(
            "DL-21",
            tr("Không ghi được tệp {name}.", name=path.name),
            tr("Chọn thư mục có thật, ghi được và còn chỗ trống."),
            field="file",
        ) from error
    try:
        with core.journal.act(who.acting_as(role)) as act:
            demand_role(as_stored(act.tx, who), role)
            act.add("journal/office", NationalExported(len(lines), path.name))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return len(lines)
