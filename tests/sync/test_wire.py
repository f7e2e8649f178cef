"""Messages and requests as bytes: what goes out comes back, all else is refused in words."""

from __future__ import annotations

import msgpack
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ForeignError
from models.events.intake import Noted
from services.sync import protocol as p
from services.sync.accept import Member
from services.sync.answering import Me
from services.sync.endpoint import MEDIA_TYPE, OfficeSite, Waiter, serve
from services.sync.memory import MemoryStore
from services.sync.requests import MOST_NONCES, WINDOW_MS, Nonces, sign_request
from services.sync.wire import MAX_PLAIN, PATHS, decode_answer, decode_question, encode, path_of
from tests.support.devices import OFFICE
from tests.sync.logs import writer

NOW = 1_800_000_000_000
counts, wholes = st.integers(0, 2**63 - 1), st.integers(-(2**63), 2**63 - 1)
words = st.text(max_size=50)
logs, hashes = st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32)
some = st.binary(max_size=64)
heads = st.builds(p.Head, counts, hashes)
vectors = st.dictionaries(logs, heads, max_size=4)
pairs = st.tuples(st.binary(max_size=300), st.none() | some)
runs = st.builds(
    p.Run, logs, st.builds(p.Origin, some, counts), st.lists(pairs, max_size=4).map(tuple)
)
lanes = st.sampled_from(p.Lane)
acks = st.builds(p.Ack, logs, heads, counts, counts, some, some)
questions = st.one_of(
    st.builds(p.Hello, st.tuples(counts, counts), words, words, logs, heads, some, words, wholes),
    st.builds(p.Heads, words),
    st.builds(p.Push, words, runs, lanes),
    st.builds(p.Pull, words, vectors, lanes, counts, counts, counts),
)
answers = st.one_of(
    st.builds(p.HelloAnswer, counts, words, logs, heads, some, words, wholes),
    st.builds(p.HeadsAnswer, vectors, hashes),
    acks,
    st.builds(p.Gap, logs, heads),
    st.builds(p.ForkFound, logs, counts, pairs),
    st.builds(p.Revoked, logs, counts),
    st.builds(p.Busy, counts, counts),
    st.builds(p.Refused, words, words, words),
    st.builds(p.Suffixes, st.lists(runs, max_size=3).map(tuple), st.booleans(), hashes,
              st.lists(acks, max_size=3).map(tuple)),
)  # fmt: skip


@given(questions)
def test_every_question_comes_back_as_it_went(question):
    assert decode_question(encode(question)) == question
    assert PATHS[path_of(question)]


@given(answers)
def test_every_answer_comes_back_as_it_went(answer):
    assert decode_answer(encode(answer)) == answer


def refusal(function, *args, **kwargs) -> str:
    with pytest.raises(ForeignError) as caught:
        function(*args, **kwargs)
    return caught.value.code


