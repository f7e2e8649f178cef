"""A difference between two catalogues gives the very bytes of the next one, whatever changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ForeignError
from services.catalogue.bundle import bundle_from_json, bundle_to_json, load_bundle
from services.catalogue.difference import difference, with_difference
from services.catalogue.stored import difference_event, import_event

BASE = load_bundle()
COUNTS = (0, 1, 0)


@given(st.data())
def test_any_rows_gone_changed_added_or_moved_come_back(data):
    rows = list(BASE.procedures[:30])
    kept = data.draw(st.permutations(range(30)))[: data.draw(st.integers(0, 30))]
    changed = [
        replace(rows[i], name=rows[i].name + " (sửa)") if data.draw(st.booleans()) else rows[i]
        for i in kept
    ]
    old = replace(BASE, procedures=tuple(rows))
    new = replace(BASE, procedures=tuple(changed), version="x", effective_from=date(2026, 12, 1))
    made = with_difference(bundle_to_json(old), difference(new, old))
    assert made == bundle_to_json(new)
    assert bundle_from_json(made, new.digest).version == "x"


def test_one_changed_row_is_far_smaller_than_the_whole():
    first, *others = BASE.procedures
    new = replace(BASE, procedures=(replace(first, name="Tên mới"), *others), version="2")
    whole = import_event(new, source="tệp", counts=COUNTS)
    part = difference_event(new, BASE, source="tệp", counts=COUNTS)
    assert part.base == BASE.digest and whole.base == ""
    assert len(part.body) * 20 < len(whole.body)


def test_another_catalogue_altogether_is_sent_whole():
    new = replace(BASE, procedures=BASE.procedures[:1], units=(), processes=(), version="2")
    old = replace(new, procedures=BASE.procedures[5:6], version="1")
    part = difference_event(new, old, source="tệp", counts=COUNTS)
    assert part.base in ("", old.digest)
    assert len(part.body) <= len(import_event(new, source="tệp", counts=COUNTS).body)


@pytest.mark.parametrize(
    "change",
    [
        b"",
        b"[]",
        b'{"head": {}, "tables": {"procedures": [[0, 9999]], "units": [], "processes": []}}',
        b'{"head": {}, "tables": {"procedures": [[-1, 1]], "units": [], "processes": []}}',
        b'{"head": {}, "tables": {"procedures": [["a", 1]], "units": [], "processes": []}}',
        b'{"head": 3, "tables": {}}',
    ],
)
def test_a_malformed_difference_is_refused(change):
    with pytest.raises(ForeignError, match="DM-34"):
        with_difference(bundle_to_json(BASE), change)
