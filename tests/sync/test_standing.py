"""The chip's words: how far this PC gets, what waits, and what only this PC holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.clock import VIETNAM
from services.sync.outbox import read_standing
from services.sync.standing import (
    Reach,
    age_words,
    clock_words,
    own_skew,
    skew_words,
    standing_of,
)
from tests.support.office import open_desk
from tests.support.second_pc import CITY, HUB, acknowledge, enrol, see


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "home")
    yield made
    made.office.close()


def standing(desk):
    status, _count = read_standing(desk.core)
    return standing_of(status, desk.clock.now())


def test_an_office_of_its_own_is_calm_and_says_what_only_it_holds(desk):
    status, conflicts = read_standing(desk.core)
    found = standing(desk)
    assert found.reach is Reach.UNENROLLED and conflicts == 0
    assert found.words == (f"Chưa nối với thành phố · chỉ có trên máy này: {status.here_only}")
    assert "chờ gửi" not in found.words and "Mất mạng" not in found.words


def test_online_with_nothing_waiting_is_one_word(desk):
    enrol(desk)
    acknowledge(desk)
    see(desk, CITY, kind="city", name="Hà Nội")
    assert (standing(desk).reach, standing(desk).words) == (Reach.CITY, "Trực tuyến")


def test_offline_names_the_moment_the_count_the_age_and_what_is_only_here(desk):
    enrol(desk)
    acknowledge(desk)
    see(desk, CITY, kind="city", name="Hà Nội")
    began = desk.clock.now().astimezone(VIETNAM)
    desk.receive()
    desk.clock.advance(hours=3, minutes=5)
    see(desk, CITY, kind="city", name="Hà Nội", fault="DB-01", seen=False)
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("UPDATE peer SET last_ok = ?", (began.isoformat(),))
    status, _ = read_standing(desk.core)
    found = standing(desk)
    assert found.reach is Reach.ALONE and status.unsent == status.here_only > 0
    assert found.words == (
        f"Mất mạng từ {began:%H:%M} · chờ gửi {status.unsent} (3 giờ)"
        f" · chỉ có trên máy này: {status.here_only}"
    )
    assert found.short == (
        f"Mất mạng · chờ gửi {status.unsent} · chỉ có trên máy này: {status.here_only}"
    )


def test_a_colleague_s_pc_makes_it_the_office_only(desk):
    enrol(desk)
    see(desk, CITY, kind="city", name="Hà Nội", fault="DB-01", seen=False)
    see(desk, HUB, kind="hub", name="PC văn thư")
    assert standing(desk).reach is Reach.OFFICE
    desk.clock.advance(minutes=2)
    assert standing(desk).reach is Reach.ALONE


def test_a_login_page_and_a_revocation_are_named(desk):
    enrol(desk)
    see(desk, CITY, kind="city", name="Hà Nội", fault="DB-04")
    assert standing(desk).words.startswith("Mạng đòi đăng nhập")
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("UPDATE device SET last_seq = 1")
    assert standing(desk).words.startswith("Máy này đã bị thu hồi")


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=-5), "dưới 1 phút"), (timedelta(seconds=59), "dưới 1 phút"),
        (timedelta(minutes=5), "5 phút"), (timedelta(hours=3), "3 giờ"),
        (timedelta(days=2, minutes=5), "2 ngày"), (timedelta(hours=3, minutes=5), "3 giờ 5 phút"),
        (timedelta(days=14, hours=2), "14 ngày 2 giờ"),
    ],
)  # fmt: skip
def test_an_age_is_said_in_its_two_largest_units(gap, words):
    assert age_words(int(gap.total_seconds())) == words


def test_the_clock_is_compared_with_the_city_first_then_with_the_middle_of_the_others(desk):
    status, _ = read_standing(desk.core)
    assert own_skew(status) is None and clock_words(status) == ""
    for place, offset in enumerate((-1_000, 200_000, 9_000_000)):
        see(desk, bytes([place]) * 16, kind="pc", name=f"PC {place}", offset=offset)
    status, _ = read_standing(desk.core)
    assert own_skew(status) == 200_000
    assert clock_words(status) == "Đồng hồ máy này chậm 3 phút"
    see(desk, CITY, kind="city", name="Hà Nội", offset=-16 * 60_000)
    status, _ = read_standing(desk.core)
    assert clock_words(status) == "Đồng hồ máy này nhanh 16 phút"
    see(desk, CITY, kind="city", name="Hà Nội", offset=-119_000)
    status, _ = read_standing(desk.core)
    assert clock_words(status) == ""


def test_a_difference_of_clocks_in_words():
    assert [skew_words(ms) for ms in (2_000, 30_000, -61_000)] == [
        "đúng giờ", "nhanh hơn 30 giây", "chậm hơn 1 phút"
    ]  # fmt: skip
