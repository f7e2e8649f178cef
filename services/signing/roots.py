"""Reads the folder of accepted root certificates and the local list of revoked ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509

from models.errors import ForeignError, InputError
from models.words import tr
from services.clock import VIETNAM

__all__ = ["Trust", "load_trust"]

REVOKED_FILE = "revoked.txt"
_PEM = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class Trust:
    """Whom to believe: root certificates, other known authorities, certificates taken back.

    `revoked` maps a certificate's serial number in hex to the moment it was taken back;
    `revocation_known` says whether there is such a list at all.
    """

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...] = ()
    revoked: Mapping[str, datetime] = field(default_factory=dict)
    revocation_known: bool = False


def load_trust(folder: Path) -> Trust:
    """All certificates of the *.pem, *.crt, *.cer and *.der files in `folder`.

    Self-issued ones are roots, the others help to build chains. `revoked.txt`, if there, has one
    "SERIAL-HEX ISO-TIME" per line. Raises InputError KY-30 (no such folder) or
    KY-32 (no root in it) and ForeignError KY-31 (a file that cannot be read).
    """
    if not folder.is_dir():
        raise InputError(
            "KY-30", tr("Không có thư mục chứng thư gốc {name}.", name=folder.name), _where_from()
        )
    found: list[x509.Certificate] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".pem", ".crt", ".cer", ".der"):
            found += _certificates(path)
    roots = tuple(each for each in found if each.subject == each.issuer)
    if not roots:
        raise InputError(
            "KY-32", tr("Thư mục {name} không có chứng thư gốc nào.", name=folder.name),
            _where_from(),
        )  # fmt: skip
    others = tuple(each for each in found if each.subject != each.issuer)
    listed = folder / REVOKED_FILE
    known = listed.is_file()
    return Trust(roots, others, _revoked(listed) if known else {}, known)


def _where_from() -> str:
    return tr(
        "Đợi máy này đồng bộ xong với một máy của cơ quan; nếu vẫn thiếu, nhờ quản trị thêm chứng "
        "thư gốc ở Quản trị › Khóa ký."
    )


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        raw = path.read_bytes()
        if _PEM in raw:
            return x509.load_pem_x509_certificates(raw)
        return [x509.load_der_x509_certificate(raw)]
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error


def _revoked(path: Path) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    try:
        for line in path.read_text("utf-8").splitlines():
            row = re.fullmatch(r"\s*(?:0x)?([0-9A-Fa-f:]+)\s+(\S+)\s*", line)
            if row:
                moment = datetime.fromisoformat(row.group(2))
                serial = f"{int(row.group(1).replace(':', ''), 16):x}"
                found[serial] = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
            elif line.strip() and not line.lstrip().startswith("#"):
                raise ValueError(line)
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    return found


def _unreadable(path: Path) -> ForeignError:
    return ForeignError(
        "KY-31",
        tr("Tệp {name} trong thư mục chứng thư gốc không đọc được.", name=path.name),
        tr("Hãy bỏ hoặc thay tệp đó rồi kiểm tra lại."),
    )
