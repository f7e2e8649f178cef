"""What people must settle: contradictions inside dossiers, stale approvals, things given out twice.

Nothing is hidden and nothing is chosen by a clock: each has its own words, both sides, and the
next step (design notes: sync §4.4, I5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from models.authority import reason_against
from models.calendar import VIETNAM
from models.dossier import (
    Conflict,
    Dossier,
    conflict_field,
    conflict_words,
    open_contradictions,
)
from models.fold import fold
from models.order import canonical
from models.schema.journal import device
from models.schema.read_models import staff
from models.words import tr
from models.workflow import Act
from services.core import SignedIn
from services.dossiers.read_model import dossier_stream
from services.journal.reading import stream_events
from services.store.statement import rows_of
from services.sync.sides import Names, Side, side_of, value_words

__all__ = ["OpenConflict", "count_conflicts", "open_conflicts"]

MOST = 200
"""So many dossiers are read for the list; the count is whole."""


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """One contradiction that waits for a person.

    `kind` is decision, assignment, field, stale, code, number, login or fork. `conflict` and `also`
    are what `approval.resolve_conflict` takes, empty where another act is needed. `closed` says
    why this person may not settle it, empty when they may.
    """

    key: str
    kind: str
    dossier: str
    code: str
    title: str
    words: str
    next_step: str
    sides: tuple[Side, ...]
    conflict: str = ""
    closed: str = ""
    also: tuple[str, ...] = ()


_IN_DOSSIERS = "SELECT COALESCE(sum(conflicts + stale), 0) FROM dossier WHERE closed = 0"
_FORKS = "SELECT log, min(seq) FROM fork GROUP BY log ORDER BY log"
_WRITERS = "SELECT count(*) FROM head"
_CODES = "SELECT code FROM dossier WHERE code <> '' GROUP BY code HAVING count(*) > 1 LIMIT ?"
_NUMBERS = (
    "SELECT year, series, n FROM book_entry GROUP BY year, series, n "
    "HAVING count(*) > 1 AND sum(state <> 'void') > 0 LIMIT ?"
)
_LOGINS = "SELECT login FROM staff WHERE login <> '' GROUP BY login HAVING count(*) > 1 LIMIT ?"


def count_conflicts(conn: Connection) -> int:
    """How many contradictions wait for a person, for the rail, the tab and the status line."""
    inside = int(rows_of(conn, _IN_DOSSIERS)[0][0])
    forks = len(rows_of(conn, _FORKS))
    if int(rows_of(conn, _WRITERS)[0][0]) < 2:  # one PC gives nothing out twice
        return inside + forks
    return inside + forks + sum(len(rows_of(conn, sql, (MOST,))) for sql in (
        _CODES, _NUMBERS, _LOGINS,
    ))  # fmt: skip


def open_conflicts(conn: Connection, who: SignedIn) -> tuple[OpenConflict, ...]:
    """Everything open, decisions first; the caller has asked whether `who` may see dossiers."""
    names = _names(conn)
    found = [*_in_dossiers(conn, who, names), *_codes(conn, names), *_numbers(conn)]
    found += [*_logins(conn), *_forks(conn, names)]
    return tuple(sorted(found, key=lambda c: (c.kind != "decision", c.kind != "stale")))


def _names(conn: Connection) -> Names:
    people = {row.id: row.name for row in conn.execute(select(staff.c.id, staff.c.name))}
    logs = conn.execute(select(device.c.log, device.c.name))
    return Names(people, {bytes(row.log): row.name for row in logs})


_TOUCHED = (
    "SELECT id, code FROM dossier WHERE (conflicts > 0 OR stale = 1) AND closed = 0 "
    "ORDER BY n DESC LIMIT ?"
)


def _in_dossiers(conn: Connection, who: SignedIn, names: Names) -> Iterator[OpenConflict]:
    for dossier_id, code in rows_of(conn, _TOUCHED, (MOST,)):
        order = canonical(stream_events(conn, dossier_stream(dossier_id)))
        state = fold(dossier_id, order.events)
        closed = reason_against(Act.RESOLVE, state, who.staff) or ""
        for conflict, *twins in open_contradictions(state.conflicts):
            sides = (
                side_of(conflict, order, names, digest=conflict.first, other=conflict.second),
                side_of(conflict, order, names, digest=conflict.second, other=conflict.first),
            )
            yield OpenConflict(
                f"{dossier_id}/{conflict.id}", conflict.kind, dossier_id, code,
                _title(conflict, twins), conflict_words(conflict, *twins), _next_step(conflict),
                sides, conflict.id, closed, tuple(twin.id for twin in twins),
            )  # fmt: skip
        if state.stale:
            yield _stale(state, code, names)


def _title(conflict: Conflict, twins: Sequence[Conflict]) -> str:
    """What the row is about; for a field its name, and of whom."""
    return {
        "decision": tr("Mâu thuẫn quyết định"),
        "assignment": tr("Hai phân công"),
    }.get(conflict.kind) or conflict_field(conflict, *twins)


def _next_step(conflict: Conflict) -> str:
    return {
        "decision": tr(
            "Hồ sơ dừng lại cho đến khi lãnh đạo chọn một quyết định; báo cho cả hai người ký."
        ),
        "assignment": tr(
            "Người thứ nhất đang giữ hồ sơ. Lãnh đạo chọn một người; người kia được báo lại."
        ),
    }.get(
        conflict.kind,
        tr("Chọn một giá trị; nếu cả hai đều chưa đúng, sửa trong hồ sơ rồi giữ như đang hiện."),
    )


def _stale(state: Dossier, code: str, names: Names) -> OpenConflict:
    """An approval given on other content: what was approved is not what stands now."""
    approval = state.approval
    assert approval is not None
    at = datetime.fromtimestamp(approval.at / 1000, VIETNAM)
    approved = Side(
        tr("Bản đã duyệt"), names.person(approval.by), at, "", tr("nội dung lúc phê duyệt"),
        stands=False, dossier=state.id,
    )  # fmt: skip
    now = datetime.fromtimestamp(state.touched / 1000, VIETNAM)
    drafter = names.person(state.drafter) if state.drafter else ""
    current = Side(
        value_words(state.draft) or tr("Bản hiện nay"), drafter, now, "",
        tr("nội dung sau khi hai máy gặp lại nhau"), stands=True, dossier=state.id,
    )  # fmt: skip
    return OpenConflict(
        f"{state.id}/stale", "stale", state.id, code,
        tr("Phê duyệt trên bản cũ"),
        tr("Nội dung đã đổi sau khi lãnh đạo phê duyệt; chưa được cấp số, in hay đóng dấu."),
        tr("Lãnh đạo mở hồ sơ, trả lại để công chức trình bản mới rồi phê duyệt lại."),
        (approved, current),
    )  # fmt: skip


_TWINS = "SELECT id, applicant, receiver, received_at FROM dossier WHERE code = ? ORDER BY n"


def _codes(conn: Connection, names: Names) -> Iterator[OpenConflict]:
    for (code,) in rows_of(conn, _CODES, (MOST,)):
        twins = rows_of(conn, _TWINS, (code,))
        sides = tuple(
            Side(
                applicant, names.person(receiver), datetime.fromisoformat(received), "", "",
                stands=place == 0, dossier=dossier_id,
            )
            for place, (dossier_id, applicant, receiver, received) in enumerate(twins)
        )  # fmt: skip
        yield OpenConflict(
            f"code/{code}", "code", twins[0][0], code,
            tr("Một mã cho nhiều hồ sơ"),
            tr("Mã hồ sơ {code} đã cấp cho nhiều hồ sơ.", code=code),
            tr("Hồ sơ nhận trước giữ mã. Với hồ sơ nhận sau: gọi người dân, rút và tiếp nhận lại "
               "để có mã và giấy hẹn mới."),
            sides,
        )  # fmt: skip


def _numbers(conn: Connection) -> Iterator[OpenConflict]:
    for year, series, number in rows_of(conn, _NUMBERS, (MOST,)):
        book = f"{series} {year}"
        yield OpenConflict(
            f"book/{book}/{number}", "number", "", book,
            tr("Một số đứng hai lần"),
            tr("Số {number} của sổ {book} đứng hai lần.", number=number, book=book),
            tr("Văn thư đối chiếu sổ giấy, hủy số ghi sau với lý do rồi cấp số khác."),
            (),
        )  # fmt: skip


def _logins(conn: Connection) -> Iterator[OpenConflict]:
    for (login,) in rows_of(conn, _LOGINS, (MOST,)):
        yield OpenConflict(
            f"login/{login}", "login", "", login,
            tr("Một tên đăng nhập cho nhiều người"),
            tr("Tên đăng nhập {login} thuộc nhiều người.", login=login),
            tr("Quản trị nghiệp vụ ngừng một tài khoản và lập tài khoản mới với tên khác."),
            (),
        )  # fmt: skip


def _forks(conn: Connection, names: Names) -> Iterator[OpenConflict]:
    for log, seq in rows_of(conn, _FORKS):
        pc = names.pc(bytes(log))
        yield OpenConflict(
            f"fork/{bytes(log).hex()}", "fork", "", pc,
            tr("Nhật ký bị ghi hai lần"),
            tr("Máy {pc} có hai sự kiện khác nhau cùng số {seq}: ổ đĩa đã được phục hồi hoặc "
               "nhân bản.", pc=pc, seq=seq),
            tr("Mở lại chương trình trên máy đó để bắt đầu nhật ký mới; báo kỹ thuật giữ lại hai "
               "bản làm bằng chứng. Việc của máy khác vẫn đi tiếp."),
            (),
        )  # fmt: skip
