"""Is it me, the cable, the office, the city or a login page? Each answered in words, with a way on.

What is looked at comes through `Probes`, so that tests put real loopback servers behind it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit

from models.words import tr
from services.sync.standing import ASK_SKEW_MS, WARN_SKEW_MS, skew_words

__all__ = [
    "Asked", "Diagnosis", "Line", "Part", "Probes", "Reply", "State", "diagnose", "part_words",
    "report_of",
]  # fmt: skip

LITTLE_DISK = 500 * 1024 * 1024
LITTLE_MB = LITTLE_DISK // 1024 // 1024
ASKS_FOR_LOGIN = 511
"""Network Authentication Required (RFC 6585): said by the network, never by a server."""


class Part(StrEnum):
    """Where the fault may be, from near to far."""

    PC = "pc"
    CABLE = "cable"
    OFFICE = "office"
    CITY = "city"
    PORTAL = "portal"


class State(StrEnum):
    """What was found; `SKIPPED` was not looked at because something nearer is broken."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Line:
    """One look: what was found and what to do about it (empty when nothing)."""

    part: Part
    state: State
    words: str
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All lines, near to far; `verdict` is the sentence to read out first."""

    verdict: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back to a plain request: `fault` is refused, timeout, tls or unreachable."""

    status: int = 0
    location: str = ""
    media: str = ""
    body: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the office expects: its server and pinned key, its PCs, the known clock difference.

    `revoked`: this PC was revoked, so whatever the network is like, nobody takes its acts.
    """

    server: str = ""
    city_key: str = ""
    peers: tuple[tuple[str, str], ...] = ()
    skew_ms: int | None = None
    revoked: bool = False


class Probes(Protocol):
    """The ways of looking; none of them changes anything."""

    def addresses(self) -> Sequence[str]:
        """The network addresses of this PC other than loopback and self-assigned ones."""

    def answers(self, address: str) -> bool:
        """Whether something accepts a connection at `address` (https://host:port)."""

    def resolves(self, host: str) -> bool:
        """Whether the name has an address."""

    def fetch(self, url: str) -> Reply:
        """A plain GET that follows no redirect."""

    def free_bytes(self) -> int:
        """Room left on the disk of the data."""

    def public_profile(self) -> bool:
        """Whether Windows treats this network as a public one."""


def diagnose(asked: Asked, probes: Probes) -> Diagnosis:
    """Look from near to far; what lies behind a broken part is not asked."""
    lines = [*_pc(asked, probes), *_cable(probes)]
    wired = all(line.state is not State.BAD for line in lines if line.part is Part.CABLE)
    lines += _office(asked, probes, wired=wired)
    lines += _city(asked, probes, wired=wired)
    return Diagnosis(_verdict(lines), tuple(lines))


def part_words(part: Part) -> str:
    """The part as people call it."""
    return {
        Part.PC: tr("Máy tôi"),
        Part.CABLE: tr("Dây mạng"),
        Part.OFFICE: tr("Mạng cơ quan"),
        Part.CITY: tr("Thành phố"),
        Part.PORTAL: tr("Cổng đăng nhập mạng"),
    }[part]


def _pc(asked: Asked, probes: Probes) -> list[Line]:
    free = probes.free_bytes()
    room = tr("Ổ đĩa còn trống {count} MB.", count=f"{free // 1024 // 1024:,}".replace(",", "."))
    if free < LITTLE_DISK:
        disk = Line(
            Part.PC, State.BAD, room,
            tr("Dọn ổ đĩa cho đến khi trống hơn {count} MB.", count=LITTLE_MB),
        )  # fmt: skip
    else:
        disk = Line(Part.PC, State.OK, room)
    return [*_revoked(asked), disk, _clock(asked.skew_ms)]


def _revoked(asked: Asked) -> list[Line]:
    if not asked.revoked:
        return []
    words = tr("Máy này đã bị thu hồi: việc ghi ở đây không có hiệu lực.")
    return [Line(Part.PC, State.BAD, words, tr("Ghi việc ở máy khác; hỏi người quản trị."))]


def _clock(skew_ms: int | None) -> Line:
    if skew_ms is None:
        words = tr("Đồng hồ máy này chưa so được với máy nào.")
        return Line(Part.PC, State.SKIPPED, words)
    if abs(skew_ms) <= WARN_SKEW_MS:
        return Line(Part.PC, State.OK, tr("Đồng hồ máy này đúng giờ."))
    words = tr("Đồng hồ máy này {skew} so với các máy khác.", skew=skew_words(-skew_ms))
    to_do = tr("Chỉnh ngày giờ của máy; nên bật tự lấy giờ qua mạng.")
    return Line(Part.PC, State.BAD if abs(skew_ms) > ASK_SKEW_MS else State.WARNING, words, to_do)


def _cable(probes: Probes) -> list[Line]:
    if not probes.addresses():
        return [
            Line(
                Part.CABLE, State.BAD, tr("Máy không có địa chỉ mạng."),
                tr("Cắm lại dây mạng hoặc nối lại Wi-Fi của cơ quan; xem đèn ở ổ cắm có sáng."),
            )
        ]  # fmt: skip
    lines = [Line(Part.CABLE, State.OK, tr("Máy có địa chỉ mạng."))]
    if probes.public_profile():
        lines.append(
            Line(
                Part.CABLE, State.WARNING,
                tr("Windows coi mạng này là mạng công cộng nên chặn các máy trong cơ quan."),
                tr("Mở Cài đặt › Mạng và Internet, chọn hồ sơ mạng «Riêng tư»."),
            )
        )  # fmt: skip
    return lines


def _office(asked: Asked, probes: Probes, *, wired: bool) -> list[Line]:
    if not asked.peers:
        return [Line(Part.OFFICE, State.SKIPPED, tr("Chưa biết máy nào khác của cơ quan."))]
    if not wired:
        return [Line(Part.OFFICE, State.SKIPPED, tr("Chưa hỏi các máy khác vì chưa có mạng."))]
    silent = [name for name, address in asked.peers if not probes.answers(address)]
    count = len(asked.peers)
    if not silent:
        return [Line(Part.OFFICE, State.OK, tr("{count} máy khác đều trả lời.", count=count))]
    all_silent = len(silent) == count
    words = tr(
        "{silent} trong {count} máy khác không trả lời: {names}.",
        silent=len(silent), count=count, names=", ".join(silent),
    )  # fmt: skip
    to_do = (
        tr("Xem các máy đó có bật và mở Một Cửa không; nếu có, báo kỹ thuật xem bộ chia mạng.")
        if all_silent
        else tr("Bật máy đó và mở Một Cửa; việc vẫn đi qua các máy còn lại.")
    )
    return [Line(Part.OFFICE, State.BAD if all_silent else State.WARNING, words, to_do)]


def _city(asked: Asked, probes: Probes, *, wired: bool) -> list[Line]:
    if not asked.server:
        return [Line(Part.CITY, State.SKIPPED, tr("Cơ quan chưa nối với thành phố."))]
    if not wired:
        return [Line(Part.CITY, State.SKIPPED, tr("Chưa hỏi thành phố vì chưa có mạng."))]
    host = urlsplit(asked.server).hostname or ""
    if not probes.resolves(host):
        return [
            Line(
                Part.CITY, State.BAD, tr("Không tìm được tên máy chủ {host}.", host=host),
                tr("Đường ra ngoài cơ quan đang hỏng: xem modem, gọi nhà mạng. Cứ làm việc tiếp."),
            )
        ]  # fmt: skip
    return _told(asked, probes.fetch(asked.server.rstrip("/") + "/health"))


def _told(asked: Asked, reply: Reply) -> list[Line]:
    """The lines for what the city's address answered."""
    if reply.fault:
        return [_unreached(reply.fault)]
    key = _key_of(reply)
    if key is None and reply.status >= 500 and reply.status != ASKS_FOR_LOGIN:
        return [
            Line(
                Part.CITY, State.BAD,
                tr("Máy chủ thành phố báo lỗi {status}.", status=reply.status),
                tr("Không cần làm gì ở đây; máy tự gửi lại khi thành phố hoạt động."),
            )
        ]  # fmt: skip
    if key is None:
        return [
            Line(Part.CITY, State.SKIPPED, tr("Chưa gặp được máy chủ thành phố.")),
            Line(
                Part.PORTAL, State.BAD,
                tr("Mạng trả lời bằng một trang khác thay cho máy chủ thành phố."),
                tr("Mở trình duyệt, đăng nhập mạng ở trang hiện ra, rồi bấm Kiểm tra lại."),
            ),
        ]  # fmt: skip
    if asked.city_key and key != asked.city_key:
        return [
            Line(
                Part.CITY, State.BAD, tr("Máy chủ trả lời không giữ khóa đã ghim của thành phố."),
                tr("Không nhập mật khẩu ở đâu cả; báo ngay kỹ thuật thành phố."),
            )
        ]  # fmt: skip
    return [
        Line(Part.CITY, State.OK, tr("Máy chủ thành phố trả lời, khóa đúng.")),
        Line(Part.PORTAL, State.OK, tr("Mạng không đòi đăng nhập.")),
    ]


def _unreached(fault: str) -> Line:
    words, to_do = {
        "refused": (
            tr("Máy chủ thành phố từ chối kết nối."),
            tr("Không cần làm gì ở đây; máy tự thử lại. Nếu kéo dài, báo thành phố."),
        ),
        "timeout": (
            tr("Máy chủ thành phố không trả lời kịp."),
            tr("Có thể đường truyền đang yếu; máy tự thử lại."),
        ),
        "tls": (
            tr("Không lập được kết nối kín với máy chủ thành phố."),
            tr("Có thể mạng đang chặn giữa đường hoặc đòi đăng nhập; báo kỹ thuật."),
        ),
    }.get(
        fault,
        (
            tr("Không tới được máy chủ thành phố."),
            tr("Đường ra ngoài cơ quan đang hỏng: xem modem, gọi nhà mạng. Cứ làm việc tiếp."),
        ),
    )
    return Line(Part.CITY, State.BAD, words, to_do)


def _key_of(reply: Reply) -> str | None:
    """The public key the answer names; None when it is no answer of ours."""
    if reply.status != 200:
        return None
    try:
        told: Any = json.loads(reply.body)
    except ValueError:
        return None
    key = told.get("key") if isinstance(told, dict) else None
    return key if isinstance(key, str) else None


def _verdict(lines: Sequence[Line]) -> str:
    """The nearest thing that is broken, in one sentence; nearest first."""
    says: dict[Part, Callable[[], str]] = {
        Part.PC: lambda: tr("Vấn đề ở máy này."),
        Part.CABLE: lambda: tr("Vấn đề ở dây mạng hoặc Wi-Fi của máy này."),
        Part.OFFICE: lambda: tr("Vấn đề ở mạng trong cơ quan."),
        Part.CITY: lambda: tr("Trong cơ quan bình thường; vấn đề ở đường ra thành phố."),
        Part.PORTAL: lambda: tr("Mạng đang đòi đăng nhập trước khi cho ra ngoài."),
    }
    for state in (State.BAD, State.WARNING):
        for line in lines:
            if line.state is state:
                return says[line.part]()
    if any(line.part is Part.CITY and line.state is State.OK for line in lines):
        return tr("Mọi thứ bình thường: máy này gặp được thành phố.")
    return tr("Máy này và mạng trong cơ quan bình thường.")


def report_of(found: Diagnosis, *, app: str, counts: Sequence[tuple[str, str]]) -> str:
    """A text for the help desk: no names of people or PCs, no dossier codes, no addresses."""
    rows = [tr("Một Cửa {app} · chẩn đoán đồng bộ", app=app), found.verdict]
    rows += [f"{name}: {value}" for name, value in counts]
    for line in found.lines:
        words = line.words.partition(":")[0] if line.part is Part.OFFICE else line.words
        rows.append(f"[{line.state.value}] {part_words(line.part)}: {words}")
    return "\n".join(rows)
