"""Accounts: appointments and the passwords that open the store, kept in step.

The journal comes first and the vault second: after a power cut between the two a person may be
appointed without a password (an administrator sets one) but never able to open an office that
does not know them.
"""

from __future__ import annotations

from models.errors import InputError
from models.events.administration import PasswordSet
from models.passwords import refuse_weak_password
from models.staff import Role, Staff
from models.words import tr
from services.assembly import OpenOffice
from services.people import demand_role, find_staff, get_staff, save_staff

__all__ = ["save_person", "set_password"]


def save_person(office: OpenOffice, person: Staff, *, password: str = "") -> Staff:
    """Add a person with a password, or change an appointment; deactivating takes the key away.

    Raises `InputError` for what is typed wrong, `NotAllowed` when the caller may not appoint or
    would leave the office without a business administrator.
    """
    with office.core.store.read() as conn:
        known = find_staff(conn, person.id) is not None
    if not known:
        refuse_weak_password(password, person.login, policy=office.vault.policy)
    saved = save_staff(office.core, office.who, person)
    has_key = saved.login in office.vault.logins()
    if not known:
        office.add_account(saved, password)
    elif not saved.active and has_key:
        office.vault.remove_user(saved.login)
    return saved


def set_password(office: OpenOffice, staff_id: str, password: str) -> None:
    """Give a person a new password; both administrators may, and it is written down that they did.

    Raises `InputError` for a weak password or a person who does not work here any more.
    """
    role = demand_role(office.who, Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
    core = office.core
    with core.store.read() as conn:
        person = get_staff(conn, staff_id)
    if not person.active:
        raise InputError(
            "TK-10",
            tr("{name} đã ngừng hoạt động nên không có mật khẩu.", name=person.name),
            tr("Cho hoạt động lại trước khi đặt mật khẩu."),
        )
    refuse_weak_password(password, person.login, policy=office.vault.policy)
    with core.journal.act(office.who.acting_as(role)) as act:
        act.add(f"account/{person.id}", PasswordSet(person.id))
    if person.login in office.vault.logins():
        office.reset_password(person.login, password)
    else:
        office.add_account(person, password)
