"""Who may number: handing a book over, and taking it over when its holder is lost.

Handing over is the holder's act. Taking over is that of two officers, one of them a leader, who
both read the last number in the printed book; the PC they work on goes on after it. A number that
the lost PC gave out later is kept and marked (design notes: sync §4.8).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from models.book import WITNESSES, find_proposal, holds, read_book
from models.errors import InputError, NotAllowed
from models.events.issuing import (
    BookReleased,
    TakeoverConfirmed,
    TakeoverProposed,
)
from models.order import canonical
from models.staff import Role, Staff
from models.typed_text import clean_line
from models.words import tr
from services.assembly import OpenOffice
from services.clock import new_id
from services.core import Core, SignedIn
from services.dossiers.books import book_stream
from services.journal.append import ActInProgress
from services.journal.reading import stream_events
from services.people import as_stored, get_staff
from services.store.statement import rows_of

__all__ = [
    "BookHolding", "Machine", "Proposal", "confirm_takeover", "hand_book_over", "other_machines",
    "propose_takeover", "read_holding", "take_over_together",
]  # fmt: skip

_NAME = "SELECT name FROM device WHERE log = ?"
_OTHERS = (
    "SELECT log, name FROM device WHERE kind <> 'city' AND last_seq IS NULL AND public_key <> ? "
    "ORDER BY slot, name"
)
LARGEST = 99_999


@dataclass(frozen=True, slots=True)
class Machine:
    """A PC of the office, by its log in hex."""

    log: str
    name: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What waits for a second officer: by whom, for which PC, after which printed number."""

    by: str
    by_name: str
    machine: Machine
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class BookHolding:
    """Who numbers in a book now. `last` is the newest number known here, `mine` says this PC."""

    year: int
    series: str
    holder: Machine
    epoch: int
    last: int
    mine: bool
    fenced: int
    proposal: Proposal | None


def read_holding(core: Core, year: int, series: str) -> BookHolding:
    """The holder of a book and what waits to be confirmed."""
    with core.store.read() as conn:
        events = stream_events(conn, book_stream(year, series))
        state = read_book(events)
        found = find_proposal(canonical(events))
        proposal = None
        if found is not None:
            said = found.event()
            assert isinstance(said, TakeoverProposed)
            by = found.envelope.actor.staff
            proposal = Proposal(
                by, get_staff(conn, by).name, _machine(conn, said.holder), said.last, said.reason
            )
        return BookHolding(
            year, series, _machine(conn, state.holder), state.epoch, state.last,
            state.holder == core.journal.device.log.hex(), len(state.fenced), proposal,
        )  # fmt: skip


def other_machines(core: Core) -> tuple[Machine, ...]:
    """The other PCs of the office that may hold a book."""
    with core.store.read() as conn:
        rows = rows_of(conn, _OTHERS, (core.journal.device.public_key,))
    return tuple(Machine(bytes(log).hex(), str(name)) for log, name in rows)


def hand_book_over(core: Core, who: SignedIn, year: int, *, series: str, to: str) -> None:
    """This PC stops numbering in the book and the PC with the log `to` (hex) goes on.

    Raises `NotAllowed` SO-20 without the role, SO-21 when this PC is not the holder.
    """
    stream = book_stream(year, series)
    with core.journal.act(who.acting_as(Role.RECORDS_CLERK)) as act:
        _demand_role(act, who, frozenset({Role.RECORDS_CLERK, Role.LEADER}))
        state = read_book(act.whole(stream))
        if state.holder != core.journal.device.log.hex():
            raise NotAllowed(
                "SO-21",
                tr("Máy này không giữ sổ nên không bàn giao được."),
                tr("Bàn giao trên máy đang giữ sổ."),
            )
        if to not in {each.log for each in other_machines(core)}:
            raise InputError(
                "SO-22", tr("Máy nhận sổ không có trong cơ quan."), tr("Chọn lại máy."), field="to"
            )
        act.add(stream, BookReleased(state.last, to))


def propose_takeover(
    core: Core, who: SignedIn, year: int, *, series: str, last: int, reason: str
) -> None:
    """The first of two officers: this PC shall go on after the printed number `last`.

    Raises `NotAllowed` SO-20 without the role, SO-23 when this PC holds the book already,
    `InputError` SO-24 for a number lower than one known here, SO-25 without a reason.
    """
    stream = book_stream(year, series)
    with core.journal.act(who.acting_as(Role.LEADER)) as act:
        _demand_role(act, who, WITNESSES)
        state = read_book(act.whole(stream))
        me = core.journal.device.log.hex()
        if state.holder == me:
            raise NotAllowed(
                "SO-23", tr("Máy này đang giữ sổ rồi."), tr("Cấp số như thường; không cần làm gì.")
            )
        _demand_printed(last, state.last)
        why = clean_line(reason, tr("Lý do"), limit=300, field="reason")
        if not why:
            raise InputError(
                "SO-25", tr("Tiếp quản sổ phải có lý do."), tr("Nhập lý do."), field="reason"
            )
        act.add(stream, TakeoverProposed(me, last, why))


