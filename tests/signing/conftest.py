"""One office with its keys for all signing tests: making keys costs time."""

from __future__ import annotations

import pytest

from tests.signing.laboratory import issued, make_authority, make_office


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    return make_office(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def stranger():
    """An authority with our root's name but another key."""
    return make_authority()


@pytest.fixture(scope="session")
def document(office):
    """A finished document, signed by leader and seal."""
    return issued(office)
