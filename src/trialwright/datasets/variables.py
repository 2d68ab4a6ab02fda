"""The steps that add a variable to every row: rules, populations, criteria, and what is kept of the subject level."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from trialwright.datasets.derived import Variable, VariableType
from trialwright.datasets.sources import EVENTS, events_at, reads, union
from trialwright.datasets.steps import Decide, Derive, FlagMembers, Keep
from trialwright.datasets.take import truth_text
from trialwright.datasets.values import YES, with_rows
from trialwright.datasets.work import Cut, Work, ask, shown_number, unanswered_name
from trialwright.expr.nodes import Node
from trialwright.expr.types import Kind
from trialwright.expr.vocabulary import Scope
from trialwright.study.dataset_words import population_node, populations_around
from trialwright.study.model import Column


def derive(step: Derive, work: Work, cut: Cut, asked: Scope) -> Work:
    """A variable by its rule; on the subject level its events are added to those of the row, and it is asked of the
    analysis visits, as the analyses ask."""
    work = with_rows(work, cut.tables)
    node, column = step.written.node, step.column
    told, kind = ask(node, work, cut.analysed if work.form is None else work.tables or cut.tables, asked)
    frame = work.frame.with_columns(_shown(told, kind, column))
    variables = [
        Variable(column.id, column.label, _type(kind, told), column.rule.text if column.rule else "")
    ]
    if column.partial is not None:
        flag = f"{column.id}F"
        frame = frame.with_columns(imputed_part(told).alias(flag))
        variables.append(Variable(flag, f"{column.label} Imput. Flag"[-40:], "text"))
    if kind == "truth":
        frame = frame.with_columns(told["value"].is_null().alias(unanswered_name(column.id)))
        work = replace(work, truths=(*work.truths, column.id))
    if work.form is None:
        frame = _with_events(frame, node, work, cut)
    return replace(work, frame=frame).with_variables(*variables)


def _with_events(frame: pl.DataFrame, node: Node, work: Work, cut: Cut) -> pl.DataFrame:
    """With the events of what a rule about the participant reads."""
    events = events_at(reads(node, work.vocabulary), work.vocabulary, cut.analysed, frame)
    return frame.with_columns(union(frame.height, [frame["SRC"], events]))


def _shown(told: pl.DataFrame, kind: Kind, column: Column) -> pl.Series:
    """The answers as they are written in the dataset."""
    if kind == "number":
        return shown_number(told).alias(column.id)
    if kind in ("date", "partial_date"):
        end = {"first": "lo", "last": "hi", None: "value"}[column.partial]
        both = pl.col("lo").is_not_null() & pl.col("hi").is_not_null()
        return told.select(pl.when(both).then(pl.col(end)).alias(column.id))[column.id]
    if kind == "truth":
        text = truth_text(pl.col("value"))
        only_yes = pl.when(pl.col("value")).then(YES)
        return told.select((only_yes if column.is_flag else text).alias(column.id))[column.id]
    shown = pl.col("value").replace(dict(column.shown)) if column.shown else pl.col("value")
    return told.select(shown.alias(column.id))[column.id]


def _type(kind: Kind, told: pl.DataFrame) -> VariableType:
    if kind == "number":
        return "integer" if (told["denominator"].drop_nulls() == 1).all() else "number"
    return "date" if kind in ("date", "partial_date") else "text"


def imputed_part(told: pl.DataFrame) -> pl.Series:
    """What was not known of a date: D its day, M its month, Y its year."""
    low, high = pl.col("lo"), pl.col("hi")
    flag = (
        pl.when(low == high)
        .then(pl.lit(None, pl.String()))
        .when(low.dt.year() != high.dt.year())
        .then(pl.lit("Y"))
        .when(low.dt.month() != high.dt.month())
        .then(pl.lit("M"))
        .when(low.is_not_null() & high.is_not_null())
        .then(pl.lit("D"))
    )
    return told.select(flag.alias("flag"))["flag"]


def flag_members(step: FlagMembers, work: Work, cut: Cut) -> Work:
    """Y for the members, N for the others (ADaM knows no flag of a population without a value). Who was enrolled and is
    N only because it cannot be told is counted."""
    column = step.column
    told = cut.membership(column.population or "")
    enrolled = cut.tables.participants.filter(pl.col("enrolled") > 0)["participant"].to_list()
    untold = told.filter(pl.col("is_in").is_null() & pl.col("participant").is_in(enrolled)).height
    frame = work.frame.join(told, on="participant", how="left", maintain_order="left")
    is_in = pl.col("is_in").fill_null(value=False)
    flag = pl.when(is_in).then(YES) if column.is_flag else truth_text(is_in)
    frame = frame.with_columns(flag.alias(column.id)).drop("is_in")
    if work.form is None:
        frame = _with_events(frame, population_node(cut.study, column.population or ""), work, cut)
        frame = _with_set_decisions(frame, column.population or "", cut)
    flagged = replace(work, frame=frame).with_variables(Variable(column.id, column.label, "text"))
    return flagged.with_untold(column.id, untold)


def _with_set_decisions(frame: pl.DataFrame, population: str, cut: Cut) -> pl.DataFrame:
    """With the events of what the data review decided on the population and those around it."""
    events = [cut.decided(one) for one in populations_around(cut.study, population)]
    told = [[one[who][1] for one in events if who in one] for who in frame["participant"]]
    return frame.with_columns(union(frame.height, [frame["SRC"], pl.Series("SRC", told, dtype=EVENTS)]))


def decide(step: Decide, work: Work, cut: Cut) -> Work:
    """CRITn says the criterion, CRITnFL whether it is met; of the rows of other parameters nothing."""
    criterion = step.criterion
    work = with_rows(work, cut.tables)
    told, _ = ask(step.written.node, work, work.tables or cut.tables, "row")
    frame = work.frame.with_columns(told["value"].alias("met"))
    concerned = pl.col("PARAMCD").is_in(list(criterion.parameters)) & pl.col("met").is_not_null()
    flag = f"{criterion.id}FL"
    frame = frame.with_columns(
        pl.when(concerned).then(pl.lit(criterion.label)).alias(criterion.id),
        pl.when(concerned).then(truth_text(pl.col("met"))).alias(flag),
    ).drop("met")
    number = criterion.id.removeprefix("CRIT")
    return replace(work, frame=frame).with_variables(
        Variable(criterion.id, f"Analysis Criterion {number}", "text"),
        Variable(flag, f"Criterion {number} Evaluation Result Flag", "text", criterion.rule.text),
    )


def keep(step: Keep, work: Work, done: Mapping[str, Work]) -> Work:
    subject = done[step.dataset]
    kept = subject.frame.select("participant", *step.columns)
    frame = work.frame.join(kept, on="participant", how="left", maintain_order="left")
    told = [one for one in subject.variables if one.id in step.columns]
    variables = {one.id: one for one in (*told, *work.variables)}
    return replace(work, frame=frame, variables=tuple(variables.values()))
