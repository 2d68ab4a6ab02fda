"""The dose plan of one participant: what is planned when, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from trialwright.schedule.days import date_of_day
from trialwright.study.model import DosePlan, Visit

DoseState = Literal[
    "planned",  # not yet its time
    "due",  # may be given now, on time
    "overdue",  # may still be given, late
    "missed",  # its time has passed, or it was recorded as not given
    "on_time",
    "early",
    "late",
    "too_soon",  # given fewer than the least days after the dose before
    "past_limit",  # given after its time had passed, or after the last day of dosing
]


@dataclass(frozen=True, slots=True)
class DoseRecord:
    """What the dose form of a visit says: given or not, None where it does not say; and the date."""

    is_given: bool | None
    day: date | None


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """One dose. target: None before the first dose is known; amount in the plan's unit."""

    visit: str
    amount: Fraction
    target: date | None
    first: date | None  # on time from here ...
    last: date | None  # ... to here
    latest: date | None  # may be given, late, to here
    given: date | None
    state: DoseState


def plan_doses(
    plan: DosePlan,
    visits: Mapping[str, Visit],
    records: Mapping[str, DoseRecord],
    *,
    arm: str | None,
    first_dose: date | None,
    today: date,
) -> tuple[PlannedDose, ...]:
    """The doses of an arm in the order of the schedule; none where the arm is not known.

    records: by visit key. today: the site's calendar day.
    """
    amounts = plan.amounts.get(arm, {}) if arm is not None else {}
    doses: list[PlannedDose] = []
    before: date | None = None
    for visit in visits.values():
        if visit.id not in amounts or visit.day is None:
            continue
        record = records.get(visit.id, DoseRecord(None, None))
        doses.append(_planned(plan, visit, amounts[visit.id], record, (first_dose, before, today)))
        before = doses[-1].given or before
    return tuple(doses)


def _planned(
    plan: DosePlan,
    visit: Visit,
    amount: Fraction,
    record: DoseRecord,
    days: tuple[date | None, date | None, date],
) -> PlannedDose:
    first_dose, before, today = days
    given = record.day if record.is_given else None
    if first_dose is None or visit.day is None:
        undated = PlannedDose(visit.id, amount, None, None, None, None, given, "planned")
        return _with_state(undated, plan, record, before, today)
    target = date_of_day(visit.day, first_dose)
    first, last = target - timedelta(days=plan.on_time_days), target + timedelta(days=plan.on_time_days)
    latest = target + timedelta(days=plan.late_days)
    if plan.last_day is not None:
        latest = min(latest, date_of_day(plan.last_day, first_dose))
    dose = PlannedDose(visit.id, amount, target, first, last, latest, given, "planned")
    return _with_state(dose, plan, record, before, today)


def _with_state(
    dose: PlannedDose, plan: DosePlan, record: DoseRecord, before: date | None, today: date
) -> PlannedDose:
    if dose.given is not None:
        return replace(dose, state=_state_of_given(dose, dose.given, plan, before))
    return replace(dose, state="missed" if record.is_given is False else _state_by_day(dose, today))


def _state_of_given(dose: PlannedDose, given: date, plan: DosePlan, before: date | None) -> DoseState:
    if before is not None and (given - before).days < plan.least_days_between:
        return "too_soon"
    if dose.latest is not None and given > dose.latest:
        return "past_limit"
    if dose.last is not None and given > dose.last:
        return "late"
    return "early" if dose.first is not None and given < dose.first else "on_time"


def _state_by_day(dose: PlannedDose, today: date) -> DoseState:
    if dose.first is None or dose.last is None or dose.latest is None or today < dose.first:
        return "planned"
    if today > dose.latest:
        return "missed"
    return "due" if today <= dose.last else "overdue"
