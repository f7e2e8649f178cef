"""The intake screen's promises: limits, doubles, drafts, several dossiers, one receipt, no HTML."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from services.dossiers.drafts import find_draft
from services.language import install_language
from tests.support.office import NGUYET, open_desk
from tests.support.second_pc import CITY, see
from tests.support.walk import (
    HOSTILE,
    cut_texts,
    double_keys,
    nameless,
    rich_places,
    shown_texts,
)
from tests.ui.desk_window import dialogs
from tests.ui.intake_desk import BIRTH, MARRIAGE, WILL, IntakeDesk, open_intake
from ui.screens.intake.drafts import KEY, KIND
from ui.screens.intake.forms import PaperForm

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def intake(tmp_path: Path, qapp, tasks) -> Iterator[IntakeDesk]:
    desk = open_desk(tmp_path / "home")
    made = open_intake(desk, tasks)
    yield made
    made.window.close()
    tasks.close()
    desk.office.close()


def count(intake: IntakeDesk) -> int:
    with intake.desk.core.store.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM dossier").scalar_one())


def test_date_code_and_receipt_are_those_that_will_be_stored(intake: IntakeDesk) -> None:
    intake.fill()
    shown = intake.screen.live.expected[0].dossier
    assert "17:30" in intake.view.promise.date.text() and intake.view.paper.pdf.startswith(b"%PDF")
    why = [step.rule for step in shown.promise.explanation]
    intake.view.toggle_why()
    assert intake.view.why.isVisible() and len(why) > 1
    assert count(intake) == 0
    (stored,) = intake.receive()
    assert stored.intake.code == shown.intake.code and stored.due == shown.due
    assert intake.screen.done.paper.pdf.startswith(b"%PDF") and count(intake) == 1


def test_a_clock_wrong_by_more_than_fifteen_minutes_asks_before_a_receipt(intake) -> None:
    intake.fill()
    see(intake.desk, CITY, kind="city", name="Hà Nội", offset=16 * 60_000)
    intake.window.session.syncing.look()
    intake.window.settle()
    intake.screen.receive()
    intake.window.settle()
    (asked,) = dialogs()
    assert any("chậm 16 phút" in text for text in shown_texts(asked)) and count(intake) == 0
    asked.reject()
    intake.screen.receive()
    dialogs()[-1].primary.click()
    intake.window.settle()
    assert count(intake) == 1


def test_a_clock_wrong_by_less_is_not_in_the_way(intake) -> None:
    intake.fill()
    see(intake.desk, CITY, kind="city", name="Hà Nội", offset=-14 * 60_000)
    intake.window.session.syncing.look()
    intake.window.settle()
    intake.receive()
    assert count(intake) == 1
    assert "nhanh 14 phút" in intake.window.session.shell.status.words("clock")


def test_two_presses_receive_once(intake: IntakeDesk) -> None:
    intake.fill()
    intake.screen.receive()
    intake.screen.receive()
    intake.window.settle()
    intake.screen.receive()
    intake.window.settle()
    assert count(intake) == 1


def test_an_unknown_limit_is_typed_with_its_basis_and_says_so(intake: IntakeDesk) -> None:
    intake.fill(MARRIAGE)
    promise = intake.view.promise
    assert intake.receive() == () and "Nhập thời hạn" in promise.value.error()
    intake.type_into(promise.value, "ba")
    intake.look()
    assert "không phải là số" in promise.value.error()
    intake.type_into(promise.value, "3")
    assert intake.receive() == () and "văn bản" in promise.basis.error()
    intake.type_into(promise.basis, "Điều 18 Luật Hộ tịch")
    (stored,) = intake.receive()
    limit = stored.intake.limit
    assert (limit.value, limit.source) == ("3", "clerk")
    assert limit.legal_basis == "Điều 18 Luật Hộ tịch"


def test_a_known_limit_may_be_changed_only_with_a_basis(intake: IntakeDesk) -> None:
    intake.fill()
    intake.view.promise.override.click()
    intake.type_into(intake.view.promise.value, "5")
    assert intake.receive() == ()
    intake.view.promise.override.click()
    (stored,) = intake.receive()
    assert stored.intake.limit.source == "catalogue"


def test_unchecked_papers_are_not_guessed(intake: IntakeDesk) -> None:
    intake.fill()
    intake.screen.form.front.papers[1].state = ""
    assert intake.receive() == ()
    assert "1 giấy tờ chưa kiểm" in intake.window.said()
    assert intake.focus() is intake.view.checklist.table
    assert intake.view.checklist.table.row() == 1


def test_doubtful_identity_needs_a_reason(intake: IntakeDesk) -> None:
    intake.fill()
    intake.view.person.fields.sex.set_value("nam")
    intake.view.person.fields.sex.chosen.emit("nam")
    assert intake.view.person.reason.isVisible()
    assert intake.receive() == () and intake.view.person.reason.error()
    intake.type_into(intake.view.person.reason, "đã xem thẻ căn cước bản gốc")
    (stored,) = intake.receive()
    assert stored.intake.doubts_accepted == "đã xem thẻ căn cước bản gốc"


def test_the_same_person_and_procedure_stand_side_by_side(intake: IntakeDesk) -> None:
    before = intake.desk.receive()
    intake.choose(MARRIAGE)
    intake.fields.number.setFocus()
    intake.scan()
    assert before.intake.code in intake.view.same.words.text()
    assert intake.view.same.isVisible() and "1 hồ sơ" in intake.view.person.known.text()
    intake.screen.compare()
    intake.window.settle()
    (box,) = dialogs()
    texts = " ".join(label.text() for label in box.findChildren(type(intake.view.same.words)))
    assert before.intake.code in texts and "Tờ khai đăng ký kết hôn" in texts
    box.reject()
    intake.view.person.fill.click()
    assert intake.screen.form.submitter.address == NGUYET.address
    assert intake.fields.phone.text() == "0912 345 678"


def test_several_dossiers_of_one_visit_share_a_receipt(intake: IntakeDesk) -> None:
    intake.fill()
    intake.screen.more_button.click()
    assert intake.view.tabs.isVisible()
    assert intake.receive() == () and intake.view.procedure.picker.error()
    intake.choose(WILL)
    intake.type_into(intake.view.promise.value, "2")
    intake.type_into(intake.view.promise.basis, "NĐ 23/2015/NĐ-CP")
    intake.view.checklist.mark_all()
    assert intake.screen.form.front.fees[0].amount == "50000"
    intake.screen.go_to(0)
    assert intake.view.promise.basis.text() == ""
    first, second = intake.receive()
    assert first.intake.visit == second.intake.visit
    assert (first.intake.procedure, second.intake.procedure) == (BIRTH, WILL)
    assert second.intake.fees[0].payable == 50_000 and not first.intake.fees


def test_somebody_acts_for_another(intake: IntakeDesk) -> None:
    intake.fill()
    intake.view.person.other.chosen.emit(True)
    (box,) = dialogs()
    box.fields.name.line.setText("Trần Văn Bảo")
    box.primary.click()
    assert dialogs() and box.authority.error()
    box.authority.set_text("văn bản ủy quyền 12/11/2026")
    box.primary.click()
    assert "Trần Văn Bảo" in intake.view.person.on_behalf.text()
    (stored,) = intake.receive()
    assert stored.applicant.name == "Trần Văn Bảo"
    assert stored.submitter.name == "Nguyễn Thị Ánh Nguyệt"
    assert stored.intake.representative.authority == "văn bản ủy quyền 12/11/2026"


def test_scans_dropped_on_a_row_are_stored_with_it(intake: IntakeDesk, tmp_path: Path) -> None:
    intake.fill()
    scan = tmp_path / "giấy chứng sinh.pdf"
    scan.write_bytes(b"%PDF-1.7 scan")
    table, data = intake.view.checklist.table, QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scan))])
    place = QPointF(table.visualRect(table.papers.index(2, 0)).center())
    actions, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    table.dropEvent(QDropEvent(place, actions, data, Qt.MouseButton.LeftButton, none))
    intake.window.settle()
    assert intake.screen.form.front.papers[2].files[0].name == "giấy chứng sinh.pdf"
    (stored,) = intake.receive()
    (kept,) = stored.components[2].attachments
    assert kept.name == "giấy chứng sinh.pdf"
    with intake.desk.core.store.read() as conn:
        assert intake.desk.core.blobs.get(conn, kept.sha256) == b"%PDF-1.7 scan"


def test_a_file_that_cannot_be_read_is_one_sentence(intake: IntakeDesk, tmp_path: Path) -> None:
    intake.fill()
    failures: list[BaseException] = []
    intake.window.tasks._on_failure = failures.append
    intake.view.checklist.attach(0, [tmp_path / "không-có.pdf"])
    intake.window.settle()
    assert [error.code for error in failures] == ["ND-08"]
    assert not intake.screen.form.front.papers[0].files


def test_a_draft_is_found_again_by_its_owner_only(intake: IntakeDesk, tasks) -> None:
    intake.fill()
    intake.screen.form.front.papers[0].lost.append("tờ khai.pdf")
    intake.screen.drafts.touched()
    intake.screen.hide()
    intake.window.settle()
    intake.window.close()
    other = open_intake(intake.desk, tasks, "tiepnhan2")
    assert other.screen.form.is_empty() and not other.view.draft.isVisible()
    other.window.close()
    again = open_intake(intake.desk, tasks)
    intake.window = again.window
    assert again.screen.form.submitter.name == "Nguyễn Thị Ánh Nguyệt"
    assert again.fields.phone.text() == "0912 345 678"
    assert "đã được giữ lại" in again.view.draft.words.text()
    assert "Đính lại 1 tệp" in again.view.draft.words.text()
    again.view.draft.link.click()
    again.window.settle()
    assert again.screen.form.is_empty()
    owner = again.desk.office.who.staff.id
    assert find_draft(again.desk.core, owner, kind=KIND, key=KEY) is None


def test_what_was_received_leaves_no_draft(intake: IntakeDesk, tasks) -> None:
    intake.fill()
    intake.screen.drafts.save_now()
    intake.receive()
    intake.window.close()
    again = open_intake(intake.desk, tasks)
    intake.window = again.window
    assert again.screen.form.is_empty()


def test_a_draft_that_became_a_dossier_before_the_crash_is_dropped(intake, tasks) -> None:
    intake.fill()
    draft = intake.screen.form.to_draft()
    intake.receive()
    owner, core = intake.desk.office.who.staff.id, intake.desk.core
    from services.dossiers.drafts import keep_draft

    keep_draft(core, owner, kind=KIND, key=KEY, fields=draft)
    intake.window.close()
    again = open_intake(intake.desk, tasks)
    intake.window = again.window
    assert again.screen.form.is_empty() and not again.view.draft.isVisible()


KILLED = """
import os, signal, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from tests.support.office import open_desk
from tests.ui.intake_desk import open_intake
from ui.tasks import Tasks
app = QApplication([])
intake = open_intake(open_desk(Path(sys.argv[1])), Tasks(on_failure=print))
intake.fill()
intake.screen.drafts._clock.setInterval(1)
intake.screen.drafts.touched()
intake.screen.drafts.kept.connect(lambda _at: os.kill(os.getpid(), signal.SIGKILL))
app.exec()
"""


def test_a_draft_survives_a_killed_process(tmp_path: Path, qapp, tasks) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(home)], env=environment, cwd=ROOT, timeout=120,
        capture_output=True, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    from services.assembly import open_office
    from services.clock import VIETNAM, FixedClock
    from services.training.office import PASSWORD
    from tests.support.office import Desk, datetime

    clock = FixedClock(datetime(2026, 11, 16, 9, 0, tzinfo=VIETNAM))
    office = open_office(home, "tiepnhan", PASSWORD, clock=clock)
    intake = open_intake(Desk(office, clock), tasks)
    assert intake.screen.form.submitter.id_number == "001194012345"
    assert intake.screen.form.front.procedure == BIRTH
    assert "08:30" in intake.view.draft.words.text()
    intake.window.close()
    tasks.close()
    office.close()


def test_hostile_text_stays_text(intake: IntakeDesk) -> None:
    intake.fill()
    intake.type_into(intake.fields.name, HOSTILE)
    intake.type_into(intake.fields.address, HOSTILE)
    intake.type_into(intake.view.handing.note, HOSTILE)
    intake.screen.form.front.papers.append(PaperForm(HOSTILE, state="given", lost=[HOSTILE]))
    intake.screen._show_front()
    intake.look()
    assert rich_places(intake.screen) == []
    (stored,) = intake.receive()
    assert stored.submitter.name == HOSTILE
    assert rich_places(intake.screen) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_cut_unnamed_or_keyed_twice(tmp_path: Path, qapp, tasks, language) -> None:
    install_language(language)
    desk = open_desk(tmp_path / "home")
    intake = open_intake(desk, tasks)
    intake.fill(MARRIAGE)
    intake.type_into(intake.fields.name, "Nguyễn Phúc Công Tằng Tôn Nữ Hoàng Ngọc Diễm Quỳnh Như Ý")
    papers = [PaperForm(f"Giấy tờ số {n} " + "rất dài " * 14, state="given") for n in range(30)]
    intake.screen.form.front.papers.extend(papers)
    intake.screen._show_front()
    intake.look()
    window = intake.screen.window()
    assert cut_texts(intake.screen) == []
    assert double_keys(window) == []
    assert nameless(intake.screen) == []
    columns = (intake.view.checklist, intake.view.handing, intake.view.paper)
    right = [c.mapTo(window, c.rect().bottomRight()) for c in columns]
    assert all(p.x() <= window.width() and p.y() <= window.height() for p in right)
    intake.window.close()
    tasks.close()
    desk.office.close()
