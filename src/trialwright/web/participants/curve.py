"""A score over time as a drawing: points, axis and the dotted lines at parts of the baseline."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from trialwright.web.show import show_fraction

_LEFT, _TOP, _BOTTOM = 44.0, 24.0, 150.0
_PLAIN, _LABELLED = 484.0, 396.0  # where the plot ends; right of it stand the labels of its lines
_LINE_GAP: Final = 13.0
_STEPS: Final = (1, 2, 5)
_LABEL_GAP: Final = 38.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of the score: at which visit, on which day."""

    visit: str
    day: date
    value: Fraction


@dataclass(frozen=True, slots=True)
class Mark:
    """One point or tick: its place on the drawing and its text. anchor: which end of the text stands there."""

    x: float
    y: float
    text: str
    is_labelled: bool = True
    anchor: str = "start"


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
    points: tuple[Mark, ...]
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
    step = _step(max([one.value for one in values] + [height for _, height in dotted]))
    top = step * max(1, math.ceil(max(one.value for one in values) / step))
    right = _LABELLED if dotted else _PLAIN
    first, span = values[0].day, max(1, (values[-1].day - values[0].day).days)

    def x_of(day: date) -> float:
        return round(_LEFT + (right - _LEFT - 14) * (day - first).days / span, 1)

    def y_of(value: Fraction) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * float(value / top), 1)

    points = [
        Mark(x, y_of(one.value), show_fraction(one.value), anchor="end" if x > right - 40 else "start")
        for one in values
        for x in [x_of(one.day)]
    ]
    return Drawing(
        title=title,
        unit="",
        path=" ".join(f"{'L' if place else 'M'}{mark.x} {mark.y}" for place, mark in enumerate(points)),
        points=_thin(points),
        lines=_spread([(y_of(height), f"{label} ({float(height):.1f})") for label, height in dotted]),
        levels=tuple(
            Mark(_LEFT, y_of(Fraction(level)), str(level)) for level in range(0, int(top) + 1, int(step))
        ),
        visits=_thin([Mark(x_of(one.day), 172.0, one.visit) for one in values]),
        summary="; ".join(f"{one.visit} {show_fraction(one.value)}" for one in values),
        right=right,
    )


def _step(highest: Fraction) -> int:
    """Distance of the axis lines: 1, 2 or 5 times a power of ten, so that at most five are drawn."""
    power = 1
    while True:
        for step in _STEPS:
            if highest <= 5 * step * power:
                return step * power
        power *= 10


def _thin(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Every mark is drawn; its text only where it does not run into the one before."""
    kept: list[Mark] = []
    last = -_LABEL_GAP
    for mark in marks:
        is_labelled = mark.x - last >= _LABEL_GAP
        last = mark.x if is_labelled else last
        kept.append(replace(mark, is_labelled=is_labelled))
    return tuple(kept)


def _spread(lines: Sequence[tuple[float, str]]) -> tuple[Dotted, ...]:
    """From the top down; a label that would run into the one above stands a little lower than its line."""
    kept: list[Dotted] = []
    for y, text in sorted(lines):
        label_y = max(y, kept[-1].label_y + _LINE_GAP) if kept else y
        kept.append(Dotted(y, text, label_y))
    return tuple(kept)
