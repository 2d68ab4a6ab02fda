"""Rows for what is not observed: where an estimand says what counts, and no value does, a row with DTYPE says so.

A composite intercurrent event decides whatever was observed; then the observed value; then an event that ended the time
on study; then what the estimand says of the missing, as `analysis.outcomes` decides. What is not due yet is not missing. No value is ever carried forward.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import polars as pl

from trialwright.datasets.derived import Variable
from trialwright.datasets.due import with_deadlines
from trialwright.datasets.intercurrent import happened
from trialwright.datasets.sources import EVENTS
from trialwright.datasets.steps import OBSERVED_FLAG
from trialwright.datasets.take import placed
from trialwright.datasets.values import YES, flag_rows
from trialwright.datasets.work import Cut, Work
from trialwright.study.handlings import HANDLINGS, Handling
from trialwright.study.model import Dataset, Estimand, Imputation, Strategy, Study, Visit

# What a missing value counts as; "left out" is no row.
_VALUES: Final[Mapping[Handling, bool]] = MappingProxyType(
    {"non-response": False, "no event": False, "event": True}
)
_DTYPE: Final = Variable("DTYPE", "Derivation Type", "text")
_REASON: Final = Variable("IMPREAS", "Reason for Imputation", "text")
_CELL: Final = ["participant", "PARAMCD", "visit"]


@dataclass(frozen=True, slots=True)
class _Cells:
    """by_event: composite events decide; seen: the observed row counts; left: nothing is there after an event that ended
    the time on study; missing: nothing is there and it is due."""

    by_event: pl.DataFrame
    seen: pl.DataFrame
    left: pl.DataFrame
    missing: pl.DataFrame


def impute(imputation: Imputation, dataset: Dataset, work: Work, cut: Cut) -> Work:
    estimand = cut.study.estimands[imputation.estimand]
    cells = _cells(imputation, work, cut, estimand)
    rows = [_rows(decided, value=False) for decided in (cells.by_event, cells.left)]
    value = value_of_missing(estimand)
    if value is not None:
        rows.append(_rows(cells.missing, value=value))
    imputed = _placed(pl.concat(rows, how="diagonal"), imputation, dataset, work, cut.study)
    flagged = work.frame.with_columns(flag_rows(cells.seen["repeat"]).alias(imputation.flag))
    frame = pl.concat([flagged, imputed], how="diagonal")
    numbered = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64()).alias("repeat"))
    flag = Variable(imputation.flag, imputation.label, "text")
    return replace(work, frame=numbered, tables=None).with_variables(_DTYPE, _REASON, flag)


def value_of_missing(estimand: Estimand) -> bool | None:
    """What stands on the row of a missing value; None where it has none."""
    return _VALUES.get(HANDLINGS[estimand.missing])


def visits_of_all(study: Study) -> tuple[Visit, ...]:
    """Visits with an analysis window that everybody has, or had until an early stop."""
    return tuple(
        visit
        for visit in study.visits.values()
        if visit.analysis_days and (visit.when is None or visit.if_unknown == "plan")
    )


def _cells(imputation: Imputation, work: Work, cut: Cut, estimand: Estimand) -> _Cells:
    visits = [visit.id for visit in visits_of_all(cut.study)]
    labels = {cut.study.visits[one].label: one for one in visits}
    grid = cut.members_of(estimand.population).to_frame("participant")
    grid = grid.join(pl.DataFrame({"PARAMCD": imputation.parameters}), how="cross")
    grid = with_deadlines(
        grid.join(pl.DataFrame({"visit": visits}, schema={"visit": pl.String()}), how="cross"), cut
    )
    observed = work.frame.filter((pl.col(OBSERVED_FLAG) == "Y") & pl.col("AVISIT").is_in(list(labels)))
    observed = observed.select(
        "participant",
        "PARAMCD",
        pl.col("AVISIT").replace_strict(labels, default=None, return_dtype=pl.String()).alias("visit"),
        "ADT",
        "repeat",
    )
    told = placed(grid.join(observed, on=_CELL, how="left", maintain_order="left"), cut.analysed)
    events = _events(told, cut, estimand)
    by_event = _first_of(events, "composite")
    rest = told.join(by_event, on=_CELL, how="anti")
    seen = rest.filter(pl.col("repeat").is_not_null())
    unseen = rest.filter(pl.col("repeat").is_null())
    left = _first_of(events, "while on study").join(unseen, on=_CELL, how="semi", maintain_order="left")
    missing = unseen.filter("is_due").join(left, on=_CELL, how="anti", maintain_order="left")
    sourced = missing.with_columns(
        pl.concat_list("told").list.drop_nulls().cast(EVENTS).alias("SRC"), pl.lit("").alias("event")
    )
    return _Cells(by_event, seen, left, sourced)


def _first_of(events: pl.DataFrame, strategy: Strategy) -> pl.DataFrame:
    """Of several events of a strategy the one that the estimand names first."""
    return events.filter(pl.col("strategy") == strategy).unique(_CELL, keep="first", maintain_order=True)


def _events(cells: pl.DataFrame, cut: Cut, estimand: Estimand) -> pl.DataFrame:
    """Events that count at a visit: not after its day, or where it was not held the end of its window."""
    events = happened(cut, (estimand,)).select("participant", "event", "strategy", "lo", "SRC")
    met = cells.join(events, on="participant", how="inner", maintain_order="left_right")
    until = pl.coalesce("held", "ADT", "deadline")
    counts = pl.col("lo").is_null() | until.is_null() | (pl.col("lo") <= until)
    return met.filter(counts)


def _rows(cells: pl.DataFrame, *, value: bool) -> pl.DataFrame:
    return cells.select(
        *_CELL,
        "SRC",
        "event",
        pl.lit(int(value), pl.Int64()).alias("AVAL"),
        pl.lit("Y" if value else "N").alias("AVALC"),
    )


def _placed(
    rows: pl.DataFrame, imputation: Imputation, dataset: Dataset, work: Work, study: Study
) -> pl.DataFrame:
    """The rows with what else stands on a row of their analysis visit."""
    visits = study.visits
    order = {name: number for number, name in enumerate(visits, 1)}
    windows = {name: one.analysis_days for name, one in visits.items() if one.analysis_days}
    labels = {one: study.intercurrent_events[one].label for one in study.intercurrent_events}
    params = {name: one.label for name, one in dataset.parameters.items()}
    visit, text, whole = pl.col("visit"), pl.String(), pl.Int64()
    return rows.select(
        "participant",
        pl.lit("").alias("visit"),
        pl.lit(None, whole).alias("order"),
        "SRC",
        "PARAMCD",
        pl.col("PARAMCD").replace_strict(params, default=None, return_dtype=text).alias("PARAM"),
        (pl.col("AVAL") * work.scales["AVAL"]).alias("AVAL"),
        "AVALC",
        visit.replace_strict({one: visits[one].label for one in order}, return_dtype=text).alias("AVISIT"),
        visit.replace_strict(order, return_dtype=whole).alias("AVISITN"),
        visit.replace_strict({one: days[0] for one, days in windows.items()}, return_dtype=whole).alias(
            "AWLO"
        ),
        visit.replace_strict({one: days[1] for one, days in windows.items()}, return_dtype=whole).alias(
            "AWHI"
        ),
        pl.lit(imputation.id).alias("DTYPE"),
        pl.when(pl.col("event") == "")
        .then(pl.lit("No value for this visit"))
        .otherwise(pl.col("event").replace(labels))
        .alias("IMPREAS"),
        YES.alias(imputation.flag),
    )
