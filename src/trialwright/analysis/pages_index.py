"""The first page: the plan beside the result, the flow, the courses; every number opens what stands behind it."""

from collections.abc import Iterable

from trialwright.analysis.figures import (
    FlowPart,
    Series,
    Spot,
    Words,
    render_course,
    render_flow,
    render_proportions,
)
from trialwright.analysis.markup import Child, Markup, element, join, table
from trialwright.analysis.messages import (
    HANDLING_WORDS,
    LEVEL_WORDS,
    METHOD_WORDS,
    STRATEGY_WORDS,
)
from trialwright.analysis.page import Report, anchor, definitions, frame, notice, number_link
from trialwright.analysis.pages_analysis import (
    analysis_path,
    box_label,
    estimate_label,
    parameter_label,
    path_of,
    visit_title,
)
from trialwright.analysis.render import (
    render_count,
    render_interval,
    render_level,
    render_percent,
    render_time,
    render_value,
)
from trialwright.analysis.results import AnalysisResult, Counted, FlowBox, Point, Row
from trialwright.expr.nodes import Name as NameNode
from trialwright.expr.words import sentence
from trialwright.study.model import Analysis, Endpoint, Estimand

LEVELS = ("primary", "secondary", "safety", "exploratory", "other")
FLOW_PAGE = "analysis/flow.html"


def render_index(report: Report) -> bytes:
    study = report.study
    title = report.text("Results")
    about = definitions(
        (report.text("Study"), f"{study.id} · {report.name(study.acronym)}" if study.acronym else study.id),
        (report.text("Design"), report.name(study.design.model)),
        (
            report.text("Participants"),
            number_link(str(len(report.results.codes)), f"{FLOW_PAGE}#{anchor('screened')}"),
        ),
        (report.text("Data cut"), render_time(report.provenance.cut)),
        (report.text("Version of the definition"), f"{study.version} ({study.amendment})"),
        (report.text("Hash of the definition"), element("code", study.hash)),
        (report.text("Seals of the data"), element("code", report.provenance.heads)),
    )
    told = element("p", report.name(study.notice), class_="notice") if study.notice else Markup("")
    parts = (
        *render_endpoints(report),
        render_flow_section(report),
        *(
            render_proportion_course(report, one)
            for one in report.results.analyses
            if one.method == "proportion_by_visit"
        ),
        *(render_value_course(report, one) for one in report.results.analyses if one.method == "by_visit"),
        render_problems(report),
    )
    return frame(report, title, "", told, about, *parts)


# ---------------------------------------------------------------- plan beside result


def render_endpoints(report: Report) -> tuple[Markup, ...]:
    """One card for each endpoint that has an analysis, the primary first."""
    cards: dict[str, list[AnalysisResult]] = {}
    for result in report.results.analyses:
        estimand = report.study.estimands.get(report.study.analyses[result.id].estimand or "")
        if result.method == "one_proportion" and estimand:
            cards.setdefault(estimand.endpoint, []).append(result)
    ordered = sorted(cards, key=lambda one: level_rank(report.study.endpoints[one].level))
    return tuple(render_card(report, report.study.endpoints[one], cards[one]) for one in ordered)


def level_rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def render_card(report: Report, endpoint: Endpoint, results: list[AnalysisResult]) -> Markup:
    level = report.text(LEVEL_WORDS.get(endpoint.level, endpoint.level))
    heading = element("h2", f"{level}: {report.name(endpoint.label)}", id=anchor("endpoint", endpoint.id))
    first = report.study.analyses[results[0].id]
    card = element(
        "div", render_plan(report, endpoint, first), render_found(report, results), class_="beside"
    )
    return element("section", heading, notice(report), card)


def render_plan(report: Report, endpoint: Endpoint, analysis: Analysis) -> Markup:
    """What the definition said before the data: endpoint, estimand, method."""
    study = report.study
    estimand = study.estimands[analysis.estimand or ""]
    population = study.populations[analysis.population or estimand.population]
    treatment = (
        study.interventions[one].label if one in study.interventions else one for one in estimand.treatment
    )
    lines: tuple[tuple[Child, Child], ...] = (
        (report.text("Endpoint"), report.name(endpoint.text)),
        (report.text("Variable"), sentence_of(report, endpoint)),
        (
            report.text("When"),
            ", ".join(report.visit(one) for one in endpoint.visits or (endpoint.visit,) if one),
        ),
        (report.text("Population"), report.name(population.label)),
        (report.text("Treatment"), ", ".join(report.name(one) for one in treatment)),
        (report.text("Intercurrent events"), render_strategies(report, estimand)),
        (report.text("Missing values"), render_handlings(report, estimand, analysis)),
        (report.text("Summary"), report.name(estimand.summary)),
        (report.text("Interval"), interval_words(report, analysis)),
    )
    return element("div", element("h3", report.text("Planned")), definitions(*lines))


