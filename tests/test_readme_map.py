"""The map in README.md is the one the code tells, and every module is on it."""

from __future__ import annotations

from pathlib import Path

from scripts.module_map import END, START, module_map, with_map

ROOT = Path(__file__).resolve().parent.parent


def test_the_map_in_readme_is_true():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert START in readme and END in readme
    assert with_map(readme, module_map(ROOT)) == readme, "run `make map`"


def test_a_new_module_changes_the_map(tmp_path):
    (tmp_path / "main.py").write_text('"""The door."""\n', encoding="utf-8")
    (tmp_path / "models" / "deep").mkdir(parents=True)
    (tmp_path / "models" / "__init__.py").write_text('"""The meaning."""\n', encoding="utf-8")
    before = module_map(tmp_path)
    assert before == "- `main.py` The door.\n\n**`models/`** The meaning."
    (tmp_path / "models" / "deep" / "fee.py").write_text('"""Fees.\n\nMore."""\n', encoding="utf-8")
    assert module_map(tmp_path) == before + "\n\n**`models/deep/`**\n\n- `fee.py` Fees."


def test_only_the_part_between_the_markers_is_replaced():
    readme = f"before\n{START}\nold\n{END}\nafter\n"
    assert with_map(readme, "new") == f"before\n{START}\nnew\n{END}\nafter\n"
