"""Verdicts as plain JSON-ready data and back, for the border between two processes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.signing.holder import Holder
from services.signing.verdict import SignatureFinding, State, Verdict

__all__ = ["verdict_from_data", "verdict_to_data"]


def verdict_to_data(verdict: Verdict) -> dict[str, Any]:
    """`verdict` as dictionaries, lists and texts."""
    return {
        "state": verdict.state.value,
        "reasons": list(verdict.reasons),
        "notes": list(verdict.notes),
        "sha256": verdict.sha256,
        "signatures": [_finding_to_data(each) for each in verdict.signatures],
    }


def verdict_from_data(data: Mapping[str, Any]) -> Verdict:
    """The verdict written by `verdict_to_data`; raises KeyError or ValueError on other data."""
    return Verdict(
        State(data["state"]),
        tuple(str(each) for each in data["reasons"]),
        tuple(_finding_from_data(each) for each in data["signatures"]),
        str(data["sha256"]),
        tuple(str(each) for each in data["notes"]),
    )


def _finding_to_data(finding: SignatureFinding) -> dict[str, Any]:
    return {
        "field": finding.field,
        "holder": _holder_to_data(finding.holder) if finding.holder else None,
        "covers_to_end": finding.covers_to_end,
        "time_kind": finding.time_kind,
        "claimed_at": _text(finding.claimed_at),
        "trusted_at": _text(finding.trusted_at),
    }


def _finding_from_data(data: Mapping[str, Any]) -> SignatureFinding:
    return SignatureFinding(
        str(data["field"]),
        _holder_from_data(data["holder"]) if data["holder"] else None,
        bool(data["covers_to_end"]),
        str(data["time_kind"]),
        _moment(data["claimed_at"]),
        _moment(data["trusted_at"]),
    )


def _holder_to_data(holder: Holder) -> dict[str, Any]:
    plain = dict(vars(holder))
    for key in ("valid_from", "valid_to"):
        plain[key] = plain[key].isoformat()
    return plain


def _holder_from_data(data: Mapping[str, Any]) -> Holder:
    texts = {key: str(data[key]) for key in ("name", "position", "organisation", "identity")}
    return Holder(
        **texts,
        serial=str(data["serial"]),
        valid_from=datetime.fromisoformat(data["valid_from"]),
        valid_to=datetime.fromisoformat(data["valid_to"]),
        training=bool(data["training"]),
        fingerprint=str(data["fingerprint"]),
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
