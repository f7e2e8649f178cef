"""Every sentence of this area has its English, with the same places to fill."""

import ast
import string
from pathlib import Path

import pytest

from services.language import load_catalogue

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "typed_text",
    "names",
    "problems",
    "phones",
    "dates",
    "identity",
    "cccd_qr",
    "party",
    "numbering",
)


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("module", MODULES)
def test_english_for_every_sentence(module):
    english = load_catalogue("en")
    tree = ast.parse((ROOT / "models" / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr":
            sentence = node.args[0].value
            assert places(english[sentence]) == places(sentence), sentence
