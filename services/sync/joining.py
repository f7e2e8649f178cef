"""An empty folder becomes a PC of an office: a place on the roster, the journal, then sign-in.

    joining = begin_joining(home, code, make_source=..., clock=...)  # a place, a key of its own
    download(joining, tell)                                         # resumable after any cut
    finish_joining(joining, login, password=...)                    # office.json is written last

Until the end the folder holds no office. Its store lies under a key of its own, which is kept
wrapped under the one-time code, so that the same code goes on after a power cut; at the end the key
is wrapped by the office key, which comes out of the administrator's wrap in the received journal.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from models.codec import from_payload
from models.errors import ForeignError, InputError, MachineError
from models.events.administration import OfficeCreated
from models.passwords import REAL_OFFICE, TRAINING
from models.staff import Role
from models.words import tr
from services.assembly import PROJECTORS, secrets_for
from services.clock import Clock, new_id
from services.core import SignedIn
from services.credentials import credential_rows
from services.journal.bulk import receive_bulk, take_up
from services.journal.device import (
    Device,
    create_device,
    keep_device,
    load_device,
    this_machine,
)
from services.journal.reading import stream_events
from services.office_file import Mode, OfficeFile, set_unfinished_aside, write_office
from services.people import demand_role, get_staff, staff_rows
from services.rebuilding import mark_current
from services.settings import SETTINGS_STREAM
from services.store.files import make_folder, write_file
from services.store.opening import STORE_FILE, create_store, open_store
from services.store.statement import rows_of
from services.store.unit import Store
from services.store.vault import create_vault, new_key, wrap_context
from services.store.wraps import FLOOR, Kdf, Wrap, open_wrap, wrap_key
from services.sync.authority import keep_authority
from services.sync.bootstrapping import Bringing, bring_snapshot
from services.sync.client import NoAnswer
from services.sync.enrolled import write_enrolment
from services.sync.enrolment import CitySource, Code, Place, Source
from services.sync.faults import fault
from services.sync.inviting import split_invitation
from services.sync.journal_store import JournalStore
from services.sync.peer_source import PeerSource
from services.sync.protocol import (
    Head,
    Heads,
    HeadsAnswer,
    Lane,
    Pull,
    Refused,
    Revoked,
    Run,
    Suffixes,
)

__all__ = [
    "JOINING", "Joined", "Joining", "Tell", "begin_joining", "download", "finish_joining",
    "join_by_invitation", "join_office",
]  # fmt: skip

JOINING = "joining.json"
_CONTEXT = b"mot-cua joining v1"
_ROSTER = (
    "INSERT OR REPLACE INTO device (log, off, public_key, slot, name, incarnation, kind, state, "
    "last_seq) VALUES (?,?,?,?,?,?,?,?,?)"
)
NOTHING_OF_IT = Head(2**62, bytes(32))
PAUSES_S = (0.5, 1, 2, 4, 8)
Tell = Callable[[int, int], None]
"""tell(done, total): events held and events of the office, as far as they are known."""


@dataclass
class Joining:
    """A folder on its way into an office; `close` may come at any time."""

    home: Path
    store: Store
    device: Device
    key: bytes
    source: Source
    place: Place
    clock: Clock

    @property
    def logs(self) -> JournalStore:
        """The journal as a store of logs."""
        return JournalStore(self.store, self.device, office=self.place.office, clock=self.clock,
                            projectors=PROJECTORS)  # fmt: skip

    def close(self) -> None:
        """Give the folder back; the same code goes on from here."""
        self.source.close()
        self.store.close()


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of it: the office, this PC's place there, the events it holds."""

    office: OfficeFile
    place: Place
    events: int


def join_office(
    home: Path, code: Code, login: str, *, password: str, server: str = "", ca_file: str = "",
    clock: Clock, tell: Tell = lambda _done, _total: None, name: str = "",
) -> Joined:  # fmt: skip
    """Make `home` a PC of an office by way of the city's server; after a cut, call it again.

    `name` is what people call this PC, empty: its network name.
    """
    server = server or code.server

    def source(device: Device) -> CitySource:
        return CitySource(server, device, clock=clock, code=code, ca_file=ca_file)

    joined = _join(home, code.code, source, login=login, password=password, clock=clock, tell=tell,
                   name=name)  # fmt: skip
    keep_authority(home, ca_file)
    return joined


def join_by_invitation(
    home: Path, invitation: str, login: str, *, password: str, peer: str, clock: Clock,
    tell: Tell = lambda _done, _total: None, name: str = "",
) -> Joined:  # fmt: skip
    """Make `home` a PC of an office by way of another of its PCs; the city confirms it later."""
    secret, wanted = split_invitation(invitation)

    def source(device: Device) -> PeerSource:
        return PeerSource(peer, device, secret=secret, fingerprint=wanted, clock=clock)

    return _join(home, secret, source, login=login, password=password, clock=clock, tell=tell,
                 name=name)  # fmt: skip


