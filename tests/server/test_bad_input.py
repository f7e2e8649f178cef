"""What an attacker or a broken program may send: refused with its reason, nothing changes."""

import os
import random
import socket
import time

import msgpack
import pytest
import zstandard
from sqlalchemy import text

from models.envelope import GENESIS
from models.events.roster import DeviceRevoked, roster_stream
from server.context import opened_city
from services.sync.protocol import (
    Ack,
    Busy,
    Gap,
    Heads,
    HeadsAnswer,
    Hello,
    HelloAnswer,
    Push,
    Refused,
    Revoked,
    Run,
)
from services.sync.wire import MAX_BODY, encode
from tests.support.city import OFFICE, OTHER, Pen
from tests.support.running_city import Client, ask_json, serving

HEADS = "/sync/v1/heads"
PUSH = "/sync/v1/push"


@pytest.fixture(scope="module")
def server(tmp_path_factory, postgres_cluster):
    from tests.server.conftest import TEMPLATE, fill

    postgres_cluster.template(TEMPLATE, fill)
    home = tmp_path_factory.mktemp("bad") / "home"
    with (
        postgres_cluster.database(template=TEMPLATE) as name,
        serving(postgres_cluster.url(name), home) as running,
    ):
        yield running


@pytest.fixture
def client(server):
    pen = Pen(seed=os.urandom(32))
    pen.write("a", "b")
    pen.write("c")
    with opened_city(server.db, server.home) as city:
        from models.events.roster import DeviceAdmitted

        said = DeviceAdmitted(pen.log, pen.public_key, 1, 9, "PC")
        city.journal.append(pen.office, [(roster_stream(pen.office), said)])
    return Client(pen, server.port)


def events(server):
    with opened_city(server.db, server.home) as city, city.database.read_city() as tx:
        return tx.execute(text("SELECT count(*) FROM ev")).scalar()


def code(answer):
    return answer.code if isinstance(answer, Refused) else type(answer).__name__


def test_forged_signatures_times_and_replays(server, client):
    body = encode(Heads(OFFICE))
    good = client.headers(HEADS, body)
    assert isinstance(client.send(HEADS, body, good)[1], HeadsAnswer)
    replayed = client.send(HEADS, body, good)
    assert (replayed[0], code(replayed[1])) == (401, "DB-06")
    other = Client(Pen(seed=os.urandom(32)), server.port)
    forged = {**other.headers(HEADS, body), "X-Device": client.pen.log.hex()}
    cases = {
        "DB-11": [
            forged,
            {**client.headers(HEADS, body), "X-Nonce": "00" * 16},
            client.headers(PUSH, body),
            client.headers(HEADS, body + b"x"),
            {},
            {**good, "X-Signature": "zz"},
            {**good, "X-Time": "now"},
            {**good, "X-Nonce": "00"},
        ],
        "DB-07": [other.headers(HEADS, body)],
    }
    for expected, headers in cases.items():
        for each in headers:
            status, answer = client.send(HEADS, body, each)
            assert (status, code(answer)) == (401, expected), each
    for offset in (-600_000, 600_000, -(10**12), 10**13):
        wrong = Client(client.pen, server.port, offset_ms=offset)
        status, answer = wrong.send(HEADS, body)
        assert (status, code(answer)) == (401, "DB-06")


def test_wrong_office_wrong_question_and_versions(server, client):
    assert code(client.ask(Heads(OTHER))) == "DB-08"
    assert code(client.ask(Push(OTHER, client.pen.run()))) == "DB-08"
    foreign = Pen(office=OTHER, seed=client.pen.seed)
    foreign.write("x")
    assert code(client.ask(Push(OFFICE, foreign.run()))) == "DB-08"
    status, answer = client.send("/sync/v1/nonsense", b"")
    assert (status, code(answer)) == (426, "DB-05")
    status, answer = client.send(PUSH, encode(Heads(OFFICE)))
    assert (status, code(answer)) == (400, "DB-10")
    assert code(client.hello(versions=(2, 9))) == "DB-05"
    assert client.hello(versions=(1, 9)).version == 1
    assert isinstance(client.hello(wall_ms=-(2**62), app="x" * 9000), HelloAnswer)
    newer = zstandard.compress(
        msgpack.packb(["heads", OFFICE, "a field of a newer program", {"x": 1}])
    )
    assert isinstance(client.send(HEADS, newer)[1], HeadsAnswer)
    unknown = zstandard.compress(msgpack.packb(["dance", 1]))
    assert code(client.send(HEADS, unknown)[1]) == "DB-05"


