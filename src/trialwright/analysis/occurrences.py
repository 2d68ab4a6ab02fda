"""Records of a form, such as adverse events, counted: participants with at least one, records, and rates over time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

import polars as pl

from trialwright.analysis.at_risk import OPTIONS, START, AtRisk, check_at_risk, times_at_risk, unknown_times
from trialwright.analysis.dataset_rows import YES, events_behind, members_of, rows_of
from trialwright.analysis.limits import limits_of
from trialwright.analysis.lines import Line, people_row, row_of, texts_of
from trialwright.analysis.messages import problem
from trialwright.analysis.results import AnalysisResult, Row
from trialwright.analysis.trial import Trial
from trialwright.analysis.variables import Described, describe_variable, other_class
from trialwright.datasets.reviewed import CLASS_TEXTS
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem

WORST: Final = "worst"
ROW_OPTIONS: Final = OPTIONS
OVERVIEW_OPTIONS: Final = (*OPTIONS, WORST)
PER_YEARS: Final = 100
NOT_RECORDED: Final = ""
# Of a variable whose texts have an order of their own (ICH E3 10.2: important deviations first).
RANKS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"DVCLASS": (*CLASS_TEXTS.values(), NOT_RECORDED)}
)
ESTIMAND: Final = "ESTIMD"
LEFT_OUT: Final = "rate_left_out"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a line is counted of: an arm's people in the order of their codes, and the time at risk of each.

    estimands: where the first variable is the estimand, those of the arm in the population of each.
    """

    analysis: Analysis
    group: str
    people: tuple[str, ...]
    risk: Mapping[str, AtRisk]
    estimands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def occurrences(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Of any record, and of each text of the first variable, with those of the next within it, the most frequent first.

    Source: ICH E3, 12.2.2 and 12.2.3.
    """
    return by_group(trial, analysis, nested_rows)


def occurrence_overview(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Of any record, of those in which a variable is yes or has one of its answers, and of each participant's worst.

    Source: ICH E3, 12.2.1.
    """
    return by_group(trial, analysis, overview_rows)


Rows = Iterator[Row]
MakeRows = Callable[[Study, Counted, pl.DataFrame], Rows]


def by_group(
    trial: Trial, analysis: Analysis, rows_in: MakeRows
) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    frame, members = rows_of(trial, analysis), members_of(trial, analysis)
    risk = times_at_risk(trial, analysis, members)
    rows: list[Row] = []
    for group in trial.arms():
        people = trial.of_group(members, group)
        own = frame.filter(group=group)
        counted = Counted(analysis, group, people, risk, of_estimands(trial, analysis, people))
        rows.append(people_row(analysis, group, people))
        if not counted.estimands:  # of several estimands the same event stands in several records
            any_line = Line(analysis.id, group, "", analysis.label, len(people))
            rows += count_line(counted, any_line, own)
        rows += rows_in(trial.study, counted, own)
    result = AnalysisResult(analysis.id, analysis.label, analysis.method, rows=tuple(rows))
    return result, unknown_times(trial, analysis, members, risk)


def of_estimands(trial: Trial, analysis: Analysis, people: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Of intercurrent events by estimand: of each estimand those of some people who are in its population."""
    if analysis.variables[:1] != (ESTIMAND,):
        return {}
    members = {one: frozenset(trial.members(one)) for one in trial.study.populations}
    return {
        one.id: tuple(who for who in people if who in members[one.population])
        for one in trial.study.estimands.values()
    }


# ---------------------------------------------------------------- which lines


def nested_rows(study: Study, counted: Counted, frame: pl.DataFrame) -> Rows:
    names = counted.analysis.variables
    texts = [texts_of(frame[name], described_of(study, counted.analysis, name)) for name in names]
    with_texts = frame.with_columns(
        pl.Series(f"level_{at}", [text or NOT_RECORDED for text in one], dtype=pl.String())
        for at, one in enumerate(texts)
    )
    yield from level_rows(study, counted, with_texts, ())


def level_rows(study: Study, counted: Counted, frame: pl.DataFrame, category: tuple[str, ...]) -> Rows:
    """Lines of one level, each followed by those within it; the most frequent first, and of deviations the important."""
    level, variables = len(category), counted.analysis.variables
    if level == len(variables):
        return
    name = variables[level]
    label = label_of(study, counted.analysis, name)
    parts = {
        text: frame.filter(pl.col(f"level_{level}") == text) for text in frame[f"level_{level}"].unique()
    }
    ranks = tuple(study.estimands) if name == ESTIMAND else RANKS.get(name, ())
    for text in sorted(parts, key=partial(place_among, ranks, parts)):
        inner = (*category, text)
        own = counted if level else replace(counted, people=counted.estimands.get(text, counted.people))
        line = Line(counted.analysis.id, counted.group, name, label, len(own.people), category=inner)
        if own is not counted and counted.estimands:
            yield row_of(line, "people", len(own.people), who=own.people)
        yield from count_line(own, line, parts[text])
        yield from level_rows(study, own, parts[text], inner)


def place_among(
    ranks: Sequence[str], parts: Mapping[str, pl.DataFrame], text: str
) -> tuple[int, int, int, str]:
    rank = ranks.index(text) if text in ranks else len(ranks)
    return rank, -people_in(parts[text]), -parts[text].height, text


def people_in(frame: pl.DataFrame) -> int:
    return frame["participant"].n_unique()


def overview_rows(study: Study, counted: Counted, frame: pl.DataFrame) -> Rows:
    analysis = counted.analysis
    for name in analysis.variables:
        described = described_of(study, analysis, name)
        texts = texts_of(frame[name], described)
        line = Line(analysis.id, counted.group, name, label_of(study, analysis, name), len(counted.people))
        if described is not None and described.is_truth:
            yield from count_line(counted, line, having(frame, texts, YES))
            continue
        for answer in answers_among(described, texts):
            yield from count_line(counted, replace(line, category=(answer,)), having(frame, texts, answer))
    if WORST in analysis.options:
        yield from worst_rows(study, counted, frame, analysis.options[WORST])


def worst_rows(study: Study, counted: Counted, frame: pl.DataFrame, name: str) -> Rows:
    """Each participant once, at the last of the answers that any of the records has, with the records that have it.

    Without rates: which answer is the worst is known only after the time at risk, so that nobody is at risk of one
    until its first record.
    """
    described = described_of(study, counted.analysis, name)
    texts = texts_of(frame[name], described)
    order = {answer: at for at, answer in enumerate(answers_among(described, texts))}
    ranks = [order.get(one or NOT_RECORDED, -1) for one in texts]
    ranked = frame.with_columns(pl.Series("rank", ranks, dtype=pl.Int64()))
    worst = ranked.filter(pl.col("rank") == pl.col("rank").max().over("participant"))
    line = Line(
        counted.analysis.id, counted.group, name, label_of(study, counted.analysis, name), len(counted.people)
    )
    for answer, rank in order.items():
        own = worst.filter(rank=rank)
        yield from count_line(replace(counted, risk={}), replace(line, category=(answer,)), own)


def answers_among(described: Described | None, texts: Iterable[str | None]) -> tuple[str, ...]:
    """Of a list of answers all, also those that nobody has; then others that are there, and what is not recorded."""
    listed = tuple(described.answers) if described is not None else ()
    given = dict.fromkeys(text or NOT_RECORDED for text in texts)
    others = sorted(one for one in given if one not in listed and one != NOT_RECORDED)
    unknown = (NOT_RECORDED,) if NOT_RECORDED in given else ()
    return (*unknown, *listed, *others)


def having(frame: pl.DataFrame, texts: Sequence[str | None], answer: str) -> pl.DataFrame:
    return frame.filter(pl.Series([(text or NOT_RECORDED) == answer for text in texts], dtype=pl.Boolean()))


def described_of(study: Study, analysis: Analysis, name: str) -> Described | None:
    return describe_variable(study, analysis.dataset or "", name)


def label_of(study: Study, analysis: Analysis, name: str) -> str:
    described = described_of(study, analysis, name)
    return described.label if described is not None else name


# ---------------------------------------------------------------- the numbers of a line


def count_line(counted: Counted, line: Line, frame: pl.DataFrame) -> Rows:
    """Participants with at least one record, with limits; records; and the rate, where times are known."""
    inside = frozenset(frame["participant"])
    who = tuple(one for one in counted.people if one in inside)
    told = replace(line, events=events_behind(frame))
    yield row_of(told, "participants", len(who), who=who)
    yield row_of(told, "events", frame.height, who=who)
    yield from share_rows(counted.analysis, line, who)
    if counted.risk:
        yield from rate_rows(counted, line, frame)


def share_rows(analysis: Analysis, line: Line, who: Sequence[str]) -> Rows:
    """The proportion with its limits. Nothing of an empty arm."""
    if line.n == 0:
        return
    yield row_of(line, "proportion", len(who) / line.n, who=who)
    found = limits_of(len(who), line.n, analysis.level, analysis.interval_method)
    for name, limit in found.items():
        yield row_of(line, name, limit.value, who=who, method=limit.method, level=analysis.level)


def rate_rows(counted: Counted, line: Line, frame: pl.DataFrame) -> Rows:
    """Participants with the event per 100 years at risk, each at risk until the first.

    Only what began while its participant was at risk is an event of the rate; of other records it is told how many.
    """
    from trialwright.analysis.methods.poisson import exposure_adjusted_incidence  # SciPy

    inside, outside = parted_by_risk(counted, frame)
    first, having_one = first_days(counted.analysis, inside), frozenset(inside["participant"])
    people = [one for one in counted.people if one in counted.risk]
    years = [counted.risk[one].years(first.get(one)) for one in people]
    has_event = [one in having_one for one in people]
    with_event = [one for one in people if one in having_one]
    of_people, level = replace(line, n=len(people)), counted.analysis.level
    yield row_of(of_people, "years", sum(years), who=people, method="exposure")
    if outside.height:
        late = frozenset(outside["participant"])
        of_late = replace(of_people, events=events_behind(outside))
        yield row_of(of_late, LEFT_OUT, outside.height, who=[one for one in people if one in late])
    if sum(years) <= 0:
        return
    found = exposure_adjusted_incidence(years, has_event, level)
    method = "exposure_adjusted_incidence"
    rate = {"rate": found.rate, "rate_low": found.low, "rate_high": found.high}
    for name, value in rate.items():
        of = None if name == "rate" else level
        number = PER_YEARS * float(value)
        yield row_of(of_people, name, number, who=with_event, method=method, level=of)


def parted_by_risk(counted: Counted, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of those whose time is known: records that began while they were at risk, and the others."""
    known = frame.filter(pl.col("participant").is_in(list(counted.risk)))
    days = known.select("participant", counted.analysis.options[START]).iter_rows()
    is_inside = pl.Series([counted.risk[one].holds(day) for one, day in days], dtype=pl.Boolean())
    return known.filter(is_inside), known.filter(~is_inside)


def first_days(analysis: Analysis, frame: pl.DataFrame) -> dict[str, date]:
    """The first known day of a record of each participant."""
    found: dict[str, date] = {}
    for one, day in frame.select("participant", analysis.options[START]).iter_rows():
        if day is not None:
            found[one] = min(day, found.get(one, day))
    return found


# ---------------------------------------------------------------- before there are data


def check_occurrences(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """Records of a form, and times that can be counted."""
    dataset = study.datasets[analysis.dataset or ""]
    if wrong := other_class(analysis, dataset, "OCCDS"):
        return wrong
    return check_at_risk(study, analysis)


def check_overview(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """As of occurrences; what is worst is told by the order of a list of codes, and has no other lines."""
    found = check_occurrences(study, analysis)
    name = analysis.options.get(WORST)
    if found or name is None:
        return found
    described = described_of(study, analysis, name)
    if described is None or not described.answers or name in analysis.variables:
        return (problem("worst-without-order", analysis.place, name=name),)
    return ()
