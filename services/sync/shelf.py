"""What the answering side needs for attachments: a shelf of one office; PC and city have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from models.errors import ForeignError, MachineError
from services.sync.faults import fault
from services.sync.protocol import (
    CHUNK,
    MAX_BLOB,
    Answer,
    BlobChunk,
    BlobGet,
    BlobHave,
    BlobHeld,
    BlobPut,
    BlobQuestion,
    BlobsHeld,
    Refused,
)

__all__ = ["Holding", "Shelf", "answer_blob", "chunk_size", "chunks_of", "missing_chunks"]


@dataclass(frozen=True, slots=True)
class Holding:
    """How much of an attachment is there; `size` 0: nothing. Fields as in `BlobHeld`."""

    size: int = 0
    whole: bool = False
    have: bytes = b""


class Shelf(Protocol):
    """The attachments of one office; names are SHA-256 in hex.

    Only attachments that an event of the office names exist here: for any other name the answer is
    the same as for one that nobody ever heard of. Methods raise `MachineError` for a disk's fault.
    """

    def find_holding(self, name: str) -> Holding | None:
        """What is here of an attachment; None when no event names it."""

    def find_chunk(self, name: str, number: int) -> tuple[int, bytes] | None:
        """Size of the attachment and one piece of it; None when it is not here whole."""

    def put_chunk(self, name: str, size: int, number: int, *, data: bytes) -> Holding:
        """Keep a piece, durably; with the last one the whole is checked and kept.

        Raises `ForeignError` DB-19 for what no event names, DB-21 when the whole is something else
        (all of it is thrown away then), DB-22 when the office's quota is used up.
        """


def chunks_of(size: int) -> int:
    """How many pieces an attachment of `size` bytes has."""
    return -(-size // CHUNK)


def chunk_size(size: int, number: int) -> int:
    """The bytes of piece `number`; 0 for a piece that does not exist."""
    return max(0, min(CHUNK, size - number * CHUNK)) if number >= 0 else 0


def missing_chunks(size: int, have: bytes) -> list[int]:
    """The pieces whose bit is not set."""
    return [
        n for n in range(chunks_of(size)) if n // 8 >= len(have) or not have[n // 8] >> n % 8 & 1
    ]


def answer_blob(shelf: Shelf | None, question: BlobQuestion) -> Answer:
    """The answer to a question about attachments; never raises for what the asker sent."""
    try:
        if shelf is None:
            raise fault("DB-19")
        match question:
            case BlobHave():
                found = [(name, shelf.find_holding(name.hex())) for name in question.hashes]
                return BlobsHeld(tuple(_held(name, here) for name, here in found if here))
            case BlobGet():
                return _chunk(shelf, question)
            case BlobPut():
                return _put(shelf, question)
    except (ForeignError, MachineError) as error:
        return Refused(error.code, error.what, error.next_step)


def _held(name: bytes, here: Holding) -> BlobHeld:
    return BlobHeld(name, here.size, here.whole, here.have)


def _chunk(shelf: Shelf, asked: BlobGet) -> BlobChunk:
    found = shelf.find_chunk(asked.hash.hex(), asked.chunk)
    if found is None:
        raise fault("DB-19")
    return BlobChunk(asked.hash, found[0], asked.chunk, found[1])


def _put(shelf: Shelf, said: BlobPut) -> BlobsHeld:
    right = 0 < said.size <= MAX_BLOB and chunk_size(said.size, said.chunk) == len(said.data) > 0
    if not right:
        raise fault("DB-20")
    here = shelf.put_chunk(said.hash.hex(), said.size, said.chunk, data=said.data)
    return BlobsHeld((_held(said.hash, here),))
