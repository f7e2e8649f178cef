"""The listening half of a PC: questions of the office's other machines, over pinned TLS.

uvicorn in a thread of its own around a handler of plain values. The handler checks signature and
roster; what is here keeps strangers from using the PC up: limits of connections, of sizes, of time.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from models.errors import MachineError
from models.words import tr

__all__ = ["PORTS", "Answer", "Handler", "Limits", "Listener"]

PORTS = (47126, 47127, 47128, 0)
"""The port machines look for first; 0 is any free one, found by its announcement."""

Answer = tuple[int, Mapping[str, str], bytes]
Handler = Callable[[str, Mapping[str, str], bytes], Answer]
"""(path, headers in lower case, body) -> (status, headers, body); may block, for a long poll."""

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one listener bears: an office has few machines, each with a long poll and some runs.

    `connections` in all, `of_address` from one address, so that one stranger does not use up all;
    `working` requests at once. `first_s` is how long a connection may take to its first whole
    request, `body_s` for a body.
    """

    connections: int = 128
    of_address: int = 24
    working: int = 32
    body: int = 8 << 20
    head: int = 16 << 10
    first_s: float = 10.0
    body_s: float = 60.0


class Listener:
    """Listens from `start` to `close`; `port` is the one it got."""

    def __init__(
        self,
        handler: Handler,
        secure: ssl.SSLContext,
        *,
        welcome: Callable[[Mapping[str, str]], bool] = lambda _headers: True,
        limits: Limits = Limits(),
    ) -> None:
        """Answers with `handler`; asks `welcome` about the headers before it reads a body.

        Whoever is not welcome gets an empty 403.
        """
        self._handler = handler
        self._secure = secure
        self._welcome = welcome
        self._limits = limits
        self._pool = ThreadPoolExecutor(limits.working, thread_name_prefix="lan")
        self._busy = 0
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket
        self.port = 0

    def start(self, host: str = "", ports: Iterable[int] = PORTS) -> int:
        """Listen on the first free port of `ports`; returns it.

        Raises `MachineError` LAN-01 when none is free.
        """
        self._socket = _bind(host, ports)
        self.port = int(self._socket.getsockname()[1])
        limits = self._limits
        config = uvicorn.Config(
            self._app, interface="asgi3", http=_protocol(limits), loop="asyncio", ws="none",
            lifespan="off", log_config=None, access_log=False, server_header=False,
            proxy_headers=False, h11_max_incomplete_event_size=limits.head, timeout_keep_alive=40,
            timeout_graceful_shutdown=3, ssl_context_factory=lambda *_: self._secure,
        )  # fmt: skip
        config.load()
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="lan-listener", daemon=True
        )
        self._thread.start()
        return self.port

    def close(self) -> None:
        """Stop listening; answers under way go out first, for at most some seconds."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()
            self._socket.close()
            self._server = self._thread = None
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _app(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """One request; an ASGI application."""
        if scope["type"] != "http":
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        await _say(send, await self._answer(scope, headers, receive))

    async def _answer(
        self, scope: _Message, headers: Mapping[str, str], receive: _Receive
    ) -> Answer:
        if scope["method"] != "POST":
            return 405, {}, b""
        if not self._welcome(headers):
            return 403, {}, b""
        if self._busy >= self._limits.working:
            return 503, {"retry-after": "1"}, b""
        self._busy += 1
        try:
            async with asyncio.timeout(self._limits.body_s):
                body = await _body(headers, receive, self._limits.body)
            if body is None:
                return 413, {}, b""
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._pool, self._handler, str(scope["path"]), headers, body
            )
        except TimeoutError:
            return 408, {}, b""
        finally:
            self._busy -= 1


def _protocol(limits: Limits) -> type[H11Protocol]:
    """HTTP/1.1 that hangs up on too many connections of one address, and on silent ones."""
    of_address: Counter[str] = Counter()

    class Bounded(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._from = str(self.client[0]) if self.client else ""
            of_address[self._from] += 1
            self._too_late = self.loop.call_later(limits.first_s, self._hang_up)
            if (
                of_address[self._from] > limits.of_address
                or of_address.total() > limits.connections
            ):
                transport.close()

        def _hang_up(self) -> None:
            if self.cycle is None and not self.transport.is_closing():
                self.transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            self._too_late.cancel()
            of_address[self._from] -= 1
            if not of_address[self._from]:
                del of_address[self._from]
            super().connection_lost(exc)

    return Bounded


def _bind(host: str, ports: Iterable[int]) -> socket.socket:
    """A socket bound to the first free port; without `host` on every address of this PC."""
    for port in ports:
        try:
            return _bound(host, port)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise _no_port(str(error.strerror)) from error
    raise _no_port(tr("mọi cổng đều bận"))


def _bound(host: str, port: int) -> socket.socket:
    six = not host and socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if six or ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if six:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: or another program may share it
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except BaseException:
        made.close()
        raise
    return made


def _no_port(why: str) -> MachineError:
    return MachineError(
        "LAN-01",
        tr("Máy này không nghe được các máy khác trong cơ quan: {why}.", why=why),
        tr("Đóng cửa sổ Một Cửa khác trên máy này, hoặc chọn cổng khác; việc vẫn làm được."),
    )


async def _body(headers: Mapping[str, str], receive: _Receive, most: int) -> bytes | None:
    """The whole body, None when it is larger than `most`."""
    told = headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # hung up meanwhile: nobody reads the answer
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


async def _say(send: _Send, answer: Answer) -> None:
    status, headers, body = answer
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    fields.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})
