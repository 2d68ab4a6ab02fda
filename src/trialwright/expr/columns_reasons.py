"""Why a value is unknown, in columns: as far as missing, known, count_missing and sum_known ask for it.

The record engine carries needs along with every unknown value; here their reasons are worked out only
where they are asked for, as bits: not yet entered, and the reasons recorded.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from trialwright.expr.columns_items import BLANK, reasons_of_item
from trialwright.expr.columns_literals import truths
from trialwright.expr.columns_places import NotInColumnsError, Places, at_visit, without_bare
from trialwright.expr.columns_ratios import choose_series, ones
from trialwright.expr.columns_values import known
from trialwright.expr.nodes import (
    And,
    Binary,
    Call,
    Compare,
    IfElse,
    In,
    ItemRef,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Quoted,
    Truth,
)
from trialwright.expr.walk import AGGREGATES

# Functions whose reasons hang on the order of rows and visits; only the record engine tells them.
UNTOLD: Final = AGGREGATES | {
    "count_missing",
    "sum_known",
    "baseline",
    "change",
    "relative_change",
    "reduction",
}


def reasons(node: Node, places: Places) -> pl.Series:
    """The bits of what stands in the way of a value, at places where it is unknown."""
    match node:
        case Number() | Quoted() | Truth():
            return _nothing(places)
        case ItemRef(form=form, item=item):
            return reasons_of_item(form, item, places)
        case Name(word=word):
            return _of_name(word, places)
        case Not(operand=operand) | Negative(operand=operand):
            return reasons(operand, places)
        case And(operands=operands) | Or(operands=operands) | Compare(operands=operands):
            return _joined(operands, places)
        case Binary(left=left, right=right):
            return _joined((left, right), places)
        case In(operand=operand, options=options):
            is_known = known(places.session.ask(operand, places))
            return choose_series(is_known, _joined(options, places), reasons(operand, places))
        case IfElse():
            return _of_if(node, places)
        case _:
            return _of_call(node, places)


def _nothing(places: Places) -> pl.Series:
    return ones(places.rows) * 0


def _joined(nodes: Iterable[Node], places: Places) -> pl.Series:
    """The bits of those that are unknown."""
    bits = _nothing(places)
    for node in nodes:
        is_known = known(places.session.ask(node, places))
        bits = bits | choose_series(is_known, _nothing(places), reasons(node, places))
    return bits


def _of_name(word: str, places: Places) -> pl.Series:
    vocabulary = places.session.vocabulary
    if places.bare is not None and word in vocabulary.forms[places.bare].items:
        return reasons_of_item(places.bare, word, places)
    return reasons(vocabulary.terms[word].node, without_bare(places))


def _of_if(node: IfElse, places: Places) -> pl.Series:
    condition = truths(places.session.ask(node.condition, places))
    chosen = choose_series(
        condition.fill_null(value=False), reasons(node.then, places), reasons(node.otherwise, places)
    )
    return choose_series(condition.is_null(), reasons(node.condition, places), chosen)


def _of_call(node: Call, places: Places) -> pl.Series:
    first = node.arguments[0]
    match node.function:
        case "at":
            inner = node.arguments[1]
            return reasons(inner, at_visit(places, first.word if isinstance(first, Name) else ""))
        case "previous" | "last" | "unknown" | "upper_limit" | "lower_limit":
            return _nothing(places)
        case "missing" | "known":
            return _nothing(places) + BLANK
        case "band":
            return _joined((first,), places)
        case function if function in UNTOLD:
            raise NotInColumnsError(f"missing({function}(…))")
        case _:
            return _joined(node.arguments, places)
