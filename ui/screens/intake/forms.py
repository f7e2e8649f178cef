"""What is typed on the intake screen, apart from widgets: the visit, its dossiers, the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from models.folding import vn_fold
from models.identity import IdKind
from models.intake import Component, FeeLine, LimitTaken, Representative
from models.party import Person, from_data, to_data
from models.procedure import Procedure
from services.dossiers.intake import Application, PaperGiven, Visit, suggested_fees
from services.scans import Scan

__all__ = [
    "STATES", "ApplicationForm", "FeeForm", "LimitForm", "OtherForm", "PaperForm", "VisitForm",
    "guess_id_kind", "new_application", "whole_number",
]  # fmt: skip

STATES = ("given", "missing", "not_needed", "not_applicable", "reused")
NOBODY = Person("individual", "")


@dataclass
class PaperForm:
    """One line of the checklist; `state` "" means that nobody has looked yet.

    `lost` names the files of a draft: their content is never kept in a draft.
    """

    name: str
    state: str = ""
    kind: str = "original"
    count: int = 1
    unclear: bool = False
    added: bool = False
    files: list[Scan] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def given(self) -> PaperGiven:
        """The paper as intake takes it."""
        files = tuple((scan.name, scan.content) for scan in self.files)
        return PaperGiven(Component(self.name, self.state, self.kind, self.count), files)


@dataclass
class FeeForm:
    """One fee as typed."""

    name: str = ""
    amount: str = ""
    quantity: str = "1"

    def line(self) -> FeeLine | None:
        """The fee, or None while amount or quantity is not a number above zero."""
        amount, quantity = whole_number(self.amount), whole_number(self.quantity)
        if not self.name.strip() or amount is None or not quantity:
            return None
        return FeeLine(self.name.strip(), amount, quantity)

    def untouched(self) -> bool:
        """Whether nothing was typed into the line."""
        return not self.name.strip() and not self.amount.strip()


@dataclass
class LimitForm:
    """A limit typed by the clerk; used only when `own` is set."""

    own: bool = False
    value: str = ""
    unit: str = "working_day"
    mode: str = "whole_days"
    basis: str = ""

    def taken(self) -> LimitTaken | None:
        """The limit as typed, None when the catalogue's is to be used."""
        if not self.own:
            return None
        value = "" if self.unit == "same_day" else self.value.strip()
        if not value and self.unit != "same_day":
            return None
        return LimitTaken(value, self.unit, self.mode, False, "clerk", self.basis.strip())


@dataclass
class OtherForm:
    """The person somebody else acts for, and on what paper."""

    person: Person = NOBODY
    authority: str = ""


@dataclass
class ApplicationForm:
    """One dossier of the visit."""

    procedure: str = ""
    title: str = ""
    papers: list[PaperForm] = field(default_factory=list)
    fees: list[FeeForm] = field(default_factory=list)
    limit: LimitForm = field(default_factory=LimitForm)
    sets: str = "1"
    note: str = ""


@dataclass
class VisitForm:
    """Everything on the screen; `command` stays the same until the visit is stored."""

    command: str
    submitter: Person = NOBODY
    card_scanned: bool = False
    other: OtherForm | None = None
    doubts: str = ""
    channel: int = 1
    return_method: str = "desk"
    return_address: str = ""
    applications: list[ApplicationForm] = field(default_factory=lambda: [ApplicationForm()])
    current: int = 0

    @property
    def front(self) -> ApplicationForm:
        """The dossier that is on the screen."""
        return self.applications[self.current]

    def is_empty(self) -> bool:
        """Whether nothing worth keeping was typed."""
        typed = replace(self.submitter, kind="individual", id_kind="")
        started = any(form.procedure or form.note for form in self.applications)
        return typed == NOBODY and self.other is None and not started

    def visit(self) -> Visit:
        """The visit as intake takes it; dossiers without a procedure are left out."""
        other = self.other
        return Visit(
            self.submitter,
            tuple(self._application(form) for form in self.applications if form.procedure),
            channel=self.channel,
            representative=Representative(self.submitter, other.authority) if other else None,
            return_method=self.return_method,
            return_address=self.return_address if self.return_method == "postal" else "",
            command=self.command,
        )

    def _application(self, form: ApplicationForm) -> Application:
        fees = tuple(line for fee in form.fees if (line := fee.line()) is not None)
        return Application(
            form.procedure,
            tuple(paper.given() for paper in form.papers),
            applicant=self.other.person if self.other else None,
            limit=form.limit.taken(),
            fees=fees,
            sets=whole_number(form.sets) or 0,
            note=form.note,
            doubts_accepted=self.doubts,
        )

    def to_draft(self) -> dict[str, Any]:
        """The form as plain data; of files only the names."""
        return {
            "command": self.command,
            "submitter": to_data(self.submitter),
            "card_scanned": self.card_scanned,
            "other": None if self.other is None else
            {"person": to_data(self.other.person), "authority": self.other.authority},
            "doubts": self.doubts,
            "channel": self.channel,
            "return_method": self.return_method,
            "return_address": self.return_address,
            "current": self.current,
            "applications": [application_data(form) for form in self.applications],
        }  # fmt: skip