def test_truncated_reordered_and_altered_runs_store_nothing(server, client):
    pen, before = client.pen, events(server)
    a, b, c = pen.run().events
    run = lambda *pairs: Run(pen.log, pen.origin, pairs)  # noqa: E731
    flipped = (a[0][:40] + bytes([a[0][40] ^ 1]) + a[0][41:], None)
    assert code(client.push(run(b, a))) == "DB-17"
    assert code(client.push(run(a, c))) == "DB-17"
    assert code(client.push(run(a))) == "DB-11"
    assert code(client.push(run(a, (b[0], c[1])))) == "DB-11"
    assert code(client.push(run(flipped, b))) in ("DB-17", "NK-01")
    assert code(client.push(run((b"", b"")))) == "NK-01"
    assert code(client.push(run())) == "DB-17"
    stranger = Pen(seed=os.urandom(32))
    stranger.write("x")
    assert code(client.push(stranger.run())) == "DB-07"
    gap = client.push(pen.run(2))
    assert isinstance(gap, Gap) and gap.have.seq == 0
    assert events(server) == before
    assert isinstance(client.push(), Ack)
    with opened_city(server.db, server.home) as city, city.database.read(OFFICE) as tx:
        at = {"log": pen.log}
        counted = tx.execute(text("SELECT code FROM refusal WHERE log = :log"), at).scalars()
        assert set(counted) >= {"DB-17", "DB-11", "DB-07"}


