"""Finds the Times-metric Vietnamese fonts of this machine, checks their letters, registers them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from models.errors import MachineError
from models.words import tr

__all__ = ["FontSet", "font_folders", "load_fonts", "missing_letters"]

# regular, bold, italic, bold italic
TIMES = ("times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf")
LIBERATION = tuple(
    f"LiberationSerif-{face}.ttf" for face in ("Regular", "Bold", "Italic", "BoldItalic")
)
LINUX_FOLDERS = (
    "/usr/share/fonts/truetype/liberation2",
    "/usr/share/fonts/truetype/liberation",
    "/usr/share/fonts/liberation-serif-fonts",
    "/usr/share/fonts/liberation",
)
BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "fonts"

REQUIRED = frozenset(
    {chr(code) for code in range(0x1EA0, 0x1EFA)}
    | {chr(code) for code in range(0x21, 0x7F)}
    | set("ăâđêôơưĂÂĐÊÔƠƯàáãèéìíòóõùúýÀÁÃÈÉÌÍÒÓÕÙÚÝĩĨũŨ₫–…“”’°×")
)


@dataclass(frozen=True)
class FontSet:
    """Four registered faces of one family; `letters` are the code points all four can draw."""

    regular: str
    bold: str
    italic: str
    bold_italic: str
    letters: frozenset[int]
    folder: Path


def font_folders(environ: Mapping[str, str], override: Path | None = None) -> tuple[Path, ...]:
    """Where to look, best first: the office's own folder, the bundle, Windows, Linux packages."""
    folders = [override] if override is not None else []
    folders.append(BUNDLED)
    if windows := environ.get("WINDIR"):
        folders.append(Path(windows) / "Fonts")
    return (*folders, *(Path(name) for name in LINUX_FOLDERS))


def load_fonts(folders: Iterable[Path]) -> FontSet:
    """The first complete Vietnamese family in `folders`, registered once per folder.

    Raises `MachineError` TL-01 when no family is there, TL-02 when those there lack letters
    (Debian's old `fonts-liberation` 1.x has no Vietnamese).
    """
    lacking = ""
    for folder in folders:
        files = _family_files(folder)
        if files is None:
            continue
        fonts = _register(files)
        lacking = missing_letters(fonts)
        if not lacking:
            return fonts
    if lacking:
        raise MachineError(
            "TL-02",
            tr("Phông chữ trên máy này thiếu chữ tiếng Việt: {letters}.", letters=lacking[:12]),
            _how_to_install(),
        )
    raise MachineError(
        "TL-01",
        tr("Máy này chưa có phông chữ Times New Roman hoặc Liberation Serif 2 để in giấy tờ."),
        _how_to_install(),
    )


def missing_letters(fonts: FontSet) -> str:
    """The letters every Vietnamese paper needs that `fonts` cannot draw, sorted."""
    return "".join(sorted(char for char in REQUIRED if ord(char) not in fonts.letters))


def _how_to_install() -> str:
    return tr(
        "Cài gói fonts-liberation2 (Linux) hoặc phông Times New Roman (Windows), "
        "hoặc chọn thư mục phông trong Quản trị, rồi mở lại chương trình."
    )


def _family_files(folder: Path) -> tuple[Path, ...] | None:
    for names in (TIMES, LIBERATION):
        files = tuple(folder / name for name in names)
        if all(file.is_file() for file in files):
            return files
    return None


@lru_cache(maxsize=8)
def _register(files: tuple[Path, ...]) -> FontSet:
    # the name is known to reportlab only; it never enters the PDF
    family = f"office-{zlib.crc32(str(files[0]).encode()):08x}"
    names = tuple(f"{family}{face}" for face in ("", "-b", "-i", "-bi"))
    letters: set[int] | None = None
    for name, file in zip(names, files, strict=True):
        cmap = set(_open_font(name, file).face.charToGlyph)
        letters = cmap if letters is None else letters & cmap
    regular, bold, italic, bold_italic = names
    pdfmetrics.registerFontFamily(
        family, normal=regular, bold=bold, italic=italic, boldItalic=bold_italic
    )
    return FontSet(regular, bold, italic, bold_italic, frozenset(letters or set()), files[0].parent)


def _open_font(name: str, file: Path) -> TTFont:
    try:
        font = TTFont(name, str(file))
    except (TTFError, OSError) as error:
        raise MachineError(
            "TL-11",
            tr("Không đọc được tệp phông chữ {file}.", file=file.name),
            _how_to_install(),
        ) from error
    pdfmetrics.registerFont(font)
    return font
