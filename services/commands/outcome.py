"""What a command answers: an exit code, data for machines, text for people."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import platformdirs

from models.errors import InputError
from models.words import tr

__all__ = ["CANNOT_TELL", "NO", "OK", "WRONG_USAGE", "Outcome", "day_of", "home_of"]

OK, NO, CANNOT_TELL, WRONG_USAGE = 0, 1, 2, 3


@dataclass(frozen=True)
class Outcome:
    """The answer of one command; `data` is JSON-ready, `text` is for a person."""

    code: int
    text: str = ""
    data: object = field(default_factory=dict)


def home_of(args: argparse.Namespace) -> Path:
    """The data folder: --home, else MOTCUA_HOME, else the user's data folder of the system."""
    chosen = getattr(args, "home", None) or os.environ.get("MOTCUA_HOME")
    if chosen:
        return Path(chosen).expanduser()
    try:
        return platformdirs.user_data_path("mot-cua", appauthor=False, ensure_exists=False)
    except OSError as error:
        raise InputError(
            "DL-01",
            tr("Không tìm được thư mục dữ liệu của người dùng."),
            tr("Hãy chỉ rõ bằng --home THƯ-MỤC."),
        ) from error


def day_of(typed: str) -> date:
    """A day as YYYY-MM-DD, for argparse."""
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        words = tr("«{text}» không phải ngày dạng NĂM-THÁNG-NGÀY, ví dụ 2026-12-31", text=typed)
        raise argparse.ArgumentTypeError(words) from error
