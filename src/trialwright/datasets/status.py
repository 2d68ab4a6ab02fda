"""Where each participant stands, for all at once."""

import polars as pl

from trialwright.expr.check import infer
from trialwright.expr.columns import evaluate_columns
from trialwright.expr.nodes import Node, Rule
from trialwright.expr.tables import Tables
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Scope
from trialwright.study.model import Study


def derive_status(study: Study, tables: Tables) -> pl.Series:
    """Where each participant stands, as `ledger.status` says it of one."""
    lifecycle, known = study.lifecycle, tables.participants
    status = (
        pl.when(truth(lifecycle.ended, study, tables))
        .then(pl.lit("ended"))
        .when((known["enrolled"] == 0) & (known["decision"] == "not_eligible"))
        .then(pl.lit("screen_failed"))
        .when((known["enrolled"] == 0) & known["is_decided"])
        .then(pl.lit("eligible"))
        .when(known["enrolled"] == 0)
        .then(pl.lit("screening"))
        .when(truth(lifecycle.treatment_ended, study, tables))
        .then(pl.lit("follow_up"))
        .when(truth(lifecycle.dosed, study, tables))
        .then(pl.lit("on_treatment"))
        .otherwise(pl.lit("enrolled"))
    )
    return pl.select(status.alias("status")).to_series()


def truth(rule: Rule | None, study: Study, tables: Tables) -> pl.Series:
    """The answer of a rule by participant; no rule is never true."""
    if rule is None:
        return pl.Series([False], dtype=pl.Boolean()).new_from_index(0, tables.participants.height)
    return answers(rule.node, study, tables)["value"]


def answers(node: Node, study: Study, tables: Tables, visit: str | None = None) -> pl.DataFrame:
    """The answers of a rule by participant, at a visit where one is given. Raises ValueError for a wrong rule."""
    asked: Scope = "participant" if visit is None else "visit"
    typed = infer(node, study.vocabulary, asked=asked)
    if not isinstance(typed, Typed):
        raise ValueError("; ".join(problem.text for problem in typed))
    return evaluate_columns(node, typed, study.vocabulary, tables, asked=asked, visit=visit)
