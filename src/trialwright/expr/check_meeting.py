"""The static check where two values meet: comparing, adding, and the two answers of an `if`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from trialwright.expr.checker import Asked, Checker
from trialwright.expr.nodes import Binary, Comparison, Node
from trialwright.expr.parse import which_there_are
from trialwright.expr.shapes import (
    ANY,
    UNORDERED,
    Shape,
    bounds_of_either,
    bounds_of_negative,
    bounds_of_sum,
    literal,
    units_agree,
    verdict,
    word_of,
)
from trialwright.values.dates import parse_datetime, parse_partial_date, parse_time
from trialwright.values.numbers import number_text, parse_number

Pair = tuple[Node, Node]

_AMOUNT: Final = re.compile(r"(?P<number>-?[0-9.]+)(?: (?P<unit>\S.*))?")


def needs_truth(function: str, node: Node, asked: Asked, checker: Checker) -> None:
    shape = checker.shape(node, asked)
    if shape is not None and shape.kind != "truth" and not shape.is_any:
        expected, found = "a yes or no", word_of(shape)
        checker.say("wrong-type", node.span[0], function=function, expected=expected, found=found)


def needs_amount(function: str, node: Node, asked: Asked, checker: Checker) -> Shape | None:
    """A number; a quoted one brings its unit."""
    shape = checker.shape(node, asked)
    if shape is None or shape.is_any:
        return shape and Shape("number")
    if shape.quoted is not None:
        shape = _quoted_amount(shape.quoted) or shape
    if shape.kind != "number":
        checker.say("wrong-type", node.span[0], function=function, expected="a number", found=word_of(shape))
        return None
    return shape


def needs_day(function: str, node: Node, asked: Asked, checker: Checker) -> Shape | None:
    """A date; a quoted one must be written as dates are stored."""
    shape = checker.shape(node, asked)
    if shape is None or shape.is_any:
        return shape and Shape("date")
    if shape.quoted is not None:
        return _as_day(shape.quoted, node, checker)
    if shape.group != "date":
        checker.say("wrong-type", node.span[0], function=function, expected="a date", found=word_of(shape))
        return None
    return shape


# ---------------------------------------------------------------- quoted texts


def _quoted_amount(text: str) -> Shape | None:
    found = _AMOUNT.fullmatch(text)
    number = parse_number(found["number"]) if found else None
    return None if found is None or number is None else replace(literal(number), unit=found["unit"])


def _as_day(text: str, node: Node, checker: Checker) -> Shape | None:
    return _stored("a date, like 2026-03-14 or 2026-03", Shape("partial_date"), parse_partial_date)(
        text, node, checker
    )


_Fitting = Callable[[str, Node, Checker], Shape | None]


def _stored(expected: str, shape: Shape, read: Callable[[str], str | None]) -> _Fitting:
    """A text that must be written as it is stored."""

    def fit(text: str, node: Node, checker: Checker) -> Shape | None:
        if read(text) == text:
            return shape
        checker.say("text-not-of-type", node.span[0], text=text, expected=expected)
        return None

    return fit


def _as_text(text: str, node: Node, checker: Checker) -> Shape:
    return Shape("text")


def _as_number(text: str, node: Node, checker: Checker) -> Shape | None:
    shape = _quoted_amount(text)
    if shape is None:
        checker.say(
            "text-not-of-type", node.span[0], text=text, expected='a number with its unit, like "160 mg"'
        )
    return shape


_FITTINGS: Final[Mapping[str, _Fitting]] = MappingProxyType(
    {
        "number": _as_number,
        "date": _as_day,
        "time": _stored("a time, like 08:30", Shape("time"), parse_time),
        "datetime": _stored("a time like 2026-03-14T08:30+08:00", Shape("datetime"), parse_datetime),
        "text": _as_text,
    }
)


def _fitted(text: str, node: Node, other: Shape, checker: Checker) -> Shape | None:
    """A quoted text in the type of what it meets."""
    if other.kind == "code" or other.codes is not None:
        return other if _is_code(text, node, other, checker) else None
    if other.kind == "truth":
        checker.say("unlike-types", node.span[0], left=word_of(other), right=f"the text “{text}”")
        return None
    return _FITTINGS[other.group](text, node, checker)


def _is_code(text: str, node: Node, other: Shape, checker: Checker) -> bool:
    listed = checker.vocabulary.code_lists.get(other.code_list or "")
    known = other.codes or (tuple(listed.codes) if listed else ())
    if not known or text in known:
        return True
    name = (other.code_list or "the study").rpartition(".")[2]
    suggestion = which_there_are(text, known)
    checker.say("unknown-code", node.span[0], name=text, code_list=name, suggestion=suggestion)
    return False


# ---------------------------------------------------------------- two values


def compared(
    sign: Comparison,
    nodes: Pair,
    shapes: tuple[Shape | None, Shape | None],
    checker: Checker,
    at: int | None = None,
) -> None:
    """One comparison: alike in type and unit, with an order where one is asked, not decided beforehand."""
    pair = _met(nodes, shapes, checker)
    if pair is None:
        return
    left, right = pair
    place = nodes[0].span[0] if at is None else at
    if sign not in ("==", "!=") and left.kind in UNORDERED:
        checker.say("no-order", place, found=word_of(left))
    elif left.kind == "number" and _units_meet(nodes, left, right, checker):
        always = verdict(sign, left, right)
        if always is not None:
            checker.say("always-true" if always else "always-false", place, "warning")


def _met(
    nodes: Pair, shapes: tuple[Shape | None, Shape | None], checker: Checker
) -> tuple[Shape, Shape] | None:
    """Both shapes in one type; None after a problem, or where one fits everything."""
    left, right = shapes
    if left is None or right is None or left.is_any or right.is_any:
        return None
    if left.quoted is not None and right.quoted is None:
        left = _fitted(left.quoted, nodes[0], right, checker)
    elif right.quoted is not None and left.quoted is None:
        right = _fitted(right.quoted, nodes[1], left, checker)
    if left is None or right is None:
        return None
    is_other_list = left.kind == right.kind == "code" and left.code_list != right.code_list
    if left.group != right.group or is_other_list:
        checker.say("unlike-types", nodes[0].span[0], left=_in_full(left), right=_in_full(right))
        return None
    return left, right


def _in_full(shape: Shape) -> str:
    return f"a code of {shape.code_list}" if shape.kind == "code" else word_of(shape)


def _units_meet(nodes: Pair, left: Shape, right: Shape, checker: Checker) -> bool:
    """Units are equal; 0 has every unit."""
    if units_agree(left.unit, right.unit) or left.is_zero or right.is_zero:
        return True
    (bare_node, bare), (_, other) = sorted(
        zip(nodes, (left, right), strict=True), key=lambda part: part[1].unit is not None
    )
    if bare.unit is not None:
        checker.say("unlike-units", nodes[0].span[0], left=left.unit, right=right.unit)
    elif bare.is_literal and bare.low is not None:
        checker.say("bare-number", bare_node.span[0], number=number_text(bare.low), unit=other.unit)
    else:
        checker.say("bare-value", bare_node.span[0], unit=other.unit)
    return False


def summed(node: Binary, left: Shape, right: Shape, checker: Checker) -> Shape | None:
    """Sum or difference of two numbers."""
    if not _units_meet((node.left, node.right), left, right, checker):
        return None
    if node.operator == "-":
        low, high = bounds_of_negative(right)
        right = replace(right, low=low, high=high)
    low, high = bounds_of_sum(left, right)
    is_literal = left.is_literal and right.is_literal
    return Shape("number", left.unit or right.unit, low=low, high=high, is_literal=is_literal)


def alike(code: str, parts: tuple[tuple[Node, Shape], ...], checker: Checker) -> Shape | None:
    """One shape for values that stand for each other; `code` is the problem where they differ."""
    told = [part for part in parts if not part[1].is_any]
    if not told:
        return ANY
    model_node, model = next((part for part in told if part[1].quoted is None), told[0])
    shapes = [model]
    for node, shape in told:
        if node is model_node:
            continue
        pair = _alike(code, (model_node, node), (model, shape), checker)
        if pair is None:
            return None
        shapes.append(pair)
    low, high = bounds_of_either(shapes)
    unit = next((shape.unit for shape in shapes if shape.unit), None)
    kind = "partial_date" if any(shape.kind == "partial_date" for shape in shapes) else model.kind
    return replace(model, kind=kind, unit=unit, low=low, high=high, is_literal=False)


def _alike(code: str, nodes: Pair, shapes: tuple[Shape, Shape], checker: Checker) -> Shape | None:
    model, shape = shapes
    is_other = shape.group != model.group or (model.kind == "code" and shape.code_list != model.code_list)
    if is_other and shape.quoted is None:
        checker.say(code, nodes[1].span[0], left=_in_full(model), right=_in_full(shape))
        return None
    pair = _met(nodes, shapes, checker)
    if pair is None or (model.kind == "number" and not _units_meet(nodes, *pair, checker)):
        return None
    return pair[1]
