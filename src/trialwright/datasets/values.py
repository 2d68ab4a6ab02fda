"""The steps of a dataset of values: study days, analysis visits, baseline, changes, parameters from other rows."""

from dataclasses import replace
from typing import Final

import polars as pl

from trialwright.datasets.derived import Variable
from trialwright.datasets.sources import Read, events_at, reads, union
from trialwright.datasets.steps import OBSERVED_FLAG, Baseline, Change, TakeFromRows
from trialwright.datasets.take import add_rows, as_value, named
from trialwright.datasets.windows import analysis_windows, study_day
from trialwright.datasets.work import Cut, Work, ask, shown_number
from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.tables import DATE_TYPES, VALUE_TYPES, Tables
from trialwright.study.dataset_words import ROW_ITEMS

BASELINE: Final = "Baseline"
YES: Final = pl.lit("Y")
_WINDOWED: Final = (
    Variable("AVISIT", "Analysis Visit", "text"),
    Variable("AVISITN", "Analysis Visit (N)", "integer"),
    Variable("AWLO", "Analysis Window Beginning Timepoint", "integer"),
    Variable("AWHI", "Analysis Window Ending Timepoint", "integer"),
    Variable("AWTARGET", "Analysis Window Target", "number"),
    Variable("AWTDIFF", "Analysis Window Diff from Target", "number"),
    Variable(OBSERVED_FLAG, "Analysis Flag 01", "text"),
)
_BASED: Final = (
    Variable("ABLFL", "Baseline Record Flag", "text"),
    Variable("BASE", "Baseline Value", "number"),
)
_CHANGED: Final = {"CHG": "Change from Baseline", "PCHG": "Percent Change from Baseline"}


def count_days(work: Work, cut: Cut) -> Work:
    with_first = work.frame.join(cut.first_dose, on="participant", how="left", maintain_order="left")
    frame = with_first.with_columns(study_day(pl.col("ADT"), pl.col("first")).alias("ADY"))
    told = replace(work, frame=frame, tables=None)
    return told.with_variables(Variable("ADY", "Analysis Relative Day", "integer"))


def window(work: Work, cut: Cut) -> Work:
    """AVISIT of the window that the day lies in; of several values the one closest to the target, then the earlier."""
    visits = cut.study.visits
    days = _days_of_windows(work.frame["ADY"], analysis_windows(visits))
    labels = {name: visit.label for name, visit in visits.items()}
    numbers = {name: number for number, name in enumerate(visits, 1)}
    frame = work.frame.join(days, on="ADY", how="left", maintain_order="left").with_columns(
        pl.col("window").replace_strict(labels, default=None, return_dtype=pl.String()).alias("AVISIT"),
        pl.col("window").replace_strict(numbers, default=None, return_dtype=pl.Int64()).alias("AVISITN"),
        (pl.col("ADY") - pl.col("AWTARGET")).alias("AWTDIFF"),
    )
    nearest = frame.filter(pl.col("window").is_not_null()).sort(
        pl.col("AWTDIFF").abs(), "ADY", "order", "record", maintain_order=True
    )
    chosen = nearest.unique(["participant", "PARAMCD", "window"], keep="first", maintain_order=True)
    flagged = frame.with_columns(flag_rows(chosen["repeat"]).alias(OBSERVED_FLAG))
    return replace(work, frame=flagged.drop("window"), tables=None).with_variables(*_WINDOWED)


def flag_rows(numbers: pl.Series) -> pl.Expr:
    """Y on the rows of these numbers."""
    return pl.when(pl.col("repeat").is_in(numbers.to_list())).then(YES)


def _days_of_windows(days: pl.Series, windows: pl.DataFrame) -> pl.DataFrame:
    """Which window each study day lies in: ADY, window, AWLO, AWHI, AWTARGET."""
    known = pl.DataFrame({"ADY": days.drop_nulls().unique().cast(pl.Int64())})
    inside = known.join(windows, how="cross").filter(pl.col("ADY").is_between("low", "high"))
    return inside.rename({"low": "AWLO", "high": "AWHI", "target": "AWTARGET"})


