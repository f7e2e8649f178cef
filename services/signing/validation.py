"""The cryptographic check by pyHanko: strict reading, no network. Slow to import: load it late."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from services.clock import VIETNAM
from services.signing.checked import Checked, Envelope, Result
from services.signing.holder import holder_of, is_strong
from services.signing.roots import Trust

__all__ = ["open_envelope", "validate"]


DIGESTS = ("sha256", "sha384", "sha512")

for _name in ("pyhanko", "pyhanko_certvalidator"):
    # their warnings quote bytes of foreign files; what matters is in the verdict
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


def open_envelope(raw: bytes) -> Envelope | None:
    """Read a CMS signature; None when it is damaged, has not one signer, or a weak digest."""
    try:
        content = cms.ContentInfo.load(raw, strict=True)
        signed = content["content"]
        (signer,) = signed["signer_infos"]
        algorithm = signer["digest_algorithm"]["algorithm"].native
        attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
        (digest,) = attributes["message_digest"].native
        certificate = _signer_certificate(signed, signer)
        if algorithm not in DIGESTS or certificate is None:
            return None
        loaded = x509.load_der_x509_certificate(certificate)
        genuine = _is_own(attributes, certificate) and _is_signed(signer, loaded, algorithm)
        return Envelope(holder_of(loaded), algorithm, digest, genuine, is_strong(loaded))
    except Exception:  # noqa: BLE001 - foreign bytes: every fault means the same, a damaged signature
        return None


def _signer_certificate(signed: Any, signer: Any) -> bytes | None:
    wanted = signer["sid"]
    for choice in signed["certificates"]:
        each = choice.chosen
        if wanted.name == "issuer_and_serial_number":
            chosen = wanted.chosen
            hit = each.issuer == chosen["issuer"] and (
                each.serial_number == chosen["serial_number"].native
            )
        else:
            hit = each.key_identifier == wanted.chosen.native
        if hit:
            return bytes(each.dump())
    return None


def _is_own(attributes: Mapping[str, Any], certificate: bytes) -> bool:
    """Whether the signed attributes name this very certificate (CAdES signing-certificate-v2)."""
    if "signing_certificate_v2" not in attributes:
        return True
    named = attributes["signing_certificate_v2"][0]["certs"][0]
    algorithm = named["hash_algorithm"]["algorithm"].native
    return bool(hashlib.new(algorithm, certificate).digest() == named["cert_hash"].native)


def _is_signed(signer: Any, certificate: x509.Certificate, algorithm: str) -> bool:
    """Whether the signature value fits the signed attributes; RSA-PSS is left to pyHanko."""
    digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
    data, value = signer["signed_attrs"].untag().dump(), signer["signature"].native
    public = certificate.public_key()
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(value, data, ec.ECDSA(digest[algorithm]))
        elif isinstance(public, rsa.RSAPublicKey) and not _is_pss(signer):
            public.verify(value, data, padding.PKCS1v15(), digest[algorithm])
    except InvalidSignature:
        return False
    return True


def _is_pss(signer: Any) -> bool:
    return bool(signer["signature_algorithm"].signature_algo == "rsassa_pss")


def validate(pdf: bytes, trust: Trust, *, now: datetime) -> list[Checked]:
    """Every signature of `pdf` (not document time stamps) as pyHanko sees it at `now`.

    May raise anything at all on foreign files; the caller turns that into "cannot tell".
    """
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    stamped_at = _document_time(reader, trust, now=now)
    return [
        _checked(each, trust, now=now, stamped_at=stamped_at)
        for each in reader.embedded_regular_signatures
    ]


def _context(trust: Trust, moment: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[_asn1(each) for each in trust.roots],
        other_certs=[_asn1(each) for each in trust.others],
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        weak_hash_algos={"md2", "md5", "sha1"},
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _document_time(reader: PdfFileReader, trust: Trust, *, now: datetime) -> datetime | None:
    """The time of the last document time stamp when it is good, else None."""
    stamps: Sequence[EmbeddedPdfSignature] = reader.embedded_timestamp_signatures
    if not stamps:
        return None
    status = validate_pdf_timestamp(stamps[-1], _context(trust, now))
    good = status.valid and status.intact and status.trusted
    return status.timestamp if good else None


_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


def _checked(
    signature: EmbeddedPdfSignature, trust: Trust, *, now: datetime, stamped_at: datetime | None
) -> Checked:
    status = _status(signature, trust, now)
    own = status.timestamp_validity
    trusted_at = own.timestamp if own is not None and own.trusted else stamped_at
    claimed_at = _claimed(signature)
    result = _result(status, now)
    moment = trusted_at or claimed_at
    if result is Result.EXPIRED and moment is not None:
        then = _result(_status(signature, trust, moment), moment)
        result = Result.EXPIRED if then is Result.GOOD and trusted_at is None else then
    byte_range = tuple(int(each) for each in signature.byte_range)
    return Checked(str(signature.field_name), byte_range, result, claimed_at, trusted_at)


def _claimed(signature: EmbeddedPdfSignature) -> datetime | None:
    """The time the signer claims; one without an offset is taken for Vietnam's."""
    claimed = signature.self_reported_timestamp
    return claimed.replace(tzinfo=VIETNAM) if claimed and claimed.tzinfo is None else claimed


def _status(signature: EmbeddedPdfSignature, trust: Trust, moment: datetime) -> Any:
    return validate_pdf_signature(signature, _context(trust, moment), key_usage_settings=_USAGE)


def _result(status: Any, moment: datetime) -> Result:
    """The result at `moment`; pyHanko has no word of its own for "not yet valid"."""
    if not (status.intact and status.valid):
        return Result.ALTERED
    if not status.docmdp_ok:
        return Result.CHANGED_AFTER
    if status.trusted:
        return Result.GOOD if status.bottom_line else Result.UNKNOWN
    signer = status.signing_cert
    if not signer.not_valid_before <= moment <= signer.not_valid_after:
        return Result.EXPIRED
    return {
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: Result.EXPIRED,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: Result.EXPIRED,
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: Result.WEAK,
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: Result.WEAK,
    }.get(status.trust_problem_indic, Result.UNTRUSTED)
