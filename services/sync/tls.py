"""TLS between the PCs of an office: a certificate of the device key, the peer known by its key.

No authority vouches for anybody here: the roster lists public keys, and whoever proves the private
one in the handshake is that machine (design notes: sync §2, §4.5). Names and dates in the
certificate say nothing and are not looked at, so a wrong clock cuts no PC off.
"""

from __future__ import annotations

import socket
import ssl
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.clock import Clock
from services.journal.device import Device

__all__ = ["client_context", "key_at", "key_of", "server_context"]


def server_context(device: Device, clock: Clock) -> ssl.SSLContext:
    """The listening side, TLS 1.3 only, proving the key of `device`.

    The key passes through a file, the only way Python offers, encrypted under a password that is
    drawn for it and forgotten.
    """
    password = clock.random(32).hex().encode()
    certificate, key = device.certificate(password)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with tempfile.TemporaryDirectory(prefix="motcua-") as folder:
        file = Path(folder) / "lan.pem"
        file.write_bytes(key + certificate)
        context.load_cert_chain(file, password=password)
    context.num_tickets = 0
    return context


def client_context() -> ssl.SSLContext:
    """The asking side, TLS 1.3 only; whoever uses it compares `key_of` before sending anything."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def key_of(connection: ssl.SSLSocket | ssl.SSLObject) -> bytes:
    """The Ed25519 public key the peer proved in the handshake, empty for any other kind."""
    raw = connection.getpeercert(binary_form=True)
    try:
        key = x509.load_der_x509_certificate(raw or b"").public_key()
    except ValueError:
        return b""
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else b""


def key_at(url: str, *, seconds: float = 2.0) -> bytes:
    """The key of whoever listens at `https://host:port`, empty when nobody does; sends nothing."""
    parts = urlsplit(url)
    try:
        plain = socket.create_connection((parts.hostname or "", parts.port or 0), seconds)
    except OSError:
        return b""
    with plain:
        try:
            with client_context().wrap_socket(plain) as secure:
                return key_of(secure)
        except (OSError, ValueError):
            return b""
