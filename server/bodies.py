"""Reading a request's body within a limit: what says it is too large is refused unread."""

from __future__ import annotations

from fastapi import Request

from models.words import tr
from server.answers import TooLarge

__all__ = ["announced_size", "read_body"]


def announced_size(request: Request) -> int:
    """The length the request says it has; 0 when it does not say."""
    told = request.headers.get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 19 else 0


async def read_body(request: Request, most: int) -> bytes:
    """The whole body; raises `TooLarge` MC-13 before reading more than `most` bytes."""
    if announced_size(request) > most:
        raise _too_large()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise _too_large()
    return bytes(body)


def _too_large() -> TooLarge:
    return TooLarge(
        "MC-13", tr("Gói gửi lên lớn quá mức máy chủ nhận."), tr("Chia gói nhỏ hơn rồi gửi lại.")
    )
