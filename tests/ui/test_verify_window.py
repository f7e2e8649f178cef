"""Kiểm tra chữ ký: any file, three states, read by another process."""

from __future__ import annotations

import pytest

from services.signing.verdict import State
from tests.support.walk import cut_texts, nameless, rich_places, shown_texts
from tests.ui.desk_window import Window, dialogs, open_window
from tests.ui.test_issue_screen import signed
from ui.tasks import Tasks
from ui.verify import VerifyBox, open_verify


@pytest.fixture
def box(qtbot, desk, tasks: Tasks):
    window: Window = open_window(desk, "vanthu", tasks, size=(1366, 768))
    qtbot.addWidget(window.session.shell)
    made = open_verify(window.session.shell, window.session.desk)
    yield made
    window.close()


def check(box: VerifyBox, path, qtbot) -> str:
    box.check(path)
    qtbot.waitUntil(lambda: box.choose_button.isEnabled(), timeout=60_000)
    return box.chip.text()


def test_ours_is_valid_and_one_changed_byte_is_not(desk, box, qtbot, tmp_path):
    dossier_id = signed(desk)
    desk.seal(dossier_id)
    with desk.core.store.read() as conn:
        pdf = desk.core.blobs.get(conn, desk.load(dossier_id).sealed.file)
    good, bad, text = tmp_path / "tốt.pdf", tmp_path / "xấu.pdf", tmp_path / "chữ.pdf"
    good.write_bytes(pdf)
    bad.write_bytes(pdf[:600] + bytes([pdf[600] ^ 1]) + pdf[601:])
    text.write_bytes("không phải PDF".encode())
    assert check(box, good, qtbot) == "hợp lệ"
    assert len(box.table.rows()) == 2 and box.verdict.state is State.VALID
    assert check(box, bad, qtbot) == "không hợp lệ"
    assert check(box, text, qtbot) == "không hợp lệ"
    assert rich_places(box) == [] and nameless(box) == [] and cut_texts(box) == []


def test_a_missing_file_and_missing_roots_are_sentences(box, qtbot, tmp_path):
    assert check(box, tmp_path / "không có.pdf", qtbot) == "chưa kết luận được"
    box.use_roots(tmp_path / "nowhere")
    qtbot.waitUntil(lambda: "KY-30" in box.problem.text(), timeout=60_000)
    assert box.choose_button.isEnabled() and not box.chip.isVisible()
    assert any("Không có thư mục" in words for words in shown_texts(box))


def test_the_search_field_finds_the_window(qtbot, desk, tasks: Tasks):
    window = open_window(desk, "vanthu", tasks, size=(1366, 768))
    qtbot.addWidget(window.session.shell)
    hits = []
    window.session._find("kiem tra chu", hits.extend)
    window.settle()
    assert [hit.title for hit in hits] == ["Kiểm tra chữ ký"]
    window.session._open_found(hits[0])
    assert isinstance(dialogs()[-1], VerifyBox)
    window.close()
