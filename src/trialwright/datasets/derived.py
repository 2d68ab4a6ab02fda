"""Analysis datasets as they come out: a frame, what each variable is, and the steps that made it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from trialwright.datasets.steps import Step

VariableType = Literal["text", "number", "integer", "date", "events"]


@dataclass(frozen=True, slots=True)
class Variable:
    """rule: the text of the rule that gives it, "" where a step does."""

    id: str
    label: str
    type: VariableType
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """One dataset. SRC of a row: the numbers of the events it came from, in the stream SRCSTRM of its participant.

    steps: as they were carried out. untold: (what, how many) for every question of yes or no that could not be
    answered, so that a participant has no flag, or a record no row. unanswered: variable -> of each row, whether the
    answer of yes or no that its rule gives is not known; in a flag that looks like a no.
    """

    id: str
    label: str
    frame: pl.DataFrame
    variables: tuple[Variable, ...]
    steps: tuple[Step, ...]
    untold: tuple[tuple[str, int], ...] = ()
    unanswered: Mapping[str, pl.Series] = field(default_factory=dict)


Datasets = Mapping[str, Derived]
