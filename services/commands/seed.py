"""Command seed: a training office filled with made-up dossiers in every state."""

from __future__ import annotations

import argparse
import sys

from models.errors import InputError
from models.words import tr
from services.assembly import OpenOffice, open_office
from services.catalogue.catalogue import bundled_catalogue
from services.commands.outcome import OK, Outcome, home_of
from services.office_file import find_office
from services.training.accounts import PASSWORD
from services.training.office import create_training_office
from services.training.sample import fill_office

__all__ = ["register", "run"]

USUAL_UNIT = "Định Công"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `seed --dossiers N [--seed S] [--unit NAME]`."""
    parser = subparsers.add_parser("seed", help="make or fill a training office")
    parser.add_argument("--dossiers", type=int, required=True, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--unit", default=USUAL_UNIT, help="commune or ward of a new office")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Fill the office of the home folder, making it first when there is none."""
    if not 0 <= args.dossiers <= 2_000_000:
        raise InputError(
            "DL-11", tr("Số hồ sơ mẫu phải từ 0 đến 2.000.000."), tr("Sửa --dossiers.")
        )
    office = _office(args)
    try:
        made = fill_office(office, args.dossiers, seed=args.seed, progress=_say)
        unit = office.core.office.unit_name
    finally:
        office.close()
    home = str(home_of(args))
    text = tr(
        "Đã thêm {count} hồ sơ mẫu vào {unit} ({home}). Mật khẩu tập huấn: {password}",
        count=made,
        unit=unit,
        home=home,
        password=PASSWORD,
    )
    return Outcome(OK, text, {"dossiers": made, "unit": unit, "home": home, "password": PASSWORD})


def _office(args: argparse.Namespace) -> OpenOffice:
    home = home_of(args)
    if find_office(home) is not None:
        return open_office(home, "quantri", PASSWORD)
    units = bundled_catalogue().search_units(args.unit)
    if not units:
        raise InputError(
            "DL-12",
            tr("Không có xã, phường nào tên «{name}».", name=args.unit[:80]),
            tr("Gõ tên một trong 126 xã, phường của Hà Nội."),
        )
    return create_training_office(home, units[0])


def _say(done: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}")
        sys.stderr.flush()
