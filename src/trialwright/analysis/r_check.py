"""A program in base R that computes numbers of a report once more, with the datasets that it reads.

Nothing of ours is called in it. What has no counterpart in R is listed in it by method, as not checked.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from trialwright.analysis.ard import POPULATIONS, ResultsDataset, Statistic
from trialwright.analysis.courses import BASELINE
from trialwright.analysis.r_check_counts import described_road, follows, is_head_count, occurrence_road
from trialwright.analysis.r_text import INTERVALS, ROADS, r_text
from trialwright.analysis.trace import group_key, is_single
from trialwright.analysis.wording import population_of
from trialwright.datasets.derived import Datasets
from trialwright.datasets.steps import OBSERVED_FLAG
from trialwright.datasets.written import as_csv, csv_cell, csv_of
from trialwright.study.handlings import HANDLINGS
from trialwright.study.model import Analysis, Study

FOLDER: Final = "r"
CHANGES: Final = ("CHG", "PCHG")
KAPLAN_MEIER: Final = "kaplan_meier, log-log"


@dataclass(frozen=True, slots=True)
class Made:
    """What a program is made of, and, while it is written, what it reads and which numbers it checks."""

    study: Study
    dataset: ResultsDataset
    derived: Datasets
    used: set[str] = field(default_factory=set)
    checked: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class RCheck:
    """files: name -> content, check.R and what it reads. unchecked: the numbers that it does not compute again."""

    files: dict[str, bytes]
    unchecked: tuple[Statistic, ...]


def write_r_check(study: Study, dataset: ResultsDataset, derived: Datasets, head: str) -> RCheck:
    """head: functions of the program. The same results give the same bytes."""
    made = Made(study, dataset, derived)
    lines = [line for analysis in dataset.by_analysis for line in analysis_lines(made, analysis)]
    reads = [f"{name} <- read({r_text(f'datasets/{name}.csv')})" for name in sorted(made.used)]
    script = "\n".join(
        (head, *reads, "", *lines, *unchecked_lines(made), "check_texts()", "check_page()", "finish()", "")
    )
    files = {
        f"{FOLDER}/check.R": script.encode(),
        f"{FOLDER}/contributions.csv": contributions_csv(dataset),
        f"{FOLDER}/values.csv": values_csv(dataset),
        **{f"{FOLDER}/datasets/{name}.csv": as_csv(derived[name]) for name in sorted(made.used)},
    }
    return RCheck(files, unchecked_of(made))


def comment(text: str) -> str:
    """A line of words; what is not ASCII or would end the line stands as in a string."""
    return f"# {json.dumps(text)[1:-1]}"


def contributions_csv(dataset: ResultsDataset) -> bytes:
    columns = ("estimate", "participant", "kind", "why", "visit")
    rows = ([csv_cell(getattr(one, name)) for name in columns] for one in dataset.contributions)
    return csv_of(columns, rows)


def values_csv(dataset: ResultsDataset) -> bytes:
    """Of each group of single values every participant's."""
    singles = (one for one in dataset.statistics if is_single(one) and one.value is not None)
    rows = (
        [csv_cell(group_key(one)), csv_cell(one.participants[0]), repr(float(one.value or 0))]
        for one in singles
    )
    return csv_of(("group", "participant", "value"), rows)


# ---------------------------------------------------------------- by method


def analysis_lines(made: Made, analysis: str) -> Iterator[str]:
    """The checks of an analysis, with a heading where there are any."""
    groups: dict[str, list[Statistic]] = {}
    for one in made.dataset.of(analysis):
        if one.value is not None and not is_single(one):
            groups.setdefault(group_key(one), []).append(one)
    counted = {one.estimate for one in made.dataset.contributions}
    found: list[str] = []
    for key, statistics in groups.items():
        if is_counted(statistics, has_contributions=key in counted):
            found += estimate_lines(made, key, statistics)
        elif all(one.method in ("observed", "described") for one in statistics):
            found += summary_lines(made, key, statistics)
        elif analysis == POPULATIONS:
            found += population_lines(made, statistics)
    found += kaplan_meier_lines(made, made.dataset.of(analysis))
    found += [line for one in groups.values() for line in rest_lines(made, one)]
    if found:
        known = made.study.analyses.get(analysis)
        yield ""
        yield comment(known.label if known and known.label else analysis)
        yield from found


