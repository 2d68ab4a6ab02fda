"""What kind of value a checked rule gives, by its words alone: a quoted text in it takes that kind."""

from typing import Final, Literal, cast

from trialwright.expr.nodes import Call, IfElse, ItemRef, Name, Node, Quoted
from trialwright.expr.record_functions import is_numeric
from trialwright.expr.vocabulary import ItemInfo, Vocabulary
from trialwright.values.datum import ItemType

GivenKind = Literal["number", "day", "moment", "other"]

_OF_ARGUMENT: Final = frozenset({"baseline", "previous", "last", "min", "max", "least", "greatest"})
_DAYS: Final = frozenset({"earliest", "latest", "expiry"})


def kind_given(node: Node, vocabulary: Vocabulary, form: str | None) -> GivenKind | None:
    """None for a quoted text alone, which has no kind of its own. form: whose items bare names mean."""
    match node:
        case Quoted():
            return None
        case IfElse(then=then, otherwise=otherwise):
            return kind_given(then, vocabulary, form) or kind_given(otherwise, vocabulary, form)
        case ItemRef(form=owner, item=item):
            return _of_item(vocabulary.forms[owner].items[item])
        case Name(word=word):
            return _of_name(word, vocabulary, form)
        case Call():
            return _of_call(node, vocabulary, form)
        case _:  # arithmetic: a truth never stands beside a quoted text
            return "number"


def _of_name(word: str, vocabulary: Vocabulary, form: str | None) -> GivenKind | None:
    item = vocabulary.forms[form].items.get(word) if form is not None else None
    if item is not None:
        return _of_item(item)
    return kind_given(vocabulary.terms[word].node, vocabulary, None)


def _of_call(node: Call, vocabulary: Vocabulary, form: str | None) -> GivenKind | None:
    if node.function == "at":
        return kind_given(node.arguments[1], vocabulary, form)
    if node.function in _OF_ARGUMENT:
        kinds = (kind_given(argument, vocabulary, form) for argument in node.arguments)
        return next((kind for kind in kinds if kind is not None), None)
    if node.function == "unknown":
        return None
    if node.function in _DAYS:
        return "day"
    if node.function == "band":
        return _of_band(node.arguments[1], vocabulary)
    return "number"


def _of_band(codes: Node, vocabulary: Vocabulary) -> GivenKind:
    """A band counts as a number where all its codes are whole numbers."""
    return "number" if is_numeric(vocabulary.code_lists[cast("Quoted", codes).text]) else "other"


def _of_item(item: ItemInfo) -> GivenKind:
    kinds: dict[ItemType, GivenKind] = {
        "integer": "number",
        "decimal": "number",
        "date": "day",
        "partial_date": "day",
        "datetime": "moment",
    }
    return kinds.get(item.type, "other")
