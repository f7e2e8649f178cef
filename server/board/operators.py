"""Who may look at the board: operators with Argon2id passwords, sessions, and what they looked at.

A session is a random cookie of which only the SHA-256 is kept; its CSRF token is made from the
cookie. Idle sessions end after half an hour, all after twelve hours.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import Connection, delete, insert, select, update

from models.errors import InputError, NotAllowed, TooManyTries
from models.passwords import REAL_OFFICE, clean_password, refuse_weak_password
from models.words import tr
from server.board import tables as t
from server.board.limits import Budget, allow, forgive
from server.board.offices import ALL, Scope
from server.store.unit import CityDatabase
from services.clock import Clock, new_id
from services.store.wraps import FLOOR, Kdf

__all__ = [
    "RIGHTS", "SESSION_S", "Operator", "Session", "add_operator", "audit", "csrf_of",
    "find_by_token", "find_session", "new_token", "remove_operator", "sign_in", "sign_out",
]  # fmt: skip

RIGHTS = ("view", "personal", "settings")
SESSION_S = 12 * 3600
IDLE_S = 30 * 60
LONGEST_CODE = 20
AT_ONCE, PATIENCE_S = 2, 20
"""Argon2id takes 64 MiB for each password looked at: a crowd at the door waits in line."""
TOUCH_S = 60
"""Use of a session is written down at most so often."""
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
PER_LOGIN = Budget("login", 5, 15 * 60)
PER_ADDRESS = Budget("login-address", 30, 15 * 60)


@dataclass(frozen=True, slots=True)
class Operator:
    """A person of the city's centre; `offices` None is the whole city."""

    login: str
    name: str
    offices: Scope
    rights: frozenset[str]

    def may_see(self, office: str) -> bool:
        """Whether the office is one of theirs; what cannot be a unit code is nobody's."""
        if not (office.isascii() and office.isalnum() and len(office) <= LONGEST_CODE):
            return False
        return self.offices is None or office in self.offices


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in operator and the token every form must bring back."""

    operator: Operator
    csrf: str


def add_operator(
    database: CityDatabase, person: Operator, password: str, *, clock: Clock, kdf: Kdf = FLOOR
) -> None:
    """Add a person or give them a new password and rights; their sessions end.

    Raises `InputError` MC-62 for a login that cannot be one, KHO-31/32 for a weak password.
    """
    if not LOGIN.fullmatch(person.login):
        raise InputError(
            "MC-62",
            tr("Tên đăng nhập «{login}» không dùng được.", login=person.login[:40]),
            tr("Dùng 2 đến 40 chữ thường không dấu, chữ số, dấu chấm hoặc gạch."),
            field="login",
        )
    refuse_weak_password(password, person.login, policy=REAL_OFFICE)
    salt = clock.random(16)
    row = {
        "login": person.login, "name": person.name, "rights": ",".join(sorted(person.rights)),
        "offices": "*" if person.offices is None else ",".join(sorted(person.offices)),
        "salt": salt, "kdf": json.dumps([kdf.memory_kib, kdf.passes, kdf.lanes]),
        "digest": _derive(password, salt, kdf), "active": 1,
        "added_ms": _now_ms(clock),
    }  # fmt: skip
    with database.write("") as tx:
        known = tx.execute(select(t.operator.c.login).where(t.operator.c.login == person.login))
        if known.first():
            tx.execute(update(t.operator).where(t.operator.c.login == person.login).values(row))
        else:
            tx.execute(insert(t.operator).values(row))
        _end_sessions(tx, person.login)
        audit(tx, "operator", "add", subject=person.login, clock=clock)


def remove_operator(database: CityDatabase, login: str, *, clock: Clock) -> bool:
    """Take a person's access away; whether there was such a person."""
    with database.write("") as tx:
        mine = t.operator.c.login == login
        gone = tx.execute(update(t.operator).where(mine).values(active=0, token_digest=None))
        _end_sessions(tx, login)
        audit(tx, "operator", "remove", subject=login, clock=clock)
        return gone.rowcount > 0


def new_token(database: CityDatabase, login: str, *, clock: Clock) -> str | None:
    """A fresh key for the JSON API, shown once; the old one ends. None for an unknown login."""
    token = clock.random(32).hex()
    with database.write("") as tx:
        mine = (t.operator.c.login == login) & (t.operator.c.active == 1)
        digest = hashlib.sha256(token.encode()).digest()
        done = tx.execute(update(t.operator).where(mine).values(token_digest=digest))
        audit(tx, "operator", "token", subject=login, clock=clock)
        return token if done.rowcount else None


