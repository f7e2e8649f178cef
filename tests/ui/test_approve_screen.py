"""Phê duyệt và ký: exactly what was submitted is approved, exactly what was seen is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from models.dossier import content_digest
from models.events.handling import Draft
from models.workflow import Status
from services.dossiers import handling, issuing
from services.dossiers.queues import Queue
from services.dossiers.rows import Page
from services.language import install_language
from services.papers import result_paper
from services.signing.training_pki import key_path
from services.training.office import PASSWORD
from tests.support.office import NGUYET
from tests.support.office import Desk as Office
from tests.support.walk import (
    HOSTILE,
    cut_texts,
    double_keys,
    nameless,
    rich_places,
    shown_texts,
)
from tests.ui.admin_office import open_place
from tests.ui.desk_window import dialogs
from ui.screens.approve.screen import SIDE_WIDTH

LONG = replace(NGUYET, name="Công Tằng Tôn Nữ Nguyễn Thị Phương Ánh Nguyệt Huyền Trân Anh")


def submitted(desk: Office, person=NGUYET) -> str:
    dossier = desk.receive(person)
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    return dossier.id


def numbered(desk: Office) -> str:
    dossier_id = submitted(desk)
    desk.approve(dossier_id)
    desk.number(dossier_id)
    return dossier_id


def status(desk: Office, dossier_id: str) -> Status:
    return desk.load(dossier_id).status


def press(qtbot, screen, key: str) -> None:
    """Press `key` with the window in front, as Qt's shortcuts want it."""
    window = screen.window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keySequence(screen, key)


@pytest.fixture
def open_screen(qtbot, desk: Office):
    return lambda login="lanhdao": open_place(qtbot, desk, "approve", login)


def test_the_leader_approves_exactly_what_was_submitted(desk, open_screen, qtbot):
    first, second = submitted(desk), submitted(desk, LONG)
    screen = open_screen()
    assert screen.mail.current_key() == first and screen.review.unchanged
    assert any("Bạn đang duyệt đúng bản đã trình" in text for text in shown_texts(screen))
    press(qtbot, screen, "Ctrl+Return")
    assert status(desk, first) is Status.APPROVED
    assert desk.load(first).approval.basis == content_digest(desk.load(first))
    assert screen.mail.keys() == [second] and screen.review.dossier.id == second
    assert screen.errors == []


def test_a_content_changed_after_submission_cannot_be_approved(desk, open_screen):
    dossier_id = submitted(desk)
    screen = open_screen()
    digest = screen.review.submission.digest
    changed = replace(screen.review, digest=b"\1" * 32)
    screen._show(changed)
    assert digest != changed.digest and not screen.main.isEnabled()
    assert any("Nội dung đã đổi sau khi trình" in text for text in shown_texts(screen))
    screen._press()
    assert status(desk, dossier_id) is Status.SUBMITTED


def test_what_was_seen_is_what_is_approved(desk, open_screen):
    """The draft is replaced behind the leader's back: the old content is refused."""
    dossier_id = submitted(desk)
    screen = open_screen()
    seen = screen.review
    desk.approve(dossier_id)
    screen._approve(seen)
    assert [error.code for error in screen.errors] == ["HS-01"]
    assert screen.mail.keys() == []


def test_return_goes_back_with_reason_and_place(desk, open_screen, qtbot):
    dossier_id = numbered(desk)
    screen = open_screen()
    press(qtbot, screen, "F8")
    box = dialogs()[-1]
    box.fields["reason"].set_text("Sai nơi cư trú")
    box.fields["place"].set_text("đoạn 2")
    box.primary.click()
    dossier = desk.load(dossier_id)
    assert dossier.status is Status.PROCESSING and dossier.number is None
    assert (dossier.returned.reason, dossier.returned.place) == ("Sai nơi cư trú", "đoạn 2")
    assert screen.mail.keys() == []


def test_a_proposed_refusal_shows_the_notice_and_is_decided(desk, open_screen):
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    handling.propose_refusal(
        desk.core, desk.as_("thuly"), dossier.id, reason="Không đủ điều kiện", legal_basis="Điều 8"
    )
    screen = open_screen()
    assert screen.review.pages == 1 and screen.main.text() == "Đồng ý từ chối"
    screen.main.click()
    dialogs()[-1].primary.click()
    assert status(desk, dossier.id) is Status.REFUSED


