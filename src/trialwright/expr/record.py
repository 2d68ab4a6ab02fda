"""The record engine: answers a checked rule for one participant, in Kleene logic, with exact numbers.

An unknown result carries what it needs. Values with an open part (partial dates, lists that may go on)
are spans, and a comparison is decided where all of the span agrees. Rules must have passed `check`:
the engine raises ValueError or KeyError for one that could not.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Final, cast

from trialwright.expr.answer import Answer, DateSpan, NumberSpan, RuleBudgetExceeded
from trialwright.expr.context import Context, Row, Session
from trialwright.expr.kinds import kind_given
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
from trialwright.expr.reader import Place, Reader, Source
from trialwright.expr.record_functions import FUNCTIONS
from trialwright.expr.record_items import read_item
from trialwright.expr.record_rows import ROW_FUNCTIONS
from trialwright.expr.record_visits import VISIT_FUNCTIONS
from trialwright.expr.spans import (
    Amount,
    Known,
    Result,
    Unknown,
    compare,
    day_of,
    either_unknown,
    joined,
    minus,
    negative,
    over,
    plus,
    quoted_number,
    times,
    whole,
)
from trialwright.expr.walk import AT_VISITS
from trialwright.values.dates import moment_of


def evaluate(node: Node, reader: Reader, place: Place) -> Answer:
    """The answer of a checked rule, asked at a place.

    Raises RuleBudgetExceeded for a rule that takes too many steps: an error, never an answer.
    """
    session = Session(reader, reader.vocabulary, _ask)
    visit = place.visit or None
    row = None if place.form is None else _row_of(place.form, place, reader)
    try:
        result = _ask(node, Context(session, visit, row, place.form))
    except RecursionError as error:
        raise RuleBudgetExceeded("nested too deep") from error
    used = tuple(dict.fromkeys(session.used))
    if isinstance(result, Unknown):
        return Answer(None, None, joined([result]).needs, used)
    return _answer(result, used)


def _row_of(form: str, place: Place, reader: Reader) -> Row:
    is_at_visit = reader.vocabulary.forms[form].records in AT_VISITS
    return Row(form, (place.visit or "") if is_at_visit else "", place.repeat)


def _answer(result: Known, used: tuple[Source, ...]) -> Answer:
    match result:
        case bool():
            return Answer(result, "truth", (), used)
        case int() | Fraction():
            return Answer(Fraction(result), "number", (), used)
        case NumberSpan():
            return Answer(result, "number", tuple(dict.fromkeys(result.needs)), used)
        case DateSpan():
            return Answer(result, "partial_date", tuple(dict.fromkeys(result.needs)), used)
        case datetime():
            return Answer(result.isoformat(timespec="minutes"), "text", (), used)
        case date():
            return Answer(DateSpan(result, result), "date", (), used)
        case _:
            return Answer(result, "text", (), used)


def _ask(node: Node, context: Context) -> Result:
    return _ENGINE[type(node)](node, context)


# ---------------------------------------------------------------- leaves


def _number(node: Number, context: Context) -> Result:
    return whole(node.value)


def _quoted(node: Quoted, context: Context) -> Result:
    return node.text


def _truth(node: Truth, context: Context) -> Result:
    return node.value


def _item(node: ItemRef, context: Context) -> Result:
    return read_item(node.form, node.item, context)


def _name(node: Name, context: Context) -> Result:
    """An item of the form in scope; else a term, asked where we stand, in which bare names are terms only."""
    word, vocabulary = node.word, context.session.vocabulary
    if context.bare is not None and word in vocabulary.forms[context.bare].items:
        return read_item(context.bare, word, context)
    session = context.session
    session.step()
    place = (word, context.visit, context.row)
    remembered = session.terms.get(place)
    if remembered is None:
        mark = len(session.used)
        result = _ask(vocabulary.terms[word].node, Context(session, context.visit, context.row, None))
        session.terms[place] = (result, session.used[mark:])
        return result
    session.used.extend(remembered[1])
    return remembered[0]


# ---------------------------------------------------------------- logic


def _not(node: Not, context: Context) -> Result:
    operand = _ask(node.operand, context)
    return operand if isinstance(operand, Unknown) else not operand


def _and(node: And, context: Context) -> Result:
    return _until(False, node.operands, context)


def _or(node: Or, context: Context) -> Result:
    return _until(True, node.operands, context)


def _until(decisive: bool, operands: tuple[Node, ...], context: Context) -> Result:
    """The decisive answer where one operand gives it; else unknown where one is unknown."""
    unknowns: list[Unknown] = []
    for operand in operands:
        result = _ask(operand, context)
        if result is decisive:
            return decisive
        if isinstance(result, Unknown):
            unknowns.append(result)
    return _all_of(unknowns) or (not decisive)


def _all_of(unknowns: list[Unknown]) -> Unknown | None:
    if not unknowns:
        return None
    return unknowns[0] if len(unknowns) == 1 else joined(unknowns)


def _if_else(node: IfElse, context: Context) -> Result:
    condition = _ask(node.condition, context)
    if not isinstance(condition, Unknown):
        return _in_kind(node, _ask(node.then if condition else node.otherwise, context), context)
    then = _in_kind(node, _ask(node.then, context), context)
    otherwise = _in_kind(node, _ask(node.otherwise, context), context)
    if isinstance(then, Unknown) or isinstance(otherwise, Unknown):
        return condition
    return then if compare("==", then, otherwise) is True else condition


def _in_kind(node: IfElse, result: Result, context: Context) -> Result:
    """A quoted text in the kind of the branch that it stands beside, also where that one has no value."""
    if not isinstance(result, str):
        return result
    match kind_given(node, context.session.vocabulary, context.bare):
        case "number":
            return quoted_number(result)
        case "day":
            return day_of(result)
        case "moment":
            return moment_of(result)
        case _:
            return result


def _compare(node: Compare, context: Context) -> Result:
    """One comparison, or a chain, which is an `and` of its links; no operand is asked twice."""
    if len(node.operators) == 1:
        left, right = _ask(node.operands[0], context), _ask(node.operands[1], context)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return either_unknown(left, right)
        return compare(node.operators[0], left, right)
    results = [_ask(operand, context) for operand in node.operands]
    unknowns: list[Unknown] = []
    for sign, left, right in zip(node.operators, results, results[1:], strict=False):
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            unknowns.append(either_unknown(left, right))
            continue
        link = compare(sign, left, right)
        if link is False:
            return False
        if isinstance(link, Unknown):
            unknowns.append(link)
    return _all_of(unknowns) or True


def _in(node: In, context: Context) -> Result:
    """An `or` of ==."""
    operand = _ask(node.operand, context)
    if isinstance(operand, Unknown):
        return operand
    unknowns: list[Unknown] = []
    for option in node.options:
        value = _ask(option, context)
        link = value if isinstance(value, Unknown) else compare("==", operand, value)
        if link is True:
            return not node.negated
        if isinstance(link, Unknown):
            unknowns.append(link)
    return _all_of(unknowns) or node.negated


# ---------------------------------------------------------------- arithmetic

_ARITHMETIC: Final[Mapping[str, Callable[[Amount, Amount], Amount | Unknown]]] = MappingProxyType(
    {"+": plus, "-": minus, "*": times, "/": over}
)


def _binary(node: Binary, context: Context) -> Result:
    left, right = _ask(node.left, context), _ask(node.right, context)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return either_unknown(left, right)
    return _ARITHMETIC[node.operator](_amount(left), _amount(right))


def _negative(node: Negative, context: Context) -> Result:
    operand = _ask(node.operand, context)
    return operand if isinstance(operand, Unknown) else negative(_amount(operand))


def _amount(value: Known) -> Amount:
    return quoted_number(value) if isinstance(value, str) else cast("Amount", value)


def _call(node: Call, context: Context) -> Result:
    return _FUNCTIONS[node.function](node, context)


_FUNCTIONS: Final[Mapping[str, Callable[[Call, Context], Result]]] = MappingProxyType(
    {**FUNCTIONS, **VISIT_FUNCTIONS, **ROW_FUNCTIONS}
)

_ENGINE: Final = cast(
    "Mapping[type[Node], Callable[[Node, Context], Result]]",
    {
        Number: _number,
        Quoted: _quoted,
        Truth: _truth,
        Name: _name,
        ItemRef: _item,
        Not: _not,
        And: _and,
        Or: _or,
        Compare: _compare,
        In: _in,
        Binary: _binary,
        Negative: _negative,
        IfElse: _if_else,
        Call: _call,
    },
)
