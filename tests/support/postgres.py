"""A throwaway PostgreSQL for tests: the one of the bench; without the package as `needs` says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench import postgres
from bench.postgres import Cluster, find_binaries, free_port
from tests.support.needs import miss_package

__all__ = ["Cluster", "cluster", "free_port"]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server started for the block."""
    binaries = find_binaries() or miss_package("postgresql")
    with postgres.cluster(binaries) as server:
        yield server
