"""The static check: what a rule is before any data are there - its type, unit, bounds, scope and needs.

Every problem is told with the place of the name that it is about. A part with a problem has no shape;
what stands around it stays silent about it, so that one mistake is told once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, cast

from trialwright.expr.check_functions import call_shape
from trialwright.expr.check_meeting import alike, compared, needs_amount, needs_truth, summed
from trialwright.expr.checker import DEEPEST_UNFOLDED, Asked, Checker, UnfoldedTooDeep, asked_as, names_nearby
from trialwright.expr.messages import problem
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
from trialwright.expr.places import Locate, locator
from trialwright.expr.shapes import (
    TRUTH,
    Shape,
    bounds_of_negative,
    bounds_of_product,
    bounds_of_quotient,
    literal,
    unit_of_product,
    unit_of_quotient,
)
from trialwright.expr.types import Kind, Typed
from trialwright.expr.vocabulary import ItemInfo, Scope, Vocabulary
from trialwright.values.problem import Problem


def infer(
    node: Node,
    vocabulary: Vocabulary,
    *,
    asked: Scope,
    form: str | None = None,
    place: str = "",
    locate: Locate | None = None,
) -> Typed | tuple[Problem, ...]:
    """The type of a rule that is asked of a participant, at a visit or of a row; or all its problems.

    form: the form that the rule stands in; bare names mean its items. place, locate: as in parse_rule.
    Warnings alone do not stop: they come with the type.
    """
    checker = Checker(vocabulary, locate or locator(place), _shape)
    try:
        shape = checker.shape(node, asked_as(asked, form, vocabulary))
    except (UnfoldedTooDeep, RecursionError):
        return (problem("rule-too-deep", checker.find(node.span[0]), limit=DEEPEST_UNFOLDED),)
    problems = tuple(checker.problems)
    if shape is None or any(found.severity == "error" for found in problems):
        return problems
    scope: Scope = "row" if checker.reads_row else "visit" if checker.reads_visit else "participant"
    return Typed(
        shape.kind,
        scope,
        checker.reads_row,
        shape.unit,
        shape.code_list,
        shape.low,
        shape.high,
        frozenset(checker.needs),
        problems,
    )


def _shape(node: Node, asked: Asked, checker: Checker) -> Shape | None:
    checker.depth += 1
    if checker.depth > DEEPEST_UNFOLDED:
        raise UnfoldedTooDeep
    shape = _CHECKS[type(node)](node, asked, checker)
    checker.depth -= 1
    return shape


# ---------------------------------------------------------------- leaves


def _number(node: Number, asked: Asked, checker: Checker) -> Shape:
    return literal(node.value)


def _quoted(node: Quoted, asked: Asked, checker: Checker) -> Shape:
    return Shape("text", quoted=node.text)


def _truth(node: Truth, asked: Asked, checker: Checker) -> Shape:
    return TRUTH


def _item(node: ItemRef, asked: Asked, checker: Checker) -> Shape | None:
    info = checker.item(node.form, node.item, node.span[0], asked)
    return None if info is None else shape_of_item(info, checker.vocabulary)


def _name(node: Name, asked: Asked, checker: Checker) -> Shape | None:
    """An item of the form in scope, else a term."""
    vocabulary, word, at = checker.vocabulary, node.word, node.span[0]
    if asked.bare and word in vocabulary.forms[asked.bare].items:
        info = checker.item(asked.bare, word, at, asked)
        return None if info is None else shape_of_item(info, vocabulary)
    if word in vocabulary.terms:
        return checker.term(word, at, asked)
    if word in vocabulary.forms:
        checker.say("form-as-value", at, name=word)
    elif word in vocabulary.visits:
        checker.say("visit-as-value", at, name=word)
    else:
        checker.say("unknown-name", at, name=word, suggestion=names_nearby(word, asked, vocabulary))
    return None


_KINDS: Final[Mapping[str, Kind]] = {"integer": "number", "decimal": "number", "boolean": "truth"}


def shape_of_item(info: ItemInfo, vocabulary: Vocabulary) -> Shape:
    """The shape of an item's value; a whole number with a code list is bounded by its codes."""
    kind = _KINDS.get(info.type) or cast("Kind", info.type)
    low, high, codes = info.low, info.high, _codes_of_built_in(info, vocabulary)
    if kind == "number" and info.code_list is not None:
        listed = vocabulary.code_lists[info.code_list].codes.values()
        numbers = [code.number for code in listed if code.number is not None and not code.is_unknown]
        low, high = min(numbers, default=low), max(numbers, default=high)
    return Shape(kind, info.unit, info.code_list, low, high, codes=codes)


