"""The static check of functions over all records of a form."""

from fractions import Fraction

from trialwright.expr.check_meeting import needs_day, needs_truth
from trialwright.expr.checker import Asked, Checker
from trialwright.expr.nodes import Call, ItemRef, Name, Number
from trialwright.expr.parse import did_you_mean
from trialwright.expr.shapes import TRUTH, Shape, word_of
from trialwright.expr.types import ItemPath


def about_form(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    """any, none, every, count."""
    form = node.arguments[0]
    if not isinstance(form, Name):
        checker.say("argument-form", form.span[0], function=node.function)
        return None
    forms = checker.vocabulary.forms
    if form.word not in forms:
        suggestion = did_you_mean(form.word, forms)
        checker.say("unknown-form", form.span[0], name=form.word, suggestion=suggestion)
        return None
    if node.function == "every" and not node.named:
        checker.say("argument-count", node.span[0], function="every", expected="where=", found="none")
    _selected(node, form.word, asked, checker)
    return Shape("number", low=Fraction(0)) if node.function == "count" else TRUTH


def over_item(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    """sum, min, max, mean."""
    shape = _row_item(node, asked, checker)
    for name, argument in node.named:
        is_count = isinstance(argument, Number) and argument.value.denominator == 1
        if name == "at_least" and not is_count:
            checker.say("argument-whole-number", argument.span[0], function=node.function)
    if shape is None:
        return None
    allowed = ("number", "date") if node.function in ("min", "max") else ("number",)
    if shape.group not in allowed:
        expected = "numbers or dates" if len(allowed) > 1 else "numbers"
        at, found = node.arguments[0].span[0], word_of(shape)
        checker.say("wrong-type", at, function=node.function, expected=expected, found=found)
        return None
    if node.function == "sum":
        is_never_negative = shape.low is not None and shape.low >= 0
        return Shape("number", shape.unit, low=Fraction(0) if is_never_negative else None)
    return Shape(shape.kind, shape.unit, low=shape.low, high=shape.high)


def days_covered(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    first, last = node.arguments
    shape = _row_item(node, asked, checker)
    if shape is None or not isinstance(first, ItemRef):
        return None
    row = asked.in_row(first.form, checker.vocabulary)
    for argument in (first, last):
        needs_day(node.function, argument, row, checker)
    return Shape("number", "days", low=Fraction(0))


def _row_item(node: Call, asked: Asked, checker: Checker) -> Shape | None:
    """The item that is read in every record, and the condition on the records."""
    item = node.arguments[0]
    if not isinstance(item, ItemRef):
        checker.say("argument-item", item.span[0], function=node.function)
        return None
    if item.form in checker.vocabulary.forms:
        _selected(node, item.form, asked, checker)
        return checker.shape(item, asked.in_row(item.form, checker.vocabulary))
    return checker.shape(item, asked)


def _selected(node: Call, form: str, asked: Asked, checker: Checker) -> None:
    """The condition, asked of each record; the gate tells whether the list is complete."""
    if checker.vocabulary.forms[form].has_gate:
        checker.needs.add(ItemPath(form, "gate", is_elsewhere=True))
    for name, argument in node.named:
        if name == "where":
            needs_truth("where=", argument, asked.in_row(form, checker.vocabulary), checker)
