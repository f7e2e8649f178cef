"""The public page: the right answer for code and secret, one and the same refusal for all else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, event, insert, select, update

from models.lookup import lookup_secret
from server.board import tables as t
from server.board.limits import Budget
from server.public import looking, routes
from server.public.words import answer_for
from server.schema import contact, dirty_stream
from tests.board.app import visitor
from tests.board.city import MINUTE, NOW, NOW_MS


@pytest.fixture(autouse=True)
def fresh_tries(site, monkeypatch):
    """Counts and clock as they were; no answer is held back, there are many of them."""
    monkeypatch.setattr(routes, "LEAST_S", 0.0)
    yield
    site.clock.set(NOW)
    with site.city.write("") as tx:
        tx.execute(delete(t.web_tries))


def dossiers(site):
    with site.city.read_city() as tx:
        return [dict(row) for row in tx.execute(select(t.board_dossier)).mappings()]


def ask(client, code, secret, **headers):
    return client.post("/tra-cuu", data={"ma": code, "mat": secret}, headers=headers)


def from_address(number):
    """As nginx tells of an address."""
    return {"x-forwarded-for": f"198.51.100.{number}"}


def main_part(page):
    return page.text.split("<main", 1)[1]


def test_the_right_secret_gives_status_date_and_next_step(site):
    seen = set()
    with visitor(site.url) as client:
        for row in dossiers(site):
            if row["status"] in seen or len(seen) > 15:
                continue
            seen.add(row["status"])
            page = ask(client, row["code"].lower(), lookup_secret(row["id"]).lower())
            answer = answer_for(row, NOW_MS)
            assert page.status_code == 200
            for words in (answer.heading, answer.next_step, answer.due, *answer.lines):
                assert words in page.text, row["status"]
            assert "Việc tiếp theo" in page.text and "Phường Định Công" in page.text
            assert "Số liệu lúc 10:28, 19/11/2026" in page.text, "when the office was heard of"
    assert len(seen) > 8


def test_nothing_personal_is_told(site, dinh_cong):
    with dinh_cong.core.store.read() as conn:
        people = {
            row[0]: row[1:]
            for row in conn.exec_driver_sql(
                "SELECT id, applicant, submitter, id_number, phone, procedure_name, assignee_name "
                "FROM dossier"
            )
        }
    with visitor(site.url) as client:
        for row in dossiers(site)[:12]:
            page = ask(client, row["code"], lookup_secret(row["id"]))
            assert page.status_code == 200
            for value in filter(None, people[row["id"]]):
                assert value not in page.text


def test_unknown_codes_and_wrong_secrets_are_told_alike(site):
    """The same page, the same headers, the same statements on the database."""
    row, other = dossiers(site)[:2]
    statements: list[str] = []

    def note(conn, cursor, statement, parameters, context, many):
        statements.append(re.sub(r"\s+", " ", statement))

    pages, work = [], []
    tries = [
        (row["code"], "0000-0000"),
        (row["code"], lookup_secret(other["id"])),
        ("H26.00316-261119-9999", lookup_secret(row["id"])),
        ("không phải mã", "<b>"),
        ("", ""),
    ]
    with visitor(site.url) as client:
        ask(client, "x", "y")  # makes the key of the counts
        event.listen(site.city.engine, "before_cursor_execute", note)
        try:
            for code, secret in tries:
                statements.clear()
                page = ask(client, code, secret)
                assert page.status_code == 404
                pages.append(re.sub(r'value="[^"]*"', "", main_part(page)))
                headers = {k: v for k, v in page.headers.items()
                           if k not in ("date", "content-length")}  # fmt: skip
                work.append((tuple(statements), headers))
        finally:
            event.remove(site.city.engine, "before_cursor_execute", note)
    assert len(set(pages)) == 1
    assert all(one == work[0] for one in work)


def test_no_answer_comes_faster_than_the_floor(site, monkeypatch):
    monkeypatch.setattr(routes, "LEAST_S", 0.5)
    with visitor(site.url) as client:
        row = dossiers(site)[0]
        for secret in ("0000-0000", lookup_secret(row["id"])):
            assert ask(client, row["code"], secret).elapsed.total_seconds() >= 0.5


def test_it_uses_no_cookie_stays_out_of_search_engines_and_caches(site):
    with visitor(site.url) as client:
        row = dossiers(site)[0]
        for page in (client.get("/tra-cuu"), ask(client, row["code"], lookup_secret(row["id"]))):
            assert "set-cookie" not in page.headers
            assert "noindex" in page.headers["x-robots-tag"] and 'content="noindex' in page.text
            assert page.headers["cache-control"] == "no-store"
        assert "Disallow: /" in client.get("/robots.txt").text
        filled = client.get("/tra-cuu", params={"ma": "h26.1-261119-0001 "})
        assert 'value="H26.1-261119-0001"' in filled.text
        assert client.get("/tra-cuu", params={"ma": row["code"], "mat": "x"}).status_code == 200
        evil = client.get("/tra-cuu", params={"ma": '"><script>alert(1)</script>'})
        assert "<script>alert" not in evil.text.lower()


def test_one_address_asks_only_so_often(site):
    with visitor(site.url) as client:
        for _ in range(looking.PER_ADDRESS.most):
            assert ask(client, "a", "b").status_code == 404
        blocked = ask(client, "a", "b")
        assert blocked.status_code == 429 and int(blocked.headers["retry-after"]) > 0
        row = dossiers(site)[0]
        assert ask(client, row["code"], lookup_secret(row["id"])).status_code == 429
        secret = lookup_secret(row["id"])
        assert ask(client, row["code"], secret, **from_address(9)).status_code == 200
        site.clock.advance(minutes=11)
        assert ask(client, row["code"], lookup_secret(row["id"])).status_code == 200


def test_who_is_right_may_ask_as_often_as_they_like(site):
    row = dossiers(site)[0]
    with visitor(site.url) as client:
        for _ in range(looking.PER_ADDRESS.most + 2):
            answer = ask(client, row["code"], lookup_secret(row["id"]), **from_address(77))
            assert answer.status_code == 200


def test_one_code_is_guessed_only_so_often_from_all_the_world(site, monkeypatch):
    assert 2**40 / looking.PER_CODE.most / 24 / 365 > 100_000, "years to find a lookup code"
    monkeypatch.setattr(routes, "PER_CODE", Budget("status-code", 30, 3600))
    row, other = dossiers(site)[:2]
    with visitor(site.url) as client:
        for number in range(routes.PER_CODE.most + 1):
            last = ask(client, row["code"], "0000-0000", **from_address(number))
        assert last.status_code == 429
        secret = lookup_secret(row["id"])
        assert ask(client, row["code"], secret, **from_address(200)).status_code == 429
        secret = lookup_secret(other["id"])
        assert ask(client, other["code"], secret, **from_address(201)).status_code == 200


def test_a_cut_off_office_is_told_with_the_hour(site):
    row, code = dossiers(site)[0], site.codes["main"]
    with visitor(site.url) as client:
        try:
            site.clock.advance(hours=5)
            page = ask(client, row["code"], lookup_secret(row["id"]))
            assert "chưa kết nối được với máy chủ thành phố" in page.text
            assert "Số liệu lúc 10:28, 19/11/2026" in page.text
            assert "Ngày hẹn không thay đổi" in page.text
        finally:
            site.clock.set(NOW)
        with site.city.write(code) as tx:
            tx.execute(insert(dirty_stream).values(off=code, st="x/1", since_ms=NOW_MS))
        page = ask(client, row["code"], lookup_secret(row["id"]))
        assert "còn thông tin đang gửi về" in page.text
        with site.city.write(code) as tx:
            tx.execute(delete(dirty_stream))
            tx.execute(update(contact).values(seen_ms=NOW_MS - 2 * MINUTE))
        assert "đang gửi về" not in ask(client, row["code"], lookup_secret(row["id"])).text