def application_data(form: ApplicationForm) -> dict[str, Any]:
    """One dossier of a draft."""
    papers = [
        {
            "name": p.name, "state": p.state, "kind": p.kind, "count": p.count,
            "unclear": p.unclear, "added": p.added,
            "lost": [*p.lost, *(scan.name for scan in p.files)],
        }
        for p in form.papers
    ]  # fmt: skip
    return {
        "procedure": form.procedure,
        "title": form.title,
        "papers": papers,
        "fees": [vars(fee) for fee in form.fees],
        "limit": vars(form.limit),
        "sets": form.sets,
        "note": form.note,
    }


def from_draft(data: Mapping[str, Any]) -> VisitForm:
    """The form a draft describes; raises `InputError`, KeyError, TypeError or ValueError when the
    draft is of another program version."""
    other = data["other"]
    applications = [
        ApplicationForm(
            procedure=a["procedure"],
            title=a["title"],
            papers=[PaperForm(**paper) for paper in a["papers"]],
            fees=[FeeForm(**fee) for fee in a["fees"]],
            limit=LimitForm(**a["limit"]),
            sets=a["sets"],
            note=a["note"],
        )
        for a in data["applications"]
    ]
    return VisitForm(
        command=data["command"],
        submitter=from_data(data["submitter"]),
        card_scanned=data["card_scanned"],
        other=OtherForm(from_data(other["person"]), other["authority"]) if other else None,
        doubts=data["doubts"],
        channel=data["channel"],
        return_method=data["return_method"],
        return_address=data["return_address"],
        applications=applications or [ApplicationForm()],
        current=min(data["current"], max(0, len(applications) - 1)),
    )


def new_application(procedure: Procedure) -> ApplicationForm:
    """A dossier of this procedure as it begins: its papers unchecked, its published fee."""
    papers = [
        PaperForm(part.name, kind=usual_kind(part.name), unclear=part.unclear)
        for part in procedure.components
    ]
    fees = [FeeForm(fee.name, str(fee.amount)) for fee in suggested_fees(procedure)]
    own = LimitForm(own=not procedure.limit_known)
    return ApplicationForm(procedure.code, procedure.name, papers, fees, own)


def usual_kind(name: str) -> str:
    """In what form a paper of this name usually comes."""
    folded = vn_fold(name)
    if "dien tu tuong tac" in folded:
        return "electronic"
    return "photocopy" if folded.startswith("ban sao") else "original"


def guess_id_kind(kind: str, number: str) -> IdKind:
    """Which paper a typed number is of, by its shape; the checks then judge the number itself."""
    bare = "".join(letter for letter in number if letter not in " .-–")
    if not bare:
        return ""
    if kind == "organisation" or (kind == "household_business" and len(bare) != 12):
        return "tax_code"
    if any(letter.isalpha() for letter in bare):
        return "passport"
    return "cmnd" if len(bare) == 9 else "personal_id"


def whole_number(text: str) -> int | None:
    """The number typed with or without thousands dots and đ; None when it is not one."""
    bare = "".join(letter for letter in vn_fold(text) if letter not in " .,d\u00a0")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 12 else None
