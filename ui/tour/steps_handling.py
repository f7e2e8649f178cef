"""Steps inside the department: transfer, assignment, draft, supplement, a proposed refusal."""

from __future__ import annotations

from models.words import tr
from models.workflow import Act, Status
from services.dossiers.queues import Queue
from ui.tour.citizens import LAN, LONG, TAM, Citizen
from ui.tour.dossier_work import begin_act, save_as, section
from ui.tour.guide import Guide, Step
from ui.tour.hands import choose, click_row, click_tab, dialog, expect, fill, press, until
from ui.tour.keepsakes import SUPPLEMENT

__all__ = ["first_handling", "improving", "supplement_comes"]

MISSING = "Giấy tờ chứng minh đã ly hôn: bản án hoặc quyết định có hiệu lực của Tòa án"
WHY_MISSING = "Công dân khai đã ly hôn năm 2019 nhưng chưa nộp giấy tờ chứng minh"
CONTENT = "Hiện tại chưa đăng ký kết hôn với ai."
BETTER = (
    "Trong thời gian cư trú tại phường từ ngày 15/6/2012 đến nay chưa đăng ký kết hôn với ai; "
    "hiện tại chưa đăng ký kết hôn với ai."
)
WHY_REFUSED = "Công dân đang có hôn nhân được ghi trong Sổ đăng ký kết hôn, chưa ly hôn"
LAW = "Điều 21, Điều 22 Nghị định số 123/2015/NĐ-CP"


def first_handling() -> list[Step]:
    """From the desk to the officer, and what the officer decides about each dossier."""
    return [
        Step("transfer", lambda: tr("Chuyển cả ba hồ sơ đến phòng chuyên môn"), transfer,
             at="2026-11-16T09:00", login="tiepnhan"),
        Step("assign", lambda: tr("Trưởng phòng phân công"), assign,
             at="2026-11-16T09:30", login="phong"),
        Step("supplement", lambda: tr("Công chức yêu cầu bổ sung, in phiếu 02"), ask_supplement,
             at="2026-11-16T10:15", login="thuly"),
        Step("propose-refusal", lambda: tr("Trình từ chối, có lý do và căn cứ"), propose_refusal,
             at="2026-11-16T10:40"),
        Step("draft", lambda: tr("Soạn văn bản kết quả, xem trước ngay bên cạnh"), write_draft,
             at="2026-11-16T11:00"),
        Step("submit", lambda: tr("Ctrl+Enter: trình duyệt"), submit, at="2026-11-16T11:10"),
    ]  # fmt: skip


def supplement_comes() -> list[Step]:
    """The next day the citizen brings what was missing."""
    return [
        Step("supplement-received", lambda: tr("Nhận bổ sung: thời hạn tính lại từ đầu"),
             receive_supplement, at="2026-11-17T09:20", login="tiepnhan"),
        Step("new-date", lambda: tr("Vì sao có ngày hẹn mới"), explain_new_date),
    ]  # fmt: skip


def improving() -> list[Step]:
    """The officer sees why the draft came back, and submits it again."""
    return [
        Step("returned-seen", lambda: tr("Công chức thấy lý do trả lại"), see_return,
             at="2026-11-16T14:20", login="thuly"),
        Step("resubmit", lambda: tr("Sửa dự thảo và trình lại"), resubmit, at="2026-11-16T14:35"),
    ]  # fmt: skip


def transfer(guide: Guide) -> None:
    """Pass each dossier to the department that handles civil status."""
    for citizen in (TAM, LONG, LAN):
        box = begin_act(guide, citizen.key, Act.TRANSFER)
        choose(box.fields["department"], guide.core.departments[0])
        press("Ctrl+Return")
        guide.expect_status(citizen.key, Status.TRANSFERRED)


