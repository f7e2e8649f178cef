"""What a correction of persons sets: only what the clerk changed, on top of what stands now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.dossier import Dossier, field_words
from models.errors import NotAllowed
from models.party import Person
from models.person_parts import changed_parts, part_text, with_part
from models.words import tr

__all__ = ["corrected_persons"]


def corrected_persons(
    typed: Mapping[str, Person], seen: Dossier, *, now: Dossier
) -> dict[str, Any]:
    """The fields `submitter`, `applicant` and `changed` of `Corrected` for persons as typed.

    `seen` is the dossier the clerk had before them, `now` the one that stands: what came in
    meanwhile stays. Raises `NotAllowed` HS-13 when it is the very part the clerk changed.
    """
    made: dict[str, Any] = {}
    changed: list[str] = []
    for whose, person in typed.items():
        before, stands = getattr(seen, whose) or person, getattr(now, whose) or person
        for part in changed_parts(before, person):
            if part_text(stands, part) not in (part_text(before, part), part_text(person, part)):
                raise _changed_meanwhile(f"{whose}.{part}")
            stands = with_part(stands, part, person)
            changed.append(f"{whose}.{part}")
        made[whose] = stands
    return made | {"changed": tuple(changed)}


def _changed_meanwhile(what: str) -> NotAllowed:
    return NotAllowed(
        "HS-13",
        tr("Mục «{what}» vừa được người khác sửa.", what=field_words(what)),
        tr("Đóng hộp này, xem lại hồ sơ rồi sửa lại nếu cần."),
    )
