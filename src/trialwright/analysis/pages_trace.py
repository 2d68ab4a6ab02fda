"""For each analysis a page of its numbers, each with the rows behind it: who, how counted, by which values and events.

It is made of the results dataset and the casebooks alone, so that a method needs nothing of its own to be traced.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trialwright.analysis.ard import ResultsDataset, Statistic
from trialwright.analysis.displays.topics import topic_in
from trialwright.analysis.markup import Child, Markup, element, join, table
from trialwright.analysis.messages import EVENT_WORDS, OUTCOME_WORDS
from trialwright.analysis.page import Report, anchor, contents, frame, link, notice, page_name, result_anchor
from trialwright.analysis.pages_analysis import participant_link, values_path
from trialwright.analysis.pages_events import in_order, render_set_value
from trialwright.analysis.pages_people import describe_record, event_link, read_value
from trialwright.analysis.results import Used
from trialwright.analysis.speaker import join_names
from trialwright.analysis.statistic_labels import method_text, statistic_label
from trialwright.analysis.trace import Group, Index, TracedRow, groups_of, index_of
from trialwright.analysis.trace_text import label_of_statistic, number_text
from trialwright.analysis.wording import (
    analysis_name,
    counts_events,
    explain,
    population_of,
    population_words,
)
from trialwright.ledger.events import DiaryEntered, FormSaved, RowRemoved, Sealed, ValuesDerived

MOST_EVENTS = 4  # of a row with more, as of a score of a week or a model, the values stand with each event
MOST_VALUES = 4  # of an event of which it is not told which values were read; its own page has them all


@dataclass(frozen=True, slots=True)
class Tracing:
    """What a page is made of. events: (participant, sequence) -> event; shown: what was written of one already."""

    report: Report
    dataset: ResultsDataset
    index: Index
    events: dict[tuple[str, int], Sealed]
    shown: dict[tuple[object, ...], Markup] = field(default_factory=dict)


def render_trace_pages(report: Report, dataset: ResultsDataset) -> dict[str, bytes]:
    events = {
        (name, event.sequence): event for name, person in report.people.items() for event in person.events
    }
    tracing = Tracing(report, dataset, index_of(dataset, report.results), events)
    return {f"trace/{page_name(one)}.html": render_trace_page(tracing, one) for one in dataset.by_analysis}


def render_trace_page(tracing: Tracing, analysis: str) -> bytes:
    report = tracing.report
    groups = groups_of(tracing.dataset, analysis, tracing.index)
    places = ((group_title(report, one), anchor("of", number)) for number, one in enumerate(groups))
    sections = (render_group(tracing, number, one) for number, one in enumerate(groups))
    known = report.study.analyses.get(analysis)
    population = population_words(report, population_of(report.study, known)) if known else ""
    return frame(
        report,
        report.text("Numbers and their rows: {label}", label=analysis_name(report, analysis)),
        "../",
        notice(report) if known and topic_in(report.study, known) == "efficacy" else "",
        element("p", population) if population else "",
        contents(report, places) if len(groups) > 1 else "",
        *sections,
        trail=link(report.text("Results"), "../index.html"),
    )


def group_title(report: Report, group: Group) -> str:
    singles = (row.value for row in group.rows if row.value)
    first = next((one for one in (*group.statistics, *singles)), None)
    return (label_of_statistic(report, first) if first else "") or group.key


def render_group(tracing: Tracing, number: int, group: Group) -> Markup:
    """The numbers of one thing, and everybody behind them."""
    report = tracing.report
    return element(
        "section",
        element("h2", group_title(report, group)),
        render_numbers(tracing, group),
        render_rows(tracing, group),
        id=anchor("of", number),
    )


def render_numbers(tracing: Tracing, group: Group) -> Markup:
    """Each number with its method, and of which of the rows below it is."""
    if not group.statistics:
        return Markup("")
    report = tracing.report
    head = tuple(report.text(word) for word in ("Statistic", "Value", "Method", "n", "Rows"))
    rows = tuple(
        (
            statistic_cell(report, one),
            number_text(report, one),
            method_text(report, one),
            "" if one.n is None else one.n,
            rows_text(report, group, one),
        )
        for one in group.statistics
    )
    return table(head, rows, report.text("Numbers"), class_="cards")


def statistic_cell(report: Report, one: Statistic) -> Markup:
    """What the number is, with the code that files and `trialwright trace` have for it."""
    label, code = statistic_label(report, one), element("code", one.statistic)
    inside = join(label, " ", code) if label else join(code)
    return element("span", inside, id=result_anchor(one.id))


def rows_text(report: Report, group: Group, one: Statistic) -> str:
    """Which rows a number is of, told by as few codes as will do."""
    inside = set(one.participants)
    mine = [row.participant for row in group.rows if row.participant in inside]
    others = [row.participant for row in group.rows if row.participant not in inside]
    if not mine:
        return report.text("none")
    if not others:
        return report.text("all")
    if len(mine) <= len(others):
        return join_names(report, (report.code(who) for who in mine))
    return report.text("all but {codes}", codes=join_names(report, (report.code(who) for who in others)))


def render_rows(tracing: Tracing, group: Group) -> Markup:
    report = tracing.report
    if not group.rows:
        return element("p", report.text("Nobody stands behind this number."))
    analysis = next((one.analysis for one in group.statistics), "")
    head = tuple(report.text(word) for word in ("Participant", "Counted", "Values and events"))
    rows = tuple(
        (
            participant_link(report, row.participant),
            counted(report, analysis, row),
            render_behind(tracing, row),
        )
        for row in group.rows
    )
    return table(head, rows, report.text("Participants behind these numbers"), class_="cards")


def counted(report: Report, analysis: str, row: TracedRow) -> Child:
    """How one counts and why, or the own number, which has its place here."""
    if row.outcome is not None:
        word = report.text(OUTCOME_WORDS[row.outcome.kind, counts_events(report, analysis)])
        return f"{word}. {explain(report, row.outcome)}"
    if row.value is not None:
        return element("span", number_text(report, row.value), id=result_anchor(row.value.id))
    return report.text("counted")


# ---------------------------------------------------------------- values and events


def render_behind(tracing: Tracing, row: TracedRow) -> Markup:
    """Each event behind a row, with the values of it that were read; of many of which that is not told, the links."""
    if not row.items and len(row.events) > MOST_EVENTS:
        known = [number for number in row.events if (row.participant, number) in tracing.events]
        links = (event_link(tracing.report, row.participant, number) for number in known)
        return join(*tuple(part for one in links for part in (" · ", one))[1:])
    lines = tuple(render_event_line(tracing, row, number) for number in row.events)
    if not lines:
        return join(tracing.report.text("The method names no events for this participant."))
    return join(*lines)


def render_event_line(tracing: Tracing, row: TracedRow, number: int) -> Markup:
    event = tracing.events.get((row.participant, number))
    if event is None:
        return Markup("")
    items = tuple(sorted(item for item in row.items if event_holds(event, item)))
    key = (row.participant, number, items)
    if key not in tracing.shown:
        tracing.shown[key] = element("div", *event_parts(tracing, row.participant, event, items))
    return tracing.shown[key]


def event_holds(event: Sealed, item: tuple[str, str, int, str]) -> bool:
    return record_of(event) == item[:3] and item[3] in event.values


def record_of(event: Sealed) -> tuple[str, str, int] | None:
    body = event.body
    if isinstance(body, FormSaved | ValuesDerived | DiaryEntered | RowRemoved):
        return body.visit, body.form, body.repeat
    return None


def event_parts(
    tracing: Tracing, participant: str, event: Sealed, items: Iterable[tuple[str, str, int, str]]
) -> Iterator[Child]:
    """Which record, the values that open their place there, and the event."""
    report, record = tracing.report, record_of(event)
    person = report.people[participant]
    if record is None:
        kind = type(event.body).__name__
        yield report.text(EVENT_WORDS.get(kind, kind))
    else:
        yield describe_record(report, person.book, record)
        stands = person.book.records.get(record)
        names = tuple(item for *_, item in items) or tuple(key for key, _ in in_order(report, event))
        for at, name in enumerate(names[:MOST_VALUES]):
            yield ": " if at == 0 else "; "
            entry = stands.items.get(name) if stands and not stands.is_removed else None
            if entry is not None and entry.sequence == event.sequence:
                label, said = read_value(report, record[1], name, entry.datum)
                yield join(label, " ", link(said, path_of_value(participant, record, name), class_="value"))
            else:
                yield " ".join(render_set_value(report, event, name, event.values.get(name)))
        if len(names) > MOST_VALUES:
            yield report.text("; and {count} more", count=len(names) - MOST_VALUES)
    yield join(" · ", event_link(report, participant, event.sequence))


def path_of_value(participant: str, record: tuple[str, str, int], item: str) -> str:
    visit, form, repeat = record
    return values_path(participant, Used(visit, form, repeat, item, 0, ""))
