"""The short secret on a receipt with which a citizen looks up the dossier on the status page.

It is made from the dossier's random id, so every PC prints the same one without asking anybody
and nobody can guess it from the dossier code, which counts up (decision 12).
"""

from __future__ import annotations

import hashlib
import hmac

__all__ = ["is_lookup_secret", "lookup_secret", "plain_secret"]

DOMAIN = b"mot-cua lookup v1\0"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so what is read out or written down stays the same."""
LENGTH = 8
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def lookup_secret(dossier_id: str) -> str:
    """The secret of a dossier as printed, `4X7K-9QWE`: 40 bits of SHA-256 over its UUIDv7."""
    digest = hashlib.sha256(DOMAIN + dossier_id.encode()).digest()
    bits = int.from_bytes(digest[:5], "big")
    letters = "".join(ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def plain_secret(typed: str) -> str:
    """What was typed as the eight letters compared: capitals, no separators, O as 0, I and L as 1.

    Typed text that is no secret comes out as it is, and equals none.
    """
    bare = "".join(letter for letter in typed.upper() if letter.isalnum())
    return bare.translate(_READ_AS)


def is_lookup_secret(dossier_id: str, typed: str) -> bool:
    """Whether `typed` is the secret of the dossier; takes the same time wherever they differ."""
    wanted = plain_secret(lookup_secret(dossier_id)).encode()
    return hmac.compare_digest(wanted, plain_secret(typed).encode())
