"""Rows of what the study itself defines: intercurrent events of its estimands, and deviations that its checks find."""

from dataclasses import replace
from typing import Final

import polars as pl

from trialwright.datasets.derived import Variable
from trialwright.datasets.intercurrent import happened
from trialwright.datasets.reviewed import with_classes
from trialwright.datasets.sources import EVENTS, events_at, reads, union
from trialwright.datasets.steps import TakeDeviations
from trialwright.datasets.take import VISIT, placed, visit_labels
from trialwright.datasets.variables import imputed_part
from trialwright.datasets.windows import study_day
from trialwright.datasets.work import Cut, Work, ask
from trialwright.study.model import Check
from trialwright.study.rules import scope_of

_START: Final = Variable("ASTDT", "Analysis Start Date", "date")
_DAY: Final = Variable("ASTDY", "Analysis Start Relative Day", "integer")
_EVENTS: Final = (
    Variable("ESTIMD", "Estimand", "text"),
    Variable("ICECD", "Intercurrent Event Code", "text"),
    Variable("ICETERM", "Intercurrent Event", "text"),
    Variable("STRATEGY", "Strategy for the Intercurrent Event", "text"),
    _START,
    Variable("ASTDTF", "Analysis Start Date Imputation Flag", "text"),
    _DAY,
)
_DEVIATIONS: Final = (
    Variable("DVCD", "Protocol Deviation Code", "text"),
    Variable("DVTERM", "Protocol Deviation Term", "text"),
    Variable("DVCLASS", "Protocol Deviation Class", "text"),
    VISIT,
    _START,
    _DAY,
)
_FOUND: Final = pl.Schema(
    {
        "participant": pl.String(),
        "visit": pl.String(),
        "repeat": pl.Int64(),
        "order": pl.Int64(),
        "SRC": EVENTS,
        "DVCD": pl.String(),
        "DVTERM": pl.String(),
        "DVCLASS": pl.String(),
        "ASTDT": pl.Date(),
    }
)


def take_events(work: Work, cut: Cut) -> Work:
    found = happened(cut, cut.study.estimands.values())
    labels = {name: one.label for name, one in cut.study.intercurrent_events.items()}
    rows = found.select(
        "participant",
        pl.lit("").alias("visit"),
        pl.lit(0, pl.Int64()).alias("repeat"),
        pl.lit(None, pl.Int64()).alias("order"),
        "SRC",
        pl.col("estimand").alias("ESTIMD"),
        pl.col("event").alias("ICECD"),
        pl.col("event").replace(labels).alias("ICETERM"),
        pl.col("strategy").alias("STRATEGY"),
        pl.col("lo").alias("ASTDT"),
        imputed_part(found).alias("ASTDTF"),
    )
    return replace(work, frame=with_day(rows, cut)).with_variables(*_EVENTS)


def take_deviations(step: TakeDeviations, work: Work, cut: Cut) -> Work:
    parts = [pl.DataFrame(schema=_FOUND)]
    for check in step.checks:
        found, untold = _of_check(check, work, cut)
        work = work.with_untold(check.id, untold)
        parts.append(found)
    rows = pl.concat(parts)
    labels = visit_labels(rows, cut.study)
    told = rows.with_columns(
        pl.col("visit").replace_strict(labels, default=None, return_dtype=pl.String()).alias("VISIT")
    )
    return replace(work, frame=with_day(told, cut)).with_variables(*_DEVIATIONS)


def _of_check(check: Check, work: Work, cut: Cut) -> tuple[pl.DataFrame, int]:
    """The records of the check's form where it is surely true, and in how many it cannot be told; what it reads are the
    events of the row, and the decision on whether it is important."""
    form = cut.study.forms[check.about_form]
    records = cut.tables.forms[form.id].filter("is_record")
    of_form = replace(work, form=form.id, vocabulary=cut.study.vocabulary)
    told, _ = ask(check.when.node, of_form, cut.tables, scope_of(form), records)
    found = placed(records.filter(told["value"].fill_null(value=False)), cut.tables)
    found = with_classes(found, check.id, form.id, cut.tables)
    read = events_at(reads(check.when.node, work.vocabulary, form.id), work.vocabulary, cut.tables, found)
    sources = union(found.height, [read, found["decided"]]).alias("SRC")
    named = found.select(
        "participant",
        "visit",
        "repeat",
        "order",
        pl.lit(check.id).alias("DVCD"),
        pl.lit(check.ask).alias("DVTERM"),
        "DVCLASS",
        pl.col("held").alias("ASTDT"),
    )
    return named.with_columns(sources).select(_FOUND.names()), told["value"].null_count()


def with_day(rows: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """With ASTDY, the study day of ASTDT."""
    with_first = rows.join(cut.first_dose, on="participant", how="left", maintain_order="left")
    return with_first.with_columns(study_day(pl.col("ASTDT"), pl.col("first")).alias("ASTDY")).drop("first")
