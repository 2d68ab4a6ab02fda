"""The static check of function calls: arguments, what they are asked of, and the type of the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from trialwright.expr.check_meeting import alike, needs_amount, needs_day
from trialwright.expr.check_rows import about_form, days_covered, over_item
from trialwright.expr.checker import Asked, Checker, item_of
from trialwright.expr.nodes import Call, Name, Node, Number, Quoted
from trialwright.expr.parse import which_there_are
from trialwright.expr.record_functions import is_numeric
from trialwright.expr.shapes import ANY, TRUTH, Bound, Shape, word_of
from trialwright.expr.types import ItemPath
from trialwright.values.datum import MISSING_REASONS


@dataclass(frozen=True, slots=True)
class _Function:
    """least and most: how many arguments it takes (None = any number). named: those it knows by name."""

    check: Callable[[Call, Asked, Checker], Shape | None]
    least: int
    most: int | None
    named: tuple[str, ...] = ()


def call_shape(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    """The shape of a call; arguments are checked only where their number is right."""
    function = _FUNCTIONS.get(node.function)
    if function is None:
        suggestion = which_there_are(node.function, _FUNCTIONS)
        checker.say("unknown-function", node.span[0], name=node.function, suggestion=suggestion)
        return None
    count = len(node.arguments)
    if count < function.least or (function.most is not None and count > function.most):
        expected = _count_text(function)
        checker.say(
            "argument-count", node.span[0], function=node.function, expected=expected, found=str(count)
        )
        return None
    for name, argument in node.named:
        if name not in function.named:
            checker.say("rule-argument", argument.span[0], function=node.function, name=name, suggestion=".")
            return None
    return function.check(node, asked, checker)


def _count_text(function: _Function) -> str:
    if function.most is None:
        return f"at least {function.least} arguments"
    if function.least == function.most:
        return "1 argument" if function.least == 1 else f"{function.least} arguments"
    return f"{function.least} or {function.most} arguments"


# ---------------------------------------------------------------- other visits


def _at(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    name, visits = node.arguments[0], checker.vocabulary.visits
    word = name.word if isinstance(name, Name) else None
    visit = visits.get(word) if word is not None else None
    if visit is None:
        shown = word or (name.text if isinstance(name, Quoted) else "...")
        suggestion = which_there_are(shown, visits)
        if shown in visits:
            suggestion = f"; write {shown} without quotes."
        checker.say("unknown-visit", name.span[0], name=shown, suggestion=suggestion)
    elif visit.repeats:
        checker.say("repeating-visit", name.span[0], visit=visit.visit)
    shape = checker.shape(node.arguments[1], asked.moved(checker.vocabulary, word if visit else None))
    return shape if visit is not None and not visit.repeats else None


def _note_dates(checker: Checker) -> None:
    """Which visit comes before another is told by the dates of the visits."""
    if "visit" in checker.vocabulary.forms:
        checker.needs.add(ItemPath("visit", "date", is_elsewhere=True))


def _previous_or_last(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    _note_dates(checker)
    has_visit = node.function == "last" or checker.at_visit("previous(...)", None, node.span[0], asked)
    shape = checker.shape(node.arguments[0], asked.moved(checker.vocabulary))
    return shape if has_visit else None


def _baseline(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    shape = checker.shape(node.arguments[0], asked.moved(checker.vocabulary))
    first_dose = checker.vocabulary.first_dose
    if first_dose is None:
        return shape
    _note_dates(checker)
    if first_dose not in checker.vocabulary.terms:
        checker.say("no-first-dose", node.span[0])
        return None
    found = checker.term(first_dose, node.span[0], Asked(has_visit=False, is_elsewhere=True))
    return None if found is None else shape


def _changed(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    now = needs_amount(node.function, node.arguments[0], asked, checker)
    base = _baseline(node, asked, checker)
    if now is None or base is None:
        return None
    return Shape("number", now.unit if node.function == "change" else None)


# ---------------------------------------------------------------- states


def _missing(node: Call, asked: Asked, checker: Checker) -> Shape:
    checker.shape(node.arguments[0], asked)
    if len(node.arguments) > 1:
        reason = _text(node.function, node.arguments[1], checker)
        if reason is not None and reason not in MISSING_REASONS:
            suggestion = which_there_are(reason, MISSING_REASONS)
            checker.say("unknown-reason", node.arguments[1].span[0], name=reason, suggestion=suggestion)
    return TRUTH


def _count_missing(node: Call, asked: Asked, checker: Checker) -> Shape:
    for argument in node.arguments:
        checker.shape(argument, asked)
    return Shape("number", low=Fraction(0), high=Fraction(len(node.arguments)))


def _sum_known(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    shape = _numbers(node, asked, checker)
    if shape is None:
        return None
    count = len(node.arguments)
    low = None if shape.low is None else min(shape.low * count, Fraction(0))
    high = None if shape.high is None else max(shape.high * count, Fraction(0))
    return replace(shape, code_list=None, low=low, high=high)


def _numbers(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    """All arguments as numbers of one unit."""
    shapes = [needs_amount(node.function, argument, asked, checker) for argument in node.arguments]
    known = [(part, shape) for part, shape in zip(node.arguments, shapes, strict=True) if shape is not None]
    return alike("unlike-types", tuple(known), checker) if len(known) == len(shapes) else None


def _unknown(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    return None if _text(node.function, node.arguments[0], checker) is None else ANY


def _text(function: str, node: Node, checker: Checker) -> str | None:
    if isinstance(node, Quoted):
        return node.text
    checker.say("argument-text", node.span[0], function=function)
    return None


# ---------------------------------------------------------------- dates and numbers


def _passed(node: Call, asked: Asked, checker: Checker) -> Shape:
    for argument in node.arguments:
        needs_day(node.function, argument, asked, checker)
    return Shape("number", node.function)


def _one_day(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    shape = needs_day(node.function, node.arguments[0], asked, checker)
    return None if shape is None else Shape("date")


def _least_greatest(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    shapes = [checker.shape(argument, asked) for argument in node.arguments]
    known = [(part, shape) for part, shape in zip(node.arguments, shapes, strict=True) if shape is not None]
    if len(known) < len(shapes):
        return None
    for part, shape in known:
        if shape.quoted is None and not shape.is_any and shape.group not in ("number", "date"):
            expected, found = "numbers or dates", word_of(shape)
            checker.say("wrong-type", part.span[0], function=node.function, expected=expected, found=found)
            return None
    joint = alike("unlike-types", tuple(known), checker)
    if joint is not None and joint.quoted is not None:
        expected, found = "a number or a date beside the texts", word_of(joint)
        checker.say("wrong-type", node.span[0], function=node.function, expected=expected, found=found)
        return None
    return joint and replace(joint, code_list=None)


def _abs(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    shape = needs_amount(node.function, node.arguments[0], asked, checker)
    if shape is None:
        return None
    sizes = [abs(bound) for bound in (shape.low, shape.high) if bound is not None]
    high: Bound = max(sizes) if len(sizes) == 2 else None
    low = max(shape.low or Fraction(0), Fraction(0))
    return replace(shape, code_list=None, low=low, high=high)


def _round(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    shape = needs_amount(node.function, node.arguments[0], asked, checker)
    if len(node.arguments) > 1 and not _is_whole(node.arguments[1]):
        checker.say("argument-whole-number", node.arguments[1].span[0], function=node.function)
        return None
    return None if shape is None else Shape("number", shape.unit)


def _is_whole(node: Node) -> bool:
    return isinstance(node, Number) and node.value.denominator == 1 and node.value <= 12


# ---------------------------------------------------------------- code lists, limits, stock


def _band(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    amount = needs_amount(node.function, node.arguments[0], asked, checker)
    name, at = _text(node.function, node.arguments[1], checker), node.arguments[1].span[0]
    if name is None:
        return None
    codes = checker.vocabulary.code_lists.get(name)
    if codes is None:
        suggestion = which_there_are(name, checker.vocabulary.code_lists)
        checker.say("unknown-code-list", at, name=name, suggestion=suggestion)
        return None
    if not codes.bands:
        checker.say("no-bands", at, name=name)
        return None
    if amount is None:
        return None
    if not is_numeric(codes):
        return Shape("code", code_list=name)
    numbers = [Fraction(code) for code in codes.codes]
    return Shape("number", code_list=name, low=min(numbers), high=max(numbers))


def _limit(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    if item_of(node.arguments[0], asked, checker) is None:
        checker.say("argument-item", node.arguments[0].span[0], function=node.function)
        return None
    shape = needs_amount(node.function, node.arguments[0], asked, checker)
    return None if shape is None else Shape("number", shape.unit)


def _expiry(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    shape = checker.shape(node.arguments[0], asked)
    if shape is None:
        return None
    if shape.kind != "text" or shape.quoted is not None:
        expected, found = "an item that holds a kit number", word_of(shape)
        checker.say("wrong-type", node.span[0], function=node.function, expected=expected, found=found)
        return None
    return Shape("partial_date")


_FUNCTIONS: Final[Mapping[str, _Function]] = MappingProxyType(
    {
        "at": _Function(_at, 2, 2),
        "baseline": _Function(_baseline, 1, 1),
        "previous": _Function(_previous_or_last, 1, 1),
        "last": _Function(_previous_or_last, 1, 1),
        "change": _Function(_changed, 1, 1),
        "relative_change": _Function(_changed, 1, 1),
        "reduction": _Function(_changed, 1, 1),
        "missing": _Function(_missing, 1, 2),
        "known": _Function(_missing, 1, 1),
        "count_missing": _Function(_count_missing, 1, None),
        "sum_known": _Function(_sum_known, 1, None),
        "unknown": _Function(_unknown, 1, 1),
        "days": _Function(_passed, 2, 2),
        "months": _Function(_passed, 2, 2),
        "years": _Function(_passed, 2, 2),
        "earliest": _Function(_one_day, 1, 1),
        "latest": _Function(_one_day, 1, 1),
        "least": _Function(_least_greatest, 2, None),
        "greatest": _Function(_least_greatest, 2, None),
        "abs": _Function(_abs, 1, 1),
        "round": _Function(_round, 1, 2),
        "band": _Function(_band, 2, 2),
        "upper_limit": _Function(_limit, 1, 1),
        "lower_limit": _Function(_limit, 1, 1),
        "expiry": _Function(_expiry, 1, 1),
        "any": _Function(about_form, 1, 1, ("where",)),
        "none": _Function(about_form, 1, 1, ("where",)),
        "every": _Function(about_form, 1, 1, ("where",)),
        "count": _Function(about_form, 1, 1, ("where",)),
        "sum": _Function(over_item, 1, 1, ("where", "at_least")),
        "min": _Function(over_item, 1, 1, ("where", "at_least")),
        "max": _Function(over_item, 1, 1, ("where", "at_least")),
        "mean": _Function(over_item, 1, 1, ("where", "at_least")),
        "days_covered": _Function(days_covered, 2, 2, ("where",)),
    }
)

FUNCTION_NAMES: Final = tuple(_FUNCTIONS)
