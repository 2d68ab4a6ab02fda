"""Limits of normal beside values: ANRLO and ANRHI of the site's laboratory, and where the value lies."""

from dataclasses import replace
from typing import Final

import polars as pl

from trialwright.datasets.derived import Variable
from trialwright.datasets.steps import Limit
from trialwright.datasets.work import Cut, Work

_VARIABLES: Final = (
    Variable("ANRLO", "Analysis Normal Range Lower Limit", "number"),
    Variable("ANRHI", "Analysis Normal Range Upper Limit", "number"),
    Variable("ANRIND", "Analysis Reference Range Indicator", "text"),
)
_AT_BASELINE: Final = Variable("BNRIND", "Baseline Reference Range Indicator", "text")


def limit(step: Limit, work: Work, cut: Cut) -> Work:
    """ANRIND is LOW, HIGH or NORMAL, by the limits that there are; nothing where there are none."""
    items = pl.DataFrame(list(step.items), schema={"PARAMCD": pl.String(), "item": pl.String()}, orient="row")
    limits = cut.tables.limits.select(
        "participant", "item", pl.col("low").alias("ANRLO"), pl.col("high").alias("ANRHI")
    )
    told = items.join(limits, on="item", how="inner").drop("item")
    frame = work.frame.join(told, on=["participant", "PARAMCD"], how="left", maintain_order="left")
    # AVAL / scale against limit / limit_scale, without a division.
    value = pl.col("AVAL") * cut.tables.limit_scale
    low, high = (pl.col(name) * work.scales["AVAL"] for name in ("ANRLO", "ANRHI"))
    has_limit = pl.col("AVAL").is_not_null() & (low.is_not_null() | high.is_not_null())
    side = (
        pl.when(value < low)
        .then(pl.lit("LOW"))
        .when(value > high)
        .then(pl.lit("HIGH"))
        .when(has_limit)
        .then(pl.lit("NORMAL"))
    )
    frame = frame.with_columns(side.alias("ANRIND"))
    scales = {**work.scales, "ANRLO": cut.tables.limit_scale, "ANRHI": cut.tables.limit_scale}
    limited = replace(work, frame=frame, scales=scales, tables=None).with_variables(*_VARIABLES)
    return _with_baseline(limited) if "ABLFL" in frame.columns else limited


def _with_baseline(work: Work) -> Work:
    keys = ["participant", "PARAMCD"]
    at_baseline = work.frame.filter(pl.col("ABLFL") == "Y").select(*keys, pl.col("ANRIND").alias("BNRIND"))
    frame = work.frame.join(at_baseline, on=keys, how="left", maintain_order="left")
    return replace(work, frame=frame).with_variables(_AT_BASELINE)
