"""The picture of times to an event: the curve of what was detected, between which days events came about, and who is at risk."""

from dataclasses import dataclass
from itertools import pairwise

from trialwright.analysis.markup import Markup, element
from trialwright.analysis.svg import (
    COLOURS,
    INK,
    LINE,
    Lettering,
    Point,
    Scale,
    Stroke,
    Titled,
    label,
    line,
    number,
    picture,
    polyline,
    text_width,
)

WIDTH, LEFT, RIGHT, TOP, GROUND = 860, 62, 24, 46, 350
CURVE, BETWEEN = COLOURS[0], COLOURS[1]


@dataclass(frozen=True, slots=True)
class Step:
    """The curve at a day and after it. low, high: None where there is no limit; censored: how many were last seen then."""

    day: float
    survival: float
    low: float | None
    high: float | None
    censored: int


@dataclass(frozen=True, slots=True)
class Mass:
    """A part of the estimate between visits: how much of it comes about after `left` and not after `right`.

    right: None where it comes after all that was seen, or never.
    """

    left: float
    right: float | None
    mass: float


@dataclass(frozen=True, slots=True)
class AtRisk:
    day: float
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SurvivalWords:
    """The words on and around the picture, in the reader's language."""

    titled: Titled
    upwards: str
    across: str
    at_risk: str
    detected: str
    limits: str
    censored: str
    between: str


def render_survival(
    words: SurvivalWords, steps: tuple[Step, ...], masses: tuple[Mass, ...], risks: tuple[AtRisk, ...]
) -> Markup:
    """steps: by day, the first at 0, the last the last day on which anybody was seen, where the curve ends.
    risks: the days with a name below the axis.
    """
    last = max(steps[-1].day, *(one.day for one in risks), *(one.right or one.left for one in masses))
    across = Scale(0, last * 1.02, LEFT, WIDTH - RIGHT)
    upwards = Scale(0, 1, GROUND, TOP)
    parts = (
        *draw_axes(words, upwards),
        *draw_band(steps, across, upwards),
        *draw_masses(masses, across, upwards),
        polyline(staircase(steps, across, upwards), Stroke(CURVE, 2.4)),
        *(draw_tick(one, across, upwards) for one in steps if one.censored),
        *draw_risks(words, risks, across),
        *draw_legend(words),
    )
    return picture(words.titled, (WIDTH, GROUND + 112), *parts)


def draw_axes(words: SurvivalWords, upwards: Scale) -> tuple[Markup, ...]:
    parts: list[Markup] = []
    for step in range(6):
        y = upwards.at(step / 5)
        parts.append(line((LEFT, y), (WIDTH - RIGHT, y), Stroke(LINE, 1)))
        parts.append(label(f"{step * 20} %", (LEFT - 8, y + 4), Lettering(12, "end")))
    return (*parts, label(words.upwards, (8, 18), Lettering(weight="600")))


def staircase(steps: tuple[Step, ...], across: Scale, upwards: Scale) -> tuple[Point, ...]:
    """Corners of the curve: level to the next step, then down."""
    return corners([(one.day, one.survival) for one in steps], steps[-1].day, across, upwards)


def corners(
    values: list[tuple[float, float]], last: float, across: Scale, upwards: Scale
) -> tuple[Point, ...]:
    points: list[Point] = []
    for (day, value), (until, _) in pairwise([*values, (last, 0.0)]):
        points += [(across.at(day), upwards.at(value)), (across.at(until), upwards.at(value))]
    return tuple(points)


def draw_band(steps: tuple[Step, ...], across: Scale, upwards: Scale) -> tuple[Markup, ...]:
    """The limits, from the first event to the day from which there are none."""
    known = [(one.day, one.low, one.high) for one in steps if one.low is not None and one.high is not None]
    if not known:
        return ()
    gone = next((one.day for one in steps if one.low is None and one.day > known[-1][0]), steps[-1].day)
    above = corners([(day, high) for day, _, high in known], gone, across, upwards)
    below = corners([(day, low) for day, low, _ in known], gone, across, upwards)
    written = " ".join(f"{number(x)},{number(y)}" for x, y in (*above, *reversed(below)))
    return (element("polygon", points=written, fill=CURVE, fill_opacity=0.14),)


def draw_masses(masses: tuple[Mass, ...], across: Scale, upwards: Scale) -> tuple[Markup, ...]:
    """A box over the days in which the data do not tell when; a line where they tell that nothing comes about."""
    parts: list[Markup] = []
    start, survival = 0.0, 1.0
    stroke = Stroke(BETWEEN, 2, "6 4")
    for one in masses:
        level = upwards.at(survival)
        if one.left > start:
            parts.append(line((across.at(start), level), (across.at(one.left), level), stroke))
        if one.right is None:
            break
        survival -= one.mass
        parts.append(
            element(
                "rect",
                x=number(across.at(one.left)),
                y=number(level),
                width=number(max(across.at(one.right) - across.at(one.left), 1)),
                height=number(upwards.at(survival) - level),
                fill=BETWEEN,
                fill_opacity=0.2,
                stroke=BETWEEN,
                stroke_width=1.2,
            )
        )
        start = one.right
    return tuple(parts)


def draw_tick(step: Step, across: Scale, upwards: Scale) -> Markup:
    x, y = across.at(step.day), upwards.at(step.survival)
    return line((x, y - 7), (x, y + 7), Stroke(CURVE, 2.4))


def draw_risks(words: SurvivalWords, risks: tuple[AtRisk, ...], across: Scale) -> tuple[Markup, ...]:
    """Names of the days under the axis, and below them how many are at risk."""
    parts: list[Markup] = [line((LEFT, GROUND), (WIDTH - RIGHT, GROUND), Stroke(INK, 1.2))]
    for one in risks:
        x = across.at(one.day)
        anchor = "start" if one.day == 0 else "middle" if x < WIDTH - 60 else "end"
        shown = x if anchor == "middle" else x - 8 if anchor == "start" else min(x + 12, WIDTH - 4)
        parts += [
            line((x, GROUND), (x, GROUND + 6), Stroke(INK, 1.2)),
            label(one.name, (shown, GROUND + 21), Lettering(12, anchor)),
            label(str(one.count), (x, GROUND + 86), Lettering(13, "middle")),
        ]
    middle = (LEFT + WIDTH - RIGHT) / 2
    return (
        *parts,
        label(words.across, (middle, GROUND + 40), Lettering(anchor="middle")),
        label(words.at_risk, (8, GROUND + 64), Lettering(weight="600")),
    )


def draw_legend(words: SurvivalWords) -> tuple[Markup, ...]:
    """In one line above the picture, from the right."""
    entries = (
        (words.detected, line((0, 14), (18, 14), Stroke(CURVE, 2.4))),
        (words.limits, element("rect", x=0, y=8, width=18, height=12, fill=CURVE, fill_opacity=0.14)),
        (words.censored, line((9, 7), (9, 21), Stroke(CURVE, 2.4))),
        (
            words.between,
            element("rect", x=0, y=8, width=18, height=12, fill=BETWEEN, fill_opacity=0.2, stroke=BETWEEN),
        ),
    )
    widths = [text_width(name, 12) + 36 for name, _ in entries]
    x = WIDTH - RIGHT - sum(widths)
    parts: list[Markup] = []
    for (name, drawn), width in zip(entries, widths, strict=True):
        parts.append(element("g", drawn, transform=f"translate({number(x)},12)"))
        parts.append(label(name, (x + 24, 30), Lettering(12)))
        x += width
    return tuple(parts)
