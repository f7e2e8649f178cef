"""What did not go through: conflicts between devices, acts without effect, forked logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, func, or_, select

from models.dossier import Dossier, conflict_words, void_words
from models.schema.journal import fork
from models.schema.read_models import dossier, staff
from models.staff import Role
from models.words import tr
from services.core import Core, SignedIn
from services.dossiers.acts import load_dossier
from services.dossiers.books import numbers_fenced, numbers_twice
from services.journal.rivals import rival_rows
from services.oversight.rivals import KINDS, rival_words
from services.people import demand_role

__all__ = ["Trouble", "trouble_rows"]

MOST = 500


@dataclass(frozen=True)
class Trouble:
    """One line: where, what happened, whose act it was, and whether it still waits for someone."""

    key: str
    dossier: str
    code: str
    kind: str
    words: str
    who: str
    open: bool


def trouble_rows(core: Core, who: SignedIn) -> tuple[Trouble, ...]:
    """Open troubles first; for those who may read dossiers (`NotAllowed` TK-04 for others)."""
    demand_role(who, Role.INSPECTOR, Role.BUSINESS_ADMIN, Role.LEADER)
    found: list[Trouble] = []
    with core.store.read() as conn:
        names = {row.id: row.name for row in conn.execute(select(staff.c.id, staff.c.name))}
        touched = or_(dossier.c.conflicts > 0, dossier.c.voids > 0, dossier.c.waiting > 0)
        query = select(dossier.c.id, dossier.c.code).where(touched).order_by(dossier.c.n.desc())
        for row in conn.execute(query.limit(MOST)).all():
            found += _of_dossier(load_dossier(conn, row.id), row.code, names)
        for row in conn.execute(select(fork.c.log, fork.c.seq)).all():
            log = bytes(row.log).hex()
            words = tr("Hai sự kiện khác nhau cùng số {seq} của một máy.", seq=row.seq)
            found.append(Trouble(f"fork/{log}/{row.seq}", "", log[:8], "fork", words, "", True))
        found += _taken_twice(conn)
        found += [
            Trouble(f"rival/{r.id}", "", r.stream, "rival", rival_words(r), "", True)
            for r in rival_rows(conn, KINDS)
        ]
    return tuple(sorted(found, key=lambda t: not t.open))


def _taken_twice(conn: Connection) -> list[Trouble]:
    """Numbers, codes and logins that two PCs gave out without knowing of each other."""
    found = []
    for year, series, number in numbers_twice(conn):
        book = f"{series} {year}"
        words = tr("Số {number} của sổ {book} đứng hai lần.", number=number, book=book)
        found.append(Trouble(f"book/{book}/{number}", "", book, "number", words, "", True))
    for year, series, number in numbers_fenced(conn):
        book = f"{series} {year}"
        words = tr("Số {number} của sổ {book} do máy không giữ sổ cấp.", number=number, book=book)
        found.append(Trouble(f"fenced/{book}/{number}", "", book, "number", words, "", True))
    for row in _doubled(conn, dossier.c.id, dossier.c.code):
        words = tr("Mã hồ sơ {code} đã cấp cho nhiều hồ sơ.", code=row.word)
        found.append(Trouble(f"code/{row.id}", row.id, row.word, "code", words, "", True))
    for row in _doubled(conn, staff.c.id, staff.c.login):
        words = tr("Tên đăng nhập {login} thuộc nhiều người.", login=row.word)
        found.append(Trouble(f"login/{row.id}", "", row.word, "login", words, "", True))
    return found


def _doubled(conn: Connection, key: Column[str], word: Column[str]) -> Sequence[Any]:
    """The `key` and `word` of every row whose `word` another row has too."""
    twice = select(word).where(word != "").group_by(word).having(func.count() > 1)
    return conn.execute(
        select(key.label("id"), word.label("word")).where(word.in_(twice)).limit(MOST)
    ).all()


def _of_dossier(d: Dossier, code: str, names: dict[str, str]) -> list[Trouble]:
    found = [
        Trouble(f"{d.id}/{c.id}", d.id, code, "conflict", conflict_words(c), "", not c.resolved)
        for c in d.conflicts
    ]
    found += [
        Trouble(
            f"{d.id}/{v.event.hex()}", d.id, code, "void", void_words(v), names.get(v.by, ""), False
        )
        for v in d.voids
    ]
    if d.waiting:
        words = tr("Chờ {count} sự kiện từ máy khác.", count=d.waiting)
        found.append(Trouble(f"{d.id}/waiting", d.id, code, "waiting", words, "", True))
    return found
