"""The API against generated requests, good and bad: no answer is a fault of the server."""

import http.client
import json
import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from server.context import opened_city
from server.portal.portals import add_portal
from tests.support.running_city import serving

EXAMPLES = int(os.environ.get("MOTCUA_API_EXAMPLES", "10"))
"""Requests per question and kind; more with the variable."""
SETTINGS = settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/x-mot-cua")
def _sync_body(_context, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory, postgres_cluster):
    from tests.server.conftest import TEMPLATE, fill

    postgres_cluster.template(TEMPLATE, fill)
    home = tmp_path_factory.mktemp("api") / "home"
    with (
        postgres_cluster.database(template=TEMPLATE) as name,
        serving(postgres_cluster.url(name), home) as running,
        opened_city(running.db, running.home) as city,
    ):
        token = add_portal(city.journal, "DVCQG")
        yield running, {"Authorization": f"Bearer {token}"}


def ask(seen, case, headers):
    response = case.call(headers=headers)
    seen[case.operation.label] += 1
    if response.status_code == 503:
        assert response.headers.get("Retry-After")
    else:
        case.validate_response(response, checks=(not_a_server_error,))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_generated_request_finds_a_fault_of_the_server(server, mode):
    server, headers = server
    api = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    seen: Counter[str] = Counter()
    for found in api.get_all_operations():
        generated = found.ok().as_strategy(generation_mode=mode)
        try:
            SETTINGS(given(generated)(lambda case: ask(seen, case, headers)))()
        except Unsatisfiable:
            continue  # a question without fields cannot be asked wrongly
    assert {"POST /enrol", "GET /tree/inclusion", "GET /tree/consistency"} <= set(seen), seen
    assert seen["POST /portal/v1/submissions"]
    if mode is GenerationMode.POSITIVE:  # to sync any bytes are a body
        assert seen["POST /sync/v1/{question}"]


def test_the_description_is_complete_and_its_page_loads_nothing(server):
    server, _ = server
    status, described = server.get("/openapi.json")
    assert status == 200
    paths = set(described["paths"])
    assert {"/enrol", "/health", "/ready", "/sync/v1/{question}", "/tree/inclusion"} <= paths
    for path, methods in described["paths"].items():
        for method, about in methods.items():
            assert about.get("description"), (method, path)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/docs")
    page = connection.getresponse().read().decode()
    connection.close()
    assert "POST /enrol" in page
    assert "http://" not in page and "https://" not in page and "<script" not in page
    assert "src=" not in page and "<link" not in page
