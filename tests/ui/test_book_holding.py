"""The book of numbers changes hands on the screen: handed over, or taken over by two people."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from models.errors import NotAllowed
from services.dossiers.book_holding import read_holding
from services.journal.device import make_device
from services.training.accounts import PASSWORD
from tests.support.office import Desk as Office
from tests.support.walk import cut_texts, shown_texts
from tests.ui.admin_office import open_place
from tests.ui.desk_window import dialogs
from tests.ui.test_approve_screen import submitted
from ui.screens.issue.book import BookBox
from ui.screens.issue.holding import HoldingBox


@pytest.fixture
def book(desk: Office):
    """A book with one number, and a second PC on the roster."""
    dossier = submitted(desk)
    desk.approve(dossier)
    desk.number(dossier)
    other = make_device(desk.clock, name="PC Tư pháp", slot=1)
    with desk.core.store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO device (log, off, public_key, slot, name, incarnation) "
            "VALUES (?,?,?,1,?,1)",
            (other.log, desk.core.office.unit_code, other.public_key, other.name),
        )
    return other


@pytest.fixture(autouse=True)
def no_dialog_stays():
    """Other tests take the newest dialog for theirs."""
    yield
    for each in dialogs():
        each.reject()


def holding(desk: Office):
    return read_holding(desk.core, desk.clock.now().year, "GXN")


def open_box(qtbot, screen) -> HoldingBox:
    for each in dialogs():
        each.reject()
    screen.book.click()
    qtbot.waitUntil(lambda: any(b.holding.isEnabled() for b in shown(BookBox)), timeout=30_000)
    shown(BookBox)[0].holding.click()
    qtbot.waitUntil(lambda: bool(shown(HoldingBox)), timeout=30_000)
    return shown(HoldingBox)[0]


def shown(kind):
    return [each for each in dialogs() if isinstance(each, kind)]


def test_the_book_is_handed_to_another_machine(qtbot, desk: Office, book) -> None:
    screen = open_place(qtbot, desk, "issue", "vanthu")
    box = open_box(qtbot, screen)
    assert any("Máy này đang giữ sổ; số cuối là 1." in text for text in shown_texts(box))
    assert not cut_texts(box)
    box.primary.click()
    qtbot.waitUntil(lambda: holding(desk).holder.log == book.log.hex(), timeout=30_000)
    assert (holding(desk).epoch, holding(desk).mine) == (2, False)
    qtbot.waitUntil(lambda: "PC Tư pháp" in said(screen), timeout=30_000)
    assert "bàn giao" in said(screen)


def said(screen) -> str:
    last = screen.desk.messages.last()
    return last.words if last else ""


def test_where_another_machine_numbers_no_number_is_promised(qtbot, desk: Office, book) -> None:
    waiting = submitted(desk)
    desk.approve(waiting)
    screen = open_place(qtbot, desk, "issue", "vanthu")
    screen.arrive(waiting)
    qtbot.waitUntil(lambda: promised(screen), timeout=30_000)
    box = open_box(qtbot, screen)
    box.primary.click()
    qtbot.waitUntil(
        lambda: "Máy khác đang giữ sổ số văn bản" in shown_texts(screen), timeout=30_000
    )
    assert not promised(screen)
    with pytest.raises(NotAllowed, match="SO-10") as refused:
        desk.number(waiting)
    for words in ("PC Tư pháp", "bàn giao", "tiếp quản", "Máy giữ sổ"):
        assert words in refused.value.next_step


def promised(screen) -> bool:
    return any(text.startswith("Số sẽ cấp: ") for text in shown_texts(screen))


def test_two_people_take_the_book_over_from_a_lost_machine(qtbot, desk: Office, book) -> None:
    journal = desk.core.journal
    journal.device = replace(journal.device, slot=1)
    screen = open_place(qtbot, desk, "issue", "vanthu")
    box = open_box(qtbot, screen)
    box.primary.click()
    qtbot.waitUntil(lambda: holding(desk).holder.log == book.log.hex(), timeout=30_000)
    box = open_box(qtbot, screen)
    assert any("PC Tư pháp" in text for text in shown_texts(box))
    assert not cut_texts(box)
    if folder := os.environ.get("MOTCUA_SHOTS"):
        box.grab().save(f"{folder}/take-over.png")

    def press(last: str, login: str, password: str = PASSWORD) -> None:
        for field, text in (
            (box.last, last), (box.reason, "máy hỏng"), (box.login, login),
            (box.password, password),
        ):  # fmt: skip
            field.set_text(text)
        box.primary.click()
        qtbot.waitUntil(lambda: screen.desk.tasks.idle(), timeout=30_000)

    press("x", "lanhdao")
    assert box.last.error()
    press("0", "lanhdao")
    assert "1" in box.problem.text() and not holding(desk).mine
    press("1", "vanthu")
    assert "hai người" in box.problem.text()
    press("1", "thuphi")
    assert "hai người" in box.problem.text() and holding(desk).epoch == 2
    press("1", "lanhdao")
    qtbot.waitUntil(lambda: holding(desk).mine, timeout=30_000)
    assert (holding(desk).epoch, holding(desk).last) == (3, 1)
    assert holding(desk).proposal is None
    qtbot.waitUntil(lambda: "tiếp quản" in said(screen), timeout=30_000)
    assert "số tiếp theo là 2" in said(screen)
