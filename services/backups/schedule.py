"""Backups that nobody has to think of: when one is due, how it is made, what is known of the last.

The administrator chooses a folder (another disk), a time and how many to keep; they are settings of
this PC. What came of it is kept in the store under `backup`, and nothing here ever stops the work:
a folder that is away is tried again later, an old backup stays until a newer one was opened.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Connection

from models.errors import InputError, MachineError, OfficeError
from models.words import tr
from services.administration import change_settings
from services.assembly import OpenOffice
from services.backups.making import Backup, cannot_write, write_backup
from services.core import Core, SignedIn
from services.settings import AT_CLOSING
from services.store.blob_faults import note_damage
from services.store.files import TEMP_SUFFIX
from services.store.statement import rows_of

__all__ = [
    "SUFFIX", "Last", "Plan", "back_up_now", "is_due", "on_same_disk", "order_backups",
    "plan_of", "read_last",
]  # fmt: skip

SUFFIX = ".sao-luu"
RETRY = timedelta(minutes=10)
"""So long after a failure the next try comes."""
WRONG_CLOCK = timedelta(hours=1)
_GET = "SELECT value FROM sync_state WHERE name = 'backup'"
_PUT = "INSERT OR REPLACE INTO sync_state (name, value) VALUES ('backup', ?)"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was ordered: where, when ("16:30" or closing), how many copies, days to a warning."""

    folder: Path
    at: str
    keep: int
    warn_days: int


@dataclass(frozen=True, slots=True)
class Last:
    """The newest good backup of this PC and the newest try; times are ISO, empty for never.

    `fault` and `words` say why the newest try failed; `other_disk` whether the folder lay on
    another disk than the data when a backup was last made there.
    """

    good: str = ""
    file: str = ""
    size: int = 0
    events: int = 0
    attachments: int = 0
    damaged: int = 0
    tried: str = ""
    fault: str = ""
    words: str = ""
    other_disk: bool = False

    def age(self, now: datetime) -> timedelta | None:
        """How old the newest good backup is; None when there is none."""
        return now - datetime.fromisoformat(self.good) if self.good else None


def plan_of(settings: Mapping[str, str]) -> Plan | None:
    """The order in force on this PC; None when no folder was chosen."""
    folder = settings.get("backup_folder", "")
    if not folder:
        return None
    keep, days = int(settings["backup_keep"]), int(settings["backup_warn_days"])
    return Plan(Path(folder), settings["backup_at"], keep, days)


def order_backups(core: Core, who: SignedIn, values: Mapping[str, str]) -> None:
    """Keep an administrator's order (the settings `backup_…`) for this PC.

    Raises `InputError` SL-11 for a folder that is not there now, and as `change_settings` does.
    """
    folder = values["backup_folder"].strip()
    if folder and not (Path(folder).is_absolute() and Path(folder).is_dir()):
        raise InputError(
            "SL-11", tr("Không có thư mục này."), tr("Bấm «Chọn…» và chọn thư mục có sẵn."),
            field="backup_folder",
        )  # fmt: skip
    change_settings(core, who, values)


def read_last(conn: Connection) -> Last:
    """What is known of the backups of this PC."""
    rows = rows_of(conn, _GET)
    return Last(**json.loads(bytes(rows[0][0]))) if rows else Last()


def is_due(plan: Plan, last: Last, now: datetime, *, closing: bool = False) -> bool:
    """Whether a backup should be made now; `closing`: the program is about to end.

    At a time of day: none since that time last came. At closing: none today, or none for a whole
    day when the program stays open. A failure is followed by a pause, a backup from the future
    (the clock was wrong) counts as none.
    """
    tried = datetime.fromisoformat(last.tried) if last.fault else None
    if tried is not None and not closing and timedelta(0) <= now - tried < RETRY:
        return False
    made = datetime.fromisoformat(last.good) if last.good else None
    if made is None or made > now + WRONG_CLOCK:
        return True
    if plan.at != AT_CLOSING:
        return made < _latest(plan.at, now)
    return made.date() < now.date() if closing else now - made >= timedelta(days=1)


def _latest(at: str, now: datetime) -> datetime:
    """The last moment at or before `now` when the clock showed `at`."""
    moment = datetime.combine(now.date(), time.fromisoformat(at), now.tzinfo)
    return moment if moment <= now else moment - timedelta(days=1)


def back_up_now(office: OpenOffice) -> Last:
    """Make the ordered backup, open it, let older ones go; what came of it is kept and returned.

    Raises only what the store raises (KHO-22 when the office was closed meanwhile): a failure of
    the backup is in the answer.
    """
    core = office.core
    plan = plan_of(core.settings)
    with core.store.read() as conn:
        last = read_last(conn)
    if plan is None:
        return last
    now = core.clock.now()
    damaged: tuple[str, ...] = ()
    try:
        file = _target(core, plan, last, now=now)
        made = write_backup(core.home, office.vault, file, key=office.office_key, clock=core.clock)
    except (OfficeError, OSError) as error:
        told = _told(error)
        last = replace(last, tried=now.isoformat(), fault=told.code, words=told.sentence())
    else:
        damaged = made.damaged
        last = _good(made, now, other_disk=not on_same_disk(plan.folder, core.home))
        _let_go(core, plan)
    with core.store.write() as tx:
        rows_of(tx, _PUT, (json.dumps(asdict(last)).encode(),))
        note_damage(tx, damaged, now_ms=int(now.timestamp() * 1000))
    return last


def _target(core: Core, plan: Plan, last: Last, *, now: datetime) -> Path:
    """The file to write; raises `MachineError` SL-09 while the folder is away.

    A drive that was taken out may leave an empty folder on the PC's own disk behind.
    """
    there = plan.folder.is_dir()
    if not there or (last.other_disk and on_same_disk(plan.folder, core.home)):
        raise MachineError(
            "SL-09",
            tr("Không thấy thư mục sao lưu {folder}.", folder=plan.folder),
            tr("Cắm lại ổ USB hoặc nối lại ổ mạng; máy tự thử lại sau mười phút."),
        )
    for left in plan.folder.glob(f".{_prefix(core)}*{TEMP_SUFFIX}"):
        shutil.rmtree(left, ignore_errors=True)  # the program was ended half-way
    return plan.folder / f"{_prefix(core)}{now:%Y%m%d-%H%M%S}{SUFFIX}"


def _prefix(core: Core) -> str:
    """Several PCs may share a folder; each knows its own files by its key."""
    return f"motcua-{core.office.unit_code}-{core.journal.device.public_key.hex()[:6]}-"


def _good(made: Backup, now: datetime, *, other_disk: bool) -> Last:
    at = now.isoformat()
    return Last(
        at, str(made.file), made.size, made.events, made.attachments, len(made.damaged), at,
        other_disk=other_disk,
    )  # fmt: skip


def _told(error: OfficeError | OSError) -> OfficeError:
    if isinstance(error, OfficeError):
        return error
    log.warning("the backup failed: %s", error)
    return cannot_write()


def _let_go(core: Core, plan: Plan) -> None:
    """Remove this PC's oldest backups beyond the number to keep; never the newest."""
    mine = sorted(plan.folder.glob(f"{_prefix(core)}*{SUFFIX}"), reverse=True)
    for old in mine[plan.keep :]:
        try:
            old.unlink()
        except OSError as error:
            log.warning("an old backup stays: %s", error)


def on_same_disk(folder: Path, home: Path) -> bool:
    """Whether a folder lies on the disk of the data; a disk that broke would take both."""
    try:
        return folder.stat().st_dev == home.stat().st_dev
    except OSError:
        return False
