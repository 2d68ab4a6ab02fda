"""A casebook as the rules read it: what is entered, what is missing and why, what is not asked, and the facts of
the built-in forms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
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

    like, changed: a reader of the casebook before some forms changed; it is asked for what it knows of the rest.
    What looks at all records is worked out only where a rule asks for it, so that a save is as quick after years.
    """

    book: Casebook
    like: "CasebookReader | None" = None
    changed: Collection[str] = ()
    _states: dict[tuple[str, str, str, int], State] = field(default_factory=dict, init=False)
    _records: dict[str, list[Record]] | None = field(default=None, init=False)
    _rows: dict[str, Sequence[RowKey]] = field(default_factory=dict, init=False)
    _held: dict[str, Held] | None = field(default=None, init=False)
    _keys: Sequence[str] | None = field(default=None, init=False)
    _first_dose: DateSpan | None = field(default=None, init=False)
    _is_first_dose_sought: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        if VISIT in self.changed:  # the order of visits is in everything that is remembered
            self.like = None

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
        is_planned = defined.ask is not None or (form, visit_of(visit)) in self.book.study.activities
        return NotEntered() if is_planned else NotAsked()

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

    def _find_rows(self, form: str) -> Sequence[RowKey]:
        if self.like is not None and form not in self.changed:
            return self.like.rows(form)
        defined = self.book.study.forms.get(form)
        rows = [
            RowKey(record.visit, record.repeat)
            for record in self._records_of(form)
            if holds_data(record) and not (defined is not None and is_gate(defined, record.repeat))
        ]
        if len(rows) > 1:
            positions = {key: position for position, key in enumerate(("", *self.visit_keys()))}
            rows.sort(key=lambda row: (positions.get(row.visit, len(positions)), row.visit, row.repeat))
        return rows

    def _records_of(self, form: str) -> Sequence[Record]:
        if self._records is None:
            self._records = {}
            for record in self.book.records.values():
                self._records.setdefault(record.form, []).append(record)
        return self._records.get(form, ())

    def gate(self, form: str) -> bool | None:
        """Whether there is anything to list, once every held visit that asks has answered; None while one has not:
        a row that is there may decide `any`, and no rule takes the list for complete. A diary has no gate: what is
        there is the list."""
        defined = self.book.study.forms.get(form)
        if defined is None:
            return None
        if defined.when is not None and self._says_no(defined.when, Place()):
            return False
        if defined.ask is not None:
            return bool(self.rows(form))
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
            self._held = held_visits(self.book) if self.like is None else self.like.held()
        return self._held

    def visit_keys(self) -> Sequence[str]:
        if self._keys is None:
            self._keys = (
                ordered_visits(self.book.study, self.held()) if self.like is None else self.like.visit_keys()
            )
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
            self._first_dose = self._find_first_dose()
        return self._first_dose

    def _find_first_dose(self) -> DateSpan | None:
        if self.like is not None and not any(
            form in self.changed for form, _ in compiled(self.book.study).first_dose
        ):
            return self.like.first_dose_span
        term = self.vocabulary.terms.get(self.book.study.first_dose or "")
        value = evaluate(term.node, self, Place()).value if term is not None else None
        return value if isinstance(value, DateSpan) else None
