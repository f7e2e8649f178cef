"""The command line of the catalogue: JSON for machines, exit codes, versions kept."""

import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

import main
from models.staff import Role, Staff
from services.administration import import_catalogue, use_catalogue_of_today
from services.assembly import Account, create_office, open_office
from services.catalogue.bundle import load_bundle
from services.catalogue.importing import apply, preview, read_list
from services.catalogue.stored import stored_bundles
from services.clock import VIETNAM, FixedClock, SystemClock
from services.office_file import Mode
from services.training.office import TRAINING_KDF

GOOD = "code,name,limit_text\n1.001193,Thủ tục đăng ký khai sinh,2 ngày làm việc\n9.000001,Tên,\n"
BAD = GOOD + "9.000002,Tên,-1 ngày\n"


TODAY = SystemClock().now().date()
AS_ADMIN = ("--user", "quantri")


@pytest.fixture
def office(monkeypatch):
    """An office in the home folder with an administrator and an officer."""
    people = (
        Staff("s1", "quantri", "Đặng Hải Yến", frozenset({Role.BUSINESS_ADMIN})),
        Staff("s2", "thuly", "Lê Minh Đức", frozenset({Role.OFFICER})),
    )
    opened = create_office(
        Path("home").resolve(),
        mode=Mode.TRAINING,
        unit=load_bundle().units[0],
        accounts=tuple(Account(person, "motcua") for person in people),
        kdf=TRAINING_KDF,
    )
    opened.close()
    monkeypatch.setenv("MOTCUA_PASSWORD", "motcua")


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


def test_an_import_is_kept_and_the_next_command_sees_it(capsys, office):
    code, data = ran(capsys, "import", "bad.csv", "--skip-errors", *AS_ADMIN)
    assert code == 0 and len(data["skipped"]) == 1
    assert ran(capsys, "import", "good.csv", "--dry-run", *AS_ADMIN)[1]["unchanged"] == 2
    shown = ran(capsys, "show", *AS_ADMIN)[1]
    assert (shown["digest"], shown["loaded"]) == (data["stored"]["digest"], 483)


def test_of_two_imports_of_one_day_the_second_counts(capsys, office):
    first = ran(capsys, "import", "good.csv", *AS_ADMIN)[1]["stored"]["version"]
    Path("good.csv").write_text(GOOD.replace("2 ngày", "3 ngày"), encoding="utf-8")
    second = ran(capsys, "import", "good.csv", *AS_ADMIN)[1]["stored"]["version"]
    assert first.endswith(".01") and second.endswith(".02")
    assert ran(capsys, "show", *AS_ADMIN)[1]["version"] == second


def test_a_version_for_later_is_not_used_yet(capsys, office):
    code, data = ran(capsys, "import", "good.csv", "--from", "01/01/2999", *AS_ADMIN)
    assert code == 0 and data["stored"]["version"] == "2999-01-01.01"
    assert ran(capsys, "show", *AS_ADMIN)[1]["version"] == load_bundle().version


def test_only_the_business_administrator_imports(capsys, office):
    code, data = ran(capsys, "import", "good.csv", "--user", "thuly")
    assert code == 1 and data["error"]["code"].startswith("TK")
    assert ran(capsys, "show", *AS_ADMIN)[1]["version"] == load_bundle().version


def test_foreseeable_faults_are_sentences(capsys, office, monkeypatch):
    for words, wanted in (
        (["import", "none.csv", *AS_ADMIN], "DM-05"),
        (["import", "good.csv", "--from", "mai", *AS_ADMIN], "DM-32"),
    ):
        code, data = ran(capsys, *words)
        assert code == 1 and data["error"]["code"] == wanted
    monkeypatch.delenv("MOTCUA_PASSWORD")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert ran(capsys, "show", *AS_ADMIN)[1]["error"]["code"] == "DL-03"


def test_text_for_people_names_the_row(capsys):
    assert main.main(["catalogue", "import", "bad.csv", "--dry-run"]) == 1
    out = capsys.readouterr().out
    assert "Dòng 4, cột Thời hạn giải quyết:" in out and "[DM-15]" in out
    assert main.main(["--lang", "en", "catalogue", "show"]) == 0
    assert "Loaded 482 of 559 procedures" in capsys.readouterr().out


def test_an_import_is_an_event_and_waits_for_its_day_in_the_open_office(office):
    opened = open_office(Path("home").resolve(), "quantri", "motcua")
    try:
        core = opened.core
        plan = preview(core.catalogue.bundle, read_list(Path("good.csv")), day=date(2026, 11, 21))
        for start, used in ((date(2999, 1, 1), load_bundle().version), (TODAY, "now")):
            bundle = apply(plan, start, version="now" if start == TODAY else "later")
            import_catalogue(core, opened.who, bundle, source="good.csv", counts=(1, 1, 475))
            assert core.catalogue.bundle.version == used
        with core.store.read() as conn:
            events = conn.exec_driver_sql("SELECT t FROM ev WHERE t = 'catalogue.imported'").all()
            assert [bundle.version for bundle in stored_bundles(conn)] == ["later", "now"]
        assert len(events) == 2
        old = apply(plan, TODAY - timedelta(days=1), version="old")
        import_catalogue(core, opened.who, old, source="good.csv", counts=(0, 0, 0))
        assert core.catalogue.bundle.version == "now"
        assert not use_catalogue_of_today(core)
        core.clock = FixedClock(datetime(2999, 1, 1, 0, 1, tzinfo=VIETNAM))
        assert use_catalogue_of_today(core) and core.catalogue.bundle.version == "later"
    finally:
        opened.close()
