"""The steps that begin a dataset: participants, records of a form, known values of parameters."""

from collections.abc import Mapping
from dataclasses import replace
from math import lcm
from typing import Final

import polars as pl

from trialwright.datasets.derived import Variable
from trialwright.datasets.sources import EVENTS, events_at, own_events, reads
from trialwright.datasets.steps import TakeRecords, TakeValues
from trialwright.datasets.work import Cut, Work, ask, number_of
from trialwright.expr.tables import Tables
from trialwright.study.model import Form, Item, Parameter, Study
from trialwright.study.rules import scope_of

PARAM: Final = Variable("PARAM", "Parameter", "text")
PARAMCD: Final = Variable("PARAMCD", "Parameter Code", "text")
AVAL: Final = Variable("AVAL", "Analysis Value", "number")
AVALC: Final = Variable("AVALC", "Analysis Value (C)", "text")
ADT: Final = Variable("ADT", "Analysis Date", "date")
VISIT: Final = Variable("VISIT", "Visit Name", "text")
_NUMBERS: Final = ("integer", "decimal")


def take_participants(work: Work, cut: Cut) -> Work:
    people = cut.tables.participants
    code = pl.col("code__event") if "code__event" in people.columns else pl.lit(None, pl.Int64())
    frame = people.select(
        "participant",
        pl.lit("").alias("visit"),
        pl.lit(0, pl.Int64()).alias("repeat"),
        pl.lit(0, pl.Int64()).alias("order"),
        pl.concat_list(code).list.drop_nulls().cast(EVENTS).alias("SRC"),
    )
    return replace(work, frame=frame)


def take_records(step: TakeRecords, work: Work, cut: Cut) -> Work:
    form = cut.study.forms[step.form]
    frame = cut.tables.forms[step.form].filter("is_record")
    if step.written is not None:
        told, _ = ask(step.written.node, work, cut.tables, scope_of(form), frame)
        work = work.with_untold(step.form, told["value"].null_count())
        frame = frame.filter(told["value"].fill_null(value=False))
    found = placed(frame.with_columns(own_events(frame)), cut.tables)
    return replace(work, frame=found.select("participant", "visit", "repeat", "order", "SRC"))


def take_values(step: TakeValues, work: Work, cut: Cut) -> Work:
    """The known values of a parameter under those that there are already."""
    parameter = step.parameter
    if parameter.item is not None:
        form, _, item = parameter.item.partition(".")
        found, scale = _of_item(cut.study.forms[form].items[item], step.dated_by, cut)
    else:
        found, scale = _of_rule(step, work, cut)
    told = named(found, parameter)
    told = told.with_columns(
        pl.col("visit")
        .replace_strict(visit_labels(told, cut.study), default=None, return_dtype=pl.String())
        .alias("VISIT")
    )
    variables = (PARAM, PARAMCD, AVAL, AVALC, ADT, VISIT)
    return add_rows(work, told, scale).with_variables(*variables)


def named(rows: pl.DataFrame, parameter: Parameter) -> pl.DataFrame:
    return rows.with_columns(pl.lit(parameter.id).alias("PARAMCD"), pl.lit(parameter.label).alias("PARAM"))


