"""Times to an event that is looked for at visits: when it was first seen, and between which two visits it came about."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import polars as pl

from trialwright.datasets.derived import Variable
from trialwright.datasets.sources import HERE, Read, events_at, reads, union
from trialwright.datasets.steps import TakeTimes
from trialwright.datasets.take import ADT, AVAL, PARAM, PARAMCD, add_rows, named, placed
from trialwright.datasets.windows import study_day
from trialwright.datasets.work import Cut, Work, ask
from trialwright.expr.nodes import Name
from trialwright.study.model import Endpoint, Study

_VARIABLES: Final = (
    PARAM,
    PARAMCD,
    AVAL,
    Variable("STARTDT", "Time-to-Event Origin Date for Subject", "date"),
    ADT,
    Variable("CNSR", "Censor", "integer"),
    Variable("EVNTDESC", "Event or Censoring Description", "text"),
    Variable("CNSDTDSC", "Censor Date Description", "text"),
    Variable("ADTLIST", "Dates Assessed", "text"),
    Variable("AINTLO", "Last Day Known without Event (Days)", "integer"),
    Variable("AINTHI", "First Day Known with Event (Days)", "integer"),
    Variable("AVALPLN", "Analysis Value on Planned Days of Visits", "integer"),
    Variable("AINTLOP", "Last Day without Event, Planned Days", "integer"),
    Variable("AINTHIP", "First Day with Event, Planned Days", "integer"),
)


def take_times(step: TakeTimes, work: Work, cut: Cut) -> Work:
    """One row for each member of the estimand's population; days are counted from the origin, which is day 0.

    The event lies after AINTLO and not after AINTHI, which is null where it was never seen. Beside the days as they are
    stand those on which an analysis counts them (`_with_planned_days`).
    """
    estimand = cut.study.estimands[step.estimand]
    endpoint = cut.study.endpoints[estimand.endpoint]
    members = cut.members_of(estimand.population).to_frame("participant")
    people = members.join(_origins(endpoint, cut), on="participant", how="left", maintain_order="left")
    readings = _readings(endpoint, people, work, cut)
    seen = _first(readings.filter("answer"), "seen", descending=False)
    told = people.join(seen, on="participant", how="left", maintain_order="left")
    before = readings.filter(~pl.col("answer")).join(seen, on="participant", how="left")
    is_before = pl.col("seen").is_null() | (pl.col("held") < pl.col("seen"))
    free = _first(before.filter(is_before).select(readings.columns), "free", descending=True)
    told = told.join(free, on="participant", how="left", maintain_order="left")
    rows = _with_planned_days(_rows(told, endpoint), endpoint, cut)
    rows = rows.join(_assessed(readings), on="participant", how="left", maintain_order="left")
    return add_rows(work, named(rows, step.parameter), 1).with_variables(*_VARIABLES)


def _origins(endpoint: Endpoint, cut: Cut) -> pl.DataFrame:
    """participant, STARTDT, start_src: the day of the visit after which the event counts, else of the first dose."""
    vocabulary, day = cut.study.vocabulary, frozenset({Read("visit", "date", HERE)})
    if endpoint.after is not None:
        held = cut.analysed.visits.filter(pl.col("visit") == endpoint.after).select("participant", "visit")
        dated = placed(held, cut.analysed).rename({"held": "STARTDT"})
    else:
        dated = cut.first_dose.rename({"first": "STARTDT"}).with_columns(visit=pl.lit(""))
        day = reads(Name(cut.study.first_dose, (0, 0)), vocabulary) if cut.study.first_dose else frozenset()
    places = dated.select("participant", "visit", pl.lit(0, pl.Int64()).alias("repeat"))
    sources = events_at(day, vocabulary, cut.analysed, places)
    return dated.with_columns(sources.alias("start_src")).select("participant", "STARTDT", "start_src")


def _readings(endpoint: Endpoint, people: pl.DataFrame, work: Work, cut: Cut) -> pl.DataFrame:
    """The answers that are known at analysis visits, and at those whose value stands for none, after the origin: participant, held, order, answer, SRC."""
    node = endpoint.variable.node
    planned = pl.col("visit").str.split("#").list.first()
    held = cut.analysed.visits.filter(planned.is_in(list(endpoint.visits))).select("participant", "visit")
    held = held.with_columns(repeat=pl.lit(0, pl.Int64()))
    told, _ = ask(node, replace(work, form=None), cut.analysed, "visit", held)
    sources = events_at(reads(node, work.vocabulary), work.vocabulary, cut.analysed, held)
    dated = placed(held.with_columns(told["value"].alias("answer"), sources), cut.analysed)
    after = dated.join(people, on="participant", how="inner", maintain_order="left")
    known = pl.col("answer").is_not_null() & (pl.col("held") > pl.col("STARTDT"))
    return after.filter(known).select("participant", "held", "order", "answer", "SRC")


def _assessed(readings: pl.DataFrame) -> pl.DataFrame:
    """The days of all readings of each, in their order: participant, ADTLIST."""
    days = readings.sort("held").group_by("participant", maintain_order=True)
    return days.agg(
        pl.col("held").dt.to_string("%Y-%m-%d").unique(maintain_order=True).str.join(", ").alias("ADTLIST")
    )


def _first(readings: pl.DataFrame, name: str, *, descending: bool) -> pl.DataFrame:
    """The first reading of each by day, or the last: its day under that name, and its events."""
    ordered = readings.sort("held", "order", descending=descending, maintain_order=True)
    once = ordered.unique("participant", keep="first", maintain_order=True)
    return once.select("participant", pl.col("held").alias(name), pl.col("SRC").alias(f"{name}_src"))


def _rows(told: pl.DataFrame, endpoint: Endpoint) -> pl.DataFrame:
    is_seen, start = pl.col("seen").is_not_null(), pl.col("STARTDT")
    last = pl.coalesce("free", "STARTDT")
    adt = pl.when(is_seen).then("seen").otherwise(last)
    return told.with_columns(
        union(told.height, [told["start_src"], told["seen_src"], told["free_src"]])
    ).select(
        "participant",
        "STARTDT",
        "SRC",
        pl.lit("").alias("visit"),
        pl.lit(None, pl.Int64()).alias("order"),
        adt.alias("ADT"),
        (adt - start).dt.total_days().alias("AVAL"),
        pl.when(start.is_not_null())
        .then(pl.when(is_seen).then(0).otherwise(1))
        .cast(pl.Int64())
        .alias("CNSR"),
        pl.when(start.is_null())
        .then(pl.lit("Origin not known"))
        .when(is_seen)
        .then(pl.lit(endpoint.label))
        .otherwise(pl.lit("No event seen"))
        .alias("EVNTDESC"),
        pl.when(start.is_not_null() & ~is_seen)
        .then(
            pl.when(pl.col("free").is_not_null())
            .then(pl.lit("Last visit without event"))
            .otherwise(pl.lit("Origin"))
        )
        .alias("CNSDTDSC"),
        (last - start).dt.total_days().alias("AINTLO"),
        (pl.col("seen") - start).dt.total_days().alias("AINTHI"),
    )


def dated_visits(study: Study, endpoint: Endpoint) -> dict[str, int]:
    """Visit -> days from the origin to its planned day, of those after it at which an endpoint is looked for."""
    return days_from_origin(study, endpoint, endpoint.visits)


def days_from_origin(study: Study, endpoint: Endpoint, visits: Iterable[str]) -> dict[str, int]:
    """Visit -> days from the origin of the endpoint, else the first dose, to its planned day, of those after it."""
    start = (study.visits[endpoint.after].day if endpoint.after else None) or 1
    days = {name: study.visits[name].day for name in visits}
    return {name: day - start for name, day in days.items() if day is not None and day > start}


def _with_planned_days(rows: pl.DataFrame, endpoint: Endpoint, cut: Cut) -> pl.DataFrame:
    """AVALPLN, AINTLOP and AINTHIP: days within the window of a visit as its planned day, for whoever comes a little
    early or late says no more of the time between two visits; as they are where both ends would be one day."""
    dated = rows.join(cut.first_dose, on="participant", how="left", maintain_order="left")
    low, high = (_planned(pl.col(name), endpoint, cut.study) for name in ("AINTLO", "AINTHI"))
    is_one_day = (high <= low).fill_null(value=False)
    told = dated.with_columns(
        pl.when(is_one_day).then("AINTLO").otherwise(low).alias("AINTLOP"),
        pl.when(is_one_day).then("AINTHI").otherwise(high).alias("AINTHIP"),
    )
    return told.with_columns(pl.coalesce("AINTHIP", "AINTLOP").alias("AVALPLN")).drop("first")


def _planned(days: pl.Expr, endpoint: Endpoint, study: Study) -> pl.Expr:
    held = study_day(pl.col("STARTDT") + pl.duration(days=days), pl.col("first"))
    found = [days]
    for name, planned in reversed(dated_visits(study, endpoint).items()):
        visit = study.visits[name]
        span = (held - (visit.day or 0)).is_between(-visit.window_before_days, visit.window_after_days)
        found.insert(0, pl.when(span).then(pl.lit(planned, pl.Int64())))
    return pl.when(days == 0).then(days).otherwise(pl.coalesce(found))
