"""What each PC confirmed of the city's catalogue: not here, received, in use from its day."""

from __future__ import annotations

import json
from datetime import date, timedelta

import main
from models.events.roster import DeviceRevoked, roster_stream
from server.bundles import publish_catalogue
from server.confirmations import Stage, confirmed_at, stage_words
from server.contacts import note_held, note_hello
from server.context import opened_city
from services.catalogue.bundle import load_bundle
from services.clock import SystemClock
from services.sync.doubting import NOTHING_OF_IT
from services.sync.protocol import Hello, Suffixes
from tests.server.test_bundles import COUNTS, START, version
from tests.support.city import OFFICE, Pen
from tests.support.running_city import Client, serving

TODAY = date(2026, 11, 16)
LATER = TODAY + timedelta(days=15)


def told(city, pen, uses):
    """A HELLO of the pen that names the catalogue it uses."""
    said = Hello((1, 1), "0.1", pen.office, pen.log, pen.head(), b"", uses, 0)
    with city.database.write(pen.office) as tx:
        note_hello(tx, pen.office, said, city.journal.now_ms())


def pulled(city, pen, until=None):
    """A PULL of the pen that names the end of the city's log, or an earlier event of it."""
    log = city.key.log(pen.office)
    head = city.store().heads()[log]
    head = head if until is None else type(head)(until, b"x" * 32)
    with city.database.write(pen.office) as tx:
        note_held(tx, pen.office, pen.log, {log: head})


def stage(city, today=TODAY):
    with city.database.read(OFFICE) as tx:
        found = confirmed_at(tx, OFFICE, today)
    return {one.name: (one.stage, one.is_right, stage_words(one)) for one in found}


def test_received_and_in_use_are_told_apart(city):
    pen = Pen()
    city.admit(pen, name="PC 1")
    now, later = version("A", TODAY, 1), version("B", LATER, 2)
    none = (Stage.NONE, False, "thành phố chưa gửi")
    assert stage(city)["PC 1"] == none
    publish_catalogue(city.journal, [OFFICE], now, source="TP", counts=COUNTS)
    assert stage(city)["PC 1"] == (Stage.NEVER, False, "chưa kết nối bao giờ")
    told(city, pen, load_bundle().digest)
    assert stage(city)["PC 1"] == (Stage.MISSING, False, "chưa nhận bản mới")
    pulled(city, pen)
    assert stage(city)["PC 1"] == (Stage.OTHER, False, "đã nhận, đang dùng bản khác")
    told(city, pen, now.digest)
    assert stage(city)["PC 1"] == (Stage.IN_USE, True, "đang dùng bản mới")
    publish_catalogue(city.journal, [OFFICE], later, source="TP", counts=COUNTS)
    assert stage(city)["PC 1"] == (Stage.MISSING, True, "chưa nhận bản mới")
    pulled(city, pen)
    assert stage(city)["PC 1"] == (Stage.WAITING, True, "đã nhận, áp dụng từ 01/12/2026")
    assert stage(city, LATER)["PC 1"] == (Stage.OTHER, False, "đã nhận, đang dùng bản khác")
    told(city, pen, later.digest)
    assert stage(city, LATER)["PC 1"] == (Stage.IN_USE, True, "đang dùng bản mới")
    pulled(city, pen, until=1)  # whatever a PC says of itself, nothing breaks
    assert stage(city, LATER)["PC 1"][0] is Stage.IN_USE


def test_a_version_of_later_confirms_nothing_of_today(city):
    pen = Pen()
    city.admit(pen, name="PC 1")
    later = version("B", LATER, 2)
    publish_catalogue(city.journal, [OFFICE], later, source="TP", counts=COUNTS)
    told(city, pen, load_bundle().digest)
    pulled(city, pen)
    assert stage(city)["PC 1"][:2] == (Stage.WAITING, False)
    gone = DeviceRevoked(pen.log, 0, bytes(32), "mất máy")
    city.journal.append(OFFICE, [(roster_stream(OFFICE), gone)])
    assert stage(city) == {}


def test_over_http_a_pull_tells_what_is_held(city_url, tmp_path, capsys):
    """HELLO says what is in use; the PULL after the one that brought it says it is held."""
    starts = SystemClock().now().date() + timedelta(days=20)
    home = tmp_path / "home"
    with serving(city_url, home) as server:
        pen = Pen()
        server.enrol(pen)
        client = Client(pen, server.port)
        with opened_city(server.db, home) as city:
            sent = version("B", starts, 1)
            publish_catalogue(city.journal, [OFFICE], sent, source="TP", counts=COUNTS)
            log = city.key.log(OFFICE)
        client.hello(catalogue=load_bundle().digest)
        answer = client.pull({log: START})
        assert isinstance(answer, Suffixes)
        assert listed(server, capsys)["stage"] == "missing"
        with opened_city(server.db, home) as city:
            end = city.store(OFFICE).heads()[log]
        client.pull({log: NOTHING_OF_IT})  # it does not want to hear of it now
        assert listed(server, capsys)["stage"] == "missing"
        client.pull({log: end})
        row = listed(server, capsys)
        assert (row["stage"], row["starts"], row["same"]) == ("waiting", starts.isoformat(), False)
        assert row["sent"] == sent.digest and row["confirmed"] == load_bundle().digest


def listed(server, capsys):
    words = ["--db", server.db, "--home", str(server.home), "--json"]
    capsys.readouterr()
    assert main.main(["city", "bundle", "list", *words]) == 0
    (row,) = json.loads(capsys.readouterr().out)["devices"]
    return row
