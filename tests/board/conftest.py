"""What the board's tests share: a training office made once, cities of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.board.operators import RIGHTS, Operator, add_operator
from server.store.unit import CityDatabase
from services.assembly import OpenOffice
from services.clock import FixedClock
from services.store.wraps import Kdf
from tests.board.app import make_app, served
from tests.board.city import NOW, filled_office, open_city, refresh_all
from tests.board.scene import EVIL, dress
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


@dataclass
class Site:
    """A served city: its address, database, clock, and the offices of the scene."""

    url: str
    city: CityDatabase
    clock: FixedClock
    codes: dict[str, str]


PASSWORD = "rừng xanh núi đỏ 9"
FAST = Kdf(8 * 1024, 1, 1)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, dinh_cong: OpenOffice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The dressed city with three operators: the whole city, one ward, and looking only."""
    home = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            cluster = request.getfixturevalue("postgres_cluster")
            cluster.template(TEMPLATE, _fill)
            url = cluster.url(stack.enter_context(cluster.database(template=TEMPLATE)))
        city = open_city(home, url)
        stack.callback(city.close)
        clock = FixedClock(NOW)
        codes = dress(city, dinh_cong)
        refresh_all(city)
        people = (
            Operator("theodoi", "Nguyễn Thị Theo Dõi", None, frozenset(RIGHTS)),
            Operator("badinh", "Lê Văn Ba", frozenset({codes["silent"]}), frozenset({"view"})),
            Operator("chixem", EVIL, None, frozenset({"view"})),
        )
        for person in people:
            add_operator(city, person, PASSWORD, clock=clock, kdf=FAST)
        address = stack.enter_context(served(make_app(city, clock)))
        yield Site(address, city, clock, codes)