def _join(
    home: Path, code: str, source: Callable[[Device], Source], *, login: str, password: str,
    clock: Clock, tell: Tell, name: str,
) -> Joined:  # fmt: skip
    joining = begin_joining(home, code, make_source=source, clock=clock, name=name)
    try:
        events = download(joining, tell)
        office = finish_joining(joining, login, password=password)
    finally:
        joining.close()
    return Joined(office, joining.place, events)


def begin_joining(
    home: Path, code: str, *, make_source: Callable[[Device], Source], clock: Clock,
    kdf: Kdf = FLOOR, name: str = "",
) -> Joining:  # fmt: skip
    """Make or find the folder's own key and device, and ask for a place on the roster.

    Raises `MachineError` SL-35 for a folder with an office, and what the source refuses with.
    """
    make_folder(home)
    if (home / "office.json").exists():
        raise MachineError(
            "SL-35", tr("Thư mục này đã có cơ quan."), tr("Chọn thư mục trống để cài máy mới.")
        )
    key = _found_key(home, code)
    if key is None:
        set_unfinished_aside(home, f"{clock.now():%Y%m%d-%H%M%S}")
        key = _keep_key(home, code, clock=clock, kdf=kdf)
    store = open_store(home, key) if (home / STORE_FILE).exists() else create_store(home, key)
    try:
        device = _device(home, key, clock, name=name)
        source = make_source(device)
        place = source.admit(device)
        device = device.as_listed(place.slot, place.device_name)
        keep_device(home, device, key=key, clock=clock)
        with store.write() as tx:
            for row in place.roster:
                rows_of(tx, _ROSTER, row)  # none as the city: that is who is pinned below
            mark_current(tx)
            if place.city_key:
                write_enrolment(tx, place.server, place.city_key, office=place.office)
        return Joining(home, store, device, key, source, place, clock)
    except BaseException:
        store.close()
        raise


def _device(home: Path, key: bytes, clock: Clock, *, name: str) -> Device:
    if (home / "device.key").exists():
        return load_device(home, key)
    return create_device(home, key=key, name=this_machine(name), slot=0, clock=clock)


def _keep_key(home: Path, code: str, *, clock: Clock, kdf: Kdf) -> bytes:
    key = new_key(clock)
    wrap = wrap_key(key, code, kdf=kdf, context=_CONTEXT, random=clock.random(28))
    data = {
        "kdf": [kdf.memory_kib, kdf.passes, kdf.lanes], "salt": wrap.salt.hex(),
        "sealed": wrap.sealed.hex(),
    }  # fmt: skip
    write_file(home / JOINING, json.dumps(data).encode())
    return key


