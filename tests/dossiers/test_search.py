"""Searching: a whole code names one dossier, whatever else its parts happen to match."""

from __future__ import annotations

from services.dossiers.search import search_dossiers

CONFIRM_SINGLE = "1.004873"
"""Its word "004873" begins like the serial 0048."""


def test_a_whole_code_comes_first(desk):
    codes = [desk.receive(procedure=CONFIRM_SINGLE).intake.code for _ in range(50)]
    wanted = next(code for code in codes if code.endswith("-0048"))
    with desk.core.store.read() as conn:
        few = search_dossiers(conn, wanted.lower(), limit=3)
        many = search_dossiers(conn, wanted, limit=60)
    assert few.rows[0].code == many.rows[0].code == wanted
    assert len(few.rows) == 3
    assert sorted(row.code for row in many.rows) == codes
    assert few.total == many.total == 50
