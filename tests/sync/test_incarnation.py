"""A data folder put back or copied never writes a number of its log twice; nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.errors import NotAllowed
from models.events.roster import IncarnationOpened
from models.order import canonical
from services.assembly import PROJECTORS, open_office
from services.dossiers import handling
from services.journal.canary import Canary, Mark
from services.journal.incarnation import Reason, open_new_incarnation
from services.journal.reading import stream_events
from services.journal.receiving import receive
from services.journal.verify import verify_journal
from services.sync.ports import Verdict
from services.sync.protocol import Origin, Run
from tests.support.office import NGUYET, Desk, open_desk


@pytest.fixture
def desk(tmp_path):
    return open_desk(tmp_path / "home")


def reopen(home: Path, clock, login="quantri") -> Desk:
    return Desk(open_office(home, login, "motcua", clock=clock), clock)


def log_of(core, device) -> Run:
    with core.store.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT body, sig FROM ev WHERE log = ? ORDER BY seq", (device.log,)
        ).all()
    events = tuple((bytes(body), bytes(sig) if sig else None) for body, sig in rows)
    return Run(device.log, Origin(device.public_key, device.incarnation), events)


def take(core, run: Run):
    return receive(core.store, run, office=core.office.unit_code, clock=core.clock,
                   projectors=PROJECTORS)  # fmt: skip


def own_log(core) -> list[int]:
    with core.store.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT seq FROM ev WHERE log = ? ORDER BY seq", (core.journal.device.log,)
        )
        return [row[0] for row in rows]


def whole(core):
    with core.store.read() as conn:
        report = verify_journal(conn)
    assert report.verified, report.reason
    return report


def test_the_same_folder_goes_on_in_its_log(desk):
    old = desk.core.journal.device.log
    desk.receive()
    desk.office.close()
    moved = desk.core.home.rename(desk.core.home.with_name("renamed"))
    again = reopen(moved, desk.clock)
    assert again.office.new_log is None and again.core.journal.device.log == old
    again.office.close()


@pytest.mark.parametrize("canary_kept", [True, False])
def test_an_older_copy_put_back_begins_a_new_log_before_the_first_write(
    desk, tmp_path, canary_kept, own_folders
):
    home, old = desk.core.home, desk.core.journal.device
    desk.receive()
    desk.office.close()
    shutil.copytree(home, tmp_path / "copy")
    again = reopen(home, desk.clock)
    lost = again.receive()
    true_log = log_of(again.core, old)
    again.office.close()
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "copy", home)
    if not canary_kept:  # as on another machine, or with the system's account gone
        shutil.rmtree(own_folders / "state")
    back = reopen(home, desk.clock)
    expected = Reason.BEHIND if canary_kept else Reason.MOVED
    assert back.office.new_log is expected
    assert back.core.journal.device.log != old.log
    assert back.core.journal.device.public_key == old.public_key
    kept = len(log_of(back.core, old).events)
    assert kept < len(true_log.events)
    fresh = back.receive()
    assert take(back.core, true_log).verdict is Verdict.TAKEN, "what a peer held comes back"
    assert back.load(lost.id).intake == lost.intake
    later = back.receive()
    codes = {back.load(d.id).intake.code for d in (lost, fresh, later)}
    assert len(codes) == 3, "no code is given twice"
    assert whole(back.core).logs == 2
    back.office.close()
    assert reopen_is_quiet(home, desk.clock)


def reopen_is_quiet(home, clock) -> bool:
    again = reopen(home, clock)
    quiet = again.office.new_log is None
    again.office.close()
    return quiet


def test_a_code_that_came_back_is_passed_over(desk):
    core, first = desk.core, desk.receive()
    with core.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM code_serial")
    assert desk.receive().intake.code > first.intake.code
    desk.office.close()


def test_a_copy_used_beside_the_original_writes_its_own_log(desk, tmp_path):
    home = desk.core.home
    desk.office.close()
    shutil.copytree(home, tmp_path / "copy")
    one, two = reopen(home, desk.clock), reopen(tmp_path / "copy", desk.clock)
    assert (one.office.new_log, two.office.new_log) == (None, Reason.MOVED)
    first, second = one.core.journal.device, two.core.journal.device
    assert first.log != second.log
    one.receive()
    two.receive()
    assert take(one.core, log_of(two.core, second)).verdict is Verdict.TAKEN
    assert take(two.core, log_of(one.core, first)).verdict is Verdict.TAKEN
    for pc in (one, two):
        whole(pc.core)
        pc.office.close()
    third = reopen(home, desk.clock)
    assert third.core.journal.device.log == first.log, "the twin's log is not ours"
    third.office.close()


def test_one_copy_restored_twice_gives_two_different_logs(desk, tmp_path):
    home = desk.core.home
    desk.office.close()
    logs = set()
    for name in ("a", "b", "c"):
        shutil.copytree(home, tmp_path / name)
        again = reopen(tmp_path / name, desk.clock)
        logs.add(again.core.journal.device.log)
        again.office.close()
    assert len(logs) == 3


def test_an_image_that_took_everything_back_is_healed_with_what_a_peer_holds(desk, tmp_path):
    """Store and canary rolled back together: only the peer's events show it (sync §4.9 iv)."""
    home, device = desk.core.home, desk.core.journal.device
    dossier = desk.receive()
    desk.office.close()
    shutil.copytree(home, tmp_path / "image")
    before = reopen(home, desk.clock)
    desk.clock.advance(minutes=5)
    known = before.receive(NGUYET)
    peers = log_of(before.core, device)
    before.office.close()
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "image", home)
    rolled_back(device)
    back = reopen(home, desk.clock)
    assert back.office.new_log is None, "nothing on this machine could tell"
    desk.clock.advance(minutes=1)
    handling.transfer(back.core, back.as_("tiepnhan"), dossier.id,
                      department=back.core.departments[0])  # fmt: skip
    handling.assign(back.core, back.as_("phong"), dossier.id, assignee="staff-thuly")
    mine = stream_of(back, dossier)
    assert take(back.core, peers).verdict is Verdict.FORK
    back.office.begin_new_log(common(log_of(back.core, device), peers))
    assert [e.envelope.id for e in stream_of(back, dossier)] == [e.envelope.id for e in mine]
    assert {e.envelope.wall for e in stream_of(back, dossier)} == {e.envelope.wall for e in mine}
    assert back.load(dossier.id).assignee == "staff-thuly"
    assert take(back.core, peers).verdict is Verdict.TAKEN
    assert back.load(known.id).intake == known.intake
    assert whole(back.core).logs == 2
    with back.core.store.read() as conn:
        proofs = conn.exec_driver_sql("SELECT count(*) FROM fork").scalar_one()
        said = conn.exec_driver_sql(
            "SELECT count(*) FROM ev WHERE t = ?", (IncarnationOpened.KIND,)
        ).scalar_one()
    assert proofs >= 1 and said == 1
    with pytest.raises(Exception, match="append-only"), back.core.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM ev")
    back.office.close()


