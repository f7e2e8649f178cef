"""What an office shares is a reading of the journal: in force on every PC, whatever came first."""

from __future__ import annotations

import tempfile
import zlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar_notice import Notice, NoticeKind
from models.codec import from_payload
from models.envelope import Actor
from models.errors import InputError
from models.events import administration as said
from models.staff import Role, Staff
from services import administration as admin
from services.calendars.office import notice_event
from services.catalogue.bundle import bundle_to_json, load_bundle
from services.catalogue.stored import import_event
from services.clock import iso_of
from services.core import SignedIn
from services.document_templates import own_templates
from services.key_store import import_root
from services.oversight.troubles import trouble_rows
from services.people import save_staff, staff_rows, system_actor, write_staff
from services.refreshing import refresh_core
from services.signing.roots import load_trust
from services.signing.training_pki import ROOT_FILE, create_training_pki
from tests.journal.test_histories import SKEWS, heal, three
from tests.support.devices import open_pcs
from tests.support.sharing import core_of, readings, small_bundle

ADMIN = Actor("staff-q", Role.BUSINESS_ADMIN, "s")
FORM = Path("resources/forms/confirmation.toml").read_text("utf-8")
OTHER = FORM.replace("body = [", 'body = [\n  "LỜI RIÊNG CỦA PHƯỜNG",', 1)
STORM = Notice(date(2026, 11, 18), NoticeKind.HOLIDAY, "Nghỉ bão", "", "CV 9")
BOSS = Staff("staff-q", "quantri", "Quản Trị", frozenset({Role.BUSINESS_ADMIN}))
FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)


def notice(day: int, kind: NoticeKind) -> said.CalendarNoticeAdded:
    return notice_event(Notice(date(2026, 12, day), kind), label="Nghỉ", source="CV")


def catalogue(name: str, starts: date) -> said.CatalogueImported:
    return import_event(small_bundle(name, starts), source="tệp", counts=(1, 0, 0))


SAYINGS = {
    "phone 1": ("office/settings", said.SettingChanged("desk_phone", "0241")),
    "phone 2": ("office/settings", said.SettingChanged("desk_phone", "0242")),
    "hours": ("office/settings", said.SettingChanged("hours", "07:30-11:30,13:00-17:00")),
    "no hours": ("office/settings", said.SettingChanged("hours", "lúc nào cũng được")),
    "language": ("office/settings", said.SettingChanged("language", "en")),
    "form": ("template/confirmation", said.TemplateChanged("confirmation", "", "", FORM)),
    "other form": ("template/confirmation", said.TemplateChanged("confirmation", "", "", OTHER)),
    "no form": ("template/confirmation", said.TemplateChanged("confirmation", "", "", "= [")),
    "catalogue a": ("catalogue/office", catalogue("a", FIRST)),
    "catalogue b": ("catalogue/office", catalogue("b", FIRST)),
    "catalogue c": ("catalogue/office", catalogue("c", SECOND)),
    "off": ("calendar/office", notice(1, NoticeKind.HOLIDAY)),
    "on": ("calendar/office", notice(1, NoticeKind.WORKING)),
    "no day": ("calendar/office", said.CalendarNoticeAdded("mai", "holiday", "x", "y")),
    "name 1": ("staff/x", said.StaffChanged("x", "x", "Một", ("officer",))),
    "name 2": ("staff/x", said.StaffChanged("x", "x", "Hai", ("officer", "emperor"))),
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, 2), st.sampled_from(sorted(SAYINGS))),
        st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("part"), st.integers(0, 2), st.integers(0, 2)),
    ),
    min_size=3,
    max_size=16,
)


@settings(max_examples=40)
@given(steps=STEPS, skews=SKEWS)
def test_all_pcs_read_alike_whatever_came_first(office, steps, skews) -> None:
    template, devices = office
    with tempfile.TemporaryDirectory() as folder:
        pcs = open_pcs(template, devices, Path(folder), skews)
        try:
            for kind, here, what in steps:
                if kind == "say":
                    stream, event = SAYINGS[what]
                    with pcs[here].journal.act(ADMIN) as act:
                        act.add(stream, event)
                    continue
                for device in devices:
                    batch = pcs[here].log(device.log)
                    batch = batch[-2:] if kind == "part" else batch
                    if batch and here != what:
                        pcs[what].take(batch)
            heal(pcs)
            rows = [readings(pc) for pc in pcs]
            assert rows[0] == rows[1] == rows[2]
            _check_against_the_acts(rows[0], {what for kind, _, what in steps if kind == "say"})
        finally:
            for pc in pcs:
                pc.store.close()


