"""Going through the tree of a rule."""

from collections.abc import Iterator
from typing import assert_never

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
from trialwright.expr.vocabulary import RecordKind, Vocabulary

ELSEWHERE = frozenset({"at", "baseline", "previous", "last", "change", "relative_change", "reduction"})
ABOUT_FORM = frozenset({"any", "none", "every", "count"})
OVER_ITEM = frozenset({"sum", "min", "max", "mean", "days_covered"})
AGGREGATES = ABOUT_FORM | OVER_ITEM
AT_VISITS: frozenset[RecordKind] = frozenset({"visit", "many_visit"})


def children(node: Node) -> tuple[Node, ...]:
    """The parts directly below a node, in the order of the text."""
    match node:
        case Number() | Quoted() | Truth() | Name() | ItemRef():
            return ()
        case Not() | Negative():
            return (node.operand,)
        case And() | Or() | Compare():
            return node.operands
        case In():
            return (node.operand, *node.options)
        case Binary():
            return node.left, node.right
        case IfElse():
            return node.then, node.condition, node.otherwise
        case Call():
            return (*node.arguments, *(argument for _, argument in node.named))
        case _:
            assert_never(node)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def forms_at_row(call: Call, vocabulary: Vocabulary) -> frozenset[str]:
    """The forms that an aggregate addresses at the visit of each of its rows, its own form among them.

    What stands inside at, baseline, previous, last or a further aggregate is asked elsewhere. Terms are
    unfolded. Only forms with one record a visit are told: rows of other forms are addressed by nothing.
    """
    found: set[str] = set()
    waiting: list[Node] = [*call.arguments, *(node for name, node in call.named if name == "where")]
    terms: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ItemRef):
            found.add(node.form)
        elif isinstance(node, Name) and node.word in vocabulary.forms:
            found.add(node.word)
        elif isinstance(node, Name) and node.word in vocabulary.terms and node.word not in terms:
            terms.add(node.word)
            waiting.append(vocabulary.terms[node.word].node)
        elif not isinstance(node, Call) or node.function not in ELSEWHERE | AGGREGATES:
            waiting.extend(children(node))
    return frozenset(form for form in found if form in vocabulary.forms and _is_at_visits(form, vocabulary))


def _is_at_visits(form: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.forms[form].records in AT_VISITS


def is_collected(forms: frozenset[str], visit: str, vocabulary: Vocabulary) -> bool:
    """Whether the schedule has all these forms at a visit, given by its key ("UNS#2" is a UNS)."""
    planned = visit.partition("#")[0]
    return all(
        not vocabulary.forms[form].visits or planned in vocabulary.forms[form].visits for form in forms
    )
