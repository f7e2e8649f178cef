"""The device's signing key: made here, kept encrypted under the office key, never exported.

One key has one log per incarnation: a restored machine starts a new log instead of forking the
old one, so no sequence number is ever used twice (design notes: sync §4.9).
"""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgpack
from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from models.envelope import log_id
from models.errors import MachineError
from models.words import tr
from services.clock import Clock
from services.store.files import write_file

__all__ = [
    "Device", "create_device", "keep_device", "load_device", "make_device", "signature_holds",
    "this_machine",
]  # fmt: skip

_AAD = b"mot-cua device key v1"
FILE = "device.key"
_ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Device:
    """This PC in the office: its key, its log, its slot in the roster (0 is the hub)."""

    log: bytes
    public_key: bytes
    incarnation: int
    slot: int
    name: str
    _private: Ed25519PrivateKey

    def sign(self, digest: bytes) -> bytes:
        """The Ed25519 signature (RFC 8032) over an event hash."""
        return self._private.sign(digest)

    def certificate(self, password: bytes) -> tuple[bytes, bytes]:
        """A self-signed certificate of this key, and the key under `password`, both as PEM.

        For TLS on the LAN, where only the key counts: name and dates are the same for everybody.
        """
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mot-cua")])
        certificate = x509.CertificateBuilder(
            name, name, self._private.public_key(), 1, *_ALWAYS
        ).sign(self._private, None)
        key = self._private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
        )
        return certificate.public_bytes(Encoding.PEM), key

    def as_incarnation(self, incarnation: int) -> Device:
        """The same key with its log of another incarnation."""
        log = log_id(self.public_key, incarnation)
        return replace(self, log=log, incarnation=incarnation)

    def as_listed(self, slot: int, name: str) -> Device:
        """The same device with the slot and name the roster gives it."""
        return replace(self, slot=slot, name=name)


def this_machine(name: str = "") -> str:
    """What people call this PC: the `name` they gave it, else its network name."""
    return " ".join(name.split())[:60] or platform.node()[:60] or "PC"


def create_device(
    folder: Path, *, key: bytes, name: str, slot: int, clock: Clock, incarnation: int = 1
) -> Device:
    """Make a device key, store it encrypted under the office `key`, and return the device."""
    private = Ed25519PrivateKey.from_private_bytes(clock.random(32))
    device = _device(private, incarnation, slot=slot, name=name)
    keep_device(folder, device, key=key, clock=clock)
    return device


def keep_device(folder: Path, device: Device, *, key: bytes, clock: Clock) -> None:
    """Store the device key of `device` in `folder`, encrypted under the store `key`."""
    secret = device._private.private_bytes_raw()
    packed: bytes = msgpack.packb([secret, device.incarnation, device.slot, device.name])
    nonce = clock.random(12)
    write_file(folder / FILE, nonce + AESGCM(key).encrypt(nonce, packed, _AAD))


def make_device(clock: Clock, *, name: str, slot: int, incarnation: int = 1) -> Device:
    """A device with a new key that is stored nowhere: for a simulator and tests."""
    private = Ed25519PrivateKey.from_private_bytes(clock.random(32))
    return _device(private, incarnation, slot=slot, name=name)


def load_device(folder: Path, key: bytes) -> Device:
    """Read the device key; raises `MachineError` when it is missing or was altered."""
    try:
        raw = (folder / FILE).read_bytes()
        packed = AESGCM(key).decrypt(raw[:12], raw[12:], _AAD)
        secret, incarnation, slot, name = msgpack.unpackb(packed, raw=False)
    except (OSError, InvalidTag, ValueError) as error:
        raise MachineError(
            "NK-02",
            tr("Không đọc được khóa của máy này."),
            tr("Dữ liệu vẫn còn; hãy gọi hỗ trợ để cấp lại khóa máy."),
        ) from error
    private = Ed25519PrivateKey.from_private_bytes(secret)
    return _device(private, incarnation, slot=slot, name=name)


def _device(private: Ed25519PrivateKey, incarnation: int, *, slot: int, name: str) -> Device:
    public = private.public_key().public_bytes_raw()
    return Device(log_id(public, incarnation), public, incarnation, slot, name, private)


def signature_holds(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether `signature` is the device's signature over `digest`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, digest)
    except (InvalidSignature, ValueError):
        return False
    return True
