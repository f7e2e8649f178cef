"""Pictures of the signatures of NĐ 30/2020: the leader's in blue, the agency's seal in red."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from models.errors import InputError
from models.words import tr
from services.documents.fonts import FontSet
from services.documents.handwriting import Point, signature_strokes
from services.documents.page import draw_page
from services.documents.result_document import LEADER_SIZE, SEAL_SIZE
from services.documents.text import printable

__all__ = ["SealFace", "check_stamp_image", "leader_stamp", "picture_stamp", "seal_stamp"]

BLUE = Color(0.06, 0.16, 0.62)
RED = Color(0.84, 0.06, 0.10)
MAX_BYTES = 2_000_000
MAX_SIDE = 4_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
RING = 13.55 * mm
WITH_ALPHA = ("RGBA", "LA", "PA")


class _Arc(NamedTuple):
    """Where letters run on the ring: middle and room in radians, baseline radius in points."""

    middle: float
    room: float
    radius: float
    direction: int  # -1 clockwise, feet inward; 1 anticlockwise, feet outward


TOP_ARC = _Arc(math.pi / 2, math.radians(204), 12.2 * mm, -1)
BOTTOM_ARC = _Arc(-math.pi / 2, math.radians(112), 14.6 * mm, 1)


@dataclass(frozen=True)
class SealFace:
    """What the drawn seal says: the agency above, the place below, `centre` lines in the middle.

    In training `centre` is ("TẬP", "HUẤN"); a real office uploads the picture of its own seal.
    """

    agency: str
    place: str
    centre: tuple[str, ...] = ()


def leader_stamp(name: str, fonts: FontSet) -> bytes:
    """A signature drawn from `name` in blue on a transparent page of `LEADER_SIZE`."""
    strokes = signature_strokes(printable(name, fonts), *LEADER_SIZE)

    def draw(canvas: Canvas) -> None:
        canvas.setStrokeColor(BLUE)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        canvas.setLineWidth(1.3)
        for stroke in strokes:
            _smooth_line(canvas, stroke)

    return draw_page(LEADER_SIZE, draw, fonts=fonts, title="Chữ ký")


def seal_stamp(face: SealFace, fonts: FontSet) -> bytes:
    """A round red seal of actual size (36 mm) drawn on a transparent page of `SEAL_SIZE`."""
    agency = printable(face.agency, fonts).upper()
    place = printable(face.place, fonts).upper()
    centre = [printable(line, fonts) for line in face.centre]

    def draw(canvas: Canvas) -> None:
        canvas.translate(SEAL_SIZE[0] / 2, SEAL_SIZE[1] / 2)
        canvas.setStrokeColor(RED)
        canvas.setFillColor(RED)
        for radius, thickness in ((17.4, 1.5), (16.5, 0.5), (10.6, 0.7)):
            canvas.setLineWidth(thickness)
            canvas.circle(0, 0, radius * mm)
        _arc_text(canvas, agency, fonts.bold, arc=TOP_ARC)
        _arc_text(canvas, place, fonts.bold, arc=BOTTOM_ARC)
        for angle in (math.radians(-22), math.radians(202)):
            _star(canvas, RING * math.cos(angle), RING * math.sin(angle), 1.2 * mm)
        _centre(canvas, centre, fonts.bold)

    return draw_page(SEAL_SIZE, draw, fonts=fonts, title="Con dấu")


def picture_stamp(png: bytes, size: tuple[float, float], fonts: FontSet) -> bytes:
    """An uploaded picture, kept in proportion, on a transparent page of `size` points.

    Raises `InputError` TL-10 for what `check_stamp_image` refuses.
    """
    check_stamp_image(png)

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(
            ImageReader(BytesIO(png)), 0, 0, *size, mask="auto", preserveAspectRatio=True
        )

    return draw_page(size, draw, fonts=fonts, title="Chữ ký")


def check_stamp_image(png: bytes) -> None:
    """Refuse (`InputError` TL-10) what is not a PNG with transparency of sane size (NĐ 30)."""
    if len(png) > MAX_BYTES or png[:8] != PNG_SIGNATURE or len(png) < 24:
        raise _bad_picture()
    # the size is read before the decoder sees the file, so that no bomb can unfold
    if max(struct.unpack(">II", png[16:24])) > MAX_SIDE:
        raise _bad_picture()
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            image.load()
            clear = image.mode in WITH_ALPHA or "transparency" in image.info
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _bad_picture() from error
    if not clear:
        raise _bad_picture()


def _bad_picture() -> InputError:
    return InputError(
        "TL-10",
        tr("Ảnh chữ ký hoặc con dấu phải là PNG nền trong suốt, tối đa 2 MB và 4000 điểm ảnh."),
        tr("Chọn ảnh khác."),
    )


def _smooth_line(canvas: Canvas, points: list[Point]) -> None:
    """A Catmull-Rom curve through `points`, drawn as Béziers."""
    path = canvas.beginPath()
    path.moveTo(*points[0])
    padded = [points[0], *points, points[-1]]
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        path.curveTo(
            start[0] + (end[0] - before[0]) / 6,
            start[1] + (end[1] - before[1]) / 6,
            end[0] - (after[0] - start[0]) / 6,
            end[1] - (after[1] - start[1]) / 6,
            *end,
        )
    canvas.drawPath(path)


def _arc_text(canvas: Canvas, text: str, font: str, *, arc: _Arc) -> None:
    """`text` along the ring, its middle in the middle of `arc`, shrunk until it fits."""
    size = min(8.0, 8.0 * arc.room * arc.radius / max(stringWidth(text, font, 8.0), 1))
    canvas.setFont(font, size)
    angle = arc.middle - arc.direction * stringWidth(text, font, size) / arc.radius / 2
    for char in text:
        step = arc.direction * stringWidth(char, font, size) / arc.radius
        middle = angle + step / 2
        canvas.saveState()
        canvas.translate(arc.radius * math.cos(middle), arc.radius * math.sin(middle))
        canvas.rotate(math.degrees(middle) + 90 * arc.direction)
        canvas.drawCentredString(0, 0, char)
        canvas.restoreState()
        angle += step


def _star(canvas: Canvas, x: float, y: float, radius: float) -> None:
    path = canvas.beginPath()
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.4
        angle = math.pi / 2 + corner * math.pi / 5
        point = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        if corner:
            path.lineTo(*point)
        else:
            path.moveTo(*point)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _centre(canvas: Canvas, lines: list[str], font: str) -> None:
    if not lines:
        _star(canvas, 0, 0, 6 * mm)
        return
    _star(canvas, 0, 6.2 * mm, 2.4 * mm)
    widest = max(stringWidth(line, font, 10) for line in lines)
    size = min(13.0, 10 * 17 * mm / max(widest, 1))
    canvas.setFont(font, size)
    for index, line in enumerate(lines):
        canvas.drawCentredString(0, (len(lines) / 2 - index - 1) * size * 1.1 - 1 * mm, line)
