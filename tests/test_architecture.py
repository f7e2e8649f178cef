"""The rules of the house hold on the whole tree, and each rule catches a planted breach."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.architecture.plants import FINE, PLANTS
from tests.support.architecture.rules import ONE_BY_ONE, check, read_english
from tests.support.architecture.tree import Module, read_tree
from tests.support.missing_english import missing_entries

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = {"Lưu {name}": "Save {name}", "Lưu": "Save"}


def test_the_tree_keeps_every_rule():
    breaches = check(read_tree(ROOT), read_english(ROOT / "resources" / "i18n" / "en"))
    assert not breaches, "\n" + "\n".join(map(str, breaches))


def test_the_tree_is_really_read():
    seen = {module.layer for module in read_tree(ROOT)}
    assert {"main.py", "models", "services", "ui", "tests", "scripts"} <= seen


@pytest.mark.parametrize(("rule", "path", "source"), PLANTS)
def test_a_planted_breach_is_caught(rule, path, source):
    found = check([Module(path, source)], ENGLISH)
    assert rule in {breach.rule for breach in found}


@pytest.mark.parametrize(("path", "source"), FINE)
def test_the_permitted_neighbour_is_not_caught(path, source):
    found = check([Module(path, source)], ENGLISH)
    assert [str(breach) for breach in found] == []


@pytest.mark.parametrize("rule", ONE_BY_ONE)
def test_every_rule_has_a_plant(rule):
    assert any(list(rule(Module(path, source))) for _, path, source in PLANTS)


def test_a_circle_is_found_also_through_a_function_and_a_third_module():
    circle = [
        Module("services/a.py", '"""A."""\nfrom services import b\n'),
        Module("services/b.py", '"""B."""\nfrom services.c import x\n'),
        Module("services/c.py", '"""C."""\ndef _f():\n    import services.a  # lazy: planted\n'),
        Module("services/d.py", '"""D."""\nimport services.a\n'),
    ]
    breaches = [breach for breach in check(circle, {}) if breach.rule == "cycle"]
    assert [breach.what for breach in breaches] == [
        "services.a -> services.b -> services.c -> services.a"
    ]
    assert not [breach for breach in check([circle[0], circle[1]], {}) if breach.rule == "cycle"]


def test_one_code_with_two_sentences_is_caught():
    one = Module("services/a.py", '"""A."""\nx = lambda: InputError("ND-01", tr("Lưu"))\n')
    two = Module(
        "services/b.py", '"""B."""\nx = lambda: InputError("ND-01", tr("Lưu {name}", name=1))\n'
    )
    assert "code" in {breach.rule for breach in check([one, two], ENGLISH)}
    assert "code" not in {breach.rule for breach in check([one, one], ENGLISH)}


def test_missing_english_is_offered_as_po_entries(tmp_path):
    (tmp_path / "resources" / "i18n" / "en").mkdir(parents=True)
    (tmp_path / "main.py").write_text('x = tr("Gõ \\"{a}\\"", a=1)\n', encoding="utf-8")
    assert missing_entries(tmp_path) == [
        '#: main.py\nmsgid "Gõ \\"{a}\\""\nmsgstr ""\n',
    ]


def test_two_po_files_may_not_disagree(tmp_path):
    for name, english in (("a", "Save"), ("b", "Keep")):
        (tmp_path / f"{name}.po").write_text(
            f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            f'msgid "Lưu"\nmsgstr "{english}"\n',
            encoding="utf-8",
        )
    with pytest.raises(AssertionError, match="another English"):
        read_english(tmp_path)
