"""Records of a form as sentences: some, none, every; counted, summed, the first and the last of them."""

from dataclasses import replace
from typing import Final

from trialwright.expr.nodes import Call, IfElse, Node
from trialwright.expr.words_voice import Voice, bare, form_of, inside, is_date, item_of, word_of

ROW_TRUTHS: Final = frozenset({"any", "none", "every"})
AGGREGATES: Final = frozenset({"sum", "min", "max", "mean"})


def rows(node: Call, voice: Voice) -> str:
    form = word_of(node.arguments[0])
    label = inside(voice.vocabulary.forms[form].label, voice)
    where = dict(node.named).get("where")
    if where is None:
        return voice.put(f"{node.function}_bare", form=label)
    inner = voice.clause(where, replace(voice, form=form, in_row=True, subject=None))
    return voice.put(node.function, form=label, where=inner)


def has(node: Node, voice: Voice) -> bool:
    """Whether the row spoken of has this value itself ("has kind ...")."""
    info = item_of(node, voice)
    return voice.in_row and info is not None and info.form == voice.form


def aggregated(node: Call, voice: Voice) -> str:
    named = dict(node.named)
    text = summed(node, "sum_noun" if node.function == "sum" else node.function, voice)
    if "at_least" in named:
        text = voice.put("at_least", x=text, n=voice.value(named["at_least"], voice))
    return text


def covered(node: Call, voice: Voice) -> str:
    """Days that the records of a form cover together, overlaps once."""
    first, last = node.arguments
    form = form_of(first, voice)
    rows = replace(voice, form=form, in_where=True, subject=None)
    label = inside(voice.vocabulary.forms[form].label, voice)
    where = dict(node.named).get("where")
    if where is not None:
        label = voice.put("where", x=label, where=rows.clause(where, rows))
    end = voice.put("group", x=rows.value(last, rows)) if isinstance(last, IfElse) else rows.value(last, rows)
    return voice.put("days_covered", form=label, start=rows.value(first, rows), end=end)


def summed(node: Call, template: str, voice: Voice) -> str:
    """What is aggregated over the records of a form, and which of them."""
    (first,) = node.arguments
    form = form_of(first, voice)
    label = inside(voice.vocabulary.forms[form].label, voice)
    rows = replace(voice, form=form, in_where=True, subject=None)
    if node.function == "count":
        text = voice.put(template, form=label)
    else:
        is_extreme_date = template in {"min", "max"} and is_date(first, rows)
        kind = ("_visit" if form == "visit" else "_date") if is_extreme_date else ""
        text = voice.put(template + kind, x=bare(first, rows), form=label)
    where = dict(node.named).get("where")
    return text if where is None else voice.put("where", x=text, where=rows.clause(where, rows))
