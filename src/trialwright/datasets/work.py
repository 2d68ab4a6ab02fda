"""What the steps of a derivation hand on: the rows so far; and what they all read: one data cut."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import lcm
from typing import Final

import numpy as np
import polars as pl

from trialwright.datasets.analysis_visits import Windowed, derive_analysis_visits, windowed_forms
from trialwright.datasets.derived import Variable
from trialwright.datasets.reviewed import decisions_on, with_decisions
from trialwright.datasets.sources import EVENTS
from trialwright.datasets.status import answers, truth
from trialwright.expr.check import infer
from trialwright.expr.columns import evaluate_at
from trialwright.expr.nodes import Name, Node
from trialwright.expr.tables import Tables
from trialwright.expr.types import Kind, Typed
from trialwright.expr.vocabulary import Scope, Vocabulary
from trialwright.study.model import Study

MOST_SCALE: Final = 10**9
PLACE: Final = ("participant", "visit", "repeat", "order")
START: Final = pl.Schema(
    {
        "participant": pl.String(),
        "visit": pl.String(),
        "repeat": pl.Int64(),
        "order": pl.Int64(),
        "SRC": EVENTS,
    }
)


@dataclass(frozen=True, slots=True)
class Cut:
    """The data that every dataset is derived from, and what is looked up again and again.

    windowed: the tables with analysis visits in place of the collected ones, as the analyses read them: who belongs to
    a population, what happened between and when, is asked of these.
    last_day: the last day that is over in the data; None: every window has ended. first_dose: participant, first (Date).
    doubtful: who had the first dose on one of several days. ended: whose time in the study is over.
    told, happened: what was asked once, by population and by intercurrent event.
    """

    study: Study
    tables: Tables
    windowed: Windowed
    first_dose: pl.DataFrame
    last_day: date | None
    doubtful: pl.Series
    ended: pl.Series
    told: dict[str, pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)
    happened: dict[str, pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    @property
    def analysed(self) -> Tables:
        return self.windowed.tables

    def membership(self, population: str) -> pl.DataFrame:
        """Whether each participant is in a population: `participant`, `is_in`, null where it cannot be told.

        A decision of the data review goes before the rule; who is put in is in it only while they are in the population
        around it.
        """
        if population not in self.told:
            found = self.study.populations[population]
            told = with_decisions(self.by_rule(population), population, self.tables)
            if found.within is not None:
                around = self.membership(found.within).rename({"is_in": "around"})
                both = told.join(around, on="participant", how="left", maintain_order="left")
                told = both.select("participant", pl.col("is_in") & pl.col("around"))
            self.told[population] = told
        return self.told[population]

    def by_rule(self, population: str) -> pl.DataFrame:
        """What the rule of a population says by itself: as `membership`."""
        own = answers(self.study.populations[population].rule.node, self.study, self.analysed)
        return own.select("participant", pl.col("value").alias("is_in"))

    def decided(self, population: str) -> dict[str, tuple[bool, int]]:
        """Of whom a decision stands in place of the rule: whether in, and its event. Populations around it have their own."""
        standing = decisions_on(population, self.tables)
        return {participant: (is_in, event) for participant, is_in, event in standing.iter_rows()}

    def members_of(self, population: str) -> pl.Series:
        """The participants of a population; of whom it cannot be told is not in it."""
        return self.membership(population).filter(pl.col("is_in").fill_null(value=False))["participant"]


def make_cut(study: Study, tables: Tables, last_day: date | None) -> Cut:
    first = pl.DataFrame(schema={"participant": pl.String(), "first": pl.Date()})
    doubtful = pl.Series(dtype=pl.String())
    if study.first_dose is not None:
        told = answers(Name(study.first_dose, (0, 0)), study, tables)
        first = told.select("participant", pl.col("value").alias("first")).drop_nulls()
        doubtful = told.filter(pl.col("lo") != pl.col("hi"))["participant"]
    windowed = derive_analysis_visits(study.visits, tables, windowed_forms(study), first)
    over = truth(study.lifecycle.ended, study, tables).fill_null(value=False)
    ended = tables.participants.filter(over)["participant"]
    return Cut(study, tables, windowed, first, last_day, doubtful, ended)


@dataclass(frozen=True, slots=True)
class Work:
    """The rows so far: PLACE, SRC, and the variables.

    scales: of variables that are still whole numbers over one denominator. vocabulary, form: for the rules of the
    dataset; form is the one whose items bare names mean. tables: where the rows are a form, until they are others.
    untold: as of `Derived`. truths: variables that a rule of yes or no gives; beside each stands whether its answer is not
    known (`unanswered_name`).
    """

    frame: pl.DataFrame
    vocabulary: Vocabulary
    form: str | None = None
    scales: Mapping[str, int] = field(default_factory=dict)
    variables: tuple[Variable, ...] = ()
    tables: Tables | None = None
    untold: tuple[tuple[str, int], ...] = ()
    truths: tuple[str, ...] = ()

    def with_untold(self, what: str, count: int) -> "Work":
        """Keeps of how many it could not be told."""
        return replace(self, untold=(*self.untold, (what, count))) if count else self

    def with_variables(self, *variables: Variable) -> "Work":
        """A variable that was told before keeps its place."""
        told = {one.id: one for one in (*self.variables, *variables)}
        return replace(self, variables=tuple(told.values()))


def unanswered_name(variable: str) -> str:
    """The column that says of each row whether the answer in a variable is not known; no dataset shows it."""
    return f"{variable}__unanswered"


def empty_frame() -> pl.DataFrame:
    return pl.DataFrame(schema=START)


def ask(
    node: Node, work: Work, tables: Tables, asked: Scope, frame: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, Kind]:
    """The answers of a rule at the rows of the dataset, or of another frame, and their kind."""
    typed = infer(node, work.vocabulary, asked=asked, form=work.form)
    if not isinstance(typed, Typed):
        raise ValueError("; ".join(one.text for one in typed))
    places = (work.frame if frame is None else frame).select("participant", "visit", "repeat")
    return evaluate_at(node, typed, work.vocabulary, tables, frame=places, form=work.form), typed.kind


def number_of(told: pl.DataFrame) -> tuple[pl.Series, int]:
    """Exact numbers as whole numbers over one denominator. Raises ValueError where there is none that fits."""
    below = told["denominator"].drop_nulls().unique().to_list()
    scale = lcm(*below)
    if scale > MOST_SCALE:
        raise ValueError("the numbers of a parameter have no common denominator that fits")
    return pl.select(told["numerator"] * (scale // told["denominator"])).to_series(), scale


def shown_number(told: pl.DataFrame) -> pl.Series:
    """Numbers as they are written: whole where all are, else the nearest float of the exact quotient."""
    is_whole = (told["denominator"].drop_nulls() == 1).all()
    return told["numerator"] if is_whole else quotient(told["numerator"], told["denominator"])


def quotient(above: pl.Series, below: pl.Series) -> pl.Series:
    """The float that is nearest to each quotient. Polars multiplies by the inverse of a divisor that is the same in
    every row, and is off by one unit in the last place."""
    divided = np.true_divide(above.fill_null(0).to_numpy(), below.fill_null(1).to_numpy())
    return pl.select(
        pl.when(above.is_not_null()).then(pl.lit(pl.Series(divided, dtype=pl.Float64())))
    ).to_series()
