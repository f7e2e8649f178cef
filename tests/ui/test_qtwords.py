"""Qt's own words are Vietnamese: buttons, the menu of a field, file and print dialogs."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit

from models.words import use_language
from services.language import load_catalogue
from ui.qtwords import QtWords, install_qt_words


@pytest.fixture
def vietnamese(qapp):
    words = install_qt_words(qapp)
    yield words
    qapp.removeTranslator(words)


def test_every_standard_button_is_vietnamese(qtbot, vietnamese):
    box = QDialogButtonBox()
    qtbot.addWidget(box)
    for kind in QDialogButtonBox.StandardButton:
        button = box.addButton(kind) if kind.name not in ("NoButton",) else None
        if button is not None:
            assert not re.fullmatch(r"[A-Za-z' ]*", button.text().replace("Trợ", "ợ")), kind


def test_the_menu_of_a_field_is_vietnamese(qtbot, vietnamese):
    line = QLineEdit("chữ")
    qtbot.addWidget(line)
    menu = line.createStandardContextMenu()
    words = [a.text().split("\t")[0].replace("&", "") for a in menu.actions() if a.text()]
    assert words == ["Hoàn tác", "Làm lại", "Cắt", "Chép", "Dán", "Xoá", "Chọn tất cả"]
    menu.deleteLater()


@pytest.mark.parametrize(
    ("context", "source", "words"),
    [
        ("QFileDialog", "File &name:", "Tên tệp:"),
        ("QFileDialog", "All Files (*)", "Mọi tệp (*)"),
        ("QPrintDialog", "Print", "In"),
        ("QPrintSettingsOutput", "Copies", "Số bản"),
        ("QPlatformTheme", "Don't Save", "Không lưu"),
    ],
)
def test_words_of_dialogs(vietnamese, context, source, words):
    assert QCoreApplication.translate(context, source) == words


def test_places_in_sentences_are_kept():
    for english, vietnamese in load_catalogue("vi").items():
        assert set(re.findall(r"%\d", english)) == set(re.findall(r"%\d", vietnamese)), english


def test_english_leaves_qt_alone_and_other_contexts_too(qapp):
    assert QtWords().translate("Ours", "OK") == ""
    use_language("en", {})
    assert install_qt_words(qapp) is None
