"""Command city: offices, one-time enrolment codes, devices and their revocation, the tables."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime

from models.calendar import VIETNAM
from models.errors import InputError
from models.words import tr
from server.commands.acts import Areas, group, leaf, run
from server.commands.city_blobs import register_blobs
from server.commands.city_bundles import register_bundles
from server.commands.operators import register_operators
from server.commands.place import database_of, founding_city, with_city
from server.commands.portals import register_portals
from server.commands.words import office_name, server_address
from server.context import CityContext
from server.devices import confirm_device, device_rows, get_device, order_hubs, revoke_device
from server.enrolment import MINUTES, issue_code
from server.offices import add_office, office_rows, offices_named
from server.store.migrating import newest_version
from server.store.opening import bring_up
from server.verifying import verify_office
from services.catalogue.catalogue import bundled_catalogue
from services.commands.outcome import NO, OK, Outcome, home_of

__all__ = ["register", "run"]


def register(subparsers: Areas) -> None:
    """Add the areas office, code, device, operator, bundle, portal, and revoke, verify, migrate."""
    parser = subparsers.add_parser("city", help="the city server's offices, codes and devices")
    areas = parser.add_subparsers(dest="city_area", required=True)
    _register_offices(areas)
    _register_codes(areas)
    _register_devices(areas)
    register_operators(areas)
    register_bundles(areas)
    register_blobs(areas)
    register_portals(areas)
    verify = leaf(areas, "verify", _verify, help="check the journals of all offices, row by row")
    verify.add_argument("--office", metavar="CODE", help="of this one only")
    leaf(areas, "migrate", _migrate, help="bring the tables to this version (as their owner)")


def _register_offices(areas: Areas) -> None:
    acts = group(areas, "office", help="offices the city serves")
    leaf(acts, "list", _list_offices, help="offices with their number of devices")
    add = leaf(acts, "add", _add_office, help="serve an office")
    add.add_argument("code", metavar="CODE", help="unit code, five digits; «all» for all 126")
    add.add_argument("--name", help="another name than the catalogue's")
    add.add_argument("--new", action="store_true",
                     help="found a city in the default place, if none is there")  # fmt: skip


def _register_codes(areas: Areas) -> None:
    acts = group(areas, "code", help="one-time enrolment codes")
    issue = leaf(acts, "issue", _issue, help="a code for one new PC")
    issue.add_argument("--office", required=True, metavar="CODE")
    issue.add_argument("--minutes", type=int, default=MINUTES, help="how long it can be used")
    issue.add_argument("--server", default="", metavar="URL", help="written into the QR text")


def _register_devices(areas: Areas) -> None:
    acts = group(areas, "device", help="devices of all offices")
    leaf(acts, "list", _list_devices, help="devices, how far the city holds their logs")
    confirm = leaf(acts, "confirm", _confirm, help="admit a PC the office let in provisionally")
    confirm.add_argument("device", metavar="ID", help="log id, or its beginning")
    order = leaf(areas, "hub-order", _order_hubs, help="which PCs relay first in an office")
    order.add_argument("--office", required=True, metavar="CODE")
    order.add_argument("device", nargs="+", metavar="ID", help="log id, or its beginning")
    revoke = leaf(areas, "revoke", _revoke, help="end the log of a lost or stolen PC")
    revoke.add_argument("--device", required=True, metavar="ID", help="log id, or its beginning")
    revoke.add_argument("--after", required=True, type=int, metavar="SEQ", help="last good event")
    revoke.add_argument("--reason", default="", help="a sentence for the office's list")


def _list_offices(args: argparse.Namespace) -> Outcome:
    def act(city: CityContext) -> Outcome:
        rows = [
            {"office": office.code, "name": office.name, "devices": count}
            for office, count in office_rows(city.database)
        ]
        lines = [
            tr("{code}  {name}  ({count} máy)", code=r["office"], name=r["name"],
               count=r["devices"])
            for r in rows
        ] or [tr("Không có cơ quan nào.")]  # fmt: skip
        return Outcome(OK, "\n".join(lines), {"offices": rows})

    return with_city(args, act)


def _add_office(args: argparse.Namespace) -> Outcome:
    catalogue = bundled_catalogue()
    units = catalogue.bundle.units if args.code == "all" else (catalogue.get_unit(args.code),)
    name = None if args.name is None else office_name(args.name)

    def act(city: CityContext) -> Outcome:
        before = {office.code: office.name for office, _ in office_rows(city.database)}
        added: list[str] = []
        renamed: list[str] = []
        for unit in units:
            told = name or before.get(unit.code) or unit.name
            if before.get(unit.code) != told:
                (renamed if unit.code in before else added).append(unit.code)
            profile = {"kind": unit.kind, "agency_code": unit.agency_code}
            add_office(city.journal, unit.code, name=told, profile=profile)
        known = len(units) - len(added) - len(renamed)
        text = tr("Thành phố phục vụ thêm {count} cơ quan; {known} cơ quan đã có từ trước.",
                  count=len(added), known=known)  # fmt: skip
        text += "".join(
            "\n" + tr("Đổi tên {code}: {old} thành {name}.", code=code, old=before[code], name=name)
            for code in renamed
        )
        data = {"offices": [unit.code for unit in units], "added": added, "renamed": renamed}
        return Outcome(OK, text, data)

    return founding_city(args, act)


def _issue(args: argparse.Namespace) -> Outcome:
    if not 1 <= args.minutes <= 7 * 24 * 60:
        raise InputError(
            "DL-40", tr("Thời hạn của mã là từ 1 phút đến 7 ngày."), tr("Sửa --minutes.")
        )
    server = server_address(args.server)

    def act(city: CityContext) -> Outcome:
        issued = issue_code(city.journal, args.office, minutes=args.minutes)
        until = datetime.fromtimestamp(issued.expires_ms / 1000, VIETNAM)
        data = {
            "code": issued.code,
            "office": issued.office.code,
            "name": issued.office.name,
            "expires_at": until.isoformat(timespec="seconds"),
            "city_key": city.key.public_key.hex(),
            "qr": f"motcua-enrol:1:{issued.code}:{city.key.public_key.hex()}:{server}",
        }
        text = tr(
            "Mã ghi danh của {name}: {code}\nDùng một lần, đến {until}.\nKhóa thành phố: {key}",
            name=issued.office.name,
            code=issued.code,
            until=until.strftime("%H:%M %d/%m/%Y"),
            key=data["city_key"],
        )
        return Outcome(OK, text, data)

    return with_city(args, act)


def _list_devices(args: argparse.Namespace) -> Outcome:
    def act(city: CityContext) -> Outcome:
        rows = [
            {
                "office": d.office, "device": d.log.hex(), "name": d.name, "slot": d.slot,
                "state": d.state if d.last_seq is None else "revoked",
                "incarnation": d.incarnation, "held": d.held, "last_seq": d.last_seq,
            }
            for d in device_rows(city.database)
        ]  # fmt: skip
        return Outcome(OK, _device_table(rows), {"devices": rows})

    return with_city(args, act)


def _device_table(rows: Sequence[Mapping[str, object]]) -> str:
    if not rows:
        return tr("Thành phố chưa có máy nào.")
    states = {
        "admitted": tr("máy chính thức"),
        "provisional": tr("máy nhận tạm"),
        "revoked": tr("máy đã thu hồi"),
    }  # fmt: skip
    head = tr("Cơ quan  Mã máy        Số  Đã nhận   Trạng thái      Tên")
    return "\n".join(
        [head]
        + [
            f"{r['office']:<7}  {str(r['device'])[:12]}  {r['slot']:>2}  {r['held']:>7}   "
            f"{states.get(str(r['state']), r['state']):<14}  {r['name']}"
            for r in rows
        ]
    )


def _confirm(args: argparse.Namespace) -> Outcome:
    def act(city: CityContext) -> Outcome:
        device = get_device(city.database, args.device)
        if confirm_device(city.journal, device):
            text = tr("Đã nhận chính thức {name} ({office}).", name=device.name,
                      office=device.office)  # fmt: skip
        else:
            text = tr("{name} ({office}) đã là máy chính thức từ trước.", name=device.name,
                      office=device.office)  # fmt: skip
        return Outcome(OK, text, {"device": device.log.hex(), "confirmed": True})

    return with_city(args, act)


def _order_hubs(args: argparse.Namespace) -> Outcome:
    def act(city: CityContext) -> Outcome:
        first = [get_device(city.database, each) for each in args.device]
        logs = order_hubs(city.journal, args.office, first)
        text = tr("Máy trung tâm của {office} từ nay: {name}.", office=args.office,
                  name=first[0].name)  # fmt: skip
        return Outcome(OK, text, {"office": args.office, "order": [log.hex() for log in logs]})

    return with_city(args, act)


def _revoke(args: argparse.Namespace) -> Outcome:
    def act(city: CityContext) -> Outcome:
        device = get_device(city.database, args.device)
        said = revoke_device(city.journal, device, after_seq=args.after, reason=args.reason)
        text = tr(
            "Đã thu hồi {name} ({office}): sự kiện sau số {seq} không còn giá trị.",
            name=device.name,
            office=device.office,
            seq=said.last_seq,
        )
        data = {
            "device": device.log.hex(), "office": device.office, "after": said.last_seq,
            "void": max(0, device.held - said.last_seq),
        }  # fmt: skip
        return Outcome(OK, text, data)

    return with_city(args, act)


def _verify(args: argparse.Namespace) -> Outcome:
    def act(city: CityContext) -> Outcome:
        codes = [each.code for each in offices_named(city.database, args.office)]
        reports = [verify_office(city.database, city.key, code) for code in codes]
        wrong = [report for report in reports if report.fault]
        events = sum(report.events for report in reports)
        data = {
            "verified": not wrong, "offices": len(reports), "events": events,
            "broken": [{"office": r.office, "fault": r.fault} for r in wrong],
            "roots": {r.office: r.root for r in reports if r.events},
        }  # fmt: skip
        if wrong:
            text = tr("Nhật ký của {count} cơ quan không còn nguyên vẹn.", count=len(wrong))
            lines = [f"{report.office}: {report.fault}" for report in wrong]
            return Outcome(NO, "\n".join([text, *lines]), data)
        text = tr(
            "Nhật ký của {offices} cơ quan nguyên vẹn: {events} sự kiện.",
            offices=len(reports),
            events=events,
        )
        return Outcome(OK, text, data)

    return with_city(args, act)


def _migrate(args: argparse.Namespace) -> Outcome:
    bring_up(database_of(args), home=home_of(args))
    version = newest_version()
    text = tr("Cơ sở dữ liệu thành phố ở bản {version}.", version=version)
    return Outcome(OK, text, {"version": version})
