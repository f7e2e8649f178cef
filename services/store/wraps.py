"""Wraps the store key under a password: Argon2id for the password, AES-256-GCM for the key."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from models.passwords import clean_password

__all__ = ["FLOOR", "Kdf", "Wrap", "open_wrap", "seal", "unseal", "wrap_key"]

NONCE_BYTES = 12
SALT_BYTES = 16


@dataclass(frozen=True)
class Kdf:
    """Argon2id parameters: memory in KiB, passes over it, parallel lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def __post_init__(self) -> None:
        if not (1 <= self.lanes <= 64 and 1 <= self.passes <= 100):
            raise ValueError("Argon2id lanes or passes out of range")
        if not 8 * self.lanes <= self.memory_kib <= 4 << 20:
            raise ValueError("Argon2id memory out of range")


FLOOR = Kdf(memory_kib=64 * 1024, passes=3, lanes=1)
"""The least for real offices (OWASP ASVS 5 appendix C asks for 46 MiB at one pass)."""


@dataclass(frozen=True)
class Wrap:
    """A wrapped key with everything but the password needed to open it."""

    kdf: Kdf
    salt: bytes
    sealed: bytes


def wrap_key(key: bytes, password: str, *, kdf: Kdf, context: bytes, random: bytes) -> Wrap:
    """`key` wrapped under `password` for `context` (who and where); `random` is 28 fresh bytes."""
    salt, nonce = random[:SALT_BYTES], random[SALT_BYTES:]
    return Wrap(kdf, salt, seal(_derive(password, salt, kdf), key, context=context, nonce=nonce))


def open_wrap(wrap: Wrap, password: str, *, context: bytes) -> bytes | None:
    """The key inside `wrap`, or None when the password or the context is another."""
    return unseal(_derive(password, wrap.salt, wrap.kdf), wrap.sealed, context=context)


def seal(key: bytes, data: bytes, *, context: bytes, nonce: bytes) -> bytes:
    """`data` under the 32-byte `key`: the nonce, then AES-256-GCM bound to `context`."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("the nonce has 12 bytes")
    return nonce + AESGCM(key).encrypt(nonce, data, context)


def unseal(key: bytes, sealed: bytes, *, context: bytes) -> bytes | None:
    """What `seal` was given, or None when key, context or a single bit differ."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        return None


def _derive(password: str, salt: bytes, kdf: Kdf) -> bytes:
    method = Argon2id(
        salt=salt, length=32, iterations=kdf.passes, lanes=kdf.lanes, memory_cost=kdf.memory_kib
    )
    return method.derive(clean_password(password).encode())
