"""A swimmer plot: one lane a participant, from the first day to the last, with marks on it; the longest lane first."""

from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.analysis.ard import Statistic, result_id
from trialwright.analysis.displays.model import Figure
from trialwright.analysis.displays.told import Told, population_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.figures import GRID
from trialwright.analysis.markup import Markup, element
from trialwright.analysis.messages import MARK_WORDS
from trialwright.analysis.plan_marks import DOSES, MARKS, mark_rows
from trialwright.analysis.speaker import join_names, join_parts, join_texts
from trialwright.analysis.svg import (
    COLOURS,
    INK,
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
    text_width,
)
from trialwright.analysis.swimmer import ENDED, ENDS, ONGOING, OPEN
from trialwright.analysis.wording import with_arm
from trialwright.study.model import Analysis

WIDTH, LEFT, RIGHT, TOP, BOTTOM, LANE = 860, 70, 40, 44, 52, 15
LANES = 60  # of one picture; more stand in the next
LANE_COLOUR = "#d5e6ee"
LANE_ENDS = {
    ENDED: "{code}: to day {day}",
    ONGOING: "{code}: in the study at day {day}",
    OPEN: "{code}: last mark on day {day}, the last day is not known",
}
LOOKS = {
    "doses": ("bar", INK),
    "response": ("circle", COLOURS[2]),
    "event": ("diamond", COLOURS[1]),
    "stop": ("cross", COLOURS[3]),
}


@dataclass(frozen=True, slots=True)
class Lane:
    """Days are study days. end: one of ENDS. marks: kind of the mark and its day."""

    name: str
    last: int
    end: str
    marks: tuple[tuple[str, int], ...]


def lanes_of(told: Told, analysis: Analysis, group: str) -> tuple[tuple[str, ...], ...]:
    """The participants of each picture, the longest in the study first, of equals by their codes."""
    last = {
        one.participants[0]: one.day or 0
        for one in told.dataset.of(analysis.id)
        if one.parameter in ENDS and one.statistic == "value" and one.group == group
    }
    ordered = sorted(last, key=lambda who: (-last[who], told.code(who)))
    return tuple(tuple(ordered[at : at + LANES]) for at in range(0, len(ordered), LANES))


def swimmer_figure(told: Told, identity: str, analysis: Analysis, group: str, who: tuple[str, ...]) -> Figure:
    own: dict[str, list[Statistic]] = {one: [] for one in who}
    for one in told.dataset.of(analysis.id):
        if one.statistic == "value" and one.participants[0] in own:
            own[one.participants[0]].append(one)
    lanes = tuple(lane_of(told.code(one), own[one]) for one in who)
    named = {kind: mark_name(told, analysis, kind) for kind in MARKS if mark_rows(analysis, kind)}
    title = with_arm(told, told.name(analysis.label), group)
    alt = join_texts(told, (lane_text(told, lane, named) for lane in lanes))
    drawing = render_swimmer(Titled(f"figure-{identity}", title, alt), lanes, named, told.text("Study day"))
    ids = tuple(one.id for rows in own.values() for one in rows)
    return Figure(identity, title, drawing, alt, ids, swimmer_notes(told, analysis, group))


def lane_of(code: str, rows: list[Statistic]) -> Lane:
    end = next(one for one in rows if one.parameter in ENDS)
    marks = tuple((one.parameter.partition("#")[0], one.day or 0) for one in rows if one is not end)
    return Lane(code, end.day or 0, end.parameter, marks)


def mark_name(told: Told, analysis: Analysis, kind: str) -> str:
    """Of a time the label of its endpoint, of another parameter its own; else what the kind of mark is called."""
    rows = mark_rows(analysis, kind)
    dataset = told.study.datasets[rows.dataset] if rows else None
    parameter = dataset.parameters.get(rows.name) if dataset and rows else None
    if parameter is None:
        return told.text(MARK_WORDS[kind])
    estimand = told.study.estimands.get(parameter.estimand or "")
    return told.name(told.study.endpoints[estimand.endpoint].label if estimand else parameter.label)


