"""Sections of the first page that show values and proportions over the visits: a figure and its table."""

from collections.abc import Mapping
from dataclasses import dataclass

from trialwright.analysis.ard import result_id
from trialwright.analysis.figures import (
    Series,
    Spot,
    Words,
    render_course,
    render_proportions,
)
from trialwright.analysis.markup import Child, Markup, element, figure, join, table
from trialwright.analysis.page import Report, anchor, notice, number_link, result_path
from trialwright.analysis.pages_analysis import analysis_path, path_of
from trialwright.analysis.places import BEYOND, collected_places
from trialwright.analysis.render import (
    render_count,
    render_interval,
    render_percent,
    render_value,
)
from trialwright.analysis.results import AnalysisResult, Counted, Point, Row
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import (
    interval_words,
    parameter_label,
    population_of,
    population_words,
    visit_title,
    with_arm,
)


def render_proportion_course(report: Report, result: AnalysisResult) -> Markup:
    """Proportions by visit: the figure of each arm, and the numbers with their links."""
    analysis = report.study.analyses[result.id]
    groups = tuple(dict.fromkeys(one.group for one in result.counted))
    figures = (proportion_figure(report, result, group) for group in groups)
    tables = (proportion_table(report, result, group) for group in groups)
    population = population_words(report, population_of(report.study, analysis))
    said = f"{population} {interval_words(report, analysis)}."
    heading = element("h2", report.name(result.label), id=anchor("course", result.id))
    return element("section", heading, notice(report), element("p", said), *figures, *tables)


def proportion_figure(report: Report, result: AnalysisResult, group: str) -> Markup:
    series: dict[str, list[Spot]] = {}
    for one in result.counted:
        estimate, day = one.estimate, report.study.visits[one.visit].day
        known = None not in (estimate.estimate, estimate.low, estimate.high, day)
        if one.group == group and known:
            spot = Spot(day or 0, estimate.estimate or 0.0, estimate.low or 0.0, estimate.high or 0.0)
            series.setdefault(one.parameter, []).append(spot)
    if not series:
        return Markup("")
    visits = dict.fromkeys(one.visit for one in result.counted)
    drawn = tuple(Series(parameter_label(report, name), tuple(spots)) for name, spots in series.items())
    said = join_texts(
        report,
        (
            f"{one.name}: {join_names(report, (render_percent(spot.value, 0) for spot in one.spots))}"
            for one in drawn
        ),
    )
    titled = Titled(
        anchor("figure", result.id, group), with_arm(report, report.name(result.label), group), said
    )
    words = Words(titled, report.text("Visit"), report.text("Proportion"))
    days = tuple((report.study.visits[one].day or 0, one) for one in visits)
    return figure(titled.title, render_proportions(words, drawn, days))


def proportion_table(report: Report, result: AnalysisResult, group: str) -> Markup:
    """Visits down, parameters across."""
    found = {(one.visit, one.parameter): one for one in result.counted if one.group == group}
    parameters = tuple(dict.fromkeys(parameter for _, parameter in found))
    visits = tuple(dict.fromkeys(visit for visit, _ in found))
    head = (report.text("Visit"), *(parameter_label(report, one) for one in parameters))
    rows = tuple(
        (
            report.visit(visit),
            *(proportion_cell(report, result, found.get((visit, one))) for one in parameters),
        )
        for visit in visits
    )
    return table(head, rows, with_arm(report, report.name(result.label), group), class_="cards")


def proportion_cell(report: Report, result: AnalysisResult, counted: Counted | None) -> Child:
    if counted is None:
        return "–"
    one = counted.estimate
    count = number_link(report, render_count(one), number_path(result, counted))
    if one.undecided:
        said = report.text("{n} not yet decided", n=one.undecided)
        return join(count, " ", element("span", said, class_="kept"))
    if one.estimate is None:
        return join(count, " –")
    percent, limits = (
        number_link(report, said, result_path(result.id, result_id(statistic, counted.id)))
        for statistic, said in (("proportion", render_percent(one.estimate)), ("low", render_interval(one)))
    )
    return join(count, " ", percent, " (", limits, ")")