def common(ours: Run, theirs: Run) -> int:
    pairs = zip(ours.events, theirs.events, strict=False)
    return sum(1 for mine, other in pairs if mine[0] == other[0])


def rolled_back(device) -> None:
    """The machine's own memory goes back too, as with an image of the whole disk."""
    canary = Canary(None)
    for path in canary._folder.joinpath("logs").iterdir():
        path.unlink()
    assert canary.find(device.log) is None


def stream_of(desk, dossier):
    with desk.core.store.read() as conn:
        return canonical(stream_events(conn, f"dossier/{dossier.id}")).events


def test_a_pc_that_holds_both_versions_heeds_an_act_once(desk, tmp_path):
    home, device = desk.core.home, desk.core.journal.device
    dossier = desk.receive()
    desk.office.close()
    shutil.copytree(home, tmp_path / "peer")
    pc, peer = reopen(home, desk.clock), reopen(tmp_path / "peer", desk.clock)
    agreed = len(log_of(peer.core, device).events)
    handling.transfer(pc.core, pc.as_("tiepnhan"), dossier.id, department=pc.core.departments[0])
    take(peer.core, log_of(pc.core, device))
    new = open_new_incarnation(pc.core, pc.office.canary, common=agreed)
    take(peer.core, log_of(pc.core, new))
    assert len(stream_of(peer, dossier)) == 2
    assert peer.load(dossier.id).conflicts == pc.load(dossier.id).conflicts == ()
    for each in (pc, peer):
        each.office.close()


def test_a_revoked_pc_opens_reads_and_writes_nothing(desk):
    home, log = desk.core.home, desk.core.journal.device.log
    dossier = desk.receive()
    before = own_log(desk.core)
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("UPDATE device SET last_seq = 9999 WHERE log = ?", (log,))
    with pytest.raises(NotAllowed, match="SL-20"):
        desk.receive()
    desk.office.close()
    again = reopen(home, desk.clock)
    assert again.office.revoked and again.load(dossier.id).intake == dossier.intake
    with pytest.raises(NotAllowed, match="SL-20"):
        again.receive()
    assert own_log(again.core) == before
    again.office.close()


def test_the_mark_outside_the_store_says_nothing_it_does_not_know(tmp_path, desk):
    canary = Canary(desk.clock, tmp_path / "marks")
    assert canary.find(b"x" * 16) is None
    canary.keep(b"x" * 16, Mark(3, "ab"))
    assert canary.find(b"x" * 16) == Mark(3, "ab")
    (path,) = (tmp_path / "marks" / "logs").iterdir()
    for damage in (b"", b"[]", b'{"seq": "a"}'):
        path.write_bytes(damage)
        assert canary.find(b"x" * 16) is None
    blocked = tmp_path / "file"
    blocked.write_text("")
    nowhere = Canary(desk.clock, blocked)
    nowhere.keep(b"x" * 16, Mark(3, "ab"))
    assert nowhere.find(b"x" * 16) is None and nowhere.place_of(desk.core.home).machine == ""
    desk.office.close()
