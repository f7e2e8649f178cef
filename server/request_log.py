"""Around every request: one line in the log afterwards, and headers that no answer goes without."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RequestLog"]

_log = logging.getLogger("mot-cua.city.request")


class RequestLog:
    """ASGI middleware; handlers may put `office` and `device` into `scope["told"]`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = scope.setdefault("told", {})
        seen = {"status": 500, "bytes": 0}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                message["headers"] = [*message.get("headers", []), (b"server", b"mot-cua")]
            elif message["type"] == "http.response.body":
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        start = time.perf_counter()
        try:
            await self.app(scope, receive, sending)
        finally:
            route = scope.get("route")
            line = {
                "method": scope["method"] if scope["method"].isalpha() else "?",
                "route": getattr(route, "path", "-"),
                "ms": round((time.perf_counter() - start) * 1000, 1),
                **seen,
                **told,
            }
            _log.info("request", extra={"data": line})
