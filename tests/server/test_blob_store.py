"""The city's attachments on both databases: what is named, whole, walled off, checked, refused."""

from __future__ import annotations

import hashlib
import os

import pytest

from models.errors import ForeignError
from models.events.intake import Noted
from models.intake import Attachment
from server.blob_store import CityShelf
from server.store.troubles import DiskFull
from services.sync.protocol import CHUNK
from services.sync.shelf import Holding, chunk_size, chunks_of, missing_chunks
from tests.support.city import OFFICE, OTHER
from tests.support.disks import small_disk


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def said(city, *files, office=OFFICE, size=True):
    """The office's journal names the files."""
    papers = [{"sha256": name_of(f), "name": "a.pdf", "size": len(f) if size else 0} for f in files]
    papers = tuple(Attachment(**paper) for paper in papers)
    noted = Noted("x", papers)
    city.journal.append(office, [("dossier/d1", noted)])


def put(shelf, data, *, skip=()):
    here = Holding()
    for number in range(chunks_of(len(data))):
        if number not in skip:
            piece = data[number * CHUNK : (number + 1) * CHUNK]
            here = shelf.put_chunk(name_of(data), len(data), number, data=piece)
    return here


def read(shelf, data):
    count = chunks_of(len(data))
    return b"".join(shelf.find_chunk(name_of(data), n)[1] for n in range(count))


@pytest.fixture
def shelf(city, tmp_path):
    return lambda office=OFFICE, **more: CityShelf(
        city.database, office, home=tmp_path, clock=city.clock, **more
    )


def test_pieces_in_any_order_make_the_whole_and_other_workers_see_them(city, shelf):
    data = os.urandom(2 * CHUNK + 7)
    said(city, data)
    assert put(shelf(), data, skip=(1,)) == Holding(len(data), False, b"\x05")
    assert shelf().find_chunk(name_of(data), 0) is None
    here = shelf().put_chunk(name_of(data), len(data), 1, data=data[CHUNK : 2 * CHUNK])
    assert here == Holding(len(data), True) == shelf().find_holding(name_of(data))
    assert read(shelf(), data) == data
    assert shelf().find_chunk(name_of(data), 3) is None
    assert shelf().check().good == 1 and shelf().check().is_sound


def test_nothing_unnamed_or_of_another_office_is_taken_or_told(city, shelf):
    data = os.urandom(5000)
    with pytest.raises(ForeignError, match="DB-19"):
        put(shelf(), data)
    said(city, data)
    put(shelf(), data)
    assert shelf(OTHER).find_holding(name_of(data)) is None
    assert shelf(OTHER).find_chunk(name_of(data), 0) is None
    with pytest.raises(ForeignError, match="DB-19"):
        put(shelf(OTHER), data)
    said(city, data, office=OTHER)
    assert shelf(OTHER).find_holding(name_of(data)) == Holding(), "it must send the bytes itself"


def test_wrong_bytes_are_thrown_away_and_the_right_ones_taken_afterwards(city, shelf):
    data = os.urandom(CHUNK + 9)
    said(city, data)
    wrong = bytes(CHUNK)
    shelf().put_chunk(name_of(data), len(data), 0, data=wrong)
    with pytest.raises(ForeignError, match="DB-21"):
        shelf().put_chunk(name_of(data), len(data), 1, data=data[CHUNK:])
    assert shelf().find_holding(name_of(data)) == Holding()
    with pytest.raises(ForeignError, match="DB-19"):
        shelf().put_chunk(name_of(data), len(data) + 1, 0, data=wrong)
    assert put(shelf(), data).whole


def test_a_crash_after_the_last_piece_is_made_good(city, shelf):
    data = os.urandom(CHUNK + 9)
    said(city, data)
    for number, piece in enumerate((data[:CHUNK], data[CHUNK:])):
        shelf()._incoming.put(name_of(data), len(data), number, data=piece)
    assert shelf().find_holding(name_of(data)) == Holding(len(data), True)
    assert read(shelf(), data) == data


def test_check_names_damaged_missing_and_stray_files(city, shelf, tmp_path):
    good, damaged, missing = (os.urandom(3000 + n) for n in range(3))
    never = os.urandom(10)
    said(city, good, damaged, missing, never)
    for data in (good, damaged, missing):
        put(shelf(), data)

    def path(data):
        return tmp_path / "blobs" / OFFICE / name_of(data)[:2] / name_of(data)

    assert good not in path(good).read_bytes()
    raw = bytearray(path(damaged).read_bytes())
    raw[50] ^= 1
    path(damaged).write_bytes(raw)
    path(missing).unlink()
    stray = "ab" * 32
    (tmp_path / "blobs" / OFFICE / "ab").mkdir(exist_ok=True)
    (tmp_path / "blobs" / OFFICE / "ab" / stray).write_bytes(b"x")
    found = shelf().check()
    assert (found.good, found.waiting, found.is_sound) == (1, 1, False)
    assert found.damaged == (name_of(damaged),) and found.missing == (name_of(missing),)
    assert found.strays == (stray,)
    assert shelf().find_chunk(name_of(damaged), 0) is None


def test_a_quota_used_up_refuses_the_next_one(city, shelf):
    first, second = os.urandom(6000), os.urandom(6000)
    said(city, first, second)
    put(shelf(quota=10_000), first)
    with pytest.raises(ForeignError, match="DB-22"):
        put(shelf(quota=10_000), second)
    assert read(shelf(), first) == first


def test_a_full_disk_refuses_with_the_reason_and_keeps_what_is_there(city, tmp_path):
    with small_disk(tmp_path / "disk", kib=16 << 10) as disk:
        shelf = CityShelf(city.database, OFFICE, home=disk, clock=city.clock)
        first, second = os.urandom(3 * CHUNK), os.urandom(9 * CHUNK)
        said(city, first, second)
        put(shelf, first)
        with pytest.raises(DiskFull, match="MC-03"):
            put(shelf, second)
        assert read(shelf, first) == first
        assert shelf.check().is_sound


def test_pieces_are_counted_alike_everywhere():
    assert [chunk_size(CHUNK + 1, n) for n in (-1, 0, 1, 2)] == [0, CHUNK, 1, 0]
    assert missing_chunks(9 * CHUNK + 1, b"\xff\x02") == [8]
    assert missing_chunks(CHUNK, b"") == [0]
