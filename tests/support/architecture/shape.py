"""The shape of the code: sizes, docstrings, where commits and paragraphs may stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.architecture.tree import FOREIGN_RULES, Breach, Module, called, name_of

MAX_FILE, MAX_FUNCTION = 400, 60
COMMIT_ROOM = ("services/store/unit.py", "server/store/", *FOREIGN_RULES)
BEGIN_ROOMS = ("services/store/", "server/store/")
PARAGRAPH_ROOMS = ("services/documents/text.py",)
WIDGET_ROOM = ("ui/widgets/",)
RICH_WIDGETS = {
    "QLabel",
    "QMessageBox",
    "QTextEdit",
    "QTextBrowser",
    "QPushButton",
    "QErrorMessage",
    "QToolTip",
    "QWhatsThis",
}
"""Qt classes that guess rich text from the content, or that have our own plain version."""

RICH_CALLS = {"setHtml", "insertHtml", "appendHtml", "setMarkdown"}
RICH_FORMATS = {"RichText", "AutoText", "MarkdownText"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def check_sizes(module: Module) -> Iterator[Breach]:
    """No file over 400 lines, no function over 60."""
    if module.within(*FOREIGN_RULES):
        return
    if len(module.lines) > MAX_FILE:
        yield module.breach("size", MAX_FILE, f"file has {len(module.lines)} lines")
    for node in module.nodes:
        if isinstance(node, FUNCTIONS):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION:
                yield module.breach("size", node, f"{node.name} has {length} lines")


def check_docstrings(module: Module) -> Iterator[Breach]:
    """Each module says what it is; public classes and functions below the windows too."""
    if module.within("tests/") and not module.within("tests/support/"):
        return
    may_be_empty = not module.is_program and not module.source.strip()
    if not ast.get_docstring(module.tree) and not may_be_empty:
        yield module.breach("docstring", 1, "module without a docstring")
    if module.layer not in ("models", "services", "server") or module.within(*FOREIGN_RULES):
        return
    for node in module.tree.body:
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield module.breach("docstring", node, f"{node.name} without a docstring")


def check_commits(module: Module) -> Iterator[Breach]:
    """Only the unit of work commits; on the server its own folder for the database does."""
    if not module.is_program:
        return
    for call in module.calls():
        if called(call) == "commit" and not module.within(*COMMIT_ROOM):
            yield module.breach("commit", call, "commit outside services/store/unit.py")
        if called(call) == "begin" and not module.within(*BEGIN_ROOMS):
            yield module.breach("commit", call, "begin() commits at its end: use the unit of work")
    for node in module.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.strip().rstrip(";").upper().split()
            is_commit = words[:1] == ["COMMIT"] and len(words) <= 2
            if is_commit and not module.within(*COMMIT_ROOM):
                yield module.breach("commit", node, "COMMIT outside services/store/unit.py")


def check_plain_widgets(module: Module) -> Iterator[Breach]:
    """Widgets that would guess rich text are made in ui/widgets only; rich text nowhere."""
    if module.layer != "ui":
        return
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and node.attr in RICH_FORMATS:
            yield module.breach("plain-text", node, f"{node.attr} is never used")
        if isinstance(node, ast.Call) and called(node) in RICH_CALLS:
            yield module.breach("plain-text", node, f"{called(node)} takes rich text")
        if not module.within(*WIDGET_ROOM):
            yield from _raw_widgets(module, node)


def _raw_widgets(module: Module, node: ast.AST) -> Iterator[Breach]:
    if isinstance(node, ast.Call):
        owners = name_of(node.func).split(".")
        if raw := RICH_WIDGETS.intersection(owners):
            yield module.breach("plain-text", node, f"raw {', '.join(raw)} outside ui/widgets")
    if isinstance(node, ast.ClassDef):
        bases = {name_of(base).rpartition(".")[2] for base in node.bases}
        if raw := RICH_WIDGETS & bases:
            yield module.breach("plain-text", node, f"{node.name} derives from {', '.join(raw)}")


def check_paragraphs(module: Module) -> Iterator[Breach]:
    """reportlab's Paragraph reads markup: only the escaping helper may make one."""
    if not module.is_program or module.within(*PARAGRAPH_ROOMS):
        return
    for call in module.calls():
        if called(call) in ("Paragraph", "XPreformatted"):
            yield module.breach("paragraph", call, f"Paragraph outside {PARAGRAPH_ROOMS}")
