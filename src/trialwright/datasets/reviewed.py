"""What the data review decided, as tables: classes of deviations, and who is in an analysis set whatever its rule says."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from trialwright.datasets.sources import EVENTS
from trialwright.expr.tables import CLASSES, SETS, Tables
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import Importance

# As ADDV writes it.
CLASS_TEXTS: Final[Mapping[Importance, str]] = MappingProxyType(
    {"important": "Important", "not_important": "Not important"}
)


def class_frame(books: Iterable[Casebook]) -> pl.DataFrame:
    rows = [
        (book.participant, visit, repeat, form, check, classed.importance, classed.sequence)
        for book in books
        for (check, (visit, form, repeat)), classed in book.classes.items()
    ]
    return pl.DataFrame(rows, schema=CLASSES, orient="row")


def set_frame(books: Iterable[Casebook]) -> pl.DataFrame:
    rows = [
        (book.participant, population, decision.is_in, decision.sequence)
        for book in books
        for population, decision in book.sets.items()
    ]
    return pl.DataFrame(rows, schema=SETS, orient="row")


def with_classes(found: pl.DataFrame, check: str, form: str, tables: Tables) -> pl.DataFrame:
    """With DVCLASS, null where nobody decided, and `decided`, the events of the decision as a list.

    found: records of the form in which the check finds something, by their keys.
    """
    own = tables.classes.filter((pl.col("check") == check) & (pl.col("form") == form)).select(
        "participant",
        "visit",
        "repeat",
        pl.col("importance").replace_strict(CLASS_TEXTS, return_dtype=pl.String()).alias("DVCLASS"),
        pl.concat_list("event").cast(EVENTS).alias("decided"),
    )
    return found.join(own, on=["participant", "visit", "repeat"], how="left", maintain_order="left")


def decisions_on(population: str, tables: Tables) -> pl.DataFrame:
    """What stands against the rule of a set: `participant`, `is_in`, `event`."""
    standing = tables.sets.filter((pl.col("population") == population) & pl.col("is_in").is_not_null())
    return standing.select("participant", "is_in", "event")


def with_decisions(told: pl.DataFrame, population: str, tables: Tables) -> pl.DataFrame:
    """Who is in a set, `participant` and `is_in`, with each decision in place of what the rule says."""
    decided = decisions_on(population, tables).select("participant", pl.col("is_in").alias("decided"))
    both = told.join(decided, on="participant", how="left", maintain_order="left")
    return both.select("participant", pl.coalesce("decided", "is_in").alias("is_in"))
