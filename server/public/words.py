"""What a citizen reads about a dossier: where it stands, the date, what to do; nothing personal.

Inner steps of the office are all "đang giải quyết": a proposed refusal or a draft waiting for a
signature is no answer yet. The sentences promise nothing the law does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.calendar import VIETNAM
from models.words import tr
from models.workflow import Status

__all__ = ["Answer", "answer_for", "day_words", "time_words"]

DESK, POSTAL, ONLINE = "desk", "postal", "online"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer about one dossier; `kind` colours the heading, the words say it without colour."""

    kind: str
    heading: str
    lines: tuple[str, ...]
    next_step: str
    due: str = ""
    original_due: str = ""


def day_words(ms: int) -> str:
    """A day as written on the receipt."""
    return f"{datetime.fromtimestamp(ms / 1000, VIETNAM):%d/%m/%Y}"


def time_words(ms: int) -> str:
    """A moment as written on the receipt."""
    return f"{datetime.fromtimestamp(ms / 1000, VIETNAM):%H:%M, %d/%m/%Y}"


def answer_for(row: Mapping[str, Any], now_ms: int) -> Answer:
    """The answer from a row of `board_dossier`."""
    status = Status(row["status"])
    ended = _ended(row, status)
    if ended is not None:
        return ended
    if status is Status.SUPPLEMENT:
        return _waiting(row)
    if status is Status.PAYMENT:
        return Answer(
            "soon", tr("Chờ thực hiện nghĩa vụ tài chính"),
            (tr("Cơ quan giải quyết đã có thông báo về khoản cần nộp."),),
            tr("Nộp theo thông báo đã nhận; chưa thấy thông báo thì hỏi nơi tiếp nhận."),
            due=time_words(row["due_ms"]),
        )  # fmt: skip
    return _running(row, status, late=now_ms > row["due_ms"])


def _running(row: Mapping[str, Any], status: Status, *, late: bool) -> Answer:
    moved = row["extended"] and row["original_due_ms"] != row["due_ms"]
    original = time_words(row["original_due_ms"]) if moved else ""
    if late:
        return Answer(
            "bad", tr("Đang giải quyết, đã quá ngày hẹn"),
            (tr("Hồ sơ chưa có kết quả vào ngày hẹn. Đây là việc của cơ quan giải quyết, không "
                "phải lỗi của người nộp."),),
            tr("Hỏi nơi tiếp nhận về văn bản xin lỗi và ngày hẹn mới, hoặc gọi tổng đài 1022."),
            due=time_words(row["due_ms"]), original_due=original,
        )  # fmt: skip
    if status is Status.RECEIVED:
        return Answer(
            "info", tr("Đã tiếp nhận"),
            (tr("Hồ sơ đang ở nơi tiếp nhận, sẽ chuyển đến nơi giải quyết."),),
            tr("Chưa cần làm gì thêm. Giữ giấy hẹn để nhận kết quả."),
            due=time_words(row["due_ms"]), original_due=original,
        )  # fmt: skip
    return Answer(
        "info", tr("Đang giải quyết"),
        (tr("Nơi giải quyết đang xem xét hồ sơ."),),
        tr("Chưa cần làm gì thêm. Giữ giấy hẹn để nhận kết quả."),
        due=time_words(row["due_ms"]), original_due=original,
    )  # fmt: skip


def _waiting(row: Mapping[str, Any]) -> Answer:
    lines = [
        tr("Cơ quan đã có phiếu yêu cầu bổ sung, ghi rõ giấy tờ cần thêm và lý do."),
        tr("Thời hạn giải quyết tạm dừng; khi nhận đủ giấy tờ, thời hạn tính lại từ đầu và có "
           "ngày hẹn mới."),
    ]  # fmt: skip
    if by := _day(row["respond_by"]):
        lines.append(tr("Phiếu đề nghị bổ sung trước ngày {day}.", day=by))
    return Answer(
        "soon", tr("Chờ người nộp bổ sung giấy tờ"), tuple(lines),
        tr("Mang giấy tờ ghi trong phiếu đến nơi tiếp nhận. Chưa nhận được phiếu thì hỏi nơi "
           "tiếp nhận."),
    )  # fmt: skip


def _day(iso: str) -> str:
    """A day from the event, or nothing when it is no date."""
    try:
        return f"{date.fromisoformat(iso[:10]):%d/%m/%Y}"
    except ValueError:
        return ""


def _ended(row: Mapping[str, Any], status: Status) -> Answer | None:
    if status is Status.DONE:
        return Answer(
            "good", tr("Đã có kết quả"),
            (tr("Giải quyết xong ngày {day}.", day=day_words(row["finished_ms"])),),
            _fetching(row["return_method"]),
        )  # fmt: skip
    if status is Status.HANDED_OVER:
        when = row["handed_ms"] or row["finished_ms"]
        return Answer(
            "good", tr("Đã trả kết quả"),
            (tr("Kết quả được trả ngày {day}.", day=day_words(when)),),
            tr("Nếu chưa nhận được kết quả, báo ngay nơi tiếp nhận."),
        )  # fmt: skip
    when = day_words(row["finished_ms"]) if row["finished_ms"] else ""
    if status is Status.WITHDRAWN:
        return Answer(
            "paused", tr("Đã rút hồ sơ"),
            (tr("Hồ sơ được rút theo đề nghị của người nộp ngày {day}.", day=when),),
            tr("Không đề nghị rút thì báo ngay nơi tiếp nhận. Cần thì nộp lại hồ sơ mới."),
        )  # fmt: skip
    if status is Status.STOPPED:
        return Answer(
            "paused", tr("Đã dừng giải quyết"),
            (tr("Hồ sơ dừng giải quyết ngày {day}; thông báo gửi người nộp nêu lý do.", day=when),),
            tr("Hỏi nơi tiếp nhận để nhận thông báo và được hướng dẫn bước tiếp theo."),
        )  # fmt: skip
    if status in (Status.REFUSED, Status.NOT_ACCEPTED):
        return Answer(
            "paused", tr("Không được giải quyết"),
            (tr("Cơ quan đã trả lời ngày {day} rằng hồ sơ chưa giải quyết được; văn bản gửi người "
                "nộp nêu lý do và căn cứ.", day=when),),
            tr("Nhận văn bản tại nơi tiếp nhận. Có thể bổ sung rồi nộp hồ sơ mới; không đồng ý "
               "thì có quyền khiếu nại theo pháp luật."),
        )  # fmt: skip
    return None


def _fetching(method: str) -> str:
    return {
        POSTAL: tr("Kết quả được gửi qua bưu chính đến địa chỉ đã đăng ký."),
        ONLINE: tr("Kết quả điện tử được trả trực tuyến; bản giấy nhận tại nơi tiếp nhận."),
    }.get(method, tr("Mang giấy hẹn và giấy tờ tùy thân đến nơi tiếp nhận để nhận kết quả."))
