"""Random mutants of a finished document: no crash, and none accepted but in unsigned bytes."""

from __future__ import annotations

import random

import pytest

from services.signing.guard import inspect
from services.signing.verdict import State, verify
from tests.signing.altering import holes, modern
from tests.signing.laboratory import NOW, prepared, signed_by

WORDS = [b"0", b"\n", b"<<", b">>", b"endobj", b"null", b"/Type", b"(", b"%%EOF", b"1 0 R"]


def _mutant(pdf: bytes, chance: random.Random) -> bytes:
    """One to three edits: flip, replace, insert, cut, or copy a piece elsewhere."""
    data = bytearray(pdf)
    for _ in range(chance.randint(1, 3)):
        at, size = chance.randrange(len(data)), chance.randint(1, 40)
        kind = chance.randrange(5)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 2:
            data[at:at] = chance.choice(WORDS)
        elif kind == 3:
            del data[at : at + size]
        else:
            from_ = chance.randrange(len(data))
            data[at:at] = data[from_ : from_ + size]
    return bytes(data)


def _outside_last_hole(pdf: bytes) -> tuple[bytes, bytes]:
    start, end = holes(pdf)[-1]
    return pdf[:start], pdf[end:]


@pytest.mark.parametrize("seed", range(6))
def test_no_mutant_is_accepted_but_in_unsigned_bytes(office, document, seed):
    chance = random.Random(seed)
    for _ in range(60):
        mutant = _mutant(document, chance)
        verdict = verify(mutant, office.trust, now=NOW)
        if verdict.state is State.VALID and mutant != document:
            assert _outside_last_hole(mutant) == _outside_last_hole(document)


def test_hex_digits_of_the_signature_are_the_only_free_bytes(office, document):
    """Edits aimed at the signature's own hex, where one file in some thousands may pass."""
    chance = random.Random(7)
    start, end = holes(document)[-1]
    assert end - start == 24_002
    passed = 0
    for _ in range(60):
        data = bytearray(document)
        at = chance.randrange(start + 1, start + 4200)
        data[at : at + 1] = chance.choice([b"0", b"7", b"A", b"f", b" ", b">", b"%c" % data[at]])
        mutant = bytes(data)
        passed += verify(mutant, office.trust, now=NOW).state is State.VALID
    assert passed < 60


@pytest.mark.parametrize("seed", range(3))
def test_the_guard_never_raises(office, seed):
    chance = random.Random(100 + seed)
    pdf = signed_by(prepared(modern()), office.leader)
    for _ in range(150):
        inspect(_mutant(pdf, chance))
    for _ in range(150):
        inspect(b"%PDF-1.7\n" + chance.randbytes(chance.randrange(300)) + b"%%EOF")
