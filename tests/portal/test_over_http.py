"""A portal against a running city of two workers: key, repeats, refusals, nothing secret logged."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

import main
from services.clock import SystemClock
from tests.portal.test_submitting import GOOD
from tests.server.conftest import TEMPLATE, fill
from tests.support.city import OFFICE
from tests.support.running_city import Server, serving

PATH = "/portal/v1/submissions"


def ask(server: Server, token: str, said: object = None, *, path: str = PATH):
    """A POST with a body, a GET without, as (status, headers, JSON)."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        body = said if isinstance(said, bytes | None) else json.dumps(said).encode()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request("POST" if body is not None else "GET", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


def application(number: int = 1) -> dict[str, object]:
    """An application handed in now."""
    return GOOD | {
        "external_id": f"E-{number}", "code": f"H26.00004-261116-{number:04}",
        "submitted_at": SystemClock().now().isoformat(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory, postgres_cluster):
    postgres_cluster.template(TEMPLATE, fill)
    home = tmp_path_factory.mktemp("portal") / "home"
    with (
        postgres_cluster.database(template=TEMPLATE) as name,
        serving(postgres_cluster.url(name), home, workers=2) as running,
    ):
        yield running


@pytest.fixture
def token(server, capsys) -> str:
    words = ["--db", server.db, "--home", str(server.home), "--json"]
    assert main.main(["city", "portal", "add", "DVCQG", *words]) == 0
    return json.loads(capsys.readouterr().out)["token"]


def test_one_application_sent_by_many_is_one_answer(server, token):
    said = application(1)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: ask(server, token, said), range(16)))
    assert {status for status, _, _ in answers} == {200}
    assert len({json.dumps(answer, sort_keys=True) for _, _, answer in answers}) == 1
    submission = answers[0][2]
    assert (submission["status"], submission["office"]) == (1, OFFICE)
    status, _, state = ask(server, token, path=f"{PATH}/{submission['id']}")
    assert (status, state["status"], state["code"]) == (200, 1, said["code"])
    assert ask(server, token, said | {"request": "khác"})[0] == 409


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"office": "00001"}, 404, "MC-07"),
        ({"office": "4"}, 422, "MC-10"),
        ({"procedure": "X"}, 400, "TN-27"),
        ({"misspelt": "x"}, 422, "MC-10"),
        ({"submitted_at": "2026-11-16T08:00:00"}, 422, "MC-10"),
    ],
)
def test_a_wrong_one_is_told_with_a_code(server, token, change, status, code):
    got, _, answer = ask(server, token, application(2) | change)
    assert (got, answer["code"]) == (status, code)
    assert answer["what"] and answer["next_step"]


def test_unknown_places_and_broken_bodies(server, token):
    assert ask(server, token, b"{")[0] == 422
    assert ask(server, token, b"\xff\x00")[0] == 422
    nobody = "01a20051-3e9d-76a6-b775-8e841970d9b7"
    assert ask(server, token, path=f"{PATH}/{nobody}")[2]["code"] == "TN-23"
    assert ask(server, token, path=f"{PATH}/%00")[0] == 422


def test_without_the_key_nothing_is_read(server, token, capsys):
    for wrong in ("", "x", token[:-1], token.upper()):
        status, _, answer = ask(server, wrong, application(3))
        assert (status, answer["code"]) == (401, "TN-21")
    words = ["--db", server.db, "--home", str(server.home), "--json"]
    assert main.main(["city", "portal", "list", *words]) == 0
    listed = json.loads(capsys.readouterr().out)["portals"]
    assert [each["portal"] for each in listed] == ["DVCQG"] and token not in str(listed)
    assert main.main(["city", "portal", "remove", "DVCQG", *words]) == 0
    assert ask(server, token, application(3))[0] == 401
    assert main.main(["city", "portal", "remove", "DVCQG", *words]) == 1


def test_a_flood_is_told_to_come_again(server, token):
    large = b" " * (27 << 20)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _n: ask(server, token, large), range(6)))
    told = [(headers, answer) for status, headers, answer in answers if status == 429]
    assert told and {status for status, _, _ in answers} <= {422, 429}
    for headers, answer in told:
        assert answer["code"] == "MC-11" and int(headers["Retry-After"]) > 0


def test_neither_key_nor_citizen_stands_in_the_log(server, token):
    ask(server, token, application(4))
    log = server.log.read_text("utf-8")
    assert token not in log and "Nguyệt" not in log and "001194012345" not in log
    assert any(line.get("portal") == "DVCQG" for line in server.lines())