def baseline(step: Baseline, work: Work, cut: Cut) -> Work:
    """The last value that is known to be before the time of the first dose (ICH E9).

    Forms tell no time of day: on the day itself it is a value of a baseline visit, which is held before the dose.
    """
    preferred = {visit: number for number, visit in enumerate(step.visits)}
    planned = pl.col("visit").str.split("#").list.first()
    is_before = (pl.col("ADT") < pl.col("first")) | (
        (pl.col("ADT") == pl.col("first")) & planned.is_in(list(preferred))
    )
    rank = planned.replace_strict(preferred, default=len(preferred), return_dtype=pl.Int64())
    frame = work.frame.with_columns(is_before.fill_null(value=False).alias("before"), rank.alias("rank"))
    last = frame.filter("before").sort(
        "ADT", "rank", "order", "record", descending=[True, False, True, True], maintain_order=True
    )
    chosen = last.unique(["participant", "PARAMCD"], keep="first", maintain_order=True)
    based = chosen.select(
        "participant", "PARAMCD", pl.col("AVAL").alias("BASE"), pl.col("SRC").alias("base_src")
    )
    flagged = frame.drop("rank").with_columns(flag_rows(chosen["repeat"]).alias("ABLFL"))
    if step.has_windows:
        flagged = _as_baseline_visit(flagged)
    joined = flagged.join(based, on=["participant", "PARAMCD"], how="left", maintain_order="left")
    return replace(work, frame=joined, tables=None).with_variables(*_BASED)


def _as_baseline_visit(frame: pl.DataFrame) -> pl.DataFrame:
    is_it = pl.col("ABLFL") == "Y"
    told = [
        pl.when(is_it).then(pl.lit(BASELINE)).otherwise("AVISIT").alias("AVISIT"),
        pl.when(is_it).then(0).otherwise("AVISITN").cast(pl.Int64()).alias("AVISITN"),
        pl.when(is_it).then(YES).otherwise(OBSERVED_FLAG).alias(OBSERVED_FLAG),
        *(
            pl.when(~is_it.fill_null(value=False)).then(name).alias(name)
            for name in ("AWLO", "AWHI", "AWTARGET", "AWTDIFF")
        ),
    ]
    return frame.with_columns(told)


def change(step: Change, work: Work, cut: Cut) -> Work:
    rule = parse_rule(step.text, "")
    assert isinstance(rule, Rule)
    work = with_rows(work, cut.tables)
    told, _ = ask(rule.node, work, work.tables or cut.tables, "row")
    frame = work.frame.with_columns(shown_number(told).alias(step.id))
    return replace(work, frame=frame).with_variables(
        Variable(step.id, _CHANGED[step.id], "number", step.text)
    )


def take_from_rows(step: TakeFromRows, work: Work, cut: Cut) -> Work:
    """Rows of another parameter once more, dated after the baseline, with the answer of the rule as their value."""
    node = step.written.node
    work = with_rows(work, cut.tables)
    after = ~pl.col("before") if "before" in work.frame.columns else pl.lit(value=True)
    source = work.frame.filter((pl.col("PARAMCD") == step.parameter.of) & after & pl.col("ADY").is_not_null())
    told, kind = ask(node, work, work.tables or cut.tables, "row", source)
    values, scale = as_value(told, kind)
    found = reads(node, work.vocabulary, work.form)
    lists = [source["SRC"], events_at(found, work.vocabulary, cut.tables, source)]
    if Read(str(work.form), "BASE", "") in found:
        lists.append(source["base_src"])
    own = {"AVAL", "AVALC", "BASE", "base_src", "ABLFL", "SRC", *_CHANGED}
    kept = source.select(name for name in source.columns if name not in own)
    rows = pl.concat([kept, values], how="horizontal").with_columns(union(source.height, lists))
    return add_rows(work, named(rows, step.parameter).filter(pl.col("AVAL").is_not_null()), scale)


def with_rows(work: Work, tables: Tables) -> Work:
    """The rows so far as a form of the tables, so that rules can read them."""
    if work.tables is not None or work.form is None or work.form in tables.forms:
        return work
    columns = [
        pl.col("participant"),
        pl.col("visit"),
        pl.col("repeat"),
        pl.lit(value=True).alias("is_record"),
    ]
    for item, kind in ROW_ITEMS.items():
        own = pl.col(item) if item in work.frame.columns else pl.lit(None, VALUE_TYPES.get(kind, pl.String()))
        if kind in DATE_TYPES:
            columns += [own.cast(pl.Date()).alias(f"{item}__{end}") for end in ("lo", "hi")]
        else:
            columns.append(own.alias(item))
        state = pl.when(own.is_not_null()).then(pl.lit("known")).otherwise(pl.lit("not_entered"))
        columns += [state.alias(f"{item}__state"), pl.lit(None, pl.String()).alias(f"{item}__reason")]
    scales = {**tables.scales, **{(work.form, name): scale for name, scale in work.scales.items()}}
    forms = {**tables.forms, work.form: work.frame.select(columns)}
    return replace(work, tables=replace(tables, forms=forms, scales=scales))
