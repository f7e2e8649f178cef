import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import reportlab

from models.errors import InputError, MachineError
from services.documents.fonts import FontSet, font_folders, load_fonts, missing_letters
from services.documents.text import printable


def test_this_machine_prints_vietnamese(fonts: FontSet) -> None:
    assert missing_letters(fonts) == ""
    assert ord("₫") in fonts.letters


def test_the_same_folder_is_registered_once(fonts: FontSet) -> None:
    assert load_fonts([fonts.folder]) is fonts


def test_override_comes_first_then_windows() -> None:
    folders = font_folders({"WINDIR": "C:/Windows"}, Path("/chosen"))
    assert folders[0] == Path("/chosen")
    assert Path("C:/Windows/Fonts") in folders


def test_no_font_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as caught:
        load_fonts([tmp_path])
    assert caught.value.code == "TL-01"
    assert "fonts-liberation2" in caught.value.next_step


def test_letters_taken_away_are_missed(fonts: FontSet) -> None:
    poor = replace(fonts, letters=fonts.letters - {ord("ế"), ord("Đ")})
    assert missing_letters(poor) == "Đế"
    with pytest.raises(InputError) as caught:
        printable("Đặng Thế", poor)
    assert "Đ ế" in caught.value.what


def test_a_broken_font_file_is_one_sentence(fonts: FontSet, tmp_path: Path) -> None:
    for file in fonts.folder.glob("LiberationSerif-*.ttf"):
        shutil.copy(file, tmp_path)
    (tmp_path / "LiberationSerif-Bold.ttf").write_bytes(b"not a font")
    with pytest.raises(MachineError) as caught:
        load_fonts([tmp_path])
    assert caught.value.code == "TL-11"
    assert "LiberationSerif-Bold.ttf" in caught.value.what


def test_an_old_family_without_vietnamese_is_refused(tmp_path: Path) -> None:
    old = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    for face in ("Regular", "Bold", "Italic", "BoldItalic"):
        shutil.copy(old, tmp_path / f"LiberationSerif-{face}.ttf")
    with pytest.raises(MachineError) as caught:
        load_fonts([tmp_path])
    assert caught.value.code == "TL-02"


def test_a_good_family_after_an_old_one_is_taken(fonts: FontSet, tmp_path: Path) -> None:
    old = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    for name in ("times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf"):
        shutil.copy(old, tmp_path / name)
    assert load_fonts([tmp_path, fonts.folder]) is fonts


def test_text_is_composed_and_cleaned(fonts: FontSet) -> None:
    assert printable("Nguye\u0302\u0303n", fonts) == "Nguyễn"
    assert printable("A\u200bn\u202e\ufeff", fonts) == "An"
    assert printable("  a\tb\r\nc\u2028d ", fonts) == "a b\nc\nd"


def test_letters_the_font_lacks_are_named(fonts: FontSet) -> None:
    with pytest.raises(InputError) as caught:
        printable("Nguyễn 😀 Văn 漢", fonts)
    assert caught.value.code == "TL-03"
    assert "漢 😀" in caught.value.what
