"""Scores one below the other on a common time axis of study weeks: small dots for single days, a line for the score."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext

from trialwright.schedule.diary import study_week
from trialwright.web.participants.curve import axis_step

WIDTH: Final = 760
_LEFT: Final = 44.0
_RIGHT: Final = 744.0
_HEIGHT: Final = 104.0  # of the plot of one panel
_TITLE: Final = 26.0  # above it
_GAP: Final = 12.0
_FOOT: Final = 40.0  # for the weeks
_WEEK_WIDTH: Final = 30.0  # what the number of a week needs

Values = tuple[tuple[date, Fraction | None], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """dots: single values; line: the score, with gaps where it is None; words: all of it, for who cannot see it."""

    title: str
    dots: tuple[tuple[date, Fraction], ...]
    line: Values
    words: str

    @property
    def has_values(self) -> bool:
        return bool(self.dots) or any(value is not None for _, value in self.line)


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """One panel in its place. path: of the line; knots: its points."""

    title: Text
    levels: tuple[Text, ...]
    dots: tuple[Dot, ...]
    path: str
    knots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: float
    panels: tuple[Drawn, ...]
    weeks: tuple[Text, ...]
    axis: Text
    words: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Axis:
    first: date
    days: int

    def x(self, day: date) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * (day - self.first).days / self.days, 1)


def draw_panels(panels: Sequence[Panel], first_dose: date) -> Picture | None:
    """None where there is nothing to draw. first_dose: day 1 of week 1."""
    days = [day for panel in panels for day, _ in (*panel.dots, *panel.line)]
    if not days:
        return None
    first = first_dose + timedelta(days=7 * (study_week(min(days), first_dose) - 1))
    count = study_week(max(days), first_dose) - study_week(first, first_dose) + 1
    axis = _Axis(first, 7 * count)
    drawn = tuple(_panel(panel, axis, at * (_TITLE + _HEIGHT + _GAP)) for at, panel in enumerate(panels))
    foot = len(panels) * (_TITLE + _HEIGHT + _GAP)
    return Picture(
        width=WIDTH,
        height=foot + _FOOT,
        panels=drawn,
        weeks=_weeks(axis, first_dose, count, foot + 8),
        axis=Text((_LEFT + _RIGHT) / 2, foot + 30, gettext("Study week")),
        words=". ".join(panel.words for panel in panels),
        left=_LEFT,
        right=_RIGHT,
    )


def _weeks(axis: _Axis, first_dose: date, count: int, y: float) -> tuple[Text, ...]:
    """The number of a week stands at its middle; as many of them as have room."""
    every = math.ceil(_WEEK_WIDTH * count / (_RIGHT - _LEFT))
    begin = study_week(axis.first, first_dose)
    firsts = (
        (number, first_dose + timedelta(days=7 * (number - 1))) for number in range(begin, begin + count)
    )
    return tuple(
        Text(axis.x(day + timedelta(days=3)), y, str(number)) for number, day in firsts if number % every == 0
    )


def _panel(panel: Panel, axis: _Axis, top: float) -> Drawn:
    values = [value for _, value in (*panel.dots, *panel.line) if value is not None]
    highest = max(values)
    step = axis_step(highest)
    levels = step * max(1, math.ceil(highest / step))
    bottom = top + _TITLE + _HEIGHT

    def y(value: Fraction) -> float:
        return round(bottom - _HEIGHT * float(value / levels), 1)

    knots = [(axis.x(day), None if value is None else y(value)) for day, value in panel.line]
    return Drawn(
        title=Text(_LEFT, top + 15, panel.title),
        levels=tuple(
            Text(_LEFT, y(Fraction(level)), str(level)) for level in range(0, int(levels) + 1, step)
        ),
        dots=tuple(Dot(axis.x(day), y(value)) for day, value in panel.dots),
        path=_path(knots),
        knots=tuple(Dot(x, height) for x, height in knots if height is not None),
    )


def _path(knots: Sequence[tuple[float, float | None]]) -> str:
    """A line that begins anew after a gap."""
    parts, is_begun = [], False
    for x, y in knots:
        if y is not None:
            parts.append(f"{'L' if is_begun else 'M'}{x} {y}")
        is_begun = y is not None
    return " ".join(parts)
