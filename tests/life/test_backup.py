"""Backups made while the office works, opened before they count, put back without a fork."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from models.errors import ForeignError, InputError, NotAllowed, OfficeError
from services.assembly import open_office, vault_of
from services.backups.making import make_backup
from services.backups.restoring import restore_backup
from services.journal.incarnation import Reason
from services.journal.verify import verify_journal
from services.store.vault import open_vault
from tests.support.office import NGUYET, Desk, open_desk

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "motcua"


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc")
    with made.core.store.write() as tx:
        made.core.blobs.put(tx, b"%PDF-1.7 to khai cua Nguyet", media="application/pdf")
    made.receive()
    yield made
    made.office.close()


def backup(desk, file, login="quantri"):
    vault = vault_of(desk.core.home, desk.clock)
    return make_backup(desk.core.home, vault, file, login=login, password=PASSWORD,
                       clock=desk.clock)  # fmt: skip


def restore(file, home, clock, login="quantri", password=PASSWORD):
    return restore_backup(file, home, login, password=password, clock=clock)


def reopen(home, clock, login="quantri"):
    return Desk(open_office(home, login, PASSWORD, clock=clock), clock)


def head_count(core):
    with core.store.read() as conn:
        report = verify_journal(conn)
        assert report.verified, report.reason
        return conn.exec_driver_sql("SELECT count(*) FROM ev").scalar_one()


def test_made_while_the_office_works_and_put_back_on_a_new_pc(desk, tmp_path, own_folders):
    file = tmp_path / "b.motcua"
    made = backup(desk, file)
    assert made.events == head_count(desk.core) and made.attachments == 1
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    names = zipfile.ZipFile(file).namelist()
    assert not any("device" in name or "vault" in name for name in names)
    raw = file.read_bytes()
    for secret in (NGUYET.id_number, NGUYET.name, "to khai cua Nguyet"):
        assert secret.encode() not in raw
    shutil.rmtree(own_folders / "state", ignore_errors=True)
    done = restore(file, tmp_path / "new", desk.clock)
    assert not done.same_pc and done.aside is None and done.events == made.events
    new = reopen(tmp_path / "new", desk.clock)
    assert new.office.new_log is None
    device = new.core.journal.device
    assert device.public_key != desk.core.journal.device.public_key and device.slot == 1
    with new.core.store.read() as conn:
        (digest,) = conn.exec_driver_sql("SELECT hash FROM blob").one()
        assert new.core.blobs.get(conn, digest) == b"%PDF-1.7 to khai cua Nguyet"
    new.receive()
    head_count(new.core)
    new.office.close()
    again = reopen(tmp_path / "new", desk.clock, "thuly")
    assert again.core.journal.device.log == device.log
    again.office.close()


def test_put_back_on_the_same_pc_it_opens_a_new_log_before_the_first_write(desk, tmp_path):
    file, home, old = tmp_path / "b.motcua", desk.core.home, desk.core.journal.device
    backup(desk, file)
    desk.receive()
    desk.office.close()
    done = restore(file, home, desk.clock)
    assert done.same_pc and done.aside is not None and (done.aside / "store.db").exists()
    again = reopen(home, desk.clock)
    assert again.office.new_log is Reason.RESTORED
    device = again.core.journal.device
    assert device.public_key == old.public_key and device.log != old.log
    again.receive()
    head_count(again.core)
    again.office.close()
    quiet = reopen(home, desk.clock)
    assert quiet.office.new_log is None and quiet.core.journal.device.log == device.log
    quiet.office.close()


def test_a_pc_with_a_store_key_of_its_own_makes_the_same_backup(desk, tmp_path):
    """A PC that joined: its store and attachments lie under its own key, not the office key."""
    from services.store.blobs import BlobStore
    from services.store.engine import copy_encrypted

    home, own = desk.core.home, b"o" * 32
    office_key = vault_of(home, desk.clock).unlock("quantri", PASSWORD).key
    desk.office.close()
    joined = tmp_path / "joined"
    shutil.copytree(home, joined)
    (joined / "store.db").unlink()
    copy_encrypted(home / "store.db", office_key, joined / "store.db", new_key=own)
    (joined / "device.key").unlink()
    vault = vault_of(joined, desk.clock)
    vault.keep_store_key(own, office_key=office_key)
    _rewrap(joined, own, BlobStore(home / "blobs", office_key), BlobStore(joined / "blobs", own))
    file = tmp_path / "j.motcua"
    made = make_backup(joined, vault, file, login="quantri", password=PASSWORD, clock=desk.clock)
    assert made.attachments == 1
    restore(file, tmp_path / "back", desk.clock)
    back = reopen(tmp_path / "back", desk.clock)
    with back.core.store.read() as conn:
        (digest,) = conn.exec_driver_sql("SELECT hash FROM blob").one()
        assert back.core.blobs.get(conn, digest).startswith(b"%PDF")
    back.office.close()


def _rewrap(home, key, before, after):
    from services.store.opening import open_store

    store = open_store(home, key)
    with store.write() as tx:
        before.hand_over(tx, after)
    store.close()


def test_only_an_administrator_makes_or_opens_a_backup(desk, tmp_path):
    file = tmp_path / "b.motcua"
    with pytest.raises(NotAllowed, match="TK-04"):
        backup(desk, file, login="thuly")
    assert not file.exists()
    backup(desk, file)
    for login, password in (("thuly", PASSWORD), ("quantri", "sai"), ("khong", PASSWORD)):
        with pytest.raises(InputError, match="SL-03"):
            restore(file, tmp_path / "new", desk.clock, login, password)
    assert not (tmp_path / "new" / "office.json").exists()


def test_a_damaged_backup_is_refused_and_nothing_changes(desk, tmp_path):
    file, home = tmp_path / "b.motcua", desk.core.home
    size = backup(desk, file).size
    desk.office.close()
    good = file.read_bytes()
    before = {p.name: p.stat().st_mtime_ns for p in home.iterdir() if p.is_file()}
    with zipfile.ZipFile(file) as archive:
        inside = {info.filename: info.header_offset for info in archive.infolist()}
    places = [0, 10, size // 3, size // 2, size - 5, *(at + 200 for at in inside.values())]
    bad = [good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :] for at in places]
    bad += [good[:n] for n in (0, 3, 100, size // 2, size - 1)]
    bad += [b"not a backup at all" * 50, without_seal(good, tmp_path)]
    refused = 0
    for data in bad:
        file.write_bytes(data)
        try:
            restore(file, home, desk.clock)
        except (ForeignError, InputError) as error:
            assert error.code in {"SL-01", "SL-02", "SL-03"}, error
            refused += 1
    assert refused >= len(bad) - 3, "a bit of ZIP's own padding may be of no consequence"
    with pytest.raises(ForeignError, match="SL-01"):
        restore(tmp_path / "nowhere", tmp_path / "x", desk.clock)
    if refused == len(bad):
        now = {p.name: p.stat().st_mtime_ns for p in home.iterdir() if p.is_file()}
        assert now | {"store.lock": 0} == before | {"store.lock": 0}
        assert not [p.name for p in home.iterdir() if "resto" in p.name]


def without_seal(good: bytes, folder: Path) -> bytes:
    """The same backup with an altered manifest: every digest fits, the seal does not."""
    source, target = folder / "good.zip", folder / "forged.zip"
    source.write_bytes(good)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                data = data.replace(b'"made"', b'"made" ')
            new.writestr(name, data)
    return target.read_bytes()


def test_an_older_backup_stays_when_the_new_one_cannot_be_made(desk, tmp_path):
    file = tmp_path / "b.motcua"
    file.write_bytes(b"the old one")
    with pytest.raises(InputError):
        make_backup(desk.core.home, vault_of(desk.core.home, desk.clock), file, login="quantri",
                    password="sai", clock=desk.clock)  # fmt: skip
    with pytest.raises(OfficeError, match="SL-06"):
        backup(desk, tmp_path / "no" / "such" / "b.motcua")
    assert file.read_bytes() == b"the old one"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.motcua", "pc"]


def command(*words: str, home: Path, password: str = PASSWORD) -> tuple[int, dict]:
    done = subprocess.run(
        [sys.executable, "main.py", *words, "--home", str(home), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "MOTCUA_PASSWORD": password},
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


def test_the_commands_while_the_office_is_open_elsewhere(desk, tmp_path):
    file = tmp_path / "c.motcua"
    code, said = command("backup", str(file), home=desk.core.home)
    assert code == 0 and said["verified"] and said["events"] == head_count(desk.core)
    first = file.read_bytes()
    code, said = command("backup", str(file), home=desk.core.home)
    assert code == 1 and said["error"]["code"] == "SL-08" and file.read_bytes() == first
    code, said = command("backup", str(file), "--overwrite", home=desk.core.home)
    assert code == 0 and file.read_bytes() != first
    code, said = command("restore", str(file), "--user", "quantri", home=desk.core.home)
    assert code == 2 and said["error"]["code"] == "KHO-08", "in use by this very test"
    code, said = command("restore", str(file), "--user", "quantri", home=tmp_path / "r")
    assert code == 0 and said["needs_enrolment"] and not said["same_pc"]
    code, said = command("journal", "verify", "--user", "quantri", home=tmp_path / "r")
    assert code == 0 and said["verified"]
    file.write_bytes(file.read_bytes()[:5000])
    code, said = command("restore", str(file), "--user", "quantri", home=tmp_path / "r2")
    assert code == 1 and said["error"]["code"] in {"SL-01", "SL-02"}


def test_a_wrong_password_is_refused_in_a_training_office_too(desk, tmp_path):
    """Without --user the training account stands in, but not for a password that was given."""
    code, said = command("backup", str(tmp_path / "c.motcua"), home=desk.core.home, password="sai")
    assert code == 1 and said["error"]["code"] == "KHO-39"
    assert not (tmp_path / "c.motcua").exists()
    code, said = command("search", "nguyet", home=desk.core.home, password="sai")
    assert code == 1 and said["error"]["code"] == "KHO-39"


def test_a_stolen_folder_shows_nothing_without_a_password(desk):
    home = desk.core.home
    desk.office.close()
    markers = [NGUYET.id_number, NGUYET.name, "Nguyệt", "to khai cua Nguyet", NGUYET.phone]
    needles = [m.encode(code) for m in markers for code in ("utf-8", "utf-16-le")]
    looked = 0
    for path in home.rglob("*"):
        if path.is_file():
            looked += 1
            data = path.read_bytes()
            assert not [n for n in needles if n in data], path.name
    assert looked > 10
    with pytest.raises(InputError, match="KHO-39"):
        open_vault(home, clock=desk.clock).unlock("quantri", "doan mo")
