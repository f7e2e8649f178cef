"""The roster from nothing: the same in any order, and only who may say it is heeded."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.codec import to_payload
from models.envelope import GENESIS, Actor, Envelope, log_id, seal
from models.events.roster import DeviceAdmitted, DeviceRevoked, HubOrder, IncarnationOpened
from models.roster import HEEDED, NO_SLOT, Listed, city_log, fold_roster, listed_city

OFFICE = "00316"
CITY_KEY = b"c" * 32
CITY = listed_city(CITY_KEY, OFFICE)
ACTOR = Actor("x", "city", "s")


def key(number: int) -> bytes:
    return bytes([number]) * 32


class Pen:
    """A log of roster events; `city` and a PC's number choose the key."""

    def __init__(self, number: int = 0, incarnation: int = 1) -> None:
        self.key = key(number) if number else CITY_KEY
        self.incarnation = incarnation
        self.log = log_id(self.key, incarnation) if number else CITY.log
        self.events: list = []

    def say(self, *said, hlc: int = 0):
        for each in said:
            seq = len(self.events) + 1
            prev = self.events[-1].hash if self.events else GENESIS
            self.events.append(
                seal(
                    Envelope(
                        id=f"{self.log.hex()}-{seq}", log=self.log, seq=seq, prev=prev,
                        office=OFFICE, stream=f"roster/{OFFICE}", type=each.KIND,
                        type_version=each.VERSION, parents=(), hlc=hlc or seq, wall=0, skew=None,
                        actor=ACTOR, fold=1, payload=to_payload(each),
                    )
                )
            )  # fmt: skip
        return self.events[-1]


def admitted(pen: Pen, slot: int, **more) -> DeviceAdmitted:
    return DeviceAdmitted(pen.log, pen.key, pen.incarnation, slot, f"PC {slot}", **more)


def let_in(pen: Pen, slot: int, **more) -> DeviceAdmitted:
    return admitted(pen, slot, provisional=True, **more)


def opened(pen: Pen, before: Pen) -> IncarnationOpened:
    return IncarnationOpened(pen.key, pen.incarnation, before.log, len(before.events))


def roster(*pens: Pen, trusted=(CITY,)) -> dict[bytes, Listed]:
    return fold_roster(trusted, [event for pen in pens for event in pen.events])


@pytest.fixture
def city():
    return Pen()


@pytest.fixture
def pc(city):
    made = Pen(1)
    city.say(admitted(made, 1))
    return made


def test_a_pc_lets_in_pcs_and_never_a_city(city, pc):
    guest, victim = Pen(2), Pen(3)
    city.say(admitted(victim, 2))
    pc.say(let_in(guest, 6, kind="city"))
    guest.say(DeviceRevoked(victim.log, 0, GENESIS, "x"), HubOrder((guest.log,)))
    found = roster(city, pc, guest)
    assert (found[guest.log].kind, found[guest.log].state) == ("pc", "provisional")
    assert found[victim.log].last_seq is None and found[guest.log].priority is None
    city.say(admitted(guest, 3, kind="city"))
    assert roster(city, pc, guest)[guest.log].kind == "pc"


def test_only_the_pinned_key_is_the_city(city, pc):
    stranger = Pen(9)
    stranger.log = city_log(stranger.key, OFFICE)
    pc.say(DeviceAdmitted(stranger.log, stranger.key, 1, 6, "x", "city", True))
    pc.say(DeviceAdmitted(CITY.log, stranger.key, 1, 6, "x", "city", True))
    stranger.say(DeviceRevoked(pc.log, 0, GENESIS, "x"))
    found = roster(city, pc, stranger)
    assert stranger.log not in found and found[CITY.log] == CITY
    assert found[pc.log].last_seq is None


def test_a_citys_new_log_speaks_for_it(city, pc):
    again = Pen()
    again.log, again.incarnation = city_log(CITY_KEY, OFFICE, 2), 2
    again.say(opened(again, city), DeviceRevoked(pc.log, 3, GENESIS, "x"))
    found = roster(city, pc, again)
    assert found[again.log].kind == "city" and found[pc.log].last_seq == 3


def test_who_was_let_in_lets_nobody_in_before_the_city_admits_it(city, pc):
    guest, friend = Pen(2), Pen(3)
    pc.say(let_in(guest, 6))
    guest.say(let_in(friend, 7))
    assert friend.log not in roster(city, pc, guest)
    city.say(admitted(guest, 2))
    assert roster(city, pc, guest)[friend.log].state == "provisional"


