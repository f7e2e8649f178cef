"""Signed requests: who asks is proved by the device's key, whatever carries the request.

The signature covers method, path, time, nonce and the digest of the body, so it outlives proxies
and relays; a request counts once and only within minutes of its time.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.journal.device import signature_holds
from services.sync.faults import fault

__all__ = ["TIME", "Nonces", "SignedHeaders", "check_request", "read_headers", "sign_request"]

DEVICE, TIME, NONCE, SIGNATURE = "X-Device", "X-Time", "X-Nonce", "X-Signature"
DOMAIN = b"mot-cua request v1\0"
WINDOW_MS = 5 * 60_000
"""How far the time of a request may be from the clock of whoever answers."""
MOST_NONCES = 200_000


@dataclass(frozen=True, slots=True)
class SignedHeaders:
    """The four headers of a request, read but not yet believed."""

    log: bytes
    time_ms: int
    nonce: bytes
    signature: bytes


def _signed(method: str, path: str, *, time_ms: int, nonce: bytes, body: bytes) -> bytes:
    words = f"{method}\n{path}\n{time_ms}\n{nonce.hex()}\n"
    return DOMAIN + words.encode() + hashlib.sha256(body).digest()


def sign_request(
    method: str,
    path: str,
    body: bytes,
    *,
    log: bytes,
    time_ms: int,
    nonce: bytes,
    sign: Callable[[bytes], bytes],
) -> dict[str, str]:
    """The headers of a request of the device `log`; `nonce` is 16 fresh random bytes."""
    signature = sign(_signed(method, path, time_ms=time_ms, nonce=nonce, body=body))
    return {
        DEVICE: log.hex(), TIME: str(time_ms), NONCE: nonce.hex(), SIGNATURE: signature.hex(),
    }  # fmt: skip


def read_headers(headers: Mapping[str, str]) -> SignedHeaders:
    """The signed headers, in whatever case; raises `ForeignError` DB-11 when they are not whole."""
    lower = {name.lower(): value for name, value in headers.items()}
    try:
        log, nonce, signature = (
            bytes.fromhex(lower[name.lower()]) for name in (DEVICE, NONCE, SIGNATURE)
        )
        found = SignedHeaders(log, int(lower[TIME.lower()]), nonce, signature)
    except (KeyError, ValueError):
        raise fault("DB-11") from None
    if len(log) != 16 or len(nonce) != 16 or len(signature) != 64:
        raise fault("DB-11")
    return found


class Nonces:
    """Which requests were answered lately; bounded, and shared by the threads of a process."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, int] = OrderedDict()
        self._lock = threading.Lock()

    def fresh(self, log: bytes, nonce: bytes, now_ms: int) -> bool:
        """Remember a nonce; False when it was seen within the window."""
        name = log + nonce
        with self._lock:
            while self._seen and (
                len(self._seen) >= MOST_NONCES
                or next(iter(self._seen.values())) < now_ms - 2 * WINDOW_MS
            ):
                self._seen.popitem(last=False)
            if name in self._seen:
                return False
            self._seen[name] = now_ms
            return True


def check_request(
    method: str,
    path: str,
    body: bytes,
    *,
    headers: SignedHeaders,
    public_key: bytes,
    now_ms: int,
    nonces: Nonces,
) -> None:
    """Believe a request or raise `ForeignError`: DB-11 signature, DB-06 time or replay."""
    signed = _signed(method, path, time_ms=headers.time_ms, nonce=headers.nonce, body=body)
    if not signature_holds(public_key, signed, headers.signature):
        raise fault("DB-11")
    if abs(now_ms - headers.time_ms) > WINDOW_MS:
        raise fault("DB-06")
    if not nonces.fresh(headers.log, headers.nonce, now_ms):
        raise fault("DB-06")
