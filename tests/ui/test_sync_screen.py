"""The screen Đồng bộ: the chip leads to it; queue, both sides, machines, diagnosis, calm alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from models.envelope import Actor
from models.events.handling import Returned
from models.events.intake import Corrected
from models.staff import Role
from services.dossiers import handling
from services.store.blob_faults import note_damage, note_faults
from services.sync.diagnosis import Asked, diagnose
from services.sync.office_shelf import OfficeShelf
from tests.support.devices import Pc
from tests.support.office import NGUYET, Desk
from tests.support.second_pc import CITY, acknowledge, enrol, meet, second_pc, see
from tests.support.walk import cut_texts, double_keys, nameless, rich_places, shown_texts
from tests.sync.test_blobs import receive, scan
from tests.sync.test_diagnosis import Here
from tests.ui.admin_office import open_place
from tests.ui.desk_window import open_window
from ui.screens.sync.screen import SECTIONS
from ui.tasks import SerialTasks
from ui.widgets import Button

LONG = "Nguyễn Phúc Công Tằng Tôn Nữ Hoàng Ngọc Diễm Quỳnh Như Ý Ẵng"


@pytest.fixture
def pc(desk: Desk, tmp_path: Path):
    made = second_pc(desk, tmp_path / "second", LONG)
    yield made
    made.store.close()


def window(qtbot, desk: Desk, login: str, size=(1366, 768)):
    made = open_window(desk, login, SerialTasks(on_failure=raise_it), size=size)
    qtbot.addWidget(made.session.shell)
    return made


def raise_it(error: BaseException) -> None:
    raise error


def queued(desk: Desk) -> None:
    """An enrolled office without network; three acts of two people wait for three hours."""
    enrol(desk)
    acknowledge(desk)
    dossier = desk.receive(replace(NGUYET, name=LONG))
    desk.to_officer(dossier.id)
    desk.clock.advance(hours=3)
    see(desk, CITY, kind="city", name="Hà Nội", fault="DB-01", seen=False)


def contradicted(desk: Desk, pc: Pc) -> str:
    """A dossier that one leader approved and, on the other PC, returned; its id."""
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    meet(desk, pc)
    desk.approve(dossier.id)
    desk.clock.advance(minutes=1)
    pc.act(dossier.id, Actor("staff-lanhdao", Role.LEADER, "s"), Returned("thiếu xác nhận"))
    meet(desk, pc)
    return dossier.id


def buttons(screen, words: str) -> list[Button]:
    return [b for b in screen.findChildren(Button) if b.text() == words and b.isVisible()]


def test_an_office_of_its_own_stays_calm(qtbot, desk: Desk):
    made = window(qtbot, desk, "tiepnhan")
    screen = made.go("sync")
    chip = made.session.shell.top.network
    assert chip.property("chip") == "neutral"
    assert chip.accessibleName().startswith("Chưa nối với thành phố · chỉ có trên máy này: ")
    assert screen.queue.table.empty.isVisible() and screen.notice.property("banner") == "info"
    screen.primary_action.click()
    assert "chưa nối với thành phố" in made.said()
    assert cut_texts(screen) == [] and rich_places(screen) == [] and nameless(screen) == []
    assert double_keys(made.session.shell) == []


def test_the_chip_says_what_waits_and_leads_to_the_queue(qtbot, desk: Desk):
    queued(desk)
    made = window(qtbot, desk, "vanthu")
    made.go("dossiers")
    chip = made.session.shell.top.network
    assert "Mất mạng" in chip.accessibleName()
    assert "chờ gửi 3 (3 giờ) · chỉ có trên máy này: 3" in chip.accessibleName()
    chip.click()
    screen = made.session.shell.front()
    assert screen.name == "sync"
    rows = screen.queue.table.rows()
    assert [(r.what, r.age) for r in rows] == [
        ("Tiếp nhận", "3 giờ"), ("Chuyển phòng chuyên môn", "3 giờ"), ("Phân công", "3 giờ")
    ]  # fmt: skip
    assert desk.as_("tiepnhan").staff.name in screen.queue.people.text()
    assert "dưới tên người đã làm" in screen.queue.people.text()
    screen.queue.table.opened.emit(rows[0])
    assert made.session.shell.front().name == "dossiers"


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_nothing_is_cut_with_long_names(qtbot, desk: Desk, pc: Pc, size):
    queued(desk)
    see(desk, pc.journal.device.log, kind="hub", name=LONG, offset=-190_000)
    made = window(qtbot, desk, "lanhdao", size)
    screen = made.go("sync")
    for place in range(screen.tabs.count()):
        screen.tabs.setCurrentIndex(place)
        QApplication.processEvents()
        assert cut_texts(screen) == [] and rich_places(screen) == [] and nameless(screen) == []


def test_a_refresh_keeps_the_row_and_what_is_being_typed(qtbot, desk: Desk, pc: Pc):
    queued(desk)
    contradicted(desk, pc)
    made = window(qtbot, desk, "lanhdao")
    screen = made.go("sync")
    screen.queue.table.pick(screen.queue.table.rows()[1].key)
    screen.tabs.setCurrentIndex(2)
    screen.conflicts.decision.set_text("theo đơn")
    picked = screen.queue.table.current()
    desk.receive()
    meet(desk, pc)
    screen.shown()
    assert screen.queue.table.current().key == picked.key
    assert screen.conflicts.decision.text() == "theo đơn"
    assert len(screen.queue.table.rows()) > 4


def test_both_sides_stand_beside_each_other_and_a_leader_chooses(qtbot, desk: Desk, pc: Pc):
    dossier_id = contradicted(desk, pc)
    made = window(qtbot, desk, "lanhdao")
    made.go("dossiers", dossier_id)
    panel = made.session.shell.front().panel
    assert "Mâu thuẫn quyết định" in panel.trouble.words.text()
    panel.trouble.link.click()
    screen = made.session.shell.front()
    assert screen.name == "sync" and screen.tabs.currentIndex() == 2
    assert made.session.shell.rail.items["sync"].count == 1
    assert made.session.shell.status.words("conflicts") == "Mâu thuẫn cần giải quyết: 1"
    texts = shown_texts(screen.conflicts)
    for words in ("Phê duyệt", "Trả lại · Lý do: thiếu xác nhận", LONG, "hồ sơ ở «Chờ duyệt»"):
        assert words in texts
    (take,) = buttons(screen, "Lấy bên này")
    take.click()
    assert not desk.load(dossier_id).conflicts[0].resolved  # a reason comes first
    screen.conflicts.decision.set_text("thiếu giấy")
    take.click()
    found = desk.load(dossier_id)
    assert (found.conflicts[0].resolved, found.conflicts[0].side) == (True, "second")
    assert screen.conflicts.table.empty.isVisible()
    assert made.session.shell.rail.items["sync"].count == 0


def test_who_may_not_settle_sees_both_sides_and_why(qtbot, desk: Desk, pc: Pc):
    dossier_id = contradicted(desk, pc)
    made = window(qtbot, desk, "thuly")
    screen = made.go("sync", dossier_id)
    assert buttons(screen, "Lấy bên này") == [] and buttons(screen, "Mở hồ sơ")
    assert any(text.startswith("Bạn chỉ xem: ") for text in shown_texts(screen))


def test_a_field_offers_both_values_and_keeping_a_third(qtbot, desk: Desk, pc: Pc):
    dossier = desk.receive()
    meet(desk, pc)
    with desk.core.journal.act(desk.as_("tiepnhan").acting_as(Role.RECEPTIONIST)) as act:
        act.add(f"dossier/{dossier.id}", Corrected("x", request="2 bản"))
    desk.clock.advance(minutes=1)
    pc.act(dossier.id, Actor("staff-thuly", Role.OFFICER, "s"), Corrected("y", request="3 bản"))
    meet(desk, pc)
    made = window(qtbot, desk, "phong")
    screen = made.go("sync", dossier.id)
    screen.conflicts.decision.set_text("đã hỏi lại người dân")
    (keep,) = buttons(screen, "Đã sửa trong hồ sơ: giữ như đang hiện")
    keep.click()
    found = desk.load(dossier.id)
    assert (found.request, found.conflicts[0].resolved, found.conflicts[0].side) == (
        "2 bản", True, ""
    )  # fmt: skip


def test_machines_refusals_and_the_city_s_receipt(qtbot, desk: Desk, pc: Pc):
    queued(desk)
    see(desk, pc.journal.device.log, kind="pc", name=LONG, offset=200_000)
    log = desk.core.journal.device.log
    with desk.core.store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO refusal (peer, log, seq, code, words, at) VALUES (?,?,?,?,?,?)",
            (CITY, log, 1, "DB-08", "Gói thuộc cơ quan khác.", desk.clock.now().isoformat()),
        )
    screen = open_place(qtbot, desk, "sync", "kythuat")
    assert "1 gói bị từ chối" in screen.notice.words.text()
    screen.notice.link.click()
    QApplication.processEvents()
    assert screen.tabs.currentIndex() == 3
    assert [r.words for r in screen.machines.refused.rows()] == ["Gói thuộc cơ quan khác."]
    assert screen.machines.root.text() == "0001020304050607"
    words = {m.name: m for m in screen.machines.table.rows()}
    assert words[LONG].peer.offset_ms == 200_000
    assert {(r.who, r.code) for r in screen.queue.table.rows()} == {("", "")}
    assert screen.errors == []


def test_the_diagnosis_is_read_out_and_copied_without_names(qtbot, desk: Desk):
    made = window(qtbot, desk, "tiepnhan")
    screen = made.go("sync", "check")
    peers = (("PC chị Hạnh", "https://127.0.0.1:9"),)
    found = diagnose(Asked(peers=peers, skew_ms=0), Here())
    screen.check.show_found(found)
    assert screen.check.verdict.text() == "Vấn đề ở mạng trong cơ quan."
    assert "Bật" in screen.check.words.text() or "bật" in screen.check.words.text()
    screen.check.copy_button.click()
    copied = QApplication.clipboard().text()
    assert "Vấn đề ở mạng trong cơ quan." in copied and "Hạnh" not in copied


def test_send_now_says_when_the_city_did_not_answer(qtbot, desk: Desk):
    queued(desk)
    made = window(qtbot, desk, "tiepnhan")
    screen = made.go("sync")
    screen.desk = replace(screen.desk, send_now=lambda: True)
    screen.send_now()
    assert screen.progress.isVisible()
    for _ in range(5):
        screen.shown()
    assert not screen.progress.isVisible()
    assert made.said().startswith("Chưa gửi được 3 việc: ")


def test_what_matters_of_an_unsent_act_is_read_without_pointing_at_a_cell(qtbot, desk: Desk):
    queued(desk)
    made = window(qtbot, desk, "tiepnhan")
    screen = made.go("sync")
    texts = shown_texts(screen.queue)
    oldest = screen.queue.table.rows()[0]
    below = screen.queue.words.text()
    assert below in texts
    for part in (oldest.what, oldest.code, oldest.who, oldest.age, oldest.words):
        assert part in below
    assert "dây mạng" not in below and "F7" in below
    assert not cut_texts(screen)


def test_the_tab_and_the_rail_count_the_same_contradictions(qtbot, desk: Desk, pc: Pc):
    dossier = desk.receive()
    meet(desk, pc)
    right = replace(dossier.submitter, phone="0911111111", email="a@vidu.vn")
    handling.correct(
        desk.core, desk.as_("tiepnhan"), dossier.id, reason="x", submitter=right, applicant=right
    )
    other = replace(dossier.submitter, phone="0922222222", email="b@vidu.vn")
    desk.clock.advance(minutes=1)
    changed = tuple(f"{w}.{p}" for w in ("submitter", "applicant") for p in ("phone", "email"))
    event = Corrected("y", submitter=other, applicant=other, changed=changed)
    pc.act(dossier.id, Actor("staff-thuly", Role.OFFICER, "s"), event)
    meet(desk, pc)
    made = window(qtbot, desk, "phong")
    screen = made.go("sync", dossier.id)
    assert screen.tabs.tabText(SECTIONS.index("conflicts")) == "Mâu thuẫn (2)"
    assert made.session.shell.rail.items["sync"].count == 2
    assert {row.title for row in screen.conflicts.table.rows()} == {
        "Điện thoại của người nộp và chủ hồ sơ", "Thư điện tử của người nộp và chủ hồ sơ",
    }  # fmt: skip


def test_send_now_shows_how_much_is_left_until_the_city_has_it(qtbot, desk: Desk):
    queued(desk)
    made = window(qtbot, desk, "tiepnhan")
    screen = made.go("sync")
    screen.desk = replace(screen.desk, send_now=lambda: True)
    screen.send_now()
    assert screen.progress.isVisible() and screen.progress.maximum() == 3
    acknowledge(desk, behind=1)
    screen.shown()
    assert screen.progress.value() == 2 and "còn 1" in screen.progress.text()
    acknowledge(desk)
    screen.shown()
    assert not screen.progress.isVisible() and made.said() == "Thành phố đã nhận hết."


def test_a_wrong_clock_stands_in_the_status_line(qtbot, desk: Desk):
    enrol(desk)
    see(desk, CITY, kind="city", name="Hà Nội", offset=5 * 60_000)
    made = window(qtbot, desk, "tiepnhan")
    screen = made.go("sync")
    assert made.session.shell.status.words("clock") == "Đồng hồ máy này chậm 5 phút"
    assert "Đồng hồ máy này chậm 5 phút" in screen.notice.words.text()
    made.session.shell.status._parts["clock"].click()
    assert screen.tabs.currentIndex() == 3


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_attachments_are_listed_with_file_dossier_reason_and_owner(qtbot, desk: Desk, size):
    scanned = receive(desk, scan(3000), scan(5000, 2), scan(700, 3))
    enrol(desk)
    see(desk, CITY, kind="city", name="Hà Nội", fault="DB-01")
    OfficeShelf(desk.core).follow()
    first, second, _third = (each.sha256 for each in scanned.components[0].attachments)
    with desk.core.store.write() as tx:
        note_damage(tx, (first,), now_ms=1)
        note_faults(tx, (second,), peer=CITY, code="DB-22", now_ms=1)
    made = window(qtbot, desk, "tiepnhan", size)
    screen = made.go("sync", "files")
    table = screen.files.table
    states = {row.key: row.state for row in table.rows()}
    assert states[first] == "damaged" and states[second] == "refused" and len(states) == 3
    table.pick(second)
    assert "DB-22" in screen.files.words.text() and screen.files.open_button.isVisible()
    assert cut_texts(screen) == [] and rich_places(screen) == [] and nameless(screen) == []
    screen.files.open_button.click()
    assert made.session.shell.front().name == "dossiers"
