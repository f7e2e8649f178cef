"""Steps of the leader: sends one draft back, refuses one, approves and signs one."""

from __future__ import annotations

from typing import Any

from models.words import tr
from models.workflow import Status
from services.training.accounts import PASSWORD
from ui.tour.citizens import LAN, TAM, Citizen
from ui.tour.guide import Guide, Step
from ui.tour.hands import click_mail, dialog, expect, fill, press, until

__all__ = ["approving", "first_look", "signing"]

WHY_RETURNED = "Chưa xác nhận rõ thời gian cư trú tại phường"
WHERE = "Đoạn 4, câu xác nhận tình trạng hôn nhân"


def first_look() -> list[Step]:
    """After lunch: one document goes back, one refusal is confirmed."""
    return [
        Step("leader", lambda: tr("Lãnh đạo xem cả phường: việc cần làm trước"), look_around,
             at="2026-11-16T13:40", login="lanhdao"),
        Step("return-reason", lambda: tr("Lãnh đạo trả lại, ghi lý do và chỗ cần sửa"), say_why,
             at="2026-11-16T13:45"),
        Step("returned", lambda: tr("Văn bản về lại công chức"), send_back),
        Step("refused", lambda: tr("Đồng ý từ chối hồ sơ thứ ba"), refuse, at="2026-11-16T13:55"),
    ]  # fmt: skip


def approving() -> list[Step]:
    """The better draft is read and approved."""
    return [
        Step("approve-read", lambda: tr("Lãnh đạo đọc bản đã sửa"), read_again,
             at="2026-11-16T15:00", login="lanhdao"),
        Step("approved", lambda: tr("Ctrl+Enter: phê duyệt đúng bản đang xem"), approve),
    ]  # fmt: skip


def signing() -> list[Step]:
    """The numbered document is signed with the leader's own key."""
    return [
        Step("sign-password", lambda: tr("Ký số: gõ mật khẩu của khóa"), ask_to_sign,
             at="2026-11-16T15:40", login="lanhdao"),
        Step("signed", lambda: tr("Văn bản đã ký"), sign, at="2026-11-16T15:41"),
    ]  # fmt: skip


def open_mail(guide: Guide, place: str, citizen: Citizen) -> Any:
    """Go to a place with a list like mail and click the document of a citizen."""
    screen = guide.go(place)
    click_mail(screen.mail, guide.ids[citizen.key])
    guide.rest()
    seen = screen.review is not None and screen.review.dossier.id == guide.ids[citizen.key]
    expect(seen, tr("Văn bản của {name} không mở ra.", name=citizen.name))
    return screen


def look_around(guide: Guide) -> None:
    """The board of the whole ward."""
    screen = guide.go("today")
    expect(screen.today is not None and screen.today.open > 0, tr("Bảng Hôm nay trống."))


def say_why(guide: Guide) -> None:
    """Look at the document, then name the reason and the place."""
    open_mail(guide, "approve", TAM)
    press("F8")
    guide.rest()
    box: Any = dialog()
    fill(box.fields["reason"], WHY_RETURNED)
    fill(box.fields["place"], WHERE)


def send_back(guide: Guide) -> None:
    """Send it back."""
    press("Ctrl+Return")
    dossier = guide.expect_status(TAM.key, Status.PROCESSING)
    said = dossier.returned
    expect(said is not None and said.reason == WHY_RETURNED, tr("Lý do trả lại không được ghi."))


def refuse(guide: Guide) -> None:
    """Agree to the proposed refusal; the program asks once more."""
    open_mail(guide, "approve", LAN)
    press("Ctrl+Return")
    dialog()
    press("Ctrl+Return")
    guide.expect_status(LAN.key, Status.REFUSED)


def read_again(guide: Guide) -> None:
    """Open the improved document."""
    open_mail(guide, "approve", TAM)


def approve(guide: Guide) -> None:
    """Approve exactly what is shown."""
    press("Ctrl+Return")
    dossier = guide.expect_status(TAM.key, Status.APPROVED)
    expect(dossier.approval is not None and dossier.approval.by == "staff-lanhdao",
           tr("Phê duyệt không mang tên lãnh đạo."))  # fmt: skip


def ask_to_sign(guide: Guide) -> None:
    """Open the list of what will be signed and type the key's password."""
    open_mail(guide, "approve", TAM)
    press("Ctrl+Return")
    box: Any = dialog()
    fill(box.password, PASSWORD)


def sign(guide: Guide) -> None:
    """Sign."""
    press("Ctrl+Return")
    until(lambda: guide.app.tasks.idle(), tr("Việc ký không kết thúc."), limit_ms=30_000)
    dossier = guide.expect_status(TAM.key, Status.SIGNED)
    expect(dossier.signed is not None, tr("Văn bản chưa có chữ ký."))