@settings(max_examples=150)
@given(st.one_of(questions, answers), st.data())
def test_a_damaged_message_is_a_message_or_is_refused(message, data):
    raw = bytearray(encode(message))
    if data.draw(st.booleans()):
        del raw[data.draw(st.integers(0, len(raw) - 1)) :]
    else:
        for _ in range(data.draw(st.integers(1, 3))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    for decode in (decode_question, decode_answer):
        try:
            decode(bytes(raw))
        except ForeignError as error:
            assert error.code in ("DB-05", "DB-09", "DB-10")


plain = st.recursive(
    st.none() | st.booleans() | wholes | st.floats() | st.text(max_size=9) | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
tags = st.sampled_from(["hello", "heads", "push", "pull", "ack", "gap", "fork", "suffixes", "x"])


@settings(max_examples=150)
@given(st.builds(lambda tag, fields: [tag, *fields], tags, st.lists(plain, max_size=9)) | plain)
def test_any_data_of_another_shape_is_refused(data):
    raw = zstandard.ZstdCompressor().compress(msgpack.packb(data))
    for decode in (decode_question, decode_answer):
        try:
            decode(raw)
        except ForeignError as error:
            assert error.code in ("DB-05", "DB-10")


def packed(*fields) -> bytes:
    return zstandard.ZstdCompressor().compress(msgpack.packb(fields))


def test_bombs_newer_tags_and_longer_messages():
    bomb = zstandard.ZstdCompressor().compress(bytes(MAX_PLAIN + 1))
    assert len(bomb) < 10_000 and refusal(decode_question, bomb) == "DB-09"
    assert refusal(decode_question, bytes(9 << 20)) == "DB-09"
    endless = zstandard.ZstdCompressor(write_content_size=False).compress(b"x")
    assert refusal(decode_question, endless) == "DB-10"
    assert refusal(decode_question, b"") == "DB-10"
    assert refusal(decode_question, packed("warp", 1)) == "DB-05"
    assert refusal(decode_question, encode(p.Gap(bytes(16), p.Head(0, bytes(32))))) == "DB-05"
    assert decode_question(packed("heads", OFFICE, "said by a newer program")) == p.Heads(OFFICE)
    assert refusal(decode_question, packed("heads")) == "DB-10"


@pytest.fixture
def world():
    """A site of one office, the PC it knows, and a signed call to it."""
    site_writer, pc = writer("site"), writer("pc")
    members = [Member(w.log, w.device.public_key) for w in (site_writer, pc)]
    store = MemoryStore(OFFICE, site_writer.device, members, now_ms=lambda: NOW)
    waiter = Waiter()
    site = OfficeSite(store, store.members.get, lambda: Me(site_writer.log), waiter, lambda: NOW)
    pc.write(Noted("x"))
    return World(site, store, pc)


class World:
    def __init__(self, site, store, pc):
        self.site, self.store, self.pc = site, store, pc
        self.used = 0

    def request(self, question, *, who=None, time_ms=NOW, body=None, path=None):
        self.used += 1
        who = who or self.pc
        body = encode(question) if body is None else body
        path = path or path_of(question)
        headers = sign_request(
            "POST", path, body, log=who.log, time_ms=time_ms, nonce=self.used.to_bytes(16, "big"),
            sign=who.device.sign,
        )  # fmt: skip
        return path, headers, body

    def ask(self, question, **changes):
        return serve(self.site, *self.request(question, **changes))

    def code(self, response) -> tuple[int, str]:
        said = decode_answer(response.body)
        assert isinstance(said, p.Refused) and said == response.said
        assert said.what and response.headers["Content-Type"] == MEDIA_TYPE
        return response.status, said.code


def test_a_signed_push_is_acknowledged_and_a_repeat_of_the_request_is_not(world):
    push = p.Push(OFFICE, world.pc.run())
    path, headers, body = world.request(push)
    first = serve(world.site, path, headers, body)
    assert first.status == 200 and isinstance(decode_answer(first.body), p.Ack)
    assert first.headers["X-Time"] == str(NOW)
    assert world.code(serve(world.site, path, headers, body)) == (401, "DB-06")
    assert isinstance(world.ask(push).said, p.Ack)  # the same run asked anew is no replay
    assert world.store.heads() == {world.pc.log: world.pc.head}


def test_who_signs_wrongly_late_or_from_elsewhere_is_told_so(world):
    push = p.Push(OFFICE, world.pc.run())
    path, headers, body = world.request(push)
    assert world.code(serve(world.site, path, headers, body + b"x")) == (401, "DB-11")
    assert world.code(serve(world.site, "/sync/v1/pull", headers, body)) == (401, "DB-11")
    assert world.code(serve(world.site, "/sync/v9/push", headers, body)) == (426, "DB-05")
    assert world.code(serve(world.site, path, {}, body)) == (401, "DB-11")
    for name in headers:
        for wrong in ("", "zz", "-1", headers[name][:-2]):
            bad = {**headers, name: wrong}
            assert world.code(serve(world.site, path, bad, body))[1] in ("DB-11", "DB-07", "DB-06")
    assert world.code(world.ask(push, who=writer("stranger"))) == (401, "DB-07")
    for wrong in (NOW - WINDOW_MS - 1, NOW + WINDOW_MS + 1, 0):
        assert world.code(world.ask(push, time_ms=wrong)) == (401, "DB-06")
    assert world.code(world.ask(p.Push("00004", world.pc.run()))) == (403, "DB-08")
    assert world.code(world.ask(push, body=b"\x00")) == (400, "DB-10")
    assert world.code(world.ask(push, body=bytes(9 << 20))) == (413, "DB-09")
    assert world.code(world.ask(p.Heads(OFFICE), path="/sync/v1/push")) == (400, "DB-10")
    abroad = writer("abroad", "00004")
    abroad.write(Noted("x"))
    assert world.code(world.ask(p.Push(OFFICE, abroad.run()))) == (403, "DB-08")
    assert world.store.heads() == {}


def test_answers_that_are_no_refusal_have_their_status(world):
    for text in "yz":
        world.pc.write(Noted(text))
    assert world.ask(p.Push(OFFICE, world.pc.run(1))).status == 409
    world.ask(p.Push(OFFICE, world.pc.run()))
    twin = world.pc.twin(1)
    twin.write(Noted("other"))
    fork = world.ask(p.Push(OFFICE, twin.run()))
    assert fork.status == 409 and isinstance(fork.said, p.ForkFound)
    old = p.Hello((7, 9), "", OFFICE, world.pc.log, world.pc.head, b"", "", NOW)
    assert world.code(world.ask(old)) == (426, "DB-05")
    world.store.members[world.pc.log] = Member(world.pc.log, world.pc.device.public_key, "pc", 1)
    assert world.ask(p.Heads(OFFICE)).status == 403


def test_a_poll_waits_for_news_and_not_longer(world):
    asked = p.Pull(OFFICE, {}, wait_ms=20_000)
    site = world.site
    wait = site.waiter.ticket()
    world.store.take(world.pc.run())
    site.waiter.poke()  # between the ticket and the wait: it does not sleep over it
    assert wait(60_000)
    assert world.ask(asked).said.runs[0].log == world.pc.log
    assert not site.waiter.ticket()(1)
    site.waiter.close()
    nothing = p.Pull(OFFICE, {world.pc.log: world.pc.head}, wait_ms=20_000)
    assert world.ask(nothing).said.runs == ()


def test_nonces_are_forgotten_in_time_and_never_pile_up():
    nonces = Nonces()
    assert nonces.fresh(b"a", b"1", NOW) and not nonces.fresh(b"a", b"1", NOW + WINDOW_MS)
    assert nonces.fresh(b"b", b"1", NOW)
    assert nonces.fresh(b"a", b"1", NOW + 3 * WINDOW_MS)
    for n in range(MOST_NONCES + 5):
        nonces.fresh(b"c", n.to_bytes(4, "big"), NOW)
    assert len(nonces._seen) <= MOST_NONCES
