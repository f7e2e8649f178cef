"""A disk whose fsync fails at COMMIT: nobody knows whether the act is stored, and we say so."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from bench.acts import act, check
from models.errors import MachineError
from services.store.migrations import upgrade
from services.store.troubles import CommitUncertain
from tests.durability.harness import RecordedStore, plain_engine
from tests.durability.recording import RecordingFile, RecordingVFS


class FailingVFS(RecordingVFS):
    """Refuses to sync the WAL once when `failing`; what it wrote stays, as disks do."""

    failing = False
    folder: Path
    seen: dict[str, bytes]

    def xOpen(self, name: object, flags: list[int]) -> FailingFile:
        opened = FailingFile(name, flags, self.recording)
        opened.disk = self
        return opened


class FailingFile(RecordingFile):
    disk: FailingVFS

    def xSync(self, flags: int) -> None:
        if self.disk.failing and self._name.endswith("-wal"):
            self.disk.failing = False
            self.disk.seen = {path.name: path.read_bytes() for path in self.disk.folder.iterdir()}
            raise apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)
        super().xSync(flags)


def test_a_commit_that_failed_may_be_stored_all_the_same(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    copy.mkdir()
    path = home / "store.db"
    engine = plain_engine(path)
    upgrade(engine)
    engine.dispose()
    vfs = FailingVFS.over(path, "failing")
    vfs.folder = home
    store = RecordedStore(path, "failing", spoil="")
    with store.write() as tx:
        act(tx, 1)
    vfs.failing = True
    with pytest.raises(CommitUncertain) as told, store.write() as tx:
        act(tx, 2)
    assert told.value.code == "KHO-11"
    with pytest.raises(MachineError) as refused, store.write() as tx:
        act(tx, 2)
    assert refused.value.code == "KHO-16"
    with store.read() as connection:
        assert check(connection) in ({"act 1"}, {"act 1", "act 2"})
    store.reopen()
    with store.read() as connection:
        found = check(connection)
    seq = len(found) + 1
    with store.write() as tx:
        act(tx, seq)
    with store.read() as connection:
        assert check(connection) == found | {f"act {seq}"}
    store.close()
    vfs.unregister()
    for name in ("store.db", "store.db-wal"):
        (copy / name).write_bytes(vfs.seen[name])
    had_the_process_died_there = plain_engine(copy / "store.db")
    with had_the_process_died_there.connect() as connection:
        assert check(connection) == {"act 1", "act 2"}
    had_the_process_died_there.dispose()
