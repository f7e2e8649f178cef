"""The authority that signed the city's certificate, kept with the data when it is a private one."""

from __future__ import annotations

from pathlib import Path

from models.errors import InputError
from models.words import tr
from services.store.files import write_file

__all__ = ["authority_of", "keep_authority"]

FILE = "city-authority.pem"


def keep_authority(home: Path, ca_file: str) -> None:
    """Copy the PEM file named at enrolment into the home; without one nothing is kept."""
    if ca_file:
        write_file(home / FILE, read_authority(ca_file))


def read_authority(ca_file: str) -> bytes:
    """The PEM file; raises `InputError` SL-45 when it cannot be read or is none."""
    try:
        content = Path(ca_file).read_bytes()
    except OSError:
        content = b""
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise InputError(
            "SL-45",
            tr("Không đọc được chứng thư gốc của máy chủ trong tệp {name}.",
               name=Path(ca_file).name),
            tr("Lấy lại tệp PEM từ bộ phận kỹ thuật thành phố."),
            field="ca_file",
        )  # fmt: skip
    return content


def authority_of(home: Path) -> str:
    """The path for TLS, empty when the system's own authorities are to be asked."""
    path = home / FILE
    return str(path) if path.is_file() else ""
