"""Words typed at the city's commands, checked before anything is kept: names and addresses."""

from __future__ import annotations

from models.errors import ForeignError, InputError
from models.words import tr
from services.sync.client import Address

__all__ = ["office_name", "server_address"]

LONGEST = 200
"""Letters of an office's name; what a PC may be called at enrolment is as long."""


def office_name(typed: str) -> str:
    """The name without the space around it; raises `InputError` DL-48."""
    name = typed.strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InputError(
            "DL-48",
            tr("Tên cơ quan có từ 1 đến {most} chữ, trên một dòng.", most=LONGEST),
            tr("Sửa --name."),
            field="name",
        )
    return name


def server_address(typed: str) -> str:
    """The address PCs enrol at, without a slash at its end, or nothing; raises `InputError` DL-49.

    What a PC would refuse is refused here: it must be https, or http on this machine.
    """
    url = typed.strip().rstrip("/")
    try:
        good = not url or bool(Address(url).host and Address(url).port)
    except (ForeignError, ValueError):
        good = False
    if not good or any(letter.isspace() for letter in url):
        raise InputError(
            "DL-49",
            tr("«{url}» không phải địa chỉ máy chủ.", url=url[:LONGEST]),
            tr("Viết địa chỉ bắt đầu bằng https://, ví dụ https://motcua.example.vn."),
            field="server",
        )
    return url
