"""Parsed modules and small questions about them that every rule asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROGRAM = ("main.py", "models", "services", "ui", "server")
AROUND = ("bench", "scripts", "tests")
FOREIGN_RULES = ("services/store/versions/",)
"""Alembic's migration scripts: generated shape, own rules."""


@dataclass(frozen=True)
class Breach:
    """One place that breaks one rule."""

    rule: str
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.what}"


@dataclass(frozen=True)
class Module:
    """One source file; `path` is relative to the repository, with forward slashes."""

    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)

    @cached_property
    def lines(self) -> list[str]:
        return self.source.splitlines()

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @property
    def layer(self) -> str:
        """models, services, ui, server, bench, scripts, tests, or main.py."""
        return self.path.split("/", 1)[0]

    @property
    def is_program(self) -> bool:
        return self.layer in PROGRAM

    @property
    def dotted(self) -> str:
        """The name it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def within(self, *places: str) -> bool:
        """Whether the file is one of `places` (files, or folders ending in a slash)."""
        return any(self.path == p or (p.endswith("/") and self.path.startswith(p)) for p in places)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def breach(self, rule: str, node: ast.AST | int, what: str) -> Breach:
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return Breach(rule, self.path, line, what)


def read_tree(root: Path) -> list[Module]:
    """All source files of the program and around it."""
    files = [root / "main.py"]
    for folder in (*PROGRAM[1:], *AROUND):
        files += sorted((root / folder).rglob("*.py"))
    return [
        Module(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))
        for file in files
        if "__pycache__" not in file.parts
    ]


def name_of(node: ast.AST) -> str:
    """`a.b.c` for a name or attribute; "" for anything else (of `f().x` the `x` is kept)."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = name_of(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def called(call: ast.Call) -> str:
    """The last part of the called name: `text` for `sa.text(...)`."""
    return name_of(call.func).rpartition(".")[2]


def imports(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Dotted names imported anywhere, also by `import_module("literal")`; "" if computed."""
    package = module.dotted if module.path.endswith("/__init__.py") else _parent(module.dotted)
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                anchor = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
                base = f"{anchor}.{base}".strip(".")
            yield from ((f"{base}.{alias.name}", node) for alias in node.names)
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            target = node.args[0] if node.args else None
            yield str(target.value) if isinstance(target, ast.Constant) else "", node


def _parent(dotted: str) -> str:
    return dotted.rpartition(".")[0]


def docstrings(module: Module) -> set[int]:
    """Ids of the constant nodes that are docstrings or bare strings under an assignment."""
    return {
        id(node.value)
        for node in module.nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