def is_counted(statistics: Iterable[Statistic], *, has_contributions: bool) -> bool:
    """Whether the numbers are of an estimate that counts outcomes: who counts is told, or there is nobody."""
    known = {one.statistic: one.value for one in statistics}
    return {"responders", "n", "undecided"} <= known.keys() and (has_contributions or not known["n"])


def check(made: Made, one: Statistic, again: str) -> str:
    made.checked.add(one.id)
    return f"check({r_text(one.id)}, {again})"


def adds_up(made: Made, one: Statistic, again: str) -> str:
    """Not a check: where who counts how is told wrongly, a sum of it is as wrong."""
    made.checked.add(one.id)
    return f"adds_up({r_text(one.id)}, {again})"


def estimate_lines(made: Made, key: str, statistics: Sequence[Statistic]) -> Iterator[str]:
    """Counts of the contributions, and what is computed of responders and n."""
    yield f"e <- outcomes({r_text(key)})"
    for one in statistics:
        count, again = count_road(one), estimate_road(made, one)
        if count:
            yield adds_up(made, one, count)
        elif again:
            yield check(made, one, again)
    yield from imputed_lines(made, key, statistics)


def count_road(one: Statistic) -> str:
    """How R adds up a count of an estimate; "" where it is none."""
    counts = {"responders": "events(e)", "n": "decided(e)", "undecided": 'sum(e$kind == "not_due")'}
    if one.statistic in counts:
        return counts[one.statistic]
    kind, _, why = one.statistic.partition(".")
    return f"sum(e$kind == {r_text(kind)} & e$why == {r_text(why)})" if why else ""


def estimate_road(made: Made, one: Statistic) -> str:
    """How R computes a number of an estimate from its counts; "" where it has no way."""
    if one.statistic == "proportion" and one.method == "count":
        return "events(e) / decided(e)"
    if one.statistic in ("low", "high") and one.method in INTERVALS:
        return f"{one.method}(events(e), decided(e), {one.level!r})[{1 if one.statistic == 'low' else 2}]"
    against = (
        made.study.analyses[one.analysis].options.get("against")
        if one.analysis in made.study.analyses
        else None
    )
    if one.statistic == "p_value" and one.method == "exact" and against:
        return f'binom.test(events(e), decided(e), p = {float(against)!r}, alternative = "greater")$p.value'
    return ""


def summary_lines(made: Made, key: str, statistics: Sequence[Statistic]) -> Iterator[str]:
    """What sums up values: of an analysis dataset where one has them, else of those that the report tells one by one.

    Of numbers for which there are neither, nothing is checked here, and they are told so.
    """
    first = statistics[0]
    singles = [one for one in made.dataset.of(first.analysis) if is_single(one) and group_key(one) == key]
    named = [one for one in statistics if one.statistic in ROADS]
    yield from change_lines(made, statistics)
    is_whole = {one.participants[0] for one in singles} == set(first.participants)
    source = values_source(made, first)
    if not named or not (source or (singles and is_whole)):
        return
    yield f"v <- {source or f'told_values({r_text(key)})'}"
    if source and singles and is_whole:
        yield f"check_values({r_text(key)}, v)"
        made.checked.update(one.id for one in singles)
    yield from (check(made, one, ROADS[one.statistic]) for one in named)


def change_lines(made: Made, statistics: Sequence[Statistic]) -> Iterator[str]:
    """Summaries of another variable of the rows than the value, such as "chg.mean"; only a dataset has them."""
    for variable in CHANGES:
        names = {f"{variable.lower()}.{name}" for name in ROADS}
        own = [one for one in statistics if one.statistic in names]
        source = values_source(made, own[0], variable) if own else ""
        if source:
            yield f"v <- {source}"
            yield from (check(made, one, ROADS[one.statistic.partition(".")[2]]) for one in own)


