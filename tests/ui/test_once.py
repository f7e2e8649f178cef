"""What a form asks for is done once, however often it is sent."""

from __future__ import annotations

from services.doing import new_command
from services.dossiers import handling
from tests.journal.test_histories import DESK, received
from tests.ui.desk_window import open_window


def test_a_code_given_twice_is_said_on_both_dossiers(qtbot, desk, tasks) -> None:
    first = desk.receive()
    with desk.core.journal.act(DESK) as act:
        act.add("dossier/twin", received(first.intake.code))
    window = open_window(desk, "tiepnhan", tasks)
    for key, name in ((first.id, "Nguyễn Thị Nguyệt"), ("twin", "Nguyễn Thị Ánh Nguyệt")):
        panel = window.go("dossiers", key).panel
        window.settle()
        assert not panel.trouble.isHidden()
        assert f"cũng đã cấp ở máy khác cho {name};" in panel.trouble.words.text()
    window.close()


def test_the_same_command_sent_twice_is_stored_once(qtbot, desk, tasks) -> None:
    dossier = desk.receive()
    window = open_window(desk, "tiepnhan", tasks)
    screen = window.go("dossiers", dossier.id)
    core, who = desk.core, desk.as_("tiepnhan")
    command, done, refused = new_command(core), [], []
    for _ in range(2):
        screen.write(
            lambda: handling.note(core, who, dossier.id, text="Đã gọi điện."),
            done.append, failed=refused.append, command=command,
        )  # fmt: skip
    window.settle()
    assert len(done) == 1 and [error.code for error in refused] == ["NK-31"]
    with core.store.read() as conn:
        sql = "SELECT id FROM ev WHERE t = 'dossier.noted'"
        assert [row[0] for row in conn.exec_driver_sql(sql)] == [command]
    for _ in range(2):
        screen.write(
            lambda: handling.note(core, who, dossier.id, text="Hai việc khác nhau."), done.append
        )
    window.settle()
    assert len(done) == 3
    window.close()