def test_the_city_lists_pcs_it_was_told_of_provisionally(city, pc):
    told, friend = Pen(2), Pen(3)
    city.say(let_in(told, 0), let_in(pc, 5))
    told.say(let_in(friend, 6))
    found = roster(city, pc, told)
    assert (found[told.log].state, found[told.log].slot) == ("provisional", 0)
    assert (found[pc.log].state, found[pc.log].slot) == ("admitted", 1)
    assert friend.log not in found
    pc.say(let_in(told, 6))
    city.say(DeviceRevoked(pc.log, 0, GENESIS, ""))
    assert roster(city, pc, told)[told.log].last_seq is None


def test_a_word_about_a_listed_key_counts_for_nothing(city, pc):
    victim, other = Pen(2), Pen(2, 7)
    city.say(admitted(victim, 2))
    before = roster(city, pc)[victim.log]
    pc.say(let_in(victim, 8), let_in(other, 8))
    found = roster(city, pc)
    assert found[victim.log] == before and found[other.log].slot == before.slot


@pytest.mark.parametrize("change", [
    {"slot": 0}, {"slot": 10}, {"slot": -1}, {"slot": 2**40}, {"incarnation": 2},
    {"incarnation": 0}, {"incarnation": 2**40}, {"public_key": b""}, {"public_key": key(2) * 2},
    {"log": b"x" * 16},
])  # fmt: skip
def test_an_admission_no_program_writes_has_no_effect(city, pc, change):
    pc.say(replace(let_in(Pen(2), 6), **change))
    assert set(roster(city, pc)) == {CITY.log, pc.log}


def test_a_name_is_one_short_line(city, pc):
    guest = Pen(2)
    pc.say(replace(let_in(guest, 6), name="a\0b\n" + "ế" * 999))
    assert roster(city, pc)[guest.log].name == "ab" + "ế" * 198


def test_a_revoked_pcs_later_guests_are_void_and_the_earlier_stay(city, pc):
    early, late, child = Pen(2), Pen(3), Pen(4)
    pc.say(let_in(early, 6), let_in(late, 7))
    again = Pen(3, 5)
    again.say(opened(again, late))
    late.say(let_in(child, 8))
    city.say(DeviceRevoked(pc.log, 1, GENESIS, "x"))
    found = roster(city, pc, late, again)
    assert found[early.log].last_seq is None
    assert found[late.log].last_seq == found[again.log].last_seq == 0
    assert child.log not in found
    other = Pen(5)
    city.say(admitted(other, 2))
    other.say(let_in(late, 9))
    assert roster(city, pc, late, other)[late.log].last_seq is None, "somebody else vouches for it"


def test_a_revocation_waits_for_nothing_its_author_saw(city, pc):
    item = city.say(DeviceRevoked(pc.log, 1, GENESIS, "x"))
    held_back = seal(replace(item.envelope, parents=(b"p" * 32,)))
    found = fold_roster((CITY,), [city.events[0], held_back])
    assert found[pc.log].last_seq == 1


def test_the_last_word_of_the_city_counts(city, pc):
    city.say(DeviceRevoked(pc.log, 2, GENESIS, ""), DeviceRevoked(pc.log, 5, GENESIS, ""))
    assert roster(city)[pc.log].last_seq == 5


def test_a_log_of_a_revoked_key_opened_later_is_void_and_of_no_rank(city, pc):
    again = Pen(1, 2)
    again.say(opened(again, pc))
    city.say(HubOrder((again.log, pc.log)))
    assert roster(city, again)[pc.log].priority == 0
    city.say(DeviceRevoked(pc.log, 5, GENESIS, ""))
    found = roster(city, again)
    assert found[again.log].last_seq == 0
    assert found[again.log].priority is None is found[pc.log].priority


def test_place_and_rank_belong_to_the_key(city, pc):
    again = Pen(1, 2)
    again.say(opened(again, pc))
    city.say(admitted(pc, 4), HubOrder((pc.log,)))
    found = roster(city, again)[again.log]
    assert (found.slot, found.name, found.priority) == (4, "PC 4", 0)