def _check_against_the_acts(rows, sayings: set) -> None:
    """Every name stated is there, nothing unreadable took effect, no version is lost."""
    values, templates, versions, days, people, _ = rows
    names = {"phone 1": "desk_phone", "phone 2": "desk_phone", "hours": "hours"}
    assert {name for name, _ in values} == {names[s] for s in sayings & names.keys()}
    assert {t[2] for t in templates} == {
        text for key, text in (("form", FORM), ("other form", OTHER)) if key in sayings
    }
    assert len(versions) == len(sayings & {"catalogue a", "catalogue b", "catalogue c"})
    assert len(days) == bool(sayings & {"off", "on"})
    assert [p[3] for p in people] == ["officer"] * bool(sayings & {"name 1", "name 2"})


def test_what_one_pc_decides_is_in_force_on_the_next(office, tmp_path) -> None:
    a, b, _ = pcs = three(office, tmp_path)
    with a.journal.act(system_actor("s")) as act:
        write_staff(act, BOSS)
    heal(pcs)
    first, second = core_of(a, tmp_path / "a"), core_of(b, tmp_path / "b")
    boss = SignedIn(BOSS, "s")
    pki = tmp_path / "pki"
    pki.mkdir()
    create_training_pki(pki, unit_name="phường", people=(), now=a.clock.now(), password="motcua")
    admin.change_settings(first, boss, {"desk_phone": "024 3864", "language": "en"})
    admin.save_template(first, boss, "confirmation", text=OTHER)
    bundle = small_bundle("của phường", FIRST)
    admin.import_catalogue(first, boss, bundle, source="tệp", counts=(0, 0, 0))
    admin.add_notice(first, boss, STORM)
    save_staff(first, boss, Staff("staff-m", "moi", "Người Mới", frozenset({Role.OFFICER})))
    import_root(first, boss, pki / ROOT_FILE)
    assert second.settings["desk_phone"] == "1022"
    receipt = b.take(a.log(a.journal.device.log))
    refresh_core(second, receipt.streams)
    assert second.settings["desk_phone"] == "024 3864"
    assert (first.settings["language"], second.settings["language"]) == ("en", "vi")
    assert [t.body[0] for t in own_templates(second)] == ["LỜI RIÊNG CỦA PHƯỜNG"]
    assert second.catalogue.bundle.digest == bundle.digest
    assert second.calendar.days[STORM.date].label_vi == "Nghỉ bão"
    with b.store.read() as conn:
        assert "moi" in {person.login for person in staff_rows(conn)}
    (root,) = (tmp_path / "b" / "keys" / "roots").iterdir()
    assert root.read_bytes() == (tmp_path / "a" / "keys" / "roots" / root.name).read_bytes()


def test_two_values_at_once_stay_in_conflict_until_somebody_saves_again(office, tmp_path) -> None:
    a, b, c = pcs = three(office, tmp_path)
    with a.journal.act(system_actor("s")) as act:
        write_staff(act, BOSS)
    heal(pcs)
    boss = SignedIn(BOSS, "s")
    for pc, phone in ((a, "0241"), (b, "0242")):
        pc.clock.advance(minutes=1)
        admin.change_setting(core_of(pc, tmp_path), boss, "desk_phone", value=phone)
    heal(pcs)
    core = core_of(c, tmp_path)
    (trouble,) = trouble_rows(core, boss)
    assert trouble.open and "«0241»" in trouble.words and "«0242»" in trouble.words
    in_force = core.settings["desk_phone"]
    assert in_force in ("0241", "0242")
    assert admin.change_settings(core, boss, dict(core.settings)) == ("desk_phone",)
    heal(pcs)
    for pc in pcs:
        settled = core_of(pc, tmp_path)
        assert settled.settings["desk_phone"] == in_force
        assert trouble_rows(settled, boss) == ()


def test_the_whole_catalogue_of_the_city_fits_into_an_event(office, tmp_path) -> None:
    a, *_ = three(office, tmp_path)
    event = import_event(load_bundle(), source="tệp", counts=(0, 0, 0))
    assert zlib.decompress(event.body) == bundle_to_json(load_bundle())
    assert len(event.body) < 80_000
    with a.journal.act(ADMIN) as act:
        act.add("catalogue/office", event)