def _found_key(home: Path, code: str) -> bytes | None:
    """The key of a joining that was cut, if this is its code."""
    try:
        data = json.loads((home / JOINING).read_bytes())
        wrap = Wrap(Kdf(*data["kdf"]), bytes.fromhex(data["salt"]), bytes.fromhex(data["sealed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return open_wrap(wrap, code, context=_CONTEXT)


def download(
    joining: Joining, tell: Tell = lambda _done, _total: None,
    pause: Callable[[float], None] = time.sleep,
) -> int:  # fmt: skip
    """Fetch the office's journal as it stands now; returns how many events are held.

    The city's snapshot comes first if there is one, then what follows it. Every run is
    checked like any other and stored at once: after a cut the next call goes on there. The rows
    that screens read are made once, at the end: from a PC of the office that takes as long as the
    city's snapshot does.
    Raises `MachineError` SL-36 when the connection stays away, `ForeignError` for false runs.
    """
    logs = joining.logs
    wanted = _heads(joining, pause)
    total = sum(head.seq for head in wanted.values())
    how = Bringing(joining.source, joining.place.city_key, PROJECTORS,
                   lambda done: tell(done, max(done, total)), pause)  # fmt: skip
    how.tell(sum(head.seq for head in logs.heads().values()))
    bring_snapshot(logs, how)
    deaf: set[bytes] = set()
    while True:
        held = logs.heads()
        done = sum(head.seq for head in held.values())
        tell(done, max(done, total))
        missing = [log for log, head in wanted.items() if held.get(log, _NONE).seq < head.seq]
        if not missing:
            take_up(logs.store, PROJECTORS)
            return done
        asked = {**held, **dict.fromkeys(deaf, NOTHING_OF_IT)}
        question = Pull(joining.place.office, asked, Lane.BACKLOG)
        said = _ask(joining, question, Suffixes, pause)
        taken, refused, unwanted = _take(logs, said.runs, first=_city_key(joining))
        wanted = {log: head for log, head in wanted.items() if log not in unwanted}
        if not taken and not unwanted and (deaf or not refused):
            raise fault("DB-07") if refused or deaf else fault("DB-10")
        deaf = set() if not refused and deaf else deaf | refused


_NONE = Head(0, bytes(32))


def _city_key(joining: Joining) -> bytes:
    with joining.store.read() as conn:
        rows = conn.exec_driver_sql("SELECT public_key FROM device WHERE kind = 'city'").first()
    return bytes(rows[0]) if rows else b""


def _take_one(logs: JournalStore, run: Run) -> bool:
    """Store a run, its rows are made at the end of all; says whether it brought anything new."""
    before = logs.heads().get(run.log, _NONE)
    receive_bulk(logs.store, (run,), office=logs.office, clock=logs.clock, projectors=PROJECTORS)
    return logs.heads().get(run.log, _NONE).seq > before.seq


def _take(
    logs: JournalStore, runs: tuple[Run, ...], *, first: bytes
) -> tuple[int, set[bytes], set[bytes]]:
    """Take what can be taken; the city's word comes first, for it names the other devices.

    Returns how many runs were new, the logs of unknown devices, and those nobody needs: the many
    that a revoked key had opened.
    """
    taken = 0
    refused: set[bytes] = set()
    unwanted: set[bytes] = set()
    for run in sorted(runs, key=lambda run: run.origin.public_key != first):
        try:
            taken += _take_one(logs, run)
        except ForeignError as error:
            if error.code not in ("DB-07", "DB-25"):
                raise
            (refused if error.code == "DB-07" else unwanted).add(run.log)
    return taken, refused, unwanted


def _heads(joining: Joining, pause: Callable[[float], None]) -> dict[bytes, Head]:
    return dict(_ask(joining, Heads(joining.place.office), HeadsAnswer, pause).heads)


Kind = TypeVar("Kind")


def _ask(
    joining: Joining, question: Heads | Pull, kind: type[Kind], pause: Callable[[float], None]
) -> Kind:
    for seconds in (*PAUSES_S, 0):
        try:
            said = joining.source.ask(question)
        except NoAnswer:
            if seconds:
                pause(seconds)
            continue
        if isinstance(said, kind):
            return said
        if isinstance(said, Revoked):
            raise fault("DB-14")
        if isinstance(said, Refused):
            raise ForeignError(said.code, said.what, said.next_step)  # in the peer's own words
        pause(seconds)
    raise MachineError(
        "SL-36",
        tr("Mất kết nối khi đang tải nhật ký của cơ quan."),
        tr("Làm lại với cùng mã ghi danh: phần đã tải được giữ nguyên."),
    )


def finish_joining(joining: Joining, login: str, *, password: str) -> OfficeFile:
    """Let an administrator of the office finish: passwords and keys take their place.

    Raises `InputError` SL-37 for a login or password the journal does not know, `NotAllowed` TK-04
    for somebody who administers nothing. Closes the store; the folder is an office then.
    """
    clock = joining.clock
    office = _identity(joining)
    with joining.store.read() as conn:
        people = {p.login: p for p in staff_rows(conn) if p.active}
        wraps = credential_rows(conn)
        person = people.get(login.strip().casefold())
        user = wraps.get(person.id) if person else None
        context = wrap_context(office.profile, person.id) if person else b""
        office_key = open_wrap(user.wrap, password, context=context) if user else None
        if person is None or user is None or office_key is None:
            raise _wrong_password()
        demand_role(SignedIn(get_staff(conn, person.id), new_id(clock)), Role.BUSINESS_ADMIN,
                    Role.TECHNICAL_ADMIN)  # fmt: skip
    shutil.rmtree(joining.home / "vault", ignore_errors=True)
    policy = TRAINING if office.mode is Mode.TRAINING else REAL_OFFICE
    vault = create_vault(joining.home, office.profile, kdf=user.wrap.kdf, policy=policy,
                         clock=clock, secrets=secrets_for(office.mode))  # fmt: skip
    vault.keep_store_key(joining.key, office_key=office_key)
    for each in people.values():
        known = wraps.get(each.id)
        if known is not None:
            vault.put_wrap(each.id, each.login, known.wrap)
    joining.close()
    write_office(joining.home, office)  # last: only now is there an office in this folder
    (joining.home / JOINING).unlink(missing_ok=True)
    return office


def _identity(joining: Joining) -> OfficeFile:
    """What the office's first event says of it; raises `MachineError` SL-38 when it is missing."""
    with joining.store.read() as conn:
        events = stream_events(conn, SETTINGS_STREAM)
    for item in events:
        e = item.envelope
        said = from_payload(e.type, e.type_version, e.payload)
        if isinstance(said, OfficeCreated):
            return OfficeFile(said.profile, Mode(said.mode), said.unit_code, said.unit_name,
                              joining.clock.now().isoformat())  # fmt: skip
    raise MachineError(
        "SL-38",
        tr("Thành phố chưa giữ nhật ký của cơ quan này nên chưa có gì để cài."),
        tr("Bật máy đầu tiên của cơ quan, đợi nó đồng bộ xong rồi làm lại với cùng mã."),
    )


def _wrong_password() -> InputError:
    return InputError(
        "SL-37",
        tr("Tên đăng nhập hoặc mật khẩu không đúng với cơ quan này."),
        tr("Dùng tài khoản quản trị của cơ quan; phần đã tải vẫn còn."),
        field="password",
    )
