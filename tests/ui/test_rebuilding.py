"""After an update the tables are made anew behind the window, which says so and then no more."""

from __future__ import annotations

from services.rebuilding import outdated
from tests.support.office import open_desk
from ui.app import make_qt
from ui.messages import Messages
from ui.rebuilding import PART
from ui.session import Session
from ui.tasks import Tasks


def test_the_bottom_line_says_what_is_read_anew_until_it_is_done(qtbot, tmp_path) -> None:
    make_qt()
    desk = open_desk(tmp_path / "home")
    desk.receive()
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM cursor WHERE name = 'reading/dossier'")
        tx.exec_driver_sql("UPDATE dossier SET status = 'done'")
    failures: list[BaseException] = []
    tasks = Tasks(on_failure=failures.append)
    session = Session(desk.office, tasks, Messages())
    qtbot.addWidget(session.shell)
    told: list[str] = []
    session.shell.say_status = lambda name, words, **_: told.append(words) if name == PART else None
    session.open()

    def done() -> bool:
        with desk.core.store.read() as conn:
            return not outdated(conn) and bool(told) and told[-1] == ""

    qtbot.waitUntil(done, timeout=20_000)
    assert told[0] == "Đang dựng lại bảng hồ sơ: 100 %"
    with desk.core.store.read() as conn:
        assert conn.exec_driver_sql("SELECT status FROM dossier").scalar() == "received"
    assert not failures
    session.end()
    tasks.close()
    desk.office.close()