def _codes_of_built_in(info: ItemInfo, vocabulary: Vocabulary) -> tuple[str, ...] | None:
    """Visits, arms and sites are answers that the study names elsewhere than in a code list."""
    known: Mapping[tuple[str, str], Mapping[str, object]] = {
        ("visit", "id"): vocabulary.visits,
        ("participant", "arm"): vocabulary.arms,
        ("participant", "site"): vocabulary.sites,
    }
    return tuple(known.get((info.form, info.item), ())) or None


# ---------------------------------------------------------------- logic


def _not(node: Not, asked: Asked, checker: Checker) -> Shape:
    needs_truth("“not”", node.operand, asked, checker)
    return TRUTH


def _and_or(node: And | Or, asked: Asked, checker: Checker) -> Shape:
    word = "“and”" if isinstance(node, And) else "“or”"
    for operand in node.operands:
        needs_truth(word, operand, asked, checker)
    return TRUTH


def _compare(node: Compare, asked: Asked, checker: Checker) -> Shape:
    shapes = [checker.shape(operand, asked) for operand in node.operands]
    for number, sign in enumerate(node.operators):
        nodes = node.operands[number], node.operands[number + 1]
        compared(sign, nodes, (shapes[number], shapes[number + 1]), checker)
    return TRUTH


def _in(node: In, asked: Asked, checker: Checker) -> Shape:
    operand = checker.shape(node.operand, asked)
    for option in node.options:
        shape = checker.shape(option, asked)
        compared("==", (node.operand, option), (operand, shape), checker, at=option.span[0])
    return TRUTH


def _if_else(node: IfElse, asked: Asked, checker: Checker) -> Shape | None:
    needs_truth("“if”", node.condition, asked, checker)
    then, otherwise = checker.shape(node.then, asked), checker.shape(node.otherwise, asked)
    if then is None or otherwise is None:
        return None
    return alike("branches-differ", ((node.then, then), (node.otherwise, otherwise)), checker)


# ---------------------------------------------------------------- arithmetic


def _binary(node: Binary, asked: Asked, checker: Checker) -> Shape | None:
    left = needs_amount(f"“{node.operator}”", node.left, asked, checker)
    right = needs_amount(f"“{node.operator}”", node.right, asked, checker)
    if left is None or right is None:
        return None
    if node.operator in ("+", "-"):
        return summed(node, left, right, checker)
    if node.operator == "*":
        unit, (low, high) = unit_of_product(left.unit, right.unit), bounds_of_product(left, right)
    elif right.low == right.high == 0:
        checker.say("divided-by-zero", node.right.span[0])
        return None
    else:
        unit, (low, high) = unit_of_quotient(left.unit, right.unit), bounds_of_quotient(left, right)
    return Shape("number", unit, low=low, high=high, is_literal=left.is_literal and right.is_literal)


def _negative(node: Negative, asked: Asked, checker: Checker) -> Shape | None:
    shape = needs_amount("“-”", node.operand, asked, checker)
    if shape is None:
        return None
    low, high = bounds_of_negative(shape)
    return replace(shape, code_list=None, low=low, high=high)


_CHECKS: Final = cast(
    "Mapping[type[Node], Callable[[Node, Asked, Checker], Shape | None]]",
    {
        Number: _number,
        Quoted: _quoted,
        Truth: _truth,
        Name: _name,
        ItemRef: _item,
        Not: _not,
        And: _and_or,
        Or: _and_or,
        Compare: _compare,
        In: _in,
        Binary: _binary,
        Negative: _negative,
        IfElse: _if_else,
        Call: call_shape,
    },
)
