"""The guards of conftest.py catch what they promise: logs, open transactions, language, homes."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from PySide6.QtCore import QSettings
from sqlalchemy import create_engine

from models.words import current_language, use_language
from tests.support.log_guard import LogGuard
from tests.support.transaction_guard import TransactionGuard


def test_an_unannounced_warning_is_trouble_and_an_info_is_not(announce_log):
    announce_log("nobody expected this")
    guard = LogGuard()
    with guard.listening():
        logging.getLogger("motcua.test").info("fine")
        logging.getLogger("motcua.test").warning("nobody expected this")
    assert guard.trouble() == ("unannounced log record: WARNING motcua.test: nobody expected this")


def test_an_announced_warning_is_fine_but_must_come(announce_log):
    announce_log("disk is slow")
    guard = LogGuard()
    guard("disk is slow")
    assert guard.trouble() == "announced but never logged: disk is slow"
    with guard.listening():
        logging.getLogger("motcua.test").warning("disk is slow")
    assert guard.trouble() == ""


def test_an_open_transaction_is_found_and_rolled_back(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    guard = TransactionGuard()
    with guard.watching(), engine.connect() as connection:
        connection.exec_driver_sql("create table t (a)")
        connection.commit()
        assert guard.roll_back_open() == 0
        connection.exec_driver_sql("insert into t values (1)")
        assert guard.roll_back_open() == 1
        assert guard.roll_back_open() == 0
    engine.dispose()


def test_an_open_transaction_on_the_server_is_found_too(postgres_url):
    engine = create_engine(postgres_url)
    guard = TransactionGuard()
    with guard.watching(), engine.connect() as connection:
        assert guard.roll_back_open() == 0
        connection.exec_driver_sql("create table t (a int)")
        assert guard.roll_back_open() == 1
        assert guard.roll_back_open() == 0
    engine.dispose()


def test_language_and_home_of_another_test_do_not_leak_1(tmp_path):
    _leave_a_mess()


def test_language_and_home_of_another_test_do_not_leak_2(tmp_path):
    _leave_a_mess()


def _leave_a_mess() -> None:
    assert current_language() == "vi"
    assert os.environ["QT_QPA_PLATFORM"]
    home = Path(os.environ["MOTCUA_HOME"])
    assert not home.exists()
    home.mkdir()
    os.environ["MOTCUA_HOME"] = str(home / "elsewhere")
    use_language("en", {"Lưu": "Save"})


def test_qt_settings_of_another_test_do_not_leak_1():
    _leave_a_setting()


def test_qt_settings_of_another_test_do_not_leak_2():
    _leave_a_setting()


def _leave_a_setting() -> None:
    settings = QSettings("mot-cua-test", "guards")
    assert settings.value("seen") is None
    settings.setValue("seen", "1")
    settings.sync()
