"""What an analysis marks on the time of each participant: rows of datasets that its options name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from trialwright.analysis.messages import problem
from trialwright.analysis.plan_rows import class_problem
from trialwright.study.model import Analysis, Dataset, Study
from trialwright.values.problem import Problem

# Of doses every one is marked, of the others the first.
DOSES, RESPONSE, EVENT, STOP = MARKS = ("doses", "response", "event", "stop")
SUBJECT: Final = "ADSL"
HAS_PARAMETERS: Final = ("BDS", "TTE")
ROW_FLAGS: Final = ("ANL01FL", "ABLFL")


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


def check_swimmer(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(swimmer_problems(study, analysis))


def swimmer_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """The first and the last day of the subject-level dataset, and rows that can be marked."""
    if study.datasets[analysis.dataset or ""].kind != SUBJECT:
        yield class_problem(analysis, SUBJECT)
    if len(analysis.variables) != 2:
        yield problem("first-and-last-day", analysis.place, method=analysis.method)
    for mark in MARKS:
        if mark not in analysis.options:
            continue
        rows = mark_rows(analysis, mark)
        if rows is None or rows.dataset not in study.datasets:
            told = ", ".join(study.datasets)
            text = analysis.options[mark]
            yield problem("mark-not-read", analysis.place, option=mark, text=text, datasets=told)
        else:
            yield from names_problems(analysis, study.datasets[rows.dataset], rows)


def names_problems(analysis: Analysis, dataset: Dataset, rows: MarkRows) -> Iterator[Problem]:
    """A parameter or a variable that the dataset does not have."""
    variables = (*dataset.columns, *dataset.keep)
    if dataset.kind in HAS_PARAMETERS:
        wanted, names = "unknown-parameter", tuple(dataset.parameters)
        variables = (*variables, *ROW_FLAGS) if dataset.has_windows else variables
    else:
        wanted, names = "unknown-variable", variables
    for code, name, known in ((wanted, rows.name, names), ("unknown-variable", rows.flag, variables)):
        if name and name not in known:
            told = ", ".join(known) or "–"
            yield problem(code, analysis.place, dataset=dataset.id, name=name, names=told)
