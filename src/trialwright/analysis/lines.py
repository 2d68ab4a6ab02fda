"""Rows of a table: a line is what is counted or measured, and of whom; each of its statistics is a row."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from trialwright.analysis.results import Row
from trialwright.analysis.variables import Described
from trialwright.study.model import Analysis


@dataclass(frozen=True, slots=True)
class Line:
    """n: how many the line is of. events: behind the whole line."""

    analysis: str
    group: str
    parameter: str
    label: str
    n: int
    events: tuple[str, ...] = ()
    category: tuple[str, ...] = ()


def row_of(
    line: Line,
    statistic: str,
    value: float | None,
    *,
    who: Sequence[str] = (),
    method: str = "count",
    level: float | None = None,
) -> Row:
    """One statistic of a line. who: the participants whom the value is of."""
    return Row(
        line.analysis,
        line.label,
        line.group,
        line.parameter,
        "",
        statistic,
        value,
        method,
        level,
        line.n,
        None,
        tuple(who),
        events=line.events,
        category=line.category,
    )


def people_row(analysis: Analysis, group: str, people: Sequence[str]) -> Row:
    """How many a table is of, in an arm."""
    line = Line(analysis.id, group, "", analysis.label, len(people))
    return row_of(line, "people", len(people), who=people)


def count_row(
    analysis: Analysis, group: str, statistic: str, who: Sequence[str], *, parameter: str = ""
) -> Row:
    """How many there are of some participants, of nobody else."""
    line = Line(analysis.id, group, parameter, analysis.label, len(who))
    return row_of(line, statistic, len(who), who=who)


def texts_of(values: pl.Series, described: Described | None) -> list[str | None]:
    """Values as texts. A flag is Y or nothing, which is no value that is missing: it is N."""
    absent = "N" if described is not None and described.is_flag else None
    return [absent if one is None else str(one) for one in values]
