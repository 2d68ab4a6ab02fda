"""Facts that no form holds and rules may use: of a visit, of the plan, of the participant, of the site's tables."""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from itertools import takewhile
from typing import Literal

from trialwright.expr.reader import Known, NotAsked, NotEntered, Source, State
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.compiled import compiled
from trialwright.schedule.days import date_of_day, days_outside, study_day
from trialwright.schedule.visits import Held, Window, anchor_window, visit_of, visit_window
from trialwright.study.model import DosePlan, Study, Visit
from trialwright.values.datum import Missing, Value
from trialwright.values.numbers import number_text

FirstDose = Callable[[], date | None]


def window_of(study: Study, visit: Visit, first_dose: date | None, held: Mapping[str, Held]) -> Window:
    """The window of one visit; of the anchor, before the first dose, as the visits before it allow."""
    if visit.is_anchor and first_dose is None:
        return anchor_window(
            [(study.visits[key], known) for key, known in held.items() if key in study.visits]
        )
    return visit_window(visit, first_dose)


def visit_fact(
    book: Casebook, item: str, visit: str, *, first_dose: FirstDose, held: Callable[[], Mapping[str, Held]]
) -> State:
    """An item of the built-in form `visit`: date and contact as entered; id, day, days_outside and in_order as they
    follow."""
    defined = book.study.visits.get(visit_of(visit))
    if defined is None:
        return NotEntered()
    record = book.records.get((visit, "visit", 0))
    entry = record.items.get("contact" if item == "contact" else "date") if record is not None else None
    source = Source(visit, "visit", 0, item, entry.sequence if entry is not None else 0)
    if item == "id":
        return Known(Value(defined.id), source)
    if entry is None:
        return NotEntered()
    if item in ("date", "contact") or isinstance(entry.datum, Missing):
        return Known(entry.datum, source)
    day = date.fromisoformat(entry.datum.text)
    if item == "in_order":
        return Known(Value("true" if is_in_order(book.study, defined, day, held()) else "false"), source)
    number = _visit_number(book, item, defined, day, first_dose(), held)
    return NotEntered() if number is None else Known(Value(str(number)), source)


def is_in_order(study: Study, visit: Visit, day: date, held: Mapping[str, Held]) -> bool:
    """Not before the date of a visit that the schedule puts earlier; visits of any day stand in no order."""
    earlier = takewhile(lambda one: one.id != visit.id, study.visits.values())
    days = (held[one.id].day for one in earlier if one.id in held and not one.is_any_day)
    return visit.is_any_day or all(known is None or known <= day for known in days)


def _visit_number(
    book: Casebook,
    item: str,
    visit: Visit,
    day: date,
    first_dose: date | None,
    held: Callable[[], Mapping[str, Held]],
) -> int | None:
    if item == "day":
        return study_day(day, first_dose) if first_dose is not None else None
    if visit.is_any_day:
        return 0
    window = window_of(book.study, visit, first_dose, held())
    return None if window == Window() else days_outside(day, window.first, window.last)


def plan_fact(book: Casebook, item: str, visit: str, *, first_dose: FirstDose) -> State:
    """An item of the built-in form `plan`: the planned dose of the participant's arm at a visit, and its day."""
    plan, defined = book.study.doses, book.study.visits.get(visit_of(visit))
    if plan is None or defined is None or not _is_dosed_at(plan, defined.id):
        return NotAsked()
    source = Source(visit, "plan", 0, item, book.enrolled)
    if item == "dose":
        amount = plan.amounts.get(book.arm or "", {}).get(defined.id)
        if book.arm is None:
            return NotEntered()
        return NotAsked() if amount is None else Known(Value(number_text(amount)), source)
    day = first_dose()
    if defined.day is None or day is None:
        return NotEntered()
    return Known(Value(date_of_day(defined.day, day).isoformat()), source)


def _is_dosed_at(plan: DosePlan, visit: str) -> bool:
    return any(visit in amounts for amounts in plan.amounts.values())


def participant_fact(book: Casebook, item: str) -> State:
    """An item of the built-in form `participant`: arm, site, code."""
    text = {"arm": book.arm, "site": book.site, "code": book.code}[item]
    sequence = book.enrolled if item == "arm" else book.coded
    return Known(Value(text), Source("", "participant", 0, item, sequence)) if text else NotEntered()


def limit_of(book: Casebook, form: str, item: str, side: Literal["low", "high"]) -> Fraction | None:
    """Upper or lower limit of normal of a laboratory item at the participant's site, for their sex; None where
    the site's table has none, or it depends on a sex that is not known."""
    sex = sex_of(book)
    for limit in book.study.lab_limits:
        if (limit.site, limit.item) == (book.site, f"{form}.{item}") and limit.sex in ("", sex):
            return limit.high if side == "high" else limit.low
    return None


def sex_of(book: Casebook) -> str | None:
    """The code of the item that the definition maps to DM.SEX."""
    for form, item in sorted(compiled(book.study).sex):
        record = book.records.get(("", form, 0))
        entry = record.items.get(item) if record is not None else None
        if entry is not None and isinstance(entry.datum, Value):
            return entry.datum.text
    return None


def expiry_of(book: Casebook, kit: str) -> str | None:
    """The expiry date of a kit of the site's stock; None where the stock does not know it."""
    for lot in book.study.stock:
        if lot.site == book.site and kit in lot.kits:
            return lot.expiry
    return None
