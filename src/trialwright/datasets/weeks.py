"""The weekly scores of a diary for all participants at once: each rule is asked of every study week by itself, as if it
were a participant with the entries of that week and nothing else, as `ledger.diary_scores` asks it of one. A week of which
the rule reads no entry has no row, whatever it says of nothing."""

from dataclasses import replace

import polars as pl

from trialwright.datasets.derived import Variable
from trialwright.datasets.sources import events_at, reads
from trialwright.datasets.steps import TakeScores
from trialwright.datasets.take import ADT, AVAL, AVALC, PARAM, PARAMCD, add_rows, named
from trialwright.datasets.work import Cut, Work, ask, number_of
from trialwright.expr.tables import GATES, VISITS, Tables

_WEEK = (
    Variable("ATPT", "Analysis Timepoint", "text"),
    Variable("ATPTN", "Analysis Timepoint (N)", "integer"),
)
_WEEKS = pl.Schema(
    {
        "participant": pl.String(),
        "whose": pl.String(),
        "week": pl.Int64(),
        "first": pl.Date(),
        "is_dated": pl.Boolean(),
    }
)


def take_scores(step: TakeScores, work: Work, cut: Cut) -> Work:
    """The weeks that give the score; the value is dated on the last day of its week."""
    vocabulary, node = cut.study.vocabulary, step.score.rule.node
    tables, weeks = _by_week(cut)
    told, _ = ask(node, replace(work, form=None), tables, "participant", weeks)
    numbers, scale = number_of(told)
    week, days = pl.col("week"), pl.duration(days=7 * (pl.col("week") - 1) + 6)
    rows = weeks.with_columns(
        numbers.alias("AVAL"), events_at(reads(node, vocabulary), vocabulary, tables, weeks)
    ).select(
        pl.col("whose").alias("participant"),
        pl.lit("").alias("visit"),
        week.alias("record"),
        pl.lit(None, pl.Int64()).alias("order"),
        "SRC",
        "AVAL",
        pl.lit(None, pl.String()).alias("AVALC"),
        (pl.col("first") + days).alias("ADT"),
        pl.format("Study week {}", week).alias("ATPT"),
        week.alias("ATPTN"),
    )
    known = named(rows.filter(pl.col("AVAL").is_not_null() & (pl.col("SRC").list.len() > 0)), step.parameter)
    return add_rows(work, known, scale).with_variables(PARAM, PARAMCD, AVAL, AVALC, ADT, *_WEEK)


def _by_week(cut: Cut) -> tuple[Tables, pl.DataFrame]:
    """Tables in which a study week of a participant is a participant, and these: with `whose`, `week` and `first`."""
    planned = [
        one.id for one in cut.study.forms.values() if one.ask is not None and one.ask.kind != "whenever"
    ]
    forms = {name: _weekly(name, cut) for name in planned if name in cut.tables.forms}
    named_weeks = [frame.select(_WEEKS.names()) for frame in forms.values()]
    weeks = _trusted(pl.concat([pl.DataFrame(schema=_WEEKS), *named_weeks]))
    weeks = weeks.with_columns(pl.lit("").alias("visit"), pl.lit(0, pl.Int64()).alias("repeat"))
    people = weeks.select("participant")
    # What is there is the list: a week without an entry of a form has none of it.
    gates = [
        people.select(
            "participant",
            pl.lit(name).alias("form"),
            pl.col("participant").is_in(frame["participant"].unique().to_list()).alias("gate"),
        )
        for name, frame in forms.items()
    ]
    told = pl.concat([pl.DataFrame(schema=GATES), *gates])
    return Tables(people, pl.DataFrame(schema=VISITS), forms, told, cut.tables.scales), weeks


def _trusted(entries: pl.DataFrame) -> pl.DataFrame:
    """Each week once, from the first to the last in which an entry has a day that can be trusted."""
    span = entries.filter("is_dated").group_by("whose").agg(low=pl.min("week"), high=pl.max("week"))
    inside = entries.join(span, on="whose", how="inner", maintain_order="left")
    inside = inside.filter(pl.col("week").is_between("low", "high"))
    return inside.drop("low", "high", "is_dated").unique("participant", maintain_order=True)


def _weekly(form: str, cut: Cut) -> pl.DataFrame:
    """The entries of a form, each under its week; week 1 begins with the first dose. What is told of a day to come is no
    answer."""
    frame = cut.tables.forms[form]
    undated = cut.tables.undated.filter(form=form).select("participant", "repeat", is_dated=False)
    day = pl.col("repeat").cast(pl.String()).str.to_date("%Y%m%d", strict=False)
    dated = frame.filter("is_record").join(
        cut.first_dose, on="participant", how="inner", maintain_order="left"
    )
    week = ((day - pl.col("first")).dt.total_days().floordiv(7) + 1).alias("week")
    dated = dated.join(undated, on=["participant", "repeat"], how="left", maintain_order="left")
    told = dated.with_columns(
        week, pl.col("participant").alias("whose"), pl.col("is_dated").fill_null(value=True)
    ).filter(pl.col("week").is_not_null())
    if cut.last_day is not None:
        told = told.filter(day <= pl.lit(cut.last_day))
    return told.with_columns(pl.format("{}#{}", "whose", "week").alias("participant"))
