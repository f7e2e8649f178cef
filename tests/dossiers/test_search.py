"""Searching: a whole code names one dossier, whatever else its parts happen to match."""

from __future__ import annotations

from services.dossiers.search import search_dossiers

CONFIRM_SINGLE = "1.004873"
"""Its word "004873" begins like the serial 0048."""


def test_a_whole_code_names_one_dossier(desk):
    codes = [desk.receive(procedure=CONFIRM_SINGLE).intake.code for _ in range(50)]
    wanted = next(code for code in codes if code.endswith("-0048"))
    with desk.core.store.read() as conn:
        for typed in (wanted, wanted.lower(), f" {wanted} "):
            found = search_dossiers(conn, typed, limit=60)
            assert [row.code for row in found.rows] == [wanted] and found.total == 1
        part = search_dossiers(conn, "0048", limit=60)
        assert wanted in [row.code for row in part.rows]
        assert search_dossiers(conn, wanted[:-4] + "9999").total == 0


def test_single_letters_beside_words_do_not_hide_anybody(desk):
    desk.receive()
    with desk.core.store.read() as conn:
        assert search_dossiers(conn, "N nguyet").total == 1
        assert search_dossiers(conn, "n").total == 1
