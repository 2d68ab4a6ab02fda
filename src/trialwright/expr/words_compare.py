"""Comparisons as sentences: bounds, dates, and turns of phrase such as "fell from baseline by"."""

from dataclasses import replace
from typing import Final

from trialwright.expr.nodes import (
    Binary,
    Call,
    Compare,
    Comparison,
    ItemRef,
    Name,
    Negative,
    Node,
    Number,
    Quoted,
)
from trialwright.expr.words_rows import has, summed
from trialwright.expr.words_voice import (
    Voice,
    bare,
    is_date,
    is_same,
    is_truth,
    meaning_of,
    mentioned,
    number_words,
    quoted_words,
    subject_of,
    visit_words,
)

SPANS: Final = frozenset({"days", "months", "years"})
MIRRORED: Final[dict[Comparison, Comparison]] = {"<": ">", "<=": ">="}


def compared(node: Compare, voice: Voice) -> str:
    if len(node.operators) == 1:
        return _compared_two(node, voice)
    if set(node.operators) == {"<="} and len(node.operators) == 2:
        low, middle, high = node.operands
        ends = {"low": beside(low, middle, voice), "high": beside(high, middle, voice)}
        return voice.put("between", x=voice.value(middle, voice), **ends)
    if set(node.operators) <= {"<", "<="} and len(node.operators) == 2:
        return _bounded(node, voice)
    pairs = [
        _compared_two(Compare(node.operands[i : i + 2], (operator,), node.span), voice)
        for i, operator in enumerate(node.operators)
    ]
    return voice.words["row_and" if voice.in_row else "and"].join(pairs)


def _bounded(node: Compare, voice: Voice) -> str:
    """A value between two bounds of which one at least does not belong."""
    low, middle, high = node.operands
    kind = "date " if is_date(middle, voice) else ""
    ends = (
        (MIRRORED[node.operators[0]], beside(low, middle, voice)),
        (node.operators[1], beside(high, middle, voice)),
    )
    above, below = (voice.put(kind + operator, y=end) for operator, end in ends)
    bound = voice.put("both_bounds", a=above, b=below)
    if has(middle, voice):
        return voice.put("row_compare", x=bare(middle, voice), bound=bound)
    return voice.put("compare", x=voice.value(middle, voice), bound=bound)


def _compared_two(node: Compare, outer: Voice) -> str:
    left, right = node.operands
    (operator,) = node.operators
    if is_truth(left, outer) and is_truth(right, outer):
        parts = {"a": outer.clause(left, outer), "b": outer.clause(right, outer)}
        return outer.put("agree" if operator == "==" else "differ", **parts)
    voice = replace(outer, subject=subject_of(node, outer))
    special = _compared_specially(left, operator, right, voice)
    if special is not None:
        return special
    kind = "date " if is_date(left, voice) or is_date(right, voice) else ""
    if operator == "!=" and isinstance(right, Quoted):
        kind = "code "
    if has(left, voice):
        kind = "row " if operator == "!=" else kind
        bound = voice.put(kind + operator, y=beside(right, left, voice))
        return voice.put("row_compare", x=bare(left, voice), bound=bound)
    bound = voice.put(kind + operator, y=beside(right, left, voice))
    return voice.put("compare", x=beside(left, right, voice), bound=bound)


def _compared_specially(left: Node, operator: Comparison, right: Node, voice: Voice) -> str | None:
    """Comparisons with a turn of phrase: fell by, changed by, differs by, days passed, add up to."""
    size, by = f"size {operator}", f"by {operator}"
    match left:
        case Call(function="reduction", arguments=(x,)):
            amount = percent(right, voice)
            bounds = {"bound": voice.put(size, y=amount), "by": voice.put(by, y=amount)}
            return voice.put("fell", x=voice.value(x, voice), **bounds)
        case Call(function="change" | "relative_change" as function, arguments=(x,)) if way := _way(
            operator, right
        ):
            verb, turned, size_of = way
            amount = percent(size_of, voice) if function == "relative_change" else voice.value(size_of, voice)
            bounds = {
                "bound": voice.put(f"size {turned}", y=amount),
                "by": voice.put(f"by {turned}", y=amount),
            }
            return voice.put(verb, x=voice.value(x, voice), **bounds)
        case Call(function="change" | "relative_change" as function, arguments=(x,)):
            amount = percent(right, voice) if function == "relative_change" else voice.value(right, voice)
            bounds = {"bound": voice.put(by, y=amount), "sign": voice.put(operator, y=amount)}
            return voice.put("changed", x=voice.value(x, voice), **bounds)
        case Call(
            function="abs",
            arguments=(Call(function="change" | "relative_change" as function, arguments=(x,)),),
        ):
            amount = percent(right, voice) if function == "relative_change" else voice.value(right, voice)
            return voice.put("differs", x=voice.value(x, voice), bound=voice.put(by, y=amount))
        case Call(
            function="abs",
            arguments=(Binary(operator="-", left=x, right=Call(function="previous", arguments=(y,))),),
        ) if is_same(x, y):
            return voice.put(
                "differs_previous", x=voice.value(x, voice), bound=voice.put(by, y=voice.value(right, voice))
            )
        case Call(function=function, arguments=(a, b)) if function in SPANS:
            ends = {"a": day(a, voice), "b": day(b, voice)}
            return voice.put(f"passed_{function}", bound=voice.put(size, y=voice.value(right, voice)), **ends)
        case Call(function="sum"):
            bound = voice.put(size if not voice.has_articles else operator, y=voice.value(right, voice))
            return voice.put("adds_up", x=summed(left, "sum", voice), bound=bound)
        case Name() | ItemRef() if operator in ("==", "!=") and _is_own(right, voice):
            template = "equals" if operator == "==" else "differs_from"
            return voice.put(template, x=voice.value(left, voice), y=voice.value(right, voice))
        case _:
            return None


def _way(operator: Comparison, right: Node) -> tuple[str, Comparison, Node] | None:
    """A change below a negative number is a fall, one above a positive number a rise: verb, comparison, amount."""
    match right:
        case Negative(operand=Number() as size) if operator in ("<", "<="):
            return "fell", MIRRORED[operator], size
        case Number(value=value) if value > 0 and operator in (">", ">="):
            return "rose", operator, right
        case _:
            return None


def _is_own(node: Node, voice: Voice) -> bool:
    """A value of the sentence's own subject at another time: its value at the visit before."""
    is_at_another = isinstance(node, Call) and node.function in ("at", "baseline", "previous")
    return is_at_another and mentioned(node, voice) == {voice.subject}


def beside(node: Node, other: Node, voice: Voice) -> str:
    """A value compared with another, whose type a quoted text takes."""
    if isinstance(node, Quoted):
        return quoted_words(node, meaning_of(other, voice), voice)
    return voice.value(node, voice)


def percent(node: Node, voice: Voice) -> str:
    """A fraction of baseline, as people say it."""
    match node:
        case Number(value=value):
            return voice.put("percent", x=number_words(value * 100))
        case Negative(operand=Number(value=value)):
            return voice.put("percent", x=number_words(-value * 100))
        case _:
            return voice.value(node, voice)


def day(node: Node, voice: Voice) -> str:
    """A date between which days are counted; the date of a visit is the visit."""
    match node:
        case Call(function="at", arguments=(visit, ItemRef(form="visit", item="date"))):
            return visit_words(visit, voice)
        case _:
            return voice.value(node, voice)
