"""With what a draft begins: the template, what the dossier already says, what was typed before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.dossier import Dossier
from models.staff import Staff
from services.core import Core
from services.document_templates import own_templates
from services.documents.templates import DocumentTemplate, builtin_templates
from services.dossiers.drafts import find_draft
from services.papers import draft_values

__all__ = ["KIND", "Begun", "begin_draft"]

KIND = "result_draft"
"""The kind of form under which half-typed drafts are kept."""


@dataclass(frozen=True)
class Begun:
    """A draft as the editor opens it; `known` are the fields the dossier itself fills."""

    templates: tuple[DocumentTemplate, ...]
    template: str
    values: dict[str, str]
    known: frozenset[str]
    saved_at: str


def begin_draft(core: Core, dossier: Dossier, staff: Staff) -> Begun:
    """Facts of the dossier, over them its draft, over that what `staff` typed and did not save."""
    values = {**draft_values(core, dossier, staff.name), "purpose": dossier.request}
    known = frozenset(name for name, value in values.items() if value)
    template, saved_at = "", ""
    if dossier.draft is not None:
        template, values = dossier.draft.template, {**values, **dossier.draft.values}
    kept = find_draft(core, staff.id, kind=KIND, key=dossier.id)
    if kept is not None:
        template, saved_at = str(kept.fields.get("template", template)), kept.saved_at
        values = {**values, **kept.fields.get("values", {})}
    templates = usable_templates(own_templates(core), core.clock.now().date())
    return Begun(templates, template, values, known, saved_at)


def usable_templates(own: tuple[DocumentTemplate, ...], on: date) -> tuple[DocumentTemplate, ...]:
    """The templates in force `on` that day, the office's own before ours, one per code."""
    found: dict[str, DocumentTemplate] = {}
    for template in (*own, *builtin_templates()):
        ended = template.effective_to is not None and template.effective_to < on
        if template.effective_from <= on and not ended:
            found.setdefault(template.code, template)
    return tuple(found.values())
