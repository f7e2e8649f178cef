"""Steps of the records clerk and the handover: number, seal, check of signatures, the citizen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.words import tr
from models.workflow import Status
from services.signing.verdict import State
from services.training.accounts import PASSWORD
from ui.tour.citizens import TAM
from ui.tour.dossier_work import answer_file, code_of, save_as, section
from ui.tour.guide import Guide, Step
from ui.tour.hands import click, dialog, expect, fill, press, until
from ui.tour.keepsakes import RESULT
from ui.tour.steps_deciding import open_mail

__all__ = ["handing_over", "numbering", "sealing", "verifying"]

TAMPERED = "result-tampered.pdf"


def numbering() -> list[Step]:
    """A number from the book, drawn into the document before it is signed."""
    return [
        Step("number-ready", lambda: tr("Văn thư xem văn bản và số sẽ cấp"), look_at_number,
             at="2026-11-16T15:20", login="vanthu"),
        Step("numbered", lambda: tr("Ctrl+Enter: cấp số"), number),
    ]  # fmt: skip


def sealing() -> list[Step]:
    """The organisation's seal, and the result goes back to the desk."""
    return [
        Step("seal-password", lambda: tr("Đóng dấu cơ quan: gõ mật khẩu của khóa"), ask_to_seal,
             at="2026-11-16T16:00", login="vanthu"),
        Step("sealed", lambda: tr("Đã đóng dấu, đã chuyển về một cửa"), seal,
             at="2026-11-16T16:01"),
    ]  # fmt: skip


def verifying() -> list[Step]:
    """The check of any PDF file, with a good and a bad one."""
    return [
        Step("verify-valid", lambda: tr("Kiểm tra chữ ký: tệp của cơ quan hợp lệ"), verify_good,
             at="2026-11-23T08:10", login="vanthu"),
        Step("verify-tampered", lambda: tr("Kiểm tra chữ ký: tệp bị sửa không hợp lệ"),
             verify_bad),
    ]  # fmt: skip


def handing_over() -> list[Step]:
    """The citizen comes back."""
    return [
        Step("handover", lambda: tr("Quét mã giấy hẹn: mở việc trả kết quả"), begin_handover,
             at="2026-11-16T16:20", login="tiepnhan"),
        Step("handed-over", lambda: tr("Đã trả kết quả cho người dân"), hand_over),
        Step("result", lambda: tr("Văn bản kết quả, chữ ký hợp lệ; lưu PDF"), keep_result),
        Step("timeline", lambda: tr("Quá trình của hồ sơ: mọi việc, ai, lúc nào"), timeline),
    ]  # fmt: skip


def look_at_number(guide: Guide) -> None:
    """Open the approved document."""
    open_mail(guide, "issue", TAM)


def number(guide: Guide) -> None:
    """Take the next number."""
    press("Ctrl+Return")
    dossier = guide.expect_status(TAM.key, Status.NUMBERED)
    expect(dossier.number is not None and dossier.number.number > 0, tr("Văn bản chưa có số."))


def ask_to_seal(guide: Guide) -> None:
    """Open the list of what will be sealed and type the password of the seal's key."""
    open_mail(guide, "issue", TAM)
    press("Ctrl+Return")
    box: Any = dialog()
    fill(box.password, PASSWORD)


def seal(guide: Guide) -> None:
    """Seal; the signatures are checked and the result goes to the desk."""
    press("Ctrl+Return")
    until(lambda: guide.app.tasks.idle(), tr("Việc đóng dấu không kết thúc."), limit_ms=30_000)
    guide.expect_status(TAM.key, Status.DONE)


def begin_handover(guide: Guide) -> None:
    """A scanner types the code of the receipt; Enter opens the handover at once."""
    screen = guide.go("handover")
    fill(screen.search, code_of(guide, TAM.key))
    press("Return")
    guide.rest()
    dialog()


def hand_over(guide: Guide) -> None:
    """The submitter herself receives it."""
    press("Ctrl+Return")
    dossier = guide.expect_status(TAM.key, Status.HANDED_OVER)
    given = dossier.handed_over
    expect(given is not None and given.receiver == TAM.name, tr("Người nhận không được ghi."))


def keep_result(guide: Guide) -> None:
    """The dossier's paper with the verdict on its signatures; a copy is kept."""
    part = section(guide, TAM.key, "paper")
    until(lambda: part.keep.isVisible(), tr("Văn bản kết quả không hiện."))
    guide.rest()
    expect(part.verdict.isVisible(), tr("Kết luận về chữ ký không hiện."))
    path = guide.out / RESULT
    save_as(guide, path, lambda: click(part.keep))
    expect(path.read_bytes().startswith(b"%PDF-"), tr("Văn bản lưu ra không phải PDF."))


def timeline(guide: Guide) -> None:
    """Every act with who and when."""
    section(guide, TAM.key, "way")


def verify(guide: Guide, path: Path, wanted: State) -> None:
    """Choose a file in the window that checks signatures; compare its verdict."""
    box: Any = dialog()
    answer_file(guide, path, lambda: click(box.choose_button))
    until(lambda: box.verdict is not None and box.path == path and box.choose_button.isEnabled(),
          tr("Tệp {name} không được kiểm tra.", name=path.name), limit_ms=60_000)  # fmt: skip
    guide.rest()
    expect(box.verdict.state is wanted,
           tr("Kết luận về {name} không đúng: {reasons}", name=path.name,
              reasons=" ".join(box.verdict.reasons)))  # fmt: skip


def verify_good(guide: Guide) -> None:
    """The document just issued."""
    guide.go("issue")
    press("F9")
    verify(guide, guide.out / RESULT, State.VALID)


def verify_bad(guide: Guide) -> None:
    """The same document with one letter changed after signing."""
    path = guide.out / TAMPERED
    path.write_bytes(tamper((guide.out / RESULT).read_bytes()))
    verify(guide, path, State.INVALID)


def tamper(pdf: bytes) -> bytes:
    """The same file with one bit of its first stream turned over."""
    place = pdf.index(b"stream") + 40
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
