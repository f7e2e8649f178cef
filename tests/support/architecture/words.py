"""Words for people: wrapped in tr(), literal, at call time, with English; error codes in order."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Mapping

from tests.support.architecture.tree import Breach, Module, called, docstrings, name_of

ERRORS = {"InputError", "NotAllowed", "MachineError", "ForeignError", "OfficeError"}
CODE = re.compile(r"[A-Z]{2,3}-\d{2}")
VIETNAMESE = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE
)
VIETNAMESE_DATA = ("ui/tour/",)
"""Places of ui/ whose Vietnamese is made-up data (names, addresses), not words for the user."""


def placeholders(text: str) -> set[str]:
    """The `{names}` of a sentence; a broken brace counts as a name of its own."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {f"broken: {text}"}


def tr_calls(module: Module) -> Iterator[ast.Call]:
    """Calls of tr(); the module that defines it is left out."""
    if module.is_program and module.path != "models/words.py":
        yield from (call for call in module.calls() if name_of(call.func) == "tr")


def literal(node: ast.AST | None) -> str | None:
    """The text of a string literal, else None."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def check_tr_is_literal(module: Module) -> Iterator[Breach]:
    """tr() takes a literal, gives every place a value, and is never called at import time."""
    import_time = _import_time_calls(module.tree)
    for call in tr_calls(module):
        text = literal(call.args[0]) if len(call.args) == 1 else None
        if text is None:
            yield module.breach("tr", call, "tr() takes one literal first, values by keyword")
            continue
        given = {keyword.arg for keyword in call.keywords if keyword.arg}
        starred = any(keyword.arg is None for keyword in call.keywords)
        if not starred and given != placeholders(text) and (given or placeholders(text)):
            yield module.breach("tr", call, f"values {sorted(given)} do not fit {text!r}")
        if id(call) in import_time:
            yield module.breach("tr", call, "tr() at import time: the language is not known yet")


def _import_time_calls(tree: ast.Module) -> set[int]:
    """Ids of calls that run when the module is imported: not inside a function or lambda."""
    found: set[int] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            for outside in [*defaults, *getattr(node, "decorator_list", [])]:
                visit(outside)
            return
        if isinstance(node, ast.Call):
            found.add(id(node))
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(tree)
    return found


def check_english(modules: list[Module], english: Mapping[str, str]) -> Iterator[Breach]:
    """Every tr() literal has its English with the same places."""
    for module in modules:
        for call in tr_calls(module):
            text = literal(call.args[0]) if call.args else None
            if text is None:
                continue
            if not english.get(text):
                yield module.breach("english", call, f"no English for {text!r}")
            elif placeholders(english[text]) != placeholders(text):
                yield module.breach("english", call, f"other {{places}} in {english[text]!r}")


def check_untranslated(module: Module) -> Iterator[Breach]:
    """Vietnamese literals in windows and in errors go through tr()."""
    if not module.is_program or module.within(*VIETNAMESE_DATA):
        return
    spoken = {id(call.args[0]) for call in tr_calls(module) if call.args}
    if module.layer == "ui":
        told = docstrings(module)
        suspects = [node for node in module.nodes if id(node) not in told]
    else:
        suspects = [
            argument
            for call in module.calls()
            if called(call) in ERRORS
            for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        ]
    for node in suspects:
        text = literal(node)
        if text and VIETNAMESE.search(text) and id(node) not in spoken:
            yield module.breach("untranslated", node, f"{text[:40]!r} is not wrapped in tr()")


def error_calls(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Constructions of our errors whose code is a literal."""
    if not module.is_program or module.path == "models/errors.py":
        return
    for call in module.calls():
        if called(call) in ERRORS and call.args:
            code = literal(call.args[0])
            if code is not None:
                yield call, code


def sentence_of(call: ast.Call) -> str | None:
    """The literal Vietnamese of the `what` of an error; None when it was made elsewhere."""
    what = call.args[1] if len(call.args) > 1 else None
    if isinstance(what, ast.Call) and name_of(what.func) == "tr" and what.args:
        what = what.args[0]
    return literal(what)


def check_codes(modules: list[Module]) -> Iterator[Breach]:
    """Codes look like ND-01, and one code says one sentence."""
    said: dict[str, str] = {}
    for module in modules:
        for call, code in error_calls(module):
            if not CODE.fullmatch(code):
                yield module.breach("code", call, f"{code!r} is not like ND-01")
            sentence = sentence_of(call)
            if sentence is not None and said.setdefault(code, sentence) != sentence:
                yield module.breach("code", call, f"{code} also says {said[code]!r}")
