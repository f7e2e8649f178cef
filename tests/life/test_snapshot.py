"""A new PC starts from the city's signed snapshot; what is wrong with it costs nothing but time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.errors import ForeignError, MachineError
from server import snapshots
from server.context import opened_city
from server.devices import device_rows, revoke_device
from services.journal.verify import verify_journal
from services.store.wraps import Kdf
from services.sync.client import NoAnswer
from services.sync.enrolment import CitySource, read_code, register_office
from services.sync.joining import begin_joining, download, finish_joining
from services.sync.protocol import (
    CHUNK,
    Head,
    Pull,
    Refused,
    Revoked,
    Snap,
    SnapChunk,
    SnapGet,
    SnapManifest,
)
from services.sync.snapshot import read_chunk, read_manifest, sign_manifest
from services.sync.wire import encode
from tests.support.city_server import CityServer, push_all
from tests.support.office import open_desk

CHEAP = Kdf(8, 1, 1)


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc1")
    yield made
    made.office.close()


@pytest.fixture
def city(tmp_path, desk, monkeypatch):
    """A city that holds the office's books, in chunks small enough that there are several."""
    monkeypatch.setattr("services.sync.snapshot._EVENTS", 8)
    made = CityServer(tmp_path / "city", desk.clock)
    with made.running():
        for _ in range(3):
            desk.receive()
        register_office(desk.office, read_code(made.issue()), server=made.url)
        push_all(desk, made.url, events=8)
        yield made


class Watched:
    """The city's answers, counted, and changed by the test on their way."""

    def __init__(self, source, change=lambda _question, said: said):
        self.source, self.change, self.asked = source, change, []

    def close(self):
        self.source.close()

    def ask(self, question):
        self.asked.append(question)
        return self.change(question, self.source.ask(question))

    def count(self, kind):
        return sum(isinstance(each, kind) for each in self.asked)


def joining(city, home, clock, *, code="", change=lambda _question, said: said):
    code = code or city.issue()

    def source(device):
        return CitySource(city.url, device, clock=clock, code=read_code(code))

    step = begin_joining(home, code, make_source=source, clock=clock, kdf=CHEAP)
    step.source = Watched(step.source, change)
    return step


def folder(city, office="00316"):
    return city.home / snapshots.SNAPSHOTS / office


def rows(store):
    """The journal and all read models, apart from what differs between PCs by nature."""
    tables = ("ev", "dossier", "staff", "head")
    with store.read() as conn:
        return {
            "ev": {tuple(r) for r in conn.exec_driver_sql("SELECT log, seq, hash, sig FROM ev")},
            **{
                name: len(conn.exec_driver_sql(f"SELECT 1 FROM {name}").all())
                for name in tables
            },
        }


def quiet_download(step, tell=lambda _done, _total: None):
    return download(step, tell, pause=lambda _seconds: None)


def is_complete(step, desk):
    """Whether the new PC has what the first one has, rows included, and its chain holds."""
    with step.store.read() as conn:
        assert verify_journal(conn).verified
        codes = {r[0] for r in conn.exec_driver_sql("SELECT code FROM dossier")}
        left = conn.exec_driver_sql("SELECT 1 FROM sync_state WHERE name = 'not_taken_up'").all()
    with desk.core.store.read() as conn:
        wanted = {r[0] for r in conn.exec_driver_sql("SELECT code FROM dossier")}
        own = conn.exec_driver_sql("SELECT seq FROM head WHERE log = ?",
                                   (desk.core.journal.device.log,)).scalar_one()  # fmt: skip
    assert not left
    assert codes == wanted and len(codes) >= 3
    assert step.logs.heads()[desk.core.journal.device.log].seq == own


def test_the_snapshot_brings_everything_and_pull_only_what_follows(
    desk, city, tmp_path, announce_log
):
    step = joining(city, tmp_path / "pc2", desk.clock)
    told = []
    held = quiet_download(step, lambda done, total: told.append((done, total)))
    assert step.source.count(SnapGet) > 2 and step.source.count(Pull) == 0
    assert told == sorted(told) and told[0] == (0, held) and told[-1] == (held, held)
    assert len(set(told)) > 3, "progress with every chunk"
    is_complete(step, desk)
    by_pull = joining(city, tmp_path / "pc3", desk.clock, change=nothing_there)
    announce_log("DB-23")
    quiet_download(by_pull)
    assert by_pull.source.count(Pull) > 0 and by_pull.source.count(SnapGet) == 0
    ours, theirs = rows(step.store), rows(by_pull.store)
    assert theirs["ev"] >= ours["ev"] and ours["dossier"] == theirs["dossier"]
    by_pull.close()
    finish_joining(step, "quantri", password="motcua")


def nothing_there(question, said):
    return Refused("DB-05", "unknown") if isinstance(question, Snap) else said


