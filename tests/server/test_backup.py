"""The scripts of deploy/backup on a real PostgreSQL: made, checked, pruned, restored."""

import gzip
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.postgres import SETTINGS
from server.store.opening import open_database
from server.verifying import verify_office
from tests.server.deployed import DEPLOY, SYSTEMD_PATH, as_postgres, wait_for
from tests.support import postgres
from tests.support.city import OFFICE, Pen, make_city
from tests.support.keeper import kept


def tried(name, *words, path=None, **more):
    """A script of deploy/backup with nothing on its PATH but what systemd puts there."""
    off_debian = f":{path}" if path and not path.is_relative_to("/usr/lib/postgresql") else ""
    environment = {"PATH": SYSTEMD_PATH + off_debian, **more}
    command = [str(DEPLOY / "backup" / name), *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def script(name, *words, path):
    done = tried(name, *words, path=path)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def fill(city, pen, acts):
    start = len(pen.events)
    for n in range(acts):
        pen.write(f"{n}", f"{n}b")
    city.store().take(pen.run(start))


def test_backup_destroy_restore_verify(monkeypatch, tmp_path):
    """A base backup, more work, the database gone: the archived WAL brings every act back."""
    archive = Path("/tmp") / f"mc-wal-{os.getpid()}"
    shutil.copytree(DEPLOY / "backup", archive / "bin")
    as_postgres(archive)
    wal = archive / "wal"
    command = f'{archive}/bin/archive-wal.sh "%p" "%f" {wal}'
    for name, value in {"archive_mode": "on", "archive_command": command}.items():
        monkeypatch.setitem(SETTINGS, name, value)
    try:
        with postgres.cluster() as first:
            restored, before, binaries = _worked(first, archive, tmp_path)
        _restored(restored, before, binaries=binaries, home=tmp_path)
    finally:
        shutil.rmtree(archive, ignore_errors=True)


def _worked(server, archive, home):
    name = server.template("city", lambda url: None)  # not dropped: the WAL would tell of it
    database = open_database(server.url(name), home=home)
    city, pen = make_city(database, home), Pen()
    city.admit(pen)
    fill(city, pen, 20)
    words = ["-h", server.folder, "-p", server.port, "-U", "postgres"]
    base = script("base-backup.sh", archive, *words, path=server.bin)
    fill(city, pen, 20)
    before = (name, city.store().heads(), city.store().acknowledge(pen.log))
    database.close()
    with server.connect(name) as superuser:
        last = superuser.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
    wait_for((archive / "wal" / f"{last}.gz").exists)
    data = archive / "data"
    script("restore.sh", base, archive / "wal", data, path=server.bin)
    assert script("prune.sh", archive, path=server.bin) == base
    full = tried("restore.sh", base, archive / "wal", data, path=server.bin)
    assert full.returncode == 1 and "not empty" in full.stderr
    return data, before, server.bin


def _restored(data, before, *, binaries, home):
    name, heads, ack = before
    port, folder = postgres.free_port(), data.parent
    options = [*as_postgres(folder), "--signal", "INT"]
    words = ["-c", f"port={port}", "-c", f"unix_socket_directories={folder}",
             "-c", "listen_addresses=127.0.0.1", "-c", "archive_mode=off"]  # fmt: skip
    command = [str(binaries / "postgres"), "-D", str(data), *words]
    server = postgres.Cluster(folder, port, binaries)
    with (home / "restored.log").open("wb") as log, kept(command, options=options, stderr=log):
        wait_for(lambda: _is_open(server, name))
        database = open_database(server.url(name), home=home)
        try:
            city = make_city(database, home)
            assert city.store().heads() == heads
            assert city.store().acknowledge(ack.log) == ack
            report = verify_office(database, city.key, OFFICE)
            assert (report.fault, report.events) == ("", 81)
        finally:
            database.close()


def _is_open(server, name):
    with server.connect(name) as connection:
        return not connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]


