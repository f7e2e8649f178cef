"""Real signatures, checked once: what a simulated machine signed itself needs no second look.

Checking Ed25519 is nearly all the work of a history. The device that signs remembers what it
signed; every other signature (a forger's) is really checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.simulation import shelf
from services.journal import device
from services.journal.device import Device
from services.sync import accept, pulling, pushing

__all__ = ["SimulatedDevice", "quick_signatures"]

_genuine: set[tuple[bytes, bytes, bytes]] = set()


class SimulatedDevice(Device):
    """A device that notes down its signatures."""

    def sign(self, digest: bytes) -> bytes:
        signature = super().sign(digest)
        _genuine.add((self.public_key, digest, signature))
        return signature


def holds(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """As `signature_holds`, quick for what was signed in this process."""
    known = (public_key, digest, signature) in _genuine
    return known or _really_holds(public_key, digest, signature)


_really_holds = device.signature_holds


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
    try:
        yield
    finally:
        for place, function in zip(places, before, strict=True):
            place.signature_holds = function
        accept.unseal = read
        accept._holds.cache_clear()
        shelf.read.cache_clear()
        _genuine.clear()
