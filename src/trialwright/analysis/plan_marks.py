"""What an analysis marks on the time of each participant: rows of datasets that its options name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from trialwright.analysis.messages import problem
from trialwright.analysis.plan_rows import class_problem, number_problems, parameters_of
from trialwright.analysis.variables import typed_variable
from trialwright.study.dataset_words import variables_of
from trialwright.study.model import Analysis, Dataset, Study
from trialwright.values.problem import Problem

# Of doses every one is marked, of the others the first.
DOSES, RESPONSE, EVENT, STOP = MARKS = ("doses", "response", "event", "stop")
SPANS: Final = ("events", "medications")
OUT_OF_RANGE: Final = "laboratory"
SUBJECT: Final = "ADSL"
RECORDS: Final = "OCCDS"
HAS_PARAMETERS: Final = ("BDS", "TTE")


@dataclass(frozen=True, slots=True)
class MarkRows:
    """name: of a dataset with parameters the one that must say yes, or whose event came; else the variable with the
    day. flag: a variable that must be Y, "" for none."""

    dataset: str
    name: str
    flag: str = ""


def mark_rows(analysis: Analysis, mark: str) -> MarkRows | None:
    """The rows that an option names as "DATASET NAME" or "DATASET NAME FLAG"; None where it names none."""
    words = analysis.options.get(mark, "").split()
    return MarkRows(*words) if 2 <= len(words) <= 3 else None


@dataclass(frozen=True, slots=True)
class SpanRows:
    """Records that last from a day to a day; label: the variable with their name. ongoing: the variable that is Y
    where a record has not ended, "" for none."""

    dataset: str
    label: str
    start: str
    end: str
    ongoing: str = ""


def span_rows(analysis: Analysis, kind: str) -> SpanRows | None:
    """The records that an option names as "DATASET LABEL START END" or "… ONGOING"; None where it names none."""
    words = analysis.options.get(kind, "").split()
    return SpanRows(*words) if 4 <= len(words) <= 5 else None


def check_swimmer(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(swimmer_problems(study, analysis))


def swimmer_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """The first and the last day of the subject-level dataset, and rows that can be marked."""
    if study.datasets[analysis.dataset or ""].kind != SUBJECT:
        yield class_problem(analysis, SUBJECT)
    if len(analysis.variables) != 2:
        yield problem("first-and-last-day", analysis.place, method=analysis.method)
    for mark in MARKS:
        if mark in analysis.options:
            yield from mark_problems(study, analysis, mark)


def mark_problems(study: Study, analysis: Analysis, mark: str) -> Iterator[Problem]:
    rows = mark_rows(analysis, mark)
    if rows is None or rows.dataset not in study.datasets:
        told, text = ", ".join(study.datasets), analysis.options[mark]
        yield problem("mark-not-read", analysis.place, option=mark, text=text, datasets=told)
    else:
        yield from names_problems(analysis, study.datasets[rows.dataset], rows)
        if rows.name in study.datasets[rows.dataset].parameters and not answers_yes_or_no(study, rows):
            yield problem("mark-no-truth", analysis.place, option=mark, dataset=rows.dataset, name=rows.name)


def answers_yes_or_no(study: Study, rows: MarkRows) -> bool:
    """Whether a parameter does; of a time the event is asked, which came or did not."""
    dataset = study.datasets[rows.dataset]
    if dataset.kind == "TTE":
        return True
    form, _, item = (dataset.parameters[rows.name].item or "").partition(".")
    if item:
        return study.forms[form].items[item].type == "boolean"
    typed = typed_variable(study, dataset, rows.name)
    return typed is not None and typed.kind == "truth"


def names_problems(analysis: Analysis, dataset: Dataset, rows: MarkRows) -> Iterator[Problem]:
    """A parameter or a variable that the dataset does not have."""
    variables = variables_of(dataset)
    if dataset.kind in HAS_PARAMETERS:
        wanted, names = "unknown-parameter", tuple(dataset.parameters)
    else:
        wanted, names = "unknown-variable", variables
    for code, name, known in ((wanted, rows.name, names), ("unknown-variable", rows.flag, variables)):
        if name and name not in known:
            told = ", ".join(known) or "–"
            yield problem(code, analysis.place, dataset=dataset.id, name=name, names=told)


def check_profiles(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(profiles_problems(study, analysis))


def profiles_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """Values of a dataset, and what else is shown beside them."""
    if study.datasets[analysis.dataset or ""].kind != "BDS":
        yield class_problem(analysis, "BDS")
        return
    for name in parameters_of(study, analysis):
        yield from number_problems(study, analysis, name)
    if DOSES in analysis.options:
        yield from mark_problems(study, analysis, DOSES)
    for kind in SPANS:
        if kind in analysis.options:
            yield from span_problems(study, analysis, kind)
    limited = analysis.options.get(OUT_OF_RANGE)
    if limited is not None and limited not in study.datasets:
        told = ", ".join(study.datasets)
        yield problem("mark-not-read", analysis.place, option=OUT_OF_RANGE, text=limited, datasets=told)
    elif limited is not None and not study.datasets[limited].has_limits:
        yield problem(
            "dataset-without", analysis.place, method=analysis.method, dataset=limited, key="limits"
        )


def span_problems(study: Study, analysis: Analysis, kind: str) -> Iterator[Problem]:
    rows, told = span_rows(analysis, kind), ", ".join(study.datasets)
    if rows is None or rows.dataset not in study.datasets:
        text = analysis.options[kind]
        yield problem("span-not-read", analysis.place, option=kind, text=text, datasets=told)
        return
    if study.datasets[rows.dataset].kind != RECORDS:
        yield class_problem(analysis, RECORDS, rows.dataset)
        return
    known = variables_of(study.datasets[rows.dataset])
    for name in (rows.label, rows.start, rows.end, rows.ongoing):
        if name and name not in known:
            names = ", ".join(known) or "–"
            yield problem("unknown-variable", analysis.place, dataset=rows.dataset, name=name, names=names)
