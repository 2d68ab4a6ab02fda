"""Items whose own condition says no are not asked: what stands in them is no value of theirs.

Conditions are answered by the column engine, those first that others depend on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from trialwright.expr.check import infer
from trialwright.expr.columns import answer_columns
from trialwright.expr.columns_literals import truths
from trialwright.expr.nodes import Node
from trialwright.expr.tables import Tables
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import RecordKind, Scope
from trialwright.study.model import Study

ItemName = tuple[str, str]

SCOPES: Mapping[RecordKind, Scope] = {
    "participant": "participant",
    "visit": "visit",
    "many": "row",
    "many_visit": "row",
}
VALUES = ("", "__lo", "__hi", "__code", "__reason", "__event")


@dataclass(slots=True)
class _Progress:
    """The tables so far, and the answers of conditions that several items share."""

    study: Study
    tables: Tables
    answers: dict[tuple[str, Node], pl.Series] = field(default_factory=dict)
    done: set[ItemName] = field(default_factory=set)
    underway: tuple[ItemName, ...] = ()


def without_unasked(study: Study, tables: Tables) -> Tables:
    """The tables with the state "not_asked" wherever the condition of a form or item says no.

    Raises ValueError where conditions depend on each other in a circle.
    """
    progress = _Progress(study, tables)
    for name, form in study.forms.items():
        for item in form.items:
            _settle((name, item), progress)
    return progress.tables


def _settle(name: ItemName, progress: _Progress) -> None:
    """Settles what the item's conditions read, then the item."""
    conditions = tuple(_conditions(name, progress.study))
    if name in progress.done or not conditions:
        return
    if name in progress.underway:
        circle = " -> ".join(".".join(one) for one in (*progress.underway, name))
        raise ValueError(f"conditions in a circle: {circle}")
    before, progress.underway = progress.underway, (*progress.underway, name)
    for node in conditions:
        for needed in _needs(name[0], node, progress.study):
            _settle(needed, progress)
    for node in conditions:
        _unask(name, _answer(name[0], node, progress), progress)
    progress.underway = before
    progress.done.add(name)


def _conditions(name: ItemName, study: Study) -> Iterator[Node]:
    form = study.forms.get(name[0])
    if form is None or name[1] not in form.items:
        return
    for rule in (form.when, form.items[name[1]].when):
        if rule is not None:
            yield rule.node


def _needs(form: str, node: Node, study: Study) -> list[ItemName]:
    typed = infer(node, study.vocabulary, asked=SCOPES[study.forms[form].records], form=form)
    if not isinstance(typed, Typed):
        raise ValueError("; ".join(problem.text for problem in typed))
    return sorted({(path.form, path.item) for path in typed.needs})


def _answer(form: str, node: Node, progress: _Progress) -> pl.Series:
    """Where the condition says no, line by line of the form's frame."""
    key = (form, node)
    if key not in progress.answers:
        frame = progress.tables.forms[form]
        answer = answer_columns(node, progress.study.vocabulary, progress.tables, frame, form)
        progress.answers[key] = (~truths(answer)).fill_null(value=False)
    return progress.answers[key]


def _unask(name: ItemName, is_no: pl.Series, progress: _Progress) -> None:
    form, item = name
    frame = progress.tables.forms[form]
    emptied = [f"{item}{suffix}" for suffix in VALUES if f"{item}{suffix}" in frame.columns]
    state = pl.when(is_no).then(pl.lit("not_asked")).otherwise(f"{item}__state").alias(f"{item}__state")
    frame = frame.with_columns(state, *(_emptied(column, is_no) for column in emptied))
    progress.tables = replace(progress.tables, forms={**progress.tables.forms, form: frame})


def _emptied(column: str, is_no: pl.Series) -> pl.Expr:
    return pl.when(~is_no).then(column).alias(column)