def test_of_two_with_one_slot_the_citys_first_word_counts(city, pc):
    guest, other, late = Pen(2), Pen(3), Pen(4)
    pc.say(let_in(guest, 6))
    assert roster(city, pc)[guest.log].slot == 6
    city.say(admitted(other, 6), admitted(late, 6))
    slots = {log: each.slot for log, each in roster(city, pc).items()}
    assert (slots[other.log], slots[guest.log], slots[late.log]) == (6, NO_SLOT, NO_SLOT)
    city.say(admitted(other, 6), admitted(guest, 2), admitted(late, 3))
    slots = {log: each.slot for log, each in roster(city, pc).items()}
    assert (slots[other.log], slots[guest.log], slots[late.log]) == (6, 2, 3)
    first, second = Pen(5), Pen(6)
    pc.say(let_in(first, 9))
    other.say(let_in(second, 9))
    found = roster(city, pc, other)
    assert found[first.log].slot == found[second.log].slot == NO_SLOT


def test_the_founder_lets_in_without_any_city():
    founder, guest = Pen(1), Pen(2)
    founder.say(let_in(guest, 6))
    own = Listed(founder.log, founder.key, 1, 0, "PC 0", state="own")
    found = roster(founder, trusted=(own,))
    assert found[guest.log].state == "provisional" and found[founder.log] == own
    city = Pen()
    city.say(admitted(founder, 1))
    found = roster(founder, city, trusted=(own, CITY))
    assert (found[founder.log].state, found[founder.log].slot) == ("admitted", 1)


def test_a_pc_fills_no_roster_and_reading_it_is_cheap(city, pc):
    for number in range(2, 252):
        pc.say(let_in(Pen(number), 1 + number % 9))
    assert len(roster(city, pc)) == 2 + HEEDED
    for number in range(2, 252):
        city.say(admitted(Pen(number), number % 10), HubOrder((Pen(number).log,)))
    events = [*city.events, *pc.events]
    for event in events:
        event.event()
    started = process_time()
    fold_roster((CITY,), events)
    assert process_time() - started < 0.5, "hundreds of events are milliseconds"


def history(choices: list[tuple[int, ...]]) -> list[list]:
    """Logs of a city, three PCs, their guests and new incarnations, as `choices` tell."""
    city, pcs = Pen(), [Pen(n) for n in (1, 2, 3)]
    guests, reborn = [Pen(n) for n in (4, 5, 6)], []
    for pc in pcs[:2]:
        city.say(admitted(pc, pc.key[0]))
    everybody = [*pcs, *guests]
    for time, (act, who, whom, number) in enumerate(choices, start=10):
        author, other = everybody[who % len(everybody)], everybody[whom % len(everybody)]
        match act:
            case 0 if who == whom:
                city.say(let_in(other, number % 10), hlc=time)
            case 0:
                author.say(let_in(other, 1 + number % 9, kind=("pc", "city")[number % 2]), hlc=time)
            case 1:
                city.say(admitted(other, number % 10), hlc=time)
            case 2:
                city.say(DeviceRevoked(other.log, number % 4, GENESIS, ""), hlc=time)
            case 3:
                new = Pen(author.key[0], author.incarnation + 1 + number)
                new.say(opened(new, author), let_in(other, 1 + number % 9), hlc=time)
                everybody[who % len(everybody)] = new
                reborn.append(author)
            case 4:
                city.say(HubOrder((other.log, author.log)), hlc=time)
            case _:
                author.say(DeviceRevoked(other.log, 0, GENESIS, ""), HubOrder((author.log,)))
    return [pen.events for pen in (city, *everybody, *reborn) if pen.events]


ACTS = st.lists(st.tuples(*(st.integers(0, n) for n in (5, 5, 5, 11))), max_size=14)


@given(choices=ACTS, mix=st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_rows_written_while_events_arrive_in_any_order_end_alike(choices, mix):
    logs = [list(log) for log in history(choices)]
    final = fold_roster((CITY,), [item for log in logs for item in log])
    rows: dict[bytes, Listed] = {}
    held: list = []
    while any(logs):
        log = mix.choice([log for log in logs if log])
        held.append(log.pop(0))
        rows |= fold_roster((CITY,), mix.sample(held, len(held)))
    assert rows == (final if held else {})
    assert all(each.kind != "city" for log, each in rows.items() if log != CITY.log)
    slots = [each.slot for each in {e.public_key: e for e in rows.values()}.values()
             if each.last_seq is None and each.slot != NO_SLOT]  # fmt: skip
    assert len(slots) == len(set(slots))