def render_value_course(report: Report, result: AnalysisResult) -> Markup:
    """For each item its figure and its table."""
    analysis = report.study.analyses[result.id]
    parts = (
        render_parameter(report, course_of(report, result, parameter, group))
        for parameter in analysis.items
        for group in dict.fromkeys(point.group for point in result.points if point.parameter == parameter)
    )
    heading = element("h2", report.name(result.label), id=anchor("course", result.id))
    said = report.text("Median and quartiles of the observed values; thin lines are participants.")
    windows = report.text(
        "A visit stands for its analysis window: the value closest to its day, also one of an unscheduled visit."
    )
    has_windows = any(visit.analysis_days for visit in report.study.visits.values())
    population = population_words(report, analysis.population or "")
    told = f"{population} {said} {windows if has_windows else ''}".strip()
    return element("section", heading, notice(report), element("p", told), *parts)


@dataclass(frozen=True, slots=True)
class Course:
    """One parameter in one arm: its points, and its statistics by visit."""

    result: AnalysisResult
    parameter: str
    group: str
    title: str
    points: tuple[Point, ...]
    by_visit: Mapping[str, Mapping[str, Row]]


def course_of(report: Report, result: AnalysisResult, parameter: str, group: str) -> Course:
    title = with_arm(report, parameter_label(report, parameter), group)
    points = tuple(one for one in result.points if one.parameter == parameter and one.group == group)
    by_visit: dict[str, dict[str, Row]] = {}
    for row in result.rows:
        if row.parameter == parameter and row.group == group:
            by_visit.setdefault(row.visit, {})[row.statistic] = row
    return Course(result, parameter, group, title, points, by_visit)


def render_parameter(report: Report, course: Course) -> Markup:
    head = tuple(
        report.text(word)
        for word in ("Visit", "n", "Median", "Lower quartile", "Upper quartile", "Minimum", "Maximum")
    )
    lines = tuple(value_row(report, course, visit) for visit in course.by_visit)
    return element(
        "div",
        element("h3", course.title),
        figure(course.title, value_figure(report, course)),
        table(head, lines, course.title, class_="cards stats"),
    )


def value_figure(report: Report, course: Course) -> Markup:
    spots = tuple(
        Spot(day_of_visit(report, visit), *(float(found[one].value or 0) for one in ("median", "q1", "q3")))
        for visit, found in course.by_visit.items()
    )
    own: dict[str, list[tuple[int, float]]] = {}
    for point in course.points:
        own.setdefault(point.participant, []).append((day_of_visit(report, point.visit), float(point.value)))
    places = places_of(report, course) + BEYOND["median"]
    said = join_texts(
        report,
        (
            f"{visit_title(report, one)}: {render_value(found['median'].value, places)}"
            for one, found in course.by_visit.items()
        ),
    )
    identity = anchor("figure", course.result.id, course.parameter, course.group)
    words = Words(Titled(identity, course.title, said), report.text("Visit"), course.title)
    days = tuple((day_of_visit(report, visit), short_visit(report, visit)) for visit in course.by_visit)
    series = (Series(report.text("Median"), spots),)
    return render_course(words, series, tuple(tuple(one) for one in own.values()), days)


def places_of(report: Report, course: Course) -> int:
    """In how many decimals the values are shown, in every arm the same."""
    values = (one.value for one in course.result.points if one.parameter == course.parameter)
    return collected_places(report.study, course.parameter, values)


def day_of_visit(report: Report, visit: str) -> int:
    return 1 if visit == "baseline" else report.study.visits[visit].day or 0


def short_visit(report: Report, visit: str) -> str:
    return report.text("Baseline") if visit == "baseline" else visit


def value_row(report: Report, course: Course, visit: str) -> tuple[Child, ...]:
    """The statistics of a visit; each opens the values behind it."""
    found = course.by_visit[visit]
    path = f"{analysis_path(course.result.id, course.parameter)}#{anchor('at', visit, course.group)}"
    names, places = ("n", "median", "q1", "q3", "min", "max"), places_of(report, course)
    return (
        visit_title(report, visit),
        *(
            number_link(report, render_value(found[one].value, places + BEYOND.get(one, 0)), path)
            for one in names
        ),
    )


def number_path(result: AnalysisResult, counted: Counted) -> str:
    return f"{path_of(result, counted)}#{anchor(counted.id)}"
