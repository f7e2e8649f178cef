"""Opening the office's encrypted store for one command: who, and the password from where."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from models.errors import InputError
from models.words import tr
from services.assembly import OpenOffice, open_office
from services.commands.outcome import home_of
from services.office_file import read_office
from services.training.accounts import PASSWORD

__all__ = ["add_user_argument", "login_and_password", "opened_office", "read_password"]

VARIABLE = "MOTCUA_PASSWORD"


def add_user_argument(parser: argparse.ArgumentParser) -> None:
    """Let the command say who opens the store (--user)."""
    parser.add_argument("--user", help="login name; password from MOTCUA_PASSWORD or a prompt")


@contextmanager
def opened_office(
    args: argparse.Namespace, *, read_only: bool = False, training_login: str = ""
) -> Iterator[OpenOffice]:
    """The office in the home folder, unlocked for `args.user`, closed afterwards.

    In a training office `training_login` stands in for --user, with its printed password unless
    MOTCUA_PASSWORD gives one, which is then tried like any other.
    Raises InputError DL-02 when no user is named, DL-03 when there is neither MOTCUA_PASSWORD nor
    a terminal to ask on.
    """
    home = home_of(args)
    login, password = login_and_password(args, training_login=training_login)
    office = open_office(home, login, password, read_only=read_only)
    try:
        yield office
    finally:
        office.close()


def login_and_password(args: argparse.Namespace, *, training_login: str = "") -> tuple[str, str]:
    """Who opens the store and with which password; raises InputError DL-02 or DL-03."""
    if training_login and not args.user and read_office(home_of(args)).training:
        return training_login, os.environ.get(VARIABLE, PASSWORD)
    if not args.user:
        raise InputError(
            "DL-02",
            tr("Lệnh này đọc dữ liệu đã mã hóa nên cần biết ai đang dùng."),
            tr("Hãy thêm --user TÊN-ĐĂNG-NHẬP."),
        )
    return args.user, read_password(_no_password)


def _no_password() -> InputError:
    return InputError(
        "DL-03",
        tr("Không có mật khẩu để mở dữ liệu."),
        tr("Hãy đặt biến MOTCUA_PASSWORD hoặc chạy lệnh trong cửa sổ dòng lệnh."),
    )


def read_password(missing: Callable[[], InputError]) -> str:
    """MOTCUA_PASSWORD, else what is typed at the prompt; without a terminal raises `missing()`."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise missing()
    return getpass.getpass(tr("Mật khẩu: "))
