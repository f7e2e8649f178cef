"""Phát hành: numbers in order, a seal only on what the leader signed, a check before the desk."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PySide6.QtWidgets import QApplication

from models.workflow import Status
from services.dossiers import issuing
from services.dossiers.book_export import book_csv, book_gaps
from services.language import install_language
from services.signing.training_pki import _make_root, key_path
from services.training.office import PASSWORD
from tests.support.office import NGUYET
from tests.support.office import Desk as Office
from tests.support.walk import cut_texts, double_keys, nameless, rich_places, shown_texts
from tests.ui.admin_office import open_place
from tests.ui.desk_window import dialogs
from tests.ui.test_approve_screen import LONG, status, submitted
from ui.screens.issue.screen import SIDE_WIDTH


def approved(desk: Office, person=NGUYET) -> str:
    dossier_id = submitted(desk, person)
    desk.approve(dossier_id)
    return dossier_id


def signed(desk: Office) -> str:
    dossier_id = approved(desk)
    desk.number(dossier_id)
    desk.sign(dossier_id)
    return dossier_id


@pytest.fixture
def open_screen(qtbot, desk: Office):
    return lambda login="vanthu": open_place(qtbot, desk, "issue", login)


def test_a_number_is_shown_before_it_is_taken(desk, open_screen):
    first, second = approved(desk), approved(desk)
    screen = open_screen()
    assert any("Số sẽ cấp: 01/GXN-UBND" in text for text in shown_texts(screen))
    screen.main.click()
    assert desk.load(first).number.notation == "01/GXN-UBND"
    assert screen.mail.keys() == [second]
    assert any("Số sẽ cấp: 02/GXN-UBND" in text for text in shown_texts(screen))
    assert "01/GXN-UBND" in screen.desk.messages.last().words


def test_sealing_checks_the_file_and_sends_it_to_the_desk(desk, open_screen):
    dossier_id = signed(desk)
    screen = open_screen()
    assert screen.main.text() == "Đóng dấu, chuyển về một cửa"
    screen.main.click()
    box = dialogs()[-1]
    box.password.set_text(PASSWORD)
    box.primary.click()
    assert status(desk, dossier_id) is Status.DONE and not box.isVisible()
    assert screen.mail.keys() == [dossier_id] and dossier_id in screen.just_done
    assert "hợp lệ" in shown_texts(screen) and not screen.main.isVisible()
    row = screen.just_done[dossier_id]
    assert (row.status, bool(row.done_at)) == (Status.DONE, True)  # its chip counts no more


def test_several_are_sealed_as_one_listed_batch(desk, open_screen):
    ids = [signed(desk) for _ in range(3)]
    screen = open_screen()
    screen.seal_several()
    box = dialogs()[-1]
    assert [item.key for item in box.items] == ids
    box.password.set_text(PASSWORD)
    box.primary.click()
    assert {status(desk, d) for d in ids} == {Status.DONE}
    box.reject()


def test_a_persons_key_never_seals(desk, open_screen):
    dossier_id = signed(desk)
    screen = open_screen()
    screen.chip.use(key_path(desk.core.home / "keys", "staff-lanhdao"))
    box = screen.seal([dossier_id])
    box.password.set_text(PASSWORD)
    box.primary.click()
    assert "KY-51" in box.problem.text() and status(desk, dossier_id) is Status.SIGNED
    box.reject()


def forget_the_root(desk) -> None:
    for pem in (desk.core.home / "keys" / "roots").glob("*.pem"):
        pem.write_bytes(other_root())


def test_a_seal_that_fails_the_check_is_never_put_on(desk, open_screen):
    dossier_id = signed(desk)
    forget_the_root(desk)
    screen = open_screen()
    box = screen.seal([dossier_id])
    box.password.set_text(PASSWORD)
    box.primary.click()
    assert status(desk, dossier_id) is Status.SIGNED
    assert any("KY-54" in text for text in shown_texts(box))
    box.reject()


def test_a_sealed_file_that_fails_the_check_stays_here_until_it_is_given_up(desk, open_screen):
    dossier_id = signed(desk)
    desk.seal(dossier_id)
    forget_the_root(desk)
    screen = open_screen()
    screen.main.click()
    assert status(desk, dossier_id) is Status.SEALED
    assert screen.desk.messages.last().kind == "soon"
    assert screen.mail.keys() == [dossier_id] and not screen.just_done
    assert screen.void.isVisible() and screen.void.text() == "Hủy văn bản đã ký"
    screen.void.click()
    box = dialogs()[-1]
    box.fields["reason"].set_text("Khóa sai")
    box.primary.click()
    assert status(desk, dossier_id) is Status.APPROVED
    assert screen.main.text() == "Cấp số" and screen.main.isEnabled()


def other_root() -> bytes:
    """A root certificate nobody here was signed under."""
    made = _make_root(datetime(2026, 11, 16, tzinfo=UTC))
    return made.certificate.public_bytes(Encoding.PEM)


def test_the_book_shows_void_numbers_and_exports_them(desk, open_screen):
    first, second = approved(desk), approved(desk, replace(NGUYET, name="Đặng Văn Sáu"))
    desk.number(first)
    desk.number(second)
    issuing.void_number(desk.core, desk.as_("vanthu"), second, reason="=Sai ngày")
    screen = open_screen()
    screen.book.click()
    box = dialogs()[-1]
    assert [entry.number for entry in box.table.rows()] == [2, 1]
    assert box.whole.text() == "liên tục, không thiếu số · 1 số hủy"
    lines = list(csv.reader(io.StringIO(book_csv(box.entries).decode("utf-8-sig"))))
    assert lines[2][5:] == ["đã hủy", "'=Sai ngày"] and lines[1][1] == "01/GXN-UBND"
    assert book_gaps(box.entries[1:]) == [1]
    box.reject()


def test_nothing_waiting_says_so(open_screen):
    screen = open_screen()
    assert screen.mail.empty.isVisible() and not screen.main.isEnabled()
    assert not screen.several.isEnabled()


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_words_are_whole_and_plain(desk, open_screen, size):
    approved(desk, LONG)
    signed(desk)
    screen = open_screen()
    screen.window().resize(*size)
    for _ in range(2):
        QApplication.processEvents()
        assert rich_places(screen) == [] and nameless(screen) == []
        assert cut_texts(screen) == []
        screen.mail.step(1)
    assert double_keys(screen.window()) == []


def test_the_facts_fit_their_column_in_english(desk, open_screen):
    install_language("en")
    signed(desk)
    screen = open_screen()
    needed = screen.side.widget().minimumSizeHint().width()
    assert needed <= screen.side.viewport().width() <= SIDE_WIDTH
