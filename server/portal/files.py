"""Files of an application: decoded, known by their first bytes, a signed PDF looked into."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from models.errors import InputError
from models.intake import Attachment
from models.typed_text import clean_line
from models.words import tr
from server.portal.messages import FileIn
from services.dossiers.intake import media_of
from services.signing.guard import inspect

__all__ = ["MOST", "ReadFile", "demand_room", "read_file"]

MOST = 20 << 20
"""Bytes of all files of one application."""
_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XML_STARTS = (b"<?xml", b"\xef\xbb\xbf<?xml")
_PLAIN = (_PDF, "image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A sound file; `remarks` is what a person should look at in it."""

    attachment: Attachment
    content: bytes
    remarks: tuple[str, ...] = ()


def demand_room(files: Sequence[ReadFile]) -> None:
    """Raise `InputError` TN-33 when the files are too large together."""
    if sum(len(each.content) for each in files) > MOST:
        raise InputError(
            "TN-33",
            tr("Các tệp của hồ sơ lớn hơn 20 MB."),
            tr("Quét lại ở độ phân giải 200–300 dpi."),
            field="components",
        )


def read_file(said: FileIn) -> ReadFile:
    """The file in stored form; raises `InputError` TN-29 to TN-32 for what cannot be a paper."""
    name = clean_line(
        PurePath(said.name.replace("\\", "/")).name, tr("Tên tệp"), limit=200, field="components"
    )
    try:
        content = base64.b64decode(said.content, validate=True)
    except (binascii.Error, ValueError):
        raise _wrong("TN-29", tr("Tệp «{name}» không phải base64.", name=name)) from None
    if not content:
        raise _wrong("TN-30", tr("Tệp «{name}» rỗng.", name=name))
    media = _media(content)
    if not media:
        raise _wrong(
            "TN-31", tr("Tệp «{name}» không phải PDF, JPEG, PNG, XML hay DOCX.", name=name)
        )
    remarks = _signature_remarks(content, media, name=name) if said.signed else ()
    digest = hashlib.sha256(content).hexdigest()
    return ReadFile(Attachment(digest, name, len(content), media), content, remarks)


def _media(content: bytes) -> str:
    """The kind of file by its bytes; "" for kinds that are not taken."""
    media = media_of(content)
    if media in _PLAIN:
        return media
    if content.startswith(_XML_STARTS):
        return "application/xml"
    return _DOCX if media == "application/zip" and _is_docx(content) else ""


def _is_docx(content: bytes) -> bool:
    """Whether the archive is a text document; nothing in it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names


def _signature_remarks(content: bytes, media: str, *, name: str) -> tuple[str, ...]:
    """What the guard doubts of a PDF said to be signed; without any signature it is refused.

    This is the form only: whose certificate it is, and whether it was valid, is checked where the
    dossier is handled.
    """
    report = inspect(content) if media == _PDF else None
    if report is None or not report.parts:
        raise _wrong("TN-32", tr("Tệp «{name}» không có chữ ký số như đã khai.", name=name))
    return tuple(f"{name}: {words}" for words in (*report.faults, *report.doubts))


def _wrong(code: str, what: str) -> InputError:
    return InputError(
        code, what, tr("Kiểm tra tệp trên cổng rồi nộp lại."), field="components"
    )  # fmt: skip
