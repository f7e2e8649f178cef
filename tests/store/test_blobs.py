from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError, MachineError
from services.store import blobs as module
from services.store.blobs import BlobRef, BlobStore
from services.store.sealing import FRAME, open_sealed, seal_bytes
from services.store.unit import Store
from tests.store.conftest import KEY

SCAN = b"%PDF-1.7 c\xc4\x83n c\xc6\xb0\xe1\xbb\x9bc" * 100


@pytest.fixture
def blobs(home: Path) -> BlobStore:
    return BlobStore(home / "blobs", KEY)


def files(home: Path) -> list[Path]:
    return [path for path in (home / "blobs").rglob("*") if path.is_file()]


def keep(store: Store, blobs: BlobStore, data: bytes = SCAN) -> BlobRef:
    with store.write() as tx:
        return blobs.put(tx, data, media="application/pdf")


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 7])
def test_what_goes_in_comes_out(store: Store, blobs: BlobStore, home: Path, size: int) -> None:
    data = os.urandom(size)
    ref = keep(store, blobs, data)
    assert ref.size == size and ref.media == "application/pdf"
    with store.read() as connection:
        assert blobs.get(connection, ref.hash) == data
        report = blobs.scrub(connection)
    assert (report.good, report.damaged, report.missing, report.strays) == (1, (), (), ())


def test_the_same_bytes_are_kept_once_and_never_in_the_clear(
    store: Store, blobs: BlobStore, home: Path
) -> None:
    ref = keep(store, blobs)
    assert keep(store, blobs) == ref
    (file,) = files(home)
    assert SCAN[:16] not in file.read_bytes()
    assert ref.hash not in str(file)


def test_a_missing_file_is_said_found_and_refilled(
    store: Store, blobs: BlobStore, home: Path
) -> None:
    ref = keep(store, blobs)
    files(home)[0].unlink()
    with store.read() as connection:
        assert blobs.scrub(connection).missing == (ref.hash,)
        with pytest.raises(MachineError) as told:
            blobs.get(connection, ref.hash)
    assert told.value.code == "KHO-52"
    assert keep(store, blobs) == ref
    with store.read() as connection:
        assert blobs.get(connection, ref.hash) == SCAN
        with pytest.raises(MachineError) as told:
            blobs.get(connection, "00" * 32)
    assert told.value.code == "KHO-52"


@pytest.mark.parametrize("at", [0, 3, 4, 100, -1])
def test_one_flipped_bit_is_seen(store: Store, blobs: BlobStore, home: Path, at: int) -> None:
    ref = keep(store, blobs)
    (file,) = files(home)
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    with store.read() as connection:
        with pytest.raises(MachineError) as told:
            blobs.get(connection, ref.hash)
        assert blobs.scrub(connection).damaged == (ref.hash,)
    assert told.value.code == "KHO-53"


def test_another_store_key_opens_nothing(store: Store, blobs: BlobStore, home: Path) -> None:
    ref = keep(store, blobs)
    with store.read() as connection, pytest.raises(MachineError) as told:
        BlobStore(home / "blobs", b"y" * 32).get(connection, ref.hash)
    assert told.value.code == "KHO-53"


def test_a_file_swapped_for_another_is_seen(store: Store, blobs: BlobStore, home: Path) -> None:
    first, second = keep(store, blobs), keep(store, blobs, b"other")
    with store.write() as tx:
        query = "SELECT hash, cipher_hash FROM blob"
        names = {row.hash: row.cipher_hash for row in tx.exec_driver_sql(query)}
        for mine, theirs in ((first, second), (second, first)):
            update = "UPDATE blob SET cipher_hash = ? WHERE hash = ?"
            tx.exec_driver_sql(update, (names[theirs.hash], mine.hash))
    with store.read() as connection:
        assert set(blobs.scrub(connection).damaged) == {first.hash, second.hash}


def test_the_row_goes_with_the_transaction_and_strays_are_listed(
    store: Store, blobs: BlobStore, home: Path
) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        blobs.put(tx, SCAN, media="application/pdf")
        raise ZeroDivisionError
    with store.read() as connection:
        assert blobs.scrub(connection).strays == (files(home)[0].name,)


def test_sweep_takes_leftover_temps_only(store: Store, blobs: BlobStore, home: Path) -> None:
    assert blobs.sweep() == 0
    keep(store, blobs)
    (files(home)[0].parent / ".0011223344556677.tmp").write_bytes(b"half")
    assert blobs.sweep() == 1
    assert len(files(home)) == 1


def test_too_large_is_said_before_anything_is_written(
    store: Store, blobs: BlobStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 1 << 20)
    with pytest.raises(InputError) as told, store.write() as tx:
        blobs.put(tx, bytes((1 << 20) + 1), media="image/png")
    assert told.value.code == "KHO-51" and not files(home)


def test_frames_cannot_be_dropped_repeated_or_swapped() -> None:
    key, frame = os.urandom(32), FRAME + 16
    sealed = seal_bytes(key, os.urandom(2 * FRAME + 5))
    head, body = sealed[:4], sealed[4:]
    one, two, three = body[:frame], body[frame : 2 * frame], body[2 * frame :]
    for wrong in (one + two, one + three, two + one + three, one + one + three, b"", two + three):
        assert open_sealed(key, head + wrong) is None
    assert open_sealed(key, sealed) is not None


@given(st.binary(max_size=300), st.data())
def test_any_change_is_seen(data: bytes, draw: st.DataObject) -> None:
    key = bytes(32)
    sealed = bytearray(seal_bytes(key, data))
    assert open_sealed(key, bytes(sealed)) == data
    at = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= draw.draw(st.integers(1, 255))
    assert open_sealed(key, bytes(sealed)) is None
