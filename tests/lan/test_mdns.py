"""mDNS finds the listener of another PC and forgets the one that left; on loopback."""

from __future__ import annotations

import time

import pytest

from services.sync.mdns import Neighbours

HERE = "127.0.0.1"


@pytest.fixture
def neighbours():
    opened = [Neighbours(interfaces=[HERE]) for _ in range(2)]
    yield opened
    for each in opened:
        each.close()


def test_two_pcs_find_each_other_and_the_one_that_left_is_forgotten(neighbours) -> None:
    one, two = neighbours
    one.start("aa" * 10, [HERE], 5001)
    two.start("bb" * 10, [HERE], 5002)

    def until(true) -> None:
        end = time.monotonic() + 60
        while not true():
            assert time.monotonic() < end
            time.sleep(0.02)

    until(lambda: one.urls() == (f"https://{HERE}:5002",))
    until(lambda: two.urls() == (f"https://{HERE}:5001",))
    two.close()
    until(lambda: one.urls() == ())