def sentence_of(report: Report, endpoint: Endpoint) -> str:
    """The variable in words; a term reads as its label, so what it means stands behind it."""
    node, vocabulary = endpoint.variable.node, report.study.vocabulary
    said = sentence(node, vocabulary, language=report.language, say=report.name)
    if not isinstance(node, NameNode) or node.word not in report.study.terms:
        return said
    meaning = report.study.terms[node.word].rule.node
    return f"{said}: {sentence(meaning, vocabulary, language=report.language, say=report.name)}"


def render_strategies(report: Report, estimand: Estimand) -> Markup:
    lines = (
        f"{report.name(report.study.intercurrent_events[event].label)}: {report.text(STRATEGY_WORDS[strategy])}"
        for event, strategy in estimand.intercurrent.items()
    )
    return join(*(element("div", line) for line in lines))


def render_handlings(report: Report, estimand: Estimand, analysis: Analysis) -> str:
    from trialwright.analysis.estimating import HANDLINGS

    words = analysis.missing_as or (estimand.missing,)
    return "; ".join(report.text(HANDLING_WORDS[HANDLINGS[word]]) for word in words)


def interval_words(report: Report, analysis: Analysis) -> str:
    method = analysis.interval_method or "clopper_pearson"
    return f"{report.text(METHOD_WORDS[method])}, {render_level(analysis.level)}"


def render_found(report: Report, results: list[AnalysisResult]) -> Markup:
    """The headline large, everything else of the endpoint in one table."""
    counted = [(result, one) for result in results for one in result.counted]
    if not counted:
        return element("div", element("h3", report.text("Found")))
    result, headline = counted[0]
    large = element(
        "p",
        number_link(render_count(headline.estimate), number_path(result, headline), large=True),
        f" · {render_percent(headline.estimate.estimate)} ({render_interval(headline.estimate)})",
    )
    rows = tuple(found_row(report, result, one) for result, one in counted)
    head = tuple(report.text(word) for word in ("Estimate", "Count", "Proportion", "Interval"))
    whole = table(head, rows, report.text("Estimates"))
    return element("div", element("h3", report.text("Found")), large, whole, render_tests(report, counted))


def found_row(report: Report, result: AnalysisResult, counted: Counted) -> tuple[Child, ...]:
    return (
        estimate_label(report, counted),
        number_link(render_count(counted.estimate), number_path(result, counted)),
        render_percent(counted.estimate.estimate),
        render_interval(counted.estimate),
    )


def number_path(result: AnalysisResult, counted: Counted) -> str:
    return f"{path_of(result, counted)}#{anchor(counted.id)}"


def render_tests(report: Report, counted: list[tuple[AnalysisResult, Counted]]) -> Markup:
    """One-sided exact p values, each with the reference that the definition gives."""
    lines = (
        report.text(
            "One-sided exact test against {reference}: p = {p} (uncontrolled; an illustration).",
            reference=render_percent(float(report.study.analyses[result.id].options["against"]), 0),
            p=f"{one.p_value:.4f}",
        )
        for result, one in counted
        if one.p_value is not None
    )
    return join(*(element("p", line) for line in lines))


# ---------------------------------------------------------------- flow


def render_flow_section(report: Report) -> Markup:
    boxes = report.results.flow
    title = report.text("Participant flow")
    parts = tuple(
        FlowPart(
            counted_text(report, box), tuple(counted_text(report, line) for line in box.lines), box.is_aside
        )
        for box in boxes
    )
    said = ". ".join(part.heading for part in parts)
    head = (report.text("Step"), report.text("Count"))
    rows = tuple(flow_row(report, box, is_line=is_line) for box, is_line in flattened(boxes))
    return element(
        "section",
        element("h2", title, id="flow"),
        element("figure", render_flow("flow-figure", title, said, parts)),
        table(head, rows, title),
    )


def flattened(boxes: Iterable[FlowBox]) -> tuple[tuple[FlowBox, bool], ...]:
    return tuple(pair for box in boxes for pair in ((box, False), *((line, True) for line in box.lines)))


def counted_text(report: Report, box: FlowBox) -> str:
    count = report.text("not known") if box.count is None else f"n = {box.count}"
    return f"{box_label(report, box)} ({count})"


def flow_row(report: Report, box: FlowBox, *, is_line: bool) -> tuple[Child, ...]:
    label = f"– {box_label(report, box)}" if is_line else box_label(report, box)
    if box.count is None:
        return label, report.text("not known")
    return label, number_link(str(box.count), f"{FLOW_PAGE}#{anchor(box.id)}") if box.participants else "0"


# ---------------------------------------------------------------- courses


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


# ---------------------------------------------------------------- what is wrong


def render_problems(report: Report) -> Markup:
    problems = report.results.problems
    if not problems:
        return Markup("")
    lines = (
        element("li", f"{one.where}: {one.say(report.say)}" if one.where else one.say(report.say))
        for one in problems
    )
    return element("section", element("h2", report.text("To look at"), id="problems"), element("ul", *lines))
