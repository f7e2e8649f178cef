"""The people of the office: add, change, find; separation of duties checked at appointment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from models.envelope import Actor, Sealed
from models.errors import InputError, NotAllowed
from models.events.administration import StaffChanged
from models.latest import latest
from models.names import normalise_name
from models.order import canonical
from models.schema.read_models import staff as table
from models.staff import Role, Staff, role_clash
from models.typed_text import clean_line
from models.words import tr
from services.core import Core, SignedIn
from services.journal.append import ActInProgress
from services.journal.rivals import write_rivals

__all__ = [
    "as_stored", "demand_role", "find_staff", "get_staff", "project_staff", "save_staff",
    "staff_rows", "system_actor", "write_staff",
]  # fmt: skip

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


def _staff(row: Row[Any]) -> Staff:
    data = dict(row._mapping)
    data["roles"] = frozenset(Role(r) for r in data["roles"].split(",") if r)
    data["active"] = bool(data["active"])
    return Staff(**data)


def staff_rows(conn: Connection, *roles: Role) -> tuple[Staff, ...]:
    """Everybody, or everybody holding one of `roles`, by login."""
    people = [_staff(row) for row in conn.execute(select(table).order_by(table.c.login))]
    return tuple(p for p in people if not roles or p.has(*roles))


def find_staff(conn: Connection, staff_id: str) -> Staff | None:
    """The person with this id."""
    row = conn.execute(select(table).where(table.c.id == staff_id)).first()
    return _staff(row) if row else None


def get_staff(conn: Connection, staff_id: str) -> Staff:
    """The person with this id; raises `NotAllowed` TK-03 when there is none."""
    found = find_staff(conn, staff_id)
    if found is None:
        raise NotAllowed(
            "TK-03", tr("Tài khoản không còn trong danh sách."), tr("Hãy hỏi quản trị nghiệp vụ.")
        )
    return found


def as_stored(conn: Connection, who: SignedIn) -> SignedIn:
    """The signed-in person with the appointment stored now, not the one of the sign-in.

    Every act asks this inside its transaction: an appointment taken back counts at once, not at
    the next sign-in. Raises `NotAllowed` TK-07 for somebody who left meanwhile.
    """
    staff = get_staff(conn, who.staff.id)
    if not staff.active:
        raise NotAllowed(
            "TK-07", tr("Tài khoản này đã ngừng hoạt động."), tr("Hãy hỏi quản trị nghiệp vụ.")
        )
    return replace(who, staff=staff)


def demand_role(who: SignedIn, *roles: Role) -> Role:
    """The role that lets the person do an administrative act; raises `NotAllowed` TK-04."""
    for role in roles:
        if who.staff.active and role in who.staff.roles:
            return role
    raise NotAllowed("TK-04", tr("Việc này của quản trị."), tr("Không có gì thay đổi."))


def save_staff(core: Core, who: SignedIn, person: Staff, *, reason: str = "") -> Staff:
    """Add a person or change an appointment; only the business administrator appoints.

    Raises `InputError` TK-01/02 for missing or clashing roles, TK-14 for a login that is not one,
    TK-09 for one that is taken or differs from the one the person already has.
    """
    role = demand_role(who, Role.BUSINESS_ADMIN)
    checked = _checked(person)
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        _demand_own_login(act.tx, checked)
        _demand_last_admin(act.tx, checked)
        write_staff(act, checked, reason=reason)
    return checked


def write_staff(act: ActInProgress, person: Staff, *, reason: str = "") -> None:
    """Append the record of a person in an open act."""
    roles = tuple(r.value for r in Role if r in person.roles)
    act.add(
        f"staff/{person.id}",
        StaffChanged(
            person.id, person.login, person.name, roles, person.position, person.department,
            person.organisation, person.phone, person.active, reason,
        ),
    )  # fmt: skip


def _demand_own_login(conn: Connection, person: Staff) -> None:
    """A login belongs to one person for good: the vault's file is named after it."""
    others = staff_rows(conn)
    taken = any(s.login == person.login and s.id != person.id for s in others)
    renamed = any(s.id == person.id and s.login != person.login for s in others)
    if taken or renamed:
        raise InputError(
            "TK-09",
            tr("Tên đăng nhập {login} không dùng được cho người này.", login=person.login),
            tr("Chọn tên chưa có ai dùng; tên đã cấp thì không đổi."),
            field="login",
        )


def _checked(person: Staff) -> Staff:
    if not person.roles:
        raise InputError(
            "TK-01", tr("Chưa chọn vai trò nào."), tr("Chọn ít nhất một vai trò."), field="roles"
        )
    clash = role_clash(person.roles)
    if clash:
        raise InputError("TK-02", clash, tr("Bỏ bớt vai trò."), field="roles")
    if not LOGIN.fullmatch(person.login):
        raise InputError(
            "TK-14",
            tr("Tên đăng nhập gồm 2 đến 32 chữ thường không dấu, chữ số, dấu chấm hoặc gạch."),
            tr("Ví dụ: nguyenvana, thuly.2."),
            field="login",
        )
    return replace(
        person,
        name=normalise_name(person.name),
        position=clean_line(person.position, tr("Chức vụ"), limit=100),
        department=clean_line(person.department, tr("Phòng"), limit=200),
        organisation=clean_line(person.organisation, tr("Cơ quan"), limit=200),
        phone=clean_line(person.phone, tr("Điện thoại"), limit=30),
    )


def _demand_last_admin(conn: Connection, person: Staff) -> None:
    """The office must keep somebody who can appoint others."""
    if person.active and person.has(Role.BUSINESS_ADMIN):
        return
    others = [s for s in staff_rows(conn, Role.BUSINESS_ADMIN) if s.active and s.id != person.id]
    if not others:
        raise NotAllowed(
            "TK-05",
            tr("Phải còn ít nhất một quản trị nghiệp vụ đang hoạt động."),
            tr("Giao quyền quản trị cho người khác trước."),
        )


def project_staff(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """The row of one person: the newest record in canonical order holds.

    Roles this program does not know (a newer one gave them) are left out.
    """
    found = latest(canonical(events), lambda item: _stated(item, stream))
    write_rivals(tx, stream, "staff", found=found)
    if not found:  # all that was said of the person came from a revoked PC
        tx.exec_driver_sql("DELETE FROM staff WHERE id = ?", (stream.partition("/")[2],))
    for holding in found.values():
        newest: StaffChanged = holding.value
        roles = ",".join(role.value for role in Role if role.value in newest.roles)
        tx.exec_driver_sql(
            "INSERT INTO staff (id, login, name, roles, position, department, organisation, "
            "phone, active) VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
            "login = excluded.login, name = excluded.name, roles = excluded.roles, "
            "position = excluded.position, department = excluded.department, "
            "organisation = excluded.organisation, phone = excluded.phone, "
            "active = excluded.active",
            (
                newest.id, newest.login, newest.name, roles, newest.position, newest.department,
                newest.organisation, newest.phone, int(newest.active),
            ),
        )  # fmt: skip


def _stated(item: Sealed, stream: str) -> tuple[str, StaffChanged] | None:
    """What an event says of the person whose stream it stands in."""
    said = item.event()
    if not isinstance(said, StaffChanged) or stream != f"staff/{said.id}":
        return None
    return said.id, replace(said, reason="")


def system_actor(session: str) -> Actor:
    """The program itself, for the very first events of an office."""
    return Actor("system", "system", session)