def test_a_backup_that_fails_says_so_and_leaves_nothing(tmp_path):
    nobody = ["-h", "127.0.0.1", "-p", str(postgres.free_port()), "-U", "postgres"]
    done = tried("base-backup.sh", tmp_path, *nobody)
    assert done.returncode == 1 and "refused" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_archive_keeps_a_segment_small_and_never_another_in_its_place(tmp_path):
    segment, wal = tmp_path / "segment", tmp_path / "wal"
    segment.write_bytes(os.urandom(1000) + bytes(16 << 20))
    assert tried("archive-wal.sh", segment, "00A1", wal).stderr == ""
    kept_as = wal / "00A1.gz"
    assert gzip.decompress(kept_as.read_bytes()) == segment.read_bytes()
    assert kept_as.stat().st_size < 100_000 and [kept_as] == list(wal.iterdir())
    assert tried("archive-wal.sh", segment, "00A1", wal).returncode == 0
    before = kept_as.read_bytes()
    segment.write_bytes(os.urandom(1000))
    assert tried("archive-wal.sh", segment, "00A1", wal).returncode != 0
    assert kept_as.read_bytes() == before
    full = tried("archive-wal.sh", segment, "00A2", wal, FULL_AT="0")
    assert full.returncode == 0 and f"the disk of {wal} is" in full.stderr


def test_what_is_needed_for_thirty_days_stays_and_the_rest_goes(tmp_path):
    """Bases every night for 60 days, one segment of WAL each; the 30 days stay whole."""
    today = datetime.now(UTC)
    wal = tmp_path / "wal"
    wal.mkdir()
    nights = {}
    for ago in range(60):
        base = tmp_path / f"base-{today - timedelta(days=ago):%Y%m%dT%H%M%SZ}"
        base.mkdir()
        segment = f"00000001{0:08X}{200 - ago:08X}"
        label = f"START WAL LOCATION: 0/2000028 (file {segment})\nSTART TIME: x\n"
        (base / "backup_label").write_text(label)
        (wal / f"{segment}.gz").touch()
        nights[ago] = (base, wal / f"{segment}.gz")
    (tmp_path / "base-0.part").mkdir()
    assert tried("prune.sh", tmp_path).stdout.strip() == str(nights[30][0])
    assert [wal for _, wal in nights.values() if wal.exists()] == [
        wal for ago, (_, wal) in nights.items() if ago <= 30
    ]  # fmt: skip
    stay = {ago for ago, (base, _) in nights.items() if base.exists()}
    assert {0, 1} <= stay and max(stay) == 30 and len(stay) <= 8
    weeks = {(today - timedelta(days=ago)).isocalendar()[:2] for ago in range(31)}
    assert {(today - timedelta(days=ago)).isocalendar()[:2] for ago in stay} == weeks
    assert (tmp_path / "base-0.part").exists(), "of today: perhaps still being made"
    assert tried("prune.sh", tmp_path).stdout.strip() == str(nights[30][0])
    assert {ago for ago, (base, _) in nights.items() if base.exists()} == stay


def test_a_dump_comes_back_whole(postgres_cluster, postgres_city, tmp_path):
    city, pen = make_city(postgres_city, tmp_path), Pen()
    city.admit(pen)
    fill(city, pen, 10)
    name = postgres_city.engine.url.database
    reach = ["-h", postgres_cluster.folder, "-p", postgres_cluster.port, "-U", "postgres"]
    file = tmp_path / "city.dump"
    script("dump.sh", file, *reach, name, path=postgres_cluster.bin)
    with postgres_cluster.database() as other:
        restore = [postgres_cluster.bin / "pg_restore", *reach, "-d", other, "-e", file]
        subprocess.run([str(word) for word in restore], check=True)
        database = open_database(postgres_cluster.url(other), home=tmp_path)
        try:
            assert verify_office(database, city.key, OFFICE).fault == ""
            assert make_city(database, tmp_path).store().heads() == city.store().heads()
        finally:
            database.close()
