"""The keys at this desk: which file, whose, for how long; opened for one act or one batch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.staff import Staff
from services.core import Core, SignedIn
from services.signers import demand_own_key, demand_seal_key
from services.signing.holder import Holder
from services.signing.keys import SigningKey, open_key
from services.signing.known import find_holder, remember_holder
from services.signing.training_pki import SEAL_FILE, key_path

__all__ = [
    "MOST_AT_ONCE", "KeyFile", "describe_key", "keys_folder", "open_own_key", "open_seal_key",
    "own_key_file", "roots_folder", "seal_key_file",
]  # fmt: skip

MOST_AT_ONCE = 50
"""Documents one password may sign or seal in one listed batch."""


@dataclass(frozen=True)
class KeyFile:
    """A key file as it is shown before any password: `holder` is None until it was opened once.

    `days_left` are whole days until the certificate ends, negative when it has ended.
    """

    path: Path
    exists: bool
    holder: Holder | None = None
    days_left: int = 0


def keys_folder(core: Core) -> Path:
    """Where the office keeps its key files."""
    return core.home / "keys"


def roots_folder(core: Core) -> Path:
    """Where the root certificates lie that signatures are checked against."""
    return keys_folder(core) / "roots"


def own_key_file(core: Core, staff: Staff) -> Path:
    """The file where the person's own key is expected."""
    return key_path(keys_folder(core), staff.id)


def seal_key_file(core: Core) -> Path:
    """The file where the key of the office's seal is expected."""
    return keys_folder(core) / SEAL_FILE


def describe_key(core: Core, path: Path) -> KeyFile:
    """What may be said about the key file at `path` without opening it."""
    if not path.is_file():
        return KeyFile(path, False)
    holder = find_holder(keys_folder(core), path)
    days = holder.days_left(core.clock.now()) if holder else 0
    return KeyFile(path, True, holder, days)


def open_own_key(core: Core, who: SignedIn, path: Path, *, password: str) -> SigningKey:
    """Open the person's own key; raises KY-01..KY-07, and KY-50 when it is somebody else's."""
    key = _open(core, path, password)
    demand_own_key(core, key, who.staff)
    return key


def open_seal_key(core: Core, path: Path, *, password: str) -> SigningKey:
    """Open the key of the seal; raises KY-01..KY-07, and KY-51 when it is a person's."""
    key = _open(core, path, password)
    demand_seal_key(core, key)
    return key


def _open(core: Core, path: Path, password: str) -> SigningKey:
    key = open_key(path, password, now=core.clock.now())
    remember_holder(keys_folder(core), path, key.certificate)
    return key
