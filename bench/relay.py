"""A relay on loopback that counts bytes, in a process of its own: what crossed the wire."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from typing import Any

BLOCK = 1 << 16


@dataclass(frozen=True)
class Relay:
    """Where it listens; what went to the server (`up`) and came back (`down`) so far."""

    port: int
    _counts: tuple[Synchronized[int], Synchronized[int]]

    @property
    def url(self) -> str:
        """Its address, without TLS: it never leaves this machine."""
        return f"http://127.0.0.1:{self.port}"

    def taken(self) -> tuple[int, int]:
        """Bytes up and down since the last look."""
        found = []
        for count in self._counts:
            with count.get_lock():
                found.append(count.value)
                count.value = 0
        return found[0], found[1]


@contextmanager
def relay(port: int) -> Iterator[Relay]:
    """A relay to a port of 127.0.0.1, for the block."""
    context = multiprocessing.get_context("spawn")
    counts = (context.Value("q", 0), context.Value("q", 0))
    here, there = context.Pipe()
    process = context.Process(target=_main, args=(port, *counts, there), daemon=True)
    process.start()
    try:
        yield Relay(here.recv(), counts)
    finally:
        process.terminate()
        process.join()
        here.close()


def _main(port: int, up: Any, down: Any, told: Connection) -> None:
    asyncio.run(_serve(port, up, down, told))


async def _serve(port: int, up: Any, down: Any, told: Connection) -> None:
    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_copy(reader, other[1], up), _copy(other[0], writer, down))

    server = await asyncio.start_server(joined, "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Any) -> None:
    """Until one side hangs up; then the other is told."""
    with suppress(OSError):
        while block := await reader.read(BLOCK):
            writer.write(block)
            with count.get_lock():
                count.value += len(block)
            await writer.drain()
    writer.close()
