"""A casebook with one record as it is being typed: conditions inside the record see what was just answered."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from trialwright.expr.answer import DateSpan, NumberSpan
from trialwright.expr.reader import Known, NotAsked, NotEntered, Place, Reader, RowKey, Source, State
from trialwright.expr.record import evaluate
from trialwright.expr.vocabulary import Vocabulary
from trialwright.study.model import Study
from trialwright.values.datum import Datum, Value


def text_of_value(value: bool | Fraction | NumberSpan | str | DateSpan | None) -> str | None:
    """A rule's value as it would be typed; None for unknown and for a date that is not one day."""
    match value:
        case None | NumberSpan():
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case DateSpan():
            return value.low.isoformat() if value.low == value.high else None
        case _:
            return f"{float(value):g}"


class Overlay:
    """A Reader. entries: what was typed so far; not_asked: items whose condition said no."""

    def __init__(self, base: Reader, study: Study, form: str, visit: str, repeat: int) -> None:
        self._base = base
        self._study = study
        self.form = form
        self.visit = visit
        self.repeat = repeat
        self.entries: dict[str, Datum] = {}
        self.not_asked: set[str] = set()

    @property
    def vocabulary(self) -> Vocabulary:
        return self._base.vocabulary

    def state(self, form: str, item: str, visit: str, repeat: int) -> State:
        if (form, visit, repeat) != (self.form, self.visit, self.repeat):
            return self._base.state(form, item, visit, repeat)
        if item in self.entries:
            return Known(self.entries[item], Source(visit, form, repeat, item, 0))
        if item in self.not_asked:
            return NotAsked()
        derive = self._study.forms[form].items[item].derive if item in self._study.forms[form].items else None
        if derive is not None:
            text = text_of_value(evaluate(derive.node, self, Place(visit or None, form, repeat)).value)
            return NotEntered() if text is None else Known(Value(text), Source(visit, form, repeat, item, 0))
        return self._base.state(form, item, visit, repeat)

    def rows(self, form: str) -> Sequence[RowKey]:
        rows = self._base.rows(form)
        mine = RowKey(self.visit, self.repeat)
        if form != self.form or self.repeat == 0 or mine in rows:
            return rows
        return (*rows, mine)

    def gate(self, form: str) -> bool | None:
        return self._base.gate(form)

    def visit_keys(self) -> Sequence[str]:
        return self._base.visit_keys()

    def limit(self, form: str, item: str, side: Literal["low", "high"]) -> Fraction | None:
        return self._base.limit(form, item, side)

    def expiry(self, kit: str) -> str | None:
        return self._base.expiry(kit)

    def is_asked(self, item: str) -> bool:
        """Whether the item's own condition is not surely no, given what was typed so far."""
        when = self._study.forms[self.form].items[item].when
        if when is None:
            return True
        place = Place(self.visit or None, self.form, self.repeat)
        return evaluate(when.node, self, place).value is True
