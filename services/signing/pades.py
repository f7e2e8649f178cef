"""PAdES with pyHanko: empty fields, one signature, steady bytes. Slow to import: load it late."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields as sig_fields
from pyhanko.sign import signers
from pyhanko.sign.general import SigningError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from models.errors import NotAllowed
from models.words import tr
from services.signing.keys import PrivateKey, SigningKey
from services.signing.slots import FieldBox, field_words

__all__ = ["add_fields", "sign_field"]


class SteadyWriter(IncrementalPdfFileWriter):
    """Appends a revision whose file id follows from the bytes before: same input, same output."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        prev.stream.seek(0)
        digest = hashlib.sha256(prev.stream.read()).digest()
        try:
            first = generic.ByteStringObject(prev.trailer["/ID"][0].original_bytes)
        except KeyError:
            first = generic.ByteStringObject(digest[16:])
        return generic.ArrayObject([first, generic.ByteStringObject(digest[:16])])

    def _update_meta(self) -> None:
        """Leave /Info as it was approved: pyHanko would write its own name and the PC's clock."""


class StampPage(PdfContent):
    """The first page of a stamp PDF held in memory: no plaintext file is written."""

    def __init__(self, stamp_pdf: bytes) -> None:
        super().__init__()
        self._stamp_pdf = stamp_pdf

    def render(self) -> bytes:
        writer = self._ensure_writer
        form = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._stamp_pdf)))
        self.resources.xobject["/Stamp"] = form
        left, bottom, right, top = form.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Stamp Do"


class CachedKeySigner(signers.Signer):
    """Signs with a key object already loaded; loading an RSA key costs more than signing."""

    def __init__(self, key: SigningKey) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(_asn1(c.public_bytes(Encoding.DER)) for c in key.chain)
        super().__init__(
            signing_cert=_asn1(key.certificate.public_bytes(Encoding.DER)),
            cert_registry=store,
            embed_roots=False,
        )
        self._private: PrivateKey = key.private

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
        chosen = digest[digest_algorithm.lower()]
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, padding.PKCS1v15(), chosen)
        return self._private.sign(data, ec.ECDSA(chosen, deterministic_signing=True))


class SignerAt(signers.PdfSigner):
    """Claims the moment it is given; pyHanko by itself would read the PC's clock."""

    at: datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def add_fields(pdf: bytes, fields: Sequence[FieldBox]) -> bytes:
    """One revision with all empty signature fields, the names and boxes of `fields`."""
    writer = SteadyWriter(BytesIO(pdf))
    for each in fields:
        sig_fields.append_signature_field(
            writer, sig_fields.SigFieldSpec(each.name, box=_points(each.box), on_page=each.page)
        )
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def sign_field(
    pdf: bytes, key: SigningKey, *, field: str, stamp_pdf: bytes, at: datetime, reserve: int
) -> bytes:
    """One PAdES B-B signature in `field`; the first of a document certifies it at level 2."""
    writer = SteadyWriter(BytesIO(pdf))
    first = not any(sig_fields.enumerate_sig_fields(writer, filled_status=True))
    wanted = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=sig_fields.SigSeedSubFilter.PADES,
        certify=first,
        docmdp_permissions=sig_fields.MDPPerm.FILL_FORMS,
    )
    work = SignerAt(wanted, CachedKeySigner(key), stamp_style=_style(stamp_pdf))
    work.at = at
    out = BytesIO()
    try:
        work.sign_pdf(writer, existing_fields_only=True, bytes_reserved=reserve, output=out)
    except (SigningError, PdfError) as error:
        raise NotAllowed(
            "KY-11",
            tr(
                "Không ký được ô {field}: ô này không có hoặc đã được ký.", field=field_words(field)
            ),
            tr("Hãy tạo lại văn bản từ hồ sơ rồi ký."),
        ) from error
    return out.getvalue()


def _points(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    left, bottom, right, top = (round(each) for each in box)
    return left, bottom, right, top


def _style(stamp_pdf: bytes) -> StaticStampStyle:
    edge_to_edge = layout.SimpleBoxLayoutRule(
        x_align=layout.AxisAlignment.ALIGN_MID,
        y_align=layout.AxisAlignment.ALIGN_MID,
        margins=layout.Margins(),
    )
    return StaticStampStyle(
        background=StampPage(stamp_pdf),
        background_layout=edge_to_edge,
        background_opacity=1.0,
        border_width=0,
    )


def _asn1(der: bytes) -> Any:
    return asn1_x509.Certificate.load(der)
