"""A real training office on a fixed clock: SQLCipher store, journal, keys; nothing is faked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.dossier import Dossier, content_digest
from models.events.handling import Draft
from models.intake import Component, LimitTaken
from models.party import Person
from services.assembly import OpenOffice
from services.catalogue.catalogue import bundled_catalogue
from services.clock import VIETNAM, FixedClock
from services.core import Core, SignedIn
from services.dossiers import approval, handling, intake, issuing
from services.dossiers.acts import load_dossier
from services.papers import draft_values
from services.people import get_staff
from services.signing.keys import open_key
from services.signing.training_pki import SEAL_FILE, key_path
from services.training.accounts import PASSWORD
from services.training.office import create_training_office

NGUYET = Person(
    "individual", "Nguyễn Thị Ánh Nguyệt", "personal_id", "001194012345", "1994-08-12", "nu",
    "0912345678", "", "12 ngõ 99 Định Công Hạ, phường Định Công, thành phố Hà Nội",
)  # fmt: skip
REGISTER_MARRIAGE = "1.000894"


@dataclass
class Desk:
    """The office with its people at hand and short words for the daily acts."""

    office: OpenOffice
    clock: FixedClock

    @property
    def core(self) -> Core:
        return self.office.core

    def as_(self, login: str) -> SignedIn:
        with self.core.store.read() as conn:
            return SignedIn(get_staff(conn, f"staff-{login}"), f"session-{login}")

    def receive(self, person: Person = NGUYET, procedure: str = REGISTER_MARRIAGE) -> Dossier:
        paper = intake.PaperGiven(Component("Tờ khai đăng ký kết hôn", kind="original"))
        limit = LimitTaken("3", "working_day", source="clerk", legal_basis="Điều 18 Luật Hộ tịch")
        application = intake.Application(procedure, (paper,), limit=limit)
        visit = intake.Visit(person, (application,))
        return intake.receive(self.core, self.as_("tiepnhan"), visit)[0]

    def load(self, dossier_id: str) -> Dossier:
        with self.core.store.read() as conn:
            return load_dossier(conn, dossier_id)

    def draft(self, dossier: Dossier) -> Draft:
        values = draft_values(self.core, dossier, "Lê Minh Đức")
        return Draft("confirmation", {**values, "content": "Đủ điều kiện.", "purpose": "Kết hôn"})

    def to_officer(self, dossier_id: str, officer: str = "thuly") -> None:
        department = self.core.departments[0]
        handling.transfer(self.core, self.as_("tiepnhan"), dossier_id, department=department)
        who = self.as_(officer).staff
        handling.assign(self.core, self.as_("phong"), dossier_id, assignee=who.id)

    def submit(self, dossier_id: str, officer: str = "thuly") -> Dossier:
        draft = self.draft(self.load(dossier_id))
        return handling.submit(self.core, self.as_(officer), dossier_id, draft=draft)

    def approve(self, dossier_id: str, leader: str = "lanhdao") -> Dossier:
        seen = content_digest(self.load(dossier_id))
        return approval.approve(self.core, self.as_(leader), dossier_id, seen=seen)

    def number(self, dossier_id: str) -> Dossier:
        return issuing.number(self.core, self.as_("vanthu"), dossier_id)

    def leader_key(self, login: str = "lanhdao"):
        path = key_path(self.core.home / "keys", f"staff-{login}")
        return open_key(path, PASSWORD, now=self.clock.now())

    def seal_key(self):
        return open_key(self.core.home / "keys" / SEAL_FILE, PASSWORD, now=self.clock.now())

    def sign(self, dossier_id: str, leader: str = "lanhdao") -> Dossier:
        key = self.leader_key(leader)
        return issuing.sign_result(self.core, self.as_(leader), dossier_id, key=key)

    def seal(self, dossier_id: str) -> Dossier:
        return issuing.seal_result(self.core, self.as_("vanthu"), dossier_id, key=self.seal_key())


def open_desk(home: Path, start: str = "2026-11-16T08:30") -> Desk:
    clock = FixedClock(datetime.fromisoformat(start).replace(tzinfo=VIETNAM))
    unit = bundled_catalogue().search_units("Định Công")[0]
    return Desk(create_training_office(home, unit, clock=clock), clock)
