"""The wording face: a rule as a sentence in English or Chinese, one template per node; a term reads as its label."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

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
from trialwright.expr.vocabulary import Vocabulary
from trialwright.expr.words_templates import TEMPLATES
from trialwright.expr.words_voice import (
    Voice,
    bare,
    form_of,
    inside,
    is_date,
    is_same,
    is_truth,
    item_of,
    listed,
    meaning_of,
    mentioned,
    number_words,
    quoted_words,
    subject_of,
    visit_words,
    with_article,
    word_of,
)

ROW_TRUTHS = frozenset({"any", "none", "every"})
AGGREGATES = frozenset({"sum", "min", "max", "mean"})
SPANS = frozenset({"days", "months", "years"})
FRACTIONS_OF_BASELINE = frozenset({"reduction", "relative_change"})
MANY = frozenset({"least", "greatest", "count_missing", "sum_known"})


def sentence(
    node: Node,
    vocabulary: Vocabulary,
    *,
    language: str,
    say: Callable[[str], str],
    form: str | None = None,
) -> str:
    """The rule as a sentence, without its full stop.

    language: "en" or "zh-Hans"; any other reads English. say: translates the labels of the study.
    form: the form whose items stand bare in the rule.
    """
    words = TEMPLATES.get(language, TEMPLATES["en"])
    voice = Voice(vocabulary, words, say, has_articles=words is TEMPLATES["en"], form=form)
    text = _clause(node, voice) if is_truth(node, voice) else _value(node, voice)
    text = text.removeprefix("the ") if voice.has_articles else text
    first = len(text) - len(text.lstrip("("))
    return text[:first] + text[first : first + 1].upper() + text[first + 1 :]


# ---------------------------------------------------------------- truths


def _clause(node: Node, voice: Voice) -> str:
    match node:
        case And(operands=operands):
            return _joined(operands, "and", voice)
        case Or(operands=operands):
            return _joined(operands, "or", voice)
        case Not(operand=operand):
            return _negated(operand, voice)
        case Truth(value=value):
            return voice.words["true" if value else "false"]
        case Compare():
            return _compared(node, voice)
        case In(operand=operand, options=options, negated=negated):
            template = ("row_not_in" if negated else "row_in") if _has(operand, voice) else None
            choices = listed([_beside(option, operand, voice) for option in options], voice)
            if template is not None:
                return voice.put(template, x=bare(operand, voice), list=choices)
            return voice.put("not_in" if negated else "in", x=_value(operand, voice), list=choices)
        case IfElse(then=then, condition=condition, otherwise=otherwise):
            parts = {"a": _clause(then, voice), "b": _clause(otherwise, voice)}
            return voice.put("if", condition=_clause(condition, voice), **parts)
        case Call():
            return _called_truth(node, voice)
        case _ if _has(node, voice):
            return voice.put("row_true", x=bare(node, voice))
        case _:
            return bare(node, voice)


def _joined(operands: tuple[Node, ...], word: str, voice: Voice) -> str:
    """Operands joined; one that joins itself, or has commas of its own, stands in brackets."""
    parts = [
        voice.put("group", x=_clause(operand, voice))
        if isinstance(operand, And | Or | IfElse)
        else _clause(operand, voice)
        for operand in operands
    ]
    return voice.words[f"row_{word}" if voice.in_row else word].join(parts)


def _negated(operand: Node, voice: Voice) -> str:
    if _has(operand, voice):
        return voice.put("row_not", x=bare(operand, voice))
    if isinstance(operand, Name | ItemRef):
        return voice.put("not", x=_clause(operand, voice))
    return voice.put("not_clause", x=voice.put("group", x=_clause(operand, voice)))


def _called_truth(node: Call, voice: Voice) -> str:
    arguments = node.arguments
    match node.function:
        case "at":
            return voice.put(
                "at_clause", visit=visit_words(arguments[0], voice), x=_clause(arguments[1], voice)
            )
        case "known":
            return voice.put("is_known", x=_value(arguments[0], voice))
        case "missing" if len(arguments) > 1:
            reason = voice.words[f"reason {word_of(arguments[1])}"]
            return voice.put("is_missing_because", x=_value(arguments[0], voice), reason=reason)
        case "missing":
            return voice.put("is_missing", x=_value(arguments[0], voice))
        case function if function in ROW_TRUTHS:
            return _rows(node, voice)
        case _:
            return _called(node, voice)


def _rows(node: Call, voice: Voice) -> str:
    form = word_of(node.arguments[0])
    label = inside(voice.vocabulary.forms[form].label, voice)
    where = dict(node.named).get("where")
    if where is None:
        return voice.put(f"{node.function}_bare", form=label)
    inner = _clause(where, replace(voice, form=form, in_row=True, subject=None))
    return voice.put(node.function, form=label, where=inner)


def _has(node: Node, voice: Voice) -> bool:
    """Whether the row spoken of has this value itself ("has kind ...")."""
    info = item_of(node, voice)
    return voice.in_row and info is not None and info.form == voice.form


# ---------------------------------------------------------------- comparisons


def _compared(node: Compare, voice: Voice) -> str:
    if len(node.operators) == 1:
        return _compared_two(node, voice)
    if set(node.operators) == {"<="} and len(node.operators) == 2:
        low, middle, high = node.operands
        ends = {"low": _beside(low, middle, voice), "high": _beside(high, middle, voice)}
        return voice.put("between", x=_value(middle, voice), **ends)
    pairs = [
        _compared_two(Compare(node.operands[i : i + 2], (operator,), node.span), voice)
        for i, operator in enumerate(node.operators)
    ]
    return voice.words["row_and" if voice.in_row else "and"].join(pairs)


def _compared_two(node: Compare, outer: Voice) -> str:
    left, right = node.operands
    (operator,) = node.operators
    if is_truth(left, outer) and is_truth(right, outer):
        parts = {"a": _clause(left, outer), "b": _clause(right, outer)}
        return outer.put("agree" if operator == "==" else "differ", **parts)
    voice = replace(outer, subject=subject_of(node, outer))
    special = _compared_specially(left, operator, right, voice)
    if special is not None:
        return special
    kind = "date " if is_date(left, voice) or is_date(right, voice) else ""
    if _has(left, voice):
        kind = "row " if operator == "!=" else kind
        bound = voice.put(kind + operator, y=_beside(right, left, voice))
        return voice.put("row_compare", x=bare(left, voice), bound=bound)
    bound = voice.put(kind + operator, y=_beside(right, left, voice))
    return voice.put("compare", x=_beside(left, right, voice), bound=bound)


def _compared_specially(left: Node, operator: str, right: Node, voice: Voice) -> str | None:
    """Comparisons with a turn of phrase: fell by, changed by, differs by, days passed, add up to."""
    size, by = f"size {operator}", f"by {operator}"
    match left:
        case Call(function="reduction", arguments=(x,)):
            amount = _percent(right, voice)
            bounds = {"bound": voice.put(size, y=amount), "by": voice.put(by, y=amount)}
            return voice.put("fell", x=_value(x, voice), **bounds)
        case Call(function="change" | "relative_change" as function, arguments=(x,)):
            amount = _percent(right, voice) if function == "relative_change" else _value(right, voice)
            bounds = {"bound": voice.put(by, y=amount), "sign": voice.put(operator, y=amount)}
            return voice.put("changed", x=_value(x, voice), **bounds)
        case Call(
            function="abs",
            arguments=(Call(function="change" | "relative_change" as function, arguments=(x,)),),
        ):
            amount = _percent(right, voice) if function == "relative_change" else _value(right, voice)
            return voice.put("differs", x=_value(x, voice), bound=voice.put(by, y=amount))
        case Call(
            function="abs",
            arguments=(Binary(operator="-", left=x, right=Call(function="previous", arguments=(y,))),),
        ) if is_same(x, y):
            return voice.put(
                "differs_previous", x=_value(x, voice), bound=voice.put(by, y=_value(right, voice))
            )
        case Call(function=function, arguments=(a, b)) if function in SPANS:
            ends = {"a": _day(a, voice), "b": _day(b, voice)}
            return voice.put(f"passed_{function}", bound=voice.put(size, y=_value(right, voice)), **ends)
        case Call(function="sum"):
            bound = voice.put(size if not voice.has_articles else operator, y=_value(right, voice))
            return voice.put("adds_up", x=_summed(left, "sum", voice), bound=bound)
        case _:
            return None


# ---------------------------------------------------------------- values


def _value(node: Node, voice: Voice) -> str:
    """A value inside a sentence, with its article where it is a common noun."""
    match node:
        case Number(value=value):
            return number_words(value)
        case Quoted():
            return quoted_words(node, None, voice)
        case Name() | ItemRef():
            label = bare(node, voice)
            if _has(node, voice):
                return voice.put("own", x=label)
            return label if is_truth(node, voice) else with_article(label, voice)
        case Binary():
            return _computed(node, voice)
        case Negative(operand=Number(value=value)):
            return number_words(-value)
        case Negative(operand=operand):
            return voice.put("negative", x=_operand(operand, node, voice))
        case IfElse(then=then, condition=condition, otherwise=otherwise):
            parts = {"a": _value(then, voice), "b": _beside(otherwise, then, voice)}
            return voice.put("if", condition=_clause(condition, voice), **parts)
        case Call() if not is_truth(node, voice):
            return _called(node, voice)
        case _:
            return voice.put("group", x=_clause(node, voice))


def _beside(node: Node, other: Node, voice: Voice) -> str:
    """A value compared with another, whose type a quoted text takes."""
    if isinstance(node, Quoted):
        return quoted_words(node, meaning_of(other, voice), voice)
    return _value(node, voice)


def _percent(node: Node, voice: Voice) -> str:
    """A fraction of baseline, as people say it."""
    match node:
        case Number(value=value):
            return voice.put("percent", x=number_words(value * 100))
        case Negative(operand=Number(value=value)):
            return voice.put("percent", x=number_words(-value * 100))
        case _:
            return _value(node, voice)


def _computed(node: Binary, voice: Voice) -> str:
    left, right = _operand(node.left, node, voice), _operand(node.right, node, voice)
    if node.operator == "*" and isinstance(node.left, Number) and node.left.value == Fraction(2):
        return voice.put("twice", b=right)
    return voice.put(node.operator, a=left, b=right)


def _operand(node: Node, whole: Binary | Negative, voice: Voice) -> str:
    """A part of a sum or product, in brackets where reading on would change what it means."""
    text = _value(node, voice)
    match node:
        case IfElse() | Negative():
            return voice.put("group", x=text)
        case Binary(operator="+" | "-"):
            is_plain = isinstance(whole, Binary) and (
                whole.operator == "+" or (whole.operator == "-" and node is whole.left)
            )
            return text if is_plain else voice.put("group", x=text)
        case Binary():
            is_plain = isinstance(whole, Binary) and (node is whole.left or whole.operator in {"+", "-"})
            return text if is_plain else voice.put("group", x=text)
        case _:
            return text


def _day(node: Node, voice: Voice) -> str:
    """A date between which days are counted; the date of a visit is the visit."""
    match node:
        case Call(function="at", arguments=(visit, ItemRef(form="visit", item="date"))):
            return visit_words(visit, voice)
        case _:
            return _value(node, voice)


def _called(node: Call, voice: Voice) -> str:
    function, arguments = node.function, node.arguments
    if function == "count" or function in AGGREGATES:
        return _aggregated(node, voice)
    if function == "days_covered":
        return _covered(node, voice)
    if function in SPANS:
        return voice.put(function, a=_day(arguments[0], voice), b=_day(arguments[1], voice))
    if function in MANY:
        return voice.put(function, list=listed([_value(x, voice) for x in arguments], voice, "list_and"))
    first = arguments[0]
    is_own = voice.subject is not None and mentioned(first, voice) == {voice.subject}
    match function:
        case "at":
            label = visit_words(first, voice)
            if voice.subject is not None and mentioned(arguments[1], voice) == {voice.subject}:
                return voice.put("at_own", visit=label)
            return voice.put("at", visit=label, x=_value(arguments[1], voice))
        case "baseline" | "previous" if is_own:
            return voice.put(f"{function}_own")
        case "previous":
            return voice.put("previous", x=_plain(first, voice))
        case "last":
            return voice.put("last_value", x=_plain(first, voice))
        case "round":
            places = _value(arguments[1], voice) if len(arguments) > 1 else "0"
            template = "round_whole" if places == "0" else "round"
            return voice.put(template, x=_value(first, voice), n=places)
        case "unknown":
            return voice.put("unknown", why=voice.say(word_of(first)))
        case _:
            return voice.put(function, x=_value(first, voice))


def _plain(node: Node, voice: Voice) -> str:
    return _value(node, voice).removeprefix("the ") if voice.has_articles else _value(node, voice)


# ---------------------------------------------------------------- aggregates


def _aggregated(node: Call, voice: Voice) -> str:
    named = dict(node.named)
    text = _summed(node, "sum_noun" if node.function == "sum" else node.function, voice)
    if "at_least" in named:
        text = voice.put("at_least", x=text, n=_value(named["at_least"], voice))
    return text


def _covered(node: Call, voice: Voice) -> str:
    """Days that the records of a form cover together, overlaps once."""
    first, last = node.arguments
    form = form_of(first, voice)
    rows = replace(voice, form=form, subject=None)
    label = inside(voice.vocabulary.forms[form].label, voice)
    where = dict(node.named).get("where")
    if where is not None:
        label = voice.put("where", x=label, where=_clause(where, rows))
    end = voice.put("group", x=_value(last, rows)) if isinstance(last, IfElse) else _value(last, rows)
    return voice.put("days_covered", form=label, start=_value(first, rows), end=end)


def _summed(node: Call, template: str, voice: Voice) -> str:
    """What is aggregated over the records of a form, and which of them."""
    (first,) = node.arguments
    form = form_of(first, voice)
    label = inside(voice.vocabulary.forms[form].label, voice)
    rows = replace(voice, form=form, subject=None)
    if node.function == "count":
        text = voice.put(template, form=label)
    else:
        is_extreme_date = template in {"min", "max"} and is_date(first, rows)
        text = voice.put(f"{template}_date" if is_extreme_date else template, x=bare(first, rows), form=label)
    where = dict(node.named).get("where")
    return text if where is None else voice.put("where", x=text, where=_clause(where, rows))
