"""A trace as lines of text for a terminal, and as plain data for another program."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Final

from trialwright.analysis.ard import ResultsDataset, Statistic, stamps_of
from trialwright.analysis.ard_files import render_number, row_of
from trialwright.analysis.messages import INTERVAL_WORDS, OUTCOME_WORDS, POOLED_WORDS
from trialwright.analysis.page import Report
from trialwright.analysis.pages_people import describe_record
from trialwright.analysis.render import render_percent, render_time
from trialwright.analysis.speaker import Speaker, join_names, join_parts, join_texts
from trialwright.analysis.statistic_labels import (
    category_text,
    dataset_label,
    lacking_text,
    method_text,
    parameter_text,
    statistic_label,
    way_text,
    with_code,
)
from trialwright.analysis.trace import TracedRow
from trialwright.analysis.trace_events import SeenEvent, SeenValue, events_seen
from trialwright.analysis.wording import (
    counts_events,
    estimate_label,
    explain,
    flow_label,
    population_of,
    population_words,
    visit_title,
)

Plain = Mapping[str, object]

# Statistics that are shares, by whatever method; and the methods of which the limits are those of a share.
SHARES: Final = frozenset(
    {"proportion", "against", "least", "most", "survival", "mass", "missing_information", "wilson_low",
     "wilson_high", "delta", "tipping_delta"}
)  # fmt: skip
KAPLAN_MEIER: Final = "kaplan_meier, log-log"
LIMITS_OF_SHARES: Final = frozenset({*INTERVAL_WORDS, *POOLED_WORDS, "profile_likelihood"})


@dataclass(frozen=True, slots=True)
class Traced:
    """A number and its rows, with what was read of the events of each."""

    statistic: Statistic
    rows: tuple[tuple[TracedRow, tuple[SeenEvent, ...]], ...]


def traced(report: Report, statistic: Statistic, rows: Iterable[TracedRow]) -> Traced:
    return Traced(statistic, tuple((row, events_seen(report, row)) for row in rows))


def statistics_named(dataset: ResultsDataset, name: str) -> tuple[Statistic, ...]:
    """The statistic of this id, else all of this estimate, else all of this analysis; none where nothing has the name."""
    if name in dataset.by_id:
        return (dataset.by_id[name],)
    of_estimate = tuple(one for one in dataset.statistics if one.estimate == name)
    of_whole = tuple(one for one in dataset.statistics if one.id.rpartition(":")[0] == name)
    found = of_estimate or of_whole
    of_analysis = dataset.of(name)
    return of_analysis if len(of_analysis) > len(found) else found


def nearest(dataset: ResultsDataset, name: str, most: int = 5) -> tuple[str, ...]:
    """Ids that look like a name that is none."""
    known = dict.fromkeys(
        (
            *(one.analysis for one in dataset.statistics),
            *(one.estimate for one in dataset.statistics),
            *dataset.by_id,
        )
    )
    return tuple(get_close_matches(name, [one for one in known if one], n=most, cutoff=0.4))


# ---------------------------------------------------------------- text


def lines_of(report: Report, dataset: ResultsDataset, one: Traced) -> Iterator[str]:
    """The number with where it comes from, then everybody behind it."""
    yield f"{one.statistic.id} = {number_text(report, one.statistic)}"
    yield from (f"  {name}: {said}" for name, said in facts_of(report, dataset, one.statistic) if said)
    for row, events in one.rows:
        yield ""
        yield " · ".join((report.code(row.participant), *row_words(report, one.statistic, row)))
        yield from event_lines(report, events)
        if not events:
            yield f"  {report.text('The method names no events for this participant.')}"
    if not one.rows:
        yield ""
        yield report.text("Nobody stands behind this number.")


def list_lines(report: Report, statistics: Sequence[Statistic]) -> Iterator[str]:
    """The numbers of an analysis or an estimate, one a line."""
    for one in statistics:
        said = join_texts(
            report, (part for part in (statistic_label(report, one), label_of_statistic(report, one)) if part)
        )
        yield f"{one.id} = {number_text(report, one)}" + (f"  ({said})" if said else "")


def number_text(report: Report, one: Statistic) -> str:
    """The value exactly, and as percent where it is a share; where there is none, why."""
    if one.value is None:
        return f"– ({lacking_text(report, one)})"
    return render_number(one.value) + (f" ({render_percent(float(one.value))})" if is_share(one) else "")


def is_share(one: Statistic) -> bool:
    """Whether a number is a proportion, which a count beside it with the same method is not."""
    if one.statistic not in ("low", "high"):
        return one.statistic in SHARES
    # Kaplan and Meier have limits of a proportion on a day, and of the median, which is of no one day.
    is_on_day = one.method == KAPLAN_MEIER and one.day is not None
    return one.method in LIMITS_OF_SHARES or is_on_day


def facts_of(report: Report, dataset: ResultsDataset, one: Statistic) -> tuple[tuple[str, str], ...]:
    known = report.study.analyses.get(one.analysis)
    population = population_of(report.study, known) if known else ""
    return (
        (report.text("Statistic"), with_code(statistic_label(report, one), one.statistic)),
        (report.text("Of"), label_of_statistic(report, one)),
        (report.text("Method"), method_text(report, one)),
        (report.text("n"), "" if one.n is None else str(one.n)),
        (report.text("Population"), population_words(report, population)),
        (report.text("Data cut"), render_time(dataset.cut)),
        (report.text("Definition"), f"{dataset.version} · {dataset.definition}"),
        (report.text("Seals of the data"), dataset.heads),
        (report.text("Software"), f"Trialwright {dataset.software}"),
        (report.text("To know"), join_texts(report, (report.text(text) for text in stamps_of(dataset)))),
    )


def label_of_statistic(report: Speaker, one: Statistic) -> str:
    """What a number is of, in the reader's language; a variable of a dataset has its code beside it."""
    if one.method == "flow":
        return flow_title(report, one)
    if one.parameter in report.study.populations:
        return report.name(report.study.populations[one.parameter].label)
    if one.role in ("headline", "variant"):
        return estimate_label(report, one)
    arm = report.study.arms.get(one.group)
    label, named = report.name(one.label) if one.label else "", parameter_text(report, one)
    # A row of a table of variables is called as its variable is.
    own = "" if label in (one.parameter, dataset_label(report, one.analysis, one.parameter)) else label
    parts = (
        own,
        named,
        category_text(report, one) if one.category else "",
        visit_title(report, one.visit) if one.visit else "",
        way_text(report, one),
        report.name(arm.label) if arm else "",
    )
    return " – ".join(dict.fromkeys(part for part in parts if part))


