"""Constructs that are never written: unsafe loaders, eval, shells, built SQL, weak settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.architecture.tree import (
    FOREIGN_RULES,
    Breach,
    Module,
    called,
    imports,
    name_of,
)

MODULES = {"pickle", "cPickle", "dill", "shelve", "marshal", "telnetlib"}
CALLS = {"eval", "exec", "__import__", "os.system", "os.popen", "yaml.load", "tempfile.mktemp"}
NAMES = {"QDataStream", "_create_unverified_context"}
KEYWORDS = {"shell": True, "verify": False, "allow_fetching": True}
STRICT_IS_FINE = {"zip", "batched", "loads", "load", "JSONDecoder"}
"""Calls whose `strict=False` has nothing to do with reading PDFs."""

WEAK_SYNC = re.compile(
    r"(synchronous(_commit)?|fsync|full_page_writes)\s*(=|\(|to\b)?\s*'?(normal|off|false|0|1)\b",
    re.IGNORECASE,
)
SQL_START = re.compile(
    r"\s*(select\s.+\sfrom\b|select\s|insert\s+(or\s+\w+\s+)?into\b|update\s+\S+\s+set\b|"
    r"delete\s+from\b|create\s+(virtual|table|trigger|index|unique|temp)|drop\s+(table|trigger|index)|"
    r"alter\s+table\b|attach\s|vacuum\b|pragma\s)",
    re.IGNORECASE | re.DOTALL,
)
SQL_CALLS = {"execute", "executemany", "executescript", "exec_driver_sql"}
CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*$")
SQL_BUILT = {
    "services/store/engine.py": "PRAGMA takes no bound values",
    "models/schema/journal.py": "triggers are named after our own tables",
}
"""Files that may build SQL text, and why; the values they put in are names of our own or hex."""

PRINTERS = ("main.py", "scripts/", "bench/", "tests/")


def check_banned(module: Module) -> Iterator[Breach]:
    """The banned names, calls and keyword values, everywhere but in this package."""
    if module.within("tests/support/architecture/"):
        return
    for name, node in imports(module):
        if name.split(".")[0] in MODULES:
            yield module.breach("banned", node, f"{name} is never used")
    for node in module.nodes:
        name = name_of(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""
        if name.rpartition(".")[2] in NAMES:
            yield module.breach("banned", node, f"{name} is never used")
    for call in module.calls():
        yield from _banned_call(module, call)


def _banned_call(module: Module, call: ast.Call) -> Iterator[Breach]:
    name = name_of(call.func)
    if name in CALLS:
        yield module.breach("banned", call, f"{name}() is never used")
    if name == "print" and not module.within(*PRINTERS):
        yield module.breach("banned", call, "print() outside main.py: return an Outcome or log")
    for keyword in call.keywords:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        bad = keyword.arg in KEYWORDS and value is KEYWORDS[keyword.arg]
        lax = keyword.arg == "strict" and value is False and called(call) not in STRICT_IS_FINE
        if bad or lax:
            yield module.breach("banned", call, f"{keyword.arg}={value} is never used")


def check_durability(module: Module) -> Iterator[Breach]:
    """synchronous stays FULL, PostgreSQL's fsync on; tests and bench have a weak control."""
    if not module.is_program:
        return
    for node in module.nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and WEAK_SYNC.search(text):
            yield module.breach("durability", node, "the disk must have it before we say so")


def check_built_sql(module: Module) -> Iterator[Breach]:
    """SQL text is put together from literals and constants only: values are bound."""
    if not module.is_program or module.within(*SQL_BUILT, *FOREIGN_RULES):
        return
    uses_sql = any(
        name.split(".")[0] in ("sqlalchemy", "sqlcipher3") for name, _ in imports(module)
    )
    for call in module.calls():
        takes_sql = called(call) in SQL_CALLS or (uses_sql and called(call) == "text")
        if takes_sql and any(map(is_built_from_values, call.args[:1])):
            yield module.breach("built-sql", call, "SQL built from values: bind parameters")
    for node in module.nodes:
        if is_built_from_values(node) and SQL_START.match(_first_words(node)):
            yield module.breach("built-sql", node, "SQL built from values: bind parameters")


def is_built_from_values(node: ast.AST) -> bool:
    """An f-string, `%`, `+` or `.format` with a part that is no literal and no CONSTANT."""
    if isinstance(node, ast.JoinedStr):
        return not all(_is_constant(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)):
        parts = _summands(node)
        return any(map(_is_text, parts)) and not all(map(_is_constant, parts))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        is_format = node.func.attr == "format" and _is_text(node.func.value)
        return is_format and not all(map(_is_constant, values))
    return False


def _summands(node: ast.AST) -> list[ast.AST]:
    """`a + b + c` and `a % b` as their parts."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)):
        return [*_summands(node.left), *_summands(node.right)]
    return [node]


def _is_text(node: ast.AST) -> bool:
    is_literal = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_literal or isinstance(node, ast.JoinedStr)


def _is_constant(node: ast.AST) -> bool:
    """Whether only literals, CONSTANTS, loops over them and plain builtins make up `node`."""
    loops = [inner for inner in ast.walk(node) if isinstance(inner, ast.comprehension)]
    own = {
        name.id for loop in loops for name in ast.walk(loop.target) if isinstance(name, ast.Name)
    }
    names = [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    return all(name in own or name in ("len", "sorted") or CONSTANT.match(name) for name in names)


def _first_words(node: ast.AST) -> str:
    """The literal text at the start of a built string."""
    first = _summands(node)[0]
    texts = (child for child in ast.walk(first) if _is_text(child))
    return next((t.value for t in texts if isinstance(t, ast.Constant)), "")
