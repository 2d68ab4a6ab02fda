"""What a rule's static check finds out about a node: its type, and of what it is asked."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from trialwright.expr.vocabulary import Scope
from trialwright.values.problem import Problem

Kind = Literal["truth", "number", "code", "text", "date", "partial_date", "time", "datetime"]


@dataclass(frozen=True, slots=True)
class ItemPath:
    """A dependency: form.item, and whether it is read beyond the place that is asked (at, previous, aggregates)."""

    form: str
    item: str
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """Type of a checked rule.

    scope: what it must be asked of: the participant, a visit, or a row of `form`.
    low, high: bounds from the items' ranges, None where open; they tell that a column fits Int64.
    needs: every item it can read, terms unfolded; the gate of a log is its item "gate".
    warnings: what looks wrong and does not stop, such as a comparison that is always true.
    """

    kind: Kind
    scope: Scope
    form: str | None = None
    unit: str | None = None
    code_list: str | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    needs: frozenset[ItemPath] = frozenset()
    warnings: tuple[Problem, ...] = ()
