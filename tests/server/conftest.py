"""What the server's tests share: databases of both kinds, ready to use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.opening import open_database
from server.store.unit import CityDatabase
from tests.support.city import City, make_city
from tests.support.postgres import Cluster

TEMPLATE = "city_template"


def fill(url: str) -> None:
    open_database(url, home=Path("unused")).close()


@pytest.fixture
def city_url(postgres_cluster: Cluster) -> Iterator[str]:
    """A fresh PostgreSQL database with the city's tables, as its owner."""
    postgres_cluster.template(TEMPLATE, fill)
    with postgres_cluster.database(template=TEMPLATE) as name:
        yield postgres_cluster.url(name)


@pytest.fixture
def postgres_city(city_url: str, tmp_path: Path) -> Iterator[CityDatabase]:
    """The same, opened."""
    database = open_database(city_url, home=tmp_path)
    yield database
    database.close()


@pytest.fixture
def sqlite_city(tmp_path: Path) -> Iterator[CityDatabase]:
    """The embedded database of a trial."""
    database = open_database(f"sqlite:///{tmp_path / 'city.db'}", home=tmp_path)
    yield database
    database.close()


@pytest.fixture(params=["postgresql", "sqlite"])
def database(request: pytest.FixtureRequest) -> CityDatabase:
    """Both kinds, one after the other."""
    return request.getfixturevalue(
        "postgres_city" if request.param == "postgresql" else "sqlite_city"
    )


@pytest.fixture
def city(database: CityDatabase, tmp_path: Path) -> City:
    """A city with two offices, on both kinds of database."""
    return make_city(database, tmp_path)
