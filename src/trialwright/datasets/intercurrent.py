"""Intercurrent events of estimands as rows: which happened to whom and on which day, with the events that tell it."""

from collections.abc import Iterable

import polars as pl

from trialwright.datasets.sources import EVENTS, events_at, reads
from trialwright.datasets.status import answers
from trialwright.datasets.work import Cut
from trialwright.study.model import Estimand

HAPPENED = pl.Schema(
    {
        "participant": pl.String(),
        "estimand": pl.String(),
        "event": pl.String(),
        "strategy": pl.String(),
        "lo": pl.Date(),
        "hi": pl.Date(),
        "SRC": EVENTS,
    }
)


def happened(cut: Cut, estimands: Iterable[Estimand]) -> pl.DataFrame:
    """One row for each event that surely happened to a member of an estimand's population: HAPPENED.

    lo, hi: the first and the last day on which it can have been; null where nothing is known of it.
    """
    parts = [pl.DataFrame(schema=HAPPENED)]
    for estimand in estimands:
        members = cut.members_of(estimand.population).to_list()
        for event, strategy in estimand.intercurrent.items():
            told = _of_event(cut, event).filter(pl.col("participant").is_in(members))
            named = {"estimand": estimand.id, "event": event, "strategy": strategy}
            told = told.with_columns(pl.lit(text).alias(name) for name, text in named.items())
            parts.append(told.select(HAPPENED.names()))
    return pl.concat(parts)


def _of_event(cut: Cut, event: str) -> pl.DataFrame:
    found = cut.study.intercurrent_events[event]
    vocabulary = cut.study.vocabulary
    is_so = answers(found.rule.node, cut.study, cut.analysed)
    days = answers(found.date.node, cut.study, cut.analysed)
    read = reads(found.rule.node, vocabulary) | reads(found.date.node, vocabulary)
    told = is_so.with_columns(days["lo"], days["hi"], events_at(read, vocabulary, cut.analysed, is_so))
    return told.filter(pl.col("value").fill_null(value=False))