def test_what_no_run_could_carry_is_refused_before_it_is_written(office, tmp_path) -> None:
    a, *_ = three(office, tmp_path)
    with pytest.raises(InputError) as refused, a.journal.act(ADMIN) as act:
        act.add("template/x", said.TemplateChanged("x", "", "", "x" * 1_000_000))
    assert refused.value.code == "NK-30"
    assert a.hashes() == set()


def test_a_body_that_is_not_what_its_name_says_has_no_effect(office, tmp_path) -> None:
    a, *_ = three(office, tmp_path)
    good = catalogue("a", FIRST)
    bomb = zlib.compress(bytes(64_000_000), 9)
    wrong = [b"no zlib", good.body[:-4], bomb, catalogue("b", FIRST).body]
    for body in wrong:
        with a.journal.act(ADMIN) as act:
            act.add(
                "catalogue/office",
                said.CatalogueImported(good.digest, "", good.effective_from, 2, body=body),
            )
    with a.store.read() as conn:
        assert not conn.exec_driver_sql("SELECT * FROM catalogue_version").all()
    with a.journal.act(ADMIN) as act:
        act.add("catalogue/office", good)
    with a.store.read() as conn:
        assert len(conn.exec_driver_sql("SELECT * FROM catalogue_version").all()) == 1


def test_a_root_that_is_none_is_not_taken_up(office, tmp_path) -> None:
    a, *_ = three(office, tmp_path)
    pki = tmp_path / "pki"
    pki.mkdir()
    made = create_training_pki(
        pki, unit_name="phường", people=(), now=a.clock.now(), password="motcua"
    )
    der = load_trust(made.roots).roots[0].public_bytes(Encoding.DER)
    with a.journal.act(ADMIN) as act:
        for print_, content in (("00" * 32, der), ("11" * 32, b"x"), ("../../evil", b"")):
            act.add("key/office", said.RootAdded(print_, "Gốc", content))
    refresh_core(core_of(a, tmp_path / "a"), ["key/office"])
    assert not (tmp_path / "a" / "keys").exists()


OLD = {
    "catalogue.imported": {"digest": "d", "source": "s", "effective_from": "", "procedures": 3},
    "template.changed": {"name": "n", "version": "v", "digest": "d"},
    "key.root_added": {"fingerprint": "f", "subject": "s"},
}


@pytest.mark.parametrize("kind", sorted(OLD))
def test_events_of_version_1_are_read_as_ones_without_content(kind: str) -> None:
    event = from_payload(kind, 1, OLD[kind])
    assert kind == event.KIND
    assert not (getattr(event, "body", b"") or getattr(event, "text", ""))


def test_rows_whose_event_carried_no_content_are_kept(office, tmp_path) -> None:
    a, *_ = three(office, tmp_path)
    bundle = small_bundle("cũ", FIRST)
    with a.store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO catalogue_version (digest, effective_from, imported_at, source, body) "
            "VALUES (?,?,?,?,?)",
            (bundle.digest, "2026-11-01", "2026-11-01", "tệp", bundle_to_json(bundle)),
        )
        tx.exec_driver_sql(
            "INSERT INTO template (name, version, body, added_at) VALUES (?,?,?,?)",
            ("confirmation", "2026", FORM, "2026"),
        )
    with a.journal.act(ADMIN) as act:
        for name in ("catalogue a", "other form"):
            act.add(*SAYINGS[name])
    core = core_of(a, tmp_path)
    assert core.catalogue.bundle.version == "a"
    assert own_templates(core)[0].body[0] == "LỜI RIÊNG CỦA PHƯỜNG"
    assert len(readings(a)[1]) == len(readings(a)[2]) == 2


def test_a_clock_of_another_age_has_a_date_all_the_same() -> None:
    assert iso_of(2**62).startswith("9999-12-31")
    assert iso_of(0) == "1970-01-01T07:00:00+07:00"


def test_skewed_clocks_do_not_decide_over_causes(office, tmp_path) -> None:
    template, devices = office
    ahead = [timedelta(days=3650), timedelta(0), timedelta(0)]
    a, b, _ = pcs = open_pcs(template, devices, tmp_path, ahead)
    for pc, name in ((a, "phone 1"), (b, "phone 2")):
        with pc.journal.act(ADMIN) as act:
            act.add(*SAYINGS[name])
        heal(pcs)
    assert readings(a)[0] == readings(b)[0] == [("desk_phone", "0242")]
    for pc in pcs:
        pc.store.close()
