"""The first page: the plan beside the result, the flow, the courses; every number opens what stands behind it."""

from collections.abc import Iterable, Mapping

from trialwright.analysis.ard import result_id
from trialwright.analysis.figures import (
    FlowPart,
    render_flow,
)
from trialwright.analysis.headlines import planned_by_endpoint, refused_words
from trialwright.analysis.markup import Child, Markup, element, figure, join, table
from trialwright.analysis.messages import (
    HANDLING_WORDS,
    LEVEL_WORDS,
    STRATEGY_WORDS,
)
from trialwright.analysis.page import (
    Report,
    anchor,
    contents,
    definitions,
    frame,
    has_no_control,
    link,
    notice,
    number_link,
    page_name,
    result_path,
)
from trialwright.analysis.pages_analysis import render_came, undecided_words
from trialwright.analysis.pages_courses import number_path, render_proportion_course, render_value_course
from trialwright.analysis.pages_r import PAGE
from trialwright.analysis.render import (
    render_count,
    render_interval,
    render_level,
    render_p,
    render_percent,
    render_time,
)
from trialwright.analysis.results import AnalysisResult, Counted, FlowBox
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import (
    analysis_name,
    box_label,
    estimate_label,
    interval_words,
    part_label,
    population_of,
    population_words,
    problem_text,
    rule_words,
    sentence_of,
)
from trialwright.study.handlings import HANDLINGS
from trialwright.study.model import Analysis, Endpoint, Estimand

FLOW_PAGE = "analysis/flow.html"
TABLES = "tables/"  # the folder of files of a display each


def render_index(report: Report, traced: Iterable[str] = ()) -> bytes:
    """traced: ids of the analyses whose numbers have a page of their rows."""
    study = report.study
    title = report.text("Results")
    about = definitions(
        (report.text("Study"), f"{study.id} · {report.name(study.acronym)}" if study.acronym else study.id),
        (report.text("Design"), report.name(study.design.model)),
        (report.text("Participants"), render_counts(report)),
        (report.text("Data cut"), render_time(report.provenance.cut)),
        (report.text("Version of the definition"), f"{study.version} ({report.name(study.amendment)})"),
        (report.text("Files"), render_files(report)),
    )
    told = element("p", report.name(study.notice), class_="notice") if study.notice else Markup("")
    parts = (
        render_problems(report),
        *render_endpoints(report),
        render_flow_section(report),
        *(
            render_proportion_course(report, one)
            for one in report.results.analyses
            if one.method == "proportion_by_visit"
        ),
        *(render_value_course(report, one) for one in report.results.analyses if one.method == "by_visit"),
        render_traced(report, traced),
    )
    return frame(report, title, "", told, about, render_contents(report), *parts)


def render_files(report: Report) -> Child:
    """Links to the other forms of the report; nothing where there are none. Files of a display each, of which there are
    many, stand folded."""
    beside = side_by_side(one for one in report.files if "/" not in one)
    if PAGE in report.files:
        beside = join(beside, element("div", link(report.text("Numbers that R computes again"), PAGE)))
    tables = tuple(one for one in report.files if one.startswith(TABLES))
    if not tables:
        return beside
    summary = element("summary", report.text("Tables and listings as RTF: {count}", count=len(tables)))
    return join(beside, element("details", summary, side_by_side(tables)))


def side_by_side(files: Iterable[str]) -> Child:
    """Links to files by their names."""
    links = (link(one.rpartition("/")[2], one) for one in files)
    parts = tuple(part for one in links for part in (" · ", one))[1:]
    return join(*parts) if parts else ""


def render_counts(report: Report) -> Markup:
    """How many came how far: screened, enrolled, dosed, and the analysis set; each opens who."""
    counted = tuple(
        element(
            "div",
            f"{box_label(report, box)}: ",
            number_link(report, str(box.count), f"{FLOW_PAGE}#{anchor(box.id)}"),
        )
        if box.participants
        else element("div", f"{box_label(report, box)}: {box.count}")
        for box in report.results.flow
        if box.id in ("screened", "enrolled", "dosed") or box.id.startswith("set-")
    )
    return join(*counted)


def render_contents(report: Report) -> Markup:
    """Links to the sections of this page, for it is long."""
    cards = endpoints_with_cards(report)
    lines = (
        *((report.name(report.study.endpoints[one].label), anchor("endpoint", one)) for one in cards),
        (report.text("Participant flow"), "flow"),
        *(
            (report.name(one.label), anchor("course", one.id))
            for method in ("proportion_by_visit", "by_visit")
            for one in report.results.analyses
            if one.method == method
        ),
    )
    return contents(report, lines)


