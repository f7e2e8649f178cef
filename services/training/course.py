"""The acts of one made-up dossier in order of time, as the events people would have caused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from models.calendar import WorkCalendar
from models.codec import Event
from models.deadline import ClockEvent, EventKind
from models.dossier import Dossier, content_digest
from models.envelope import Actor
from models.events import handling as h
from models.events import issuing as i
from models.events.intake import Received
from models.intake import Component, FeeLine, LimitTaken, Promise
from models.party import Person
from models.procedure import Procedure
from models.staff import Role
from models.workflow import Status
from services.dossiers.promise import promise_for
from services.training.people import purpose
from services.training.plan import Fate

__all__ = ["Act", "Course", "Files"]

OFFICERS = (("thuly", "Lê Minh Đức"), ("thuly2", "Trịnh Thu Hà"), ("thuly3", "Phạm Gia Khánh"))
MISSING = (
    "Giấy tờ chứng minh nơi cư trú", "Bản chính giấy chứng sinh", "Văn bản ủy quyền có chứng thực",
    "Ảnh chân dung", "Giấy xác nhận của cơ quan quản lý",
)  # fmt: skip
_LATE = {Status.APPROVED, Status.DONE, Status.HANDED_OVER}
_DECIDED = {Status.SUBMITTED, *_LATE}


@dataclass(frozen=True, slots=True)
class Act:
    """One event to come: when, by whom, in which stream."""

    at: datetime
    actor: Actor
    stream: str
    event: Event


@dataclass(frozen=True, slots=True)
class Files:
    """SHA-256 names of the sample result shared by finished training dossiers."""

    base: str
    signed: str
    sealed: str


@dataclass
class Course:
    """Builds the acts of one dossier; `promise` computes dates, `now` bounds everything."""

    random: Random
    dossier_id: str
    code: str
    person: Person
    procedure: Procedure
    limit: LimitTaken
    promise: Promise
    fate: Fate
    files: Files
    now: datetime
    department: str
    unit: str
    catalogue: str
    calendar: WorkCalendar

    def __post_init__(self) -> None:
        self.at = self.fate.received
        self.officer, self.officer_name = self.random.choice(OFFICERS)
        self.stream = f"dossier/{self.dossier_id}"

    def acts(self) -> Iterator[Act]:
        """Every act from reception to the dossier's present state."""
        received = self._received()
        yield self._act("tiepnhan", Role.RECEPTIONIST, received)
        end = self.fate.end
        if end is Status.RECEIVED:
            return
        department = h.Transferred(self.department)
        yield self._act("tiepnhan", Role.RECEPTIONIST, department, 20)
        if end is Status.TRANSFERRED:
            return
        assigned = h.Assigned(f"staff-{self.officer}", self.officer_name)
        yield self._act("phong", Role.DEPARTMENT_HEAD, assigned, 60)
        yield from self._supplement(received)
        yield from self._ending(received)

    def _act(self, login: str, role: Role, event: Event, minutes: int = 0) -> Act:
        step = timedelta(minutes=self.random.randint(minutes // 2, minutes) if minutes else 0)
        self.at = min(self.at + step, self.now)
        return Act(self.at, Actor(f"staff-{login}", role.value, "seed"), self.stream, event)

    def _received(self) -> Received:
        names = [c.name for c in self.procedure.components[:5]] or ["Tờ khai"]
        components = tuple(
            Component(name, kind="original" if n == 0 else "photocopy")
            for n, name in enumerate(names)
        )
        fees = (FeeLine("Lệ phí", 8000),) if self.random.random() < 0.3 else ()
        return Received(
            self.code, self.dossier_id, self.procedure.code, self.procedure.name,
            self.procedure.field, self.procedure.result, self.catalogue,
            2 if self.random.random() < 0.14 else 1, self.at.isoformat(), self.unit, self.person,
            self.person, self.limit, self.promise, components=components, fees=fees,
            request=purpose(self.random),
        )  # fmt: skip

    def _supplement(self, received: Received) -> Iterator[Act]:
        waiting = self.fate.end is Status.SUPPLEMENT
        if not waiting and not self.fate.supplement:
            return
        self.at = min(self.at + timedelta(hours=3), self.now)
        asked = h.SupplementRequested(
            (self.random.choice(MISSING),), "Thiếu giấy tờ theo quy định", self.at.isoformat()
        )
        yield self._act(self.officer, Role.OFFICER, asked)
        if waiting:
            return
        self.at = min(self.at + timedelta(hours=self.random.randint(4, 30)), self.now)
        given = h.SupplementReceived(
            self.at.isoformat(), self._restarted(asked), received.components
        )
        yield self._act("tiepnhan", Role.RECEPTIONIST, given)

    def _restarted(self, asked: h.SupplementRequested) -> Promise:
        """The new promise, as the office's own rules count it from the full dossier."""
        history = (
            ClockEvent(EventKind.SUPPLEMENT_REQUESTED, datetime.fromisoformat(asked.at)),
            ClockEvent(EventKind.SUPPLEMENT_RECEIVED, self.at),
        )
        return promise_for(self.fate.received, self.limit, calendar=self.calendar, history=history)

    def _ending(self, received: Received) -> Iterator[Act]:
        end = self.fate.end
        if end is Status.PAYMENT:
            needed = h.PaymentRequired("Chờ nộp lệ phí", 8000)
            yield self._act(self.officer, Role.OFFICER, needed, 90)
        elif end is Status.WITHDRAWN:
            yield self._act("tiepnhan", Role.RECEPTIONIST, h.Withdrawn("Người dân xin rút"), 600)
        elif end is Status.STOPPED:
            yield self._act("lanhdao", Role.LEADER, h.Stopped("Quá thời hạn bổ sung"), 900)
        elif end in (Status.REFUSAL_PROPOSED, Status.REFUSED):
            why = h.RefusalProposed("Không đủ điều kiện", "Luật Hộ tịch 2014")
            yield self._act(self.officer, Role.OFFICER, why, 400)
            if end is Status.REFUSED:
                refused = h.Refused(why.reason, why.legal_basis)
                yield self._act("lanhdao", Role.LEADER, refused, 200)
        elif end in _DECIDED:
            yield from self._decided(received)

    def _decided(self, received: Received) -> Iterator[Act]:
        draft = self._draft(received)
        before = Dossier(
            self.dossier_id, intake=received, submitter=self.person, applicant=self.person,
            components=received.components, request=received.request, draft=draft,
        )  # fmt: skip
        submitted = h.Submitted(draft, content_digest(before))
        yield self._act(self.officer, Role.OFFICER, submitted, 420)
        if self.fate.returned:
            yield self._act("lanhdao", Role.LEADER, h.Returned("Sửa lại nơi cư trú"), 60)
            yield self._act(self.officer, Role.OFFICER, submitted, 60)
        if self.fate.end is Status.SUBMITTED:
            return
        basis = content_digest(before)
        yield self._act("lanhdao", Role.LEADER, h.Approved(basis), 120)
        if self.fate.end is Status.APPROVED:
            return
        yield from self._issued(basis)

    def _draft(self, received: Received) -> h.Draft:
        person = self.person
        birth = "/".join(reversed(person.birth.split("-")))
        values = {
            "agency": f"Ủy ban nhân dân {self.unit.lower()[:1]}{self.unit[1:]}",
            "applicant": person.name, "applicant_address": person.address,
            "applicant_birth": birth or "không rõ", "applicant_id": person.id_number or "không có",
            "content": "Đủ điều kiện theo quy định của pháp luật", "department": self.department,
            "dossier_code": self.code, "officer": self.officer_name, "phone": "1022",
            "place": self.unit.partition(" ")[2], "procedure": received.procedure_name,
            "procedure_code": received.procedure, "purpose": received.request or "Bổ sung hồ sơ",
            "received_date": f"{self.fate.received:%d/%m/%Y}", "submitter": person.name,
        }  # fmt: skip
        return h.Draft("confirmation", values)

    def _issued(self, basis: bytes) -> Iterator[Act]:
        """Number, signature, seal; the number itself is filled in when the batch is written."""
        numbered = i.Numbered("", 0, "", "", basis, bytes.fromhex(self.files.base))
        yield self._act("vanthu", Role.RECORDS_CLERK, numbered, 60)
        signed = i.Signed(
            numbered.base, self.files.signed, "staff-lanhdao", "", self.at.isoformat()
        )
        yield self._act("lanhdao", Role.LEADER, signed, 60)
        sealed = i.Sealed(self.files.signed, self.files.sealed, "", self.at.isoformat())
        yield self._act("vanthu", Role.RECORDS_CLERK, sealed, 30)
        done = self._act("vanthu", Role.RECORDS_CLERK, i.Done(""), 5)
        yield replace(done, event=i.Done(done.at.isoformat()))
        if self.fate.end is Status.HANDED_OVER:
            self.at = min(self.at + timedelta(hours=self.random.randint(1, 48)), self.now)
            given = i.HandedOver(self.at.isoformat(), self.person.name, self.person.id_number)
            yield self._act("tiepnhan", Role.RECEPTIONIST, given)
