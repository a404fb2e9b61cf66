"""Where names have room in a picture: beside their dots, or a little farther off, led there by a thin line.

Places are in pixels from the top left.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copsim.pages.canvas import cut, text_width

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""left, top, right, bottom"""

SIZE = 11.5
NEAR = 11.0
"""Distance of a name that needs no line to its dot."""
_REACH = (NEAR, 20.0, 30.0, 42.0, 56.0, 72.0)
DOT = 7.0
"""Half the side of the square that a dot takes."""
_EASY = sorted(range(-15, 17), key=lambda n: (min(abs(n), 16 - abs(n)) // 5, abs(n), n))
_TURN = tuple((math.cos(n * math.pi / 16), math.sin(n * math.pi / 16)) for n in _EASY)
"""Directions tried in turn: right, then left, each with its slopes, then up and down."""


@dataclass(frozen=True)
class Name:
    """A name to write beside a dot."""

    text: str
    bold: bool
    dot: Point
    width: float


Placed = list[tuple[Name, Box]]


def named(title: str, bold: bool, dot: Point) -> Name:
    """Return a title as a name, cut where it is very long."""
    text = cut(title, 210, SIZE, bold)
    return Name(text, bold, dot, text_width(text, SIZE, bold))


class Placing:
    """The ground of a picture: its frame, its dots, what names should not cover, and the names so far."""

    def __init__(self, frame: Box, dots: list[Point], covered: list[Box]) -> None:
        self.frame, self.dots, self.covered = frame, [around(dot, DOT) for dot in dots], covered
        self.names: list[Box] = []
        self.lines: list[Box] = []

    def copy(self) -> "Placing":
        """Return the same ground with what is written so far."""
        other = Placing(self.frame, [], self.covered)
        other.dots, other.names, other.lines = self.dots, self.names.copy(), self.lines.copy()
        return other

    def place(self, dot: Point, width: float, reach: tuple[float, ...] = _REACH) -> Box | None:
        """Return the box of the nearest free place for a name, and keep it; None where there is none."""
        for far in reach:
            for across, down in _TURN:
                box = _beside(dot[0] + far * across, dot[1] + far * down, across, width)
                if self._free(box) and self._passes(dot, box) and (far > NEAR or self._alone(dot, box)):
                    self.names.append(box)
                    self.lines += _steps(dot, nearest(dot, box))
                    return box
        return None

    def _free(self, box: Box) -> bool:
        left, top, right, bottom = self.frame
        inside = box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom
        return inside and not _hits(box, (*self.dots, *self.covered, *self.names, *self.lines))

    def _alone(self, dot: Point, box: Box) -> bool:
        """True when no other dot is so near that the name could be read as that dot's."""
        wider = (box[0] - 10, box[1] - 5, box[2] + 10, box[3] + 5)
        return not _hits(wider, [other for other in self.dots if other != around(dot, DOT)])

    def _passes(self, dot: Point, box: Box) -> bool:
        """True when a line from the dot to its name crosses no other dot, name or line."""
        own = around(dot, DOT)
        marks = [(left + 2, top + 2, right - 2, bottom - 2) for left, top, right, bottom in self.dots]
        steps = [step for step in _steps(dot, nearest(dot, box)) if not _overlap(step, own)]
        return not any(_hits(step, (*marks, *self.names, *self.lines)) for step in steps)


def nearest_of(ground: Placing, names: list[Name]) -> Placed:
    """Return names and their boxes, of several orders of placing the one that leaves out fewest and stays nearest."""
    orders: list[Callable[[Name], float]] = [
        lambda name: 0.0,
        lambda name: name.dot[0],
        lambda name: -name.dot[0],
        lambda name: name.dot[1],
        lambda name: -name.dot[1],
    ]
    tried = [_in_order(ground, sorted(names, key=lambda name: (not name.bold, key(name)))) for key in orders]
    tried += [_in_order(ground, sorted(names, key=key)) for key in orders[1:]]
    return min(tried, key=_farness)


def _in_order(ground: Placing, names: list[Name]) -> Placed:
    placing = ground.copy()
    boxes = [(name, placing.place(name.dot, name.width)) for name in names]
    return [(name, box) for name, box in boxes if box is not None]


def _farness(placed: Placed) -> tuple[int, int, float]:
    """Return how bad a layout is: names left out, bold ones first, then the distances."""
    far = sum(math.dist(name.dot, nearest(name.dot, box)) ** 2 for name, box in placed)
    return -sum(name.bold for name, _ in placed), -len(placed), far


def nearest(dot: Point, box: Box) -> Point:
    """Return the point beside a name's box that is nearest to a dot."""
    return min(max(dot[0], box[0] - 2), box[2] + 2), min(max(dot[1], box[1] + 4), box[3] - 4)


def around(dot: Point, half: float) -> Box:
    """Return the square around a dot."""
    return dot[0] - half, dot[1] - half, dot[0] + half, dot[1] + half


def _beside(x: float, y: float, across: float, width: float) -> Box:
    """Return the box of a name that touches a point: to its right, to its left, or over it."""
    left = x if across > 0.3 else x - width if across < -0.3 else x - width / 2
    return left, y - 8, left + width, y + 8


def _steps(start: Point, end: Point) -> list[Box]:
    """Return small boxes along a line."""
    number = max(1, round(math.dist(start, end) / 3))
    shares = [n / number for n in range(number)]
    (x, y), (to_x, to_y) = start, end
    return [around((x + (to_x - x) * n, y + (to_y - y) * n), 1.0) for n in shares]


def _hits(box: Box, others: Sequence[Box]) -> bool:
    return any(_overlap(box, other) for other in others)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
