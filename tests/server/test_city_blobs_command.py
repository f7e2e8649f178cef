"""The command that reads the city's attachments back: its words, its data, its exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import main
from models.events.intake import Noted
from models.intake import Attachment
from server.context import opened_city
from server.offices import add_office
from tests.server.test_blob_store import name_of, put
from tests.support.city import OFFICE


def check(home: Path, capsys) -> tuple[int, list[dict]]:
    code = main.main(["--home", str(home), "city", "blobs", "check", "--json"])
    return code, json.loads(capsys.readouterr().out)["offices"]


def test_check_says_what_is_whole_and_fails_when_something_is_not(tmp_path, capsys):
    data = os.urandom(2000)
    with opened_city(f"sqlite:///{tmp_path / 'city.db'}", tmp_path) as city:
        add_office(city.journal, OFFICE, name="Ba Đình")
        noted = Noted("x", (Attachment(name_of(data), "a.pdf", len(data)),))
        city.journal.append(OFFICE, [("dossier/d1", noted)])
    (row,) = check(tmp_path, capsys)[1]
    assert (row["good"], row["waiting"]) == (0, 1)
    with opened_city(f"sqlite:///{tmp_path / 'city.db'}", tmp_path) as city:
        assert put(city.shelf(OFFICE), data).whole
    code, (row,) = check(tmp_path, capsys)
    assert code == 0 and (row["good"], row["waiting"], row["damaged"]) == (1, 0, [])
    (file,) = (tmp_path / "blobs" / OFFICE).glob("??/*")
    file.write_bytes(file.read_bytes()[:-1])
    code, (row,) = check(tmp_path, capsys)
    assert code == 1 and row["damaged"] == [name_of(data)]
    assert main.main(["--home", str(tmp_path), "city", "office", "add", "all"]) == 0
    capsys.readouterr()
    assert main.main(["--home", str(tmp_path), "city", "blobs", "check"]) == 1
    head, bad, total = capsys.readouterr().out.splitlines()
    assert head.startswith(OFFICE) and name_of(data) in bad and total.startswith("126")


def test_sweep_takes_away_what_no_event_names(tmp_path, capsys):
    with opened_city(f"sqlite:///{tmp_path / 'city.db'}", tmp_path) as city:
        add_office(city.journal, OFFICE, name="Ba Đình")
        city.shelf(OFFICE).lay(b"left by a crash")
    (file,) = (tmp_path / "blobs" / OFFICE).glob("??/*")
    assert check(tmp_path, capsys)[1][0]["strays"] == [file.name]
    os.utime(file, (0, 0))
    words = ["--home", str(tmp_path), "city", "blobs", "check", "--sweep", "--json"]
    assert main.main(words) == 0
    assert json.loads(capsys.readouterr().out)["swept"] == 1
    assert not file.exists() and check(tmp_path, capsys)[1][0]["strays"] == []
