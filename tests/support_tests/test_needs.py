"""What is missing is told by its package: skipped for an ordinary user, a fault for root and CI."""

from __future__ import annotations

import os

import pytest

from tests.support.needs import find_program, get_program, miss_right

Failed, Skipped = pytest.fail.Exception, pytest.skip.Exception
KINDS = [("true", 1000, Failed), ("1", 0, Failed), ("", 1000, Skipped), ("", 0, Failed)]


@pytest.mark.parametrize(("ci", "user", "end"), KINDS)
def test_a_missing_program_names_its_package(monkeypatch, ci, user, end):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with pytest.raises(end, match="sudo apt-get install -y the-package"):
        get_program("no-such-program", package="the-package")


def test_a_right_that_root_lacks_in_a_container_is_no_fault_but_for_ci(monkeypatch):
    monkeypatch.setenv("CI", "")
    with pytest.raises(Skipped, match="not allowed"):
        miss_right("not allowed")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Failed, match="not allowed"):
        miss_right("not allowed")


def test_servers_are_found_where_the_path_of_a_user_does_not_lead(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("sh") is None
    (tmp_path / "server").write_text("", encoding="utf-8")
    (tmp_path / "server").chmod(0o755)
    monkeypatch.setattr("tests.support.needs.SYSTEM_FOLDERS", ("/nowhere", str(tmp_path)))
    monkeypatch.setenv("PATH", "/nowhere")
    assert find_program("server") == str(tmp_path / "server")
