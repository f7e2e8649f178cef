"""The catalogue as screens and commands ask it: find, search, what is in force, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.errors import InputError
from models.procedure import Procedure, unverified_kinds
from models.process import TEMPLATE, Process
from models.unit import Unit
from models.words import tr
from services.catalogue.bundle import Bundle, load_bundle
from services.catalogue.search import ProcedureIndex, UnitIndex

__all__ = ["Catalogue", "Coverage", "bundled_catalogue"]


@dataclass(frozen=True)
class Coverage:
    """How much of the city's list is loaded, and what is still unknown in it.

    `loaded` counts all procedures, `ended` those no longer in force on the day asked about;
    `unverified` gives for each kind of `UNVERIFIED_KINDS` how many procedures are concerned.
    """

    loaded: int
    expected: int
    ended: int
    by_handler: dict[str, int]
    unverified: dict[str, int]


class Catalogue:
    """One version of the catalogue, indexed; holds no state of its own and may be shared."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._by_code = {procedure.code: procedure for procedure in bundle.procedures}
        self._units = {unit.code: unit for unit in bundle.units}
        self._processes = {p.procedure_code: p for p in bundle.processes if p.procedure_code}

    @cached_property
    def _index(self) -> ProcedureIndex:
        return ProcedureIndex(self.bundle.procedures)

    @cached_property
    def _unit_index(self) -> UnitIndex:
        return UnitIndex(self.bundle.units)

    def find_procedure(self, code: str) -> Procedure | None:
        """The procedure with exactly this code, if it is loaded."""
        return self._by_code.get(code.strip())

    def get_procedure(self, code: str) -> Procedure:
        """The procedure with exactly this code; raises InputError DM-01."""
        found = self.find_procedure(code)
        if found is None:
            raise InputError(
                "DM-01",
                tr("Danh mục chưa có thủ tục mã {code}.", code=code.strip()),
                tr("Hãy kiểm tra lại mã hoặc nhập danh mục mới của Thành phố."),
                field="procedure",
            )
        return found

    def search(
        self,
        text: str,
        limit: int = 20,
        *,
        favourites: Iterable[str] = (),
        recents: Sequence[str] = (),
        day: date | None = None,
    ) -> tuple[Procedure, ...]:
        """The best `limit` procedures for what a clerk typed, in force on `day` if it is given.

        Understands a code or its beginning, words in any order with or without accents, and first
        letters ("ks" is khai sinh). Among equals the codes in `favourites` come first, then
        `recents` (latest first); an empty text lists just those before everything else.
        """
        found = self._index.search(text, favourites=frozenset(favourites), recents=recents)
        return tuple(p for p in found if day is None or p.in_force(day))[:limit]

    def procedures_on(self, day: date) -> tuple[Procedure, ...]:
        """The procedures in force on `day`, by code."""
        return tuple(p for p in self.bundle.procedures if p.in_force(day))

    def process_for(self, procedure_code: str) -> Process:
        """The published internal process of a procedure, else the general commune template."""
        return self._processes.get(procedure_code) or self._processes[TEMPLATE]

    def find_unit(self, code: str) -> Unit | None:
        """The commune-level unit with this five-digit code."""
        return self._units.get(code.strip())

    def get_unit(self, code: str) -> Unit:
        """The commune-level unit with this five-digit code; raises InputError DM-02."""
        found = self.find_unit(code)
        if found is None:
            raise InputError(
                "DM-02",
                tr("Hà Nội không có đơn vị cấp xã mã {code}.", code=code.strip()),
                tr("Hãy chọn một trong 126 phường, xã trong danh sách."),
                field="unit",
            )
        return found

    def search_units(self, text: str, limit: int = 126) -> tuple[Unit, ...]:
        """The units whose name or code matches `text`, best first; all of them for no text."""
        return self._unit_index.search(text)[:limit]

    def coverage(self, day: date) -> Coverage:
        """How much of the city's list is loaded on `day` and what in it is unverified."""
        current = self.procedures_on(day)
        kinds = Counter(kind for p in current for kind in unverified_kinds(p))
        return Coverage(
            loaded=len(self.bundle.procedures),
            expected=self.bundle.expected,
            ended=len(self.bundle.procedures) - len(current),
            by_handler=dict(Counter(p.handled_by for p in self.bundle.procedures)),
            unverified=dict(kinds),
        )


def bundled_catalogue() -> Catalogue:
    """The catalogue that comes with the program."""
    return Catalogue(load_bundle())
