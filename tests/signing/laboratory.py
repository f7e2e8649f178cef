"""Makes small pages, keys of several authorities and signed files for the signing tests."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from reportlab.pdfgen import canvas

from services.clock import VIETNAM
from services.signing.holder import holder_of
from services.signing.keys import SigningKey, open_key
from services.signing.roots import Trust, load_trust
from services.signing.slots import LEADER_FIELD, SEAL_FIELD, FieldBox
from services.signing.stages import digest_of, prepare, sign
from services.signing.training_pki import TrainingPki, create_training_pki

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=VIETNAM)
UNIT = "Ủy ban nhân dân phường Hoàn Kiếm"
PASSWORD = "tap-huan-2026"
LEADER_BOX = (320, 120, 460, 190)
SEAL_BOX = (270, 110, 360, 200)
FIELDS = (FieldBox(LEADER_FIELD, LEADER_BOX), FieldBox(SEAL_FIELD, SEAL_BOX))


def page(*lines: str, size: tuple[float, float] = (595, 842), compress: int = 0) -> bytes:
    """A PDF of one page per line of text."""
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=size, invariant=1, pageCompression=compress)
    for line in lines:
        sheet.drawString(40, size[1] / 2, line)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


BASE = page("Decision 12/QD-UBND: grant 150 square metres to Nguyen Van A", "Page two")
STAMP = page("signed", size=(140, 70))
SEAL_STAMP = page("seal", size=(90, 90))


@dataclass(frozen=True)
class Office:
    """The keys of one office and the certificates it believes."""

    pki: TrainingPki
    trust: Trust
    leader: SigningKey
    deputy: SigningKey
    seal: SigningKey


def make_office(folder: Path, *, unit: str = UNIT, now: datetime = NOW) -> Office:
    """An office with a training authority of its own in `folder`."""
    people = [("LD01", "Nguyễn Thị Bích", "Chủ tịch"), ("LD02", "Trần Văn Cường", "Phó Chủ tịch")]
    pki = create_training_pki(folder, unit_name=unit, people=people, now=now, password=PASSWORD)
    return Office(
        pki,
        load_trust(pki.roots),
        open_key(pki.keys["LD01"], PASSWORD, now=now),
        open_key(pki.keys["LD02"], PASSWORD, now=now),
        open_key(pki.seal, PASSWORD, now=now),
    )


def prepared(base: bytes = BASE) -> bytes:
    """`base` with the two empty fields."""
    return prepare(base, FIELDS)


def signed_by(
    pdf: bytes, key: SigningKey, *, field: str = LEADER_FIELD, at: datetime = NOW
) -> bytes:
    """`pdf` signed by our own stages in `field`."""
    stamp = STAMP if field == LEADER_FIELD else SEAL_STAMP
    return sign(pdf, key, field=field, stamp_pdf=stamp, at=at, expected_digest=digest_of(pdf)).pdf


def issued(office: Office, base: bytes = BASE) -> bytes:
    """A finished document: leader, then seal."""
    return signed_by(signed_by(prepared(base), office.leader), office.seal, field=SEAL_FIELD)


@dataclass(frozen=True)
class Authority:
    """A root of nobody's that can issue any certificate, also wrong ones."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def trust(self) -> Trust:
        return Trust((self.certificate,))

    def issue(self, name: str, **wishes) -> SigningKey:
        """A key for `name`; wishes: start, end, private, digest, organisation."""
        private = wishes.get("private") or ec.generate_private_key(ec.SECP256R1())
        subject = _name(name, wishes.get("organisation", UNIT))
        start = wishes.get("start", NOW - timedelta(days=30))
        end = wishes.get("end", NOW + timedelta(days=300))
        builder = _builder(subject, self.certificate.subject, private, (start, end))
        usage = dict.fromkeys(_USAGES, False) | {"digital_signature": True}
        builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        signed = builder.sign(self.key, wishes.get("digest") or hashes.SHA256())
        return SigningKey(holder_of(signed), signed, (self.certificate,), private)


_USAGES = [
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
]


def make_authority(name: str = "TRAINING Root CA") -> Authority:
    """A self-signed authority called like ours."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, "Một Cửa")
    span = (NOW - timedelta(days=3000), NOW + timedelta(days=3000))
    builder = _builder(subject, subject, key, span)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    return Authority(key, builder.sign(key, hashes.SHA256()))


def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _name(name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _builder(subject, issuer, key, span) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0])
        .not_valid_after(span[1])
    )
