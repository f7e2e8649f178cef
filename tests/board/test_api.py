"""JSON and CSV say what the pages say; the OpenAPI description is the one the answers keep."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from server.board.operators import new_token
from tests.board.app import make_app, visitor
from tests.board.scene import EVIL


@pytest.fixture
def asking(site):
    """A program with a key of its own."""
    key = new_token(site.city, "chixem", clock=site.clock)
    with visitor(site.url, authorization=f"Bearer {key}") as client:
        yield client


def test_the_offices_as_json(site, asking):
    answer = asking.get("/board/api/v1/offices").json()
    offices = {row["code"]: row for row in answer["offices"]}
    assert len(offices) == 126 and "766" in answer["definition"]
    main = offices[site.codes["main"]]
    assert main["received"] > 20 and main["backlog"] > 20 and 0 < main["on_time_rate"] < 1
    assert main["done_on_time"] <= main["done"]
    total = main["done"] + main["backlog"]
    on_time = main["done_on_time"] + main["backlog"] - main["overdue"]
    assert main["on_time_rate"] == pytest.approx(on_time / total)
    kinds = {
        name: {a["kind"] for a in offices[code]["alarms"]} for name, code in site.codes.items()
    }
    for name, kind in (("silent", "silent"), ("drift", "drift"), ("queue", "queue"), ("gap", "gap"),
                       ("fork", "fork"), ("never", "never"), ("refused", "refused")):  # fmt: skip
        assert kinds[name] == {kind}
    assert kinds["main"] == set() and kinds["revoked"] == set()
    assert offices[site.codes["queue"]]["unsent"] == 412
    states = {name: offices[code]["state"] for name, code in site.codes.items()}
    assert states | {"never": "never", "revoked": "fine", "gap": "grave"} == states
    assert offices[site.codes["revoked"]]["revoked_devices"] == 1
    assert offices[site.codes["drift"]]["clock_offset_ms"] == -11 * 60_000


def test_one_office_as_json(site, asking):
    page = asking.get(f"/board/api/v1/offices/{site.codes['main']}").json()
    assert len(page["days"]) == 14 and sum(day["received"] for day in page["days"]) > 0
    late = sum(p["up_to_1_day"] + p["up_to_3_days"] + p["up_to_10_days"] + p["more"]
               for p in page["overdue"])  # fmt: skip
    assert late == page["office"]["overdue"] > 0
    assert page["books"][0]["series"] == "GXN" and page["books"][0]["missing"] == 0
    gap = asking.get(f"/board/api/v1/offices/{site.codes['gap']}").json()
    assert gap["books"][0]["missing_numbers"] == "3, 4"
    missing = asking.get("/board/api/v1/offices/99999")
    assert missing.status_code == 404 and missing.json()["code"] == "MC-68"


def test_the_same_as_csv_for_a_spreadsheet(site, asking):
    answer = asking.get("/board/offices.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith("\ufeff".encode())
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == 127 and all(len(line) == len(lines[0]) for line in lines)
    offices = {row["code"]: row for row in asking.get("/board/api/v1/offices").json()["offices"]}
    for line in lines[1:]:
        assert line[8] == str(offices[line[0]]["received"])
    told = asking.get("/board/alarms.csv").content.decode("utf-8-sig")
    alarms = list(csv.reader(io.StringIO(told)))
    assert len(alarms) - 1 == len(asking.get("/board/api/v1/alarms").json()["alarms"]) == 9


def test_a_cell_that_looks_like_a_formula_is_text(site):
    from server.board.api import _cell

    assert [_cell(value) for value in ("=1+1", "@x", "-2", "+", "Phường", -2, None)] == [
        "'=1+1", "'@x", "'-2", "'+", "Phường", -2, "",
    ]  # fmt: skip


def test_names_of_pcs_are_data(site, asking):
    alarms = asking.get("/board/api/v1/alarms").json()["alarms"]
    assert any(alarm["subject"] == EVIL for alarm in alarms)


def test_english_on_request(site, asking):
    answer = asking.get("/board/api/v1/alarms", params={"lang": "en"}).json()
    assert any("has been in touch" in alarm["what"] for alarm in answer["alarms"])


def test_a_key_is_needed_and_a_wrong_one_is_refused(site):
    with visitor(site.url, authorization="Bearer " + "0" * 64) as client:
        assert client.get("/board/api/v1/offices").status_code == 401


def test_the_api_is_described(site):
    described = make_app(site.city, site.clock).openapi()
    paths = set(described["paths"])
    assert paths == {
        "/board/api/v1/offices", "/board/api/v1/offices/{code}", "/board/api/v1/alarms",
        "/board/offices.csv", "/board/alarms.csv",
    }  # fmt: skip
    guide = (Path(__file__).parents[2] / "docs" / "board.md").read_text("utf-8")
    for path in paths:
        assert path in guide, path
    for name in described["components"]["schemas"]["OfficeOut"]["properties"]:
        assert f"`{name}`" in guide, name
