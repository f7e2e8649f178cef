"""Signing in, what a session may, what each right opens, and what is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from models.errors import InputError
from server.board import tables as t
from server.board.limits import Budget, allow
from server.board.operators import (
    Operator,
    add_operator,
    find_by_token,
    find_session,
    new_token,
    remove_operator,
)
from services.clock import FixedClock
from tests.board.app import csrf_of, sign_in, visitor
from tests.board.city import NOW
from tests.board.conftest import FAST, PASSWORD
from tests.board.scene import EVIL


@pytest.fixture(autouse=True)
def fresh_tries(request):
    """Tests sign in wrongly on purpose; the next one starts with a clean count and clock."""
    yield
    if "site" in request.fixturenames:
        site = request.getfixturevalue("site")
        site.clock.set(NOW)
        with site.city.write("") as tx:
            tx.execute(delete(t.web_tries))


def signed_in(site, login="theodoi"):
    """Cookies of a session."""
    with visitor(site.url) as client:
        answer = sign_in(client, login, PASSWORD)
        assert answer.status_code == 303, answer.text
        return dict(client.cookies)


def test_nothing_is_shown_to_strangers(site):
    with visitor(site.url) as client:
        for path in ("/board", "/board/alarms", f"/board/office/{site.codes['main']}",
                     "/board/limits", "/board/office/1/person"):  # fmt: skip
            answer = client.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/board/login")
        detail = f"/board/api/v1/offices/{site.codes['main']}"
        for path in ("/board/api/v1/offices", "/board/offices.csv", "/board/api/v1/alarms",
                     "/board/alarms.csv", detail):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code == 401 and answer.json()["code"] == "MC-60", path
        assert client.post("/board/limits", data={"silent_minutes": "9"}).status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(site):
    with visitor(site.url) as client:
        cookie = sign_in(client, "theodoi", PASSWORD).headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
        page = client.get("/board")
        assert page.status_code == 200
        for name in ("content-security-policy", "x-content-type-options", "referrer-policy"):
            assert page.headers[name]
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
    behind = {"x-forwarded-proto": "https"}
    with visitor(site.url, **behind) as client:
        cookie = sign_in(client, "theodoi", PASSWORD).headers["set-cookie"]
        assert cookie.startswith("__Host-") and "Secure" in cookie


def test_wrong_passwords_and_unknown_names_are_told_alike_and_slowed_down(site):
    with visitor(site.url) as client:
        wrong = sign_in(client, "theodoi", "sai mật khẩu")
        unknown = sign_in(client, "khongco", "sai mật khẩu")
        assert wrong.status_code == unknown.status_code == 403
        assert wrong.text == unknown.text and "MC-63" in wrong.text
        for _ in range(4):
            assert sign_in(client, "theodoi", "sai").status_code == 403
        blocked = sign_in(client, "theodoi", PASSWORD)
        assert blocked.status_code == 429 and "MC-64" in blocked.text
        assert sign_in(client, "chixem", PASSWORD).status_code == 303, "others are not"
        site.clock.advance(minutes=16)
        assert sign_in(client, "theodoi", PASSWORD).status_code == 303


def test_a_session_ends_when_idle_and_after_a_day(site):
    cookie = signed_in(site)["motcua"]
    alive = lambda **more: find_session(site.city, cookie, clock=site.clock, **more)  # noqa: E731
    assert alive(is_act=True)
    site.clock.advance(minutes=29)
    assert alive(is_act=False), "a page that refreshed itself"
    site.clock.advance(minutes=2)
    assert alive(is_act=True) is None
    cookie = signed_in(site)["motcua"]
    for _ in range(36):
        site.clock.advance(minutes=20)
        alive(is_act=True)
    assert alive(is_act=True) is None, "twelve hours are over"


def test_signing_out_ends_it_everywhere(site):
    cookies = signed_in(site)
    with visitor(site.url) as client:
        client.cookies.update(cookies)
        page = client.get("/board")
        assert client.post("/board/logout", data={"csrf": "0" * 64}).status_code == 403
        assert client.post("/board/logout", data={"csrf": csrf_of(page)}).status_code == 303
        client.cookies.update(cookies)
        assert client.get("/board").status_code == 303


def test_a_form_of_another_site_is_refused(site):
    with visitor(site.url, origin="https://evil.example") as client:
        assert sign_in(client, "theodoi", PASSWORD).status_code == 403
    with visitor(site.url) as client:
        client.cookies.update(signed_in(site))
        token = csrf_of(client.get("/board/limits"))
        wrong = client.post("/board/limits", data={"silent_minutes": "9", "csrf": token[::-1]})
        assert wrong.status_code == 403 and "MC-66" in wrong.text
        forged = {"silent_minutes": "9", "csrf": token}
        foreign = client.post("/board/limits", data=forged, headers={"origin": "null"})
        assert foreign.status_code == 403


def test_limits_are_checked_saved_and_written_down(site):
    with visitor(site.url) as client:
        client.cookies.update(signed_in(site))
        token = csrf_of(client.get("/board/limits"))
        bad = client.post("/board/limits", data={"csrf": token, "silent_minutes": "0"})
        assert bad.status_code == 400 and "MC-61" in bad.text
        good = {"csrf": token, "silent_minutes": "30", "drift_seconds": "121"}
        assert client.post("/board/limits", data=good).status_code == 303
        assert 'value="121"' in client.get("/board/limits").text
        client.post("/board/limits", data={"csrf": token, "drift_seconds": "120"})
    with site.city.read("") as tx:
        acts = tx.execute(select(t.operator_audit.c.login, t.operator_audit.c.act)).all()
    assert ("theodoi", "limits") in [tuple(act) for act in acts]


def test_rights_open_what_they_say(site):
    with visitor(site.url) as client:
        client.cookies.update(signed_in(site, "chixem"))
        assert client.get("/board/limits").status_code == 403
        page = client.get(f"/board/office/{site.codes['main']}")
        assert "Xem…" not in page.text
        some = {"dossier": "x"}
        path = f"/board/office/{site.codes['main']}/person"
        assert client.get(path, params=some).status_code == 403
        assert "MC-67" in client.post(path, data={**some, "csrf": csrf_of(page)}).text


def test_an_operator_of_one_office_sees_no_other(site):
    own, other = site.codes["silent"], site.codes["main"]
    with visitor(site.url) as client:
        client.cookies.update(signed_in(site, "badinh"))
        table = client.get("/board").text
        assert f"/board/office/{own}" in table and f"/board/office/{other}" not in table
        assert "Phường Định Công" not in table
        assert client.get(f"/board/office/{own}").status_code == 200
        hidden = client.get(f"/board/office/{other}")
        unknown = client.get("/board/office/99999")
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.text == unknown.text
        assert client.get(f"/board/api/v1/offices/{other}").status_code == 404
        offices = client.get("/board/api/v1/offices").json()["offices"]
        assert {row["code"] for row in offices} == {own}
        assert all(a["office"] == own for a in client.get("/board/api/v1/alarms").json()["alarms"])


ODD = ("%00", "%00%00004", "a" * 300, "%ff", "'--", "00316%20", "%E1%BB%93")


@pytest.mark.parametrize("code", ODD)
def test_what_is_no_unit_code_is_no_office(site, code):
    with visitor(site.url) as client:
        client.cookies.update(signed_in(site))
        for path in (f"/board/office/{code}", f"/board/api/v1/offices/{code}",
                     f"/board/office/{code}/person?dossier=%00"):  # fmt: skip
            assert client.get(path).status_code == 404, path
        form = {"ma": "\0\ud7ff%00", "mat": "\0", "csrf": "\0"}
        assert client.post("/tra-cuu", data=form).status_code == 404
        assert client.get("/board?days=%00&q=%00&show=%00&sort=%00").status_code == 200


def test_a_person_is_shown_for_a_reason_that_is_written_down(site):
    office = site.codes["main"]
    with visitor(site.url) as client:
        client.cookies.update(signed_in(site))
        page = client.get(f"/board/office/{office}")
        links = [part.split('"')[0] for part in page.text.split('href="')[1:] if "/person?" in part]
        assert links, "the made-up office has overdue dossiers"
        asking = client.get(links[0].replace("&amp;", "&"))
        assert "Chủ hồ sơ" not in asking.text
        dossier = links[0].split("dossier=")[1].split("&")[0]
        form = {"csrf": csrf_of(asking), "dossier": dossier, "reason": " "}
        path = f"/board/office/{office}/person"
        assert client.post(path, data=form).status_code == 400
        shown = client.post(path, data={**form, "reason": "Dân gọi hỏi 1022"})
        assert shown.status_code == 200 and "Chủ hồ sơ" in shown.text
        elsewhere = f"/board/office/{site.codes['silent']}/person"
        assert client.post(elsewhere, data={**form, "reason": "tò mò thôi"}).status_code == 404
    with site.city.read("") as tx:
        audit = t.operator_audit.c
        looks = tx.execute(
            select(audit.login, audit.off, audit.subject, audit.reason).where(audit.act == "person")
        ).all()
    assert [tuple(look) for look in looks] == [("theodoi", office, dossier, "Dân gọi hỏi 1022")]


def test_names_full_of_markup_stay_text(site):
    with visitor(site.url) as client:
        client.cookies.update(signed_in(site, "chixem"))
        for path in ("/board", "/board/alarms", f"/board/office/{site.codes['evil']}"):
            text = client.get(path).text
            assert EVIL not in text and "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_only_a_strong_password_and_a_plain_login_are_taken(sqlite_city):
    clock = FixedClock(NOW)

    def add(login, password):
        person = Operator(login, "A", None, frozenset({"view"}))
        add_operator(sqlite_city, person, password, clock=clock, kdf=FAST)

    for login, password in (("a", PASSWORD), ("Ô Lớn", PASSWORD), ("binh", "ngắn"),
                            ("binh", "binh12345678")):  # fmt: skip
        with pytest.raises(InputError):
            add(login, password)
    add("binh", PASSWORD)


def test_a_new_password_or_removal_ends_sessions_and_keys(city):
    clock = FixedClock(NOW)
    person = Operator("binh", "Bình", None, frozenset({"view"}))
    add_operator(city, person, PASSWORD, clock=clock, kdf=FAST)
    key = new_token(city, "binh", clock=clock)
    assert find_by_token(city, key).login == "binh"
    assert find_by_token(city, key[::-1]) is None
    assert new_token(city, "khongco", clock=clock) is None
    assert remove_operator(city, "binh", clock=clock)
    assert find_by_token(city, key) is None
    with city.read("") as tx:
        stored = tx.execute(select(t.operator)).mappings().one()
    assert PASSWORD.encode() not in bytes(stored["digest"]) and len(stored["digest"]) == 32


def test_the_audit_cannot_be_changed(city):
    clock = FixedClock(NOW)
    person = Operator("binh", "Bình", None, frozenset({"view"}))
    add_operator(city, person, PASSWORD, clock=clock, kdf=FAST)
    for act in (update(t.operator_audit).values(login="x"), delete(t.operator_audit)):
        with pytest.raises(DBAPIError), city.write("") as tx:
            tx.execute(act)
    if city.is_postgres:
        with pytest.raises(DBAPIError), city.write("") as tx:
            tx.execute(text("TRUNCATE operator_audit"))


def test_tries_are_counted_by_window_and_name_nobody(city):
    clock, budget = FixedClock(NOW), Budget("t", 2, 60)

    def wait(who):
        with city.write("") as tx:
            return allow(tx, budget, who, clock=clock)

    assert [wait("1.2.3.4") for _ in range(3)] == [0, 0, 60]
    assert wait("5.6.7.8") == 0
    clock.advance(seconds=59)
    assert wait("1.2.3.4") == 1
    clock.advance(seconds=2)
    assert wait("1.2.3.4") == 0
    with city.read("") as tx:
        told = " ".join(tx.execute(select(t.web_tries.c.bucket)).scalars())
    assert "1.2.3.4" not in told
