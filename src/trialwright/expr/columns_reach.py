"""What a node's answer can differ by: the visit asked, the row looked at, or neither.

The engine asks a term of a participant once a participant, not once a row.
"""

from typing import Final, cast

from trialwright.expr.nodes import Call, ItemRef, Name, Node
from trialwright.expr.vocabulary import Vocabulary
from trialwright.expr.walk import ABOUT_FORM, AGGREGATES, AT_VISITS, ELSEWHERE, children

Reach = frozenset[str]

NOWHERE: Final[Reach] = frozenset()
VISIT: Final[Reach] = frozenset({"visit"})
ROW: Final[Reach] = frozenset({"row"})


class Reacher:
    """Asks the reach of nodes; each term is unfolded once for each row that it is asked of."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._terms: dict[tuple[str, str | None], Reach] = {}

    def reach(self, node: Node, row_form: str | None, bare: str | None) -> Reach:
        match node:
            case ItemRef(form=form):
                return self._of_item(form, row_form)
            case Name(word=word):
                return self._of_name(word, row_form, bare)
            case Call(function=function) if function in ELSEWHERE:
                return self._of_elsewhere(node, row_form, bare)
            case Call(function=function) if function in AGGREGATES:
                return self._of_aggregate(node, row_form, bare)
            case _:
                return NOWHERE.union(*(self.reach(child, row_form, bare) for child in children(node)))

    def _of_item(self, form: str, row_form: str | None) -> Reach:
        if form == row_form:
            return ROW
        return NOWHERE if self.vocabulary.forms[form].records == "participant" else VISIT

    def _of_name(self, word: str, row_form: str | None, bare: str | None) -> Reach:
        if bare is not None and word in self.vocabulary.forms[bare].items:
            return self._of_item(bare, row_form)
        key = (word, row_form)
        if key not in self._terms:
            term = self.vocabulary.terms.get(word)
            self._terms[key] = NOWHERE if term is None else self.reach(term.node, row_form, None)
        return self._terms[key]

    def _of_elsewhere(self, node: Call, row_form: str | None, bare: str | None) -> Reach:
        """at, baseline and last ask at visits of their own; previous and the changes at this one too."""
        kept = None if row_form is not None and self._is_at_visits(row_form) else row_form
        inner = self.reach(node.arguments[-1], kept, bare)
        if node.function in {"at", "baseline", "last"}:
            return inner - VISIT
        return inner | VISIT | (self.reach(node.arguments[0], row_form, bare))

    def _of_aggregate(self, node: Call, row_form: str | None, bare: str | None) -> Reach:
        form = aggregated_form(node)
        inside = [*node.arguments, *(argument for _, argument in node.named)]
        if node.function in ABOUT_FORM:
            inside = inside[1:]
        inner = NOWHERE.union(*(self.reach(part, form, form) for part in inside))
        return NOWHERE if self._is_at_visits(form) else inner - ROW

    def _is_at_visits(self, form: str) -> bool:
        return self.vocabulary.forms[form].records in AT_VISITS


def aggregated_form(node: Call) -> str:
    """The form over whose records a call goes."""
    first = node.arguments[0]
    return first.word if isinstance(first, Name) else cast("ItemRef", first).form
