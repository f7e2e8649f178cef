"""The commands `city …` and `serve city` as IT types them: JSON, exit codes, wrong words."""

import json
import os
import socket
import subprocess
import sys

import pytest

from main import main
from models.errors import MachineError
from models.events.roster import DeviceAdmitted, roster_stream
from server.context import opened_city
from server.store.opening import open_standing
from tests.support.city import OFFICE, Pen


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path / "home"))

    def command(*words):
        code = main([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


def test_from_an_office_to_a_revoked_device(run, tmp_path):
    assert run("city", "office", "add", OFFICE)[0] == 0
    code, told = run("city", "office", "list")
    assert told["offices"] == [{"office": OFFICE, "name": "Phường Ba Đình", "devices": 0}]
    code, issued = run("city", "code", "issue", "--office", OFFICE, "--server", "https://x")
    assert code == 0 and issued["code"].startswith(f"{OFFICE}-")
    assert issued["qr"].startswith(f"motcua-enrol:1:{issued['code']}:{issued['city_key']}:")
    pen, home = Pen(), tmp_path / "home"
    with opened_city(f"sqlite:///{home / 'city.db'}", home) as city:
        from server.enrolment import NewDevice, enrol

        enrol(city.journal, issued["code"], NewDevice(pen.log, pen.public_key, 1, "PC 1"))
        pen.write("a", "b")
        city.store(OFFICE).take(pen.run())
    code, devices = run("city", "device", "list")
    assert devices["devices"][0]["held"] == 2 and devices["devices"][0]["state"] == "admitted"
    short = pen.log.hex()[:10]
    assert run("city", "revoke", "--device", short, "--after", "9")[0] == 1
    code, told = run("city", "revoke", "--device", short, "--after", "1", "--reason", "mất")
    assert (code, told["after"], told["void"]) == (0, 1, 1)
    assert run("city", "device", "list")[1]["devices"][0]["state"] == "revoked"
    code, told = run("city", "verify")
    assert (code, told["verified"], told["events"]) == (0, True, 5)
    assert run("city", "migrate")[0] == 0


def test_all_offices_of_the_catalogue(run):
    code, told = run("city", "office", "add", "all")
    assert code == 0 and len(told["offices"]) == len(told["added"]) == 126
    code, told = run("city", "office", "add", OFFICE, "--name", "Ba Đình mới")
    assert (code, told["added"], told["renamed"]) == (0, [], [OFFICE])
    code, told = run("city", "office", "add", "all")
    assert (code, told["added"], told["renamed"]) == (0, [], []), "and keeps its name"
    names = {each["office"]: each["name"] for each in run("city", "office", "list")[1]["offices"]}
    assert names[OFFICE] == "Ba Đình mới"


def test_an_empty_list_is_a_sentence_and_a_full_one_has_a_heading(run, tmp_path, capsys):
    assert run("city", "office", "add", OFFICE)[0] == 0
    empty = (("device", "list"), ("bundle", "list"), ("operator", "list"), ("portal", "list"))
    for words in empty:
        assert main(["city", *words]) == 0
        assert capsys.readouterr().out.strip().endswith("."), words
    with opened_city(f"sqlite:///{tmp_path / 'home' / 'city.db'}", tmp_path / "home") as city:
        pen = Pen()
        said = DeviceAdmitted(pen.log, pen.public_key, 1, 0, "PC 1")
        city.journal.append(OFFICE, [(roster_stream(OFFICE), said)])
    assert main(["city", "device", "list"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.startswith("Cơ quan") and "máy chính thức" in row and "admitted" not in row


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_wrong_day_is_told_in_words(lang, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--lang", lang, "city", "bundle", "catalogue", "x.csv", "--from", "31/12/2026"])
    told = capsys.readouterr().err
    assert ended.value.code == 3 and "2026-12-31" in told and "fromisoformat" not in told
    assert ("is not a day" in told) == (lang == "en")


def test_help_names_what_every_command_takes(capsys):
    with pytest.raises(SystemExit):
        main(["city", "office", "add", "--help"])
    told = capsys.readouterr().out
    assert "--home DIR" in told and "--json" in told and "--lang" in told


def test_a_port_that_is_taken_is_told(run):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        place = f"127.0.0.1:{other.getsockname()[1]}"
        code, told = run("serve", "city", "--listen", place)
    assert (code, told["error"]["code"]) == (2, "MC-24") and place in told["error"]["what"]


REASONS = [
    ("postgresql+psycopg://motcua_app:wrong@127.0.0.1:{port}/{name}", "MC-14"),
    ("postgresql+psycopg://nobody_here@127.0.0.1:{port}/{name}", "MC-14"),
    ("postgresql+psycopg://motcua_owner@127.0.0.1:{port}/nowhere", "MC-15"),
    ("postgresql+psycopg://motcua_owner@127.0.0.1:1/{name}", "MC-16"),
]


def test_the_installer_hears_why_the_database_lets_nobody_in(run, postgres_cluster, city_url):
    name = city_url.rpartition("/")[2]
    postgres_cluster.run_sql("ALTER ROLE motcua_app NOLOGIN")
    for url, wanted in REASONS:
        given = url.format(port=postgres_cluster.port, name=name)
        for words in (("city", "device", "list"), ("serve", "city")):
            code, told = run(*words, "--db", given)
            assert (code, told["error"]["code"]) == (2, wanted), told
            assert "wrong" not in told["error"]["what"], "no password"
            reason = told["error"]["what"].partition(": ")[2]
            assert len(reason) > 10, "PostgreSQL's own words"


def test_an_installed_database_without_a_city_is_told_too(run, city_url, tmp_path):
    code, told = run("city", "device", "list", "--db", city_url)
    assert (code, told["error"]["code"]) == (2, "MC-08")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("words", "code", "trouble"),
    [
        (("city", "office", "add", "99999"), 1, "DM-02"),
        (("city", "code", "issue", "--office", "99999"), 1, "MC-07"),
        (("city", "code", "issue", "--office", OFFICE, "--minutes", "0"), 3, "DL-40"),
        (("city", "code", "issue", "--office", OFFICE, "--server", "not a url"), 3, "DL-49"),
        (("city", "code", "issue", "--office", OFFICE, "--server", "http://x.vn"), 3, "DL-49"),
        (("city", "office", "add", OFFICE, "--name", "x" * 5000), 3, "DL-48"),
        (("city", "verify", "--office", "99999"), 1, "MC-07"),
        (("city", "blobs", "check", "--office", "99999"), 1, "MC-07"),
        (("city", "operator", "add", "binh", "--office", "99999"), 1, "MC-07"),
        (("city", "revoke", "--device", "zz", "--after", "1"), 1, "MC-30"),
        (("city", "office", "list", "--db", "mysql://x"), 3, "MC-05"),
        (("city", "office", "list", "--db", "postgresql+psycopg://a@127.0.0.1:1/x"), 2, "MC-16"),
        (("city", "office", "list", "--db", ""), 3, "MC-05"),
        (("serve", "city", "--db", ""), 3, "MC-05"),
        (("serve", "city", "--db", "sqlite:////nonexistent/x.db"), 3, "MC-19"),
        (("serve", "city", "--listen", "nowhere"), 3, "DL-41"),
        (("serve", "city", "--workers", "2"), 3, "DL-42"),
    ],
)
def test_wrong_words_are_told(run, words, code, trouble, monkeypatch):
    monkeypatch.setenv("MOTCUA_PASSWORD", "one two three four")
    assert run("city", "office", "add", OFFICE)[0] == 0
    found, told = run(*words)
    assert (found, told["error"]["code"]) == (code, trouble)
    assert told["error"]["what"] and told["error"]["next"]


def test_another_citys_key_is_refused(run, tmp_path):
    run("city", "office", "add", OFFICE)
    (tmp_path / "home" / "keys" / "city.key").write_bytes(bytes(32))
    code, told = run("city", "office", "list")
    assert (code, told["error"]["code"]) == (2, "MC-06")


def test_a_pc_let_in_by_its_office_is_confirmed_once_and_never_after_revocation(run, tmp_path):
    assert run("city", "office", "add", OFFICE)[0] == 0
    first, second, home = Pen(), Pen(seed=b"\2" * 32), tmp_path / "home"
    with opened_city(f"sqlite:///{home / 'city.db'}", home) as city:
        stream = roster_stream(OFFICE)
        said = DeviceAdmitted(first.log, first.public_key, 1, 0, "PC 1")
        city.journal.append(OFFICE, [(stream, said)])
        first.write(
            DeviceAdmitted(second.log, second.public_key, 1, 3, "PC 2", provisional=True),
            stream=stream,
        )
        city.store(OFFICE).take(first.run())
    short = second.log.hex()[:10]

    def state() -> str:
        rows = run("city", "device", "list")[1]["devices"]
        return next(r["state"] for r in rows if r["device"] == second.log.hex())

    assert state() == "provisional"
    assert run("city", "device", "confirm", short)[0] == 0
    assert state() == "admitted"
    assert run("city", "device", "confirm", short)[0] == 0
    code, told = run("city", "hub-order", "--office", OFFICE, short)
    assert (code, told["order"]) == (0, [second.log.hex(), first.log.hex()])
    run("city", "revoke", "--device", short, "--after", "0", "--reason", "mất")
    assert run("city", "hub-order", "--office", OFFICE, short)[1]["error"]["code"] == "MC-33"
    code, told = run("city", "device", "confirm", short)
    assert code == 1 and told["error"]["code"] == "MC-32"


ON_A_CITY = [
    ("city", "office", "list"), ("city", "code", "issue", "--office", OFFICE),
    ("city", "device", "list"), ("city", "verify"), ("city", "bundle", "list"),
    ("city", "operator", "list"), ("city", "operator", "add", "binh"), ("city", "portal", "list"),
    ("city", "blobs", "check"), ("city", "migrate"), ("serve", "board"),
]  # fmt: skip


@pytest.mark.parametrize("words", ON_A_CITY, ids=" ".join)
def test_a_command_never_founds_a_city(run, tmp_path, words, monkeypatch):
    """A mistyped --home must not become a second city with a key nobody believes."""
    monkeypatch.setenv("MOTCUA_PASSWORD", "one two three four")
    code, told = run(*words)
    assert (code, told["error"]["code"]) == (2, "MC-08")
    assert str(tmp_path / "home") in told["error"]["what"]
    assert not (tmp_path / "home").exists()


def test_only_a_named_place_or_new_founds_a_city(run, tmp_path, monkeypatch):
    monkeypatch.delenv("MOTCUA_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert run("city", "office", "add", OFFICE)[1]["error"]["code"] == "MC-08"
    assert not (tmp_path / "data").exists()
    assert run("city", "office", "add", OFFICE, "--new")[0] == 0
    assert run("city", "office", "add", "00008")[0] == 0
    assert len(run("city", "office", "list")[1]["offices"]) == 2
    (tmp_path / "data" / "mot-cua" / "city.db").unlink()
    named = ("--home", str(tmp_path / "data" / "mot-cua"))
    assert run("city", "office", "add", OFFICE, *named)[1]["error"]["code"] == "MC-08"


def test_a_lost_key_is_told_and_no_other_takes_its_place(run, tmp_path):
    run("city", "office", "add", OFFICE)
    key = tmp_path / "home" / "keys" / "city.key"
    key.unlink()
    for words in (("city", "office", "list"), ("serve", "city")):
        code, told = run(*words)
        assert (code, told["error"]["code"]) == (2, "MC-09") and str(key) in told["error"]["what"]
        assert not key.exists()


def test_operators_stand_in_the_database_that_is_named(run, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTCUA_PASSWORD", "one two three four")
    elsewhere = tmp_path / "elsewhere.db"
    monkeypatch.setenv("MOTCUA_CITY_DB", f"sqlite:///{elsewhere}")
    assert run("city", "office", "add", OFFICE)[0] == 0
    assert run("city", "operator", "add", "binh")[0] == 0
    assert not (tmp_path / "home" / "city.db").exists() and elsewhere.exists()
    monkeypatch.delenv("MOTCUA_CITY_DB")
    named = ("--db", f"sqlite:///{elsewhere}")
    assert [o["login"] for o in run("city", "operator", "list", *named)[1]["operators"]] == ["binh"]
    assert run("city", "operator", "remove", "binh", *named) == (0, {"removed": True})


def test_whoever_reads_only_the_beginning_breaks_nothing(tmp_path):
    """`city office list --json | head -1` of 126 offices: quiet, with the answer's exit code."""
    home = ("--home", str(tmp_path))
    assert main(["city", "office", "add", "all", *home]) == 0
    command = [sys.executable, "main.py", "city", "office", "list", "--json", *home]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        told = process.stderr.read().decode()
    assert (process.returncode, told) == (0, "")


def test_seeds_that_are_no_range_are_told():
    command = [sys.executable, "-m", "bench.simulate", "--seeds"]
    for words in ("x", "3-", "5-3", "1-y"):
        done = subprocess.run([*command, words], capture_output=True, text=True)
        wrong = words != "3-"
        assert done.returncode == (2 if wrong else 0), words
        assert "Traceback" not in done.stderr


def test_a_folder_of_another_account_is_told(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root becomes another account")
    database = tmp_path / "home" / "city.db"
    database.parent.mkdir(mode=0o700)
    reader = os.fork()
    if not reader:
        os.seteuid(65534)
        try:
            open_standing(f"sqlite:///{database}", home=tmp_path)
        except MachineError as error:
            os._exit(0 if error.code == "MC-25" else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]) == 0