def values_source(made: Made, one: Statistic, variable: str = "AVAL") -> str:
    """The values behind a summary in an analysis dataset; "" where none has them, or not of these participants.

    The baseline of a dataset may be another value than a rule's (an unscheduled one), so it is taken from there only
    where the plan reads the dataset.
    """
    analysis = made.study.analyses.get(one.analysis)
    flag = flag_of(made, population_of(made.study, analysis)) if analysis else ""
    if analysis is None or not flag or one.group or not one.visit:
        return ""
    named = made.study.visits.get(one.visit)
    visit = named.label if named else "Baseline" if analysis.dataset and one.visit == BASELINE else ""
    name, parameter = parameter_read(made, analysis, one.parameter)
    if not visit or not name:
        return ""
    subjects, _, column = flag.partition("$")
    flags = analysis.flags if analysis.dataset else (OBSERVED_FLAG,)
    made.used.update((name, subjects))
    read = f"{name}, {r_text(parameter)}, {r_text(visit)}, c({', '.join(map(r_text, flags))})"
    return f"dataset_values({read}, {subjects}, {r_text(column)}, {r_text(variable)})"


def parameter_read(made: Made, analysis: Analysis, name: str) -> tuple[str, str]:
    """The dataset and the parameter in it of what an analysis sums up: its own, or one that has the item."""
    for dataset in made.study.datasets.values():
        if dataset.id not in made.derived or not dataset.has_windows:
            continue
        if dataset.id == analysis.dataset and name in dataset.parameters:
            return dataset.id, name
        if analysis.dataset is None:
            found = next((one.id for one in dataset.parameters.values() if one.item == name), "")
            if found:
                return dataset.id, found
    return "", ""


def flag_of(made: Made, population: str) -> str:
    """The flag of a population in the subject-level dataset, as in "ADSL$FASFL"; "" where it has none."""
    for name, dataset in made.study.datasets.items():
        if dataset.kind == "ADSL" and name in made.derived:
            found = (one.id for one in dataset.columns.values() if one.population == population)
            flag = next(found, "")
            return f"{name}${flag}" if flag else ""
    return ""


def population_lines(made: Made, statistics: Iterable[Statistic]) -> Iterator[str]:
    for one in statistics:
        flag = flag_of(made, one.parameter) if one.statistic == "n" else ""
        if flag:
            made.used.add(flag.partition("$")[0])
            yield check(made, one, f'sum({flag} == "Y", na.rm = TRUE)')


def rest_lines(made: Made, statistics: Sequence[Statistic]) -> Iterator[str]:
    """What no road above leads to: from a dataset, from the counts beside it, or by the length of its own list."""
    beside = {one.statistic: one for one in statistics}
    for one in statistics:
        if one.id in made.checked:
            continue
        again = dataset_road(made, one) or follows(one, beside)
        if again:
            yield check(made, one, again)
        elif is_head_count(one):
            yield adds_up(made, one, f"people_in({r_text(one.id)})")


def dataset_road(made: Made, one: Statistic) -> str:
    """How R finds a count or a summary in a dataset of this study; "" where none has it."""
    analysis = made.study.analyses.get(one.analysis)
    flag = flag_of(made, population_of(made.study, analysis)) if analysis else ""
    name = (analysis.dataset if analysis else None) or ""
    if analysis is None or not flag or name not in made.derived:
        return ""
    road = described_road(made.study, analysis, flag, one) or occurrence_road(made.study, analysis, flag, one)
    if road:
        made.used.update((flag.partition("$")[0], name))
    return road


# ---------------------------------------------------------------- responses of an analysis dataset


