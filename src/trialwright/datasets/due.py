"""Whether a value that is not there will not come any more, of all participants and visits at once."""

import polars as pl

from trialwright.datasets.work import Cut
from trialwright.study.model import Visit

KEYS = ["participant", "visit"]


def with_deadlines(grid: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """grid: `participant`, `visit`. Gives `deadline`, the last day on which a value can fill the visit, null where it
    cannot be told; and `is_due`: it has ended, or the visit or the study was given up. Of who had no dose nothing will
    come; of who had the first on one of several days, no window is known to have ended."""
    days = {one.id: _last_day(one) for one in cut.study.visits.values()}
    passed = pl.col("visit").replace_strict(days, default=None, return_dtype=pl.Int64())
    last = pl.col("first") + pl.duration(days=pl.when(passed > 0).then(passed - 1).otherwise(passed))
    told = grid.join(cut.first_dose, on="participant", how="left", maintain_order="left")
    told = told.with_columns(last.alias("deadline")).join(
        _given_up(cut), on=KEYS, how="left", maintain_order="left"
    )
    if cut.last_day is None:
        return told.with_columns(is_due=pl.lit(value=True))
    is_past = pl.col("deadline").is_null() | (pl.col("deadline") <= pl.lit(cut.last_day))
    has_ended = is_past & ~pl.col("participant").is_in(cut.doubtful.to_list())
    given_up = pl.col("given_up").fill_null(value=False) | pl.col("participant").is_in(cut.ended.to_list())
    return told.with_columns(is_due=has_ended | given_up)


def _last_day(visit: Visit) -> int | None:
    if visit.analysis_days is not None:
        return visit.analysis_days[1]
    return None if visit.day is None else visit.day + visit.window_after_days


def _given_up(cut: Cut) -> pl.DataFrame:
    """Visits that were recorded as not held, with the event that says so."""
    held = cut.tables.forms.get("visit")
    if held is None or "date__state" not in held.columns:
        return pl.DataFrame(
            schema={
                "participant": pl.String(),
                "visit": pl.String(),
                "given_up": pl.Boolean(),
                "told": pl.Int64(),
            }
        )
    missed = held.filter(pl.col("date__state") == "reason")
    return missed.select(*KEYS, pl.lit(value=True).alias("given_up"), pl.col("date__event").alias("told"))
