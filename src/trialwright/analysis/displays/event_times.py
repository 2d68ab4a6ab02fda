"""Displays of times to an event: the ways to count those lost beside each other, the curve, and its numbers."""

from collections.abc import Iterator

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.estimates import (
    estimate_cells,
    estimates_of,
    interval_of,
    interval_text,
)
from trialwright.analysis.displays.model import Cell, Figure, Number, Table
from trialwright.analysis.displays.survival_figure import (
    AtRisk,
    Mass,
    Step,
    SurvivalWords,
    render_survival,
)
from trialwright.analysis.displays.told import (
    Told,
    empty_row,
    endpoint_of,
    estimand_of,
    parts_of,
    population_note,
    source_note,
)
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.event_times import origin_of, seen_at
from trialwright.analysis.messages import HANDLING_WORDS
from trialwright.analysis.methods.rounding import rounded_text
from trialwright.analysis.render import render_level, render_percent
from trialwright.analysis.results import named
from trialwright.analysis.speaker import join_names, join_parts, join_texts
from trialwright.analysis.statistic_words import WAY_WORDS
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import with_arm
from trialwright.study.handlings import HANDLINGS
from trialwright.study.model import Analysis

Found = dict[str, dict[str, Statistic]]

UNTOLD = (
    "Kaplan-Meier ends on the last day on which anybody was seen, and has no limits before the first event."
)


def number_of(one: Statistic) -> float:
    """The value of a row that has one."""
    return float(one.value or 0)


def limit_of(one: Statistic) -> float | None:
    return None if one.value is None else float(one.value)


# ---------------------------------------------------------------- the ways beside each other


def ways_table(told: Told, number: str, analysis: Analysis) -> Table:
    """The proportion with the event: those lost counted in each way, the estimate between visits, and what was detected."""
    found = parts_of(told.dataset.of(analysis.id))
    head = (
        told.text("How those lost are counted"),
        told.text("To"),
        told.text("Count"),
        told.text("Proportion"),
        told.text("Interval"),
        told.text("Interval by"),
    )
    rows = (*counted_ways(told, analysis), *estimated_ways(told, analysis, found))
    title = told.text("{analysis}: each way to count those lost", analysis=told.name(analysis.label))
    notes = (
        *population_note(told, analysis),
        told.text(
            "The estimate between visits is the nonparametric one of largest likelihood (NPMLE, Turnbull): an event came about after the last visit without it and not after the first with it."
        ),
        told.text(UNTOLD),
        *gap_notes(told, found),
        *visit_notes(told, analysis),
        *efficacy_note(told, analysis),
        source_note(told, ", ".join((*(one.id for one in counting(told, analysis)), analysis.id))),
    )
    return Table(number, title, head, rows or (empty_row(told, head),), notes)


def counting(told: Told, analysis: Analysis) -> tuple[Analysis, ...]:
    """The analyses that estimate the proportion of the same estimand, in its own population."""
    return tuple(
        one
        for one in told.analyses()
        if one.method == "one_proportion"
        and (one.estimand, one.population) == (analysis.estimand, analysis.population)
    )


def counted_ways(told: Told, analysis: Analysis) -> Iterator[tuple[Cell, ...]]:
    """The headline and the other ways to count the missing; variants of the endpoint are another question."""
    estimand, endpoint = estimand_of(told, analysis), endpoint_of(told, analysis)
    if estimand is None or endpoint is None:
        return
    days = {one: told.study.visits[one].day or 0 for one in endpoint.visits}
    visit = told.visit(max(days, key=lambda one: days[one], default=""))
    for key, parts in estimates_of(told, counting(told, analysis)).items():
        one = parts["n"]
        is_way = one.variant in HANDLING_WORDS.values()
        if not is_way and (one.role != "headline" or one.variant):
            continue
        said = one.variant if is_way else HANDLING_WORDS[HANDLINGS[estimand.missing]]
        cells = estimate_cells(told, {key: parts}, key)
        yield (
            with_arm(told, told.text(said), one.group),
            visit,
            *cells,
            interval_text(told, *interval_of(parts)),
        )


