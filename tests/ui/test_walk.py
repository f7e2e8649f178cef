"""Hostile text stays text in every widget of the frame; keys are single; everything has a name."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from tests.support.walk import HOSTILE, cut_texts, double_keys, nameless, rich_places, shown_texts
from tests.ui.gallery import make_first_run, make_login, make_shell
from ui.messages import Message
from ui.shell.shell import Person
from ui.widgets import (
    Banner,
    BarRow,
    Button,
    Card,
    CheckField,
    Chip,
    ChipButton,
    ChipText,
    Choice,
    CodeLabel,
    Column,
    ComboField,
    DataTable,
    Elided,
    Empty,
    Facts,
    Field,
    HelpView,
    IconButton,
    Label,
    Link,
    NumberCard,
    RadioField,
    SearchPicker,
    StatusLine,
    Step,
    TextArea,
    Timeline,
    WhyPanel,
    ask_reason,
    confirm,
    tip,
)


def table() -> DataTable:
    made = DataTable(
        [Column(HOSTILE, lambda r: r), Column("b", lambda r: ChipText(r, "soon"))],
        key=lambda r: r,
        empty=HOSTILE,
    )
    made.show_rows([HOSTILE])
    return made


def said(banner: Banner) -> Banner:
    banner.say(HOSTILE, details=HOSTILE, act=(HOSTILE, lambda: None))
    return banner


def why() -> WhyPanel:
    made = WhyPanel()
    made.explain(HOSTILE, [HOSTILE], remark=HOSTILE)
    return made


def page() -> HelpView:
    made = HelpView()
    made.show_page(f"# {HOSTILE}\n\n{HOSTILE}\n\n- {HOSTILE}")
    return made


def line() -> StatusLine:
    made = StatusLine()
    made.say("a", HOSTILE, note=HOSTILE)
    return made


MAKERS = {
    "label": lambda: Label(HOSTILE), "elided": lambda: Elided(HOSTILE),
    "link": lambda: Link(HOSTILE),
    "code": lambda: CodeLabel(HOSTILE), "chip": lambda: Chip(HOSTILE, "soon"),
    "chip button": lambda: ChipButton(HOSTILE, "soon"), "button": lambda: Button(HOSTILE),
    "icon button": lambda: IconButton("plus", HOSTILE),
    "card": lambda: Card(HOSTILE, remark=HOSTILE),
    "number": lambda: NumberCard(HOSTILE), "banner": lambda: said(Banner()),
    "empty": lambda: Empty(HOSTILE, act=(HOSTILE, lambda: None)), "table": table,
    "field": lambda: Field(HOSTILE, hint=HOSTILE, placeholder=HOSTILE),
    "area": lambda: TextArea(HOSTILE, hint=HOSTILE),
    "combo": lambda: ComboField(HOSTILE, [(1, HOSTILE)]),
    "check": lambda: CheckField(HOSTILE), "radio": lambda: RadioField(HOSTILE),
    "facts": lambda: Facts([(HOSTILE, HOSTILE), (HOSTILE, ChipText(HOSTILE))]), "why": why,
    "timeline": lambda: Timeline([Step(HOSTILE, HOSTILE, HOSTILE, HOSTILE)]),
    "bar": lambda: BarRow(HOSTILE, [(1, "soon")], most=2), "help": page, "status": line,
    "picker": lambda: SearchPicker(HOSTILE, lambda t, a: None, hint=HOSTILE),
}  # fmt: skip


@pytest.mark.parametrize("name", MAKERS)
def test_hostile_text_stays_text_in(qtbot, name):
    widget = MAKERS[name]()
    qtbot.addWidget(widget)
    widget.show()
    assert rich_places(widget) == []
    widget.grab()


def test_the_walk_itself_sees_rich_text(qtbot):
    loose = QLabel(HOSTILE)
    loose.setToolTip("<b>x</b>")
    qtbot.addWidget(loose)
    assert len(rich_places(loose)) == 2


def test_a_tooltip_shows_hostile_text_letter_by_letter(qapp):
    assert tip("a < b\nc") == "<qt>a &lt; b<br>c</qt>"
    assert tip("thường & đủ") == "thường & đủ"


def test_hostile_text_stays_text_in_the_whole_shell(qtbot):
    shell = make_shell()
    qtbot.addWidget(shell)
    shell.show()
    shell.say_user(Person(HOSTILE, HOSTILE, HOSTILE))
    shell.say_network(HOSTILE, "soon", HOSTILE)
    shell.say_status("x", HOSTILE, note=HOSTILE)
    shell.desk.messages.say(Message(HOSTILE, "overdue", HOSTILE, "MA-01", HOSTILE))
    shell.top.search.setFocus()
    shell.top.popup.show_choices([Choice(1, HOSTILE, HOSTILE)])
    for name in shell.specs:
        shell.go(name)
        assert rich_places(shell) == []
    ask_reason(
        shell, HOSTILE, primary=HOSTILE, act=lambda r: None, text=HOSTILE, examples=[HOSTILE]
    )
    confirm(shell, HOSTILE, HOSTILE, primary=HOSTILE, act=lambda: None)
    shell.show_help()
    shell.lock_now()
    for window in QApplication.topLevelWidgets():
        assert rich_places(window) == []
    assert any(HOSTILE in text for text in shown_texts(shell))


@pytest.mark.parametrize("name", ["today", "intake", "mine"])
def test_no_key_is_answered_twice_and_everything_has_a_name(qtbot, name):
    shell = make_shell()
    qtbot.addWidget(shell)
    shell.show()
    shell.go(name)
    assert double_keys(shell) == []
    assert nameless(shell) == []


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (911, 512)])
@pytest.mark.parametrize("name", ["today", "intake"])
def test_nothing_is_cut(qtbot, name, size):
    shell = make_shell()
    qtbot.addWidget(shell)
    shell.resize(*size)
    shell.show()
    shell.go(name)
    assert cut_texts(shell) == []
    assert (shell.width(), shell.height()) == size


@pytest.mark.parametrize("make", [make_login, make_first_run])
def test_first_windows_are_plain_named_and_whole(qtbot, make):
    window = make()
    qtbot.addWidget(window)
    window.show()
    assert rich_places(window) == [] and nameless(window) == [] and cut_texts(window) == []


def test_a_very_long_token_breaks_instead_of_being_cut(qtbot):
    holder = Card()
    qtbot.addWidget(holder)
    words = Label("Nguyễn" * 12).wrapped()
    holder.add(words)
    holder.resize(200, 300)
    holder.show()
    assert words.text() == "Nguyễn" * 12
    assert words.minimumSizeHint().width() < 260
