"""Answers in the language of whoever asks: the questions of machines carry it in Accept-Language.

The pages of the board and of the citizens choose their language themselves.
"""

from __future__ import annotations

from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from models.words import speaking
from services.language import load_catalogue

__all__ = ["InTheirLanguage"]

_OF_MACHINES = ("/enrol", "/sync/", "/portal/")


class InTheirLanguage:
    """Middleware: sentences of refusals are Vietnamese unless English is asked for first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one question in its language."""
        if scope["type"] != "http" or not scope["path"].startswith(_OF_MACHINES):
            await self._app(scope, receive, send)
            return
        wanted = Headers(scope=scope).get("accept-language", "").strip().lower()
        code = "en" if wanted.startswith("en") else "vi"
        with speaking(code, _catalogue(code)):
            await self._app(scope, receive, send)


@lru_cache
def _catalogue(code: str) -> dict[str, str]:
    return {} if code == "vi" else load_catalogue(code)