def test_one_document_is_signed_after_it_was_seen(desk, open_screen):
    dossier_id = numbered(desk)
    screen = open_screen()
    assert screen.seen == {dossier_id: desk.load(dossier_id).number.base.hex()}
    screen.main.click()
    box = dialogs()[-1]
    box.password.set_text(PASSWORD)
    box.primary.click()
    dossier = desk.load(dossier_id)
    assert dossier.status is Status.SIGNED and dossier.signer == "staff-lanhdao"
    assert not box.isVisible() and box._key is None and box.password.text() == ""
    assert screen.mail.keys() == []


def test_only_what_was_seen_can_be_signed_together(desk, open_screen):
    first, second, third = numbered(desk), numbered(desk), numbered(desk)
    screen = open_screen()
    assert screen.batch_keys() == [first]
    screen.skip_this()
    assert screen.batch_keys() == [first, second]
    screen.sign_several()
    box = dialogs()[-1]
    assert [item.key for item in box.items] == [first, second]
    box.password.set_text(PASSWORD)
    box.primary.click()
    assert [status(desk, d) for d in (first, second, third)] == [
        Status.SIGNED, Status.SIGNED, Status.NUMBERED,
    ]  # fmt: skip
    assert "Xong 2" in box.total.text() and not box.primary.isVisible()
    box.reject()
    assert screen.mail.keys() == [third]


def test_one_failing_document_leaves_the_others_signed_and_stays_listed(desk, open_screen):
    first, second, third = numbered(desk), numbered(desk), numbered(desk)
    screen = open_screen()
    screen.skip_this()
    screen.skip_this()
    box = screen.sign(screen.batch_keys())
    issuing.void_number(desk.core, desk.as_("vanthu"), second, reason="Sai tên")
    box.password.set_text(PASSWORD)
    box.primary.click()
    assert [status(desk, d) for d in (first, second, third)] == [
        Status.SIGNED, Status.APPROVED, Status.SIGNED,
    ]  # fmt: skip
    assert desk.load(second).signed is None
    assert [item.key for item in box.waiting()] == [second]
    assert box.states[second].kind == "overdue" and "HS-01" in box.problems[second]
    assert box.primary.text() == "Ký lại 1 văn bản lỗi" and box.password.isVisible()
    box.reject()


def test_a_document_numbered_anew_is_not_signed_unseen(desk, open_screen):
    dossier_id = numbered(desk)
    screen = open_screen()
    box = screen.sign(screen.batch_keys())
    issuing.void_number(desk.core, desk.as_("vanthu"), dossier_id, reason="Sai ngày")
    desk.number(dossier_id)
    box.password.set_text(PASSWORD)
    box.primary.click()
    assert status(desk, dossier_id) is Status.NUMBERED and "KY-53" in box.problems[dossier_id]
    box.reject()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("password", ""),
        ("another leader", "KY-50"),
        ("expired", "KY-05"),
        ("no file", "KY-02"),
    ],
)
def test_a_key_that_may_not_sign_signs_nothing(desk, open_screen, spoil, code):
    first, second = numbered(desk), numbered(desk)
    screen = open_screen()
    screen.skip_this()
    keys = desk.core.home / "keys"
    if spoil == "another leader":
        screen.chip.use(key_path(keys, "staff-chutich"))
    elif spoil == "no file":
        screen.chip.use(keys / "nowhere.p12")
    elif spoil == "expired":
        desk.clock.set(desk.clock.now() + timedelta(days=4 * 365))
    box = screen.sign(screen.batch_keys())
    box.password.set_text("sai" if spoil == "password" else PASSWORD)
    box.primary.click()
    assert [status(desk, d) for d in (first, second)] == [Status.NUMBERED] * 2
    assert (code in box.problem.text()) if code else box.password.error()
    assert box.results == {} and box.primary.isEnabled()
    box.reject()


