"""The first page: the plan beside the result, the flow, the courses; every number opens what stands behind it."""

from collections.abc import Iterable

from trialwright.analysis.figures import (
    FlowPart,
    render_flow,
)
from trialwright.analysis.markup import Child, Markup, element, join, table
from trialwright.analysis.messages import (
    HANDLING_WORDS,
    LEVEL_WORDS,
    STRATEGY_WORDS,
)
from trialwright.analysis.outcomes import HANDLINGS
from trialwright.analysis.page import Report, anchor, definitions, frame, notice, number_link
from trialwright.analysis.pages_analysis import (
    box_label,
    estimate_label,
)
from trialwright.analysis.pages_courses import (
    interval_words,
    number_path,
    render_proportion_course,
    render_value_course,
)
from trialwright.analysis.render import (
    render_count,
    render_interval,
    render_percent,
    render_time,
)
from trialwright.analysis.results import AnalysisResult, Counted, FlowBox
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
    words = analysis.missing_as or (estimand.missing,)
    return "; ".join(report.text(HANDLING_WORDS[HANDLINGS[word]]) for word in words)


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
