"""What comes from another PC early, twice, forked or malformed never stops or splits the office."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import timedelta
from itertools import product

import msgpack
import pytest

from models.codec import UnknownEvent, from_payload, to_payload
from models.envelope import GENESIS, Envelope, seal
from models.errors import ForeignError
from models.events.intake import Noted
from services.clock import FixedClock
from services.journal.append import Journal
from services.journal.verify import verify_journal
from services.store.opening import open_store
from services.sync.ports import Verdict
from tests.journal.test_histories import DESK, OFFICER, received
from tests.support.devices import KEY, OFFICE, START, Pc


def count(pc: Pc, table: str) -> int:
    with pc.store.read() as conn:
        return int(conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def own(pc: Pc) -> list[tuple[bytes, bytes | None]]:
    return pc.log(pc.journal.device.log)


def clone_of(pc: Pc, folder) -> Pc:
    """The same device opened from a copy of its folder, with another clock."""
    shutil.copytree(pc.store.path.parent, folder)
    store, clock = open_store(folder, KEY), FixedClock(START + timedelta(hours=1), seed=99)
    journal = Journal(
        store, pc.journal.device, clock=clock, office=OFFICE, projectors=pc.journal.projectors
    )
    return Pc("clone", store, journal, clock)


def forged(pc: Pc, **changes: object) -> list[tuple[bytes, bytes]]:
    """One event properly chained and signed by a device whose program writes nonsense."""
    log = pc.journal.device.log
    plain = Envelope(
        "made-up", log, 1, GENESIS, OFFICE, "dossier/d1", "dossier.noted", 1, (), 1 << 16, 1, None,
        OFFICER, 1, {"text": "x"},
    )  # fmt: skip
    made = seal(dataclasses.replace(plain, **changes))
    return [(made.body, pc.journal.device.sign(made.hash))]


def test_early_events_do_not_wait_once_the_whole_run_is_here(pcs) -> None:
    a, b, _ = pcs
    for text in "abcdef":
        a.act("d1", DESK, Noted(text))
    assert b.take(own(a)[4:]).verdict is Verdict.GAP
    assert count(b, "pend") == 2
    assert b.take(own(a)).head.seq == 6
    assert count(b, "pend") == count(b, "fork") == 0


def test_of_two_waiting_versions_every_pc_takes_the_same_and_keeps_the_proof(pcs, tmp_path) -> None:
    a, b, c = pcs
    for text in "ab":
        a.act("d1", DESK, Noted(text))
    clone = clone_of(a, tmp_path / "clone")
    start = own(a)
    a.clock.advance(hours=1)
    a.act("d1", DESK, Noted("one truth"))
    clone.act("d1", DESK, Noted("another"))
    versions = [own(a)[2:], own(clone)[2:]]
    for pc, order in ((b, versions), (c, versions[::-1])):
        assert [pc.take(each).verdict for each in order] == [Verdict.GAP, Verdict.GAP]
        assert pc.take(start).verdict is Verdict.TAKEN
        assert (count(pc, "pend"), count(pc, "fork")) == (0, 1)
        with pc.store.read() as conn:
            assert verify_journal(conn).verified
    assert b.hashes() == c.hashes()
    clone.store.close()


def test_an_early_version_that_lost_is_kept_as_proof(pcs, tmp_path) -> None:
    a, b, _ = pcs
    for text in "ab":
        a.act("d1", DESK, Noted(text))
    clone = clone_of(a, tmp_path / "clone")
    a.act("d1", DESK, Noted("one truth"))
    clone.act("d1", DESK, Noted("another"))
    assert b.take(own(clone)[2:]).verdict is Verdict.GAP
    assert b.take(own(a)).verdict is Verdict.TAKEN
    assert (count(b, "pend"), count(b, "fork")) == (0, 1)
    held = b.log(a.journal.device.log)
    assert [body for body, _ in held] == [body for body, _ in own(a)]
    clone.store.close()


@pytest.mark.parametrize(
    "payload",
    [{}, {"text": 5}, {"text": None}, {"text": "x", "attachments": 7},
     {"text": "x", "attachments": (5,)}, {"text": "x", "attachments": ({"nope": 1},)}],
)  # fmt: skip
def test_a_known_kind_that_cannot_be_built_makes_the_dossier_read_only(pcs, payload) -> None:
    a, b, _ = pcs
    a.act("d1", DESK, received("H26-261116-0001"))
    last = own(a)
    b.take(last)
    head = next(iter(b.hashes()))
    changes = {"log": a.journal.device.log, "seq": 2, "prev": head, "parents": (head,)}
    bad = forged(a, payload=payload, hlc=2**48, **changes)
    assert b.take(bad).verdict is Verdict.TAKEN
    assert b.dossier("d1").read_only
    assert b.row("d1") is not None
    with b.store.read() as conn:
        assert verify_journal(conn).verified


KINDS = ("dossier.received", "book.opened", "staff.changed", "nope")
STREAMS = ("dossier/d1", "book/2026/X", "book/x", "book/99999999999999999999/x", "staff/1", "", "x")


def test_no_nonsense_of_a_listed_device_stops_the_others(pcs) -> None:
    a, b, _ = pcs
    seq, prev = 0, GENESIS
    for kind, stream, version in product(KINDS, STREAMS, (-1, 0, 1, 2**40)):
        changes = {"type": kind, "stream": stream, "type_version": version, "prev": prev}
        bad = forged(a, seq=seq + 1, payload={"year": 2**63}, **changes)
        receipt = b.take(bad)
        assert receipt.verdict is Verdict.TAKEN
        seq, prev = receipt.head.seq, receipt.head.hash


@pytest.mark.parametrize(
    "changes",
    [{"id": 5}, {"seq": "1"}, {"seq": -1}, {"hlc": "x"}, {"hlc": 2**63}, {"wall": None},
     {"skew": "x"}, {"parents": ("x",)}, {"prev": "x"}, {"type_version": "1"}, {"fold": None},
     {"payload": 5}, {"stream": b"x"}],
)  # fmt: skip
def test_fields_of_other_types_are_refused_in_words(pcs, changes) -> None:
    a, b, _ = pcs
    with pytest.raises(ForeignError) as refused:
        b.take(forged(a, **changes))
    assert refused.value.code == "NK-01"
    assert count(b, "ev") == 0


def test_every_event_still_comes_back_as_it_went() -> None:
    event = received("H26-261116-0001")
    packed = msgpack.unpackb(msgpack.packb(to_payload(event)), use_list=False)
    assert from_payload(event.KIND, event.VERSION, packed) == event
    assert isinstance(from_payload(event.KIND, event.VERSION, {**packed, "channel": "x"}),
                      UnknownEvent)  # fmt: skip
