"""The list of all rules, and one function that applies them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import read_po

from tests.support.architecture import banned, layers, shape, words
from tests.support.architecture.tree import Breach, Module

ONE_BY_ONE = (
    layers.check_arrows,
    layers.check_models_are_pure,
    layers.check_rooms,
    layers.check_lazy_imports,
    shape.check_sizes,
    shape.check_docstrings,
    shape.check_commits,
    shape.check_plain_widgets,
    shape.check_paragraphs,
    banned.check_banned,
    banned.check_durability,
    banned.check_built_sql,
    words.check_tr_is_literal,
    words.check_untranslated,
)
"""Rules that need one file only."""


def check(modules: list[Module], english: Mapping[str, str]) -> list[Breach]:
    """Every breach of every rule, in the order of files and lines."""
    found = [breach for module in modules for rule in ONE_BY_ONE for breach in rule(module)]
    found += layers.check_cycles(modules)
    found += words.check_english(modules, english)
    found += words.check_codes(modules)
    return sorted(set(found), key=lambda breach: (breach.path, breach.line, breach.rule))


def read_english(folder: Path) -> dict[str, str]:
    """Vietnamese -> English of all PO files; two files may not say it differently."""
    words_found: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                key, english = str(message.id), str(message.string)
                if not key:
                    continue
                if words_found.setdefault(key, english) != english:
                    raise AssertionError(f"{path.name}: {key!r} has another English elsewhere")
    return words_found
