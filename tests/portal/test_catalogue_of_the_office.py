"""An application is judged by the catalogue of its office on its day, not by what ships."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.errors import InputError
from models.events.roster import DeviceRevoked, roster_stream
from server import office_catalogue
from server.bundles import publish_catalogue
from server.office_catalogue import OfficeCatalogues
from services.catalogue.bundle import Bundle, load_bundle
from services.catalogue.stored import CATALOGUE_STREAM, import_event
from tests.portal.test_submitting import (  # noqa: F401  # its databases and portal
    Portal,
    city,
    city_url,
    database,
    portal,
    postgres_city,
    sqlite_city,
)
from tests.support.city import OFFICE, OTHER, START, Pen
from tests.support.office import REGISTER_MARRIAGE

TODAY = START.date()
NEW = "9.999001"


def version(name: str, starts: date, *, ended: bool = False) -> Bundle:
    """The shipped catalogue with a new procedure, and perhaps without the old one."""
    rows = list(load_bundle().procedures)
    known = next(p for p in rows if p.code == REGISTER_MARRIAGE)
    rows.append(replace(known, code=NEW, name="Thủ tục mới"))
    if ended:
        rows.remove(known)
    rows.sort(key=lambda p: p.code)
    return replace(load_bundle(), procedures=tuple(rows), version=name, effective_from=starts)


def publish(portal: Portal, *bundles: Bundle, office: str = OFFICE) -> None:  # noqa: F811
    for each in bundles:
        publish_catalogue(
            portal.city.journal, [office], each, source="TP", counts=(1, 0, 0)
        )  # fmt: skip


def other(number: int, **more: object) -> dict[str, object]:
    return {"external_id": f"E-{number}", "code": f"H26.00004-261116-{number:04}"} | more


def test_a_procedure_sent_down_is_taken_from_its_day_at_that_office(portal):  # noqa: F811
    with pytest.raises(InputError, match="TN-27"):
        portal.hand_in(procedure=NEW)
    publish(portal, version("A", TODAY + timedelta(days=1)))
    with pytest.raises(InputError, match="TN-27"):  # received, not in force yet
        portal.hand_in(procedure=NEW)
    portal.hand_in()
    publish(portal, version("B", TODAY - timedelta(days=1), ended=True))
    portal.hand_in(**other(2, procedure=NEW))
    with pytest.raises(InputError, match="TN-27"):
        portal.hand_in(**other(3))
    before = (START - timedelta(days=2)).isoformat()  # judged by the day it was handed in
    portal.hand_in(**other(4, submitted_at=before))
    with pytest.raises(InputError, match="TN-27"):
        portal.hand_in(**other(5, procedure=NEW, office=OTHER))


def test_an_import_of_the_office_counts_and_of_a_revoked_pc_does_not(portal):  # noqa: F811
    pen = Pen()
    portal.city.admit(pen)
    event = import_event(version("own", TODAY), source="x", counts=(1, 0, 0))
    pen.write(event, stream=CATALOGUE_STREAM)
    portal.city.store().take(pen.run())
    portal.hand_in(procedure=NEW)
    gone = DeviceRevoked(pen.log, 0, bytes(32), "mất máy")
    portal.city.journal.append(OFFICE, [(roster_stream(OFFICE), gone)])
    with pytest.raises(InputError, match="TN-27"):
        portal.hand_in(**other(2, procedure=NEW))


def test_what_was_read_is_kept_and_bounded(portal, monkeypatch):  # noqa: F811
    monkeypatch.setattr(office_catalogue, "VERSIONS", 2)
    monkeypatch.setattr(office_catalogue, "OFFICES", 1)
    found = OfficeCatalogues(portal.city.database)
    for office in (OFFICE, OTHER):
        publish(portal, version("A", TODAY), office=office)
    first = found.on(OFFICE, TODAY)
    assert found.on(OFFICE, TODAY) is first and found.on(OTHER, TODAY) is first
    assert found.on(OFFICE, TODAY - timedelta(days=900)).find_procedure(NEW) is None
    later = [TODAY + timedelta(days=n) for n in (1, 2)]
    publish(portal, *(version(f"V {day}", day) for day in later))
    assert [found.on(OFFICE, day).bundle.version for day in later] == [f"V {d}" for d in later]
    assert len(found._whole) == 2 and len(found._dates) == 1
    again = found.on(OFFICE, TODAY)
    assert again is not first and again.bundle.version == "A"
