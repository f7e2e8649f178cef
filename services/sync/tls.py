"""TLS between the PCs of an office: a certificate of the device key, the peer known by its key.

No authority vouches for anybody here: the roster lists public keys, and whoever proves the private
one in the handshake is that machine (design notes: sync §2, §4.5). Names and dates in the
certificate say nothing and are not looked at, so a wrong clock cuts no PC off.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
from collections.abc import Collection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.clock import Clock
from services.journal.device import Device
from services.sync.faults import fault

__all__ = ["client_context", "key_of", "open_pinned", "server_context"]


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


def open_pinned(
    host: str, port: int, *, keys: Collection[bytes], timeout_s: float
) -> ssl.SSLSocket:
    """A connection to whoever proves one of `keys`; nothing was sent yet but the handshake.

    Raises `ForeignError` DB-03 for another key, `OSError` when there is no connection.
    """
    plain = socket.create_connection((host, port), timeout_s)
    with contextlib.ExitStack() as undo:
        undo.callback(plain.close)
        secure = client_context().wrap_socket(plain)
        undo.pop_all()
        undo.callback(secure.close)
        if key_of(secure) not in keys:
            raise fault("DB-03")
        undo.pop_all()
    return secure
