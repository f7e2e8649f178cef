"""Sign-in on every PC: wraps of the office key travel as events, the vault's files follow them.

The journal comes first, the vault second: whatever happens between the two, the next sign-in or
the next exchange brings the files into step again (docs/decisions/0012).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from models.codec import from_payload
from models.envelope import Actor, Sealed
from models.events.administration import CredentialSet, CredentialWithdrawn
from models.order import canonical
from models.schema.read_models import credential
from models.staff import Role
from services.core import Core
from services.journal.append import ActInProgress
from services.people import staff_rows
from services.store.vault import Vault
from services.store.vault_files import UserFile
from services.store.wraps import Kdf, Wrap

__all__ = [
    "credential_rows", "follow_credentials", "project_account", "publish_missing",
    "withdraw_credential", "write_credential",
]  # fmt: skip

SYSTEM = "system"


def write_credential(act: ActInProgress, staff_id: str, login: str, *, wrap: Wrap) -> None:
    """Append a person's wrap in an open act."""
    kdf = (wrap.kdf.memory_kib, wrap.kdf.passes, wrap.kdf.lanes)
    said = CredentialSet(staff_id, login, kdf, wrap.salt, wrap.sealed)
    act.add(f"account/{staff_id}", said)


def withdraw_credential(act: ActInProgress, staff_id: str, login: str) -> None:
    """Append that the person's password opens nothing any more."""
    act.add(f"account/{staff_id}", CredentialWithdrawn(staff_id, login))


def project_account(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """The newest wrap of one person, set by themselves, an administrator or the program."""
    for item in canonical(events).events:
        e = item.envelope
        said = from_payload(e.type, e.type_version, e.payload)
        if not isinstance(said, CredentialSet | CredentialWithdrawn):
            continue
        if item.outlawed or said.staff != stream.partition("/")[2]:
            continue
        if not _may_say(e.actor, said.staff):
            continue
        wrap = said if isinstance(said, CredentialSet) else None
        tx.exec_driver_sql(
            "INSERT INTO credential (staff, login, kdf, salt, sealed) VALUES (?,?,?,?,?) "
            "ON CONFLICT (staff) DO UPDATE SET login = excluded.login, kdf = excluded.kdf, "
            "salt = excluded.salt, sealed = excluded.sealed",
            (
                said.staff, said.login, json.dumps(list(wrap.kdf) if wrap else []),
                wrap.salt if wrap else b"", wrap.sealed if wrap else b"",
            ),
        )  # fmt: skip


def _may_say(actor: Actor, staff: str) -> bool:
    return actor.staff == staff or actor.role in (SYSTEM, Role.BUSINESS_ADMIN.value)


def credential_rows(conn: Connection) -> dict[str, UserFile | None]:
    """The wraps in force by staff id; None where the password was taken away.

    A wrap with parameters no program would choose is as good as absent.
    """
    found: dict[str, UserFile | None] = {}
    for row in conn.execute(select(credential)):
        if not row.sealed:
            found[row.staff] = None
            continue
        try:
            wrap = Wrap(Kdf(*json.loads(row.kdf)), bytes(row.salt), bytes(row.sealed))
        except (TypeError, ValueError):
            continue
        found[row.staff] = UserFile(row.staff, row.login, wrap)
    return found


def follow_credentials(core: Core, vault: Vault) -> None:
    """Bring the vault's files into step with the journal; doing it twice changes nothing.

    Called after sign-in and whenever events of `account/` or `staff/` arrived. The last file that
    opens the store stays, whatever the journal says.
    """
    with core.store.read() as conn:
        wanted = credential_rows(conn)
        people = {person.id: person for person in staff_rows(conn)}
    for staff, user in wanted.items():
        person = people.get(staff)
        if user is not None and person is not None and person.active:
            vault.put_wrap(staff, person.login, user.wrap)
    known = {user.login: user.staff_id for user in vault.users()}
    for login, staff in known.items():
        person = people.get(staff)
        gone = person is not None and not person.active
        if (gone or wanted.get(staff, _NEVER) is None) and len(vault.logins()) > 1:
            vault.remove_user(login)


_NEVER = object()


def publish_missing(core: Core, vault: Vault, actor: Actor) -> int:
    """Put the wraps of a vault made before wraps travelled into the journal; returns how many."""
    with core.store.read() as conn:
        known = credential_rows(conn)
        people = {person.id for person in staff_rows(conn) if person.active}
    missing = [u for u in vault.users() if u.staff_id in people and u.staff_id not in known]
    if missing:
        wraps = {user.login: user for user in vault.portable()}
        with core.journal.act(actor) as act:
            for user in missing:
                write_credential(act, user.staff_id, user.login, wrap=wraps[user.login].wrap)
    return len(missing)
