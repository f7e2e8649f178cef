"""What the board's tests share: a training office made once, cities of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.unit import CityDatabase
from services.assembly import OpenOffice
from tests.board.city import filled_office, open_city
from tests.support.postgres import Cluster

TEMPLATE = "board_template"


@pytest.fixture(scope="session")
def dinh_cong(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOffice]:
    """A training office with 60 dossiers in every state; nobody changes it."""
    made = filled_office(tmp_path_factory.mktemp("office"), "Định Công", 60)
    yield made
    made.close()


def _fill(url: str) -> None:
    open_city(Path("unused"), url).close()


@pytest.fixture
def postgres_city(postgres_cluster: Cluster, tmp_path: Path) -> Iterator[CityDatabase]:
    """An empty city on PostgreSQL."""
    postgres_cluster.template(TEMPLATE, _fill)
    with postgres_cluster.database(template=TEMPLATE) as name:
        database = open_city(tmp_path, postgres_cluster.url(name))
        yield database
        database.close()


@pytest.fixture
def sqlite_city(tmp_path: Path) -> Iterator[CityDatabase]:
    """An empty city in one file."""
    database = open_city(tmp_path)
    yield database
    database.close()


@pytest.fixture(params=["postgresql", "sqlite"])
def city(request: pytest.FixtureRequest) -> CityDatabase:
    """Both kinds, one after the other."""
    kind = "postgres_city" if request.param == "postgresql" else "sqlite_city"
    return request.getfixturevalue(kind)
