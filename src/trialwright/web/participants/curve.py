"""A score over time as a drawing: points, axis and the dotted lines at parts of the baseline.

A label stands where it covers no point, no line and no other label; where there is no such place it is left out, and
the point's own title tells the value. Visits stand on two lines, so that two close together are both named.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from trialwright.web.participants.order import width_of
from trialwright.web.show import show_fraction

_LEFT: Final = 44.0
_TOP: Final = 24.0
_BOTTOM: Final = 150.0
# Where the plot ends: without labels of dotted lines, and with them, which stand right of it.
_PLAIN: Final = 484.0
_LABELLED: Final = 396.0
_LINE_GAP: Final = 13.0
_STEPS: Final = (1, 2, 5)
_LETTER: Final = 7.6  # how wide a letter of a label is
_HALF_HEIGHT: Final = 6.5  # of a label
_DOT: Final = 5.0  # radius of a point
# Where a label may stand around its point, the best first: side, and how far down.
_AROUND: Final = ((0, -14), (0, 15), (1, -10), (-1, -10), (1, 12), (-1, 12), (0, -26), (0, 27))
_ROWS: Final = (182.0, 199.0)

Box = tuple[float, float, float, float]  # left, top, right, bottom
Line = tuple[float, float, float, float]  # from x, y to x, y


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of the score: at which visit, as people call it, on which day. key: the visit's own."""

    visit: str
    day: date
    value: Fraction
    key: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One text of the drawing, in the middle of x."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """One value: where it is, what it says, and where its label stands; None for one without room."""

    x: float
    y: float
    words: str
    label: Mark | None


@dataclass(frozen=True, slots=True)
class Dotted:
    """A line at a part of the baseline; its label stands beside the plot, where no curve runs through it."""

    y: float
    text: str
    label_y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    title: str
    unit: str
    path: str
    points: tuple[Point, ...]
    lines: tuple[Dotted, ...]
    levels: tuple[Mark, ...]
    visits: tuple[Mark, ...]
    summary: str
    right: float


def draw_curve(
    title: str,
    values: Sequence[Measured],
    *,
    baseline: Fraction | None,
    lines: Sequence[tuple[str, Fraction]],
) -> Drawing | None:
    """The drawing of at least one value; None for none.

    lines: label and fraction of baseline; drawn where there is a baseline above 0.
    """
    if not values:
        return None
    dotted = [(label, part * baseline) for label, part in lines] if baseline else []
    step = axis_step(max([one.value for one in values] + [height for _, height in dotted]))
    top = step * max(1, math.ceil(max(one.value for one in values) / step))
    right = _LABELLED if dotted else _PLAIN
    first, span = values[0].day, max(1, (values[-1].day - values[0].day).days)

    def x_of(day: date) -> float:
        return round(_LEFT + (right - _LEFT - 14) * (day - first).days / span, 1)

    def y_of(value: Fraction) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * float(value / top), 1)

    places = [(x_of(one.day), y_of(one.value)) for one in values]
    spread = _spread([(y_of(height), f"{label} ({float(height):.1f})") for label, height in dotted])
    taken = [*_lines_through(places), *((_LEFT, line.y, right, line.y) for line in spread)]
    return Drawing(
        title=title,
        unit="",
        path=" ".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(places)),
        points=_labelled(values, places, taken),
        lines=spread,
        levels=tuple(
            Mark(_LEFT, y_of(Fraction(level)), str(level)) for level in range(0, int(top) + 1, int(step))
        ),
        visits=_on_two_rows([(x, one.visit) for one, (x, _) in zip(values, places, strict=True)]),
        summary="; ".join(f"{one.visit} {show_fraction(one.value)}" for one in values),
        right=right,
    )


def axis_step(highest: Fraction) -> int:
    """Distance of the axis lines: 1, 2 or 5 times a power of ten, so that at most five are drawn."""
    power = 1
    while True:
        for step in _STEPS:
            if highest <= 5 * step * power:
                return step * power
        power *= 10


# ------------------------------------------------------------------ where texts have room


def _lines_through(places: Sequence[tuple[float, float]]) -> list[Line]:
    return [(*before, *after) for before, after in pairwise(places)]


def _labelled(
    values: Sequence[Measured], places: Sequence[tuple[float, float]], lines: Sequence[Line]
) -> tuple[Point, ...]:
    """The first, the last, the highest and the lowest value choose their places before the others."""
    dots = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in places]
    order = sorted(range(len(values)), key=lambda at: (not _is_telling(values, at), at))
    labels: dict[int, Mark] = {}
    boxes: list[Box] = []
    for at in order:
        others = [*dots[:at], *dots[at + 1 :], *boxes]
        text = show_fraction(values[at].value)
        found = next((one for one in _choices(*places[at], text) if _is_free(one[1], others, lines)), None)
        if found is not None:
            labels[at] = found[0]
            boxes.append(found[1])
    return tuple(
        Point(x, y, f"{one.visit}: {show_fraction(one.value)}", labels.get(at))
        for at, (one, (x, y)) in enumerate(zip(values, places, strict=True))
    )


def _is_telling(values: Sequence[Measured], at: int) -> bool:
    numbers = [one.value for one in values]
    return at in (0, len(values) - 1, numbers.index(max(numbers)), numbers.index(min(numbers)))


def _choices(x: float, y: float, text: str) -> Iterator[tuple[Mark, Box]]:
    """Places around a point, the best first: above, below, then beside."""
    half = len(text) * _LETTER / 2
    for side, down in _AROUND:
        middle, height = round(x + side * (half + 4), 1), round(y + down, 1)
        box = (middle - half, height - _HALF_HEIGHT, middle + half, height + _HALF_HEIGHT)
        yield Mark(middle, height, text), box


def _is_free(box: Box, others: Sequence[Box], lines: Sequence[Line]) -> bool:
    if box[0] < _LEFT - 8 or box[1] < 0 or box[3] > _BOTTOM + 20:
        return False
    return not any(_overlap(box, other) for other in others) and not any(
        _crosses(line, box) for line in lines
    )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(line: Line, box: Box) -> bool:
    """Whether a line runs through a box: what is left of it between the box's sides reaches into its height."""
    x1, y1, x2, y2 = line
    left, top, right, bottom = box
    if x2 < left or x1 > right:
        return False
    if x2 == x1:
        return min(y1, y2) < bottom and max(y1, y2) > top
    heights = [y1 + (y2 - y1) * (min(max(side, x1), x2) - x1) / (x2 - x1) for side in (left, right)]
    return min(heights) < bottom and max(heights) > top


def _on_two_rows(texts: Sequence[tuple[float, str]]) -> tuple[Mark, ...]:
    """Each on the first row where it does not run into the text before it, or on none."""
    ends = [-math.inf for _ in _ROWS]
    marks = []
    for x, text in texts:
        half = width_of(text) * _LETTER / 2
        row = next((row for row, end in enumerate(ends) if x - half >= end + 6), None)
        if row is not None:
            ends[row] = x + half
            marks.append(Mark(x, _ROWS[row], text))
    return tuple(marks)


def _spread(lines: Sequence[tuple[float, str]]) -> tuple[Dotted, ...]:
    """From the top down; a label that would run into the one above stands a little lower than its line."""
    kept: list[Dotted] = []
    for y, text in sorted(lines):
        label_y = max(y, kept[-1].label_y + _LINE_GAP) if kept else y
        kept.append(Dotted(y, text, label_y))
    return tuple(kept)
