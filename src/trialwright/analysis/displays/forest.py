"""A forest: estimates under each other on one scale, with their limits and their numbers."""

from dataclasses import dataclass

from trialwright.analysis.markup import Markup
from trialwright.analysis.svg import (
    COLOURS,
    INK,
    LINE,
    Lettering,
    Scale,
    Stroke,
    Titled,
    label,
    line,
    mark,
    nice_ticks,
    picture,
    wrap,
)

WIDTH, LABELS, NUMBERS, ROW, LETTER = 860, 400, 130, 18, 13


@dataclass(frozen=True, slots=True)
class ForestRow:
    """value, low, high: proportions. is_main: a headline, drawn with a full mark. heading: what it stands under."""

    label: str
    text: str
    value: float
    low: float
    high: float
    is_main: bool
    heading: str = ""


def render_forest(
    titled: Titled, rows: tuple[ForestRow, ...], main: float | None = None, most: float = 1
) -> Markup:
    """Names at the left, numbers at the right, between them 0 to 100 %, or to a round percent not below `most`; a line at
    the headline's value, `main`."""
    ticks = nice_ticks(100 * most)
    across = Scale(0, ticks[-1] / 100, LABELS + 10, WIDTH - NUMBERS - 20)
    drawn: list[Markup] = []
    top, heading = 16.0, ""
    for row in rows:
        if row.heading != heading:
            heading = row.heading
            drawn.append(label(heading, (6, top + ROW), Lettering(LETTER, weight="700")))
            top += ROW + 10
        names = wrap(row.label, LABELS - 10, LETTER)
        middle = top + ROW * len(names) / 2
        lettering = Lettering(LETTER, weight="600" if row.is_main else None)
        drawn += [label(name, (6, top + ROW * (at + 0.7)), lettering) for at, name in enumerate(names)]
        drawn.append(draw_limits(row, across, middle))
        drawn.append(mark("square" if row.is_main else "ring", across.at(row.value), middle, COLOURS[0]))
        drawn.append(label(row.text, (WIDTH - NUMBERS, middle + 5), Lettering(LETTER)))
        top += ROW * len(names) + 8
    guide = () if main is None else draw_guide(across.at(main), top)
    return picture(titled, (WIDTH, round(top + 34)), *draw_scale(across, top, ticks), *guide, *drawn)


def draw_guide(x: float, ground: float) -> tuple[Markup, ...]:
    return (line((x, 10), (x, ground), Stroke(COLOURS[0], 1, "3 4")),)


def draw_limits(row: ForestRow, across: Scale, middle: float) -> Markup:
    return line((across.at(row.low), middle), (across.at(row.high), middle), Stroke(COLOURS[0], 1.8))


def draw_scale(across: Scale, ground: float, ticks: tuple[float, ...]) -> tuple[Markup, ...]:
    """ticks: in percent."""
    parts: list[Markup] = [line((across.start, ground), (across.end, ground), Stroke(INK, 1.2))]
    for tick in ticks:
        x = across.at(tick / 100)
        parts.append(line((x, 10), (x, ground), Stroke(LINE, 1)))
        parts.append(label(f"{tick:g} %", (x, ground + 18), Lettering(12, "middle")))
    return tuple(parts)