def render_traced(report: Report, traced: Iterable[str]) -> Markup:
    """Every analysis, with the page of its numbers and their rows."""
    lines = tuple(
        element("li", link(analysis_name(report, one), f"trace/{page_name(one)}.html")) for one in traced
    )
    heading = element("h2", report.text("All numbers and their rows"), id="traced")
    return element("section", heading, element("ul", *lines)) if lines else Markup("")


# ---------------------------------------------------------------- plan beside result


def render_endpoints(report: Report) -> tuple[Markup, ...]:
    """One card for each endpoint that has an analysis."""
    return tuple(
        render_card(report, report.study.endpoints[one], analyses)
        for one, analyses in endpoints_with_cards(report).items()
    )


def endpoints_with_cards(report: Report) -> Mapping[str, tuple[Analysis, ...]]:
    """The endpoints with their analyses, the primary endpoint and each headline first."""
    return planned_by_endpoint(report.study, {one.id for one in report.results.analyses})


def render_card(report: Report, endpoint: Endpoint, analyses: tuple[Analysis, ...]) -> Markup:
    level = report.text(LEVEL_WORDS.get(endpoint.level, endpoint.level))
    heading = element("h2", f"{level}: {report.name(endpoint.label)}", id=anchor("endpoint", endpoint.id))
    card = element(
        "div", render_plan(report, endpoint, analyses[0]), render_found(report, analyses), class_="beside"
    )
    return element("section", heading, notice(report), card)


def render_plan(report: Report, endpoint: Endpoint, analysis: Analysis) -> Markup:
    """What the definition said before the data: endpoint, estimand, method."""
    study = report.study
    estimand = study.estimands[analysis.estimand or ""]
    population = study.populations[population_of(study, analysis)]
    treatment = (
        study.interventions[one].label if one in study.interventions else one for one in estimand.treatment
    )
    lines: tuple[tuple[Child, Child], ...] = (
        (report.text("Objective"), render_objectives(report, endpoint)),
        (report.text("Endpoint"), report.name(endpoint.text)),
        (report.text("Variable"), sentence_of(report, endpoint)),
        (
            report.text("When"),
            join_names(report, (report.visit(one) for one in endpoint.visits or (endpoint.visit,) if one)),
        ),
        (report.text("Population"), report.name(population.label)),
        (report.text("Treatment"), join_names(report, (report.name(one) for one in treatment))),
        (report.text("Intercurrent events"), render_strategies(report, estimand)),
        (report.text("Missing values"), render_handlings(report, estimand, analysis)),
        (report.text("Summary"), report.name(estimand.summary)),
        (report.text("Interval"), interval_words(report, analysis)),
    )
    return element("div", element("h3", report.text("Planned")), definitions(*lines))


def render_objectives(report: Report, endpoint: Endpoint) -> Markup:
    """What the endpoint is to answer; a dash where the plan names no objective for it."""
    lines = tuple(
        f"{report.text(LEVEL_WORDS.get(one.level, one.level))}: {report.name(one.text)}"
        for one in report.study.objectives
        if endpoint.id in one.endpoints
    )
    return join(*(element("div", line) for line in lines or ("–",)))


def render_strategies(report: Report, estimand: Estimand) -> Markup:
    lines = (
        f"{report.name(report.study.intercurrent_events[event].label)}: {report.text(STRATEGY_WORDS[strategy])}"
        for event, strategy in estimand.intercurrent.items()
    )
    return join(*(element("div", line) for line in lines))


def render_handlings(report: Report, estimand: Estimand, analysis: Analysis) -> str:
    words = analysis.missing_as or (estimand.missing,)
    return join_texts(
        report,
        (report.text(HANDLING_WORDS[HANDLINGS[word]]) if word in HANDLINGS else word for word in words),
    )


def render_found(report: Report, analyses: tuple[Analysis, ...]) -> Markup:
    """The headline large, or why there is none; everything else of the endpoint in one table."""
    results = {one.id: one for one in report.results.analyses}
    counted = [
        (results[one.id], own) for one in analyses if one.id in results for own in results[one.id].counted
    ]
    refused = (
        element("p", f"{report.name(one.label)}: {refused_words(report, one, report.results.problems)}")
        for one in analyses
        if one.id not in results
    )
    if not counted:
        return element("div", element("h3", report.text("Found")), *refused)
    headlines = (
        render_headline(report, result, one)
        for result, one in counted
        if result.id == analyses[0].id and one.is_headline
    )
    rows = tuple(found_row(report, result, one) for result, one in counted)
    head = tuple(report.text(word) for word in ("Estimate", "Count", "Proportion", "Interval"))
    whole = table(head, rows, report.text("Estimates"), class_="cards")
    parts = (element("h3", report.text("Found")), *refused, *headlines, whole, render_tests(report, counted))
    return element("div", *parts)


