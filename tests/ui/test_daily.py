"""The daily screens on a real office: today's board, any dossier, one's own work, every act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from models.party import Person
from models.workflow import Act, Status
from services.documents.preview import page_count, render_page
from services.dossiers import approval, handling
from services.dossiers.drafts import find_draft
from services.dossiers.morning import morning_paper
from services.dossiers.queues import Queue
from tests.support.office import Desk, open_desk
from tests.support.walk import HOSTILE, cut_texts, double_keys, nameless, rich_places
from tests.ui.desk_window import Window, dialogs, open_window
from ui.screens.acts import FORMS, run_act
from ui.screens.acts.form import ActForm
from ui.screens.mine.screen import MyWorkScreen
from ui.screens.parts.paper import paint_pages

LONG = "Công Tằng Tôn Nữ Thị Quỳnh Hương Giang Trường Giang Nguyệt Cát"


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    made = open_desk(tmp_path)
    yield made
    made.office.close()


@pytest.fixture
def enter(desk: Desk, tasks):
    """Opens the window of one person; closes it at the end."""
    opened: list[Window] = []

    def open_as(login: str) -> Window:
        opened.append(open_window(desk, login, tasks))
        return opened[-1]

    yield open_as
    for window in opened:
        window.close()


def box(kind: type = ActForm) -> ActForm:
    found = [b for b in dialogs() if isinstance(b, kind)]
    assert found, "no dialog"
    return found[-1]


def test_a_dossier_whose_pc_was_revoked_leaves_the_panel_with_the_reason(desk, enter) -> None:
    dossier = desk.receive()
    window = enter("tiepnhan")
    panel = window.go("dossiers", dossier.id).panel
    assert panel.view is not None
    with desk.core.store.write() as tx:
        tx.exec_driver_sql(
            "UPDATE device SET last_seq = (SELECT min(seq) - 1 FROM ev WHERE st = ?)",
            (f"dossier/{dossier.id}",),
        )
    panel.again()
    window.settle()
    assert panel.view is None
    assert "máy ghi nó đã bị thu hồi" in panel.empty.sentence.text()
    panel.show_dossier("")
    assert "Chọn một hồ sơ" in panel.empty.sentence.text()


def test_today_counts_filters_and_leads_to_the_dossier(desk: Desk, enter) -> None:
    late = desk.receive()
    desk.clock.set(desk.clock.now() + timedelta(days=3, hours=10))
    soon = desk.receive()
    window = enter("lanhdao")
    screen = window.go("today")
    assert [row.id for row in screen.table.rows()] == [late.id, soon.id]
    assert screen.numbers.cards["overdue"].number.text() == "1"
    assert "Quá hạn" in screen.table.model.index(0, 0).data()
    QTest.keyClick(screen.numbers.cards["overdue"], Qt.Key.Key_Return)
    window.settle()
    assert [row.id for row in screen.table.rows()] == [late.id]
    screen.filter_by("overdue")
    window.settle()
    assert len(screen.table.rows()) == 2
    screen.table.pick(late.id)
    window.settle()
    heading = screen.why.body.itemAt(0).widget().text()
    assert heading == "Vì sao hẹn 19/11?"
    QTest.keyClick(screen.table.view, Qt.Key.Key_Return)
    window.settle()
    panel = window.session.shell.front().panel
    assert panel.view.dossier.id == late.id


def test_arrows_walk_along_the_cards(desk: Desk, enter) -> None:
    window = enter("lanhdao")
    screen = window.go("today")
    cards = list(screen.numbers.cards.values())
    cards[0].setFocus()
    QTest.keyClick(cards[0], Qt.Key.Key_Right)
    assert window.session.shell.focusWidget() is cards[1]


def test_a_clerk_sees_own_dossiers_and_may_look_at_all(desk: Desk, enter) -> None:
    desk.receive()
    window = enter("tiepnhan2")
    screen = window.go("today")
    assert screen.hasFocus()
    assert screen.table.rows() == []
    screen.scope.setCurrentIndex(1)
    window.settle()
    assert len(screen.table.rows()) == 1


def test_the_morning_list_opens_ready_to_print(desk: Desk, enter) -> None:
    desk.receive()
    window = enter("lanhdao")
    window.go("today").print_list()
    window.settle()
    view = dialogs()[-1].body.itemAt(0).widget()
    assert view.pdf.startswith(b"%PDF")


def test_every_act_has_a_dialog_that_esc_leaves_without_doing(desk: Desk, enter) -> None:
    dossier = desk.receive()
    window = enter("tiepnhan")
    screen = window.go("dossiers", dossier.id)
    before = len(screen.panel.view.lines)
    for act in FORMS:
        run_act(screen, desk.load(dossier.id), act)
        window.settle()
        made = box()
        assert made.primary.text() and not nameless(made) and not rich_places(made)
        QTest.keyClick(made, Qt.Key.Key_Escape)
        assert not dialogs()
    screen.panel.again()
    window.settle()
    assert len(screen.panel.view.lines) == before


def test_transfer_from_the_panel_refreshes_everything(desk: Desk, enter) -> None:
    dossier = desk.receive()
    window = enter("tiepnhan")
    screen = window.go("dossiers", dossier.id)
    screen.panel.run(Act.TRANSFER)
    box().primary.click()
    window.settle()
    assert desk.load(dossier.id).status is Status.TRANSFERRED
    assert screen.panel.status.text() == "Chờ phân công"
    assert screen.table.rows()[0].status is Status.TRANSFERRED
    assert "Đã chuyển hồ sơ" in window.said()


def test_a_missing_reason_is_said_under_its_field_and_nothing_happens(desk: Desk, enter) -> None:
    dossier = desk.receive()
    window = enter("tiepnhan")
    screen = window.go("dossiers", dossier.id)
    screen.panel.run(Act.WITHDRAW)
    made = box()
    made.primary.click()
    window.settle()
    assert "Chưa ghi" in made.fields["reason"].error()
    assert made.isVisible() and desk.load(dossier.id).status is Status.RECEIVED
    made.fields["reason"].set_text("Người dân đổi ý")
    made.primary.click()
    window.settle()
    assert desk.load(dossier.id).status is Status.WITHDRAWN


def test_a_rule_broken_meanwhile_is_said_in_the_dialog(desk: Desk, enter) -> None:
    dossier = desk.receive()
    window = enter("tiepnhan")
    screen = window.go("dossiers", dossier.id)
    screen.panel.run(Act.TRANSFER)
    made = box()
    handling.withdraw(desk.core, desk.as_("tiepnhan"), dossier.id, reason="Đổi ý")
    made.primary.click()
    window.settle()
    assert made.isVisible() and "HS-01" in made.problem.text()


def test_supplement_goes_out_with_form_02_and_comes_back_with_f7(desk: Desk, enter) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    window = enter("thuly")
    screen = window.go("mine")
    QTest.keyClick(screen, Qt.Key.Key_F7)
    window.settle()
    made = box()
    made.fields["items"].set_text("Giấy xác nhận tình trạng hôn nhân")
    made.fields["reason"].set_text("Chưa có")
    made.primary.click()
    window.settle()
    assert desk.load(dossier.id).status is Status.SUPPLEMENT
    paper = dialogs()[-1]
    assert paper.windowTitle().startswith("Phiếu yêu cầu bổ sung")
    paper.reject()
    window.close()
    desk.clock.set(desk.clock.now() + timedelta(days=1))
    window = enter("tiepnhan")
    screen = window.go("mine")
    screen.tabs.setCurrentIndex(screen.queues.index(Queue.WAITING_CITIZEN))
    window.settle()
    QTest.keyClick(screen, Qt.Key.Key_F7)
    window.settle()
    box().primary.click()
    window.settle()
    after = desk.load(dossier.id)
    assert after.status is Status.PROCESSING and after.due > after.original_due
    assert "Giấy xác nhận tình trạng hôn nhân" in [c.name for c in after.components]


def test_bulk_transfer_keeps_the_refused_rows_marked(desk: Desk, enter) -> None:
    dossiers = [desk.receive() for _ in range(3)]
    window = enter("tiepnhan")
    screen = window.go("mine")
    assert isinstance(screen, MyWorkScreen)
    screen.table.mark_all()
    handling.withdraw(desk.core, desk.as_("tiepnhan"), dossiers[1].id, reason="Đổi ý")
    screen.transfer.click()
    dialogs()[-1].primary.click()
    window.settle()
    assert desk.load(dossiers[0].id).status is Status.TRANSFERRED
    assert desk.load(dossiers[2].id).status is Status.TRANSFERRED
    assert dialogs()[-1].windowTitle() == "Kết quả từng hồ sơ"


def test_the_draft_is_kept_while_typing_and_submitted_with_one_key(desk: Desk, enter) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    window = enter("thuly")
    screen = window.go("mine")
    editor = screen.editor
    assert editor.isVisible() and editor.fields["applicant"].text() == "Nguyễn Thị Ánh Nguyệt"
    editor.submit()
    window.settle()
    assert "còn thiếu" in window.said() and editor.fields["content"].error()
    editor.fields["content"].area.setPlainText("Đủ điều kiện đăng ký kết hôn.")
    editor.fields["purpose"].set_text("Kết hôn")
    editor._keep.timeout.emit()
    window.settle()
    kept = find_draft(desk.core, "staff-thuly", kind="result_draft", key=dossier.id)
    assert kept is not None and kept.fields["values"]["purpose"] == "Kết hôn"
    assert editor.paper.pdf.startswith(b"%PDF")
    editor.submit()
    window.settle()
    after = desk.load(dossier.id)
    assert after.status is Status.SUBMITTED and after.draft.values["purpose"] == "Kết hôn"
    assert find_draft(desk.core, "staff-thuly", kind="result_draft", key=dossier.id) is None
    assert screen.table.rows() == []


def test_what_was_half_typed_comes_back_in_a_new_window(desk: Desk, enter) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    window = enter("thuly")
    editor = window.go("mine").editor
    editor.fields["purpose"].set_text("Xin việc")
    editor._kept()
    window.settle()
    window.close()
    editor = enter("thuly").go("mine").editor
    assert editor.fields["purpose"].text() == "Xin việc"
    assert "đã được giữ lại" in editor.kept_note.text()


def test_why_the_leader_returned_it_stands_over_the_draft(desk: Desk, enter) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    approval.return_to_officer(
        desk.core, desk.as_("lanhdao"), dossier.id, reason="Sửa nơi cư trú", place="Đoạn 2"
    )
    editor = enter("thuly").go("mine").editor
    assert editor.returned.isVisible()
    assert editor.returned.words.text() == (
        "Lãnh đạo trả lại: Sửa nơi cư trú (Chỗ cần sửa: Đoạn 2)"
    )


def test_closed_acts_name_their_rule(desk: Desk, enter) -> None:
    dossier = desk.receive()
    window = enter("tiepnhan")
    panel = window.go("dossiers", dossier.id).panel
    panel.open_section("acts")
    texts = [label.text() for label in panel.sections["acts"].findChildren(type(panel.due))]
    assert "Việc này của: Lãnh đạo UBND." in texts


def test_enter_twice_fills_the_page_and_esc_comes_back(desk: Desk, enter) -> None:
    desk.receive()
    window = enter("lanhdao")
    screen = window.go("dossiers")
    QTest.keyClick(screen.table.view, Qt.Key.Key_Return)
    window.settle()
    assert not screen.list_card.isVisible()
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.list_card.isVisible()


def test_search_finds_and_more_is_paged(desk: Desk, enter) -> None:
    desk.receive()
    other = Person("individual", "Trần Quốc Bảo", "personal_id", "001094012345", phone="0987654321")
    wanted = desk.receive(other)
    window = enter("lanhdao")
    screen = window.go("dossiers")
    screen.search.line.setText("tran quoc")
    screen._new_search()
    window.settle()
    assert [row.id for row in screen.table.rows()] == [wanted.id]
    screen.search.line.setText("khong co ai")
    screen._new_search()
    window.settle()
    assert "Không tìm thấy" in screen.table.empty.sentence.text()


@pytest.mark.parametrize("login", ["lanhdao", "thuly", "tiepnhan", "phong"])
def test_nothing_is_cut_nameless_or_rich(desk: Desk, enter, login: str) -> None:
    odd = Person("individual", LONG, "personal_id", "001094012345", address=HOSTILE)
    for person in (odd, odd, odd):
        dossier = desk.receive(person)
    desk.to_officer(dossier.id)
    window = enter(login)
    shell = window.session.shell
    for place in ("today", "dossiers", "mine"):
        if place not in shell.specs:
            continue
        screen = window.go(place)
        sections = screen.panel.sections if place == "dossiers" else [""]
        for section in sections:
            if section:
                screen.panel.show_dossier(dossier.id)
                screen.panel.open_section(section)
                window.settle()
            assert not rich_places(screen) and not nameless(screen)
            assert not cut_texts(screen), (place, section)
            assert not double_keys(shell)
            page = screen.parentWidget().parentWidget()
            assert page.horizontalScrollBar().maximum() == 0, (place, section)
            assert page.verticalScrollBar().maximum() == 0, (place, section)


def test_an_empty_office_says_what_will_come(desk: Desk, enter) -> None:
    window = enter("tiepnhan")
    for place in ("today", "dossiers", "mine"):
        screen = window.go(place)
        assert screen.table.empty.isVisible() and screen.table.empty.sentence.text()


def test_print_is_what_was_shown(desk: Desk, qapp, tmp_path) -> None:
    for _ in range(2):
        desk.receive()
    pdf = morning_paper(desk.core, desk.as_("tiepnhan"))
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFullPage(True)
    page = render_page(pdf, 0, dots_per_inch=60)
    paint_pages(printer, [page, page])
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert page_count(printed) == 2
    assert len(set(render_page(printed, 0, dots_per_inch=40).data)) > 20, "an empty sheet"
