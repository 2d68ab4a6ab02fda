"""Casebooks as the tables that the column engine reads."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from trialwright.datasets.conditions import without_unasked
from trialwright.datasets.facts import (
    BUILT_IN,
    expiry_frame,
    fact_frame,
    gate_frame,
    limit_frame,
    participant_frame,
    planned_visit,
    undated_frame,
    visit_frame,
)
from trialwright.datasets.gather import gather
from trialwright.datasets.occasions import occasion_frame
from trialwright.datasets.reviewed import class_frame, set_frame
from trialwright.datasets.states import Scales, with_absent, with_states, with_values
from trialwright.expr.tables import Tables
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.study.model import Study
from trialwright.values.collector import at_rest


@at_rest()
def frames(study: Study, casebooks: Iterable[Casebook]) -> Tables:
    """The tables of all participants, in the order given; every value with the event that put it there.

    Casebooks entered under other versions of the definition are read under this one.
    """
    books = [book if book.study is study else replace(book, study=study) for book in casebooks]
    readers = [CasebookReader(book) for book in books]
    forms = study.vocabulary.forms
    scales: Scales = {}
    facts = {name: fact_frame(forms[name], readers) for name in BUILT_IN}
    held = _held(facts["visit"])
    grid = facts["visit"].select("participant", "visit")
    mine = pl.DataFrame(
        {"participant": [book.participant for book in books]}, schema={"participant": pl.String()}
    )
    entered = {}
    for name, lines in gather(study, books).items():
        if name in BUILT_IN:
            continue
        form, frame = forms[name], lines.frame()
        if form.records == "visit":
            frame = with_absent(frame, grid)
        elif form.records == "participant":
            frame = with_absent(frame, mine.with_columns(visit=pl.lit("")))
        entered[name] = with_states(frame, form, held)
    frames_by_form = {
        name: with_values(frame, forms[name], study.vocabulary.code_lists, scales)
        for name, frame in {**entered, **facts}.items()
    }
    limits, limit_scale = limit_frame(study, books)
    visits = _with_facts(visit_frame(readers), frames_by_form["visit"])
    tables = Tables(
        participant_frame(readers),
        visits,
        frames_by_form,
        gate_frame(study, readers),
        scales,
        expiry_frame(study, books),
        limits,
        limit_scale,
        undated_frame(study, books),
        occasion_frame(study, readers),
        class_frame(books),
        set_frame(books),
    )
    return without_unasked(study, tables)


def _held(visits: pl.DataFrame) -> pl.DataFrame:
    """Of every visit: which of the schedule it is, and the reason and event where it was not held."""
    return visits.select(
        "participant",
        "visit",
        planned_visit(visits["visit"]).alias("planned"),
        pl.col("date__reason").alias("held__reason"),
        pl.when(pl.col("date__reason").is_not_null()).then("date__event").alias("held__event"),
    )


def _with_facts(visits: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The visits with `id`, `date`, `reason` (why not held), `day`, `days_outside`, `contact` and the event of the date."""
    told = facts.select(
        "participant",
        "visit",
        pl.col("id"),
        pl.col("date__lo").alias("date"),
        pl.col("date__reason").alias("reason"),
        pl.col("date__event").alias("event"),
        "day",
        "days_outside",
        "contact",
    )
    return visits.join(told, on=["participant", "visit"], how="left", maintain_order="left")
