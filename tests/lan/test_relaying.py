"""Who relays to the city: the first of the order, or the next when those before it are silent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.sync.relaying import SILENT_MS, RelayWatch

HUB, SECOND, THIRD = b"hub", b"second", b"third"
ORDER = (HUB, SECOND, THIRD)


def test_the_second_stands_in_after_a_minute_and_goes_back_when_the_hub_returns() -> None:
    watch = RelayWatch(SECOND, since=0)
    watch.heard(HUB, 10_000)
    assert not watch.relays(ORDER, 10_000 + SILENT_MS - 1)
    assert watch.relays(ORDER, 10_000 + SILENT_MS)
    watch.heard(HUB, 90_000)
    assert not watch.relays(ORDER, 90_000)


def test_the_third_waits_until_hub_and_second_are_silent() -> None:
    watch = RelayWatch(THIRD, since=0)
    watch.heard(SECOND, 50_000)
    assert not watch.relays(ORDER, 100_000)
    assert watch.relays(ORDER, 50_000 + SILENT_MS)


def test_a_pc_that_starts_gives_the_hub_a_minute() -> None:
    watch = RelayWatch(SECOND, since=1_000_000)
    assert not watch.relays(ORDER, 1_000_001)
    assert watch.relays(ORDER, 1_000_000 + SILENT_MS)
    assert RelayWatch(HUB, since=0).relays(ORDER, 0)


def test_a_hub_that_answers_but_has_lost_its_way_out_is_stood_in_for() -> None:
    second, third = RelayWatch(SECOND, since=0), RelayWatch(THIRD, since=0)
    for now in range(0, 3 * SILENT_MS, 1000):
        for watch in (second, third):
            watch.heard(HUB, now)
            watch.heard(SECOND, now)
            watch.city(behind=True, now_ms=1000 + now)
        assert second.relays(ORDER, 1000 + now) == (now >= SILENT_MS)
        assert third.relays(ORDER, 1000 + now) == (now >= 2 * SILENT_MS)
    second.city(behind=False, now_ms=4 * SILENT_MS)
    second.heard(HUB, 4 * SILENT_MS)
    assert not second.relays(ORDER, 4 * SILENT_MS)


@given(
    st.permutations(ORDER),
    st.lists(st.tuples(st.sampled_from(ORDER), st.integers(1, 50_000)), max_size=30),
    st.sets(st.sampled_from(ORDER), min_size=1),
)
def test_somebody_who_is_on_always_relays_after_a_minute(order, before, alive) -> None:
    """Whatever was heard before: of the PCs that hear each other from then on, the first relays."""
    watches = {key: RelayWatch(key, since=0) for key in ORDER}
    now = 0
    for key, pause in before:
        now += pause
        for watch in watches.values():
            watch.heard(key, now)
    now += SILENT_MS
    for watch in watches.values():
        for key in alive:
            watch.heard(key, now)
    relaying = {key for key in alive if watches[key].relays(order, now)}
    assert relaying == {next(key for key in order if key in alive)}