def confirm_takeover(core: Core, who: SignedIn, year: int, *, series: str, last: int) -> None:
    """The second officer read the same number: from now on the proposed PC numbers.

    Raises `NotAllowed` SO-20 without the role, SO-26 when nothing was proposed, SO-27 for the same
    person or without a leader among the two, `InputError` SO-28 for another number.
    """
    stream = book_stream(year, series)
    with core.journal.act(who.acting_as(Role.LEADER)) as act:
        _demand_role(act, who, WITNESSES)
        order = canonical(act.whole(stream))
        found = find_proposal(order)
        if found is None:
            raise NotAllowed(
                "SO-26",
                tr("Chưa ai đề nghị tiếp quản sổ này."),
                tr("Người thứ nhất đề nghị trước, ghi số cuối trong sổ in."),
            )
        first, said = found.envelope.actor, found.event()
        assert isinstance(said, TakeoverProposed)
        if first.staff == who.staff.id or Role.LEADER not in {first.role, act.actor.role}:
            raise _not_two()
        if last != said.last:
            raise InputError(
                "SO-28",
                tr("Số {last} khác số người thứ nhất đã ghi.", last=last),
                tr("Mở sổ in, hai người cùng đọc lại số cuối."),
                field="last",
            )
        chain = holds(order)
        epoch = chain[-1].epoch + 1 if chain else 1
        act.add(stream, TakeoverConfirmed(found.hash, last, epoch))


def take_over_together(
    office: OpenOffice, found: BookHolding, *, last: int, reason: str, login: str, password: str
) -> None:
    """Both officers at one desk: whoever is signed in, and a second who enters a password.

    Raises what `propose_takeover` and `confirm_takeover` raise, and the vault's refusal of a wrong
    password, before anything is stored; SO-27 when the two may not do it together.
    """
    core, who = office.core, office.who
    second_id = office.vault.unlock(login, password).staff_id
    with core.store.read() as conn:
        second = SignedIn(get_staff(conn, second_id), new_id(core.clock))
    roles = {_role_of(person.staff, WITNESSES) for person in (who, second)}
    if second_id == who.staff.id or Role.LEADER not in roles:
        raise _not_two()
    propose_takeover(core, who, found.year, series=found.series, last=last, reason=reason)
    confirm_takeover(core, second, found.year, series=found.series, last=last)


def _not_two() -> NotAllowed:
    return NotAllowed(
        "SO-27",
        tr("Tiếp quản sổ cần hai người khác nhau, trong đó có một lãnh đạo."),
        tr("Nhờ người thứ hai đăng nhập và xác nhận."),
    )


def _demand_role(act: ActInProgress, who: SignedIn, roles: frozenset[Role]) -> None:
    """Act in the first of `roles` that the person holds now; raises `NotAllowed` SO-20."""
    now = as_stored(act.tx, who)
    role = _role_of(now.staff, roles)
    if role is None:
        raise NotAllowed(
            "SO-20",
            tr("Bạn không có quyền đổi máy giữ sổ số văn bản."),
            tr("Việc này của văn thư và lãnh đạo."),
        )
    act.actor = now.acting_as(role)


def _role_of(staff: Staff, roles: frozenset[Role]) -> Role | None:
    order = (Role.LEADER, Role.RECORDS_CLERK, Role.DEPARTMENT_HEAD)
    return next((role for role in order if role in roles and staff.has(role)), None)


def _demand_printed(last: int, known: int) -> None:
    if not known <= last <= LARGEST:
        raise InputError(
            "SO-24",
            tr(
                "Số cuối trong sổ in không thể nhỏ hơn {known}, số mà máy này đã biết.", known=known
            ),
            tr("Đọc lại dòng cuối của sổ in; nếu sổ in chưa có số đó, ghi {known}.", known=known),
            field="last",
        )


def _machine(conn: Connection, log: str) -> Machine:
    rows = rows_of(conn, _NAME, (bytes.fromhex(log),)) if log else []
    return Machine(log, str(rows[0][0]) if rows else "")
