"""The commands that let people in, and the real server answering with its pages."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

import main
from server.app import ServerSettings, create_app
from services.clock import FixedClock
from tests.board.app import served, sign_in, visitor
from tests.board.city import NOW
from tests.board.conftest import PASSWORD


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("MOTCUA_PASSWORD", PASSWORD)

    assert main.main(["--home", str(tmp_path), "city", "office", "add", "00004"]) == 0
    capsys.readouterr()

    def command(*words: str) -> tuple[int, dict]:
        code = main.main(["--home", str(tmp_path), *words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


def test_operators_are_added_listed_and_removed(run):
    code, made = run("city", "operator", "add", "binh", "--name", "Lê Bình", "--office", "00004",
                     "--right", "personal", "--token")  # fmt: skip
    assert code == 0 and made["rights"] == ["personal", "view"] and len(made["token"]) == 64
    code, listed = run("city", "operator", "list")
    assert listed["operators"] == [
        {"login": "binh", "name": "Lê Bình", "offices": "00004", "rights": "personal,view"}
    ]
    assert run("city", "operator", "remove", "binh") == (0, {"removed": True})
    assert run("city", "operator", "list")[1] == {"operators": []}
    assert run("city", "operator", "remove", "khongco") == (1, {"removed": False})
    assert run("city", "operator", "add", "binh")[0] == 0, "the same person may come back"


def test_a_weak_password_is_refused(run, monkeypatch):
    monkeypatch.setenv("MOTCUA_PASSWORD", "123456")
    code, told = run("city", "operator", "add", "binh")
    assert code != 0 and told["error"]["code"] == "KHO-31"


def test_the_server_of_the_city_answers_with_the_pages(run, tmp_path: Path):
    assert run("city", "operator", "add", "binh")[0] == 0
    settings = ServerSettings(f"sqlite:///{tmp_path / 'city.db'}", tmp_path)
    app = create_app(settings, clock=FixedClock(NOW))
    with served(app, lifespan="on") as url, visitor(url) as client:
        assert client.get("/tra-cuu").status_code == 200
        assert client.get("/web/board.css").headers["content-type"].startswith("text/css")
        assert client.get("/web/../app.py").status_code == 404
        assert sign_in(client, "binh", PASSWORD).status_code == 303
        until = time.monotonic() + 60
        while "00004" not in client.get("/board").text:
            assert time.monotonic() < until
        assert client.get("/board/office/00004").status_code == 200
        described = client.get("/openapi.json").json()["paths"]
        assert "/board/api/v1/offices" in described and "/tra-cuu" not in described
