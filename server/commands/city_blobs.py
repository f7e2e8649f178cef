"""Command city blobs check: read every attachment of the offices back and compare."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from models.words import tr
from server.blob_store import BlobReport
from server.commands.acts import Areas, group, leaf
from server.commands.place import with_city
from server.context import CityContext
from server.offices import offices_named
from services.commands.outcome import NO, OK, Outcome

__all__ = ["register_blobs"]

def register_blobs(areas: Areas) -> None:
    """Add `city blobs check [--office CODE] [--sweep]`."""
    acts = group(areas, "blobs", help="attachments of the offices")
    check = leaf(
        acts, "check", lambda args: with_city(args, lambda city: _check(city, args)),
        help="read every attachment back; 1 when one is damaged or missing",
    )  # fmt: skip
    check.add_argument("--office", default="", metavar="CODE", help="only this office")
    check.add_argument(
        "--sweep", action="store_true",
        help="take away files older than a day that no event names; not while a restored "
        "database still waits for its PCs",
    )  # fmt: skip


def _check(city: CityContext, args: argparse.Namespace) -> Outcome:
    offices = offices_named(city.database, args.office)
    swept = sum(city.shelf(office.code).sweep() for office in offices) if args.sweep else 0
    found = [city.shelf(office.code).check() for office in offices]
    rows = [
        {
            "office": each.office, "good": each.good, "waiting": each.waiting,
            "damaged": list(each.damaged), "missing": list(each.missing),
            "strays": list(each.strays),
        }
        for each in found
    ]  # fmt: skip
    sound = OK if all(each.is_sound for each in found) else NO
    text = _table(found)
    if args.sweep:
        text += "\n" + tr("Đã dọn {count} tệp không thuộc hồ sơ nào.", count=swept)
    return Outcome(sound, text, {"offices": rows, "swept": swept})


def _table(found: Sequence[BlobReport]) -> str:
    """Offices that have attachments, one line each, and a line for all."""
    told = [each for each in found if each.good or each.waiting or not each.is_sound]
    total = tr(
        "{offices} cơ quan, {with_files} có tệp: {good} tệp nguyên vẹn, {bad} hỏng hoặc mất.",
        offices=len(found), with_files=len(told), good=sum(each.good for each in found),
        bad=sum(len(each.damaged) + len(each.missing) for each in found),
    )  # fmt: skip
    return "\n".join([*map(_words, told), total])


def _words(found: BlobReport) -> str:
    head = tr(
        "{office}: {good} tệp nguyên vẹn, {waiting} chưa đến, {damaged} hỏng, {missing} mất.",
        office=found.office, good=found.good, waiting=found.waiting,
        damaged=len(found.damaged), missing=len(found.missing),
    )  # fmt: skip
    bad = [f"  {name}" for name in (*found.damaged, *found.missing)]
    return "\n".join((head, *bad))
