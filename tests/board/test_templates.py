"""The templates of the pages: every sentence has its English, nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.architecture.rules import read_english
from tests.support.architecture.words import VIETNAMESE, placeholders

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "resources" / "web"
SPOKEN = re.compile(r"""\btr\(\s*(?:"([^"]*)"|'([^']*)')""")
TEMPLATES = sorted(WEB.glob("*.html"))


def test_every_sentence_has_its_english():
    english = read_english(ROOT / "resources" / "i18n" / "en")
    said = [a or b for file in TEMPLATES for a, b in SPOKEN.findall(file.read_text("utf-8"))]
    assert len(said) > 100
    for text in said:
        assert english.get(text), text
        assert placeholders(english[text]) == placeholders(text), text


def test_no_vietnamese_stands_outside_tr():
    for file in TEMPLATES:
        bare = SPOKEN.sub("", file.read_text("utf-8")).replace("Một Cửa", "")
        bare = bare.replace('lang="vi" hreflang="vi">Tiếng Việt', "")
        assert not VIETNAMESE.search(bare), (file.name, VIETNAMESE.search(bare))


def test_pages_hold_no_script_no_style_and_no_foreign_address():
    for file in (*TEMPLATES, WEB / "board.css", WEB / "refresh.js"):
        text = file.read_text("utf-8")
        code = re.sub(r"^\s*//.*$", "", text, flags=re.M)
        assert "//" not in code, file
        if file.suffix == ".html":
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe", text), file
            assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), file
