"""Every widget a screen is built from. Plain text by construction; screens use no raw Qt labels.

Words      Label(text, role=...).wrapped().selectable(), Title, Heading, Quiet, Small, CodeLabel,
           Elided (one line, full text as tooltip), Link(text).clicked, nfc(text),
           tip(text) for any tooltip
Buttons    Button(text, key="F8", icon_name="printer", act=f), PrimaryButton, DangerButton,
           IconButton("plus", words, act=f); hint= prints a key that someone else answers
Fields     Field(label, optional=True, hint=...).text()/set_text()/set_error(), edited, committed;
           SecretField, DateField.value(), TextArea, ComboField(label, [(value, words)]).value(),
           CheckField, RadioField, SearchPicker(label, finder).chosen -> Choice(key, title, note)
States     Chip(words, kind), ChipButton, ChipText(words, kind) for table columns and facts;
           kind: overdue, soon, done, paused, info, neutral
Surfaces   Card(heading, remark=...).add(w), NumberCard, Banner().say(...), Empty(sentence),
           ScrollColumn().body
Lists      DataTable([Column(title, get, width)], key=f, empty=sentence, bulk=BulkBar([...]))
           .show_rows(rows, total=n); picked, opened, marked, more_wanted
Readings   Facts([(label, value)]), Timeline([Step(...)]), WhyPanel().explain(heading, lines),
           BarRow(name, [(3, "overdue")], most=40), PagePreview().show_document(pages, painter)
Dialogs    Dialog(parent, title, primary=...), confirm(...), ask_reason(...)
Layout     row(owner), column(owner), hline(), vline(), spacer(), clear(layout), repolish(widget)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ui.widgets.bars import BarRow
    from ui.widgets.bulk import BulkBar
    from ui.widgets.buttons import Button, DangerButton, IconButton, PrimaryButton, key_words
    from ui.widgets.cards import Banner, Card, Empty, NumberCard, ScrollColumn
    from ui.widgets.checks import CheckField, RadioField
    from ui.widgets.chips import Chip, ChipButton, ChipText, Kind
    from ui.widgets.dialogs import Dialog, ask_reason, confirm
    from ui.widgets.facts import Facts, Step, Timeline, WhyPanel
    from ui.widgets.fields import ComboField, DateField, Field, FieldFrame, SecretField, TextArea
    from ui.widgets.helpview import HelpView
    from ui.widgets.layout import clear, column, hline, repolish, row, spacer, vline
    from ui.widgets.picker import Choice, Finder, PopupSearch, SearchPicker
    from ui.widgets.preview import PageImage, PagePreview
    from ui.widgets.rows import Column
    from ui.widgets.status import StatusLine
    from ui.widgets.table import DataTable
    from ui.widgets.text import (
        CodeLabel,
        Elided,
        Heading,
        Label,
        Link,
        Quiet,
        Small,
        Title,
        nfc,
        tip,
    )

__all__ = [
    "Banner", "BarRow", "BulkBar", "Button", "Card", "CheckField", "Chip", "ChipButton", "ChipText",
    "Choice", "CodeLabel", "Column", "ComboField", "DangerButton", "DataTable", "DateField",
    "Dialog", "Elided", "Empty", "Facts", "Field", "FieldFrame", "Finder", "Heading", "HelpView",
    "IconButton", "Kind", "Label", "Link", "NumberCard", "PageImage", "PagePreview", "PopupSearch",
    "PrimaryButton", "Quiet", "RadioField", "ScrollColumn", "SearchPicker", "SecretField", "Small",
    "StatusLine", "Step", "TextArea", "Timeline", "Title", "WhyPanel", "ask_reason", "clear",
    "column", "confirm", "hline", "key_words", "nfc", "repolish", "row", "spacer", "tip", "vline",
]  # fmt: skip

_HOMES = {
    "bars": "BarRow",
    "bulk": "BulkBar",
    "buttons": "Button DangerButton IconButton PrimaryButton key_words",
    "cards": "Banner Card Empty NumberCard ScrollColumn",
    "checks": "CheckField RadioField",
    "chips": "Chip ChipButton ChipText Kind",
    "dialogs": "Dialog ask_reason confirm",
    "facts": "Facts Step Timeline WhyPanel",
    "fields": "ComboField DateField Field FieldFrame SecretField TextArea",
    "helpview": "HelpView",
    "layout": "clear column hline repolish row spacer vline",
    "picker": "Choice Finder PopupSearch SearchPicker",
    "preview": "PageImage PagePreview",
    "rows": "Column",
    "status": "StatusLine",
    "table": "DataTable",
    "text": "CodeLabel Elided Heading Label Link Quiet Small Title nfc tip",
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """A widget is loaded when somebody first names it: the sign-in window needs few of them."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found
