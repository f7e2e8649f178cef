"""What differs between two versions of the catalogue: rows changed or added, keys removed.

Works on the canonical JSON, so that version and difference give the very bytes of the next one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from models.errors import ForeignError
from models.words import tr
from services.catalogue.bundle import Bundle, bundle_to_json

__all__ = ["difference", "with_difference"]

TABLES = ("procedures", "units", "processes")


def difference(bundle: Bundle, base: Bundle) -> bytes:
    """What makes `bundle` of `base`, as UTF-8 JSON."""
    new, old = json.loads(bundle_to_json(bundle)), json.loads(bundle_to_json(base))
    head = {name: value for name, value in new.items() if name not in TABLES}
    tables = {name: _changes(new[name], old[name]) for name in TABLES}
    text = json.dumps({"head": head, "tables": tables}, ensure_ascii=False, sort_keys=True)
    return text.encode()


def with_difference(base: bytes, change: bytes) -> bytes:
    """The canonical JSON of the version that `change` makes of `base`.

    Raises `ForeignError` DM-34 when they do not belong together; the caller checks the digest.
    """
    try:
        old, said = json.loads(base), json.loads(change)
        content = dict(said["head"])
        for name in TABLES:
            content[name] = _applied(old[name], said["tables"][name])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ForeignError(
            "DM-34",
            tr("Phần thay đổi của danh mục không khớp với phiên bản đang có."),
            tr("Chờ đồng bộ xong rồi xem lại; nếu vẫn lỗi, nhờ Thành phố gửi cả danh mục."),
        ) from error
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _changes(new: Sequence[Mapping[str, str]], old: Sequence[Mapping[str, str]]) -> list[Any]:
    """The rows of the new table: where a row stood in the old one, or the row itself.

    Neighbours that stayed neighbours are one entry [first, count].
    """
    places = {_name(row): place for place, row in enumerate(old)}
    out: list[Any] = []
    for row in new:
        place = places.get(_name(row))
        if place is None:
            out.append(row)
        elif out and isinstance(out[-1], list) and sum(out[-1]) == place:
            out[-1][1] += 1
        else:
            out.append([place, 1])
    return out


def _applied(old: Sequence[Any], changes: Sequence[Any]) -> list[Any]:
    rows: list[Any] = []
    for each in changes:
        if isinstance(each, list):
            first, count = each
            if not 0 <= first < first + count <= len(old):
                raise IndexError("rows the base does not have")
            rows += old[first : first + count]
        else:
            rows.append(each)
    return rows


def _name(row: Mapping[str, str]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
