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
            is_so = pl.col("value").fill_null(value=False) & pl.col("participant").is_in(members)
            told = told_of_event(cut, event).filter(is_so)
            named = {"estimand": estimand.id, "event": event, "strategy": strategy}
            told = told.with_columns(pl.lit(text).alias(name) for name, text in named.items())
            parts.append(told.select(HAPPENED.names()))
    return pl.concat(parts)


def told_of_event(cut: Cut, event: str) -> pl.DataFrame:
    """Of each participant: `value`, whether the event happened, null where it cannot be told; `lo`, `hi`, `SRC`."""
    if event not in cut.happened:
        cut.happened[event] = _told_of_event(cut, event)
    return cut.happened[event]


def _told_of_event(cut: Cut, event: str) -> pl.DataFrame:
    found = cut.study.intercurrent_events[event]
    vocabulary = cut.study.vocabulary
    is_so = answers(found.rule.node, cut.study, cut.analysed)
    days = answers(found.date.node, cut.study, cut.analysed)
    read = reads(found.rule.node, vocabulary) | reads(found.date.node, vocabulary)
    return is_so.with_columns(days["lo"], days["hi"], events_at(read, vocabulary, cut.analysed, is_so))
