"""Whether a record may be written at all: does this form stand at this visit, in this row, at this moment?"""

from dataclasses import dataclass
from datetime import date

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.held import held_at, held_visits
from trialwright.ledger.messages import problem
from trialwright.ledger.reader import GATE, VISIT, CasebookReader
from trialwright.ledger.records import holds_data, is_gate, place_of
from trialwright.ledger.status import last_day
from trialwright.schedule.visits import number_of, visit_of
from trialwright.study.model import Form
from trialwright.values.problem import Problem


@dataclass(frozen=True, slots=True)
class Target:
    """The record that a command names."""

    visit: str
    form: Form
    repeat: int

    @property
    def where(self) -> str:
        return place_of(self.visit, self.form.id, self.repeat)

    @property
    def is_gate(self) -> bool:
        return is_gate(self.form, self.repeat)


def check_target(reader: CasebookReader, target: Target) -> tuple[Problem, ...]:
    """Why nothing may be saved there; empty where it may."""
    book = reader.book
    problems = _check_visit(book, target) or _check_row(reader, target)
    if problems:
        return problems
    return check_order(book, target) + _check_held(reader, target)


def is_visit_key(book: Casebook, key: str) -> bool:
    """A visit of the study; of one that repeats the next at most, "UNS#1" first."""
    visit = book.study.visits.get(visit_of(key))
    if visit is None:
        return False
    if not visit.repeats:
        return key == visit.id
    number = number_of(key)
    if key != f"{visit.id}#{number}" or number < 1:
        return False
    return number == 1 or (f"{visit.id}#{number - 1}", VISIT, 0) in book.records


def _check_visit(book: Casebook, target: Target) -> tuple[Problem, ...]:
    is_at_visit = target.form.records in ("visit", "many_visit") or target.is_gate
    if not is_at_visit:
        return (
            () if target.visit == "" else (problem("form-not-at-visit", target.where, form=target.form.id),)
        )
    if not is_visit_key(book, target.visit):
        return (problem("no-such-visit", target.where, visit=target.visit),)
    if target.form.id != VISIT and (target.form.id, visit_of(target.visit)) not in book.study.activities:
        return (problem("form-not-at-visit", target.where, form=target.form.id),)
    return ()


def _check_row(reader: CasebookReader, target: Target) -> tuple[Problem, ...]:
    form, repeat, records = target.form, target.repeat, reader.book.records
    if form.records not in ("many", "many_visit"):
        return () if repeat == 0 else (problem("no-such-row", target.where, repeat=repeat, next=0),)
    if target.is_gate:
        return () if form.gate is not None else (problem("no-such-row", target.where, repeat=0, next=1),)
    record = records.get((target.visit, form.id, repeat))
    if record is not None:
        return (problem("row-removed", target.where),) if record.is_removed else ()
    rows = [row for visit, name, row in records if name == form.id and visit == target.visit]
    following = max(rows, default=0) + 1
    if repeat != following:
        return (problem("no-such-row", target.where, repeat=repeat, next=following),)
    return (problem("gate-says-no", target.where),) if _is_closed(reader, target) else ()


def _is_closed(reader: CasebookReader, target: Target) -> bool:
    """The gate says no: of the visit's own list there, of the participant's list at every visit."""
    if target.form.records == "many":
        return reader.gate(target.form.id) is False
    return reader.gate_answer(target.form.id, target.visit) is False


def check_order(book: Casebook, target: Target) -> tuple[Problem, ...]:
    """No dose and no visit of the treatment before enrolment. 21 CFR 11.10(f)"""
    if book.enrolled:
        return ()
    if book.study.doses is not None and target.form.id == book.study.doses.form:
        return (problem("dose-before-enrolment", target.where),)
    visit = book.study.visits.get(visit_of(target.visit))
    if visit is not None and visit.day is not None and visit.day > 1:
        return (problem("visit-before-enrolment", target.where),)
    return ()


def _check_held(reader: CasebookReader, target: Target) -> tuple[Problem, ...]:
    """A visit has its date before its forms."""
    if target.visit == "" or target.form.id == VISIT:
        return ()
    held = held_at(reader.book, target.visit)
    if held is None:
        return (problem("visit-date-needed", target.where),)
    return (problem("visit-not-held", target.where),) if held.day is None else ()


def check_after(before: CasebookReader, reader: CasebookReader, target: Target) -> tuple[Problem, ...]:
    """What the values of a record may not say, looked at with them in place: dates of visits, answers of gates.

    before: without them; a date that was there already is not asked about again.
    """
    if target.form.id == VISIT:
        return _check_visit_date(before, reader, target)
    if target.is_gate:
        return _check_gate(reader, target)
    return ()


def _check_visit_date(before: CasebookReader, reader: CasebookReader, target: Target) -> tuple[Problem, ...]:
    held = held_at(reader.book, target.visit)
    where = place_of(target.visit, VISIT, 0, "date")
    if held is not None and held.day is not None:
        return () if held == held_at(before.book, target.visit) else _check_day(reader, held.day, where)
    has_data = any(
        holds_data(record)
        for (visit, form, _), record in reader.book.records.items()
        if visit == target.visit and form != VISIT
    )
    return (problem("visit-has-data", where),) if has_data else ()


def _check_day(reader: CasebookReader, day: date, where: str) -> tuple[Problem, ...]:
    """Nobody was seen after their last day in the study."""
    end = last_day(reader)
    return (problem("visit-after-end", where, date=day, end=end),) if end is not None and day > end else ()


def check_end(before: CasebookReader, reader: CasebookReader, where: str) -> tuple[Problem, ...]:
    """Nobody is seen after their last day in the study: an end that is new, or another, does not lie before a visit.

    reader: of the casebook with the change in it, and what that derives.
    """
    end = last_day(reader)
    if end is None or end == last_day(before):
        return ()
    last = max((held.day for held in held_visits(reader.book).values() if held.day), default=end)
    return (problem("end-before-visit", where, date=last, end=end),) if last > end else ()


def _check_gate(reader: CasebookReader, target: Target) -> tuple[Problem, ...]:
    rows = reader.rows(target.form.id)
    if target.form.records == "many_visit":
        rows = [row for row in rows if row.visit == target.visit]
    is_closed = _is_closed(reader, target)
    where = place_of(target.visit, target.form.id, 0, GATE)
    return (problem("gate-has-rows", where),) if is_closed and rows else ()
