"""The 126 communes and wards of Hà Nội: code, name, and the agency code an office must enter."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Unit"]


@dataclass(frozen=True)
class Unit:
    """One commune-level unit.

    `code` is its five-digit administrative code, `kind` is "ward" (phường) or "commune" (xã).
    `agency_code` (mã định danh điện tử, QĐ 20/2020/QĐ-TTg) is not published for the new units:
    it is empty until the office enters its own as a setting.
    """

    code: str
    name: str
    kind: str
    short_name: str
    agency_code: str = ""
    source: str = ""
    confidence: str = ""
