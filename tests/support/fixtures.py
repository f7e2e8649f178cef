"""Fixtures that start real servers: a test names one and gets it, the others cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver

    from tests.support.postgres import Cluster


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One PostgreSQL for all tests of this worker; started when the first one asks."""
    from tests.support.postgres import cluster

    with cluster() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The SQLAlchemy address of an empty database of this test, as its owner."""
    with postgres_cluster.database() as name:
        yield postgres_cluster.url(name)


@pytest.fixture
def browser() -> Iterator[WebDriver]:
    """A headless Chromium of this test, 1366x768, that reaches 127.0.0.1 and nothing else."""
    from tests.support.chromium import chromium

    with chromium() as driver:
        yield driver
