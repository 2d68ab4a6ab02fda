"""The figures of the report: a course over time, proportions by visit with intervals, and the participant flow."""

from dataclasses import dataclass

from trialwright.analysis.markup import Markup, element
from trialwright.analysis.svg import (
    COLOURS,
    DASHES,
    INK,
    LINE,
    MUTE,
    SHAPES,
    Lettering,
    Scale,
    Stroke,
    Titled,
    label,
    line,
    mark,
    nice_ticks,
    number,
    picture,
    polyline,
    text_width,
    wrap,
)

WIDTH, HEIGHT = 860, 414
LEFT, RIGHT, TOP, BOTTOM = 62, 20, 46, 68
THIN, GRID, AXIS = Stroke(MUTE, 1, opacity=0.45), Stroke(LINE, 1), Stroke(INK, 1.2)


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of a series with its interval; day is the study day, value and limits on the axis' scale."""

    day: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words on and around a figure, already in the reader's language."""

    titled: Titled
    across: str
    upwards: str


Tick = tuple[float, str]
ROWS = (19, 33)  # of names under the axis


def render_course(
    words: Words,
    series: tuple[Series, ...],
    individual: tuple[tuple[tuple[int, float], ...], ...],
    visits: tuple[tuple[int, str], ...],
) -> Markup:
    """Median with quartiles as a thick line and bars, and each participant's own line behind it, thin."""
    values = [value for one in individual for _, value in one] + [
        value for one in series for spot in one.spots for value in (spot.low, spot.high)
    ]
    ticks = tuple((tick, f"{tick:g}") for tick in nice_ticks(max(values, default=1), min(values, default=0)))
    across, upwards = scales(visits, ticks)
    thin = tuple(
        polyline(tuple((across.at(day), upwards.at(value)) for day, value in one), THIN)
        for one in individual
        if len(one) > 1
    )
    lines = tuple(draw_series(one, index, len(series), across, upwards) for index, one in enumerate(series))
    return framed(words, series, visits, ticks, (*thin, *lines))


def render_proportions(
    words: Words, series: tuple[Series, ...], visits: tuple[tuple[int, str], ...]
) -> Markup:
    """Proportions by visit, each with its interval; the axis shows percent."""
    ticks = tuple((step / 5, f"{step * 20} %") for step in range(6))
    across, upwards = scales(visits, ticks)
    lines = tuple(draw_series(one, index, len(series), across, upwards) for index, one in enumerate(series))
    return framed(words, series, visits, ticks, lines)


def scales(visits: tuple[tuple[int, str], ...], ticks: tuple[Tick, ...]) -> tuple[Scale, Scale]:
    first, last = min(day for day, _ in visits), max(day for day, _ in visits)
    pad = max(last - first, 1) * 0.03
    across = Scale(first - pad, last + pad, LEFT, WIDTH - RIGHT)
    return across, Scale(ticks[0][0], ticks[-1][0], HEIGHT - BOTTOM, TOP)


def draw_series(one: Series, index: int, count: int, across: Scale, upwards: Scale) -> Markup:
    """Line, bars and marks of one series; series are set side by side so that their bars do not cover each other."""
    colour, dash = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
    shift = (index - (count - 1) / 2) * 4
    points = tuple((across.at(spot.day) + shift, spot) for spot in one.spots)
    bars = tuple(
        line((x, upwards.at(spot.low)), (x, upwards.at(spot.high)), Stroke(colour, 1.6)) for x, spot in points
    )
    marks = tuple(mark(SHAPES[index % len(SHAPES)], x, upwards.at(spot.value), colour) for x, spot in points)
    course = polyline(tuple((x, upwards.at(spot.value)) for x, spot in points), Stroke(colour, 2.2, dash))
    return element("g", course, *bars, *marks)


