"""Steps of a week later: what is overdue, the catalogue, a late holiday, the journal."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.calendar_notice import NoticeKind
from models.words import tr
from ui.tour.citizens import LONG, SINGLE_STATUS
from ui.tour.guide import Guide, Step
from ui.tour.hands import choose, click, click_row, click_tab, dialog, expect, fill, press, until

__all__ = ["administration", "inspection", "monday"]

CLOSED_DAY = date(2026, 11, 25)
LABEL = "Nghỉ phòng chống bão"
SOURCE = "Công điện giả định phục vụ tập huấn, ngày 22/11/2026"


def monday() -> list[Step]:
    """The leader's morning, one week later."""
    return [
        Step("overdue", lambda: tr("Một tuần sau: hồ sơ quá hạn hiện ra, vì sao ngày ấy"),
             look_at_overdue, at="2026-11-23T07:50", login="lanhdao"),
        Step("help", lambda: tr("F1: hướng dẫn của màn hình"), read_help),
    ]  # fmt: skip


def administration() -> list[Step]:
    """The business administrator: catalogue, people, a holiday announced late."""
    return [
        Step("catalogue", lambda: tr("Danh mục: đã nạp bao nhiêu, ô nào chưa xác minh"),
             look_at_catalogue, at="2026-11-23T08:30", login="quantri"),
        Step("people", lambda: tr("Người dùng và vai trò"), look_at_people),
        Step("calendar", lambda: tr("Lịch nghỉ cả năm"), look_at_calendar),
        Step("late-holiday", lambda: tr("Ngày nghỉ báo muộn: xem trước ngày hẹn sẽ dời"),
             preview_holiday),
        Step("dates-moved", lambda: tr("Thêm ngày nghỉ, dời ngày hẹn"), add_holiday),
    ]  # fmt: skip


def inspection() -> list[Step]:
    """The inspector checks the whole journal."""
    return [
        Step("journal", lambda: tr("Nhật ký: mọi việc, mới nhất trước"), look_at_journal,
             at="2026-11-23T09:15", login="giamsat"),
        Step("journal-verified", lambda: tr("F7: kiểm tra từng mắt xích và chữ ký"),
             check_journal),
    ]  # fmt: skip


def look_at_overdue(guide: Guide) -> None:
    """Press the card of what is overdue; the dossier of the tour is among them."""
    screen = guide.go("today")
    click(screen.numbers.cards["overdue"])
    guide.rest()
    late = next(b.count for b in screen.today.buckets if b.name == "overdue")
    expect(late > 0, tr("Không có hồ sơ quá hạn nào."))
    click_row(screen.table, guide.ids[LONG.key])
    guide.rest()
    dossier = guide.dossier(LONG.key)
    now = guide.clock.now().isoformat()
    expect(dossier.due < now, tr("Hồ sơ của {name} chưa quá hạn.", name=LONG.name))


def read_help(guide: Guide) -> None:
    """The help page of the screen in front."""
    press("F1")
    dialog()


def look_at_catalogue(guide: Guide) -> None:
    """Search without accents; one procedure beside the list."""
    screen = guide.go("catalogue")
    fill(screen.procedures.search, "tinh trang hon nhan")
    guide.rest()
    click_row(screen.procedures.table, SINGLE_STATUS)
    guide.rest()


def look_at_people(guide: Guide) -> None:
    """One appointment in its form."""
    screen = guide.go("admin")
    click_row(screen.people.table, "staff-lanhdao")
    guide.rest()


def look_at_calendar(guide: Guide) -> None:
    """The year with its days off."""
    screen = guide.screen("admin")
    click_tab(screen.tabs.tabBar(), 1)
    guide.rest()
    expect(screen.calendar.isVisible(), tr("Lịch nghỉ không hiện."))


def preview_holiday(guide: Guide) -> None:
    """Type a notice and look at the dates it would move; nothing has changed yet."""
    press("Ctrl+N")
    box: Any = dialog()
    fill(box.day, f"{CLOSED_DAY:%d/%m/%Y}")
    choose(box.kind, NoticeKind.HOLIDAY)
    fill(box.label_field, LABEL)
    fill(box.source, SOURCE)
    press("Ctrl+Return")
    guide.rest()
    expect(box.table.rows(), tr("Không ngày hẹn nào phải dời."))
    expect(guide.core.calendar.is_working(CLOSED_DAY), tr("Lịch đã đổi trước khi đồng ý."))
    guide.notes["moving"] = {row.dossier.id: row.moved.new_due for row in box.table.rows()}


def add_holiday(guide: Guide) -> None:
    """Agree: every date in the list moves, the first ones are kept."""
    press("Ctrl+Return")
    guide.rest()
    until(lambda: not guide.core.calendar.is_working(CLOSED_DAY), tr("Ngày nghỉ không được ghi."))
    for dossier_id, due in guide.notes["moving"].items():
        guide.ids["moved"] = dossier_id
        expect(guide.dossier("moved").due == due.isoformat(), tr("Ngày hẹn không được dời."))


def look_at_journal(guide: Guide) -> None:
    """The newest events."""
    screen = guide.go("journal")
    expect(screen.events.table.rows(), tr("Nhật ký trống."))
    screen.events.table.setFocus()
    press("Down")
    guide.rest()


def check_journal(guide: Guide) -> None:
    """Check the whole chain; the banner says how it stands."""
    screen = guide.screen("journal")
    press("F7")
    guide.rest()
    expect(screen.result.isVisible() and screen.progress.isHidden(),
           tr("Kết quả kiểm tra nhật ký không hiện."))  # fmt: skip
