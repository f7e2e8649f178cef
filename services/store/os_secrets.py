"""The operating system's secret store (Windows, Secret Service), where there is one."""

from __future__ import annotations

import base64
import binascii

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

__all__ = ["KeyringSecrets", "find_secret_store"]

SERVICE = "mot-cua"


class KeyringSecrets:
    """Keeps small secrets in a backend of the `keyring` package."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    def get(self, name: str) -> bytes | None:
        """The secret called `name`, or None when it is not there or the store does not answer."""
        try:
            found = self._backend.get_password(SERVICE, name)
            return base64.b64decode(found, validate=True) if found else None
        except (KeyringError, binascii.Error):
            return None

    def put(self, name: str, secret: bytes) -> bool:
        """Keep `secret`; False when the store refused."""
        try:
            self._backend.set_password(SERVICE, name, base64.b64encode(secret).decode())
        except KeyringError:
            return False
        return self.get(name) == secret


def find_secret_store() -> KeyringSecrets | None:
    """The machine's secret store, or None where `keyring` finds no real one (bare Linux)."""
    try:
        backend = keyring.get_keyring()
        real = float(backend.priority) >= 1
    except (KeyringError, RuntimeError, ImportError):
        return None
    return KeyringSecrets(backend) if real else None