def flow_title(report: Speaker, one: Statistic) -> str:
    """A box of the participant flow; a part of one with the box around it, as a reason of two boxes is called the same."""
    own = flow_label(report, one.parameter, one.label)
    around = one.within.rpartition(":")[0].rpartition("/")[2]
    if not around:
        return own
    population = report.study.populations.get(around.partition("-")[2])
    return f"{flow_label(report, around, population.label if population else '')} – {own}"


def row_words(report: Report, one: Statistic, row: TracedRow) -> Iterator[str]:
    """How a participant counts, and why; the participant's own number."""
    if row.outcome is not None:
        yield report.text(OUTCOME_WORDS[row.outcome.kind, counts_events(report, one.analysis)])
        yield explain(report, row.outcome)
    if row.value is not None:
        yield render_number(row.value.value)
        if row.value.day is not None:
            yield report.text("study day {day}", day=row.value.day)


def event_lines(report: Report, events: Iterable[SeenEvent]) -> Iterator[str]:
    for event in events:
        yield f"  {event_text(report, event)}"
        for value in event.values:
            yield f"    {value.label}: {value.shown}"
            yield from (f"      {line}" for line in beside_value(report, value))


def event_text(report: Report, event: SeenEvent) -> str:
    """Such as "event 17 · Form saved · Week 16 · Score · Ann (Nurse) · 2026-06-22 08:00:00 UTC ..."."""
    parts = (
        report.text("event {number}", number=event.sequence),
        event.what,
        event.record,
        f"{event.author} ({event.role})",
        render_time(event.utc),
        report.text("{date} at the site", date=event.site_date),
        event.originator,
        report.text("reason: {reason}", reason=event.reason) if event.reason else "",
    )
    return " · ".join(part for part in parts if part)


def beside_value(report: Report, value: SeenValue) -> Iterator[str]:
    """What stood there before, what it was made of, and that it stands no more."""
    for one in value.earlier:
        reason = report.text("reason: {reason}", reason=one.reason) if one.reason else ""
        parts = (report.text("event {number}", number=one.sequence), one.author, render_time(one.utc), reason)
        said = join_parts(report, (part for part in parts if part))
        yield report.text("before: {value} ({event})", value=one.shown, event=said)
    if value.sources:
        numbers = join_names(report, (str(one) for one in sorted({one.sequence for one in value.sources})))
        yield report.text("derived from events {numbers}", numbers=numbers)
    if not value.is_current:
        yield report.text("changed by a later event")


# ---------------------------------------------------------------- plain data


def plain_of(report: Report, dataset: ResultsDataset, one: Traced) -> Plain:
    """All of a trace as what JSON holds."""
    return {
        **plain_head(report, dataset),
        "result": row_of(one.statistic),
        "label": label_of_statistic(report, one.statistic),
        "statistic_label": statistic_label(report, one.statistic),
        "rows": [plain_row(report, row, events) for row, events in one.rows],
    }


def plain_list(report: Report, dataset: ResultsDataset, statistics: Iterable[Statistic]) -> Plain:
    return {**plain_head(report, dataset), "results": [row_of(one) for one in statistics]}


def plain_head(report: Report, dataset: ResultsDataset) -> Plain:
    return {
        "study": dataset.study,
        "version": dataset.version,
        "definition": dataset.definition,
        "cut": dataset.cut,
        "heads": dataset.heads,
        "software": dataset.software,
        "stamps": [report.text(text) for text in stamps_of(dataset)],
    }


def plain_row(report: Report, row: TracedRow, events: Iterable[SeenEvent]) -> Plain:
    outcome = row.outcome
    return {
        "code": report.code(row.participant),
        "participant": row.participant,
        "counts": None
        if outcome is None
        else {
            "kind": outcome.kind,
            "why": outcome.why,
            "visit": outcome.visit,
            "detail": outcome.detail,
            "said": explain(report, outcome),
        },
        "value": None if row.value is None else render_number(row.value.value),
        "day": None if row.value is None else row.value.day,
        "events": [plain_event(report, row, one) for one in events],
    }


def plain_event(report: Report, row: TracedRow, event: SeenEvent) -> Plain:
    book = report.people[row.participant].book
    whole = asdict(event)
    for value, plain in zip(event.values, whole["values"], strict=True):
        plain["sources"] = [
            {
                "visit": one.visit,
                "form": one.form,
                "repeat": one.repeat,
                "item": one.item,
                "sequence": one.sequence,
                "record": describe_record(report, book, (one.visit, one.form, one.repeat)),
            }
            for one in value.sources
        ]
    return {**whole, "is_read": event.sequence in row.events}
