"""Who a certificate says its holder is: name, position, organisation, identity, training mark."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from services.clock import VIETNAM

__all__ = ["TRAINING_MARK", "Holder", "common_name", "holder_of", "is_strong", "same_text"]

TRAINING_MARK = "TẬP HUẤN/TRAINING – không có giá trị pháp lý"
"""Organisational unit (OU) of every certificate made by the program itself."""

MIN_RSA_BITS = 2048
MIN_CURVE_BITS = 256


@dataclass(frozen=True)
class Holder:
    """What the subject of a certificate says; times are Vietnam's.

    `identity` is the subject's serialNumber (a staff or agency code), `serial` the number of the
    certificate itself in hex, `fingerprint` the SHA-256 of the whole certificate in hex. An
    organisation's certificate names no person: its CN is its O.
    """

    name: str
    position: str
    organisation: str
    identity: str
    serial: str
    valid_from: datetime
    valid_to: datetime
    training: bool
    fingerprint: str = ""

    @property
    def is_organisation(self) -> bool:
        """Whether this certificate belongs to the organisation (a seal), not to a person."""
        return bool(self.organisation) and self.is_named(self.organisation)

    def is_named(self, name: str) -> bool:
        """Whether the certificate is made out to `name`, also when it had to be cut to fit."""
        return same_text(self.name, name) or same_text(self.name, common_name(name))

    def days_left(self, now: datetime) -> int:
        """Whole days until the certificate ends, negative when it has ended."""
        return (self.valid_to - now).days


def common_name(text: str) -> str:
    """`text` in NFC cut to 64 UTF-8 bytes: X.520 and the libraries allow a CN no more."""
    whole = unicodedata.normalize("NFC", text).strip()
    return whole.encode()[:64].decode(errors="ignore").strip()


def same_text(one: str, other: str) -> bool:
    """Whether two names are the same to a reader: NFC, case and outer spaces ignored."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return unicodedata.normalize("NFC", str(found[0].value)) if found else ""


def holder_of(certificate: x509.Certificate) -> Holder:
    """Read the holder out of `certificate`."""
    subject = certificate.subject
    units = [str(a.value) for a in subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    return Holder(
        name=_first(subject, NameOID.COMMON_NAME),
        position=_first(subject, NameOID.TITLE),
        organisation=_first(subject, NameOID.ORGANIZATION_NAME),
        identity=_first(subject, NameOID.SERIAL_NUMBER),
        serial=f"{certificate.serial_number:x}",
        valid_from=_local(certificate.not_valid_before_utc),
        valid_to=_local(certificate.not_valid_after_utc),
        training=any(same_text(unit, TRAINING_MARK) for unit in units),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
    )


def _local(moment: datetime) -> datetime:
    """`moment` in Vietnam's time; "never ends" (RFC 5280: the year 9999) stays as it is."""
    try:
        return moment.astimezone(VIETNAM)
    except OverflowError:
        return moment


def is_strong(certificate: x509.Certificate) -> bool:
    """Whether key and hash are strong enough: RSA >= 2048 or P-256 and up, SHA-256 and up."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        strong_key = key.key_size >= MIN_RSA_BITS
    else:
        strong_key = isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= MIN_CURVE_BITS
    digest = certificate.signature_hash_algorithm
    return strong_key and digest is not None and digest.digest_size >= 32
