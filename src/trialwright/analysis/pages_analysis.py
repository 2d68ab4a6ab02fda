"""A page for each analysis: the participants behind every number, their outcome, and why."""

from trialwright.analysis.markup import Child, Markup, element, join, table
from trialwright.analysis.messages import OUTCOME_WORDS
from trialwright.analysis.page import Report, anchor, contents, frame, link, notice, page_name
from trialwright.analysis.pages_people import event_link, label_of
from trialwright.analysis.render import render_count, render_interval, render_percent
from trialwright.analysis.results import AnalysisResult, Counted, FlowBox, Outcome, Point, Used
from trialwright.analysis.speaker import join_names
from trialwright.analysis.wording import (
    box_label,
    came_words,
    counts_events,
    estimate_label,
    explain,
    interval_words,
    item_label,
    parameter_label,
    population_of,
    population_words,
    visit_title,
)
from trialwright.values.datum import Value


def analysis_path(analysis: str, parameter: str = "") -> str:
    """The page of an analysis, from the report's folder; analyses of several parameters have a page each."""
    name = page_name(analysis) + (f".{page_name(parameter.replace('.', '-'))}" if parameter else "")
    return f"analysis/{name}.html"


def render_counted_pages(report: Report, analysis: AnalysisResult) -> dict[str, bytes]:
    """Pages of proportions: one for the analysis, or one for each parameter of a course."""
    pages: dict[str, list[Counted]] = {}
    for counted in analysis.counted:
        pages.setdefault(path_of(analysis, counted), []).append(counted)
    return {path: render_counted_page(report, analysis, counted) for path, counted in pages.items()}


def path_of(analysis: AnalysisResult, counted: Counted) -> str:
    return analysis_path(analysis.id, counted.parameter if analysis.method == "proportion_by_visit" else "")


def render_counted_page(report: Report, analysis: AnalysisResult, counted: list[Counted]) -> bytes:
    sections = (render_counted(report, analysis, one, headline_of(counted, one)) for one in counted)
    places = ((estimate_label(report, one), anchor(one.id)) for one in counted)
    table_of = contents(report, places) if len(counted) > 1 else ""
    trail = link(report.text("Results"), "../index.html")
    return frame(report, report.name(analysis.label), "../", notice(report), table_of, *sections, trail=trail)


def headline_of(counted: list[Counted], one: Counted) -> Counted | None:
    """The estimate that a variant stands beside; None for a headline itself."""
    first = next(other for other in counted if other.group == one.group)
    return None if first is one or first.parameter != one.parameter or first.visit != "" else first


def render_counted(
    report: Report, analysis: AnalysisResult, counted: Counted, headline: Counted | None
) -> Markup:
    """One number: what it is, and everybody who counts in it; of a variant also where it differs."""
    estimate, planned = counted.estimate, report.study.analyses[analysis.id]
    what = f"{render_count(estimate)} · {render_percent(estimate.estimate)} · {render_interval(estimate)}"
    if estimate.undecided:
        what = f"{render_count(estimate)} · {undecided_words(report, counted)}"
    elif estimate.n:
        what = f"{what} ({interval_words(report, planned)})"
    head = tuple(report.text(word) for word in ("Participant", "Outcome", "Why", "Values used"))
    rows = tuple(render_outcome(report, analysis, outcome) for outcome in counted.outcomes)
    caption = report.text("Participants behind this number")
    return element(
        "section",
        element("h2", estimate_label(report, counted)),
        element("p", what),
        element("p", population_words(report, population_of(report.study, planned))),
        render_came(report, analysis.id, counted),
        render_differences(report, counted, headline),
        table(head, rows, caption, class_="cards")
        if rows
        else element("p", report.text("Nobody is in this population yet.")),
        id=anchor(counted.id),
    )


def undecided_words(report: Report, counted: Counted) -> str:
    undecided, everybody = counted.estimate.undecided, len(counted.outcomes)
    return report.text(
        "not yet evaluable: {undecided} of {n} participants are not yet decided",
        undecided=undecided,
        n=everybody,
    )


def render_came(report: Report, analysis: str, counted: Counted) -> Markup:
    """How the outcomes came about, a line for each kind."""
    lines = came_words(report, analysis, counted.outcomes)
    return element("ul", *(element("li", line) for line in lines), class_="came") if lines else Markup("")


def render_differences(report: Report, counted: Counted, headline: Counted | None) -> Markup:
    if headline is None:
        return Markup("")
    before = {outcome.participant: outcome.kind for outcome in headline.outcomes}
    other = (one.participant for one in counted.outcomes if before.get(one.participant) != one.kind)
    codes = join_names(report, (report.code(one) for one in other)) or "–"
    return element("p", report.text("Differs from the headline for: {codes}.", codes=codes))


def render_outcome(report: Report, analysis: AnalysisResult, outcome: Outcome) -> tuple[Child, ...]:
    is_event = counts_events(report, analysis.id)
    return (
        participant_link(report, outcome.participant),
        report.text(OUTCOME_WORDS[outcome.kind, is_event]),
        explain(report, outcome),
        render_used(
            report, outcome.participant, outcome.used, is_short=analysis.method == "proportion_by_visit"
        ),
    )


