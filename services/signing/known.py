"""Remembers the certificate of each key file once opened: the holder is shown without a password.

Certificates are public. They are kept under the digest of the key file, so that a renewed file of
the same name is never mistaken for the old one. Nothing secret is written.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.holder import Holder, holder_of

__all__ = ["find_holder", "remember_holder"]

FOLDER = "known"


def remember_holder(keys: Path, key_file: Path, certificate: x509.Certificate) -> None:
    """Keep `certificate` as that of `key_file` in the home's `keys`; a full disk is no fault."""
    try:
        place = _place(keys, key_file)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_suffix(".tmp")
        beside.write_bytes(certificate.public_bytes(Encoding.PEM))
        os.replace(beside, place)
    except OSError:
        return


def find_holder(keys: Path, key_file: Path) -> Holder | None:
    """Whose key `key_file` is, if it was opened here before and has not changed since."""
    try:
        return holder_of(x509.load_pem_x509_certificate(_place(keys, key_file).read_bytes()))
    except (OSError, ValueError):
        return None


def _place(keys: Path, key_file: Path) -> Path:
    digest = hashlib.sha256(key_file.read_bytes()).hexdigest()
    return keys / FOLDER / f"{digest}.pem"
