"""Small drawn things: rules under headings, squares to tick, the dossier code as bars and QR."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.platypus import Flowable

from models.errors import InputError
from models.words import tr

__all__ = ["Bars", "QrSquare", "Rule", "TickLine"]

QUIET_MODULES = 10
PRINTER_DOT = 72 / 600  # points; bars of whole dots print sharp at 600 and 300 dpi
QR_QUIET = 4
QR_MASK = 2


class Rule(Flowable):  # type: ignore[misc]
    """A thin centred line `length` points long, with a little air above and below."""

    def __init__(self, length: float, *, thickness: float = 0.6) -> None:
        super().__init__()
        self.length = length
        self.thickness = thickness

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width, self.height = available, 4.0
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setLineWidth(self.thickness)
        middle = self.width / 2
        self.canv.line(middle - self.length / 2, 2, middle + self.length / 2, 2)


class TickLine(Flowable):  # type: ignore[misc]
    """Squares with words beside them, one ticked: fonts lack the ballot-box letters."""

    def __init__(self, choices: tuple[tuple[str, bool], ...], *, font: str, size: float) -> None:
        super().__init__()
        self.choices = choices
        self.font = font
        self.size = size

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width, self.height = available, len(self.choices) * self.size * 1.3
        return self.width, self.height

    def draw(self) -> None:
        canvas, side = self.canv, self.size * 0.75
        canvas.setFont(self.font, self.size)
        canvas.setLineWidth(0.6)
        for index, (words, ticked) in enumerate(self.choices):
            base = self.height - (index + 1) * self.size * 1.3 + self.size * 0.3
            canvas.rect(0, base - side * 0.1, side, side)
            if ticked:
                self._tick(side, base - side * 0.1)
            canvas.drawString(side * 1.6, base, words)

    def _tick(self, side: float, base: float) -> None:
        canvas: Any = self.canv
        canvas.saveState()
        canvas.setLineWidth(1.2)
        canvas.line(side * 0.2, base + side * 0.5, side * 0.42, base + side * 0.2)
        canvas.line(side * 0.42, base + side * 0.2, side * 0.85, base + side * 0.85)
        canvas.restoreState()


class Bars(Flowable):  # type: ignore[misc]
    """The plain code as Code 128: bars of whole printer dots, 0.34 mm where the column lets."""

    def __init__(self, code: str, *, width: float, height: float) -> None:
        super().__init__()
        _check_code(code)
        modules = Code128(code, barWidth=1, quiet=0).width
        dots = min(8, int(width / (modules + 2 * QUIET_MODULES) / PRINTER_DOT)) or 1
        bar = dots * PRINTER_DOT
        self.bars = Code128(code, barWidth=bar, barHeight=height, quiet=0, humanReadable=False)
        self.width, self.height = width, height

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.bars.drawOn(self.canv, (self.width - self.bars.width) / 2, 0)


class QrSquare(Flowable):  # type: ignore[misc]
    """The plain code as a QR square with its white border; rows of modules are drawn as runs."""

    def __init__(self, code: str, *, side: float) -> None:
        super().__init__()
        _check_code(code)
        self.modules = _qr_modules(code)
        self.width = self.height = side

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        step = self.height / (len(self.modules) + 2 * QR_QUIET)
        path = self.canv.beginPath()
        for row, modules in enumerate(self.modules):
            top = self.height - (row + QR_QUIET + 1) * step
            for start, length in _runs(modules):
                path.rect((start + QR_QUIET) * step, top, length * step, step)
        self.canv.drawPath(path, stroke=0, fill=1)


def _check_code(code: str) -> None:
    if not code or not code.isascii() or not code.isprintable():
        raise InputError(
            "TL-04",
            tr("Mã “{code}” không in được thành mã vạch.", code=code),
            tr("Mã hồ sơ chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch nối."),
        )


@lru_cache(maxsize=64)
def _qr_modules(code: str) -> list[list[bool]]:
    qr = QRCode(None, QRErrorCorrectLevel.M)
    qr.addData(code)
    qr.version = qr.calculate_version()
    # any mask is readable; trying all eight for the prettiest costs a third of a receipt
    qr.makeImpl(False, QR_MASK)
    count = qr.getModuleCount()
    return [[bool(qr.isDark(row, column)) for column in range(count)] for row in range(count)]


def _runs(modules: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = None
    for index, dark in enumerate([*modules, False]):
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            runs.append((start, index - start))
            start = None
    return runs
