"""The list: keyboard, kept place, marks with a limit, sorting, the empty sentence."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt

from ui.widgets import BulkBar, Button, ChipText, Column, DataTable


@dataclass(frozen=True)
class Row:
    key: int
    name: str
    days: int = 0


ROWS = [Row(1, "Bảo", 3), Row(2, "An", 1), Row(3, "Cường", 2), Row(4, "Dung", 9)]


@pytest.fixture
def table(qtbot):
    made = DataTable(
        [
            Column("Tên", lambda r: r.name, 120, strong=True),
            Column("Hạn", lambda r: ChipText(f"{r.days} ngày", "soon"), 90, sort=lambda r: r.days),
            Column("Ghi chú", lambda r: "x" * 300),
        ],
        key=lambda r: r.key,
        empty="Không có hồ sơ nào chờ trả.",
        empty_act=("Tiếp nhận", lambda: None),
        bulk=BulkBar([Button("Ký")], limit=3),
    )
    qtbot.addWidget(made)
    made.resize(600, 220)
    made.show()
    return made


def test_the_keyboard_moves_opens_and_marks(qtbot, table):
    picked, opened, marked = [], [], []
    table.picked.connect(picked.append)
    table.opened.connect(opened.append)
    table.marked.connect(marked.append)
    table.show_rows(ROWS)
    assert table.pick_first()
    table.setFocus()
    qtbot.keyClick(table.view, Qt.Key.Key_Down)
    qtbot.keyClick(table.view, Qt.Key.Key_Space)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert [r.key for r in picked] == [1, 2]
    assert opened == [ROWS[1]] and marked == [[ROWS[1]]]
    assert table.bulk.isVisible() and table.bulk.words.text() == "Đã chọn 1, tối đa 3"
    qtbot.keyClick(table.view, Qt.Key.Key_Space)
    assert not table.bulk.isVisible() and table.marked_rows() == []


def test_a_refresh_keeps_the_row_the_marks_and_the_scroll(qtbot, table):
    many = [Row(n, f"Người {n}") for n in range(100)]
    table.show_rows(many)
    table.pick(50)
    table.mark_only({50, 51})
    scroll = table.view.verticalScrollBar().value()
    picked = []
    table.picked.connect(picked.append)
    table.show_rows([Row(n, f"Người mới {n}") for n in range(100) if n != 51])
    assert table.current() == Row(50, "Người mới 50")
    assert [r.key for r in table.marked_rows()] == [50]
    assert table.view.verticalScrollBar().value() == scroll > 0
    assert picked == []
    table.show_rows([Row(n, "x") for n in range(10)])
    assert picked == [None] and table.current() is None


def test_marks_have_a_limit(table):
    table.show_rows(ROWS)
    table.mark_all()
    assert len(table.marked_rows()) == 3
    table._toggle(3)
    assert len(table.marked_rows()) == 3
    assert table.bulk.words.text() == "Mỗi lần chọn tối đa 3 dòng"
    table.unmark_all()
    assert table.marked_rows() == []


def test_a_click_on_the_mark_marks_and_elsewhere_only_picks(qtbot, table):
    table.show_rows(ROWS)
    rect = table.view.visualRect(table.model.index(1, 0))
    left = Qt.MouseButton.LeftButton
    point = rect.center()
    qtbot.mouseClick(table.view.viewport(), left, pos=point)
    assert table.current() == ROWS[1] and table.marked_rows() == []
    point.setX(rect.left() + 15)
    qtbot.mouseClick(table.view.viewport(), left, pos=point)
    assert table.marked_rows() == [ROWS[1]]


def test_sorting_goes_up_down_and_back_and_survives_a_refresh(table):
    table.show_rows(ROWS)
    table.pick(1)
    table._order(1)
    assert [r.days for r in table.rows()] == [1, 2, 3, 9]
    assert table.current() == ROWS[0]
    table.show_rows(list(reversed(ROWS)))
    assert [r.days for r in table.rows()] == [1, 2, 3, 9]
    table._order(1)
    assert [r.days for r in table.rows()] == [9, 3, 2, 1]
    table._order(1)
    assert table.rows() == list(reversed(ROWS))


def test_names_sort_as_in_a_vietnamese_list(table):
    table.show_rows([Row(n, name) for n, name in enumerate(["Ê", "Đào", "Dung", "Ánh", "em"])])
    table._order(0)
    assert [r.name for r in table.rows()] == ["Ánh", "Đào", "Dung", "Ê", "em"]


def test_an_empty_list_says_its_sentence(table):
    assert not table.view.isVisible() and table.empty.isVisible()
    assert table.empty.sentence.text() == "Không có hồ sơ nào chờ trả."
    table.show_rows(ROWS)
    assert table.view.isVisible() and not table.empty.isVisible()


def test_more_rows_are_announced_and_asked_for(qtbot, table):
    asked = []
    table.more_wanted.connect(lambda: asked.append(1))
    table.show_rows(ROWS, total=200_000)
    assert table._count.text() == "Đang xem 4 trong 200000"
    for link in table._foot.children():
        if hasattr(link, "click"):
            link.click()
    assert asked == [1]
    table.show_rows(ROWS)
    assert not table._foot.isVisible()


def test_cells_are_painted_elided_with_the_whole_text_as_tooltip(table):
    table.show_rows(ROWS)
    table.grab()
    index = table.model.index(0, 2)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "x" * 300
    assert table.model.index(0, 1).data() == "3 ngày"


def test_stepping_stops_at_the_ends(table):
    table.show_rows(ROWS)
    assert table.pick_first() and not table.step(-1)
    assert table.step(3) and not table.step(1)
    assert not table.pick(99)


def test_twenty_thousand_rows_are_shown_without_asking_each(table):
    asked = []

    def name(row):
        asked.append(row.key)
        return row.name

    table.model.columns[0] = Column("Tên", name, 120)
    table.show_rows([Row(n, f"Người {n}") for n in range(20_000)])
    table.grab()
    assert 0 < len(asked) < 1000