def lane_text(told: Told, lane: Lane, named: dict[str, str]) -> str:
    """ "01: to day 113, Dose 1 15, Response 29", for those who do not see the picture."""
    end = told.text(
        LANE_ENDS[lane.end],
        code=lane.name,
        day=lane.last,
    )
    said = (
        f"{name} {' '.join(str(day) for kind_of, day in lane.marks if kind_of == kind)}"
        for kind, name in named.items()
        if any(kind_of == kind for kind_of, _ in lane.marks)
    )
    return join_parts(told, (end, *said))


def swimmer_notes(told: Told, analysis: Analysis, group: str) -> tuple[str, ...]:
    without, unended = (
        told.dataset.by_id[result_id(one, analysis.id, "", "", group)].participants
        for one in ("without", OPEN)
    )
    codes, ends = (join_names(told, map(told.code, who)) for who in (without, unended))
    return (
        *population_note(told, analysis),
        told.text(
            "A lane goes from study day 1 to the last day in the study; an arrow says that it goes on at the data cut. Of response, event and stop the first is marked. Without a first day: {codes}.",
            codes=codes or "–",
        ),
        *(
            (
                told.text(
                    "Left the study on a day that is not known, and drawn to the last mark: {codes}.",
                    codes=ends,
                ),
            )
            if ends
            else ()
        ),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )


# ---------------------------------------------------------------- the picture


def render_swimmer(titled: Titled, lanes: tuple[Lane, ...], named: dict[str, str], across: str) -> Markup:
    """named: kinds of marks with their names, in the order of the legend."""
    farthest = max(max(lane.last, *(day for _, day in lane.marks), 1) for lane in lanes)
    ticks = nice_ticks(farthest)
    scale = Scale(0, ticks[-1], LEFT, WIDTH - RIGHT)
    ground = TOP + LANE * len(lanes) + 6
    grid = tuple(line((scale.at(one), TOP), (scale.at(one), ground), GRID) for one in ticks)
    foot = tuple(label(f"{one:g}", (scale.at(one), ground + 18), Lettering(12, "middle")) for one in ticks)
    drawn = tuple(
        part for at, lane in enumerate(lanes) for part in draw_lane(lane, TOP + LANE * (at + 0.5), scale)
    )
    return picture(
        titled,
        (WIDTH, round(ground + BOTTOM - 6)),
        *grid,
        line((LEFT, ground), (WIDTH - RIGHT, ground), Stroke(INK, 1.2)),
        *foot,
        *drawn,
        *draw_legend(named),
        label(across, ((LEFT + WIDTH - RIGHT) / 2, ground + 38), Lettering(anchor="middle")),
    )


def draw_lane(lane: Lane, y: float, scale: Scale) -> Iterator[Markup]:
    """Doses lie under the other marks."""
    end = scale.at(lane.last)
    yield element(
        "rect",
        x=number(scale.at(0)),
        y=number(y - 4.5),
        width=number(max(end - scale.at(0), 1)),
        height=9,
        fill=LANE_COLOUR,
    )
    yield label(lane.name, (LEFT - 8, y + 3.5), Lettering(10, "end"))
    if lane.end == ONGOING:
        points = f"{number(end)},{number(y - 5)} {number(end + 9)},{number(y)} {number(end)},{number(y + 5)}"
        yield element("polygon", points=points, fill=INK)
    for kind, day in sorted(lane.marks, key=lambda one: MARKS.index(one[0])):
        yield draw_mark(kind, scale.at(day), y)


def draw_mark(kind: str, x: float, y: float) -> Markup:
    shape, colour = LOOKS[kind]
    if kind == DOSES:
        return line((x, y - 5), (x, y + 5), Stroke(colour, 2))
    return mark(shape, x, y, colour, 3.6)


def draw_legend(named: dict[str, str]) -> Iterator[Markup]:
    x = float(LEFT)
    for kind, name in named.items():
        yield draw_mark(kind, x + 6, 18)
        yield label(name, (x + 16, 22))
        x += text_width(name, 13) + 36