def imputed_lines(made: Made, key: str, statistics: Sequence[Statistic]) -> Iterator[str]:
    """The responders once more, from the rows of a dataset that count for the estimand."""
    one = next((one for one in statistics if one.statistic == "responders"), None)
    analysis = made.study.analyses.get(one.analysis) if one else None
    if one is None or analysis is None or not is_as_its_estimand(made.study, analysis, one):
        return
    endpoint = made.study.endpoint_of(analysis)
    variable, visit = (
        (endpoint.variable.text, endpoint.visit) if key == analysis.id else (one.parameter, one.visit)
    )
    for name, dataset in made.study.datasets.items():
        for made_up in dataset.imputations:
            for parameter in made_up.parameters:
                rule = dataset.parameters[parameter].rule
                if (
                    made_up.estimand == analysis.estimand
                    and rule
                    and rule.text == variable
                    and name in made.derived
                ):
                    made.used.add(name)
                    label = made.study.visits[visit or ""].label
                    again = (
                        f"responding({name}, {r_text(parameter)}, {r_text(label)}, {r_text(made_up.flag)})"
                    )
                    yield check(made, one, again)


def is_as_its_estimand(study: Study, analysis: Analysis, one: Statistic) -> bool:
    """Whether an estimate is of the estimand's own population and counts the missing as it says."""
    estimand = study.estimands.get(analysis.estimand or "")
    if (
        estimand is None
        or one.role != "headline"
        or one.group
        or study.endpoints[estimand.endpoint].visit is None
    ):
        return False
    handling = HANDLINGS.get((*analysis.missing_as, estimand.missing)[0])
    return (analysis.population or estimand.population) == estimand.population and handling == HANDLINGS.get(
        estimand.missing
    )


# ---------------------------------------------------------------- times


def kaplan_meier_lines(made: Made, statistics: Iterable[Statistic]) -> Iterator[str]:
    """The curve once more by `survival`, of how many had the event and were last seen on each day."""
    arms: dict[str, list[Statistic]] = {}
    for one in statistics:
        if one.value is not None and (one.day is not None or one.method == KAPLAN_MEIER):
            arms.setdefault(one.group, []).append(one)
    for rows in arms.values():
        days = {(one.day, one.statistic): one for one in rows if one.statistic in ("events", "censored")}
        curve = [one for one in rows if one.method == KAPLAN_MEIER and road_of_time(one)]
        if not days or not curve:
            continue
        times = [(day, name, int(one.value or 0)) for (day, name), one in days.items()]
        level = next(one.level for one in curve)
        yield (
            f"fit <- curve({vector(day for day, _, _ in times)}, {vector(int(name == 'events') for _, name, _ in times)},"
            f" {vector(count for _, _, count in times)}, {level!r})"
        )
        yield from (check(made, one, road_of_time(one)) for one in curve)


def road_of_time(one: Statistic) -> str:
    names: Mapping[str, str] = {"survival": "surv", "low": "lower", "high": "upper"}
    if one.day is not None and one.statistic in names and one.estimate.find(".day_") > 0:
        return f"at_day(fit, {one.day})${names[one.statistic]}"
    parts: Mapping[str, str] = {"median": "quantile", "low": "lower", "high": "upper"}
    if ".median" in one.estimate and one.statistic in parts:
        return f"quantile(fit, 0.5)${parts[one.statistic]}"
    return ""


def vector(values: Iterable[object]) -> str:
    return f"c({', '.join(map(str, values))})"


# ---------------------------------------------------------------- what is left


def unchecked_of(made: Made) -> tuple[Statistic, ...]:
    return tuple(
        one for one in made.dataset.statistics if one.id not in made.checked and one.value is not None
    )


def unchecked_lines(made: Made) -> Iterator[str]:
    """Which numbers no line above checks, counted by method."""
    left = Counter(f"{one.statistic} ({one.method or one.analysis})" for one in unchecked_of(made))
    yield ""
    for name, count in sorted(left.items()):
        yield f"not_checked({r_text(name)}, {count})"
