"""The entries that a diary wanted, and what became of each: how well a diary was kept."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

import polars as pl

from trialwright.datasets.derived import Variable
from trialwright.datasets.sources import EVENTS
from trialwright.datasets.study_events import with_day
from trialwright.datasets.take import truth_text
from trialwright.datasets.work import Cut, Work
from trialwright.expr.tables import OCCASIONS
from trialwright.ledger.diary_adherence import adherence
from trialwright.ledger.diary_calendar import spans
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.diary import window
from trialwright.study.model import Study

ANSWERED: Final = ("done", "late")
_VARIABLES: Final = (
    Variable("DIFORM", "Form of the Diary", "text"),
    Variable("DITERM", "Title of the Form", "text"),
    Variable("ASTDT", "Analysis Start Date", "date"),
    Variable("ASTDY", "Analysis Start Relative Day", "integer"),
    Variable("OUTCOME", "What Became of the Entry", "text"),
    Variable("DONE", "Answered When Asked or Later", "text"),
)


def occasion_frame(study: Study, readers: Iterable[CasebookReader]) -> pl.DataFrame:
    """Of every participant whose diary has an end that is known; nothing where no dataset is made of it."""
    if not any(one.made_from == "diary" for one in study.datasets.values()):
        return pl.DataFrame(schema=OCCASIONS)
    rows = [row for reader in readers for row in _of_reader(reader)]
    return pl.DataFrame(rows, schema=OCCASIONS, orient="row")


Line = tuple[str, str, date, date, str, int | None]


def _of_reader(reader: CasebookReader) -> Iterator[Line]:
    """To the last day on which anything is asked. Which of them are over is known with the data cut, not here."""
    book, asked = reader.book, spans(reader.book, reader)
    last = max((one.last for one in asked if one.last is not None), default=None)
    if last is None:
        return
    asks = [form.ask for form in book.study.forms.values() if form.ask is not None]
    longest = max(ask.closes for ask in asks)  # minutes; after it no window of the last day is open
    for kept in adherence(book, datetime.combine(last, time.max) + timedelta(minutes=longest), asked):
        occasion = kept.occasion
        ask = book.study.forms[occasion.form].ask
        assert ask is not None  # an occasion is of a form that is asked
        if occasion.day <= last:
            _, closes = window(occasion.day, ask.opens, ask.closes)
            event = kept.entry.sequence if kept.entry is not None else None
            yield (book.participant, occasion.form, occasion.day, closes.date(), kept.outcome, event)


def take_occasions(work: Work, cut: Cut) -> Work:
    """Those whose time was over on the last day of the data: of the others only who answered is known yet."""
    found = cut.tables.occasions
    if cut.last_day is not None:
        found = found.filter(pl.col("closes") <= pl.lit(cut.last_day))
    labels = {name: form.label for name, form in cut.study.forms.items()}
    order = {name: at for at, name in enumerate(cut.study.forms)}
    rows = found.select(
        "participant",
        pl.lit("").alias("visit"),
        pl.col("day").dt.to_string("%Y%m%d").cast(pl.Int64()).alias("repeat"),
        pl.col("form").replace_strict(order, default=None, return_dtype=pl.Int64()).alias("order"),
        pl.concat_list("event").list.drop_nulls().cast(EVENTS).alias("SRC"),
        pl.col("form").alias("DIFORM"),
        pl.col("form").replace(labels).alias("DITERM"),
        pl.col("day").alias("ASTDT"),
        pl.col("outcome").alias("OUTCOME"),
        truth_text(pl.col("outcome").is_in(ANSWERED)).alias("DONE"),
    )
    return replace(work, frame=with_day(rows, cut)).with_variables(*_VARIABLES)
