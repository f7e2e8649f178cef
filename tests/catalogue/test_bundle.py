"""Versions of the catalogue: the same bytes everywhere, tampering seen, the right one by date."""

import json
from dataclasses import replace
from datetime import date

import pytest

from models.errors import ForeignError
from services.catalogue.bundle import bundle_from_json, bundle_on, bundle_to_json, load_bundle


def test_a_version_survives_storing_with_the_same_name():
    bundle = load_bundle()
    stored = bundle_to_json(bundle)
    again = bundle_from_json(stored, bundle.digest)
    assert again == bundle
    assert again.digest == bundle.digest
    assert bundle_to_json(again) == stored


def test_another_content_has_another_name():
    bundle = load_bundle()
    first, *rest = bundle.procedures
    other = replace(bundle, procedures=(replace(first, name=first.name + "."), *rest))
    assert other.digest != bundle.digest


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-5],
        lambda data: data.replace(b"working_day", b"calendar_day", 1),
        lambda data: b"",
        lambda data: b"[]",
        lambda data: b"\xff\xfe",
    ],
)
def test_changed_bytes_are_refused(damage):
    bundle = load_bundle()
    with pytest.raises(ForeignError) as caught:
        bundle_from_json(damage(bundle_to_json(bundle)), bundle.digest)
    assert caught.value.code == "DM-03"


@pytest.mark.parametrize(
    ("field", "value"), [("limit_value", "ba"), ("fee", "x"), ("effective_to", "31/12/2026")]
)
def test_values_that_cannot_be_read_are_refused_even_without_a_digest(field, value):
    content = json.loads(bundle_to_json(load_bundle()))
    content["procedures"][0][field] = value
    with pytest.raises(ForeignError):
        bundle_from_json(json.dumps(content).encode())


def test_the_version_of_a_day():
    base = load_bundle()
    autumn = replace(base, version="b", effective_from=date(2026, 10, 1))
    later = replace(base, version="c", effective_from=date(2026, 10, 1))
    versions = [base, autumn, later]
    assert bundle_on(versions, date(2026, 9, 30)).version == base.version
    assert bundle_on(versions, date(2026, 10, 1)).version == "c"
    assert bundle_on(versions, date(2020, 1, 1)).version == base.version
    with pytest.raises(ValueError):
        bundle_on([], date(2026, 1, 1))
