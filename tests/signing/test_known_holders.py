"""Whose key a file is, said without its password: only for the very file that was opened."""

from __future__ import annotations

from datetime import datetime

from services.clock import VIETNAM
from services.signing.keys import open_key
from services.signing.known import find_holder, remember_holder
from services.signing.training_pki import create_training_pki

NOW = datetime(2026, 11, 16, 8, 30, tzinfo=VIETNAM)
PEOPLE = [("staff-a", "Nguyễn Văn A", "Chủ tịch"), ("staff-b", "Trần Thị B", "Phó Chủ tịch")]


def test_a_holder_is_known_by_the_file_not_by_its_name(tmp_path):
    made = create_training_pki(
        tmp_path, unit_name="Phường Định Công", people=PEOPLE, now=NOW, password="motcua"
    )
    first, second = made.keys["staff-a"], made.keys["staff-b"]
    assert find_holder(tmp_path, first).name == "Nguyễn Văn A"
    first.write_bytes(second.read_bytes())
    assert find_holder(tmp_path, first).name == "Trần Thị B"
    first.write_bytes(b"something else")
    assert find_holder(tmp_path, first) is None
    assert find_holder(tmp_path, tmp_path / "nowhere.p12") is None


def test_opening_a_foreign_file_makes_it_known(tmp_path):
    made = create_training_pki(
        tmp_path / "there", unit_name="Phường Định Công", people=PEOPLE, now=NOW, password="motcua"
    )
    here = tmp_path / "here"
    path = made.keys["staff-a"]
    assert find_holder(here, path) is None
    remember_holder(here, path, open_key(path, "motcua", now=NOW).certificate)
    assert find_holder(here, path).identity == "staff-a"
    assert not any(b"PRIVATE" in file.read_bytes() for file in (here / "known").iterdir())
