"""Addresses of the office's PCs as people type them: private networks only."""

from __future__ import annotations

import ipaddress
import re

from models.errors import InputError
from models.words import tr

__all__ = ["DEFAULT_PORT", "parse_address", "parse_port", "url_of"]

DEFAULT_PORT = 47126
"""Where the PCs of an office listen unless they are told otherwise."""
_PLACE = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::([0-9]{1,5}))?")


def url_of(host: str, port: int) -> str:
    """The address of a listener."""
    return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"


def parse_address(text: str) -> str:
    """HOST or HOST:PORT as typed by whoever set up the network, as a listener's address.

    Raises `InputError` LAN-02 for what is no address, LAN-03 for one outside private networks: a
    PC of the office is never on the internet.
    """
    bare = text.strip().removeprefix("https://").rstrip("/")
    found = _PLACE.fullmatch(bare)
    try:
        host, port = (found[1] or found[2], int(found[3] or DEFAULT_PORT)) if found else (bare, 0)
        address = ipaddress.ip_address(host)
        port = port or DEFAULT_PORT
        if port > 65535:
            raise ValueError
    except ValueError:
        raise InputError(
            "LAN-02",
            tr("«{text}» không phải địa chỉ của một máy.", text=text[:60]),
            tr("Ví dụ: 192.168.1.20 hoặc 192.168.1.20:47126."),
            field="address",
        ) from None
    if not (address.is_private or address.is_loopback) or address.is_unspecified:
        raise InputError(
            "LAN-03",
            tr("{text} không phải địa chỉ trong mạng nội bộ.", text=text[:60]),
            tr("Chỉ ghi địa chỉ máy trong cơ quan, ví dụ 192.168.1.20."),
            field="address",
        )
    return url_of(str(address), port)


def parse_port(text: str) -> int:
    """A port as typed; raises `InputError` LAN-04."""
    if text.isascii() and text.isdecimal() and 1024 <= int(text) <= 65535:
        return int(text)
    raise InputError(
        "LAN-04",
        tr("«{text}» không phải số cổng.", text=text[:20]),
        tr("Ghi một số từ 1024 đến 65535, thường là 47126."),
        field="lan_port",
    )
