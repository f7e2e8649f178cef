"""Steps of the receptionist: citizens come, their dossiers are received, the receipt is kept."""

from __future__ import annotations

from models.words import tr
from models.workflow import Status
from ui.tour.citizens import LAN, LONG, SINGLE_STATUS, TAM, Citizen
from ui.tour.dossier_work import save_as
from ui.tour.guide import Guide, Step
from ui.tour.hands import click, expect, fill, press, type_here, until
from ui.tour.keepsakes import RECEIPT

__all__ = ["intake"]


def intake() -> list[Step]:
    """Three citizens in the morning; the first one slowly, with a picture of every stage."""
    return [
        Step("intake-procedure", lambda: tr("F2, gõ «doc than»: tìm thủ tục"), find_procedure,
             at="2026-11-16T08:10", login="tiepnhan"),
        Step("intake-card", lambda: tr("Quét thẻ căn cước vào bất kỳ ô nào"), scan_card),
        Step("intake-form", lambda: tr("Điện thoại, giấy tờ; giấy hẹn xem trước"), fill_form),
        Step("intake-why", lambda: tr("Alt+V: vì sao ngày này"), ask_why),
        Step("receipt", lambda: tr("Ctrl+Enter: tiếp nhận; lưu giấy hẹn PDF"), receive_first),
        Step("intake-second", lambda: tr("Người thứ hai: hồ sơ sẽ phải bổ sung"),
             lambda guide: receive_quickly(guide, LONG), at="2026-11-16T08:25"),
        Step("intake-third", lambda: tr("Người thứ ba: hồ sơ sẽ bị từ chối"),
             lambda guide: receive_quickly(guide, LAN), at="2026-11-16T08:40"),
    ]  # fmt: skip


def find_procedure(guide: Guide) -> None:
    """Open the screen and type an abbreviation; the hits stay open."""
    screen = guide.go("intake")
    picker = screen.view.procedure.picker
    until(picker.editor.hasFocus, tr("Ô tìm thủ tục không nhận con trỏ."))
    type_here("doc than")
    guide.rest()
    until(picker.popup.is_open, tr("Gõ «{text}» không ra kết quả nào.", text="doc than"))


def scan_card(guide: Guide) -> None:
    """Take the first hit; the scanner then types into whatever has the cursor."""
    screen = guide.screen("intake")
    press("Return")
    expect(screen.form.front.procedure == SINGLE_STATUS, tr("Thủ tục không được chọn."))
    guide.rest()
    scan(guide, TAM)


def scan(guide: Guide, citizen: Citizen) -> None:
    """Type what a scanner types, with its Enter at the end."""
    screen = guide.screen("intake")
    type_here(citizen.card())
    press("Return")
    guide.rest()
    seen = screen.view.person.fields.person()
    expect(
        (seen.name, seen.id_number) == (citizen.name, citizen.person.id_number),
        tr("Thẻ căn cước không được nhận ra."),
    )


def fill_form(guide: Guide) -> None:
    """What the citizen tells, and the papers; the receipt is drawn meanwhile."""
    tell(guide, TAM)
    screen = guide.screen("intake")
    until(lambda: screen.view.paper.pdf, tr("Giấy hẹn xem trước không được dựng."))
    guide.rest()


def ask_why(guide: Guide) -> None:
    """The panel that explains the date."""
    press("Alt+V")
    guide.rest()
    screen = guide.screen("intake")
    expect(screen.view.why.isVisible(), tr("Ô «vì sao ngày này» không hiện."))


def tell(guide: Guide, citizen: Citizen) -> None:
    """Phone, address, note, and every paper there."""
    screen = guide.screen("intake")
    fields = screen.view.person.fields
    fill(fields.phone, citizen.phone)
    press("Return")
    fill(fields.address, citizen.address)
    fill(screen.view.handing.note, citizen.purpose)
    press("Alt+A")
    guide.rest()
    expect(not screen.view.checklist.unchecked(), tr("Còn giấy tờ chưa kiểm."))


def receive_first(guide: Guide) -> None:
    """Receive and keep the receipt as a file."""
    store(guide, TAM)
    path = guide.out / RECEIPT
    save_as(guide, path)
    expect(path.read_bytes().startswith(b"%PDF-"), tr("Giấy hẹn lưu ra không phải PDF."))


def store(guide: Guide, citizen: Citizen) -> None:
    """Press Ctrl+Enter and find the dossier in the store."""
    screen = guide.screen("intake")
    press("Ctrl+Return")
    until(lambda: screen.received and screen.received[-1].submitter.name == citizen.name,
          tr("Hồ sơ của {name} không được lưu.", name=citizen.name))  # fmt: skip
    guide.rest()
    guide.ids[citizen.key] = guide.find_newest(citizen.name)
    dossier = guide.expect_status(citizen.key, Status.RECEIVED)
    expect(dossier.due, tr("Hồ sơ chưa có ngày hẹn."))


def receive_quickly(guide: Guide, citizen: Citizen) -> None:
    """The whole intake in one go."""
    screen = guide.screen("intake")
    click(screen.done.next_button)
    until(screen.view.procedure.picker.editor.hasFocus, tr("Ô tìm thủ tục không nhận con trỏ."))
    type_here(SINGLE_STATUS)
    guide.rest()
    until(screen.view.procedure.picker.popup.is_open,
          tr("Gõ «{text}» không ra kết quả nào.", text=SINGLE_STATUS))  # fmt: skip
    press("Return")
    guide.rest()
    scan(guide, citizen)
    tell(guide, citizen)
    store(guide, citizen)
