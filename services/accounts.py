"""Accounts: appointments and the passwords that open the store, kept in step on every PC.

The journal comes first and the vault second: after a power cut between the two the next sign-in
brings the vault into step. A person may be appointed without a password (an administrator sets
one) but is never able to open an office that does not know them.
"""

from __future__ import annotations

from models.errors import InputError, NotAllowed
from models.events.administration import PasswordSet
from models.passwords import refuse_weak_password
from models.staff import Role, Staff, first_role
from models.words import tr
from services.assembly import OpenOffice
from services.core import SignedIn
from services.credentials import withdraw_credential, write_credential
from services.people import as_stored, demand_role, find_staff, get_staff, save_staff

__all__ = ["change_own_password", "reason_against_reset", "save_person", "set_password"]


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
    actor = office.who.acting_as(Role.BUSINESS_ADMIN)
    if not known:
        wrap = office.wrap_for(saved, password)
        with office.core.journal.act(actor) as act:
            write_credential(act, saved.id, saved.login, wrap=wrap)
    elif not saved.active and saved.login in office.vault.logins():
        with office.core.journal.act(actor) as act:
            withdraw_credential(act, saved.id, saved.login)
    office.follow()
    return saved


def set_password(office: OpenOffice, staff_id: str, password: str) -> None:
    """Give a person a new password; the business administrator may, and it is written down.

    Whoever sets a password can sign in with it: a technical administrator, who may see no dossier,
    must not become anybody else (docs/decisions/0011). Raises `InputError` for a weak password or
    a person who does not work here any more, `NotAllowed` TK-11 for a technical administrator.
    """
    role = _demand_may_reset(office.who)
    core = office.core
    with core.store.read() as conn:
        person = get_staff(conn, staff_id)
    if not person.active:
        raise InputError(
            "TK-10",
            tr("{name} đã ngừng hoạt động nên không có mật khẩu.", name=person.name),
            tr("Cho hoạt động lại trước khi đặt mật khẩu."),
        )
    wrap = office.wrap_for(person, password)
    with core.journal.act(office.who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, office.who), role)
        act.add(f"account/{person.id}", PasswordSet(person.id))
        write_credential(act, person.id, person.login, wrap=wrap)
    office.follow()


def reason_against_reset(staff: Staff) -> str | None:
    """Why this administrator may not set the passwords of others, in words; None when they may."""
    if staff.has(Role.BUSINESS_ADMIN):
        return None
    return tr(
        "Chỉ quản trị nghiệp vụ đặt lại mật khẩu: ai đặt được mật khẩu thì đăng nhập được thay "
        "người đó."
    )


def _demand_may_reset(who: SignedIn) -> Role:
    reason = reason_against_reset(who.staff)
    if reason is not None and who.staff.has(Role.TECHNICAL_ADMIN):
        raise NotAllowed("TK-11", reason, tr("Hãy nhờ quản trị nghiệp vụ đặt lại."))
    return demand_role(who, Role.BUSINESS_ADMIN)


def change_own_password(office: OpenOffice, old: str, *, new: str) -> None:
    """Change the password of the person signed in, who must type the one in use.

    Raises `InputError` KHO-39 for a wrong old password (the throttle counts it), TK-12 when the
    new one is the old one, and for a weak one; `NotAllowed` TK-07 for who left meanwhile.
    """
    who, vault = office.who, office.vault
    login = who.staff.login
    vault.unlock(login, old)
    if new == old:
        raise InputError(
            "TK-12", tr("Mật khẩu mới giống mật khẩu đang dùng."), tr("Chọn mật khẩu khác."),
            field="new",
        )  # fmt: skip
    wrap = office.wrap_for(who.staff, new)
    with office.core.journal.act(who.acting_as(first_role(who.staff))) as act:
        as_stored(act.tx, who)
        act.add(f"account/{who.staff.id}", PasswordSet(who.staff.id))
        write_credential(act, who.staff.id, login, wrap=wrap)
    office.follow()
