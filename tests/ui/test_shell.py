"""The frame: places and keys, changes heard in front and kept behind, lock, search, messages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit

from models.changed import Changed
from models.errors import InputError
from models.words import use_language
from services.clock import SystemClock
from tests.support.typing import type_text
from ui.changes import Changes
from ui.messages import Message, Messages
from ui.screens.base import Desk, Screen, ScreenSpec
from ui.shell.help import help_text
from ui.shell.shell import Person, Shell
from ui.tasks import SerialTasks
from ui.widgets import Choice, Field, PrimaryButton, TextArea, ask_reason, confirm


class Demo(Screen):
    """Remembers what happened to it."""

    def __init__(self, desk, title, name):
        super().__init__(desk, title)
        self.name = name
        self.heard, self.arrived, self.times, self.pressed = [], [], 0, []
        self.field = self.start = Field("Tên")
        self.area = TextArea("Ghi chú")
        self.body.addWidget(self.field)
        self.body.addWidget(self.area)
        self.primary(PrimaryButton("Lưu", key="Ctrl+Return", act=lambda: self.pressed.append(1)))
        self.add_key("F8", "Trả lại", lambda: self.pressed.append("F8"))

    def shown(self):
        self.times += 1

    def refresh(self, changed):
        self.heard.append(changed)

    def arrive(self, target):
        self.arrived.append(target)


class World:
    """A shell, and the counts it was told."""

    def __init__(self, qtbot, **more):
        self.errors, self.asked = [], 0
        self.messages = Messages()
        tasks = SerialTasks(on_failure=self.errors.append)
        office = SimpleNamespace(core=SimpleNamespace(clock=SystemClock()))
        desk = Desk(office, tasks, Changes(), self.messages)
        specs = [
            ScreenSpec("a", "Màn một", "home", lambda d: Demo(d, "Màn một", "a"), key="F3"),
            ScreenSpec("b", "Màn hai", "pen", lambda d: Demo(d, "Màn hai", "b"), key="F4"),
            ScreenSpec("c", "Cấm", "gear", lambda d: Demo(d, "x", "c"), visible=lambda: False),
        ]
        self.shell = Shell(specs, desk, finder=self.find, counter=self.count, **more)
        qtbot.addWidget(self.shell)
        self.shell.say_user(Person("Nguyễn Thị Hồng Hạnh", "Tiếp nhận", "Phường Định Công"))
        self.shell.go("a")
        self.shell.show()
        self.shell.activateWindow()
        qtbot.waitUntil(self.shell.isActiveWindow)

    def find(self, text, answer):
        answer([Choice("d1", f"Hồ sơ {text}")])

    def count(self, answer):
        self.asked += 1
        answer({"a": self.asked})


@pytest.fixture
def world(qtbot):
    return World(qtbot)


def test_places_open_by_key_and_click_and_only_those_allowed(qtbot, world):
    shell = world.shell
    assert list(shell.rail.items) == ["a", "b"] and shell.go("c") is None
    assert "b" not in shell.screens
    qtbot.keyClick(shell, Qt.Key.Key_F4)
    assert shell.front().name == "b" and shell.rail.items["b"].isChecked()
    assert shell.windowTitle() == "Màn hai · Một Cửa"
    shell.rail.items["a"].click()
    assert shell.front().name == "a" and shell.front().times == 2


def test_a_screen_can_lead_to_another_with_a_target(world):
    world.shell.front().desk.go("b", "dossier-7")
    assert world.shell.front().arrived == ["dossier-7"]


def test_the_cursor_starts_where_work_begins(world):
    assert world.shell.front().field.line.hasFocus()


def test_changes_reach_the_front_now_and_the_others_when_they_come_forward(world):
    shell = world.shell
    one, other = shell.go("a"), shell.go("b")
    shell.desk.changes.tell(Changed(frozenset({"x"}), queues=True), by=other)
    shell.desk.changes.tell(Changed(frozenset({"y"}), settings=True))
    assert len(other.heard) == 2 and one.heard == []
    shell.go("a")
    assert one.heard == [Changed(frozenset({"x", "y"}), queues=True, settings=True)]
    shell.go("b")
    assert len(other.heard) == 2


def test_counts_are_read_again_only_when_queues_move(world):
    assert world.asked == 1 and world.shell.rail.items["a"].hint() == "1"
    world.shell.desk.changes.tell(Changed(settings=True))
    assert world.asked == 1
    world.shell.desk.changes.tell(Changed(queues=True))
    assert world.asked == 2 and world.shell.rail.items["a"].accessibleName() == "Màn một, 2"


def test_the_primary_key_works_also_inside_a_text_area(qtbot, world):
    screen = world.shell.front()
    screen.area.setFocus()
    type_text(screen.area.area, "ghi")
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(screen.area.area, Qt.Key.Key_Return, control)
    qtbot.keyClick(screen.area.area, Qt.Key.Key_Enter, control | Qt.KeyboardModifier.KeypadModifier)
    assert screen.pressed == [1, 1] and screen.area.text() == "ghi"
    qtbot.keyClick(screen.field.line, Qt.Key.Key_F8)
    assert screen.pressed[-1] == "F8"


def test_a_disabled_primary_does_nothing(qtbot, world):
    screen = world.shell.front()
    screen.primary_action.setEnabled(False)
    qtbot.keyClick(screen.field.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert screen.pressed == []


def test_search_from_anywhere_and_escape(qtbot, world):
    shell, found = world.shell, []
    shell.found.connect(found.append)
    qtbot.keyClick(shell.front().field.line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert shell.top.search.hasFocus()
    type_text(shell.top.search, "Nguyễn")
    qtbot.waitUntil(shell.top.popup.is_open)
    qtbot.keyClick(shell.top.search, Qt.Key.Key_Return)
    assert [c.title for c in found] == ["Hồ sơ Nguyễn"] and shell.top.search.text() == ""


def test_question_mark_opens_the_keys_but_can_be_typed(qtbot, world):
    shell = world.shell
    line = shell.front().field.line
    qtbot.keyClick(line, "?")
    assert line.text() == "?" and shell.findChild(QDialog) is None
    shell.rail.items["a"].setFocus()
    qtbot.keyClick(shell.rail.items["a"], "?")
    sheet = shell.findChild(QDialog)
    assert sheet is not None and sheet.isVisible()
    texts = [w.text() for w in sheet.findChildren(QLabel)]
    assert "F8" in texts and "Trả lại" in texts and "Ctrl Enter" in texts


def test_f1_opens_the_page_of_this_screen_in_the_language(qtbot, world, monkeypatch, tmp_path):
    for language, words in (("vi", "# Màn một\n\nGõ tên."), ("en", "# Screen one\n\nType.")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "a.md").write_text(words, "utf-8")
    monkeypatch.setattr("ui.shell.help.FOLDER", tmp_path)
    qtbot.keyClick(world.shell.front().field.line, Qt.Key.Key_F1)
    assert world.shell.findChild(QDialog).windowTitle() == "Hướng dẫn: Màn một"
    assert help_text("a").endswith("Gõ tên.")
    use_language("en", {})
    assert help_text("a").endswith("Type.")
    assert "chưa có" in help_text("none")


def test_the_lock_covers_everything_and_gives_it_back(qtbot, world):
    shell = world.shell
    asked, unlock = [], []
    shell.lock_asked.connect(lambda: asked.append(1))
    shell.unlock_asked.connect(unlock.append)
    qtbot.keyClick(shell.front().field.line, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert asked == [1]
    type_text(shell.front().field.line, "đang gõ")
    box = ask_reason(shell, "Trả lại", primary="Trả lại", act=lambda r: None)
    type_text(box.findChild(QPlainTextEdit), "Thiếu")
    shell.lock_now()
    assert shell.is_locked() and not box.isVisible() and not shell.rail.isVisible()
    qtbot.keyClick(shell, Qt.Key.Key_F4)
    assert shell.front().name == "a"
    type_text(shell.lock.card.password.line, "mật khẩu")
    qtbot.keyClick(shell.lock.card.password.line, Qt.Key.Key_Return)
    assert unlock == ["mật khẩu"]
    shell.lock.card.refuse("Sai mật khẩu.")
    assert shell.lock.card.problem.isVisible() and shell.lock.card.password.text() == ""
    shell.unlock()
    assert not shell.is_locked() and box.isVisible()
    assert box.findChild(QPlainTextEdit).toPlainText() == "Thiếu"
    assert shell.front().field.text() == "đang gõ"


def test_messages_show_above_the_screen_and_done_goes_by_itself(qtbot, world):
    shell = world.shell
    world.messages.say(Message("Ổ đĩa đầy.", "overdue", "Xoá bớt tệp.", "MA-01", "unit.py:1"))
    assert shell.banner.isVisible()
    assert shell.banner.words.text() == "Ổ đĩa đầy. Xoá bớt tệp. Mã hỗ trợ: MA-01"
    assert not shell.banner.more.isVisible() and not shell._banner_clock.isActive()
    shell.banner.fold.click()
    assert shell.banner.more.isVisible() and shell.banner.more.text() == "unit.py:1"
    world.messages.done("Đã tiếp nhận.")
    assert shell._banner_clock.isActive()
    shell._banner_clock.timeout.emit()
    assert not shell.banner.isVisible() and not shell._banner_room.isVisible()
    assert world.messages.last().kind == "done" and len(world.messages.history) == 2


def test_the_network_is_told_honestly(world):
    assert world.shell.top.network.accessibleName() == "Chưa nối với thành phố"


def test_status_parts_can_be_pressed(world):
    pressed = []
    world.shell.status_pressed.connect(pressed.append)
    world.shell.say_status("token", "Thẻ ký: chưa cắm")
    world.shell.status._parts["token"].click()
    assert pressed == ["token"] and world.shell.status.words("token") == "Thẻ ký: chưa cắm"


def test_an_input_error_lands_under_its_field_and_others_at_the_handler(world):
    screen = world.shell.front()

    def wrong(field):
        raise InputError("ND-01", "Tên trống.", "Hãy gõ tên.", field=field)

    screen.write(lambda: wrong("name"), print, failed=screen.blame({"name": screen.field}))
    assert screen.field.error() == "Tên trống. Hãy gõ tên. (ND-01)" and world.errors == []
    screen.write(lambda: wrong("other"), print, failed=screen.blame({"name": screen.field}))
    assert [e.field for e in world.errors] == ["other"]


def test_a_narrow_window_folds_the_rail_and_a_wide_one_unfolds_it(qtbot, world):
    shell = world.shell
    shell.resize(911, 512)
    qtbot.waitUntil(lambda: shell.rail.width() < 60)
    assert not shell.top._name.isVisible()
    shell.resize(1366, 740)
    qtbot.waitUntil(lambda: shell.rail.width() == 196)


def test_closing_is_announced(qtbot, world):
    closed = []
    world.shell.closing.connect(lambda: closed.append(1))
    world.shell.close()
    assert closed == [1]


def test_a_reason_is_demanded_before_the_act(qtbot, world):
    reasons = []
    box = ask_reason(
        world.shell, "Trả lại", primary="Trả lại", act=reasons.append, examples=["Thiếu chữ ký"]
    )
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.waitUntil(box.isActiveWindow)
    qtbot.keyClick(box, Qt.Key.Key_Return, control)
    assert reasons == [] and box.isVisible()
    assert any(w.property("role") == "error" and w.isVisible() for w in box.findChildren(QLabel))
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.isVisible()
    area = box.findChild(QPlainTextEdit)
    type_text(area, "Thiếu bản chính")
    qtbot.keyClick(area, Qt.Key.Key_Return, control)
    assert reasons == ["Thiếu bản chính"] and not box.isVisible()


def test_escape_leaves_a_dialog_without_doing(qtbot, world):
    done = []
    box = confirm(world.shell, "Huỷ số?", "…", primary="Huỷ số", act=lambda: done.append(1))
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert done == [] and not box.isVisible()
    box = confirm(world.shell, "Huỷ số?", "…", primary="Huỷ số", act=lambda: done.append(1))
    box.primary.click()
    assert done == [1] and not box.isVisible()


def test_training_is_always_said(qtbot):
    assert World(qtbot, training=True).shell.top.training.isVisible()
    assert not World(qtbot).shell.top.training.isVisible()
