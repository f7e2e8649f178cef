"""Checking the whole journal: every hash, link and signature; names the first broken one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from models.envelope import GENESIS, unseal
from models.errors import ForeignError
from models.words import tr
from services.journal.device import signature_holds

__all__ = ["ChainReport", "verify_journal"]


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The result: how much was checked, and where the first broken link stands."""

    events: int
    logs: int
    verified: bool
    broken_log: str = ""
    broken_seq: int = 0
    reason: str = ""


class _Broken(Exception):
    def __init__(self, log: bytes, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.log, self.seq, self.reason = log, seq, reason


def verify_journal(conn: Connection) -> ChainReport:
    """Check every log held here, from its first event to its head."""
    keys = {
        bytes(log): bytes(key)
        for log, key in conn.exec_driver_sql("SELECT log, public_key FROM device")
    }
    head_rows = conn.exec_driver_sql("SELECT log, seq, hash FROM head ORDER BY log").all()
    present = conn.exec_driver_sql("SELECT DISTINCT log FROM ev").all()
    logs = {bytes(log): (int(seq), bytes(digest)) for log, seq, digest in head_rows}
    checked = 0
    try:
        for (log,) in present:
            if bytes(log) not in logs:
                raise _Broken(bytes(log), 1, tr("có sự kiện nhưng thiếu dòng đầu nhật ký"))
        for log, (seq, digest) in logs.items():
            checked += _verify_log(conn, log, keys.get(log), seq=seq, digest=digest)
    except _Broken as broken:
        return ChainReport(checked, len(logs), False, broken.log.hex(), broken.seq, broken.reason)
    return ChainReport(checked, len(logs), True)


def _verify_log(conn: Connection, log: bytes, key: bytes | None, *, seq: int, digest: bytes) -> int:
    if key is None:
        raise _Broken(log, 1, tr("không có khóa công khai của máy này"))
    before, count, signed = GENESIS, 0, True
    rows = conn.exec_driver_sql(
        # whoever rewrote a row may have left text where bytes belong
        "SELECT seq, id, off, st, t, hlc, CAST(body AS BLOB), CAST(hash AS BLOB), "
        "CAST(sig AS BLOB) FROM ev WHERE log = ? ORDER BY seq",
        (log,),
    )
    for number, *columns, body, stored, signature in rows.yield_per(1000):
        count += 1
        if number != count:
            raise _Broken(log, count, tr("thiếu sự kiện"))
        before = _verify_event(
            log, count, key, before=before, row=(columns, body, stored, signature)
        )
        signed = signature is not None
    if (count, before) != (seq, digest):
        raise _Broken(log, min(count, seq) + 1, tr("phần cuối nhật ký bị cắt"))
    if not signed:
        raise _Broken(log, count, tr("sự kiện cuối không có chữ ký của máy"))
    return count


def _verify_event(
    log: bytes,
    seq: int,
    key: bytes,
    *,
    before: bytes,
    row: tuple[list[object], bytes, bytes, bytes | None],
) -> bytes:
    """Check one event against its row and the event before it; returns its hash."""
    columns, body, stored, signature = row
    try:
        item = unseal(body, signature)
    except ForeignError as error:
        raise _Broken(log, seq, tr("nội dung không đọc được")) from error
    e = item.envelope
    if item.hash != stored:
        raise _Broken(log, seq, tr("nội dung đã bị sửa"))
    if e.log != log or e.seq != seq or columns != [e.id, e.office, e.stream, e.type, e.hlc]:
        raise _Broken(log, seq, tr("cột tra cứu không khớp nội dung"))
    if e.prev != before:
        raise _Broken(log, seq, tr("không nối với sự kiện trước"))
    if signature is not None and not signature_holds(key, item.hash, signature):
        raise _Broken(log, seq, tr("chữ ký của máy không đúng"))
    return item.hash
