"""The city's Ed25519 key: made at first start, kept in a file of mode 600, pinned by every PC."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from models.errors import MachineError
from models.roster import city_log
from models.words import tr
from server.store.opening import secret_file
from server.store.unit import CityDatabase

__all__ = ["KEY_FILE", "CityKey", "load_city_key"]

KEY_FILE = Path("keys") / "city.key"
_PIN = text("INSERT INTO city (name, value) VALUES ('public_key', :key) ON CONFLICT DO NOTHING")
_PINNED = text("SELECT value FROM city WHERE name = 'public_key'")


@dataclass(frozen=True)
class CityKey:
    """Signs the city's events and acknowledgements; `public_key` is what PCs compare."""

    public_key: bytes
    _private: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, seed: bytes) -> CityKey:
        """The key made from 32 secret bytes."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(private.public_key().public_bytes_raw(), private)

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature over `data` (an event's hash, or `protocol.ack_bytes`)."""
        return self._private.sign(data)

    def log(self, office: str, incarnation: int = 1) -> bytes:
        """The id of a log of the city for an office; by the first one PCs know the city."""
        return city_log(self.public_key, office, incarnation)

    def digest(self, purpose: bytes, secret: str) -> bytes:
        """A keyed digest of a short secret: without this key nobody can try values against it."""
        salt = hashlib.sha256(b"mot-cua " + purpose + self._private.private_bytes_raw()).digest()
        return hmac.digest(salt, secret.encode(), "sha256")


def load_city_key(home: Path, database: CityDatabase) -> CityKey:
    """The key of `home`; raises `MachineError` MC-06 for another city's database.

    It is made when neither `home` nor the database has one. The public key stands in the database:
    a lost key file (MC-09) is noticed before a single PC turns away, and no other takes its place.
    """
    with database.read("") as tx:
        founded = tx.execute(_PINNED).scalar()
    if founded and not (home / KEY_FILE).exists():
        raise MachineError(
            "MC-09",
            tr("Không có khóa của thành phố này ở {path}.", path=home / KEY_FILE),
            tr("Xem lại --home; nếu tệp đã mất thì chép lại từ bản sao lưu."),
        )
    key = CityKey.from_seed(secret_file(home / KEY_FILE))
    with database.write("") as tx:
        tx.execute(_PIN, {"key": key.public_key.hex()})
        pinned = tx.execute(_PINNED).scalar_one()
    if pinned != key.public_key.hex():
        raise MachineError(
            "MC-06",
            tr("Khóa của máy chủ không phải khóa mà cơ sở dữ liệu này đã dùng."),
            tr("Chép lại tệp keys/city.key từ bản sao lưu; các cơ quan chỉ tin khóa cũ."),
        )
    return key
