"""The wording face: a rule as a sentence in English or Chinese, one template per node; a term reads as its label."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

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
from trialwright.expr.vocabulary import Vocabulary
from trialwright.expr.words_compare import SPANS, beside, compared, day
from trialwright.expr.words_rows import AGGREGATES, ROW_TRUTHS, aggregated, covered, has, rows
from trialwright.expr.words_templates import TEMPLATES
from trialwright.expr.words_voice import (
    Voice,
    bare,
    is_truth,
    item_of,
    listed,
    mentioned,
    number_words,
    quoted_words,
    visit_words,
    with_article,
    word_of,
)

OPPOSITE: Final[dict[Comparison, Comparison]] = {
    "<": ">=",
    "<=": ">",
    "==": "!=",
    "!=": "==",
    ">": "<=",
    ">=": "<",
}
QUESTIONS = ("是否", "Whether ")  # how the label of a yes/no item begins that is itself a question
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
    voice = Voice(
        vocabulary, words, say, has_articles=words is TEMPLATES["en"], clause=_clause, value=_value, form=form
    )
    text = _clause(node, voice) if is_truth(node, voice) else _value(node, voice)
    return _capital(text.removeprefix("the ")) if voice.has_articles else text


def _capital(text: str) -> str:
    """A sentence of English begins with a capital; a Greek letter, a symbol of its own, stays as it is."""
    first = len(text) - len(text.lstrip("("))
    letter = text[first : first + 1]
    return text[:first] + (letter.upper() if letter.isascii() else letter) + text[first + 1 :]


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
            return compared(node, voice)
        case In(operand=operand, options=options, negated=negated):
            template = ("row_not_in" if negated else "row_in") if has(operand, voice) else None
            choices = listed([beside(option, operand, voice) for option in options], voice)
            if template is not None:
                return voice.put(template, x=bare(operand, voice), list=choices)
            return voice.put("not_in" if negated else "in", x=_value(operand, voice), list=choices)
        case IfElse(then=then, condition=condition, otherwise=otherwise):
            parts = {"a": _clause(then, voice), "b": _clause(otherwise, voice)}
            return voice.put("if", condition=_clause(condition, voice), **parts)
        case Call():
            return _called_truth(node, voice)
        case _:
            return _told(node, voice, "true")


def _told(node: Node, voice: Voice, answer: str) -> str:
    """A yes/no item by its label, in a row as its form asks it; a label that is a question is quoted; a term by its
    label."""
    info = item_of(node, voice)
    if info is None:
        return bare(node, voice) if answer == "true" else voice.put("not", x=bare(node, voice))
    label = voice.say(info.label)
    if has(node, voice):
        return voice.put("row_true" if answer == "true" else "row_not", x=label)
    if answer == "true":
        is_question = voice.in_where or label.startswith(QUESTIONS)
        return voice.put(
            "question_true" if is_question else "item_true", x=label if is_question else bare(node, voice)
        )
    return voice.put("item_not", x=label)


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
    """Said of what is the other way round where there is such a word; else of the whole."""
    match operand:
        case Name() | ItemRef():
            return _told(operand, voice, "not")
        case In(negated=negated):
            return _clause(replace(operand, negated=not negated), voice)
        case Compare(operators=(operator,)):
            return _clause(replace(operand, operators=(OPPOSITE[operator],)), voice)
        case Call(function="any" | "none" as function):
            return _clause(replace(operand, function="none" if function == "any" else "any"), voice)
        case And(operands=operands) | Or(operands=operands):
            parts = voice.words["clause"].join(
                _clause(part, replace(voice, in_row=False)) for part in operands
            )
            return voice.put("not_all" if isinstance(operand, And) else "not_any", list=parts)
        case _:
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
            return rows(node, voice)
        case _:
            return _called(node, voice)


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
            if has(node, voice):
                return voice.put("own", x=label)
            return label if is_truth(node, voice) else with_article(label, voice)
        case Binary():
            return _computed(node, voice)
        case Negative(operand=Number(value=value)):
            return number_words(-value)
        case Negative(operand=operand):
            return voice.put("negative", x=_operand(operand, node, voice))
        case IfElse(then=then, condition=condition, otherwise=otherwise):
            parts = {"a": _value(then, voice), "b": beside(otherwise, then, voice)}
            template = "if_more" if isinstance(otherwise, IfElse) else "if"
            return voice.put(template, condition=_clause(condition, voice), **parts)
        case Call() if not is_truth(node, voice):
            return _called(node, voice)
        case _:
            return voice.put("group", x=_clause(node, voice))


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


def _called(node: Call, voice: Voice) -> str:
    function, arguments = node.function, node.arguments
    if function == "count" or function in AGGREGATES:
        return aggregated(node, voice)
    if function == "days_covered":
        return covered(node, voice)
    if function in SPANS:
        return voice.put(function, a=day(arguments[0], voice), b=day(arguments[1], voice))
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
