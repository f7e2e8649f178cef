"""The command line of the catalogue: JSON for machines, exit codes, versions kept."""

import json
from pathlib import Path

import pytest

import main
from models.errors import ForeignError, MachineError
from services.catalogue.bundle import load_bundle
from services.catalogue.shelf import next_version, save_bundle, stored_bundles

GOOD = "code,name,limit_text\n1.001193,Thủ tục đăng ký khai sinh,2 ngày làm việc\n9.000001,Tên,\n"
BAD = GOOD + "9.000002,Tên,-1 ngày\n"


def ran(capsys, *words: str) -> tuple[int, dict]:
    code = main.main(["--home", str(Path("home").resolve()), "catalogue", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.csv").write_text(GOOD, encoding="utf-8")
    Path("bad.csv").write_text(BAD, encoding="utf-8")


def test_a_dry_run_says_what_would_change_and_writes_nothing(capsys):
    code, data = ran(capsys, "import", "good.csv", "--dry-run")
    assert code == 0
    assert data["added"] == [{"code": "9.000001", "name": "Tên"}]
    assert [change["code"] for change in data["changed"]] == ["1.001193"]
    assert {"field": "limit_value", "old": "1", "new": "2"} in data["changed"][0]["fields"]
    assert data["errors"] == [] and len(data["missing"]) == 475
    assert not Path("home").exists()


def test_wrong_rows_end_with_exit_code_one_and_nothing_stored(capsys):
    for words in (["--dry-run"], []):
        code, data = ran(capsys, "import", "bad.csv", *words)
        assert code == 1
        assert [(e["row"], e["column"], e["code"]) for e in data["errors"]] == [
            (4, "limit_text", "DM-15")
        ]
    assert not Path("home").exists()


def test_an_import_is_kept_and_the_next_command_sees_it(capsys):
    code, data = ran(capsys, "import", "bad.csv", "--skip-errors")
    assert code == 0 and len(data["skipped"]) == 1
    assert ran(capsys, "import", "good.csv", "--dry-run")[1]["unchanged"] == 2
    shown = ran(capsys, "show")[1]
    assert (shown["digest"], shown["loaded"]) == (data["stored"]["digest"], 483)


def test_of_two_imports_of_one_day_the_second_counts(capsys):
    first = ran(capsys, "import", "good.csv")[1]["stored"]["version"]
    Path("good.csv").write_text(GOOD.replace("2 ngày", "3 ngày"), encoding="utf-8")
    second = ran(capsys, "import", "good.csv")[1]["stored"]["version"]
    assert first.endswith(".01") and second.endswith(".02")
    assert ran(capsys, "show")[1]["version"] == second


def test_a_version_for_later_is_not_used_yet(capsys):
    ran(capsys, "import", "good.csv", "--from", "01/01/2999")
    assert ran(capsys, "show")[1]["version"] == load_bundle().version


def test_foreseeable_faults_are_sentences(capsys):
    for words, wanted in (
        (["import", "none.csv"], "DM-05"),
        (["import", "good.csv", "--from", "mai"], "DM-32"),
    ):
        code, data = ran(capsys, *words)
        assert code == 1 and data["error"]["code"] == wanted


def test_text_for_people_names_the_row(capsys):
    assert main.main(["catalogue", "import", "bad.csv", "--dry-run"]) == 1
    out = capsys.readouterr().out
    assert "Dòng 4, cột Thời hạn giải quyết:" in out and "[DM-15]" in out
    assert main.main(["--lang", "en", "catalogue", "show"]) == 0
    assert "Loaded 482 of 559 procedures" in capsys.readouterr().out


def test_a_stored_version_that_was_changed_is_refused(tmp_path):
    path = save_bundle(tmp_path / "kept", load_bundle())
    assert save_bundle(tmp_path / "kept", load_bundle()) == path
    assert stored_bundles(tmp_path / "kept") == (load_bundle(),)
    assert next_version(stored_bundles(tmp_path / "kept"), load_bundle().effective_from).endswith(
        ".02"
    )
    path.write_bytes(path.read_bytes().replace(b"1.001193", b"1.001194"))
    with pytest.raises(ForeignError):
        stored_bundles(tmp_path / "kept")


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "kept").write_text("a file in the way")
    with pytest.raises(MachineError) as caught:
        save_bundle(tmp_path / "kept", load_bundle())
    assert caught.value.code == "DM-30"