def add_rows(work: Work, rows: pl.DataFrame, scale: int) -> Work:
    """Rows below those that there are, with AVAL over one denominator; `repeat` numbers the rows of the dataset."""
    before = work.scales.get("AVAL", 1)
    both = lcm(before, scale)
    held = [name for name in ("AVAL", "BASE") if name in work.frame.columns]
    above = work.frame.with_columns(pl.col(name) * (both // before) for name in held)
    below = rows.with_columns(pl.col("AVAL") * (both // scale))
    frame = pl.concat([above, below], how="diagonal")
    numbered = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64()).alias("repeat"))
    return replace(work, frame=numbered, scales={**work.scales, "AVAL": both, "BASE": both}, tables=None)


def truth_text(values: pl.Expr) -> pl.Expr:
    return pl.when(values).then(pl.lit("Y")).when(~values).then(pl.lit("N"))


def as_value(told: pl.DataFrame, kind: str) -> tuple[pl.DataFrame, int]:
    """AVAL and AVALC of answers: a truth is 1 and Y, or 0 and N."""
    if kind == "number":
        numbers, scale = number_of(told)
        return pl.DataFrame({"AVAL": numbers.cast(pl.Int64())}).with_columns(
            AVALC=pl.lit(None, pl.String())
        ), scale
    truth = pl.col("value")
    return told.select(truth.cast(pl.Int64()).alias("AVAL"), truth_text(truth).alias("AVALC")), 1


def _of_item(item: Item, dated_by: str | None, cut: Cut) -> tuple[pl.DataFrame, int]:
    """Where the item is known: its value, its date, and its event."""
    form = cut.study.forms[item.form]
    frame = cut.tables.forms[item.form]
    known = placed(frame.filter(pl.col(f"{item.id}__state") == "known"), cut.tables)
    number, text = pl.lit(None, pl.Int64()), pl.lit(None, pl.String())
    if item.type in _NUMBERS:
        number = pl.col(item.id)
    elif item.type == "boolean":
        number, text = pl.col(item.id).cast(pl.Int64()), truth_text(pl.col(item.id))
    elif item.type in ("date", "partial_date"):
        text = date_text(pl.col(f"{item.id}__lo"), pl.col(f"{item.id}__hi"))
    else:
        text = pl.col(item.id)
    rows = known.select(
        "participant",
        "visit",
        pl.col("repeat").alias("record"),
        "order",
        pl.concat_list(f"{item.id}__event").list.drop_nulls().alias("SRC"),
        number.alias("AVAL"),
        text.alias("AVALC"),
        _day_of(form, dated_by).alias("ADT"),
    )
    if form.ask is not None and cut.last_day is not None:  # what is told of a day to come is no answer
        rows = rows.filter(~(pl.col("ADT") > pl.lit(cut.last_day)).fill_null(value=False))
    return rows, cut.tables.scale(item.form, item.id) if item.type in _NUMBERS else 1


def date_text(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """As much of a date as is known (ISO 8601): 1990-03-05, 1990-03 or 1990."""
    is_month = (low.dt.year() == high.dt.year()) & (low.dt.month() == high.dt.month())
    digits = pl.when(low == high).then(10).when(is_month).then(7).otherwise(4)
    return low.dt.to_string("%Y-%m-%d").str.head(digits)


def _of_rule(step: TakeValues, work: Work, cut: Cut) -> tuple[pl.DataFrame, int]:
    """The answers that are known at the visits that were held."""
    assert step.written is not None
    node = step.written.node
    held = cut.tables.visits.select("participant", "visit", pl.lit(0, pl.Int64()).alias("repeat"))
    at_visits = replace(work, form=None)
    told, kind = ask(node, at_visits, cut.tables, "visit", held)
    values, scale = as_value(told, kind)
    sources = events_at(reads(node, work.vocabulary), work.vocabulary, cut.tables, held)
    found = placed(pl.concat([held, values], how="horizontal").with_columns(sources), cut.tables)
    known = found.filter(pl.col("AVAL").is_not_null())
    return known.select(
        "participant",
        "visit",
        pl.col("repeat").alias("record"),
        "order",
        "SRC",
        "AVAL",
        "AVALC",
        pl.col("held").alias("ADT"),
    ), scale


def placed(frame: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """With `order` of the visit and the day `held` on which it was, where that is known."""
    keys = ["participant", "visit"]
    told = tables.visits.select(*keys, "order")
    frame = frame.join(told, on=keys, how="left", maintain_order="left")
    dates = tables.forms.get("visit")
    if dates is None or "date__lo" not in dates.columns:
        return frame.with_columns(pl.lit(None, pl.Date()).alias("held"))
    days = dates.select(
        *keys, pl.when(pl.col("date__lo") == pl.col("date__hi")).then("date__lo").alias("held")
    )
    return frame.join(days, on=keys, how="left", maintain_order="left")


def _day_of(form: Form, dated_by: str | None) -> pl.Expr:
    """A record of the diary is about its own day, which is its number; else the day that an item tells, or the visit."""
    if dated_by is not None:
        return pl.coalesce(f"{dated_by.partition('.')[2]}__lo", "held")
    if form.ask is not None and form.ask.kind != "whenever":
        return pl.col("repeat").cast(pl.String()).str.to_date("%Y%m%d", strict=False)
    return pl.col("held")


def visit_labels(rows: pl.DataFrame, study: Study) -> Mapping[str, str]:
    """What each visit key is called; a visit that repeats with its number."""
    found = {}
    for key in rows.filter(pl.col("visit") != "")["visit"].unique().to_list():
        visit, _, number = key.partition("#")
        label = study.visits[visit].label if visit in study.visits else visit
        found[key] = f"{label} {number}" if number else label
    return found
