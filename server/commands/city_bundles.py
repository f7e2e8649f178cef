"""Command city bundle: publish the catalogue, days of the calendar, templates; who uses what."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from models.calendar import VIETNAM
from models.errors import InputError, NotAllowed
from models.words import tr
from server.bundles import (
    Sent,
    city_catalogue,
    publish_catalogue,
    publish_notices,
    publish_template,
)
from server.commands.acts import Areas, group, leaf
from server.commands.place import with_city
from server.confirmations import confirmed_at, stage_words
from server.context import CityContext
from server.offices import get_office, office_rows
from services.calendars.table import read_notice_file
from services.catalogue.bundle import Bundle, load_bundle, next_version
from services.catalogue.importing import Preview, apply, close_missing, preview, read_list
from services.commands.outcome import NO, OK, Outcome, day_of

__all__ = ["register_bundles"]

def register_bundles(areas: Areas) -> None:
    """Add `city bundle catalogue|calendar|template FILE` and `city bundle list`."""
    acts = group(areas, "bundle", help="what the city sends down to offices")

    def publishing(name: str, run: Callable[[argparse.Namespace, CityContext], Outcome]) -> None:
        each = leaf(acts, name, lambda args: with_city(args, lambda city: run(args, city)),
                    help=f"send {name} to offices")  # fmt: skip
        each.add_argument("file", type=Path)
        each.add_argument("--offices", default="all", metavar="CODE,CODE")
        if name == "catalogue":
            each.add_argument("--from", dest="start", type=day_of, required=True,
                              metavar="YYYY-MM-DD", help="first day of use")  # fmt: skip
            each.add_argument("--complete", action="store_true", help="end what it does not name")
            each.add_argument("--dry-run", action="store_true", help="only say what would change")

    publishing("catalogue", _catalogue)
    publishing("calendar", _calendar)
    publishing("template", _template)
    leaf(acts, "list", lambda args: with_city(args, _list), help="what each device confirmed")


def _offices(args: argparse.Namespace, city: CityContext) -> tuple[str, ...]:
    if args.offices == "all":
        return tuple(office.code for office, _ in office_rows(city.database))
    return tuple(get_office(city.database, code.strip()).code for code in args.offices.split(","))


def _catalogue(args: argparse.Namespace, city: CityContext) -> Outcome:
    offices = _offices(args, city)
    stored = city_catalogue(city.journal, offices[0]) if offices else ()
    planned = preview(stored[-1] if stored else load_bundle(), read_list(args.file), day=args.start)
    planned = close_missing(planned) if args.complete else planned
    counts = (len(planned.added), len(planned.changed), len(planned.missing))
    data = {"added": counts[0], "changed": counts[1], "missing": counts[2],
            "errors": [issue.row for issue in planned.errors]}  # fmt: skip
    if planned.errors or args.dry_run:
        return _not_sent(planned, data)
    nothing = not (planned.added or planned.changed or planned.closed)
    if stored and nothing and stored[-1].effective_from == args.start:
        bundle = stored[-1]  # the same list again: only whoever lacks it gets it
    else:
        bundle = apply(planned, args.start, version=next_version(stored, args.start))
    sent = publish_catalogue(city.journal, offices, bundle, source=planned.name, counts=counts)
    return _sent(sent, data | _named(bundle))


def _not_sent(planned: Preview, data: dict[str, object]) -> Outcome:
    lines = [
        tr("Dòng {row}: {what} {next}", row=i.row, what=i.what, next=i.next_step)
        for i in planned.errors
    ]
    return Outcome(
        NO if planned.errors else OK,
        "\n".join([*lines, tr("Thêm {added}, sửa {changed}, không nêu {missing} thủ tục; chưa gửi.",
                              **{k: data[k] for k in ("added", "changed", "missing")})]),
        data,
    )  # fmt: skip


def _named(bundle: Bundle) -> dict[str, object]:
    return {"version": bundle.version, "digest": bundle.digest}


def _calendar(args: argparse.Namespace, city: CityContext) -> Outcome:
    try:
        notices = read_notice_file(args.file)
    except InputError as error:  # the file is wrong, not the way the command was typed
        raise NotAllowed(error.code, error.what, error.next_step) from error
    return _sent(publish_notices(city.journal, _offices(args, city), notices), {})


def _template(args: argparse.Namespace, city: CityContext) -> Outcome:
    try:
        words = args.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "TN-01", tr("Không đọc được tệp mẫu {name}.", name=args.file.name),
            tr("Chọn một tệp văn bản UTF-8 đang có."), field="file",
        ) from error  # fmt: skip
    return _sent(publish_template(city.journal, _offices(args, city), words), {})


def _sent(sent: Sequence[Sent], data: dict[str, object]) -> Outcome:
    fresh = [each for each in sent if not each.known]
    size = sum(each.size for each in fresh)
    text = tr("Đã gửi {count} cơ quan, {size} byte; {known} cơ quan đã có từ trước.",
              count=len(fresh), size=size, known=len(sent) - len(fresh))  # fmt: skip
    rows = [{"office": s.office, "bytes": s.size, "base": s.base, "known": s.known} for s in sent]
    return Outcome(OK, text, data | {"offices": rows})


def _list(city: CityContext) -> Outcome:
    today = city.clock.now().date()
    rows, lines = [], []
    for office, _ in office_rows(city.database):
        with city.database.read(office.code) as tx:
            found = confirmed_at(tx, office.code, today)
        for one in found:
            device, seen = one.device.hex(), _seen(one.seen_ms)
            rows.append({
                "office": office.code, "device": device, "name": one.name, "sent": one.sent,
                "starts": one.starts.isoformat() if one.starts else "", "stage": one.stage.value,
                "confirmed": one.uses, "in_force": one.in_force, "same": one.is_right,
                "seen": seen,
            })  # fmt: skip
            lines.append(
                f"{office.code}  {device[:12]}  {'=' if one.is_right else '!'}  "
                f"{one.uses[:12] or '-':<12}  {seen or '-':<25}  {one.name}: {stage_words(one)}"
            )
    if not lines:
        return Outcome(OK, tr("Thành phố chưa có máy nào."), {"devices": rows})
    legend = tr("«=» dùng đúng bản thành phố muốn dùng hôm nay, «!» thì không.")
    return Outcome(OK, "\n".join([legend, *lines]), {"devices": rows})


def _seen(milliseconds: int) -> str:
    if not milliseconds:
        return ""
    moment = datetime.fromtimestamp(milliseconds / 1000, VIETNAM)
    return moment.isoformat(timespec="seconds")
