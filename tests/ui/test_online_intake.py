"""Online submissions in the intake window: shown while they wait, decided by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog

from models.changed import Changed
from models.errors import NotAllowed
from models.events.submission import SubmissionArrived, SubmissionFileSaved, submission_stream
from models.intake import Attachment, Component
from models.workflow import Status
from services.dossiers.acts import load_dossier
from services.journal.reading import stream_events
from services.submissions import decline_submission, take_out_submitted
from tests.support.linked_city import linked_city
from tests.support.office import NGUYET, open_desk
from tests.support.typing import type_text
from tests.support.walk import shown_texts
from tests.ui.desk_window import dialogs
from tests.ui.intake_desk import BIRTH, MARRIAGE, IntakeDesk, open_intake

IDS = [f"01a20051-3e9d-76a6-b775-8e841970d9b{n}" for n in range(3)]


@dataclass
class Online:
    """A clerk at the intake screen, and a city that lets submissions arrive."""

    intake: IntakeDesk
    arrive: object

    @property
    def desk(self):
        return self.intake.screen.online

    def open(self):
        QTest.keyClick(self.intake.focus(), Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
        self.intake.window.settle()
        return self.desk.box

    def row(self, column: str, submission_id: str) -> str:
        with self.intake.desk.core.store.read() as conn:
            found = conn.exec_driver_sql(
                f"SELECT {column} FROM submission WHERE id = ?", (submission_id,)
            )
            return str(found.scalar_one())


@pytest.fixture
def online(tmp_path: Path, qapp, tasks) -> Iterator[Online]:
    desk = open_desk(tmp_path / "home")
    intake = open_intake(desk, tasks)

    def arrive(number: int, procedure: str = BIRTH, **other: object) -> None:
        known = desk.core.catalogue.get_procedure(procedure)
        facts = {
            "portal": "DVCQG", "external_id": f"E-{number}",
            "code": f"H26.00316-261115-900{number}", "procedure": procedure,
            "procedure_name": known.name, "submitter": NGUYET, "applicant": NGUYET,
            "submitted_at": (desk.clock.now() - timedelta(hours=20 - number)).isoformat(),
            "components": (Component("Tờ khai", kind="electronic"),),
        }  # fmt: skip
        said = SubmissionArrived(**(facts | other))
        link.city.journal.append(link.office, [(submission_stream(IDS[number]), said)])
        changed = link.deliver()
        assert changed.queues
        intake.screen.refresh(changed)
        intake.window.settle()

    with linked_city(desk, tmp_path) as link:
        yield Online(intake, arrive)
        intake.window.close()
        tasks.close()
        desk.office.close()


def test_the_button_is_there_only_while_something_waits(online):
    assert not online.desk.button.isVisible()
    online.arrive(0)
    assert online.desk.button.isVisible() and online.desk.button.text().endswith(": 1")
    online.arrive(1)
    assert online.desk.button.text().endswith(": 2")
    online.intake.screen.refresh(Changed())
    online.intake.window.settle()
    assert online.desk.button.text().endswith(": 2")


def test_taken_in_by_keyboard_it_gives_a_receipt_and_the_typed_form_comes_back(online):
    online.intake.choose(MARRIAGE)
    online.arrive(0, remarks=("Cổng gửi muộn",))
    box = online.open()
    assert box.table.current().id == IDS[0]
    assert "17:30" in box.promise.date.text()
    QTest.keyClick(box.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    online.intake.window.settle()
    screen = online.intake.screen
    (dossier,) = screen.received
    assert (dossier.id, dossier.intake.channel) == (IDS[0], 2)
    assert dossier.intake.code == "H26.00316-261115-9000"
    assert screen.done.paper.pdf.startswith(b"%PDF") and not dialogs()
    assert not online.desk.button.isVisible()
    screen.done.next_button.click()
    online.intake.window.settle()
    assert screen.form.front.procedure == MARRIAGE
    screen.new_visit()
    assert screen.form.is_empty()


def save_to(online, box, link, target: Path) -> None:
    """Press the link and choose a place, as a person does."""
    link.click()
    asked = box.findChildren(QFileDialog)[-1]
    asked.fileSelected.emit(str(target))
    asked.close()
    online.intake.window.settle()


def test_a_file_is_saved_and_recorded_before_anything_is_decided(online, tmp_path):
    desk = online.intake.desk
    with desk.core.store.write() as tx:
        here = desk.core.blobs.put(tx, b"%PDF-1.4 to khai", media="application/pdf")
    files = (
        Attachment(here.hash, "to-khai.pdf", 16, "application/pdf"),
        Attachment("ab" * 32, "anh.jpg", 2048, "image/jpeg"),
    )
    papers = (Component("Tờ khai", kind="electronic", attachments=files),)
    online.arrive(0, components=papers)
    box = online.open()
    links = [b for b in box.findChildren(QAbstractButton) if b.text() == "Lưu ra tệp…"]
    assert "đang tải từ máy khác…" in shown_texts(box) and len(links) == 1
    target = tmp_path / "ra" / "to-khai.pdf"
    save_to(online, box, links[0], target)
    assert "to-khai.pdf" in box.problem.text()
    target.parent.mkdir()
    save_to(online, box, links[0], target)
    assert target.read_bytes() == b"%PDF-1.4 to khai"
    assert "nhật ký" in box.saved.text() and online.row("state", IDS[0]) == "waiting"
    with desk.core.store.read() as conn:
        events = stream_events(conn, submission_stream(IDS[0]))
    assert SubmissionFileSaved("to-khai.pdf") in [each.event() for each in events]
    with pytest.raises(NotAllowed, match="HS-30"):
        take_out_submitted(
            desk.core, desk.as_("tiepnhan"), IDS[0],
            attachment=Attachment("cd" * 32, "x", 1, "image/png"),
        )  # fmt: skip
    with pytest.raises(NotAllowed, match="TK-08"):
        take_out_submitted(desk.core, desk.as_("kythuat"), IDS[0], attachment=files[0])


def test_without_a_limit_in_the_catalogue_limit_and_basis_are_asked(online):
    unknown = next(
        p.code for p in online.intake.desk.core.catalogue.bundle.procedures
        if not p.limit_known and p.in_force(online.intake.desk.clock.now().date())
    )  # fmt: skip
    online.arrive(0, unknown)
    box = online.open()
    box.primary.click()
    online.intake.window.settle()
    assert online.row("state", IDS[0]) == "waiting" and box.promise.value.error()
    type_text(box.promise.value.line, "3")
    box.primary.click()
    online.intake.window.settle()
    assert online.row("state", IDS[0]) == "waiting" and box.promise.basis.error()
    type_text(box.promise.basis.line, "Điều 18 Luật Hộ tịch")
    online.intake.window.settle()
    assert box.promise.date.text() != "–"
    box.primary.click()
    online.intake.window.settle()
    with online.intake.desk.core.store.read() as conn:
        dossier = load_dossier(conn, IDS[0])
    assert dossier.status is Status.RECEIVED and dossier.intake.limit.source == "clerk"


def test_declining_needs_a_reason_and_leaves_the_others(online):
    online.arrive(0)
    online.arrive(1)
    box = online.open()
    QTest.keyClick(box.focusWidget(), Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)
    (asked,) = (each for each in dialogs() if each is not box)
    asked.primary.click()
    online.intake.window.settle()
    assert online.row("state", IDS[0]) == "waiting" and asked.isVisible()
    type_text(asked.focusWidget(), "Thiếu giấy chứng sinh")
    asked.primary.click()
    online.intake.window.settle()
    assert (online.row("state", IDS[0]), online.row("reason", IDS[0])) == (
        "declined", "Thiếu giấy chứng sinh",
    )  # fmt: skip
    assert [row.id for row in box.table.rows()] == [IDS[1]]
    assert box.table.current().id == IDS[1] and online.desk.button.text().endswith(": 1")


def test_decided_elsewhere_meanwhile_it_is_said(online):
    online.arrive(0)
    box = online.open()
    desk = online.intake.desk
    decline_submission(desk.core, desk.as_("tiepnhan"), IDS[0], reason="khác")
    box.primary.click()
    online.intake.window.settle()
    assert box.problem.isVisible() and not online.desk.button.isVisible()
    assert not box.primary.isEnabled()
