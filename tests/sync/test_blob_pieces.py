"""Pieces of attachments: crashes, damage, liars, impossible sizes, the budget of the line."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.blob_names import named_blobs
from services.clock import VIETNAM, FixedClock
from services.store.incoming import Incoming
from services.sync.budget import Budget, in_office_hours, line_rate
from services.sync.client import Address
from services.sync.link import PeerPlace
from services.sync.protocol import CHUNK, MAX_BLOB, BlobChunk, BlobGet, BlobHave, BlobPut, Refused
from services.sync.shelf import answer_blob, chunks_of, missing_chunks
from tests.support.devices import START
from tests.sync.office import make_pcs, until
from tests.sync.test_blobs import name_of, receive, scan

KEY = bytes(range(32))


def incoming(folder: Path) -> Incoming:
    return Incoming(folder, KEY, clock=FixedClock(START))


WRITER = """
import sys
from pathlib import Path
from services.clock import SystemClock
from services.store.incoming import Incoming
made = Incoming(Path(sys.argv[1]), bytes(range(32)), clock=SystemClock())
for number in range(60):
    made.put("ab" * 32, 60 << 20, number, data=bytes([number]) * (1 << 20))
    print(number, flush=True)
"""


def test_kill_9_in_the_middle_loses_no_piece_that_was_reported(tmp_path):
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "in")], stdout=subprocess.PIPE, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert child.stdout is not None
    told = [int(child.stdout.readline()) for _ in range(7)][-1]
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().split()
    child.wait()
    child.stdout.close()
    told = int(rest[-1]) if rest else told
    assert told < 59, "it was killed in the middle"
    found = incoming(tmp_path / "in")
    pieces = list(found.pieces("ab" * 32, 60 << 20))
    assert len(pieces) in (told + 1, told + 2)
    assert all(data == bytes([n]) * CHUNK for n, data in enumerate(pieces))
    assert missing_chunks(60 << 20, found.have("ab" * 32, 60 << 20))[0] == len(pieces)


@given(st.binary(min_size=1, max_size=40), st.integers(0, 39), st.integers(1, 255))
def test_a_changed_byte_on_disk_makes_its_piece_missing_and_nothing_else(
    tmp_path_factory, data, place, change
):
    name = name_of(data)
    made = incoming(tmp_path_factory.mktemp("in"))
    assert made.put(name, len(data), 0, data=data)
    (file,) = (made._folder / f"{name}.{len(data)}").iterdir()
    assert data not in file.read_bytes() or len(data) < 4
    raw = bytearray(file.read_bytes())
    raw[place % len(raw)] ^= change
    file.write_bytes(raw)
    assert not made.is_right(name, len(data))
    assert missing_chunks(len(data), made.have(name, len(data))) == [0]
    made.put(name, len(data), 0, data=data)
    assert made.is_right(name, len(data))


def test_of_many_claimed_sizes_only_a_few_are_kept(tmp_path):
    made = incoming(tmp_path / "in")
    for size in range(1, 30):
        made.put("cd" * 32, size * CHUNK, 0, data=bytes(CHUNK))
    assert len(made.sizes("cd" * 32)) <= 3


@pytest.fixture
def pair(tmp_path):
    """PC 1, which listens, and PC 2, which knows it; the city is away."""
    _city, made = make_pcs(tmp_path, 2)
    made[0].listen()
    yield made
    for pc in made:
        pc.stop()


def test_only_missing_pieces_are_fetched_and_a_damaged_one_again(pair):
    one, two = pair
    data = scan(6 * CHUNK + 5)
    name, size = name_of(data), len(data)
    began = two.desk.core.blobs.incoming()
    for number in (0, 1, 4):
        began.put(name, size, number, data=data[number * CHUNK : (number + 1) * CHUNK])
    path = began._folder / f"{name}.{size}" / "4"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    receive(one.desk, data)
    two.service.start()
    two.knows(one)
    until(lambda: two.has(name))
    assert two.read(name) == data
    assert one.http.seen.count("/sync/v1/blob_get") == 4 + 1
    until(lambda: not began.names())  # the pieces go after the whole file is there


class Liar:
    """A shelf that has everything and sends other bytes of the right length."""

    def __init__(self, inner):
        self.inner = inner

    def find_holding(self, name):
        return self.inner.find_holding(name)

    def find_chunk(self, name, number):
        size, data = self.inner.find_chunk(name, number)
        return size, bytes(len(data))

    def put_chunk(self, name, size, number, *, data):
        raise AssertionError


def test_a_peer_that_lies_is_asked_no_more_and_another_one_serves(tmp_path, announce_log):
    announce_log("is not what its name says")
    _city, (one, two, three) = make_pcs(tmp_path, 3)
    try:
        one.listen()
        three.listen()
        data = scan(2 * CHUNK + 5)
        receive(one.desk, data)
        three.service.start()
        three.knows(one)
        until(lambda: three.has(name_of(data)))
        honest, three.service.site.shelf = three.service.site.shelf, Liar(three.service.site.shelf)
        assert honest is not None
        two.service.start()
        two.knows(three)
        until(lambda: three.http.seen.count("/sync/v1/blob_get") >= 3)
        assert not two.has(name_of(data))
        two.knows(one)
        until(lambda: two.has(name_of(data)))
        assert two.read(name_of(data)) == data
        assert three.http.seen.count("/sync/v1/blob_get") <= 6
        until(lambda: not two.desk.core.blobs.incoming().names())
    finally:
        for pc in (one, two, three):
            pc.stop()


def test_a_screen_is_told_that_a_file_is_on_its_way(pair):
    one, two = pair
    data = scan(3000)
    receive(one.desk, data)
    silent = one.service.site.shelf
    one.service.site.shelf = None
    two.service.start()
    two.knows(one)
    shelf = two.service.site.shelf

    def named() -> bool:
        shelf.follow()
        return shelf.find_named(name_of(data)) is not None

    until(named)
    with pytest.raises(Exception, match="KHO-54"):
        two.read(name_of(data))
    one.service.site.shelf = silent
    two.service.blobs.found(one.log)
    until(lambda: two.has(name_of(data)))


def test_no_empty_and_no_huge_attachment_and_no_piece_of_another_size(pair):
    one, _ = pair
    shelf = one.service.site.shelf
    office = one.desk.core.office.unit_code
    data = scan(CHUNK + 3)
    receive(one.desk, data)
    digest = hashlib.sha256(data).digest()

    def code(question) -> str:
        said = answer_blob(shelf, question)
        return said.code if isinstance(said, Refused) else ""

    assert code(BlobPut(office, digest, 0, 0, b"")) == "DB-20"
    assert code(BlobPut(office, digest, MAX_BLOB + 1, 0, bytes(CHUNK))) == "DB-20"
    assert code(BlobPut(office, digest, CHUNK + 3, 1, b"four")) == "DB-20"
    assert code(BlobPut(office, digest, CHUNK + 3, 2, b"tri")) == "DB-20"
    assert code(BlobPut(office, digest, CHUNK + 4, 1, b"four")) == "DB-19", "the event says +3"
    assert code(BlobGet(office, digest, 2)) == "DB-19"
    assert code(BlobGet(office, bytes(32), 0)) == "DB-19"
    assert answer_blob(shelf, BlobHave(office, (bytes(32),))).held == ()
    assert answer_blob(None, BlobHave(office, (digest,))).code == "DB-19"
    last = answer_blob(shelf, BlobGet(office, digest, 1))
    assert last == BlobChunk(digest, len(data), 1, data[CHUNK:])
    assert chunks_of(MAX_BLOB) == 100


def test_in_office_hours_the_city_gets_its_share_and_afterwards_everything(pair):
    calendar = pair[0].desk.core.calendar
    now, clock = [0.0], [datetime(2026, 11, 16, 9, 0, tzinfo=VIETNAM)]

    def rate():
        return line_rate("8", "50") if in_office_hours(calendar, clock[0]) else None

    assert line_rate("8", "50") == 500_000
    budget = Budget(rate, monotonic=lambda: now[0])
    sent = 0
    while now[0] < 60:
        now[0] += budget.take(CHUNK)
        sent += CHUNK
    assert sent <= 61 * 500_000 + 2 * CHUNK
    assert sent >= 59 * 500_000
    clock[0] = datetime(2026, 11, 16, 12, 30, tzinfo=VIETNAM)
    assert [budget.take(CHUNK) for _ in range(100)] == [0.0] * 100
    clock[0] = datetime(2026, 11, 15, 9, 0, tzinfo=VIETNAM)
    assert budget.take(CHUNK) == 0.0, "a Sunday"


def test_neighbours_are_free_and_only_the_city_is_under_the_budget(pair):
    one, two = pair
    two.desk.core.settings["line_mbit"] = "2"
    two.desk.core.settings["attachment_share"] = "10"
    data = scan(5 * CHUNK)
    receive(one.desk, data)
    two.service.start()
    two.knows(one)
    until(lambda: two.has(name_of(data)))
    assert two.service.blobs.budget.take(1) == 0.0, "nothing was booked"


def test_what_names_attachments_and_what_does_not():
    paper = {"sha256": "ab" * 32, "name": "a.pdf", "size": 5, "media": "image/png"}
    (found,) = named_blobs("dossier.received", {"components": [{"attachments": [paper]}]})
    assert (found.hash, found.size, found.media) == ("ab" * 32, 5, "image/png")
    assert named_blobs("dossier.numbered", {"base": b"\xab" * 32})[0].hash == "ab" * 32
    sealed = {"signed_file": "ab" * 32, "file": "cd" * 32}
    assert [each.hash for each in named_blobs("dossier.sealed", sealed)] == ["ab" * 32, "cd" * 32]
    for bad in (None, 5, {"base": "x"}, {"base": b"\xab"}, {"file": 7, "base": []}):
        assert named_blobs("dossier.signed", bad) == ()
    for wrong in ({**paper, "size": 0}, {**paper, "size": "5"}, {**paper, "sha256": "AB" * 32}):
        assert named_blobs("dossier.received", {"components": [wrong]}) == ()
    assert named_blobs("catalogue.imported", {"papers": [paper]}) == ()


def test_the_way_to_a_peer_ends_at_once(pair):
    one, two = pair
    two.service.start()
    place = PeerPlace(b"x" * 16, b"k" * 32, "pc", "PC", Address(one.http.url))
    two.service.add(place)
    two.service.remove(place.log)
    assert place.log not in two.service.peers()
