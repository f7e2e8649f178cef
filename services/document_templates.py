"""Which template a draft is made from: the one in force, or exactly the one it was submitted with.

What a leader approves includes the words of the template, so a submitted draft carries their
digest; a template saved later never changes a document already submitted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import MISSING, fields, replace

from sqlalchemy import Connection

from models.envelope import Sealed
from models.errors import InputError
from models.events.administration import TemplateChanged
from models.events.handling import Draft
from models.latest import latest
from models.order import canonical
from models.words import tr
from services.clock import iso_of
from services.core import Core
from services.documents.templates import (
    DocumentTemplate,
    builtin_templates,
    get_template,
    parse_template,
)
from services.journal.rivals import write_rivals

__all__ = [
    "own_templates", "pinned", "project_templates", "template_digest", "template_for",
    "template_stream",
]  # fmt: skip


def template_stream(code: str) -> str:
    """The stream of one template's versions."""
    return f"template/{code}"


def own_templates(core: Core) -> tuple[DocumentTemplate, ...]:
    """The office's own templates, newest version first."""
    with core.store.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT name, body FROM template ORDER BY place DESC, added_at DESC, version DESC"
        ).all()
    return tuple(parse_template(body, name) for name, body in rows)


def template_digest(template: DocumentTemplate) -> str:
    """SHA-256 in hex over everything the template says; what is left at its default is left out."""
    said = {
        each.name: getattr(template, each.name)
        for each in fields(template)
        if each.default is MISSING or getattr(template, each.name) != each.default
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def template_for(core: Core, draft: Draft) -> DocumentTemplate:
    """The template of `draft`: its very version once it was submitted, else the one in force.

    Raises `InputError` TL-06 when there is none in force, TL-31 when the submitted version is no
    longer here (an update of the program may have replaced a template that came with it).
    """
    own = own_templates(core)
    if not draft.template_version:
        return get_template(draft.template, core.clock.now().date(), own)
    for template in (*own, *builtin_templates()):
        if template.code == draft.template and template_digest(template) == draft.template_version:
            return template
    raise InputError(
        "TL-31",
        tr("Mẫu văn bản lúc trình duyệt không còn trên máy này."),
        tr("Trả lại để công chức trình duyệt lại với mẫu hiện hành."),
    )


def pinned(core: Core, draft: Draft) -> Draft:
    """`draft` bound to the words of the template in force now, as it is submitted.

    Raises `InputError` TL-06 when there is no such template.
    """
    template = template_for(core, replace(draft, template_version=""))
    return replace(draft, template_version=template_digest(template))


def project_templates(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """A row for every version of one template, numbered in canonical order.

    A text that is no template of this name (a newer or a faulty program wrote it) has no effect.
    """
    code = stream.partition("/")[2]
    order = canonical(events)
    write_rivals(tx, stream, "template", found=latest(order, _stated))
    tx.exec_driver_sql("DELETE FROM template WHERE name = ? AND place > 0", (code,))
    for place, item in enumerate(order.events, start=1):
        stated = _stated(item)
        if stated is None or stated[0] != code or item.outlawed:
            continue
        tx.exec_driver_sql(
            "INSERT OR REPLACE INTO template (name, version, body, added_at, place) "
            "VALUES (?,?,?,?,?)",
            (code, item.envelope.id, stated[1], iso_of(item.envelope.wall), place),
        )


def _stated(item: Sealed) -> tuple[str, str] | None:
    """The code and the text of a template an event carries; None when it carries none."""
    event = item.event()
    if not isinstance(event, TemplateChanged) or not event.text:
        return None
    try:
        code = parse_template(event.text, event.name).code
    except InputError:
        return None
    return (code, event.text) if code == event.name else None
