"""Opens a PKCS#12 key with its password and says whose it is and whether it may sign today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from models.errors import ForeignError, InputError, MachineError, NotAllowed
from models.words import tr
from services.clock import VIETNAM
from services.signing.holder import Holder, holder_of, is_strong

__all__ = ["PrivateKey", "SigningKey", "check_may_sign", "open_key"]

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

MAX_FILE = 1_000_000
"""A PKCS#12 file is a few kilobytes; anything of a megabyte is something else."""


@dataclass(frozen=True)
class SigningKey:
    """An opened key: keep it for one act or one listed batch, then drop it."""

    holder: Holder
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    private: PrivateKey = field(repr=False)


def open_key(path: Path, password: str, *, now: datetime) -> SigningKey:
    """Open the PKCS#12 file at `path`.

    Raises InputError KY-01 (wrong password), MachineError KY-02 (file unreadable), ForeignError
    KY-03 (not a key file, or key and certificate do not belong together), NotAllowed KY-04..KY-07
    (not yet valid, expired, ends today, too weak). The password is not kept.
    """
    raw = _read(path)
    try:
        private, certificate, chain = pkcs12.load_key_and_certificates(raw, password.encode())
    except ValueError as error:
        if _looks_like_pkcs12(raw):
            raise InputError(
                "KY-01",
                tr("Mật khẩu của khóa ký không đúng."),
                tr("Hãy nhập lại; chương trình không tự thử lại."),
                field="password",
            ) from error
        raise _not_a_key(path) from error
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise _not_a_key(path)
    if certificate is None or _public(private) != _public(certificate):
        raise _not_a_key(path)
    key = SigningKey(holder_of(certificate), certificate, tuple(chain), private)
    check_may_sign(key, now)
    return key


def check_may_sign(key: SigningKey, now: datetime) -> None:
    """Refuse, with a reason, a key that must not sign at `now` (KY-04..KY-07)."""
    begin, end = key.holder.valid_from, key.holder.valid_to
    day_end = datetime.combine(now.astimezone(VIETNAM).date(), time(23, 59, 59), VIETNAM)
    if now < begin:
        raise NotAllowed("KY-04", tr("Chứng thư chỉ có hiệu lực từ {day}.", day=_day(begin)))
    if now > end:
        raise NotAllowed(
            "KY-05",
            tr("Chứng thư đã hết hạn ngày {day}.", day=_day(end)),
            tr("Hãy xin cấp chứng thư mới."),
        )
    if end < day_end:
        raise NotAllowed(
            "KY-06",
            tr("Chứng thư hết hạn ngay trong hôm nay nên không dùng để ký."),
            tr("Hãy xin cấp chứng thư mới."),
        )
    if not is_strong(key.certificate):
        raise NotAllowed(
            "KY-07",
            tr("Khóa này dùng thuật toán yếu nên không được ký."),
            tr("Cần RSA từ 2048 bit hoặc P-256 trở lên, với SHA-256 trở lên."),
        )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE)
    except OSError as error:
        raise MachineError(
            "KY-02",
            tr("Không đọc được tệp khóa {name}.", name=path.name),
            tr("Hãy kiểm tra thiết bị hoặc thư mục chứa khóa."),
        ) from error


def _not_a_key(path: Path) -> ForeignError:
    return ForeignError(
        "KY-03",
        tr("Tệp {name} không phải là khóa ký dùng được.", name=path.name),
        tr("Hãy chọn tệp .p12 hoặc .pfx do nơi cấp chứng thư giao."),
    )


def _looks_like_pkcs12(raw: bytes) -> bool:
    """Whether `raw` is one DER sequence of version 3, as PKCS#12 (RFC 7292 §4) begins."""
    if len(raw) < 8 or raw[0] != 0x30:
        return False
    if raw[1] < 0x80:
        size, start = raw[1], 2
    else:
        count = raw[1] & 0x7F
        size, start = int.from_bytes(raw[2 : 2 + count], "big"), 2 + count
    return start + size == len(raw) and raw[start : start + 3] == b"\x02\x01\x03"


def _public(owner: PrivateKey | x509.Certificate) -> bytes:
    return owner.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
