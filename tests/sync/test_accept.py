"""A run is judged alike everywhere: chain, office, roster, signatures, gap, fork, revocation."""

import pytest

from models.envelope import GENESIS
from models.errors import ForeignError
from models.events.intake import Noted
from models.events.roster import IncarnationOpened
from models.roster import MOST_LOGS, MOST_VOID_LOGS
from services.sync.accept import (
    Judgement,
    Member,
    check_signature,
    find_author,
    judge,
    read_run,
)
from services.sync.ports import Verdict
from services.sync.protocol import Head, Origin, Run
from tests.sync.logs import writer

START = Head(0, GENESIS)


@pytest.fixture
def pc():
    made = writer("pc")
    for text in "abcd":
        made.write(Noted(text), Noted(text * 2))
    return made


def refusal(function, *args, **kwargs) -> str:
    with pytest.raises(ForeignError) as caught:
        function(*args, **kwargs)
    return caught.value.code


def verdict(pc, run, held: int, last_seq=None) -> Judgement:
    events = read_run(run.events, pc.office)
    member = Member(pc.log, pc.device.public_key, "pc", last_seq)
    hashes = {item.envelope.seq: item.hash for item in pc.events[:held]}
    return judge(events, member, pc.head_at(held), hash_at=hashes.get)


@pytest.mark.parametrize(
    ("after", "held", "said", "fresh"),
    [(0, 0, Verdict.TAKEN, 8), (0, 2, Verdict.TAKEN, 6), (4, 4, Verdict.TAKEN, 4),
     (0, 8, Verdict.KNOWN, 0), (4, 2, Verdict.GAP, 4)],
)  # fmt: skip
def test_what_is_new_known_or_too_early(pc, after, held, said, fresh):
    found = verdict(pc, pc.run(after), held)
    assert (found.verdict, len(found.fresh)) == (said, fresh)


def test_a_broken_foreign_or_empty_run_is_refused(pc):
    run = pc.run()
    swapped = (run.events[1], run.events[0], *run.events[2:])
    assert refusal(read_run, swapped) == refusal(read_run, ()) == "DB-17"
    assert refusal(read_run, (run.events[0], run.events[2])) == "DB-17"
    assert refusal(read_run, run.events, "00004") == "DB-08"
    assert refusal(read_run, [(b"\x00", None)]) == "NK-01"


def test_the_last_signature_counts_and_no_other_is_kept(pc):
    key, pairs = pc.device.public_key, pc.run().events
    events = read_run(pairs)
    check_signature(events, key)
    assert refusal(check_signature, events[:3], key) == "DB-11"
    assert refusal(check_signature, events, writer("other").device.public_key) == "DB-11"
    forged = (*pairs[:-1], (pairs[-1][0], bytes(64)))
    assert refusal(check_signature, read_run(forged), key) == "DB-11"
    rubbish = [(body, b"rubbish") for body, _ in pairs[:-1]] + [pairs[-1]]
    for run in (pairs, rubbish):
        assert [item.signature for item in read_run(run)] == [None] * 7 + [pairs[-1][1]]


def test_a_log_written_twice_is_found_at_its_first_difference(pc):
    twin = pc.twin(4)
    twin.write(Noted("x"), Noted("y"))
    twin.write(Noted("z"))
    found = verdict(pc, twin.run(), 8)
    assert found.verdict is Verdict.FORK
    assert found.forked is not None and found.forked.envelope.seq == 5
    later = verdict(pc, twin.run(6), 6)
    assert later.verdict is Verdict.GAP  # its sender begins at our head, and finds the fork


def test_what_a_revoked_device_wrote_is_kept_and_said(pc):
    assert verdict(pc, pc.run(), 0, last_seq=8).verdict is Verdict.TAKEN
    found = verdict(pc, pc.run(), 0, last_seq=4)
    assert (found.verdict, len(found.fresh)) == (Verdict.REVOKED, 8)
    assert verdict(pc, pc.run(), 8, last_seq=4).verdict is Verdict.REVOKED


def test_only_the_roster_or_a_certified_new_log_speaks(pc):
    member = Member(pc.log, pc.device.public_key)
    new = pc.reborn()
    said = IncarnationOpened(new.device.public_key, 2, pc.log, 8)
    new.write(said, Noted("a"), stream="roster/x")

    def author(run, listed=member, logs=1):
        return find_author(
            run, read_run(run.events),
            find_log={member.log: listed}.get, find_key={member.public_key: listed}.get,
            count_logs=lambda _key: logs,
        )  # fmt: skip

    assert author(pc.run()) == member
    assert author(new.run()) == Member(new.log, pc.device.public_key)
    gone = Member(pc.log, pc.device.public_key, "pc", 4)
    assert author(new.run(), gone).last_seq == 0
    assert author(new.run(), logs=MOST_LOGS - 1) == Member(new.log, pc.device.public_key)
    assert refusal(author, new.run(), logs=MOST_LOGS) == "DB-25"
    assert refusal(author, new.run(), gone, logs=MOST_VOID_LOGS) == "DB-25"
    assert author(pc.run(), logs=MOST_LOGS) == member
    assert refusal(author, new.run(1)) == "DB-07"
    stranger = writer("stranger")
    stranger.write(IncarnationOpened(stranger.device.public_key, 1, pc.log, 8))
    assert refusal(author, stranger.run()) == "DB-07"
    thief = writer("thief")
    thief.write(said)
    assert refusal(author, thief.run()) == "DB-07"
    for number in (-1, 0, 1 << 31, 1 << 40):
        absurd = writer(f"absurd {number}")
        absurd.write(IncarnationOpened(new.device.public_key, number, pc.log, 8))
        run = absurd.run()
        run = Run(run.log, Origin(new.device.public_key, number), run.events)
        assert refusal(author, run) == "DB-07", number
