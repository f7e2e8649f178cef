"""Who was allowed to sign which field: the question no certificate answers by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.words import tr
from services.signing.guard import Rectangle
from services.signing.holder import Holder, same_text
from services.signing.slots import LEADER_FIELD, SEAL_FIELD, field_words

__all__ = ["Expected", "ExpectedSigner", "authorisation_faults", "training_shape_faults"]


@dataclass(frozen=True)
class ExpectedSigner:
    """The only holder who may sign `field`; empty texts ask nothing.

    `identity` is the staff or agency code in the certificate (subject serialNumber);
    `certificate` is what our journal wrote down at signing: the fingerprint, in older events the
    serial number. A certificate known that exactly needs no names, which change with the years.
    """

    field: str
    organisation: str = ""
    name: str = ""
    position: str = ""
    identity: str = ""
    box: Rectangle | None = None
    certificate: str = ""


@dataclass(frozen=True)
class Expected:
    """What our own records say about a document: its signers and the digest of its last file."""

    signers: tuple[ExpectedSigner, ...]
    sha256: str = ""

    def boxes(self) -> dict[str, Rectangle | None]:
        """The signature fields of the template and their rectangles; ours may still be empty."""
        ours: dict[str, Rectangle | None] = {LEADER_FIELD: None, SEAL_FIELD: None}
        return ours | {each.field: each.box for each in self.signers}


def authorisation_faults(holders: Mapping[str, Holder], expected: Expected) -> Iterator[str]:
    """Sentences for missing, wrong and unasked signers; `holders` are the signed fields found."""
    for field in holders.keys() - {each.field for each in expected.signers}:
        yield tr("Ô {field} có chữ ký mà hồ sơ chưa ghi nhận.", field=field_words(field))
    for each in expected.signers:
        holder = holders.get(each.field)
        if holder is None:
            yield tr("Thiếu chữ ký ở ô {field}.", field=field_words(each.field))
        elif each.organisation and not same_text(holder.organisation, each.organisation):
            yield tr(
                "Chữ ký ở ô {field} là của {found}, không phải của {wanted}.",
                field=field_words(each.field),
                found=holder.organisation or holder.name,
                wanted=each.organisation,
            )
        elif not _right_person(holder, each):
            yield tr(
                "Người ký ở ô {field} là {found}, không phải người được giao ký.",
                field=field_words(each.field),
                found=holder.name,
            )


def _right_person(holder: Holder, wanted: ExpectedSigner) -> bool:
    if wanted.certificate and wanted.certificate not in (holder.fingerprint, holder.serial):
        return False
    pairs = ((holder.position, wanted.position), (holder.identity, wanted.identity))
    named = not wanted.name or holder.is_named(wanted.name)
    return named and all(same_text(found, asked) for found, asked in pairs if asked)


def training_shape_faults(holders: Mapping[str, Holder]) -> Iterator[str]:
    """What our own two fields show even without a record: seal and leader in their right places.

    Only for training certificates, whose shape we know; real ones differ from issuer to issuer.
    """
    leader, seal = holders.get(LEADER_FIELD), holders.get(SEAL_FIELD)
    if leader and leader.training and leader.is_organisation:
        yield tr("Ô chữ ký lãnh đạo lại được ký bằng con dấu của cơ quan.")
    if seal and seal.training and not seal.is_organisation:
        yield tr("Ô con dấu lại được ký bằng khóa cá nhân của {name}.", name=seal.name)
    if not (leader and seal and leader.training and seal.training):
        return
    if not same_text(leader.organisation, seal.organisation):
        yield tr(
            "Lãnh đạo thuộc {one} nhưng con dấu là của {other}.",
            one=leader.organisation,
            other=seal.organisation,
        )