def assign(guide: Guide) -> None:
    """Give each dossier to the officer of civil status."""
    for citizen in (TAM, LONG, LAN):
        box = begin_act(guide, citizen.key, Act.ASSIGN)
        field = box.fields["assignee"]
        officer = next(value for value in field._values if value.login == "thuly")
        choose(field, officer)
        press("Ctrl+Return")
        dossier = guide.expect_status(citizen.key, Status.PROCESSING)
        expect(dossier.assignee == "staff-thuly", tr("Hồ sơ chưa được giao đúng người."))


def open_mine(guide: Guide, citizen: Citizen) -> object:
    """Go to the officer's own work and click the dossier; answers the screen."""
    screen = guide.go("mine")
    if screen.queue is not Queue.MINE:
        click_tab(screen.tabs, screen.queues.index(Queue.MINE))
        guide.rest()
    click_row(screen.table, guide.ids[citizen.key])
    guide.rest()
    return screen


def ask_supplement(guide: Guide) -> None:
    """Name what is missing, then keep form 02 as a file."""
    box = begin_act(guide, LONG.key, Act.REQUEST_SUPPLEMENT)
    fill(box.fields["items"], MISSING)
    fill(box.fields["reason"], WHY_MISSING)
    fill(box.fields["legal_basis"], LAW)
    press("Ctrl+Return")
    guide.expect_status(LONG.key, Status.SUPPLEMENT)
    dialog()
    guide.rest()
    path = guide.out / SUPPLEMENT
    save_as(guide, path)
    expect(path.read_bytes().startswith(b"%PDF-"), tr("Phiếu lưu ra không phải PDF."))


def propose_refusal(guide: Guide) -> None:
    """Propose to refuse the third dossier."""
    guide.close_dialogs()
    box = begin_act(guide, LAN.key, Act.PROPOSE_REFUSAL)
    fill(box.fields["reason"], WHY_REFUSED)
    fill(box.fields["legal_basis"], LAW)
    press("Ctrl+Return")
    guide.expect_status(LAN.key, Status.REFUSAL_PROPOSED)


def write_draft(guide: Guide) -> None:
    """Fill the fields the dossier cannot know."""
    screen = open_mine(guide, TAM)
    editor = screen.editor
    until(editor.isVisible, tr("Màn hình soạn văn bản không mở."))
    fill(editor.fields["content"], CONTENT)
    fill(editor.fields["purpose"], TAM.purpose)
    guide.rest()
    expect(editor.paper.pdf.startswith(b"%PDF-"), tr("Bản xem trước không được dựng."))


def submit(guide: Guide) -> None:
    """Submit what is shown."""
    guide.front()
    press("Ctrl+Return")
    guide.expect_status(TAM.key, Status.SUBMITTED)


def see_return(guide: Guide) -> None:
    """The leader's reason stands above the draft."""
    screen = open_mine(guide, TAM)
    expect(screen.editor.returned.isVisible(), tr("Lý do trả lại không hiện."))


def resubmit(guide: Guide) -> None:
    """Put the sentence right and submit."""
    screen = guide.screen("mine")
    fill(screen.editor.fields["content"], BETTER)
    press("Ctrl+Return")
    dossier = guide.expect_status(TAM.key, Status.SUBMITTED)
    expect(dossier.draft is not None and dossier.draft.values["content"] == BETTER,
           tr("Dự thảo trình lại không phải bản đã sửa."))  # fmt: skip


def receive_supplement(guide: Guide) -> None:
    """Everything asked for was brought: the old date is replaced, the first one kept."""
    before = guide.dossier(LONG.key)
    begin_act(guide, LONG.key, Act.RECEIVE_SUPPLEMENT)
    press("Ctrl+Return")
    after = guide.expect_status(LONG.key, Status.PROCESSING)
    expect(after.due > before.due, tr("Ngày hẹn không được tính lại."))
    expect(after.original_due == before.original_due, tr("Ngày hẹn đầu không được giữ lại."))


def explain_new_date(guide: Guide) -> None:
    """The section that says why."""
    section(guide, LONG.key, "why")
