"""Backups that come by themselves: when they are due, what is kept, a folder that is away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError, NotAllowed
from services.assembly import open_office
from services.backups.restoring import restore_backup
from services.backups.schedule import (
    Last,
    Plan,
    back_up_now,
    is_due,
    order_backups,
    read_last,
)
from services.backups.standing import read_standing, standing_of
from services.clock import VIETNAM
from services.settings import SETTINGS
from tests.support.office import open_desk

DEFAULTS = {each.name: each.default for each in SETTINGS}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc")
    with made.core.store.write() as tx:
        for n in range(3):
            made.core.blobs.put(tx, b"%PDF-1.7 " + bytes([n]), media="application/pdf")
    made.receive()
    yield made
    made.office.close()


def order(desk, folder, **more):
    values = {"backup_folder": str(folder), **{f"backup_{k}": v for k, v in more.items()}}
    order_backups(desk.core, desk.as_("kythuat"), values)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("at_", "good", "now", "closing", "due"),
    [
        ("16:30", "", "2026-11-16T08:00", False, True),
        ("16:30", "2026-11-16T16:31", "2026-11-16T23:00", False, False),
        ("16:30", "2026-11-16T16:29", "2026-11-16T16:30", False, True),
        ("16:30", "2026-11-15T16:31", "2026-11-16T16:29", False, False),
        ("16:30", "2026-11-15T16:29", "2026-11-16T08:00", False, True),
        ("16:30", "2026-11-15T16:29", "2026-11-16T08:00", True, True),
        ("16:30", "2026-11-16T08:00", "2026-11-16T12:00", True, False),
        ("closing", "2026-11-15T17:00", "2026-11-16T16:00", False, False),
        ("closing", "2026-11-15T17:00", "2026-11-16T16:00", True, True),
        ("closing", "2026-11-16T11:00", "2026-11-16T17:00", True, False),
        ("closing", "2026-11-15T17:00", "2026-11-16T17:00", False, True),
        ("16:30", "2036-11-16T16:31", "2026-11-16T08:00", False, True),
    ],
)
def test_when_a_backup_is_due(tmp_path, at_, good, now, closing, due):
    last = Last(good=at(good).isoformat() if good else "")
    assert is_due(Plan(tmp_path, at_, 7, 3), last, at(now), closing=closing) is due


@given(st.integers(0, 60 * 24 * 3), st.sampled_from(["07:00", "12:30", "19:30", "closing"]))
def test_never_a_whole_day_without_one(minutes, at_):
    good = at("2026-11-16T10:00")
    now = good + timedelta(minutes=minutes)
    due = is_due(Plan(None, at_, 7, 3), Last(good=good.isoformat()), now)
    assert due or minutes < 24 * 60


def test_made_opened_and_the_oldest_let_go(desk, tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    (folder / "motcua-00316-ffffff-20200101-000000.sao-luu").write_bytes(b"another PC's")
    order(desk, folder, keep="3")
    made = []
    for _ in range(5):
        last = back_up_now(desk.office)
        assert last.fault == "" and last.attachments == 3 and last.events > 0
        made.append(last.file)
        desk.clock.advance(hours=24)
    kept = [name for name in files(folder) if "ffffff" not in name]
    assert kept == [file.rsplit("/", 1)[1] for file in made[-3:]]
    assert len(files(folder)) == 4, "what another PC put there stays"
    done = restore_backup(folder / kept[-1], tmp_path / "new", "quantri", password="motcua",
                          clock=desk.clock)  # fmt: skip
    assert done.events == last.events
    with desk.core.store.read() as conn:
        assert read_last(conn) == last


def test_a_folder_that_is_away_is_said_and_tried_again(desk, tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    order(desk, folder)
    good = back_up_now(desk.office)
    folder.rename(tmp_path / "away")
    desk.clock.advance(hours=24 * 2)
    last = back_up_now(desk.office)
    assert (last.fault, last.good) == ("SL-09", good.good) and str(folder) in last.words
    assert not folder.exists(), "no folder is made where a drive should be"
    standing = read_standing(desk.core)
    assert standing.state == "failed" and standing.warning == "", "two days are no alarm yet"
    plan = Plan(folder, "16:30", 7, 3)
    now = desk.clock.now()
    assert not is_due(plan, last, now + timedelta(minutes=9))
    assert is_due(plan, last, now + timedelta(minutes=10))
    desk.clock.advance(hours=48)
    old = read_standing(desk.core)
    assert old.state == "old" and "4 ngày" in old.warning and "SL-09" in old.note
    (tmp_path / "away").rename(folder)
    assert back_up_now(desk.office).fault == "" and read_standing(desk.core).state == "good"


def test_what_a_broken_off_backup_left_is_swept_and_a_full_disk_is_said(desk, tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    order(desk, folder)
    first = back_up_now(desk.office)
    left = folder / f".{first.file.rsplit('/', 1)[1]}.abcd.tmp"
    left.mkdir()
    (left / "store.db").write_bytes(b"half")
    folder.chmod(0o500)
    desk.clock.advance(hours=24)
    try:
        failed = back_up_now(desk.office)
    finally:
        folder.chmod(0o700)
    # root may write anywhere: then it simply works
    assert failed.fault in ("", "KHO-07")
    assert back_up_now(desk.office).fault == "" and not left.exists()


def test_a_damaged_attachment_does_not_stop_the_backup_of_the_rest(desk, tmp_path):
    bad = next((desk.core.home / "blobs").glob("??/*"))
    bad.write_bytes(bad.read_bytes()[:-1] + b"!")
    folder = tmp_path / "usb"
    folder.mkdir()
    order(desk, folder)
    last = back_up_now(desk.office)
    assert (last.fault, last.attachments, last.damaged) == ("", 2, 1)
    restore_backup(folder / files(folder)[0], tmp_path / "new", "quantri", password="motcua",
                   clock=desk.clock)  # fmt: skip
    open_office(tmp_path / "new", "quantri", "motcua", clock=desk.clock).close()


def test_only_an_administrator_orders_and_only_a_folder_that_is_there(desk, tmp_path):
    with pytest.raises(InputError, match="SL-11") as error:
        order(desk, tmp_path / "nowhere")
    assert error.value.field == "backup_folder"
    with pytest.raises(InputError, match="SL-11"):
        order(desk, "usb")
    with pytest.raises(NotAllowed):
        order_backups(desk.core, desk.as_("tiepnhan"), {"backup_folder": str(tmp_path)})
    with pytest.raises(InputError, match="TK-20"):
        order(desk, tmp_path, at="25:00")
    assert back_up_now(desk.office) == Last(), "nothing is ordered, nothing is made"


def test_who_is_told_what():
    now = at("2026-11-20T08:00")
    ordered = {**DEFAULTS, "backup_folder": "/usb"}
    assert standing_of(DEFAULTS, Last(), now, real=False).warning == ""
    assert standing_of(DEFAULTS, Last(), now, real=True).warning != ""
    assert standing_of(ordered, Last(), now, real=True).state == "waiting"
    never = Last(tried=now.isoformat(), fault="SL-09", words="Không thấy.")
    assert "Chưa có bản sao lưu" in standing_of(ordered, never, now, real=True).warning
    for days, state in ((3, "good"), (4, "old")):
        good = Last(good=(now - timedelta(days=days)).isoformat())
        assert standing_of(ordered, good, now, real=True).state == state