def render_headline(report: Report, result: AnalysisResult, counted: Counted) -> Markup:
    """The number large; beside it of whom, and how it came about."""
    one, analysis = counted.estimate, report.study.analyses[result.id]
    if one.undecided:
        said = join(undecided_words(report, counted))
    else:
        share = traced_number(report, result, counted, "proportion", render_percent(one.estimate))
        interval = traced_number(report, result, counted, "low", render_interval(one))
        said = join(share, " (", interval, f"; {interval_words(report, analysis)})")
    count = number_link(report, render_count(one), number_path(result, counted), large=not one.undecided)
    return element(
        "div",
        element("h4", estimate_label(report, counted)) if counted.group else "",
        element("p", count, " · ", said),
        element("p", population_words(report, population_of(report.study, analysis))),
        render_came(report, analysis.id, counted),
    )


def found_row(report: Report, result: AnalysisResult, counted: Counted) -> tuple[Child, ...]:
    one = counted.estimate
    return (
        row_label(report, result, counted),
        number_link(report, render_count(one), number_path(result, counted)),
        traced_number(report, result, counted, "proportion", render_percent(one.estimate)),
        report.text("{n} not yet decided", n=one.undecided)
        if one.undecided
        else traced_number(report, result, counted, "low", render_interval(one)),
    )


def traced_number(
    report: Report, result: AnalysisResult, counted: Counted, statistic: str, said: str
) -> Child:
    """A number of an estimate, which opens its rows; a dash where there is none."""
    if counted.estimate.estimate is None:
        return said
    return number_link(report, said, result_path(result.id, result_id(statistic, counted.id)))


def row_label(report: Report, result: AnalysisResult, counted: Counted) -> str:
    """Of an estimate in a part of a population also how many may belong to the part or not."""
    untold = report.results.untold.get(report.study.analyses[result.id].population or "", ())
    return part_label(report, result.id, estimate_label(report, counted), len(untold))


def render_tests(report: Report, counted: list[tuple[AnalysisResult, Counted]]) -> Markup:
    """One-sided exact p values, each with the reference that the definition gives."""
    lines = (
        report.text(
            "One-sided exact test against {reference}: p {p} (uncontrolled; an illustration)."
            if has_no_control(report.study)
            else "One-sided exact test against {reference}: p {p}.",
            reference=render_level(float(report.study.analyses[result.id].options["against"])),
            p=render_p(one.p_value, is_claim=True),
        )
        for result, one in counted
        if one.p_value is not None
    )
    return join(*(element("p", line) for line in lines))


# ---------------------------------------------------------------- flow


def render_flow_section(report: Report) -> Markup:
    boxes = report.results.flow
    title = report.text("Participant flow")
    parts = tuple(FlowPart(counted_text(report, box), flow_lines(report, box), box.is_aside) for box in boxes)
    said = ". ".join(part.heading for part in parts)
    head = (report.text("Step"), report.text("Count"))
    rows = tuple(flow_row(report, box, is_line=is_line) for box, is_line in flattened(boxes))
    return element(
        "section",
        element("h2", title, id="flow"),
        figure(title, render_flow(Titled("flow-figure", title, said), parts)),
        table(head, rows, title, class_="cards"),
    )


def flow_lines(report: Report, box: FlowBox) -> tuple[str, ...]:
    """What a box divides into; of a population its rule."""
    population = report.study.populations.get(box.id.removeprefix("set-"))
    if population is not None and box.id.startswith("set-"):
        return (rule_words(report, population),)
    return tuple(counted_text(report, line) for line in box.lines)


def flattened(boxes: Iterable[FlowBox]) -> tuple[tuple[FlowBox, bool], ...]:
    return tuple(pair for box in boxes for pair in ((box, False), *((line, True) for line in box.lines)))


def counted_text(report: Report, box: FlowBox) -> str:
    # The blanks do not break, so that no line of the figure ends within "n = 1".
    count = report.text("not known") if box.count is None else f"n\u00a0=\u00a0{box.count}"
    return f"{box_label(report, box)} ({count})"


def flow_row(report: Report, box: FlowBox, *, is_line: bool) -> tuple[Child, ...]:
    label = f"– {box_label(report, box)}" if is_line else box_label(report, box)
    if box.count is None:
        return label, report.text("not known")
    return label, number_link(
        report, str(box.count), f"{FLOW_PAGE}#{anchor(box.id)}"
    ) if box.participants else "0"


# ---------------------------------------------------------------- what is wrong


def render_problems(report: Report) -> Markup:
    problems = report.results.problems
    if not problems:
        return Markup("")
    lines = (
        element("li", f"{one.where}: {said}" if one.where else said)
        for one in problems
        for said in (problem_text(report, one),)
    )
    return element("section", element("h2", report.text("To look at"), id="problems"), element("ul", *lines))
