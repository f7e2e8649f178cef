"""The commands `city …` and `serve city` as IT types them: JSON, exit codes, wrong words."""

import json

import pytest

from main import main
from models.events.roster import DeviceAdmitted, roster_stream
from server.context import opened_city
from tests.support.city import OFFICE, Pen


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path / "home"))

    def command(*words):
        code = main([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


def test_from_an_office_to_a_revoked_device(run, tmp_path):
    assert run("city", "office", "list") == (0, {"offices": []})
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
    assert code == 0 and len(told["offices"]) == 126


@pytest.mark.parametrize(
    ("words", "code", "trouble"),
    [
        (("city", "office", "add", "99999"), 1, "DM-02"),
        (("city", "code", "issue", "--office", "99999"), 1, "MC-07"),
        (("city", "code", "issue", "--office", OFFICE, "--minutes", "0"), 3, "DL-40"),
        (("city", "revoke", "--device", "zz", "--after", "1"), 1, "MC-30"),
        (("city", "office", "list", "--db", "mysql://x"), 1, "MC-05"),
        (("city", "office", "list", "--db", "postgresql+psycopg://a@127.0.0.1:1/x"), 2, "MC-04"),
        (("serve", "city", "--listen", "nowhere"), 3, "DL-41"),
        (("serve", "city", "--workers", "2"), 3, "DL-42"),
    ],
)
def test_wrong_words_are_told(run, words, code, trouble):
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
    run("city", "revoke", "--device", short, "--after", "0", "--reason", "mất")
    code, told = run("city", "device", "confirm", short)
    assert code == 1 and told["error"]["code"] == "MC-32"
