"""Một Cửa: reads the command line, then opens the window or runs one command."""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import os
import sys
import traceback
from pathlib import Path

from models.errors import InputError, MachineError, OfficeError
from models.words import tr
from services.commands.outcome import CANNOT_TELL, NO, WRONG_USAGE, Outcome
from services.language import install_language

COMMANDS = (
    "tour",
    "seed",
    "search",
    "deadline",
    "verify_pdf",
    "journal",
    "sync",
    "national",
    "catalogue",
    "doctor",
    "backup",
    "restore",
    "enrol",
    "office",
)
SERVER_COMMANDS = ("serve", "city")
"""Modules of services/commands (tour: ui/tour) and of server/commands, imported only when named:
start-up stays short."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose wrong usage ends with our code 3."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{self.prog}: {message}\n")


def build_parser(wanted: tuple[str, ...]) -> argparse.ArgumentParser:
    """The parser of the program with the commands in `wanted`."""
    parser = Parser(prog="main.py", description=__doc__, epilog=tr("Tiếng Việt: README.vi.md."))
    parser.add_argument("--home", help="data folder (or MOTCUA_HOME)")
    parser.add_argument("--lang", choices=("vi", "en"), default=os.environ.get("MOTCUA_LANG", "vi"))
    commands = parser.add_subparsers(dest="command", parser_class=Parser)
    for name in wanted:
        importlib.import_module(_module_of(name)).register(commands)
    for command in commands.choices.values():
        _add_common(command)
    return parser


def _module_of(name: str) -> str:
    if name == "tour":
        return "ui.tour.command"
    return f"{'server' if name in SERVER_COMMANDS else 'services'}.commands.{name}"


def _add_common(parser: argparse.ArgumentParser) -> None:
    """Every command takes --home, --lang and --json, before or after its own words."""
    known = {option for action in parser._actions for option in action.option_strings}
    for name, more in (
        ("--home", {"metavar": "DIR", "help": "data folder (or MOTCUA_HOME)"}),
        ("--lang", {"choices": ("vi", "en"), "help": "language of the answer (or MOTCUA_LANG)"}),
    ):
        if name not in known:
            parser.add_argument(name, default=argparse.SUPPRESS, **more)
    if "--json" not in known:
        parser.add_argument("--json", action="store_true", help="answer as JSON")
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _add_common(inner)


def exit_code(error: OfficeError) -> int:
    """Wrong words on the command line are 3, a machine that cannot answer 2, a refusal 1."""
    if isinstance(error, InputError) and error.code.startswith(("DL-", "HT-", "MC-05", "MC-19")):
        return WRONG_USAGE
    return CANNOT_TELL if isinstance(error, MachineError) else NO


def say(outcome: Outcome, as_json: bool) -> None:
    """Print the answer of a command the way it was asked for."""
    try:
        if as_json:
            print(json.dumps(outcome.data, ensure_ascii=False, indent=2))
        elif outcome.text:
            print(outcome.text)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has seen enough («… | head»); the answer's code stands
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run_command(argv: list[str], name: str) -> int:
    """Run the command called `name` and return its exit code."""
    every = (*COMMANDS, *SERVER_COMMANDS)
    wanted = every if name in ("-h", "--help") else (name.replace("-", "_"),)
    if wanted[0] not in every:
        wanted = every
    install_language(_language(argv))
    args = build_parser(tuple(wanted)).parse_args(argv)
    try:
        outcome: Outcome = args.run(args)
    except OfficeError as error:
        trouble = {"code": error.code, "what": error.what, "next": error.next_step}
        outcome = Outcome(exit_code(error), data={"error": trouble})
        print(f"{error.sentence()} [{error.code}]", file=sys.stderr)
    except Exception as error:  # noqa: BLE001 - the last catch: the user gets a sentence
        outcome = _unexpected(error)
    say(outcome, getattr(args, "json", False))
    return outcome.code


def _language(argv: list[str]) -> str:
    """The language asked for, known before the words of the command are judged."""
    given = [b for a, b in itertools.pairwise(argv) if a == "--lang"]
    given += [word.partition("=")[2] for word in argv if word.startswith("--lang=")]
    wanted = (given or [os.environ.get("MOTCUA_LANG", "vi")])[-1]
    return wanted if wanted in ("vi", "en") else "vi"


def _unexpected(error: Exception) -> Outcome:
    """The answer when the program itself is wrong; its kind and place help whoever mends it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__}, {Path(frame.filename).name}:{frame.lineno}"
    what = tr("Lệnh dừng vì một lỗi chưa lường trước ({place}).", place=place)
    step = tr("Dữ liệu đã lưu vẫn còn; hãy gửi dòng này cho bộ phận kỹ thuật.")
    print(f"{what} {step} [GD-99]", file=sys.stderr)
    return Outcome(CANNOT_TELL, data={"error": {"code": "GD-99", "what": what, "next": step}})


def has_display() -> bool:
    """Whether Qt can show a window here; without this question it would abort the process."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def open_window(argv: list[str]) -> int:
    """Open the desktop window; the only road that imports Qt."""
    args = build_parser(()).parse_args(argv)
    install_language(args.lang)
    if not has_display():
        print(
            tr("Máy này không có màn hình; hãy chạy «main.py tour --out THƯ-MỤC»."),
            file=sys.stderr,
        )
        return NO
    try:
        app = importlib.import_module("ui.app")
    except ImportError as error:
        print(tr("Thiếu thành phần giao diện: {error}", error=error), file=sys.stderr)
        return NO
    return int(app.run(args))


def main(argv: list[str] | None = None) -> int:
    """The program's entry; returns the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    os.umask(0o077)  # what this program writes is for this account alone
    values = {"--home", "--lang"}
    words = [w for i, w in enumerate(argv) if not (i and argv[i - 1] in values)]
    name = next((w for w in words if not w.startswith("-") or w in ("-h", "--help")), "")
    return run_command(argv, name) if name else open_window(argv)


if __name__ == "__main__":
    sys.exit(main())
