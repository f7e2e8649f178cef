"""Signatures of simulated machines: a keyed hash stands for Ed25519, whose arithmetic is dear.

Who signs notes down (key, digest, signature); a signature holds when it was noted for this key.
Nobody can note for another's key, so a forger's signature fails as it would in earnest.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from bench.simulation import shelf
from services.journal.device import Device
from services.sync import accept, pulling, pushing

__all__ = ["SimulatedDevice", "quick_signatures"]

_genuine: set[tuple[bytes, bytes, bytes]] = set()


class SimulatedDevice(Device):
    """A device that notes down its signatures."""

    def sign(self, digest: bytes) -> bytes:
        signature = hashlib.blake2b(digest, key=self.public_key).digest()
        _genuine.add((self.public_key, digest, signature))
        return signature


def holds(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """What `signature_holds` is in earnest."""
    return (public_key, digest, signature) in _genuine


@contextmanager
def quick_signatures() -> Iterator[None]:
    """Let the engine ask here while a history is played; afterwards nothing is remembered.

    Reading the bytes of an event is remembered too: all seven machines read the same.
    """
    places, read = (accept, pushing, pulling), accept.unseal
    accept.unseal = shelf.read
    before = [place.signature_holds for place in places]
    for place in places:
        place.signature_holds = holds
    collecting = gc.isenabled()
    gc.disable()  # a history makes no garbage that is worth looking for
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        for place, function in zip(places, before, strict=True):
            place.signature_holds = function
        accept.unseal = read
        accept._holds.cache_clear()
        shelf.read.cache_clear()
        _genuine.clear()
