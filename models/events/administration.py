"""Events of administration: people, settings, catalogue, calendar, templates, keys, exports."""

from __future__ import annotations

from typing import Any

from models.codec import Event, event, upcast

__all__ = [
    "CalendarNoticeAdded", "CatalogueImported", "CredentialSet", "CredentialWithdrawn",
    "JournalExported", "KeyAdded",
    "NationalExported", "OfficeCreated", "PasswordSet", "RootAdded", "SettingChanged",
    "StaffChanged", "TemplateChanged",
]  # fmt: skip


@event("office.created")
class OfficeCreated(Event):
    """The data folder of an office began its life on this device."""

    profile: str
    mode: str
    unit_code: str
    unit_name: str
    device_name: str
    public_key: bytes


@event("office.setting_changed")
class SettingChanged(Event):
    """A setting of the office got another value."""

    name: str
    value: str


@event("staff.changed")
class StaffChanged(Event):
    """A person was added or their appointment changed; the whole record as it is from now on."""

    id: str
    login: str
    name: str
    roles: tuple[str, ...]
    position: str = ""
    department: str = ""
    organisation: str = ""
    phone: str = ""
    active: bool = True
    reason: str = ""


@event("catalogue.imported", version=3)
class CatalogueImported(Event):
    """A version of the catalogue, named by the digest of its content.

    `body` is the content itself: canonical JSON, compressed with zlib (RFC 1950). In events of
    version 1 it is empty; only the PC that wrote them had the content. With a `base` (version 3)
    it is only what differs from the version of that digest, which came in the same stream before.
    """

    digest: str
    source: str
    effective_from: str
    procedures: int
    added: int = 0
    changed: int = 0
    missing: int = 0
    body: bytes = b""
    base: str = ""


@event("calendar.notice_added")
class CalendarNoticeAdded(Event):
    """A dated notice changed what kind of day a day is."""

    day: str
    kind: str
    label: str
    source: str
    label_en: str = ""
    hours: str = ""


@event("template.changed", version=2)
class TemplateChanged(Event):
    """The office's own version of a document template; `text` is its TOML (version 1 had none)."""

    name: str
    version: str
    digest: str
    text: str = ""


@event("staff.password_set")
class PasswordSet(Event):
    """An administrator gave a person a new password; the password itself is nowhere written."""

    staff: str


@event("staff.credential_set")
class CredentialSet(Event):
    """The office key wrapped under a person's password, so that it opens every PC of the office.

    `kdf` are Argon2id's memory (KiB), passes and lanes; `sealed` is the wrap without the layer of
    any machine (docs/decisions/0012).
    """

    staff: str
    login: str
    kdf: tuple[int, ...]
    salt: bytes
    sealed: bytes


@event("staff.credential_withdrawn")
class CredentialWithdrawn(Event):
    """The person's password opens the office no more."""

    staff: str
    login: str


@event("journal.exported")
class JournalExported(Event):
    """Somebody took a copy of the journal out of the program."""

    events: int
    file: str


@event("national.exported")
class NationalExported(Event):
    """Records for the national portal were written to a file by hand."""

    dossiers: int
    file: str


@event("key.added")
class KeyAdded(Event):
    """A signing key came into the folder of keys; `owner` is a staff id, or "seal".

    `fingerprint` (SHA-256 of the certificate in hex) binds the certificate to its owner.
    """

    owner: str
    holder: str
    organisation: str
    serial: str
    valid_to: str
    fingerprint: str = ""


@event("key.root_added", version=2)
class RootAdded(Event):
    """A root certificate was accepted; `fingerprint` is the SHA-256 of its DER bytes.

    `certificate` are these bytes (version 1 had none).
    """

    fingerprint: str
    subject: str
    certificate: bytes = b""


@upcast("catalogue.imported", 1)
@upcast("catalogue.imported", 2)
@upcast("template.changed", 1)
@upcast("key.root_added", 1)
def _without_content(payload: dict[str, Any]) -> dict[str, Any]:
    """What an earlier version lacks (the content, the base of a difference) is empty by default."""
    return payload