def estimated_ways(told: Told, analysis: Analysis, found: Found) -> Iterator[tuple[Cell, ...]]:
    methods = {
        "clopper_pearson": told.text("Clopper-Pearson, everybody was seen"),
        "profile_likelihood": told.text("Profile likelihood"),
    }
    for way, said in WAY_WORDS.items():
        for group in groups_in(told, analysis):
            for visit in analysis.visits:
                key = named(analysis.id, way, visit, group)
                if key not in found:
                    continue
                low = found[key]["low"]
                by = methods.get(low.method, told.text("Log-log"))
                yield (
                    with_arm(told, told.text(said), group),
                    told.visit(visit),
                    "–",
                    proportion_cell(found[key], key),
                    Number("interval", (f"{key}:low", f"{key}:high")),
                    join_parts(told, (by, render_level(low.level or 0))),
                )


def proportion_cell(parts: dict[str, Statistic], key: str) -> Number:
    """Two numbers where the data do not tell which of all between them it is."""
    if parts["proportion"].value is None:
        return Number("interval", (f"{key}:least", f"{key}:most"))
    return Number("percent", (f"{key}:proportion",))


def gap_notes(told: Told, found: Found) -> Iterator[str]:
    for parts in found.values():
        if "gap" in parts:
            said = told.text(
                "Check of the largest likelihood: the log likelihood could still grow by at most {gap} (below {limit} is the largest).",
                gap=f"{max(number_of(parts['gap']), 0):.1e}",
                limit="1e-6",
            )
            yield with_arm(told, said, parts["gap"].group)


def visit_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    return (
        told.text(
            "A day within the window of {visits} counts as the planned day of that visit.",
            visits=join_names(told, (window_text(told, one) for one in seen_at(told.study, analysis))),
        ),
    )


def window_text(told: Told, visit: str) -> str:
    """Such as "Week 34 (−7 to +7 days)"."""
    one = told.study.visits[visit]
    days = told.text(
        "{before} to {after} days",
        before=f"\u2212{one.window_before_days}",
        after=f"+{one.window_after_days}",
    )
    return f"{told.visit(visit)} ({days})"


def groups_in(told: Told, analysis: Analysis) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.group for one in told.dataset.of(analysis.id)))


# ---------------------------------------------------------------- the curve


def days_of(found: Found, analysis: Analysis, group: str) -> Found:
    """Day by day what the curve is."""
    start = f"{analysis.id}.km.day_"
    return {
        key: parts
        for key, parts in found.items()
        if key.startswith(start) and parts["survival"].group == group
    }