def test_bodies_that_are_nonsense_too_large_or_bombs(server, client):
    dice = random.Random(7)
    whole = encode(Push(OFFICE, client.pen.run()))
    bodies = [b"", b"\x28\xb5\x2f\xfd", b"x" * 1000, whole[: len(whole) // 2]]
    bodies += [zstandard.compress(bytes(dice.randrange(256) for _ in range(60))) for _ in range(15)]
    bodies += [zstandard.compress(msgpack.packb(each)) for each in ([], {}, None, ["push"], [[]])]
    bodies.append(zstandard.compress(msgpack.packb(["push", 1, 2, 3])))
    bodies.append(zstandard.compress(b"\xdd\xff\xff\xff\xff"))
    bodies.append(zstandard.compress(b"\x91" * 100_000))
    for body in bodies:
        status, answer = client.send(PUSH, body)
        if isinstance(answer, Busy):
            time.sleep(answer.retry_ms / 1000)
            status, answer = client.send(PUSH, body)
        assert 400 <= status < 500 and code(answer) in ("DB-10", "DB-05"), body[:40]
    bomb = zstandard.compress(bytes(1 << 28))
    assert len(bomb) < 100_000
    assert code(client.send(PUSH, bomb)[1]) == "DB-09"
    time.sleep(1.5)
    assert isinstance(client.hello(), HelloAnswer)


def test_an_announced_size_is_refused_before_the_body_is_sent(server, client):
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
        lines = [f"POST {PUSH} HTTP/1.1", "Host: x", f"Content-Length: {MAX_BODY + 1}", "", ""]
        raw.sendall("\r\n".join(lines).encode())
        assert b" 413 " in raw.recv(200).split(b"\r\n")[0]
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
        lines = ["POST /enrol HTTP/1.1", "Host: x", "Content-Length: 99999", "", ""]
        raw.sendall("\r\n".join(lines).encode())
        assert b" 413 " in raw.recv(200).split(b"\r\n")[0]


def test_a_revoked_device_may_tell_but_learns_nothing(server, client):
    pen = client.pen
    assert isinstance(client.push(), Ack)
    with opened_city(server.db, server.home) as city:
        said = DeviceRevoked(pen.log, 2, pen.events[1].hash, "mất")
        city.journal.append(OFFICE, [(roster_stream(OFFICE), said)])
    pen.write("d")
    assert client.push() == Revoked(pen.log, 2)
    assert client.ask(Heads(OFFICE)) == Revoked(pen.log, 2)
    own = client.pull()  # proof of what the city holds of its own log, and no other
    assert {run.log for run in own.runs} == {pen.log} and not own.acks
    again = Client(Pen(seed=pen.seed, incarnation=2), server.port)
    assert code(again.ask(Heads(OFFICE))) == "DB-07"


def test_a_flood_is_told_to_wait_and_others_are_not(server, client):
    other = Client(Pen(seed=os.urandom(32)), server.port)
    with opened_city(server.db, server.home) as city:
        from models.events.roster import DeviceAdmitted

        said = DeviceAdmitted(other.pen.log, other.pen.public_key, 1, 8, "PC 8")
        city.journal.append(OFFICE, [(roster_stream(OFFICE), said)])
    answers = [client.send(PUSH, os.urandom(1 << 20)) for _ in range(8)]
    busy = [(status, answer) for status, answer in answers if isinstance(answer, Busy)]
    assert busy and all(status == 429 and answer.retry_ms > 0 for status, answer in busy)
    assert isinstance(other.ask(Heads(OFFICE)), HeadsAnswer)
    time.sleep(busy[-1][1].retry_ms / 1000 + 0.2)
    assert isinstance(client.ask(Heads(OFFICE)), HeadsAnswer)


def test_enrolment_refuses_nonsense_with_words(server):
    pen = Pen(seed=os.urandom(32))
    said = {
        "code": "00004-AAAAA-AAAAA", "public_key": pen.public_key.hex(), "incarnation": 1,
        "log": pen.log.hex(), "name": "PC",
    }  # fmt: skip
    assert ask_json(server.port, "POST", "/enrol", said)[0] == 404
    for name, value in (
        ("public_key", "00"), ("incarnation", 0), ("incarnation", 2**70), ("log", "é"),
        ("name", ""), ("name", "x\0y"), ("code", 7), ("head", {"seq": -1}), ("name", ["x"]),
    ):  # fmt: skip
        status, answer = ask_json(server.port, "POST", "/enrol", {**said, name: value})
        assert (status, answer["code"]) == (422, "MC-10"), name
        assert answer["what"] and answer["next_step"]
    status, answer = ask_json(server.port, "POST", "/enrol", {**said, "log": "00" * 16})
    assert (status, answer["code"]) == (400, "MC-21")
    for body in (None, [], "x", {}):
        assert ask_json(server.port, "POST", "/enrol", body)[0] == 422
    tried = [ask_json(server.port, "POST", "/enrol", said)[0] for _ in range(12)]
    assert tried[-1] == 429 and set(tried) <= {404, 429}


def test_hello_tells_the_board_what_is_unsent(server, client):
    pen = client.pen
    client.hello(wall_ms=int(time.time() * 1000) - 90_000)
    query = text("SELECT head_seq, offset_ms, behind_since_ms, app FROM contact WHERE log = :log")
    with opened_city(server.db, server.home) as city:
        with city.database.read(OFFICE) as tx:
            row = tx.execute(query, {"log": pen.log}).one()
        assert row.head_seq == 3 and row.behind_since_ms and row.app == "0.1"
        assert -100_000 < row.offset_ms < -80_000
        client.push()
        client.hello()
        with city.database.read(OFFICE) as tx:
            assert tx.execute(query, {"log": pen.log}).one().behind_since_ms is None


def test_proofs_over_http_fit_the_acknowledgement(server, client):
    from models.merkle import consistency_holds, event_leaf, inclusion_holds

    pen = client.pen
    first = client.push(pen.run(0, 2))
    last = client.push()
    path = f"/tree/inclusion?office={OFFICE}&log={pen.log.hex()}&seq=2"
    status, told = server.get(path)
    assert status == 200
    proof = [bytes.fromhex(each) for each in told["hashes"]]
    leaf = event_leaf(pen.log, 2, pen.events[1].hash)
    root = bytes.fromhex(told["root"])
    size = told["tree_size"]
    assert inclusion_holds(leaf, told["index"], size=size, proof=proof, root=root)
    status, told = server.get(f"/tree/consistency?office={OFFICE}&first={first.tree_size}")
    steps = [bytes.fromhex(each) for each in told["hashes"]]
    assert (told["tree_size"], told["root"]) == (last.tree_size, last.root.hex())
    assert consistency_holds((first.tree_size, first.root), (last.tree_size, last.root), steps)
    assert server.get(f"/tree/consistency?office={OFFICE}&first=999999")[0] == 400
    assert server.get(f"/tree/inclusion?office={OFFICE}&log={'0' * 32}&seq=1")[0] == 400
    assert server.get("/tree/consistency?office=00009&first=1")[0] == 400


def test_head_of_an_empty_log(server, client):
    hello = client.ask(Hello((1, 1), "", OFFICE, client.pen.log, client.pen.head(), b"", "", 0))
    assert hello.yours.seq == 0 and hello.yours.hash == GENESIS
