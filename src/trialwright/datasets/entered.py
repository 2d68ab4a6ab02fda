"""Values of any origin as the tables of a study: a published file goes through the same derivations as casebooks."""

import polars as pl

from trialwright.datasets.facts import planned_visit
from trialwright.datasets.states import Scales, with_absent, with_states, with_values
from trialwright.expr.tables import GATES, VISITS, Tables
from trialwright.expr.vocabulary import FormInfo
from trialwright.study.builtin import VISIT_FORM
from trialwright.study.model import Study

_KEYS = ["participant", "visit"]


def tables_of_values(study: Study, values: pl.DataFrame) -> Tables:
    """The tables of values that no event entered, so that no row can name one.

    values: `participant`, `visit` ("" for a form of the participant), `form`, `item`, `text`; each place once, texts as
    they are stored. Forms with many rows are not among them. The visits are those that have a date (visit.date).
    """
    people = values.select("participant").unique(maintain_order=True)
    dated = values.filter((pl.col("form") == VISIT_FORM) & (pl.col("item") == "date"))
    visits = _visits(study, dated)
    ids = visits.select(
        *_KEYS, form=pl.lit(VISIT_FORM), item=pl.lit("id"), text=planned_visit(visits["visit"])
    )
    told = pl.concat([values.select(ids.columns), ids])
    held = visits.select(
        *_KEYS,
        planned_visit(visits["visit"]).alias("planned"),
        pl.lit(None, pl.String()).alias("held__reason"),
        pl.lit(None, pl.Int64()).alias("held__event"),
    )
    scales: Scales = {}
    forms = {}
    for name, info in study.vocabulary.forms.items():
        if info.records in ("participant", "visit"):
            grid = held.select(_KEYS) if info.records == "visit" else people.with_columns(visit=pl.lit(""))
            frame = with_absent(_wide(told.filter(pl.col("form") == name), info), grid)
            stated = with_states(frame, info, held)
            forms[name] = with_values(stated, info, study.vocabulary.code_lists, scales)
    enrolled = people.with_columns(pl.lit(0, pl.Int64()).alias("enrolled"))
    return Tables(enrolled, visits, forms, pl.DataFrame(schema=GATES), scales)


def _visits(study: Study, dated: pl.DataFrame) -> pl.DataFrame:
    """By date, then by the schedule."""
    places = {visit: place for place, visit in enumerate(study.visits)}
    planned = planned_visit(dated["visit"]).replace_strict(places, default=None, return_dtype=pl.Int64())
    ordered = dated.with_columns(planned.alias("place")).sort("participant", "text", "place")
    order = pl.int_range(pl.len(), dtype=pl.Int64()).over("participant").alias("order")
    return ordered.select(*_KEYS, order).select(VISITS.names())


def _wide(values: pl.DataFrame, info: FormInfo) -> pl.DataFrame:
    """One line a record, with the text of every item."""
    pairs = {item: pl.col("text").filter(pl.col("item") == item).first() for item in info.items}
    texts = values.group_by(_KEYS, maintain_order=True).agg(
        text.alias(f"{item}__text") for item, text in pairs.items()
    )
    unsaid = [
        pl.lit(None, kind).alias(f"{item}__{told}")
        for item in info.items
        for told, kind in (("reason", pl.String()), ("event", pl.Int64()))
    ]
    return texts.with_columns(
        pl.lit(0, pl.Int64()).alias("repeat"), pl.lit(value=True).alias("is_record"), *unsaid
    )
