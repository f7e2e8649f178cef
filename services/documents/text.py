"""Text on its way to paper: NFC, checked against the fonts, escaped, wrapped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph, Table

from models.errors import InputError
from models.words import tr
from services.documents.fonts import FontSet

__all__ = ["Pen", "printable"]

ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "justify": TA_JUSTIFY, "right": TA_RIGHT}
LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}


def printable(value: str, fonts: FontSet) -> str:
    """`value` in NFC without invisible characters; lines stay apart.

    Raises `InputError` TL-03 naming the characters the fonts cannot draw: reportlab would leave
    them out without a word.
    """
    for end, newline in LINE_ENDS.items():
        value = value.replace(end, newline)
    kept = "".join(_visible(char) for char in unicodedata.normalize("NFC", value))
    missing = sorted({c for c in kept if ord(c) not in fonts.letters and c not in " \n\u00a0"})
    if missing:
        raise InputError(
            "TL-03",
            tr(
                "Không in được ký tự {letters} trong “{text}”.",
                letters=" ".join(missing[:8]),
                text=" ".join(kept.split())[:60],
            ),
            tr("Bỏ hoặc thay các ký tự này rồi in lại."),
        )
    return kept.strip()


def _visible(char: str) -> str:
    """Format characters (joiners, direction marks) vanish; other controls become a space."""
    if char in "\n\u00a0":
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Zs") else char


class Pen:
    """Makes paragraphs in one set of fonts at one base size (points)."""

    def __init__(self, fonts: FontSet, size: float) -> None:
        self.fonts = fonts
        self.size = size
        self.plain = self.style()
        self.justified = self.style(align="justify")
        self.center = self.style(align="center")
        self.right = self.style(align="right")

    def style(self, *, grow: float = 0, align: str = "left", **options: Any) -> ParagraphStyle:
        """A paragraph style `grow` points larger than the base; `options` as reportlab's own."""
        size = self.size + grow
        settings: dict[str, Any] = {
            "fontName": self.fonts.regular,
            "fontSize": size,
            "leading": size * 1.22,
            "alignment": ALIGN[align],
            "splitLongWords": 1,
            "allowWidows": 0,
            "allowOrphans": 0,
        }
        return ParagraphStyle("line", **(settings | options))

    def line(self, markup: str, style: ParagraphStyle | None = None, /, **values: str) -> Paragraph:
        """A paragraph of our own `markup`; the only way in for a value is a `{name}` place.

        Values are checked and escaped here, so no name or address can bring markup (rule F9).
        """
        safe = {name: self.safe(value) for name, value in values.items()}
        return Paragraph(markup.format(**safe), style or self.plain)

    def lines(
        self, texts: Iterable[str], markup: str, style: ParagraphStyle | None = None
    ) -> Paragraph:
        """Several texts in one paragraph, each in `markup` ("<b>{text}</b>") on its own line."""
        return Paragraph(
            "<br/>".join(markup.format(text=self.safe(text)) for text in texts),
            style or self.plain,
        )

    def table(
        self,
        rows: list[list[Flowable | list[Flowable]]],
        *,
        widths: list[float],
        style: list[tuple[Any, ...]],
        repeat_rows: int = 0,
    ) -> Table:
        """A table that names our font: reportlab's default one would enter the PDF unembedded."""
        font = ("FONTNAME", (0, 0), (-1, -1), self.fonts.regular)
        return Table(
            rows, colWidths=widths, repeatRows=repeat_rows, splitInRow=1, style=[font, *style]
        )

    def safe(self, value: str) -> str:
        """`value` checked, escaped, its line ends as markup."""
        return escape(printable(value, self.fonts)).replace("\n", "<br/>")

    def bold_width(self, text: str, *, grow: float = 0) -> float:
        """How wide `text` prints in bold, `grow` points larger than the base, in points."""
        return float(stringWidth(text, self.fonts.bold, self.size + grow))
