"""What is refused leaves no file behind; what a crash left is swept; nobody else's file goes."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.errors import NotAllowed
from server.portal import receiving
from tests.portal.test_files import JPEG, PDF, paper
from tests.portal.test_submitting import (  # noqa: F401  # its databases and portal
    Portal,
    city,
    city_url,
    database,
    portal,
    postgres_city,
    sqlite_city,
)
from tests.support.city import OFFICE


def files(portal: Portal) -> int:  # noqa: F811
    """Attachments on disk, pieces and temporary files included."""
    folder = portal.context.home / "blobs" / OFFICE
    return sum(path.is_file() for path in folder.rglob("*"))


def second(**other: object) -> dict[str, object]:
    """Another application with a file of its own."""
    told = {"external_id": "E-2", "code": "H26.00004-261116-9002", "components": [paper(PDF)]}
    return told | other


def test_a_refused_application_leaves_no_file_and_no_row(portal):  # noqa: F811
    portal.hand_in(components=[paper(JPEG)])
    assert files(portal) == 1
    with pytest.raises(NotAllowed, match="TN-24"):
        portal.hand_in(**second(code="H26.00004-261116-9001"))
    with pytest.raises(NotAllowed, match="TN-22"):
        portal.hand_in(components=[paper(PDF)])
    report = portal.context.shelf(OFFICE).check()
    assert (files(portal), report.good, report.strays) == (1, 1, ())
    with pytest.raises(NotAllowed, match="TN-24"):  # the file of the one that was taken stays
        portal.hand_in(**second(code="H26.00004-261116-9001", components=[paper(JPEG)]))
    assert portal.context.shelf(OFFICE).check().good == 1
    portal.hand_in(**second())
    assert portal.context.shelf(OFFICE).check().good == 2


def test_a_fault_on_the_way_leaves_no_file(portal, monkeypatch):  # noqa: F811
    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(receiving, "_put", broken)
    with pytest.raises(ZeroDivisionError):
        portal.hand_in(components=[paper(JPEG)])
    assert files(portal) == 0


def test_many_at_once_with_one_file_keep_it_for_the_one_that_is_taken(portal):  # noqa: F811
    """Losers take their files away while the winner names the same one: it is there at the end."""
    start = threading.Barrier(6)

    def one(number: int) -> bool:
        start.wait(60)
        try:
            portal.hand_in(external_id=f"E-{number}", components=[paper(JPEG)])
        except NotAllowed as error:
            assert error.code == "TN-24"
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(one, range(6)))
    report = portal.context.shelf(OFFICE).check()
    assert (sum(taken), portal.events()) == (1, 1)
    assert (files(portal), report.good, report.missing) == (1, 1, ())


def test_dropping_waits_for_the_event_that_names_the_file(portal):  # noqa: F811
    """The file is taken away between laying and naming: naming it puts it there again."""
    shelf = portal.context.shelf(OFFICE)
    shelf.lay(JPEG)
    (name,) = shelf.check().strays
    assert shelf.drop([name]) == 1 and shelf.drop([name]) == 0
    real = portal.context.journal.add

    def late(tx, office, items, **more):
        for path in (portal.context.home / "blobs" / OFFICE).glob("??/*"):
            path.unlink()
        return real(tx, office, items, **more)

    portal.context.journal.add = late
    portal.hand_in(components=[paper(JPEG)])
    assert shelf.check().good == 1 and shelf.drop([name]) == 0


def test_what_a_crash_left_is_swept_after_a_day(portal):  # noqa: F811
    shelf, now = portal.context.shelf(OFFICE), portal.city.clock.now().timestamp()
    for content, age in ((JPEG, 100_000), (PDF, 1000)):
        known = set(portal.context.home.glob("blobs/*/??/*"))
        shelf.lay(content)
        (new,) = set(portal.context.home.glob("blobs/*/??/*")) - known
        os.utime(new, (now - age, now - age))
    assert shelf.sweep() == 1
    assert len(shelf.check().strays) == 1
    portal.hand_in(components=[paper(JPEG)])
    assert shelf.sweep() == 0 and shelf.check().good == 1
