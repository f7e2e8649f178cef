"""Writes the map of modules in README.md from the first docstring line of each module."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("models", "services", "ui", "server", "scripts", "bench")
SKIPPED = ("services/store/versions",)
START, END = "<!-- map: written by `make map` -->", "<!-- end of map -->"


def first_line(path: Path) -> str:
    """The first line of a module's docstring."""
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return words.splitlines()[0] if words else ""


def folder_lines(folder: Path, root: Path) -> list[str]:
    """The heading of one package folder and a line per module in it."""
    modules = [path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    package = folder / "__init__.py"
    if not modules and not package.exists():
        return []
    about = first_line(package) if package.exists() else ""
    name = folder.relative_to(root).as_posix()
    lines = [f"**`{name}/`** {about}".rstrip(), ""]
    if modules:
        lines += [f"- `{path.name}` {first_line(path)}" for path in modules] + [""]
    return lines


def module_map(root: Path) -> str:
    """The whole map as Markdown, `main.py` first, folders in reading order."""
    lines = [f"- `main.py` {first_line(root / 'main.py')}", ""]
    for top in FOLDERS:
        folders = [root / top, *sorted(p for p in (root / top).rglob("*") if p.is_dir())]
        for folder in folders:
            if not folder.relative_to(root).as_posix().startswith(SKIPPED):
                lines += folder_lines(folder, root)
    return "\n".join(lines).strip()


def with_map(readme: str, text: str) -> str:
    """README with the part between the markers replaced by `text`."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{text}\n{END}{after}"


def main() -> None:
    """Rewrite README.md in place."""
    path = ROOT / "README.md"
    readme = path.read_text(encoding="utf-8")
    if START not in readme or END not in readme:
        sys.exit("README.md has no place for the map")
    path.write_text(with_map(readme, module_map(ROOT)), encoding="utf-8")


if __name__ == "__main__":
    main()
