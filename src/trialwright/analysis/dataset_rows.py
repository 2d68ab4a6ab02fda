"""The rows of an analysis dataset that an analysis reads, and the events behind them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import polars as pl

from trialwright.analysis.courses import BASELINE
from trialwright.analysis.trial import Trial
from trialwright.datasets.values import BASELINE as BASELINE_VISIT
from trialwright.datasets.work import unanswered_name
from trialwright.study.model import Analysis

YES: Final = "Y"
Source = tuple[str, Sequence[int] | None]  # the participant and the events of a row


def rows_of(trial: Trial, analysis: Analysis) -> pl.DataFrame:
    """Rows of members of the analysis' population, of its parameters and visits, in which every flag is Y.

    Beside the variables of the dataset stand `participant`, `group` (the arm, "" where the study has one) and, where
    rows have an analysis visit, `visit`: its id, "baseline" for the baseline, null for none.
    """
    rows = concerned(trial, analysis, trial.derived[analysis.dataset or ""].frame)
    for flag in analysis.flags:
        rows = rows.filter(pl.col(flag) == YES)
    return rows


def unanswered_rows(trial: Trial, analysis: Analysis) -> pl.DataFrame:
    """Rows that `rows_of` leaves out only because it is not known whether a flag is Y: no flag of theirs is known not
    to be. Beside the variables stands, of each flag that a rule gives, whether its answer is not known."""
    derived = trial.derived[analysis.dataset or ""]
    asked = tuple(one for one in analysis.flags if one in derived.unanswered)
    frame = derived.frame.with_columns(derived.unanswered[one].alias(unanswered_name(one)) for one in asked)
    if not asked:
        return frame.clear()
    rows = concerned(trial, analysis, frame)
    for flag in analysis.flags:
        is_yes = pl.col(flag).eq_missing(YES)
        rows = rows.filter(is_yes | pl.col(unanswered_name(flag)) if flag in asked else is_yes)
    return rows.filter(pl.any_horizontal(unanswered_name(one) for one in asked))


def concerned(trial: Trial, analysis: Analysis, frame: pl.DataFrame) -> pl.DataFrame:
    """As of `rows_of`, whatever the flags."""
    members = members_of(trial, analysis)
    groups = pl.DataFrame(
        {"participant": members, "group": [trial.groups[one] for one in members]},
        schema={"participant": pl.String(), "group": pl.String()},
    )
    rows = frame.with_columns(pl.col("SRCSTRM").alias("participant"))
    rows = rows.join(groups, on="participant", how="inner", maintain_order="left")
    if analysis.parameters:
        rows = rows.filter(pl.col("PARAMCD").is_in(analysis.parameters))
    if "AVISIT" in rows.columns:
        rows = rows.with_columns(visit_column(trial))
    return rows.filter(pl.col("visit").is_in(analysis.visits)) if analysis.visits else rows


def baseline_rows(trial: Trial, analysis: Analysis) -> pl.DataFrame:
    """The rows that BASE is of, of any participant, whatever flags and visits the analysis names: their events are
    behind a change, and stand in no other row."""
    frame = trial.derived[analysis.dataset or ""].frame.with_columns(pl.col("SRCSTRM").alias("participant"))
    return frame.filter(pl.col("ABLFL") == YES) if "ABLFL" in frame.columns else frame.clear()


def rows_after_baseline(rows: pl.DataFrame, bases: pl.DataFrame) -> pl.DataFrame:
    """Those dated after the baseline of their participant and parameter; where there is none, all.

    rows: with `participant`, `PARAMCD`, `ADT`; bases: as of `baseline_rows`.
    """
    dated = bases.select(
        "participant", "PARAMCD", pl.col("ADT").alias("base_day"), pl.lit(value=True).alias("has_base")
    )
    both = rows.join(dated, on=["participant", "PARAMCD"], how="left", maintain_order="left")
    is_after = pl.col("has_base").is_null() | (pl.col("ADT") > pl.col("base_day"))
    return both.filter(is_after.fill_null(value=False)).drop("base_day", "has_base")


def members_of(trial: Trial, analysis: Analysis) -> tuple[str, ...]:
    """The participants that an analysis is of, in the order of their codes."""
    estimand = trial.study.estimands.get(analysis.estimand or "")
    return trial.members(analysis.population or (estimand.population if estimand else ""))


def visit_column(trial: Trial) -> pl.Expr:
    """Ids of visits for AVISIT, which holds their labels; of records, it may hold the id already."""
    ids = {one.label: name for name, one in trial.study.visits.items()}
    known = {**{name: name for name in trial.study.visits}, **ids, BASELINE_VISIT: BASELINE}
    return pl.col("AVISIT").replace_strict(known, default=None, return_dtype=pl.String()).alias("visit")


def events_of_row(participant: str, source: Iterable[int] | None) -> tuple[str, ...]:
    """ "participant:sequence" of the events of one row, once each, in their order.

    >>> events_of_row("p1", [7, 3, 7])
    ('p1:3', 'p1:7')
    """
    return tuple([f"{participant}:{number}" for number in sorted(set(source or ()))])


def events_behind(rows: pl.DataFrame) -> tuple[str, ...]:
    """ "participant:sequence" of every event of some rows, once each, in the order of participants and events.

    rows: with `participant` and `SRC`.
    """
    return events_of_sources(sources_of(rows))


def sources_of(rows: pl.DataFrame) -> Iterator[Source]:
    # Lists of Python at once: row by row, each list within them takes ten times as long.
    return zip(rows["participant"].to_list(), rows["SRC"].to_list(), strict=True)


def events_of_sources(sources: Iterable[Source]) -> tuple[str, ...]:
    """As of `events_behind`."""
    found = events_of_people(sources)
    return tuple([event for one in sorted(found) for event in found[one]])


def events_of_people(sources: Iterable[Source]) -> dict[str, tuple[str, ...]]:
    """Participant -> the own events, as of `events_of_row`."""
    found: dict[str, set[int]] = {}
    for one, numbers in sources:
        found.setdefault(one, set()).update(numbers or ())
    return {one: events_of_row(one, numbers) for one, numbers in found.items()}