def test_the_key_is_always_described(desk, open_screen):
    screen = open_screen()
    assert "Nguyễn Văn Quyết" in screen.chip.text() and "tập huấn" in screen.chip.text()
    assert "1095" in screen.chip.text()
    screen.chip.use(desk.core.home / "nothing.p12")
    assert "Chưa có tệp khóa" in screen.chip.text()


def test_a_department_head_reads_and_returns_only(desk, open_screen):
    dossier_id = submitted(desk)
    screen = open_screen("phong")
    assert screen.mail.keys() == [dossier_id]
    assert not screen.main.isVisible() and not screen.several.isVisible()
    assert not screen.chip.isVisible() and screen.back.isEnabled()
    unsigned = result_paper(desk.core, desk.load(dossier_id), signer=None).data
    assert screen.review.pdf == unsigned
    screen._press()
    assert status(desk, dossier_id) is Status.SUBMITTED


def test_the_receiver_or_drafter_is_told_why_he_may_not_approve(desk, open_screen):
    dossier_id = submitted(desk)
    screen = open_screen()
    dossier = replace(screen.review.dossier, drafter="staff-lanhdao")
    screen._show(replace(screen.review, dossier=dossier))
    assert "soạn thảo" in screen.why.text() and not screen.main.isEnabled()
    assert status(desk, dossier_id) is Status.SUBMITTED


def test_another_screen_leads_to_a_document(desk, open_screen):
    _first, second = submitted(desk), submitted(desk)
    screen = open_screen()
    screen.arrive(second)
    assert screen.mail.current_key() == second and screen.review.dossier.id == second


def test_nothing_waiting_says_so(open_screen):
    screen = open_screen()
    assert screen.mail.empty.isVisible() and not screen.main.isEnabled()
    assert not screen.back.isEnabled() and not screen.several.isEnabled()


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_long_and_hostile_names_stay_text_and_whole(desk, open_screen, size):
    hostile = replace(NGUYET, address=HOSTILE)
    for person in (LONG, hostile):
        submitted(desk, person)
    screen = open_screen()
    screen.window().resize(*size)
    for _ in range(2):
        QApplication.processEvents()
        assert rich_places(screen) == [] and nameless(screen) == []
        assert cut_texts(screen) == []
        screen.skip_this()
    assert double_keys(screen.window()) == []


def test_a_draft_that_cannot_be_drawn_is_a_sentence(desk, open_screen):
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    handling.submit(
        desk.core, desk.as_("thuly"), dossier.id, draft=Draft("confirmation", {"content": "\ue000"})
    )
    screen = open_screen()
    assert screen.paper.empty.isVisible() and not screen.main.isEnabled()
    assert screen.paper.empty.sentence.text()


def test_an_approval_on_old_content_is_shown_once_and_never_in_the_batch(desk, open_screen):
    first, second = numbered(desk), numbered(desk)
    screen = open_screen()
    row = replace(screen.rows[first], stale=True)
    page = Page((row, screen.rows[second]), 2)
    screen._show_lists({Queue.TO_SIGN: page, Queue.STALE: Page((row,), 1)})
    assert screen.mail.keys() == [first, second] and screen.to_sign == [second]
    review = screen.review
    approval = replace(review.dossier.approval, stale=True)
    screen._show(replace(review, dossier=replace(review.dossier, approval=approval)))
    assert not screen.main.isEnabled() and screen.back.isEnabled()
    assert any("Phê duyệt trên bản cũ" in text for text in shown_texts(screen))


def test_the_list_has_the_cursor(desk, open_screen, qtbot):
    first, second = submitted(desk), submitted(desk)
    screen = open_screen()
    window = screen.window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert screen.mail.view.hasFocus() and screen.mail.current_key() == first
    qtbot.keyClick(screen.mail.view, Qt.Key.Key_Down)
    assert screen.review.dossier.id == second


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("make", [submitted, numbered])
def test_the_facts_fit_their_column(desk, open_screen, make, language):
    install_language(language)
    make(desk)
    screen = open_screen()
    needed = screen.side.widget().minimumSizeHint().width()
    assert needed <= screen.side.viewport().width() <= SIDE_WIDTH
