"""A small office on any store, and the real acts of a dossier's life done through the services.

No vault, no accounts: only what `Core` needs, so that it can stand on the recorded store of the
crash tests and start quickly in a process that is about to be killed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from models.calendar import WorkCalendar
from models.dossier import Dossier, content_digest
from models.events.administration import OfficeCreated
from models.events.handling import Draft
from models.intake import Component, LimitTaken
from models.party import Person
from services.assembly import PROJECTORS
from services.calendars.load import load_calendar
from services.catalogue.catalogue import Catalogue, bundled_catalogue
from services.clock import VIETNAM, Clock, FixedClock
from services.core import Core, SignedIn
from services.dossiers import approval, handling, intake
from services.journal.append import Journal
from services.journal.device import create_device, load_device
from services.office_file import Mode, OfficeFile
from services.people import system_actor, write_staff
from services.settings import read_settings
from services.store.blobs import BlobStore
from services.store.unit import Store
from services.training.accounts import training_staff

KEY = bytes(range(32))
CREATED = "2026-01-05T08:00:00+07:00"
OFFICE = OfficeFile("bench", Mode.TRAINING, "08227", "Phường Định Công", CREATED)
FIRST_DAY = datetime(2026, 1, 5, 8, 30, tzinfo=VIETNAM)
PROCEDURE = "1.000894"
CITIZEN = Person(
    "individual", "Nguyễn Thị Ánh Nguyệt", "personal_id", "001194012345", "1994-08-12", "nu",
    "0912345678", "", "12 ngõ 99 Định Công Hạ, phường Định Công, thành phố Hà Nội",
)  # fmt: skip
LIMIT = LimitTaken("3", "working_day", source="clerk", legal_basis="Điều 18 Luật Hộ tịch")
DRAFT = Draft("confirmation", {"content": "Đủ điều kiện.", "purpose": "Kết hôn"})


@cache
def facts() -> tuple[Catalogue, WorkCalendar]:
    """The catalogue and the calendar that ship with the program, loaded once."""
    return bundled_catalogue(), load_calendar()


@dataclass(frozen=True)
class Desk:
    """The services' core and the people who act."""

    core: Core
    people: dict[str, SignedIn]

    def receive(self, scan: bytes = b"") -> tuple[Dossier, ...]:
        """A visit with two dossiers; the first has `scan` attached."""
        files = (("to-khai.pdf", scan),) if scan else ()
        paper = Component("Tờ khai đăng ký kết hôn", kind="original")
        first = intake.Application(PROCEDURE, (intake.PaperGiven(paper, files),), limit=LIMIT)
        second = intake.Application(PROCEDURE, (intake.PaperGiven(paper),), limit=LIMIT)
        return intake.receive(
            self.core, self.people["tiepnhan"], intake.Visit(CITIZEN, (first, second))
        )

    def transfer(self, dossier: Dossier) -> Dossier:
        return handling.transfer(
            self.core, self.people["tiepnhan"], dossier.id, department=self.core.departments[0]
        )

    def assign(self, dossier: Dossier) -> Dossier:
        officer = self.people["thuly"].staff
        return handling.assign(
            self.core, self.people["phong"], dossier.id, assignee=officer.id
        )

    def handle(self, dossier: Dossier) -> Dossier:
        note = "Đã thẩm định, hồ sơ đủ điều kiện giải quyết."
        return handling.handle(self.core, self.people["thuly"], dossier.id, note=note)

    def submit(self, dossier: Dossier) -> Dossier:
        return handling.submit(self.core, self.people["thuly"], dossier.id, draft=DRAFT)

    def approve(self, dossier: Dossier) -> Dossier:
        seen = content_digest(dossier)
        return approval.approve(self.core, self.people["lanhdao"], dossier.id, seen=seen)

    def visit(self, number: int) -> Iterator[str]:
        """A visit and the way of its first dossier up to the approval; each act is told when done.

        Every second visit brings an attachment.
        """
        dossier, other = self.receive(scan(number) if number % 2 else b"")
        yield f"received {code(dossier)} {code(other)}"
        for act in (self.transfer, self.assign, self.submit, self.approve):
            dossier = act(dossier)
            yield f"{dossier.status.value} {code(dossier)}"


def code(dossier: Dossier) -> str:
    """The dossier's code."""
    assert dossier.intake is not None
    return dossier.intake.code


def scan(number: int) -> bytes:
    """The attachment of visit `number`: always the same bytes, some kilobytes."""
    return hashlib.shake_256(f"scan {number}".encode()).digest(3000 + number % 5000)


def found_office(store: Store, folder: Path) -> None:
    """Make the device key in `folder` and write the first events of the office into `store`."""
    clock = FixedClock(FIRST_DAY, seed=1)
    device = create_device(folder, key=KEY, name="PC", slot=0, clock=clock)
    journal = Journal(store, device, clock=clock, office=OFFICE.unit_code, projectors=PROJECTORS)
    with journal.act(system_actor("bench")) as act:
        act.tx.exec_driver_sql(
            "INSERT INTO device (log, off, public_key, slot, name, incarnation) "
            "VALUES (?,?,?,0,?,1)",
            (device.log, OFFICE.unit_code, device.public_key, device.name),
        )
        created = OfficeCreated(
            OFFICE.profile, OFFICE.mode.value, OFFICE.unit_code, OFFICE.unit_name, device.name,
            device.public_key,
        )  # fmt: skip
        act.add("office/settings", created)
        for person in training_staff(OFFICE.unit_name):
            write_staff(act, person)


def open_desk(store: Store, folder: Path, clock: Clock) -> Desk:
    """The desk of the office founded on `store`."""
    device = load_device(folder, KEY)
    journal = Journal(store, device, clock=clock, office=OFFICE.unit_code, projectors=PROJECTORS)
    catalogue, calendar = facts()
    with store.read() as connection:
        settings = read_settings(connection)
    blobs = BlobStore(folder / "blobs", KEY, clock=clock)
    core = Core(folder, OFFICE, store, journal, blobs, clock, calendar, catalogue, settings)
    people = {
        person.login: SignedIn(person, f"session-{person.login}")
        for person in training_staff(OFFICE.unit_name)
    }
    return Desk(core, people)
