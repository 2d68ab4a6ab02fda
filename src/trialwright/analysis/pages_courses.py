"""Sections of the first page that show values and proportions over the visits: a figure and its table."""

from trialwright.analysis.figures import (
    Series,
    Spot,
    Words,
    render_course,
    render_proportions,
)
from trialwright.analysis.markup import Child, Markup, element, join, table
from trialwright.analysis.messages import (
    METHOD_WORDS,
)
from trialwright.analysis.page import Report, anchor, notice, number_link
from trialwright.analysis.pages_analysis import (
    analysis_path,
    parameter_label,
    path_of,
    visit_title,
)
from trialwright.analysis.render import (
    render_count,
    render_interval,
    render_level,
    render_percent,
    render_value,
)
from trialwright.analysis.results import AnalysisResult, Counted, Point, Row
from trialwright.study.model import Analysis


def render_proportion_course(report: Report, result: AnalysisResult) -> Markup:
    """Proportions by visit: the figure of each arm, and the numbers with their links."""
    analysis = report.study.analyses[result.id]
    groups = tuple(dict.fromkeys(one.group for one in result.counted))
    figures = (element("figure", proportion_figure(report, result, group)) for group in groups)
    tables = (proportion_table(report, result, group) for group in groups)
    said = f"{interval_words(report, analysis)}."
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
    visits = dict.fromkeys(one.visit for one in result.counted)
    drawn = tuple(Series(parameter_label(report, name), tuple(spots)) for name, spots in series.items())
    words = Words(
        anchor("figure", result.id, group),
        with_arm(report, report.name(result.label), group),
        "; ".join(
            f"{one.name}: {', '.join(render_percent(spot.value, 0) for spot in one.spots)}" for one in drawn
        ),
        report.text("Visit"),
        report.text("Proportion"),
    )
    return render_proportions(words, drawn, tuple((report.study.visits[one].day or 0, one) for one in visits))


def with_arm(report: Report, text: str, group: str) -> str:
    arm = report.study.arms.get(group)
    return f"{text} – {report.name(arm.label)}" if arm else text


def proportion_table(report: Report, result: AnalysisResult, group: str) -> Markup:
    """Visits down, parameters across."""
    found = {(one.visit, one.parameter): one for one in result.counted if one.group == group}
    parameters = tuple(dict.fromkeys(parameter for _, parameter in found))
    visits = tuple(dict.fromkeys(visit for visit, _ in found))
    head = (report.text("Visit"), *(parameter_label(report, one) for one in parameters))
    rows = tuple(
        (report.visit(visit), *(proportion_cell(result, found.get((visit, one))) for one in parameters))
        for visit in visits
    )
    return table(head, rows, with_arm(report, report.name(result.label), group))


def proportion_cell(result: AnalysisResult, counted: Counted | None) -> Child:
    if counted is None:
        return "–"
    one = counted.estimate
    count = number_link(render_count(one), number_path(result, counted))
    return join(count, f" {render_percent(one.estimate)} ({render_interval(one)})")


def render_value_course(report: Report, result: AnalysisResult) -> Markup:
    """For each item its figure and its table."""
    analysis = report.study.analyses[result.id]
    parts = (
        render_parameter(report, result, parameter, group)
        for parameter in analysis.items
        for group in dict.fromkeys(point.group for point in result.points if point.parameter == parameter)
    )
    heading = element("h2", report.name(result.label), id=anchor("course", result.id))
    said = report.text("Median and quartiles of the observed values; thin lines are participants.")
    return element("section", heading, notice(report), element("p", said), *parts)


def render_parameter(report: Report, result: AnalysisResult, parameter: str, group: str) -> Markup:
    title = with_arm(report, parameter_label(report, parameter), group)
    points = tuple(one for one in result.points if one.parameter == parameter and one.group == group)
    rows = tuple(one for one in result.rows if one.parameter == parameter and one.group == group)
    by_visit: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_visit.setdefault(row.visit, {})[row.statistic] = row
    figure = value_figure(report, result, parameter, group, title, points, by_visit)
    head = tuple(report.text(word) for word in ("Visit", "n", "Median", "Lower quartile", "Upper quartile"))
    lines = tuple(value_row(report, result, parameter, visit, found) for visit, found in by_visit.items())
    return element("div", element("h3", title), element("figure", figure), table(head, lines, title))


def value_figure(
    report: Report,
    result: AnalysisResult,
    parameter: str,
    group: str,
    title: str,
    points: tuple[Point, ...],
    by_visit: dict[str, dict[str, Row]],
) -> Markup:
    spots = tuple(
        Spot(day_of_visit(report, visit), *(float(found[one].value or 0) for one in ("median", "q1", "q3")))
        for visit, found in by_visit.items()
    )
    own: dict[str, list[tuple[int, float]]] = {}
    for point in points:
        own.setdefault(point.participant, []).append((day_of_visit(report, point.visit), float(point.value)))
    said = "; ".join(
        f"{visit_title(report, one)}: {render_value(found['median'].value, 1)}"
        for one, found in by_visit.items()
    )
    identity = anchor("figure", result.id, parameter, group)
    words = Words(identity, title, said, report.text("Visit"), title)
    days = tuple((day_of_visit(report, visit), short_visit(report, visit)) for visit in by_visit)
    series = (Series(report.text("Median"), spots),)
    return render_course(words, series, tuple(tuple(one) for one in own.values()), days)


def day_of_visit(report: Report, visit: str) -> int:
    return 1 if visit == "baseline" else report.study.visits[visit].day or 0


def short_visit(report: Report, visit: str) -> str:
    return report.text("Baseline") if visit == "baseline" else visit


def value_row(
    report: Report, result: AnalysisResult, parameter: str, visit: str, found: dict[str, Row]
) -> tuple[Child, ...]:
    """n and median of a visit; each opens the values behind it."""
    group = found["n"].group
    path = f"{analysis_path(result.id, parameter)}#{anchor('at', visit, group)}"
    cells = (number_link(render_value(found[one].value, 1), path) for one in ("n", "median", "q1", "q3"))
    return (visit_title(report, visit), *cells)


def interval_words(report: Report, analysis: Analysis) -> str:
    method = analysis.interval_method or "clopper_pearson"
    return f"{report.text(METHOD_WORDS[method])}, {render_level(analysis.level)}"


def number_path(result: AnalysisResult, counted: Counted) -> str:
    return f"{path_of(result, counted)}#{anchor(counted.id)}"