def curve_table(told: Told, number: str, analysis: Analysis, group: str) -> Table:
    """The curve at its origin and at each visit asked, and the median."""
    found = parts_of(told.dataset.of(analysis.id))
    rows: list[tuple[Cell, ...]] = [
        (
            day_name(told, analysis, parts["survival"]),
            *(Number("whole", (f"{key}:{one}",)) for one in ("at_risk", "events", "censored")),
            Number("percent", (f"{key}:survival",)),
            Number("interval", (f"{key}:low", f"{key}:high")),
        )
        for key, parts in days_of(found, analysis, group).items()
    ]
    median = named(analysis.id, "km", "median", group)
    head = (
        told.text("Day"),
        told.text("At risk"),
        told.text("Events"),
        told.text("Censored"),
        told.text("Without the event"),
        told.text("Interval"),
    )
    title = with_arm(told, told.text("{analysis}: as detected", analysis=told.name(analysis.label)), group)
    said = median_notes(told, found[median]) if median in found else ()
    notes = (
        *curve_notes(told, analysis),
        *said,
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
    return Table(number, title, head, tuple(rows) or (empty_row(told, head),), notes)


def day_name(told: Told, analysis: Analysis, one: Statistic) -> str:
    """The day of a row, with the visit that it is the planned day of."""
    if one.day == 0:
        return f"0 ({origin_name(told, analysis)})"
    return f"{one.day} ({told.visit(one.visit)})" if one.visit else str(one.day)


def origin_name(told: Told, analysis: Analysis) -> str:
    origin = origin_of(told.study, analysis)
    return told.visit(origin.id) if origin else told.text("First dose")


def median_notes(told: Told, parts: dict[str, Statistic]) -> tuple[str, ...]:
    """The median with its limits; a limit that the curve does not come to is said so."""
    said = {
        name: told.text("not reached")
        if parts[name].value is None
        else rounded_text(number_of(parts[name]), 0)
        for name in ("median", "low", "high")
    }
    return (
        told.text(
            "Median, in days: {median} ({level} limits: {low}, {high}).",
            level=render_level(parts["low"].level or 0),
            **said,
        ),
    )


def curve_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    return (
        *population_note(told, analysis),
        told.text(
            "Kaplan-Meier with log-log limits, {level}: an event counts on the day that it was detected, which is later than it came about.",
            level=render_level(analysis.level),
        ),
        told.text(UNTOLD),
        *visit_notes(told, analysis),
    )


def curve_figure(told: Told, number: str, analysis: Analysis, group: str) -> Figure | None:
    """None where nobody has a time."""
    found = parts_of(told.dataset.of(analysis.id))
    days = days_of(found, analysis, group)
    if not days:
        return None
    own = {key: parts for key, parts in found.items() if "mass" in parts and parts["mass"].group == group}
    title = with_arm(told, told.name(analysis.label), group)
    asked = [parts for parts in days.values() if parts["survival"].visit or parts["survival"].day == 0]
    alt = join_texts(told, (day_text(told, analysis, parts) for parts in asked))
    words = SurvivalWords(
        Titled(f"figure-{number}", title, alt),
        told.text("Without the event"),
        told.text("Days from {origin}", origin=origin_name(told, analysis)),
        told.text("At risk"),
        told.text("Detected"),
        told.text("{level} limits", level=render_level(analysis.level)),
        told.text("Censored"),
        told.text("Came about between (NPMLE)"),
    )
    drawing = render_survival(
        words,
        tuple(step_of(parts) for parts in days.values() if parts["at_risk"].value),
        tuple(
            Mass(number_of(one["left"]), limit_of(one["right"]), number_of(one["mass"]))
            for one in own.values()
        ),
        tuple(risk_of(told, analysis, parts) for parts in asked),
    )
    shown = [one.id for parts in days.values() for one in parts.values()]
    shown += [one.id for parts in own.values() for one in parts.values()]
    notes = (*curve_notes(told, analysis), *efficacy_note(told, analysis), source_note(told, analysis.id))
    return Figure(number, title, drawing, alt, tuple(shown), notes)


def day_text(told: Told, analysis: Analysis, parts: dict[str, Statistic]) -> str:
    """What the curve is at a day; after the last day on which anybody was seen, that it is not known."""
    day = day_name(told, analysis, parts["survival"])
    if parts["survival"].value is None:
        return told.text("{day}: not known, nobody was followed so long", day=day)
    return told.text(
        "{day}: {share} without the event, {count} at risk",
        day=day,
        share=render_percent(number_of(parts["survival"])),
        count=parts["at_risk"].value,
    )


def step_of(parts: dict[str, Statistic]) -> Step:
    return Step(
        parts["survival"].day or 0,
        number_of(parts["survival"]),
        limit_of(parts["low"]),
        limit_of(parts["high"]),
        int(number_of(parts["censored"])),
    )


def risk_of(told: Told, analysis: Analysis, parts: dict[str, Statistic]) -> AtRisk:
    one = parts["survival"]
    return AtRisk(one.day or 0, day_name(told, analysis, one), int(number_of(parts["at_risk"])))
