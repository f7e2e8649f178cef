"""Pages are asked for at the width of the screen, late drawings dropped, nothing read from disk."""

from __future__ import annotations

from tests.ui.gallery import Picture
from ui.widgets import PagePreview


def picture(width: int, colour: bytes) -> Picture:
    height = width * 2
    return Picture(width, height, width * 3, colour * (width * height))


def shown(qtbot) -> PagePreview:
    preview = PagePreview()
    qtbot.addWidget(preview)
    preview.resize(400, 500)
    preview.show()
    qtbot.wait(5)
    return preview


def test_pages_fill_the_width_one_under_the_other(qtbot):
    preview, asked = shown(qtbot), []

    def paint(page, width, answer):
        asked.append((page, width))
        answer(picture(width, b"\x10\x20\xf0"))

    preview.show_document(pages=2, painter=paint)
    room = preview.viewport().width() - 32
    assert asked == [(0, room), (1, room)]
    first, second = preview.pages
    assert first.width() == room and first.height() == room * 2
    assert second.y() >= first.y() + first.height()
    colour = first.grab().toImage().pixelColor(room // 2, 50)
    assert (colour.red(), colour.green(), colour.blue()) == (0x10, 0x20, 0xF0)


def test_a_late_drawing_of_an_older_document_is_dropped(qtbot):
    preview, answers = shown(qtbot), []
    preview.show_document(pages=1, painter=lambda p, w, answer: answers.append((w, answer)))
    preview.show_document(pages=1, painter=lambda p, w, answer: answers.append((w, answer)))
    width, late = answers[0]
    late(picture(width, b"\xff\x00\x00"))
    assert not preview.pages[0].has_image()
    answers[1][1](picture(width, b"\x00\xff\x00"))
    assert preview.pages[0].has_image()


def test_another_width_asks_again_after_the_hand_rests(qtbot):
    preview, asked = shown(qtbot), []
    preview.show_document(pages=1, painter=lambda p, w, answer: asked.append(w))
    preview.resize(600, 500)
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[1] == asked[0] + 200
    preview.zoom(2.0)
    qtbot.waitUntil(lambda: len(asked) >= 3)
    assert asked[-1] > asked[1] * 1.8
    preview.show_nothing()
    assert preview.pages == []