def test_what_came_after_the_snapshot_is_pulled_and_later_put_into_new_chunks(
    desk, city, tmp_path, monkeypatch
):
    first = joining(city, tmp_path / "pc2", desk.clock)
    quiet_download(first)
    chunks = {path.name for path in folder(city).iterdir()}
    desk.receive()
    push_all(desk, city.url)
    second = joining(city, tmp_path / "pc3", desk.clock)
    quiet_download(second)
    assert second.source.count(Pull) > 0, "the old snapshot and a suffix"
    is_complete(second, desk)
    assert {path.name for path in folder(city).iterdir()} == chunks
    monkeypatch.setattr(snapshots, "NEWER", 0)
    third = joining(city, tmp_path / "pc4", desk.clock)
    quiet_download(third)
    assert third.source.count(Pull) == 0
    assert {path.name for path in folder(city).iterdir()} > chunks, "continued, not made anew"
    is_complete(third, desk)
    for each in (first, second, third):
        each.close()


def flip(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def false_manifest(_question, said):
    return replace(said, manifest=flip(said.manifest)) if isinstance(said, SnapManifest) else said


def false_signature(_question, said):
    return replace(said, signature=flip(said.signature)) if isinstance(said, SnapManifest) else said


def false_chunk(_question, said):
    return replace(said, data=flip(said.data)) if isinstance(said, SnapChunk) else said


def no_chunk(_question, said):
    return replace(said, data=b"") if isinstance(said, SnapChunk) else said


def other_answer(question, said):
    return SnapManifest() if isinstance(question, SnapGet) else said


@pytest.mark.parametrize(
    "change", [false_manifest, false_signature, false_chunk, no_chunk, other_answer, nothing_there]
)
def test_a_false_snapshot_is_said_in_the_log_and_the_books_come_by_pull(
    desk, city, tmp_path, announce_log, change
):
    step = joining(city, tmp_path / "pc2", desk.clock, change=change)
    announce_log("bootstrapping: the snapshot is not used: DB-23")
    quiet_download(step)
    assert step.source.count(Pull) > 0
    is_complete(step, desk)
    step.close()


def test_a_snapshot_signed_by_another_key_or_of_another_office_is_not_used(
    desk, city, tmp_path, announce_log
):
    with opened_city(city.settings.db, city.home) as inside:
        said = inside.snapshots("00316").manifest()
        key, manifest = inside.key, read_manifest(said, inside.key.public_key, office="00316")
    with pytest.raises(ForeignError, match="DB-23"):
        read_manifest(said, bytes(31) + b"\1", office="00316")
    with pytest.raises(ForeignError, match="DB-23"):
        read_manifest(said, key.public_key, office="00004")
    bare = SnapManifest(said.manifest, key.sign(said.manifest))
    with pytest.raises(ForeignError, match="DB-23"):
        read_manifest(bare, key.public_key, office="00316")
    head = next(iter(manifest.heads.values()))
    broken = replace(manifest, heads={**manifest.heads, bytes(16): head})
    lied = sign_manifest(broken, key.sign)
    step = joining(city, tmp_path / "pc2", desk.clock,
                   change=lambda q, a: lied if isinstance(q, Snap) else a)  # fmt: skip
    announce_log("DB-23")
    quiet_download(step)  # a manifest that names more than its chunks hold
    is_complete(step, desk)
    step.close()


def test_chunks_that_leave_a_gap_store_nothing(desk, city, tmp_path, announce_log):
    with opened_city(city.settings.db, city.home) as inside:
        said = inside.snapshots("00316").manifest()
        manifest = read_manifest(said, inside.key.public_key, office="00316")
        assert all(chunk.size <= CHUNK for chunk in manifest.chunks)
        last = inside.snapshots("00316").find_chunk(manifest.chunks[-1].hash)
        assert read_chunk(last, manifest.chunks[-1])
        gap = sign_manifest(replace(manifest, chunks=manifest.chunks[:1] + manifest.chunks[-1:]),
                            inside.key.sign)  # fmt: skip
    step = joining(city, tmp_path / "pc2", desk.clock,
                   change=lambda q, a: gap if isinstance(q, Snap) else a)  # fmt: skip
    quiet_download(step)
    assert step.source.count(Pull) > 0
    announce_log("DB-23")
    with step.store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM pend").scalar_one() == 0
    is_complete(step, desk)
    step.close()


def test_a_cut_in_the_middle_goes_on_at_the_chunk_that_is_missing(
    desk, city, tmp_path, announce_log
):
    code, home = city.issue(), tmp_path / "pc2"
    chunks = []

    def cut(question, said):
        if isinstance(question, SnapGet):
            chunks.append(question.hash)
        if len(chunks) > 2 or (chunks and not isinstance(question, SnapGet)):
            raise NoAnswer("DB-01")
        return said

    step = joining(city, home, desk.clock, code=code, change=cut)
    announce_log("the snapshot was cut short: DB-01")
    with pytest.raises(MachineError, match="SL-36"):
        quiet_download(step)
    held = sum(head.seq for head in step.logs.heads().values())
    assert held > 0
    step.close()
    again = joining(city, home, desk.clock, code=code)
    told = []
    quiet_download(again, lambda done, total: told.append((done, total)))
    asked = [each.hash for each in again.source.asked if isinstance(each, SnapGet)]
    assert asked and not set(asked) & set(chunks[:2]), "what was taken is not fetched again"
    assert told[0][0] == held
    is_complete(again, desk)
    finish_joining(again, "quantri", password="motcua")


def test_a_cut_before_the_rows_are_made_is_made_good(desk, city, tmp_path, monkeypatch):
    code, home = city.issue(), tmp_path / "pc2"
    step = joining(city, home, desk.clock, code=code)

    def cut(*_given):
        raise MachineError("KHO-12", "the power went")

    with monkeypatch.context() as patched:
        patched.setattr("services.sync.bootstrapping.take_up", cut)
        with pytest.raises(MachineError, match="KHO-12"):
            quiet_download(step)
    step.close()
    again = joining(city, home, desk.clock, code=code)
    quiet_download(again)
    assert again.source.count(SnapGet) == 0
    is_complete(again, desk)
    again.close()


@pytest.mark.parametrize("which", ["manifest", "chunk", "missing"])
def test_what_the_citys_disk_spoilt_is_wiped_and_made_anew(
    desk, city, tmp_path, announce_log, which
):
    step = joining(city, tmp_path / "pc2", desk.clock)
    quiet_download(step)
    step.close()
    before = {path.name: path.read_bytes() for path in folder(city).iterdir()}
    victim = folder(city) / next(
        name for name in sorted(before) if (name == "manifest") == (which == "manifest")
    )
    if which == "missing":
        victim.unlink()
    else:
        victim.write_bytes(flip(before[victim.name]))
    announce_log("is made anew")
    if which == "chunk":
        announce_log("the snapshot is not used: DB-23")
    for home in ("pc3", "pc4"):
        step = joining(city, tmp_path / home, desk.clock)
        quiet_download(step)
        is_complete(step, desk)
        fetched = step.source.count(SnapGet)
        step.close()
    assert fetched == len(before) - 1, "whole again"


def test_a_city_set_back_to_an_older_state_makes_its_snapshot_anew(
    desk, city, monkeypatch, announce_log
):
    announce_log("what is kept does not hold")
    with opened_city(city.settings.db, city.home) as inside:
        snaps, public = inside.snapshots("00316"), inside.key.public_key
        made = read_manifest(snaps.manifest(), public, office="00316")
        ahead = {log: Head(head.seq + 1, bytes(32)) for log, head in made.heads.items()}
        older = sign_manifest(replace(made, heads=ahead), inside.key.sign)
        (folder(city) / "manifest").write_bytes(encode(older))
        monkeypatch.setattr(snapshots, "NEWER", -1000)
        again = read_manifest(snaps.manifest(), public, office="00316")
        assert again.heads == inside.store("00316").heads()


def test_no_other_office_and_no_revoked_device_gets_any_of_it(desk, city, tmp_path):
    step = joining(city, tmp_path / "pc2", desk.clock)
    quiet_download(step)
    names = [bytes.fromhex(path.name) for path in folder(city).iterdir() if path.name != "manifest"]
    stranger = joining(city, tmp_path / "other", desk.clock, code=city.issue("00004"))
    for question in (Snap("00316"), SnapGet("00316", names[0])):
        said = stranger.source.ask(question)
        assert isinstance(said, Refused) and said.code == "DB-08"
    assert stranger.source.ask(SnapGet("00004", names[0])).data == b""
    stranger.close()
    with opened_city(city.settings.db, city.home) as inside:
        inside.journal.clock = desk.clock
        (device,) = [d for d in device_rows(inside.database) if d.log == step.device.log]
        revoke_device(inside.journal, device, after_seq=0, reason="lost")
    for question in (Snap("00316"), SnapGet("00316", names[0])):
        assert isinstance(step.source.ask(question), Revoked)
    with pytest.raises(ForeignError, match="DB-14"):
        quiet_download(step)
    step.close()


def test_a_full_disk_of_the_city_leaves_pull(desk, city, tmp_path, announce_log):
    announce_log("no snapshot of 00316")
    folder(city).parent.mkdir()
    folder(city).write_bytes(b"no folder")
    step = joining(city, tmp_path / "pc2", desk.clock)
    quiet_download(step)
    assert step.source.count(Pull) > 0
    is_complete(step, desk)
    step.close()
