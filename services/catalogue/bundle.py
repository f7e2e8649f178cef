"""One version of the catalogue: procedures, units and processes, named by what it contains."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from models.errors import ForeignError, MachineError
from models.procedure import Procedure
from models.process import Process
from models.unit import Unit
from models.words import tr
from services.catalogue.rows import (
    procedure_from_row,
    procedure_row,
    process_rows,
    processes_from_rows,
    unit_from_row,
    unit_row,
)

__all__ = [
    "Bundle",
    "bundle_from_json",
    "bundle_on",
    "bundle_to_json",
    "load_bundle",
    "next_version",
]

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "catalogue"
FORMAT = 1


@dataclass(frozen=True)
class Bundle:
    """One version of the catalogue, in use from `effective_from`.

    `expected` is how many procedures the city counts at commune level (559 in 2026).
    """

    procedures: tuple[Procedure, ...]
    units: tuple[Unit, ...]
    processes: tuple[Process, ...]
    version: str
    effective_from: date
    expected: int

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: equal content has an equal name on every PC."""
        return hashlib.sha256(bundle_to_json(self)).hexdigest()


def bundle_to_json(bundle: Bundle) -> bytes:
    """Canonical UTF-8 JSON of a version, the same bytes on every PC."""
    content = {
        "format": FORMAT,
        "version": bundle.version,
        "effective_from": bundle.effective_from.isoformat(),
        "expected": bundle.expected,
        "procedures": [_short(procedure_row(p)) for p in bundle.procedures],
        "units": [_short(unit_row(unit)) for unit in bundle.units],
        "processes": process_rows(bundle.processes),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def bundle_from_json(data: bytes, expected_digest: str = "") -> Bundle:
    """The version stored as `data`, checked against `expected_digest` when one is given.

    Raises ForeignError DM-03 when the bytes are not a version of the catalogue or were changed.
    """
    digest = hashlib.sha256(data).hexdigest()
    try:
        content = json.loads(data)
        if content["format"] != FORMAT or expected_digest not in ("", digest):
            raise ValueError("another format or other bytes than expected")
        return Bundle(
            procedures=tuple(procedure_from_row(row) for row in content["procedures"]),
            units=tuple(unit_from_row(row) for row in content["units"]),
            processes=processes_from_rows(content["processes"]),
            version=str(content["version"]),
            effective_from=date.fromisoformat(content["effective_from"]),
            expected=int(content["expected"]),
        )
    except (ValueError, ArithmeticError, KeyError, TypeError, AttributeError) as error:
        raise ForeignError(
            "DM-03",
            tr("Phiên bản danh mục đã lưu không đọc được hoặc đã bị thay đổi."),
            tr("Hãy nhập lại danh mục của Thành phố từ tệp gốc."),
        ) from error


class Dated(Protocol):
    """A version of the catalogue, or what is known of one: from when it is used."""

    @property
    def effective_from(self) -> date:
        """The first day."""


D = TypeVar("D", bound=Dated)


def bundle_on(bundles: Iterable[D], day: date) -> D:
    """The version in use on `day`: the latest one begun by then, else the earliest there is.

    Of two versions begun on the same day the later in `bundles` counts. Raises ValueError when
    there is none at all.
    """
    ordered = sorted(bundles, key=lambda bundle: bundle.effective_from)
    begun = [bundle for bundle in ordered if bundle.effective_from <= day]
    if not ordered:
        raise ValueError("no version of the catalogue")
    return begun[-1] if begun else ordered[0]


def next_version(bundles: Iterable[Bundle], day: date) -> str:
    """The name of one more version in use from `day`: 2026-12-01.01, then .02."""
    taken = sum(bundle.effective_from == day for bundle in bundles)
    return f"{day.isoformat()}.{taken + 1:02d}"


@cache
def load_bundle() -> Bundle:
    """The version that comes with the program, from resources/catalogue; parsed once.

    Raises MachineError DM-04 when the files of the program are damaged.
    """
    try:
        head = json.loads((FOLDER / "bundle.json").read_text(encoding="utf-8"))
        stamp = {"version": head["version"]}
        return Bundle(
            procedures=tuple(procedure_from_row(row | stamp) for row in _read("procedures.csv")),
            units=tuple(unit_from_row(row) for row in _read("units.csv")),
            processes=processes_from_rows(_read("processes.csv")),
            version=head["version"],
            effective_from=date.fromisoformat(head["effective_from"]),
            expected=head["expected"],
        )
    except (OSError, ValueError, ArithmeticError, KeyError, TypeError) as error:
        raise MachineError(
            "DM-04",
            tr("Không đọc được danh mục kèm theo chương trình."),
            tr("Hãy cài lại chương trình; dữ liệu của cơ quan không bị ảnh hưởng."),
        ) from error


def _read(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _short(row: dict[str, str]) -> dict[str, str]:
    """`row` without its empty columns, which mean the same as absent ones."""
    return {name: value for name, value in row.items() if value}
