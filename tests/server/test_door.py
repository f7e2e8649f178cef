"""What a crowd at the door may cost, what is read of strangers, and what is never told twice."""

import asyncio
import threading

from sqlalchemy import text

from server.board import operators
from server.changes import Changes
from server.shared_nonces import SharedNonces, forget_old
from server.verifying import verify_office
from services.sync.requests import WINDOW_MS
from tests.support.city import OFFICE, Pen


def test_passwords_are_looked_at_a_few_at_a_time(sqlite_city, monkeypatch):
    """Each takes 64 MiB: thirty at once would take two gigabytes."""
    inside, most, lock = 0, 0, threading.Lock()
    go = threading.Event()

    def slow(*_args):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        go.wait(0.05)
        with lock:
            inside -= 1
        return bytes(32)

    monkeypatch.setattr(operators, "_derive", slow)
    threads = [
        threading.Thread(target=operators._derive_in_line, args=("x", bytes(16), operators.FLOOR))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == operators.AT_ONCE


def test_a_journal_is_verified_as_of_one_moment(postgres_city, tmp_path, monkeypatch):
    from server import verifying
    from tests.support.city import make_city

    city = make_city(postgres_city, tmp_path)
    pen = Pen()
    city.admit(pen)
    pen.write("a")
    city.store().take(pen.run())
    real = verifying._Check._events

    def meanwhile(self):
        pen.write("b")
        city.store().take(pen.run(len(pen.events) - 1))
        return real(self)

    monkeypatch.setattr(verifying._Check, "_events", meanwhile)
    assert verify_office(city.database, city.key, OFFICE).fault == ""


def test_an_office_that_changes_while_it_is_told_is_told_again(postgres_city, announce_log):
    announce_log("changes: not told")
    changes, told = Changes(postgres_city, None), []

    def notify(offices):
        told.append(offices)
        if len(told) == 1:
            changes._untold.add("00004")  # stored meanwhile
        if len(told) == 2:
            raise RuntimeError("not a database's error")

    changes._notify = notify

    async def scene():
        changes._untold.add("00004")
        task = asyncio.create_task(changes._tell_others())
        for _ in range(600):
            await asyncio.sleep(0.01)
            if len(told) == 3:
                break
        task.cancel()

    asyncio.run(scene())
    assert told == ["00004"] * 3 and not changes._untold


def test_a_replay_is_known_as_long_as_its_time_may_be_believed(city):
    """A request dated a window ahead is believed for two windows."""
    log, nonce, now = b"l" * 16, b"n" * 16, 10_000_000
    with city.database.write(OFFICE) as tx:
        assert SharedNonces(tx, OFFICE).fresh(log, nonce, now)
        forget_old(tx, OFFICE, now + 2 * WINDOW_MS)
        assert not SharedNonces(tx, OFFICE).fresh(log, nonce, now + 2 * WINDOW_MS)
        forget_old(tx, OFFICE, now + 4 * WINDOW_MS)
        assert SharedNonces(tx, OFFICE).fresh(log, nonce, now + 4 * WINDOW_MS)


def test_an_office_ends_with_its_transaction(postgres_city):
    """A pooler gives the connection to somebody else: nothing of us may stay on it."""
    with postgres_city.engine.connect() as raw:
        with raw.begin():
            postgres_city._enter(raw, OFFICE, role="motcua_app", read_only="off")
        with raw.begin():
            left = raw.execute(
                text("SELECT current_setting('app.off', true), current_user::text")
            ).one()
    assert not left[0] and left[1] != "motcua_app"
