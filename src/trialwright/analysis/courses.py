"""Values by visit: median and quartiles of what was observed, and every participant's own values."""

from collections.abc import Sequence
from fractions import Fraction

from trialwright.analysis.results import AnalysisResult, Point, Row, Used
from trialwright.analysis.rules import numbers
from trialwright.analysis.trial import Trial, course_visits
from trialwright.datasets.analysis_visits import item_node
from trialwright.expr.nodes import Call, ItemRef, Node
from trialwright.schedule.days import study_day
from trialwright.study.model import Analysis
from trialwright.values.problem import Problem

BASELINE = "baseline"


def by_visit(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Rows and points of each item or term, at baseline and at each visit where it is collected."""
    members = trial.members(analysis.population or "")
    points = tuple(point for item in analysis.items for point in points_of(trial, item, members))
    rows = tuple(row for group in grouped(points) for row in summary_rows(analysis, group))
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=rows, points=points), ()


def points_of(trial: Trial, item: str, members: Sequence[str]) -> tuple[Point, ...]:
    """What is known, by visit, then by participant."""
    node = item_node(item)
    vocabulary, tables = trial.study.vocabulary, trial.windowed.tables
    values = numbers(node, vocabulary, tables, "visit")
    at_visits = tuple(
        Point(
            one,
            trial.groups[one],
            item,
            visit.id,
            day_of(trial, one, item, visit.id),
            values[one, visit.id],
            used_at(trial, one, node, visit.id),
        )
        for visit in course_visits(trial.study, item)
        for one in members
        if (one, visit.id) in values
    )
    return baseline_points(trial, item, node, members) + at_visits


def baseline_points(trial: Trial, item: str, node: Node, members: Sequence[str]) -> tuple[Point, ...]:
    """Only an item has a baseline: a term may already be a change from it."""
    if not isinstance(node, ItemRef):
        return ()
    rule = Call("baseline", (node,), (), node.span)
    values = numbers(rule, trial.study.vocabulary, trial.windowed.tables, "participant")
    return tuple(
        Point(one, trial.groups[one], item, BASELINE, 1, values[one, ""], used_at(trial, one, rule, None))
        for one in members
        if (one, "") in values
    )


def used_at(trial: Trial, participant: str, node: Node, visit: str | None) -> tuple[Used, ...]:
    told = trial.tell(participant, node, visit)
    return told.used if told else ()


def day_of(trial: Trial, participant: str, item: str, visit: str) -> int | None:
    """The study day on which the value of an analysis visit was collected."""
    form, _, name = item.partition(".")
    source = trial.windowed.sources.get((participant, form, name, visit), visit)
    on, first = trial.visit_dates.get((participant, source)), trial.first_dose.get(participant)
    return None if on is None or first is None else study_day(on, first)


def grouped(points: Sequence[Point]) -> tuple[tuple[Point, ...], ...]:
    """Points of one parameter, visit and arm together, in the order in which they come."""
    groups: dict[tuple[str, str, str], list[Point]] = {}
    for point in points:
        groups.setdefault((point.parameter, point.visit, point.group), []).append(point)
    return tuple(tuple(group) for group in groups.values())


def summary_rows(analysis: Analysis, points: tuple[Point, ...]) -> tuple[Row, ...]:
    """n, median, quartiles and extremes of one parameter at one visit."""
    first = points[0]
    values = sorted(point.value for point in points)
    who = tuple(point.participant for point in points)
    statistics: dict[str, float | int] = {
        "n": len(values),
        "median": float(quantile(values, Fraction(1, 2))),
        "q1": float(quantile(values, Fraction(1, 4))),
        "q3": float(quantile(values, Fraction(3, 4))),
        "min": float(values[0]),
        "max": float(values[-1]),
    }
    return tuple(
        Row(
            analysis.id,
            analysis.label,
            first.group,
            first.parameter,
            first.visit,
            name,
            value,
            "observed",
            None,
            len(values),
            None,
            who,
        )
        for name, value in statistics.items()
    )


def quantile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The quantile of sorted values; where it falls between two, their mean.

    Source: Hyndman & Fan 1996, Am Stat 50:361-365, definition 2 (the default of SAS), in exact fractions. It is the
    rule of `trialwright.analysis.quantile`, which takes arrays.

    >>> quantile([Fraction(1), Fraction(2), Fraction(4), Fraction(5)], Fraction(1, 4))
    Fraction(3, 2)
    """
    place = share * len(values)
    whole, last = place.numerator // place.denominator, len(values) - 1
    below = whole - 1 if place.denominator == 1 else whole
    return (values[max(below, 0)] + values[min(whole, last)]) / 2
