"""What no machine can go below: fsyncs of a page and round trips over loopback."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PAGE = bytes(8192)


class Floor:
    """Fsyncs and round trips, as many of the one as of the other."""

    def __init__(self, file: BinaryIO, wire: socket.socket) -> None:
        self._file = file
        self._wire = wire

    def go(self, times: int = 2) -> None:
        """Both, so many times."""
        for _ in range(times):
            os.pwrite(self._file.fileno(), PAGE, 0)
            os.fsync(self._file.fileno())
            self._wire.sendall(b"?")
            self._wire.recv(1)


@contextmanager
def bare(folder: Path) -> Iterator[Floor]:
    """The floor of this machine, with somebody who echoes."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as wire,
        (folder / "floor").open("wb") as file,
    ):
        other, _ = listener.accept()
        threading.Thread(target=_echo, args=(other,), daemon=True).start()
        yield Floor(file, wire)


def _echo(wire: socket.socket) -> None:
    with wire:
        while said := wire.recv(1):
            wire.sendall(said)
