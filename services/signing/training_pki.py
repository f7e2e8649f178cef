"""Makes a training certificate authority and training keys, marked as worth nothing in law.

A real office gets its certificates from Ban Cơ yếu Chính phủ; the program never makes real ones.
The keys are P-256: they are made in milliseconds and accepted by every validator we met.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from models.errors import ForeignError, InputError, MachineError
from models.words import tr
from services.signing.holder import TRAINING_MARK, common_name
from services.signing.known import remember_holder

__all__ = ["Person", "TrainingPki", "add_training_key", "create_training_pki", "key_path"]

ROOT_FILE = Path("roots") / "training-root.pem"
AUTHORITY_FILE = "training-authority.p12"
SEAL_FILE = "seal.p12"

Person = tuple[str, str, str]
"""Staff id, name and position of a person who gets a key."""

BEFORE = timedelta(days=366)
"""Training certificates begin a year early: an exercise may be played on any date around now."""
HOLDER_LIFE = timedelta(days=3 * 365)
AUTHORITY_LIFE = timedelta(days=10 * 365)


@dataclass(frozen=True)
class TrainingPki:
    """Where the training certificates lie: the public root and one PKCS#12 file per holder."""

    roots: Path
    seal: Path
    keys: Mapping[str, Path]


@dataclass(frozen=True)
class _Authority:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def create_training_pki(
    folder: Path, *, unit_name: str, people: Sequence[Person], now: datetime, password: str
) -> TrainingPki:
    """Write root, issuing authority, the seal's key and one key per person into `folder`.

    `folder` is the home's `keys/`; every PKCS#12 file opens with `password`. Raises MachineError
    when the folder cannot be written and InputError when the password or a name is empty.
    """
    root = _make_root(now)
    issuing = _make_issuing(root, now=now)
    _write(folder / ROOT_FILE, root.certificate.public_bytes(Encoding.PEM))
    _write_key(
        folder / AUTHORITY_FILE, issuing, chain=[root.certificate], password=_checked(password)
    )
    seal = _issue(issuing, subject=_seal_subject(unit_name), now=now)
    _write_key(folder / SEAL_FILE, seal, chain=[issuing.certificate], password=password)
    keys = {
        person[0]: _write_person(
            folder, issuing, unit_name=unit_name, person=person, now=now, password=password
        )
        for person in people
    }
    return TrainingPki(folder / ROOT_FILE.parent, folder / SEAL_FILE, keys)


def add_training_key(
    folder: Path, *, unit_name: str, person: Person, now: datetime, password: str
) -> Path:
    """Make the key of one more person with the training authority already in `folder`."""
    try:
        raw = (folder / AUTHORITY_FILE).read_bytes()
        key, certificate, _ = pkcs12.load_key_and_certificates(raw, password.encode())
    except (OSError, ValueError) as error:
        raise ForeignError(
            "KY-20",
            tr("Không mở được bộ cấp chứng thư tập huấn."),
            tr("Hãy tạo lại bộ khóa tập huấn trong Quản trị."),
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
        raise ForeignError("KY-20", tr("Không mở được bộ cấp chứng thư tập huấn."))
    return _write_person(
        folder,
        _Authority(key, certificate),
        unit_name=unit_name,
        person=person,
        now=now,
        password=password,
    )


def key_path(folder: Path, staff_id: str) -> Path:
    """The PKCS#12 file of `staff_id` in `folder`; odd ids become a digest, never a path."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", staff_id):
        return folder / f"staff-{staff_id}.p12"
    return folder / f"staff-{hashlib.sha256(staff_id.encode()).hexdigest()[:32]}.p12"


def _checked(password: str) -> str:
    if not password:
        raise InputError("KY-21", tr("Mật khẩu của khóa không được để trống."), field="password")
    return password


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _name(**parts: str) -> x509.Name:
    oids = {
        "common": NameOID.COMMON_NAME,
        "title": NameOID.TITLE,
        "unit": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "organisation": NameOID.ORGANIZATION_NAME,
        "identity": NameOID.SERIAL_NUMBER,
    }
    rows = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    rows += [x509.NameAttribute(oids[key], value) for key, value in parts.items() if value]
    return x509.Name(rows)


def _seal_subject(unit_name: str) -> x509.Name:
    name = _plain(unit_name)
    if not name:
        raise InputError("KY-22", tr("Tên cơ quan của khóa không được để trống."))
    return _name(organisation=name, unit=TRAINING_MARK, common=common_name(name))


def _person_subject(unit_name: str, person: Person) -> x509.Name:
    staff_id, name, position = person
    if not name.strip() or not staff_id.strip():
        raise InputError("KY-23", tr("Họ tên và mã cán bộ của khóa không được để trống."))
    return _name(
        organisation=_plain(unit_name),
        unit=TRAINING_MARK,
        title=_plain(position),
        common=common_name(name),
        identity=_plain(staff_id),
    )


def _make_root(now: datetime) -> _Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(organisation="Một Cửa", unit=TRAINING_MARK, common="TRAINING Root CA")
    builder = _builder(subject, subject, key.public_key(), now, AUTHORITY_LIFE)
    builder = _as_authority(builder, path_length=1)
    return _Authority(key, builder.sign(key, hashes.SHA256()))


def _make_issuing(root: _Authority, *, now: datetime) -> _Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(organisation="Một Cửa", unit=TRAINING_MARK, common="TRAINING Issuing CA")
    issuer = root.certificate.subject
    builder = _builder(subject, issuer, key.public_key(), now, AUTHORITY_LIFE)
    builder = _as_authority(_issued_by(builder, root), path_length=0)
    return _Authority(key, builder.sign(root.key, hashes.SHA256()))


def _issue(authority: _Authority, *, subject: x509.Name, now: datetime) -> _Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.subject
    builder = _builder(subject, issuer, key.public_key(), now, HOLDER_LIFE)
    builder = _issued_by(builder, authority)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    usage = _usage(digital_signature=True, content_commitment=True)
    builder = builder.add_extension(usage, critical=True)
    return _Authority(key, builder.sign(authority.key, hashes.SHA256()))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _as_authority(builder: x509.CertificateBuilder, *, path_length: int) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), True)
    return builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)


def _issued_by(builder: x509.CertificateBuilder, authority: _Authority) -> x509.CertificateBuilder:
    public = authority.certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise ForeignError("KY-20", tr("Không mở được bộ cấp chứng thư tập huấn."))
    return builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
    )


def _usage(**asked: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: asked.get(name, False) for name in names.split()})


def _write_person(
    folder: Path,
    authority: _Authority,
    *,
    unit_name: str,
    person: Person,
    now: datetime,
    password: str,
) -> Path:
    made = _issue(authority, subject=_person_subject(unit_name, person), now=now)
    path = key_path(folder, person[0])
    _write_key(path, made, chain=[authority.certificate], password=password)
    return path


def _write_key(
    path: Path, made: _Authority, *, chain: Sequence[x509.Certificate], password: str
) -> None:
    lock = BestAvailableEncryption(password.encode())
    raw = pkcs12.serialize_key_and_certificates(
        TRAINING_MARK.encode(), made.key, made.certificate, list(chain), lock
    )
    _write(path, raw)
    remember_holder(path.parent, path, made.certificate)


def _write(path: Path, data: bytes) -> None:
    """Write `data` so that after a power cut the file is whole or absent, readable by us alone."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise MachineError(
            "KY-24",
            tr("Không ghi được tệp khóa {name}.", name=path.name),
            tr("Hãy kiểm tra quyền ghi và chỗ trống của thư mục dữ liệu."),
        ) from error
