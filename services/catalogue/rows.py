"""The catalogue's own schema: flat rows of text, in CSV files and in stored versions alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from models.checklist import ProcedureComponent, join_list, split_list
from models.fee import Fee
from models.procedure import Procedure
from models.process import Process, ProcessStep
from models.unit import Unit

__all__ = [
    "procedure_from_row",
    "procedure_row",
    "process_rows",
    "processes_from_rows",
    "unit_from_row",
    "unit_row",
]

PLAIN = (
    "code", "name", "keywords", "field", "ministry", "level", "handled_by", "limit_unit",
    "limit_text", "limit_source", "count_mode", "cutoff_source", "online_level", "source",
    "confidence", "note", "version",
)  # fmt: skip
"""Fields of a procedure that are text in the row as in the dataclass."""

UNIT_FIELDS = ("code", "name", "kind", "short_name", "agency_code", "source", "confidence")
FLAGS = {"1": True, "0": False, "": False}


def procedure_from_row(row: Mapping[str, str]) -> Procedure:
    """The procedure of one row; raises ValueError or KeyError when a value cannot be read."""
    get = row.get
    value, fee = get("limit_value", ""), get("fee", "")
    start, end = get("effective_from", ""), get("effective_to", "")
    clear = tuple(ProcedureComponent(name) for name in split_list(get("components", "")))
    cut = split_list(get("components_unclear", ""))
    return Procedure(
        **{name: get(name, "") for name in PLAIN},
        hanoi_specific=FLAGS[get("hanoi_specific", "")],
        limit_value=Decimal(value) if value else None,
        cutoff_15h=FLAGS[get("cutoff_15h", "")],
        fee=Fee(int(fee) if fee else None, get("fee_text", "")),
        results=split_list(get("results", "")),
        components=clear + tuple(ProcedureComponent(name, unclear=True) for name in cut),
        legal_basis=split_list(get("legal_basis", "")),
        verified=int(get("verified", "") or 0),
        effective_from=date.fromisoformat(start) if start else None,
        effective_to=date.fromisoformat(end) if end else None,
    )


def procedure_row(procedure: Procedure) -> dict[str, str]:
    """The inverse of `procedure_from_row`: every column, empty text for what is unknown."""
    clear = tuple(part.name for part in procedure.components if not part.unclear)
    unclear = tuple(part.name for part in procedure.components if part.unclear)
    value, fee = procedure.limit_value, procedure.fee.amount
    start, end = procedure.effective_from, procedure.effective_to
    return {name: str(getattr(procedure, name)) for name in PLAIN} | {
        "hanoi_specific": "1" if procedure.hanoi_specific else "0",
        "limit_value": "" if value is None else f"{value:f}",
        "cutoff_15h": "1" if procedure.cutoff_15h else "0",
        "fee": "" if fee is None else str(fee),
        "fee_text": procedure.fee.text,
        "results": join_list(procedure.results),
        "components": join_list(clear),
        "components_unclear": join_list(unclear),
        "legal_basis": join_list(procedure.legal_basis),
        "verified": str(procedure.verified),
        "effective_from": start.isoformat() if start else "",
        "effective_to": end.isoformat() if end else "",
    }


def unit_from_row(row: Mapping[str, str]) -> Unit:
    """The commune-level unit of one row."""
    return Unit(**{name: row.get(name, "") for name in UNIT_FIELDS})


def unit_row(unit: Unit) -> dict[str, str]:
    """The inverse of `unit_from_row`."""
    return {name: str(getattr(unit, name)) for name in UNIT_FIELDS}


def processes_from_rows(rows: Iterable[Mapping[str, str]]) -> tuple[Process, ...]:
    """Processes from their steps, one row a step; a step belongs to the code and name it repeats.

    Raises ValueError or KeyError when a value cannot be read.
    """
    found: dict[tuple[str, str], Process] = {}
    for row in rows:
        key = row["procedure_code"], row["procedure_name"]
        head = Process(*key, (), row["total_text"], row["applies_to"], row["source"])
        process = found.get(key, replace(head, confidence=row["confidence"]))
        found[key] = replace(process, steps=(*process.steps, _step_from_row(row)))
    return tuple(found.values())


def _step_from_row(row: Mapping[str, str]) -> ProcessStep:
    return ProcessStep(
        number=int(row["step"]),
        name=row["name"],
        role=row["role"],
        actor=row["actor"],
        hours=Decimal(row["hours"]) if row["hours"] else None,
        counted=FLAGS[row["counted"]],
        hours_text=row["hours_text"],
    )


def process_rows(processes: Iterable[Process]) -> list[dict[str, str]]:
    """The inverse of `processes_from_rows`."""
    return [
        {
            "procedure_code": process.procedure_code,
            "procedure_name": process.procedure_name,
            "step": str(step.number),
            "name": step.name,
            "role": step.role,
            "actor": step.actor,
            "hours": "" if step.hours is None else f"{step.hours:f}",
            "counted": "1" if step.counted else "0",
            "hours_text": step.hours_text,
            "total_text": process.total_text,
            "applies_to": process.applies_to,
            "source": process.source,
            "confidence": process.confidence,
        }
        for process in processes
        for step in process.steps
    ]
