"""Alarms: what needs somebody at an office, since when, and what to do; pure over the readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from models.calendar import VIETNAM, WorkCalendar
from models.words import tr
from models.working_time import working_minutes_between
from server.board.offices import MINUTE_MS, DeviceRow, OfficeRow
from server.board.thresholds import Thresholds, older
from server.board.words import duration_words

__all__ = ["Alarm", "alarms_of"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong; `grave` ones come first. `since_ms` is 0 when nobody can tell."""

    kind: str
    office: str
    office_name: str
    since_ms: int
    what: str
    to_do: str
    grave: bool = True
    subject: str = ""


def alarms_of(
    offices: Iterable[OfficeRow], limits: Thresholds, now_ms: int, *, calendar: WorkCalendar
) -> list[Alarm]:
    """Every alarm of the offices, grave and old ones first."""
    watch = _Watch(limits, now_ms, calendar)
    found = [alarm for row in offices for alarm in watch.all_of(row)]
    return sorted(found, key=lambda a: (not a.grave, a.since_ms, a.office, a.kind, a.subject))


@dataclass(frozen=True)
class _Watch:
    limits: Thresholds
    now_ms: int
    calendar: WorkCalendar

    def all_of(self, row: OfficeRow) -> Iterator[Alarm]:
        yield from self._silence(row)
        yield from self._logs(row)
        yield from self._numbers(row)
        yield from self._acts(row)
        for device in row.devices:
            if device.active:
                yield from self._device(row, device)

    def _silence(self, row: OfficeRow) -> Iterator[Alarm]:
        if not any(device.active for device in row.devices):
            return
        if row.seen_ms is None:
            yield _alarm(
                "never", row, 0,
                tr("Đơn vị đã có máy trong danh sách nhưng chưa kết nối lần nào."),
                tr("Hỏi đơn vị đã cài chương trình và nhập mã ghi danh chưa."), grave=False,
            )  # fmt: skip
            return
        seen, now = (_moment(at) for at in (row.seen_ms, self.now_ms))
        minutes = working_minutes_between(seen, now, self.calendar) if seen < now else 0
        if minutes > self.limits.silent_minutes:
            yield _alarm(
                "silent", row, row.seen_ms,
                tr("Không máy nào của đơn vị liên lạc trong {time} làm việc.",
                   time=duration_words(minutes * MINUTE_MS)),
                tr("Gọi đơn vị hỏi mạng và điện; mọi việc tại quầy vẫn làm được và sẽ tự gửi sau."),
            )  # fmt: skip

    def _logs(self, row: OfficeRow) -> Iterator[Alarm]:
        for device in row.devices:
            if device.forked_ms is not None:
                yield _alarm(
                    "fork", row, device.forked_ms,
                    tr("Nhật ký của máy «{name}» có hai bản khác nhau (máy bị nhân bản hoặc phục "
                       "hồi sai cách).", name=device.name),
                    tr("Cho máy đó ngừng làm việc, giữ nguyên ổ đĩa, làm theo trang «Máy phục "
                       "hồi» và ghi danh lại."), subject=device.name,
                )  # fmt: skip
        if row.refusals >= self.limits.refusals:
            yield _alarm(
                "refused", row, row.refused_since_ms or 0,
                tr("{count} lần gửi bị từ chối trong 24 giờ.", count=row.refusals),
                tr("Mở trang của đơn vị xem máy nào và mã lỗi; hỏi kỹ thuật của đơn vị."),
                grave=False,
            )  # fmt: skip

    def _numbers(self, row: OfficeRow) -> Iterator[Alarm]:
        if row.twice:
            yield _alarm(
                "twice", row, row.twice_since_ms or 0,
                tr("{count} số văn bản đã cấp hai lần.", count=row.twice),
                tr("Văn thư đối chiếu sổ giấy, hủy một văn bản bằng lý do và cấp số khác."),
            )  # fmt: skip
        since = row.missing_since_ms or self.now_ms
        if row.missing and self.now_ms - since > self.limits.gap_minutes * MINUTE_MS:
            yield _alarm(
                "gap", row, since,
                tr("{count} số văn bản không được cấp cũng không được hủy.", count=row.missing),
                tr("Văn thư tìm văn bản mang số đó hoặc hủy số với lý do."),
            )  # fmt: skip

    def _acts(self, row: OfficeRow) -> Iterator[Alarm]:
        if row.conflicts:
            yield _alarm(
                "conflict", row, row.conflict_since_ms or 0,
                tr("{count} mâu thuẫn chưa được xử lý.", count=row.conflicts),
                tr("Đơn vị mở màn hình Đồng bộ, chọn giá trị đúng ở từng hồ sơ."), grave=False,
            )  # fmt: skip
        if row.faults:
            yield _alarm(
                "fault", row, row.fault_since_ms or 0,
                tr("{count} luồng dữ liệu máy chủ chưa đọc được.", count=row.faults),
                tr("Báo kỹ thuật thành phố: cần cập nhật máy chủ hoặc xem nhật ký lỗi."),
            )  # fmt: skip
        stale = row.stale_since_ms
        if stale and self.now_ms - stale > self.limits.reading_minutes * MINUTE_MS:
            yield _alarm(
                "stale", row, stale,
                tr("Số liệu bảng điều hành của đơn vị đang chậm ({count} luồng chờ).",
                   count=row.stale),
                tr("Kỹ thuật thành phố xem tiến trình máy chủ và cơ sở dữ liệu."), grave=False,
            )  # fmt: skip

    def _device(self, row: OfficeRow, device: DeviceRow) -> Iterator[Alarm]:
        waited = self.now_ms - (device.unsent_since_ms or self.now_ms)
        if device.unsent and waited > self.limits.queue_minutes * MINUTE_MS:
            yield _alarm(
                "queue", row, device.unsent_since_ms or 0,
                tr("Máy «{name}» còn {count} việc chưa gửi, lâu nhất {age}.", name=device.name,
                   count=device.unsent, age=duration_words(waited)),
                tr("Hỏi đơn vị máy có đang bật và có mạng không; đừng cài lại máy khi chưa gửi "
                   "hết."), subject=device.name,
            )  # fmt: skip
        if abs(device.offset_ms) > self.limits.drift_seconds * 1000:
            yield _alarm(
                "drift", row, device.seen_ms or 0,
                tr("Đồng hồ máy «{name}» {error}.", name=device.name,
                   error=drift_words(device.offset_ms)),
                tr("Bật tự đồng bộ giờ của Windows trên máy đó; giờ trên giấy hẹn lấy từ máy."),
                subject=device.name,
            )  # fmt: skip
        if device.app and older(device.app, self.limits.oldest_version):
            yield _alarm(
                "version", row, 0,
                tr("Máy «{name}» dùng phiên bản {version}, thấp hơn {oldest}.", name=device.name,
                   version=device.app, oldest=self.limits.oldest_version),
                tr("Hẹn đơn vị cập nhật chương trình ngoài giờ tiếp nhận."), grave=False,
                subject=device.name,
            )  # fmt: skip


def drift_words(offset_ms: int) -> str:
    """By how much a clock is fast or slow."""
    amount = duration_words(abs(offset_ms))
    if offset_ms > 0:
        return tr("chạy nhanh {amount}", amount=amount)
    return tr("chạy chậm {amount}", amount=amount)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, VIETNAM)


def _alarm(
    kind: str, row: OfficeRow, since_ms: int, what: str, to_do: str, *,
    grave: bool = True, subject: str = "",
) -> Alarm:  # fmt: skip
    return Alarm(kind, row.code, row.name, since_ms, what, to_do, grave, subject)
