"""One port, several workers: each has a line of its own, and the system shares out who comes.

With one line for all, the worker that wakes first takes everybody who stands in it: when all
offices come back at once, one works and the others wait for it.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

__all__ = ["SharedPort", "run"]


class _OwnLine:
    """Handed to a worker it is a socket of that worker on the common port."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)

    def __reduce__(self) -> tuple[Any, ...]:
        return _opened, self._place


def _opened(host: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        made.setsockopt(socket.SOL_SOCKET, option, 1)
    made.bind((host, port))
    return made


class SharedPort(uvicorn.Config):
    """A server whose workers each open the port for themselves, where the system can do that."""

    def bind_socket(self) -> Any:
        """What the workers are given; ends the program when somebody else has the port."""
        held = super().bind_socket()
        if not hasattr(socket, "SO_REUSEPORT"):
            return held
        held.close()
        return _OwnLine(self.host, self.port)


def run(config: uvicorn.Config) -> None:
    """Serve until told to stop: in this process, or supervising the workers."""
    if config.workers > 1:
        Multiprocess(config, sockets=[config.bind_socket()]).run()
        return
    server = uvicorn.Server(config)
    try:
        server.run()
    except KeyboardInterrupt:
        return
    if not server.started:
        sys.exit(STARTUP_FAILURE)
