"""The places of a document that wait for a signature: the leader's, then the seal's."""

from __future__ import annotations

from dataclasses import dataclass

from models.words import tr

__all__ = ["LEADER_FIELD", "SEAL_FIELD", "FieldBox", "field_words"]

LEADER_FIELD = "ChuKyLanhDao"
"""Field of the leader's own signature; must be signed by a person's certificate."""
SEAL_FIELD = "DauCoQuan"
"""Field of the organisation's seal; must be signed by the organisation's certificate."""


@dataclass(frozen=True)
class FieldBox:
    """An empty signature field: name, rectangle, page.

    The rectangle is (left, bottom, right, top) in whole points (fractions are rounded); the page
    counts from 0, or from the end with -1 for the last page.
    """

    name: str
    box: tuple[float, float, float, float]
    page: int = -1


def field_words(name: str) -> str:
    """What a clerk calls the field `name`; fields of other programs keep their own names."""
    return {
        LEADER_FIELD: tr("chữ ký lãnh đạo"),
        SEAL_FIELD: tr("con dấu cơ quan"),
    }.get(name, name)
