"""What the city sends down arrives in a real office, in order, and nothing of it can be forged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

import main
from models.calendar_notice import Notice, NoticeKind
from models.errors import ForeignError
from server.bundles import (
    city_catalogue,
    publish_catalogue,
    publish_notices,
    publish_template,
)
from server.offices import add_office
from services.assembly import PROJECTORS
from services.catalogue.bundle import load_bundle
from services.catalogue.stored import stored_bundles
from services.document_templates import own_templates
from services.refreshing import refresh_core
from services.sync.journal_store import JournalStore
from services.sync.protocol import Head, Run
from services.sync.roster import trust_city
from tests.support.city import City
from tests.support.office import Desk, open_desk

COUNTS = (0, 1, 0)
START = Head(0, bytes(32))


def version(name: str, starts: date, marked: int) -> object:
    """The shipped catalogue with the first `marked` names changed."""
    rows = load_bundle().procedures
    changed = tuple(replace(p, name=f"{p.name} ({name})") for p in rows[:marked]) + rows[marked:]
    return replace(load_bundle(), procedures=changed, version=name, effective_from=starts)


def joined(city: City, desk: Desk) -> tuple[str, JournalStore]:
    """The desk's office is served by the city, and trusts it."""
    office = desk.core.office.unit_code
    add_office(city.journal, office, name="Phường")
    with desk.core.store.write() as tx:
        trust_city(tx, city.key.public_key, office)
    core = desk.core
    return office, JournalStore(
        core.store, core.journal.device, office=office, clock=core.clock, projectors=PROJECTORS
    )


def pull(city: City, office: str, into: JournalStore, *, at_once: int = 500) -> frozenset[str]:
    """Take everything the city's own log has; returns the streams that changed."""
    log = city.key.log(office)
    streams: frozenset[str] = frozenset()
    while True:
        at = into.heads().get(log, START)
        run = city.store(office).run_after(log, at, events=at_once, size=1 << 20)
        if run is None:
            return streams
        streams |= into.take(run).streams


def test_versions_missed_for_two_weeks_come_in_order_and_count_from_their_day(city, tmp_path):
    desk = open_desk(tmp_path)  # 16 November 2026
    office, store = joined(city, desk)
    first = version("A", date(2026, 11, 10), 1)
    second = version("B", date(2026, 11, 14), 2)
    later = version("C", date(2026, 12, 1), 3)
    for each in (first, second, later):
        (sent,) = publish_catalogue(city.journal, [office], each, source="TP", counts=COUNTS)
        assert not sent.known
    assert sent.base == second.digest and sent.size < 5_000
    refresh_core(desk.core, pull(city, office, store, at_once=1))
    with desk.core.store.read() as conn:
        assert [b.version for b in stored_bundles(conn)] == ["A", "B", "C"]
    assert desk.core.catalogue.bundle.digest == second.digest
    desk.clock.advance(days=16)
    refresh_core(desk.core, ["catalogue/office"])
    assert desk.core.catalogue.bundle.digest == later.digest
    assert [b.digest for b in city_catalogue(city.journal, office)] == [
        first.digest, second.digest, later.digest,
    ]  # fmt: skip


def test_the_same_version_is_not_sent_twice(city, tmp_path):
    desk = open_desk(tmp_path)
    office, _ = joined(city, desk)
    bundle = version("A", date(2026, 11, 10), 1)
    publish_catalogue(city.journal, [office], bundle, source="TP", counts=COUNTS)
    before = city.store(office).heads()[city.key.log(office)]
    (again,) = publish_catalogue(city.journal, [office], bundle, source="TP", counts=COUNTS)
    assert again.known
    assert city.store(office).heads()[city.key.log(office)] == before


def test_days_and_templates_arrive(city, tmp_path):
    desk = open_desk(tmp_path)
    office, store = joined(city, desk)
    storm = Notice(date(2026, 11, 18), NoticeKind.HOLIDAY, "Nghỉ bão", "Storm", "CV 9/UBND")
    words = own_words()
    publish_notices(city.journal, [office], [storm])
    publish_template(city.journal, [office], words)
    refresh_core(desk.core, pull(city, office, store))
    assert not desk.core.calendar.is_working(storm.date)
    assert "LỜI CỦA THÀNH PHỐ" in str(own_templates(desk.core)[0].body)
    assert all(s.known for s in publish_notices(city.journal, [office], [storm]))
    assert all(s.known for s in publish_template(city.journal, [office], words))
    cancelled = replace(storm, kind=NoticeKind.WORKING)
    (sent,) = publish_notices(city.journal, [office], [cancelled])
    assert not sent.known
    refresh_core(desk.core, pull(city, office, store))
    assert desk.core.calendar.is_working(storm.date)


def own_words() -> str:
    from pathlib import Path

    form = Path("resources/forms/confirmation.toml").read_text("utf-8")
    return form.replace("body = [", 'body = [\n  "LỜI CỦA THÀNH PHỐ",', 1)


def test_a_forged_or_altered_bundle_changes_nothing(city, tmp_path):
    desk = open_desk(tmp_path)
    office, store = joined(city, desk)
    bundle = version("A", date(2026, 11, 10), 1)
    publish_catalogue(city.journal, [office], bundle, source="TP", counts=COUNTS)
    log = city.key.log(office)
    run = city.store(office).run_after(log, START, events=500, size=1 << 20)
    body, signature = run.events[-1]
    for altered in (
        (body[:-1] + bytes([body[-1] ^ 1]), signature),
        (body, bytes(64)),
        (body, None),
    ):
        with pytest.raises(ForeignError):
            store.take(Run(run.log, run.origin, (*run.events[:-1], altered)))
    with desk.core.store.read() as conn:
        assert stored_bundles(conn) == ()
    assert desk.core.catalogue.bundle.digest == load_bundle().digest


def test_the_commands_publish_and_list(tmp_path, capsys):
    home = ["--home", str(tmp_path / "city"), "--json"]
    assert main.main(["city", "office", "add", "00004", *home]) == 0
    capsys.readouterr()
    row = load_bundle().procedures[0]
    listing = tmp_path / "ds.csv"
    listing.write_text(f"Mã TTHC,Tên TTHC\n{row.code},{row.name} (sửa)\n", "utf-8")
    what = ["city", "bundle", "catalogue", str(listing), "--from", "2026-12-01"]
    assert main.main([*what, "--dry-run", *home]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == 1
    assert main.main([*what, *home]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [each["office"] for each in data["offices"]] == ["00004"]
    assert data["offices"][0]["bytes"] > 10_000
    assert main.main([*what, *home]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["digest"] == data["digest"] and again["offices"][0]["known"]
    assert main.main(["city", "office", "add", "00008", *home]) == 0
    capsys.readouterr()
    assert main.main([*what, *home]) == 0
    later = json.loads(capsys.readouterr().out)
    assert [(o["known"], later["digest"]) for o in later["offices"]] == [
        (True, data["digest"]), (False, data["digest"]),
    ]  # fmt: skip
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("date,kind\nx,y\n", "utf-8")
    assert main.main(["city", "bundle", "calendar", str(wrong), *home]) == 1
    assert "HT-20" in capsys.readouterr().err
    assert main.main(["city", "bundle", "list", *home]) == 0
    assert json.loads(capsys.readouterr().out) == {"devices": []}
    nothing = ["city", "bundle", "template", str(tmp_path / "no.toml"), *home]
    assert main.main(nothing) == 1
    assert "TN-01" in capsys.readouterr().err
