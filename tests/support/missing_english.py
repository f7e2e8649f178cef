"""Prints a PO entry for every sentence that has no English yet: `make words`."""

from __future__ import annotations

from pathlib import Path

from tests.support.architecture.rules import read_english
from tests.support.architecture.tree import read_tree
from tests.support.architecture.words import literal, tr_calls

ROOT = Path(__file__).resolve().parent.parent.parent


def quoted(text: str) -> str:
    """A PO string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def missing_entries(root: Path) -> list[str]:
    """Entries to translate, in the order of files, each sentence once."""
    english = read_english(root / "resources" / "i18n" / "en")
    entries: dict[str, str] = {}
    for module in read_tree(root):
        for call in tr_calls(module):
            text = literal(call.args[0]) if call.args else None
            if text and not english.get(text) and text not in entries:
                entries[text] = f'#: {module.path}\nmsgid {quoted(text)}\nmsgstr ""\n'
    return list(entries.values())


if __name__ == "__main__":
    print("\n".join(missing_entries(ROOT)))
