"""The column engine: answers a checked rule for all participants at once, with the meaning of the record engine.

A truth is a nullable Boolean, a number two whole numbers, a date its first and last day; nothing is a
float. What a rule needs is not told here: who asks why gets it from the record engine.
"""

from collections.abc import Callable, Mapping
from functools import reduce as fold
from types import MappingProxyType
from typing import Final, assert_never, cast

import polars as pl

from trialwright.expr import columns_spans as spans
from trialwright.expr import columns_visits as visits
from trialwright.expr.columns_functions import FUNCTIONS
from trialwright.expr.columns_items import read_item
from trialwright.expr.columns_literals import as_met, numbers, truths
from trialwright.expr.columns_places import (
    NotInColumnsError,
    Places,
    Session,
    at_visit,
    participants,
    reduce,
    visits_of,
    without_bare,
)
from trialwright.expr.columns_ratios import TooLargeError, constant, repeated
from trialwright.expr.columns_reach import Reacher
from trialwright.expr.columns_result import result_frame
from trialwright.expr.columns_rows import ROW_FUNCTIONS
from trialwright.expr.columns_values import (
    Column,
    Numbers,
    Texts,
    Truths,
    choose,
    compare,
    exactly,
    gather,
    known,
    only,
)
from trialwright.expr.messages import problem
from trialwright.expr.nodes import (
    And,
    Binary,
    Call,
    Compare,
    Comparison,
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
from trialwright.expr.tables import Tables, empty_tables
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Scope, Vocabulary
from trialwright.expr.walk import AGGREGATES, ELSEWHERE
from trialwright.values.problem import Problem


def evaluate_columns(
    node: Node,
    typed: Typed,
    vocabulary: Vocabulary,
    tables: Tables,
    *,
    asked: Scope,
    visit: str | None = None,
    form: str | None = None,
) -> pl.DataFrame:
    """The answers of a checked rule, one row a place: `participant`, `visit`, `repeat` and the answer.

    asked "participant": one row a participant, visit "". "visit": at that visit of every participant, or at
    every visit in the tables. "row": of every record of `form`; bare names mean its items.
    The answer of a truth, code or text is `value`. Of a date `lo`, `hi` and, where they meet, `value`. Of a
    number `numerator`, `denominator` and, for display, `value` as a float; a span has
    `lo_numerator`, `lo_denominator`, `hi_numerator`, `hi_denominator` instead. Null: cannot tell yet.

    Raises TooLargeError and NotInColumnsError, of which `check_columns` warns.
    """
    session = _session(vocabulary, tables)
    places = _places(session, asked, visit, form)
    return result_frame(places, _ask(node, places), typed.kind)


def answer_columns(
    node: Node, vocabulary: Vocabulary, tables: Tables, frame: pl.DataFrame, form: str
) -> Column:
    """The answers of a rule of a form at records of the form, which need not have been entered.

    frame: `participant`, `visit` ("" for none), `repeat`.
    """
    session = _session(vocabulary, tables)
    return _ask(node, _places_of_rows(session, frame, form))


def evaluate_at(
    node: Node, typed: Typed, vocabulary: Vocabulary, tables: Tables, *, frame: pl.DataFrame, form: str | None
) -> pl.DataFrame:
    """The answers of a checked rule at given places, one row each in their order, as `evaluate_columns` gives them.

    frame: `participant`, `visit` ("" for none), `repeat`. form: the form whose records these are, None for none.
    """
    session = _session(vocabulary, tables)
    places = _places_of_rows(session, frame, form)
    return result_frame(places, _ask(node, places), typed.kind)


def check_columns(
    node: Node,
    vocabulary: Vocabulary,
    *,
    asked: Scope,
    form: str | None = None,
    place: str = "",
    tables: Tables | None = None,
) -> tuple[Problem, ...]:
    """Why columns could not answer a checked rule; by the ranges of its items, before there are any data.

    tables: the empty ones, where many rules are checked one after the other.
    """
    session = _session(vocabulary, tables or empty_tables(vocabulary))
    try:
        _ask(node, _places(session, asked, None, form))
    except TooLargeError:
        return (problem("rule-too-large-for-columns", place),)
    except NotInColumnsError as error:
        return (problem("rule-not-in-columns", place, "error", part=error.args[0]),)
    return ()


def _session(vocabulary: Vocabulary, tables: Tables) -> Session:
    """What was found for these data before, with the same words; it is kept as long as the data are."""
    session = tables.sessions.get(id(vocabulary))
    if session is None:
        session = tables.sessions[id(vocabulary)] = Session(vocabulary, tables, _ask, Reacher(vocabulary))
    return session


def _places(session: Session, asked: Scope, visit: str | None, form: str | None) -> Places:
    tables = session.tables
    match asked:
        case "participant":
            return participants(session, form)
        case "visit":
            if visit is not None:
                return at_visit(participants(session, form), visit)
            return visits_of(session, form)
        case "row":
            if form is None:
                raise ValueError("a rule of a row is asked of a form")
            table = tables.forms.get(form)
            frame = (
                tables.visits.clear().with_columns(repeat=0) if table is None else table.filter("is_record")
            )
            return _places_of_rows(session, frame, form)
        case _:
            assert_never(asked)


def _places_of_rows(session: Session, frame: pl.DataFrame, form: str | None) -> Places:
    visit = pl.when(pl.col("visit") != "").then(pl.col("visit")).alias("visit")
    places = frame.select("participant", visit, pl.col("visit").alias("row_visit"), "repeat")
    return Places(session, places, form, form)


# ---------------------------------------------------------------- nodes


def _ask(node: Node, places: Places) -> Column:
    return _ENGINE[type(node)](node, places)


def _number(node: Number, places: Places) -> Column:
    return exactly(constant(node.value, places.rows))


def _quoted(node: Quoted, places: Places) -> Column:
    return Texts(pl.Series([node.text], dtype=pl.String()).new_from_index(0, places.rows))


def _truth(node: Truth, places: Places) -> Column:
    return Truths(repeated(value=node.value, rows=places.rows))


def _item(node: ItemRef, places: Places) -> Column:
    return read_item(node.form, node.item, places)


def _name(node: Name, places: Places) -> Column:
    """An item of the form in scope; else a term, asked where we stand, in which bare names are terms only."""
    word = node.word
    if places.bare is not None and word in places.session.vocabulary.forms[places.bare].items:
        return read_item(places.bare, word, places)
    found = places.terms.get(word)
    if found is None:
        term = places.session.vocabulary.terms[word].node
        found = places.terms[word] = _at_fewer(node, places, lambda fewer: _ask(term, without_bare(fewer)))
    return found


def _at_fewer(node: Node, places: Places, ask: Callable[[Places], Column]) -> Column:
    """Asks at as few places as give the same answers."""
    reach = places.session.reacher.reach(node, places.row_form, places.bare)
    found = reduce(places, reach)
    return ask(places) if found is None else gather(ask(found[0]), found[1])


def _not(node: Not, places: Places) -> Column:
    return Truths(~truths(_ask(node.operand, places)))


def _and(node: And, places: Places) -> Column:
    return Truths(fold(pl.Series.__and__, (truths(_ask(operand, places)) for operand in node.operands)))


def _or(node: Or, places: Places) -> Column:
    return Truths(fold(pl.Series.__or__, (truths(_ask(operand, places)) for operand in node.operands)))


def _chain(node: Compare, places: Places) -> Column:
    """One comparison, or a chain, which is an `and` of its links."""
    columns = [_ask(operand, places) for operand in node.operands]
    links = zip(columns, node.operators, columns[1:], strict=False)
    return Truths(fold(pl.Series.__and__, (_compare(left, sign, right) for left, sign, right in links)))


def _compare(left: Column, operator: Comparison, right: Column) -> pl.Series:
    return compare(as_met(left, right), operator, as_met(right, left))


def _in(node: In, places: Places) -> Column:
    """An `or` of ==."""
    operand = _ask(node.operand, places)
    found = fold(pl.Series.__or__, (_compare(operand, "==", _ask(option, places)) for option in node.options))
    return Truths(~found if node.negated else found)


_ARITHMETIC: Final[Mapping[str, Callable[[Numbers, Numbers], Numbers]]] = MappingProxyType(
    {
        "+": spans.add,
        "-": lambda left, right: spans.add(left, spans.negative(right)),
        "*": spans.multiply,
        "/": spans.divide,
    }
)


def _binary(node: Binary, places: Places) -> Column:
    left, right = numbers(_ask(node.left, places)), numbers(_ask(node.right, places))
    return _ARITHMETIC[node.operator](left, right)


def _negative(node: Negative, places: Places) -> Column:
    return spans.negative(numbers(_ask(node.operand, places)))


def _if_else(node: IfElse, places: Places) -> Column:
    """Where the condition is unknown, what both branches say alike."""
    condition = truths(_ask(node.condition, places))
    then, otherwise = _ask(node.then, places), _ask(node.otherwise, places)
    then, otherwise = as_met(then, otherwise), as_met(otherwise, then)
    chosen = choose(condition.fill_null(value=False), then, otherwise)
    is_alike = (known(then) & known(otherwise) & compare(then, "==", otherwise)).fill_null(value=False)
    return only(condition.is_not_null() | is_alike, chosen)


_VISIT_FUNCTIONS: Final[Mapping[str, Callable[[Call, Places], Column]]] = MappingProxyType(
    {
        "at": visits.at,
        "baseline": lambda node, places: visits.baseline(node.arguments[0], places),
        "previous": lambda node, places: visits.previous(node.arguments[0], places),
        "last": lambda node, places: visits.last(node.arguments[0], places),
        "change": visits.changed,
        "relative_change": visits.changed,
        "reduction": visits.changed,
    }
)

_FUNCTIONS: Final = MappingProxyType({**FUNCTIONS, **_VISIT_FUNCTIONS, **ROW_FUNCTIONS})


def _call(node: Call, places: Places) -> Column:
    function = _FUNCTIONS[node.function]
    if node.function in ELSEWHERE | AGGREGATES:
        return _at_fewer(node, places, lambda fewer: function(node, fewer))
    return function(node, places)


_ENGINE: Final = cast(
    "Mapping[type[Node], Callable[[Node, Places], Column]]",
    {
        Number: _number,
        Quoted: _quoted,
        Truth: _truth,
        Name: _name,
        ItemRef: _item,
        Not: _not,
        And: _and,
        Or: _or,
        Compare: _chain,
        In: _in,
        Binary: _binary,
        Negative: _negative,
        IfElse: _if_else,
        Call: _call,
    },
)