def render_used(
    report: Report, participant: str, used: tuple[Used, ...], *, is_short: bool = False
) -> Markup:
    """The values of an outcome; each opens its place among the participant's values.

    What only tells when (dates of visits, doses) is folded away, and left out where a page has many tables.
    """
    doses = report.study.doses.form if report.study.doses else ""
    aside = tuple(one for one in used if one.form in ("visit", "plan", "participant", doses))
    first = tuple(one for one in used if one not in aside) or used
    lines = join(*(element("div", render_one_used(report, participant, one)) for one in first))
    if is_short or not aside or first is used:
        return lines
    summary = element("summary", report.text("and {count} more", count=len(aside)))
    more = (element("div", render_one_used(report, participant, one)) for one in aside)
    return join(lines, element("details", summary, *more))


def render_one_used(report: Report, participant: str, used: Used) -> Markup:
    """A value that stands in a record opens its place there; a fact of the plan or of the participant its event."""
    record = report.people[participant].book.records.get((used.visit, used.form, used.repeat))
    if record is not None and used.item in record.items:
        shown = link(shown_value(report, used), values_path(participant, used), class_="value")
    elif used.sequence:
        shown = join(shown_value(report, used), " · ", event_link(report, participant, used.sequence))
    else:
        shown = join(shown_value(report, used))
    where = f" ({report.visit(used.visit)})" if used.visit else ""
    return join(item_label(report, used.form, used.item), where, " ", shown)


def shown_value(report: Report, used: Used) -> str:
    form = report.study.forms.get(used.form)
    item = form.items.get(used.item) if form else None
    return label_of(report, item, Value(used.text)) if used.text else report.text("missing")


def values_path(participant: str, used: Used) -> str:
    return f"../participants/{page_name(participant)}.html#{anchor('v', used.visit, used.form, used.repeat, used.item)}"


def participant_link(report: Report, participant: str) -> Markup:
    return link(
        report.code(participant), f"../participants/{page_name(participant)}.html", class_="participant"
    )


# ---------------------------------------------------------------- values by visit


def render_course_pages(report: Report, analysis: AnalysisResult) -> dict[str, bytes]:
    """For each parameter of a course a page with the values at each visit."""
    planned = report.study.analyses[analysis.id]
    return {
        analysis_path(analysis.id, parameter): render_course_page(report, analysis, parameter)
        for parameter in planned.items
    }


def render_course_page(report: Report, analysis: AnalysisResult, parameter: str) -> bytes:
    by_visit: dict[tuple[str, str], list[Point]] = {}
    for point in analysis.points:
        if point.parameter == parameter:
            by_visit.setdefault((point.group, point.visit), []).append(point)
    sections = (
        render_points(report, group, visit, tuple(points)) for (group, visit), points in by_visit.items()
    )
    trail = link(report.text("Results"), "../index.html")
    title = f"{report.name(analysis.label)} – {parameter_label(report, parameter)}"
    places = ((points_title(report, visit, group), anchor("at", visit, group)) for group, visit in by_visit)
    return frame(report, title, "../", notice(report), contents(report, places), *sections, trail=trail)


def points_title(report: Report, visit: str, group: str) -> str:
    arm = report.study.arms.get(group)
    return " – ".join((visit_title(report, visit), *((report.name(arm.label),) if arm else ())))


def render_points(report: Report, group: str, visit: str, points: tuple[Point, ...]) -> Markup:
    head = tuple(report.text(word) for word in ("Participant", "Study day", "Values used"))
    rows = tuple(
        (
            participant_link(report, point.participant),
            "–" if point.day is None else point.day,
            render_used(report, point.participant, point.used),
        )
        for point in points
    )
    body = table(head, rows, report.text("Participants behind these numbers"), class_="cards")
    return element(
        "section",
        element("h2", points_title(report, visit, group)),
        body,
        id=anchor("at", visit, group),
    )


# ---------------------------------------------------------------- flow


def render_flow_page(report: Report) -> bytes:
    """Who stands in each box of the participant flow."""
    flow = report.results.flow
    places = ((box_title(report, box), anchor(box.id)) for box in flow if box.participants)
    sections = (
        render_box(report, box, is_line=box is not top)
        for top in flow
        for box in (top, *top.lines)
        if box.participants
    )
    said = element("p", report.text("Each participant opens the values, and beside it the last event."))
    trail = link(report.text("Results"), "../index.html")
    title = report.text("Participant flow")
    return frame(report, title, "../", contents(report, places), said, *sections, trail=trail)


def box_title(report: Report, box: FlowBox) -> str:
    return f"{box_label(report, box)} ({box.count})"


def render_box(report: Report, box: FlowBox, *, is_line: bool) -> Markup:
    """is_line: one of those into which the box above divides."""
    lines = (
        element("li", participant_link(report, participant), " · ", flow_event(report, participant))
        for participant in box.participants
    )
    people = element("ul", *lines, class_="people")
    heading = element("h3" if is_line else "h2", box_title(report, box))
    return element("section", heading, people, id=anchor(box.id))


def flow_event(report: Report, participant: str) -> Markup:
    """The last event of the participant's record, where the way to all others starts."""
    return event_link(report, participant, report.people[participant].book.sequence)