def framed(
    words: Words,
    series: tuple[Series, ...],
    visits: tuple[tuple[int, str], ...],
    ticks: tuple[Tick, ...],
    parts: tuple[Markup, ...],
) -> Markup:
    """Axes, grid and legend around the parts."""
    across, upwards = scales(visits, ticks)
    grid = tuple(
        line((LEFT, upwards.at(value)), (WIDTH - RIGHT, upwards.at(value)), GRID) for value, _ in ticks
    )
    up = tuple(label(text, (LEFT - 8, upwards.at(value) + 4), Lettering(12, "end")) for value, text in ticks)
    foot = (
        *draw_days(visits, across),
        label(words.across, ((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10), Lettering(anchor="middle")),
        label(words.upwards, (8, 18), Lettering(weight="600")),
    )
    return picture(words.titled, (WIDTH, HEIGHT), *grid, *up, *foot, *parts, *draw_legend(series))


def draw_days(visits: tuple[tuple[int, str], ...], across: Scale) -> tuple[Markup, ...]:
    """Names of the visits under the axis; one that would touch the one before it stands in a lower row; where no
    row has room for it, it is left out, and its tick stays."""
    ground = HEIGHT - BOTTOM
    parts: list[Markup] = [line((LEFT, ground), (WIDTH - RIGHT, ground), AXIS)]
    free = [0.0] * len(ROWS)
    for day, name in visits:
        x, half = across.at(day), text_width(name, 12) / 2
        row = next((at for at, edge in enumerate(free) if x - half >= edge), None)
        parts.append(line((x, ground), (x, ground + 5), AXIS))
        if row is not None:
            parts.append(label(name, (x, ground + ROWS[row]), Lettering(12, "middle")))
            free[row] = x + half + 4
    return tuple(parts)


def draw_legend(series: tuple[Series, ...]) -> tuple[Markup, ...]:
    x = WIDTH - RIGHT - sum(text_width(one.name, 13) + 40 for one in series)
    parts: list[Markup] = []
    for index, one in enumerate(series):
        parts.append(mark(SHAPES[index % len(SHAPES)], x + 8, 14, COLOURS[index % len(COLOURS)]))
        parts.append(label(one.name, (x + 18, 18)))
        x += text_width(one.name, 13) + 40
    return tuple(parts)


# ---------------------------------------------------------------- participant flow


@dataclass(frozen=True, slots=True)
class FlowPart:
    """A box of the flow with its words: a heading and lines; an aside stands to the right, with an arrow."""

    heading: str
    lines: tuple[str, ...]
    is_aside: bool


FLOW_WIDTH, MAIN_WIDTH, ASIDE_WIDTH = 860, 360, 410
SIZE, STEP, PAD, GAP = 14, 20, 12, 34


def render_flow(titled: Titled, parts: tuple[FlowPart, ...]) -> Markup:
    """Boxes from top to bottom, joined by arrows; who leaves goes to the right."""
    drawn: list[Markup] = []
    top, previous = 10.0, None
    spine = 10 + MAIN_WIDTH / 2
    for part in parts:
        rows = rows_of(part)
        height = len(rows) * STEP + 2 * PAD - 4
        if part.is_aside:
            # From the box above; where another box follows, its own arrow covers this line.
            drawn.append(line((spine, previous or top), (spine, top + height / 2)))
            drawn.append(arrow_right(spine, top + height / 2))
        elif previous is not None:
            drawn.append(arrow_down(spine, previous, top))
        left = FLOW_WIDTH - ASIDE_WIDTH - 10 if part.is_aside else 10
        drawn.append(draw_box(left, top, ASIDE_WIDTH if part.is_aside else MAIN_WIDTH, rows, part.is_aside))
        previous = previous if part.is_aside else top + height
        top += height + GAP
    return picture(titled, (FLOW_WIDTH, round(top - GAP + 10)), *drawn)


def rows_of(part: FlowPart) -> tuple[tuple[str, bool], ...]:
    """Lines of a box and whether each is bold."""
    width = (ASIDE_WIDTH if part.is_aside else MAIN_WIDTH) - 2 * PAD
    heading = tuple((row, True) for row in wrap(part.heading, width * 0.95, SIZE))
    return heading + tuple((row, False) for text in part.lines for row in wrap(text, width, SIZE))


def draw_box(
    left: float, top: float, width: float, rows: tuple[tuple[str, bool], ...], is_aside: bool
) -> Markup:
    height = len(rows) * STEP + 2 * PAD - 4
    frame = element(
        "rect",
        x=number(left),
        y=number(top),
        width=number(width),
        height=number(height),
        rx=4,
        fill="#eef1f3" if is_aside else "#e1f0f6",
        stroke=INK,
        stroke_width=1.4,
    )
    texts = (
        label(
            text,
            (left + PAD, top + PAD + STEP * index + 11),
            Lettering(SIZE, weight="600" if is_bold else None),
        )
        for index, (text, is_bold) in enumerate(rows)
    )
    return element("g", frame, *texts)


def arrow_down(x: float, start: float, end: float) -> Markup:
    tip = element(
        "polygon",
        points=f"{number(x - 5)},{number(end - 9)} {number(x + 5)},{number(end - 9)} {number(x)},{number(end)}",
        fill=INK,
    )
    return element("g", line((x, start), (x, end - 8)), tip)


def arrow_right(x: float, y: float) -> Markup:
    end = FLOW_WIDTH - ASIDE_WIDTH - 10
    tip = element(
        "polygon",
        points=f"{number(end - 9)},{number(y - 5)} {number(end - 9)},{number(y + 5)} {number(end)},{number(y)}",
        fill=INK,
    )
    return element("g", line((x, y), (end - 8, y)), tip)
