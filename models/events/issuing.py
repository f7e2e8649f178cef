"""Events of issuing: number, signature, seal, done, handover, and the book of numbers."""

from __future__ import annotations

from models.codec import Event, event

__all__ = [
    "BookNumberReserved", "BookNumberVoided", "BookOpened", "BookReleased", "Done", "HandedOver",
    "NumberVoided", "Numbered", "Sealed", "SignatureRevoked", "Signed", "TakeoverConfirmed",
    "TakeoverProposed",
]  # fmt: skip


@event("dossier.numbered")
class Numbered(Event):
    """A number was reserved and drawn; `base` is the SHA-256 of the PDF to be signed."""

    book: str
    number: int
    notation: str
    dated: str
    basis: bytes
    base: bytes


@event("dossier.number_voided")
class NumberVoided(Event):
    """The reserved number will not be used; it stays in the book with its reason."""

    book: str
    number: int
    reason: str


@event("dossier.signed")
class Signed(Event):
    """The leader signed the numbered PDF; `file` names the signed file by its SHA-256.

    `certificate` is the fingerprint of the certificate (in older events its serial number).
    """

    base: bytes
    file: str
    signer: str
    certificate: str
    at: str


@event("dossier.sealed")
class Sealed(Event):
    """The organisation's seal was put on the signed file; `certificate` as in `Signed`."""

    signed_file: str
    file: str
    certificate: str
    at: str


@event("dossier.signature_revoked")
class SignatureRevoked(Event):
    """The signed document does not leave the office: its number is void, it is numbered anew."""

    book: str
    number: int
    reason: str


@event("dossier.done")
class Done(Event):
    """Processing is finished and the result is at the desk (national status 9)."""

    at: str
    note: str = ""


@event("dossier.handed_over")
class HandedOver(Event):
    """The citizen has the result (national status 10)."""

    at: str
    receiver: str
    id_number: str = ""
    method: str = "desk"
    note: str = ""


@event("book.opened")
class BookOpened(Event):
    """A book of numbers: one per office, year and series; one holder of the right to number."""

    year: int
    series: str
    holder: str
    first: int = 1


@event("book.number_reserved")
class BookNumberReserved(Event):
    """The next number of the book was taken for a dossier."""

    number: int
    dossier: str
    notation: str
    dated: str


@event("book.number_voided")
class BookNumberVoided(Event):
    """A reserved number is void; it is never used again and keeps its reason."""

    number: int
    dossier: str
    reason: str


@event("book.released")
class BookReleased(Event):
    """The holder hands the book to the PC whose log is `to` (hex), after the number `last`."""

    last: int
    to: str


@event("book.takeover_proposed")
class TakeoverProposed(Event):
    """The holder is lost: the PC `holder` (log, hex) shall number, after `last` as printed."""

    holder: str
    last: int
    reason: str


@event("book.takeover_confirmed")
class TakeoverConfirmed(Event):
    """A second officer read the same last number; `proposal` is the hash of the first's event."""

    proposal: bytes
    last: int
    epoch: int
