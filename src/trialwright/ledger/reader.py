"""A casebook as the rules read it: what is entered, what is missing and why, what is not asked, and the facts of
the built-in forms."""

from collections.abc import Collection, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from trialwright.expr.answer import DateSpan
from trialwright.expr.nodes import Rule
from trialwright.expr.reader import Known, NotAsked, NotEntered, Place, RowKey, Source, State
from trialwright.expr.record import evaluate
from trialwright.expr.vocabulary import Vocabulary
from trialwright.ledger.casebook import Casebook, Record
from trialwright.ledger.compiled import compiled
from trialwright.ledger.facts import expiry_of, limit_of, participant_fact, plan_fact, visit_fact
from trialwright.ledger.held import held_visits, ordered_visits
from trialwright.ledger.records import holds_data, is_gate
from trialwright.schedule.visits import Held, visit_of
from trialwright.study.model import Form, Item
from trialwright.values.datum import Missing, Value

VISIT: Final = "visit"
GATE: Final = "gate"


def rows_of(book: Casebook, form: str) -> tuple[Record, ...]:
    """The records of a form that hold anything, in the order of visits, then repeats; gates are not among them."""
    return tuple(book.records[(row.visit, form, row.repeat)] for row in CasebookReader(book).rows(form))


@dataclass(slots=True, eq=False)
class CasebookReader:
    """Implements `expr.reader.Reader`. It reads one frozen casebook and remembers what it has worked out.

    like, changed: a reader of the casebook before some forms changed; what it knows of the rest is taken over.
    """

    book: Casebook
    like: InitVar["CasebookReader | None"] = None
    changed: InitVar[Collection[str]] = ()
    _states: dict[tuple[str, str, str, int], State] = field(default_factory=dict, init=False)
    _rows: dict[str, list[RowKey]] = field(default_factory=dict, init=False)
    _held: dict[str, Held] | None = field(default=None, init=False)
    _keys: list[str] | None = field(default=None, init=False)
    _first_dose: DateSpan | None = field(default=None, init=False)
    _is_first_dose_sought: bool = field(default=False, init=False)

    def __post_init__(self, like: "CasebookReader | None", changed: Collection[str]) -> None:
        if like is None or VISIT in changed:
            return
        self._held, self._keys = like.held(), list(like.visit_keys())
        self._rows = {form: rows for form, rows in like._rows.items() if form not in changed}
        if not any(form in changed for form, _ in compiled(self.book.study).first_dose):
            self._first_dose, self._is_first_dose_sought = like.first_dose_span, True

    @property
    def vocabulary(self) -> Vocabulary:
        return self.book.study.vocabulary

    # -------------------------------------------------------------- items

    def state(self, form: str, item: str, visit: str, repeat: int) -> State:
        key = (form, item, visit, repeat)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = self._find(form, item, visit, repeat)
        return state

    def _find(self, form: str, item: str, visit: str, repeat: int) -> State:
        if form == VISIT:
            return visit_fact(self.book, item, visit, first_dose=lambda: self.first_dose, held=self.held)
        if form == "plan":
            return plan_fact(self.book, item, visit, first_dose=lambda: self.first_dose)
        if form == "participant":
            return participant_fact(self.book, item)
        defined = self.book.study.forms[form]
        if not self._is_asked(defined, defined.items[item], visit, repeat):
            return NotAsked()
        record = self.book.records.get((visit, form, repeat))
        entry = record.items.get(item) if record is not None else None
        if entry is not None:
            return Known(entry.datum, Source(visit, form, repeat, item, entry.sequence))
        if visit == "":
            return NotEntered()
        held = self.state(VISIT, "date", visit, 0)
        if isinstance(held, Known) and isinstance(held.datum, Missing):
            return held
        return NotEntered() if (form, visit_of(visit)) in self.book.study.activities else NotAsked()

    def _is_asked(self, form: Form, item: Item, visit: str, repeat: int) -> bool:
        """Not surely unasked: while a condition cannot be told, the item may be entered."""
        place = Place(visit or None, form.id, repeat)
        return not any(self._says_no(rule, place) for rule in (form.when, item.when) if rule is not None)

    def _says_no(self, rule: Rule, place: Place) -> bool:
        return evaluate(rule.node, self, place).value is False

    # -------------------------------------------------------------- records

    def rows(self, form: str) -> Sequence[RowKey]:
        rows = self._rows.get(form)
        if rows is None:
            rows = self._rows[form] = self._find_rows(form)
        return rows

    def _find_rows(self, form: str) -> list[RowKey]:
        defined = self.book.study.forms.get(form)
        rows = [
            RowKey(record.visit, record.repeat)
            for record in self.book.records.values()
            if record.form == form
            and holds_data(record)
            and not (defined is not None and is_gate(defined, record.repeat))
        ]
        if len(rows) > 1:
            positions = {key: position for position, key in enumerate(("", *self.visit_keys()))}
            rows.sort(key=lambda row: (positions.get(row.visit, len(positions)), row.visit, row.repeat))
        return rows

    def gate(self, form: str) -> bool | None:
        """Whether there is anything to list, once every held visit that asks has answered; None while one has not:
        a row that is there may decide `any`, and no rule takes the list for complete."""
        defined = self.book.study.forms.get(form)
        if defined is None:
            return None
        if defined.when is not None and self._says_no(defined.when, Place()):
            return False
        answers = [
            self.gate_answer(form, visit)
            for visit, held in self.held().items()
            if held.day is not None and self._is_gate_asked(form, visit)
        ]
        return True in answers if answers and None not in answers else None

    def _is_gate_asked(self, form: str, visit: str) -> bool:
        cell = self.book.study.activities.get((form, visit_of(visit)))
        return cell == "x" or (cell == "o" and (visit, form, 0) in self.book.records)

    def gate_answer(self, form: str, visit: str) -> bool | None:
        record = self.book.records.get((visit, form, 0))
        entry = record.items.get(GATE) if record is not None else None
        if entry is None or not isinstance(entry.datum, Value):
            return None
        return entry.datum.text == "true"

    # -------------------------------------------------------------- the site's tables

    def limit(self, form: str, item: str, side: Literal["low", "high"]) -> Fraction | None:
        """The limit of normal of a laboratory item, for this participant at their site."""
        return limit_of(self.book, form, item, side)

    def expiry(self, kit: str) -> str | None:
        """The expiry date of a kit of the site's stock."""
        return expiry_of(self.book, kit)

    # -------------------------------------------------------------- visits

    def held(self) -> dict[str, Held]:
        """What is known of each visit, by visit key."""
        if self._held is None:
            self._held = held_visits(self.book)
        return self._held

    def visit_keys(self) -> Sequence[str]:
        if self._keys is None:
            self._keys = ordered_visits(self.book.study, self.held())
        return self._keys

    @property
    def first_dose(self) -> date | None:
        """Day 1, where it is known to the day."""
        span = self.first_dose_span
        return span.low if span is not None and span.low == span.high else None

    @property
    def first_dose_span(self) -> DateSpan | None:
        """The days that day 1 may be, where anything is known of it."""
        if not self._is_first_dose_sought:
            # before it is asked: a rule that asks for days in its turn must come to an end
            self._is_first_dose_sought = True
            term = self.vocabulary.terms.get(self.book.study.first_dose or "")
            if term is not None:
                value = evaluate(term.node, self, Place()).value
                self._first_dose = value if isinstance(value, DateSpan) else None
        return self._first_dose
