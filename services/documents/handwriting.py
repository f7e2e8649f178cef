"""A made-up handwritten line for a name, the same for the same name: training signatures."""

from __future__ import annotations

import hashlib
import unicodedata

__all__ = ["Point", "signature_strokes"]

Point = tuple[float, float]
TALL = frozenset("bdfhklt")
DEEP = frozenset("gjpqyz")


def signature_strokes(name: str, width: float, height: float) -> list[list[Point]]:
    """Strokes (lists of points to be joined by a smooth line) inside `width` x `height`.

    The shape follows the letters of the given name (the last word) after a large first letter.
    """
    chance = _Chance(name)
    words = unicodedata.normalize("NFD", name.lower().replace("đ", "d")).split() or ["a"]
    letters = [char for char in words[-1] if char.isascii() and char.isalpha()] or ["a"]
    capital = _capital(chance)
    body = _letters(letters, chance)
    end = body[-1]
    flourish = [
        end,
        (end[0] + 1.2, end[1] + 0.5 * chance.part()),
        (end[0] + 0.4, -1.1),
        (-0.5, -1.35 - 0.3 * chance.part()),
        (end[0] * 0.5, -0.95),
        (end[0] + 1.6, -0.55),
    ]
    return _fit([capital + body + flourish[1:]], width, height)


class _Chance:
    """Numbers from 0 to 1 that depend on the name only."""

    def __init__(self, name: str) -> None:
        self.digest = hashlib.sha256(name.encode()).digest()
        self.place = 0

    def part(self) -> float:
        self.place = (self.place + 1) % len(self.digest)
        return self.digest[self.place] / 255


def _capital(chance: _Chance) -> list[Point]:
    """A tall open loop: up from the left, over, down below the line and round."""
    lean = 0.3 + 0.4 * chance.part()
    return [
        (-0.6, 0.3),
        (0.1 + lean, 2.1 + 0.5 * chance.part()),
        (0.5 + lean, 2.6),
        (0.4, 0.4),
        (-0.2, -0.7),
        (-0.6, 0.0),
        (0.6, 1.0 + 0.4 * chance.part()),
        (1.3, 0.5),
    ]


def _letters(letters: list[str], chance: _Chance) -> list[Point]:
    """Small waves; tall letters reach up with a loop, deep ones below the line."""
    x, points = 1.5, []
    for letter in letters:
        step = 0.42 + 0.22 * chance.part()
        if letter in TALL:
            points += [(x + 0.35, 1.7 + 0.3 * chance.part()), (x + 0.12, 1.5), (x + 0.2, 0.05)]
        elif letter in DEEP:
            points += [(x + 0.25, 0.6), (x + 0.1, -0.9), (x - 0.1, -0.7), (x + 0.35, 0.1)]
        else:
            points += [(x + 0.15, 0.45 + 0.25 * chance.part()), (x + 0.3, 0.02)]
        x += step
    return points


def _fit(strokes: list[list[Point]], width: float, height: float) -> list[list[Point]]:
    """Scaled into the box with a margin for the swing of the curve, leaning a little upward."""
    raised = [[(x, y + x * 0.08) for x, y in stroke] for stroke in strokes]
    xs = [x for stroke in raised for x, _y in stroke]
    ys = [y for stroke in raised for _x, y in stroke]
    margin = 0.08
    scale_x = width * (1 - 2 * margin) / (max(xs) - min(xs))
    scale_y = height * (1 - 2 * margin) / (max(ys) - min(ys))
    scale_x = min(scale_x, scale_y * 1.6)
    shift = (width - scale_x * (max(xs) - min(xs))) / 2
    return [
        [
            (shift + (x - min(xs)) * scale_x, height * margin + (y - min(ys)) * scale_y)
            for x, y in stroke
        ]
        for stroke in raised
    ]
