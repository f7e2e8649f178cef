"""What each printed paper needs to know: plain frozen records, no link to the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

__all__ = [
    "ComponentLine",
    "ControlRow",
    "ControlSlipData",
    "FeeLine",
    "Letterhead",
    "Party",
    "ReceiptData",
    "ReceiptDossier",
    "ResultData",
    "Signer",
    "SupplementItem",
    "SupplementSlipData",
]


@dataclass(frozen=True)
class Letterhead:
    """The head of every paper.

    `agency` is one printed line per entry, bold ("ỦY BAN NHÂN DÂN", "PHƯỜNG HOÀN KIẾM");
    `superior` the regular line above it, empty for a commune's own committee; `place` the place
    name before the date. `training` prints TẬP HUẤN across every page.
    """

    agency: tuple[str, ...]
    place: str
    superior: str = ""
    training: bool = False


@dataclass(frozen=True)
class Party:
    """A person or organisation as printed; empty texts are not printed."""

    name: str
    id_number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class ComponentLine:
    """One paper of the dossier with how many of each kind were handed in."""

    name: str
    originals: int = 0
    certified_copies: int = 0
    photocopies: int = 0
    electronic: int = 0


@dataclass(frozen=True)
class FeeLine:
    """One fee or charge in whole đồng; `note` tells e.g. why nothing is due."""

    name: str
    amount: int
    note: str = ""


@dataclass(frozen=True)
class ReceiptDossier:
    """One dossier on a receipt.

    `limit` is the legal time with its unit ("03 ngày làm việc"). `limit_basis` is its source;
    `limit_typed` says that the clerk typed it because the catalogue has none. `provisional` marks
    a code that will be replaced. `secret` opens the dossier on the public status page.
    """

    code: str
    procedure: str
    components: tuple[ComponentLine, ...]
    limit: str
    received_at: datetime
    promised_at: datetime
    applicant: Party | None = None
    procedure_code: str = ""
    sets: int = 1
    limit_basis: str = ""
    limit_typed: bool = False
    fees: tuple[FeeLine, ...] = ()
    ledger_book: str = ""
    ledger_number: str = ""
    provisional: bool = False
    secret: str = ""


@dataclass(frozen=True)
class ReceiptData:
    """Form 01: one submitter, one visit, one or several dossiers.

    `lookup` is the portal of the country, `status_page` the address where a secret is typed.
    """

    letterhead: Letterhead
    office: str
    submitter: Party
    dossiers: tuple[ReceiptDossier, ...]
    channel: str
    return_at: str
    receiver: str
    issued_on: date
    lookup: str = ""
    status_page: str = ""
    phone: str = ""
    signed_by_submitter: bool = True


@dataclass(frozen=True)
class SupplementItem:
    """One paper to add or correct; `what` tells what is wrong with it."""

    name: str
    what: str = ""
    originals: int = 0
    certified_copies: int = 0
    photocopies: int = 0
    electronic: int = 0


@dataclass(frozen=True)
class SupplementSlipData:
    """Form 02: what to add, why, until when, whom to ask."""

    letterhead: Letterhead
    number: str
    office: str
    code: str
    procedure: str
    submitter: Party
    items: tuple[SupplementItem, ...]
    reason: str
    issued_on: date
    guide: str
    stage: str = ""
    legal_basis: str = ""
    answer_by: datetime | None = None
    approver: str = ""
    contact: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True)
class ControlRow:
    """One handover of form 06. `result` is "early", "on_time", "late" or "" while it runs."""

    giver: str
    receiver: str
    at: datetime
    given_by: str = ""
    received_by: str = ""
    result: str = ""
    note: str = ""


@dataclass(frozen=True)
class ControlSlipData:
    """Form 06: every handover of one dossier, oldest first; corrections are further rows."""

    letterhead: Letterhead
    code: str
    procedure: str
    applicant: str
    handling_agency: str
    received_at: datetime
    promised_at: datetime
    rows: tuple[ControlRow, ...]
    coordinating_agency: str = ""


@dataclass(frozen=True)
class Signer:
    """Who signs: `capacity` one line per entry ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), then the name."""

    capacity: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class ResultData:
    """One issued document.

    `number` and `issued_on` are None while it is a draft. `unit` ends the notation
    ("UBND" in "05/GXN-UBND"). `values` fills the merge fields of the template.
    """

    letterhead: Letterhead
    signer: Signer
    unit: str
    values: Mapping[str, str] = field(default_factory=dict)
    number: int | None = None
    issued_on: date | None = None