def sign_in(
    database: CityDatabase, login: str, password: str, *, address: str, clock: Clock
) -> str:  # fmt: skip
    """Check a password and open a session; returns its cookie.

    An unknown login costs the same work as a wrong password. Raises `NotAllowed` MC-63,
    `TooManyTries` MC-64.
    """
    login = login.strip().lower()[:40]
    with database.write("") as tx:
        wait = max(
            allow(tx, PER_LOGIN, login, clock=clock),
            allow(tx, PER_ADDRESS, address, clock=clock),
        )
        row = tx.execute(select(t.operator).where(t.operator.c.login == login)).mappings().first()
    if wait:
        raise _too_many(wait)
    salt, kdf = (bytes(row["salt"]), Kdf(*json.loads(row["kdf"]))) if row else (bytes(16), FLOOR)
    given = _derive_in_line(password[:200], salt, kdf)
    wanted = bytes(row["digest"]) if row else bytes(32)
    if not hmac.compare_digest(given, wanted) or row is None or not row["active"]:
        raise NotAllowed(
            "MC-63",
            tr("Tên đăng nhập hoặc mật khẩu không đúng."),
            tr("Kiểm tra lại; quản trị thành phố đặt được mật khẩu mới."),
        )
    return _open_session(database, login, clock)


def _open_session(database: CityDatabase, login: str, clock: Clock) -> str:
    cookie, now = clock.random(32).hex(), _now_ms(clock)
    with database.write("") as tx:
        forgive(tx, PER_LOGIN, login, clock=clock)
        old = t.operator_session.c.began_ms < now - SESSION_S * 1000
        tx.execute(delete(t.operator_session).where(old))
        tx.execute(
            insert(t.operator_session).values(
                digest=_digest(cookie), login=login, began_ms=now, used_ms=now
            )
        )
        audit(tx, login, "sign-in", clock=clock)
    return cookie


def find_session(
    database: CityDatabase, cookie: str, *, clock: Clock, is_act: bool
) -> Session | None:  # fmt: skip
    """The session of a cookie; None when it ended. `is_act` False: a page that refreshed itself."""
    s, o, now = t.operator_session.c, t.operator.c, _now_ms(clock)
    query = (
        select(t.operator, s.used_ms)
        .join(t.operator_session, s.login == o.login)
        .where(
            s.digest == _digest(cookie), o.active == 1,
            s.began_ms > now - SESSION_S * 1000, s.used_ms > now - IDLE_S * 1000,
        )
    )  # fmt: skip
    with database.read("") as tx:
        row = tx.execute(query).mappings().first()
    if row is None:
        return None
    if is_act and now - row["used_ms"] > TOUCH_S * 1000:
        with database.write("") as tx:
            mine = s.digest == _digest(cookie)
            tx.execute(update(t.operator_session).where(mine).values(used_ms=now))
    return Session(_operator(row), csrf_of(cookie))


def find_by_token(database: CityDatabase, token: str) -> Operator | None:
    """The operator whose API key this is."""
    digest = hashlib.sha256(token.encode()).digest()
    query = select(t.operator).where(t.operator.c.token_digest == digest, t.operator.c.active == 1)
    with database.read("") as tx:
        row = tx.execute(query).mappings().first()
    return _operator(row) if row else None


def sign_out(database: CityDatabase, cookie: str) -> None:
    """End a session."""
    with database.write("") as tx:
        tx.execute(delete(t.operator_session).where(t.operator_session.c.digest == _digest(cookie)))


def audit(
    tx: Connection, login: str, act: str, *, clock: Clock, office: str = "", subject: str = "",
    reason: str = "",
) -> None:  # fmt: skip
    """Write down what somebody did, in the transaction of the act."""
    tx.execute(
        insert(t.operator_audit).values(
            id=new_id(clock), at_ms=_now_ms(clock), login=login, act=act, off=office,
            subject=subject, reason=reason,
        )
    )  # fmt: skip


def csrf_of(cookie: str) -> str:
    """The token of a session's forms: whoever lacks the cookie cannot make it."""
    return hmac.new(cookie.encode(), b"mot-cua csrf v1", hashlib.sha256).hexdigest()


def _operator(row: object) -> Operator:
    values = dict(row)  # type: ignore[call-overload]
    codes = values["offices"]
    offices = ALL if codes == "*" else frozenset(filter(None, codes.split(",")))
    return Operator(
        values["login"], values["name"], offices, frozenset(values["rights"].split(","))
    )


def _end_sessions(tx: Connection, login: str) -> None:
    tx.execute(delete(t.operator_session).where(t.operator_session.c.login == login))


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


_line = threading.BoundedSemaphore(AT_ONCE)


def _derive_in_line(password: str, salt: bytes, kdf: Kdf) -> bytes:
    """`_derive`, a few at a time; raises `TooManyTries` MC-64 for who would wait too long."""
    if not _line.acquire(timeout=PATIENCE_S):
        raise _too_many(PATIENCE_S)
    try:
        return _derive(password, salt, kdf)
    finally:
        _line.release()


def _too_many(seconds: int) -> TooManyTries:
    return TooManyTries(
        "MC-64",
        tr("Đã thử đăng nhập quá nhiều lần."),
        tr("Đợi {minutes} phút rồi thử lại.", minutes=-(-seconds // 60)),
        seconds=seconds,
    )


def _derive(password: str, salt: bytes, kdf: Kdf) -> bytes:
    method = Argon2id(
        salt=salt, length=32, iterations=kdf.passes, lanes=kdf.lanes, memory_cost=kdf.memory_kib
    )
    return method.derive(clean_password(password).encode())


def _now_ms(clock: Clock) -> int:
    return int(clock.now().timestamp() * 1000)
