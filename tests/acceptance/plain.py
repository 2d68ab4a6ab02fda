"""The four outcomes of the reference trial counted once more: from the rows of the database, in plain Python.

Nothing of the program is used here, neither its rules nor its tables nor its windows, so that a mistake in
them cannot hide. The protocol's words are followed (endpoints, sets, analysis windows, handling of the missing).
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

W16, W34, W52 = (100, 126, 113), (177, 302, 239), (303, 379, 365)  # first day, last day, target
FAILURES = ("adverse_event", "lack_of_efficacy", "pregnancy")

Window = tuple[int, int, int]
Items = dict[str, str | None]  # item -> text, None where a reason for missing stands
Truth = bool | None


@dataclass
class Patient:
    code: str
    records: dict[tuple[str, str, int], Items]

    def value(self, visit: str, form: str, item: str, row: int = 0) -> str | None:
        return self.records.get((visit, form, row), {}).get(item)

    def number(self, visit: str, form: str, item: str) -> Decimal | None:
        text = self.value(visit, form, item)
        return None if text is None else Decimal(text)

    def rows(self, form: str) -> list[Items]:
        return [items for (_, name, row), items in self.records.items() if name == form and row > 0]

    @property
    def first_dose(self) -> date | None:
        given = [
            items["date"]
            for (_, form, _), items in self.records.items()
            if form == "dose" and items.get("given") == "true"
        ]
        return min((date.fromisoformat(day) for day in given if day), default=None)

    def date_of(self, visit: str) -> date | None:
        text = self.value(visit, "visit", "date")
        return date.fromisoformat(text) if text else None

    def visits(self) -> Iterator[tuple[str, date]]:
        for visit, form, _ in self.records:
            if form == "visit" and (day := self.date_of(visit)):
                yield visit, day

    def study_day(self, day: date) -> int:
        passed = (day - (self.first_dose or day)).days
        return passed + 1 if passed >= 0 else passed

    def nearest(self, form: str, item: str, window: Window) -> tuple[str, str] | None:
        """(value, visit) whose day is closest to the window's target, then the earlier."""
        first, last, target = window
        found = [
            (abs(self.study_day(day) - target), day, value, visit)
            for visit, day in self.visits()
            if first <= self.study_day(day) <= last and (value := self.value(visit, form, item)) is not None
        ]
        return min(found)[2:] if found else None

    def pasi(self, window: Window) -> Decimal | None:
        found = self.nearest("pasi", "total", window)
        return Decimal(found[0]) if found else None

    @property
    def baseline(self) -> Decimal | None:
        """The last known PASI before the first dose."""
        at_first = self.number("W0", "pasi", "total")
        return self.number("SCR", "pasi", "total") if at_first is None else at_first


def patients(database: Path) -> list[Patient]:
    """Everybody who got at least one dose."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    found = {
        key: Patient(code, {})
        for key, code in connection.execute("SELECT participant, code FROM participant")
    }
    query = 'SELECT participant, visit, form, "repeat", items FROM record WHERE removed = 0'
    for key, visit, form, row, items in connection.execute(query):
        texts = {item: json.loads(stored[0]).get("v") for item, stored in json.loads(items).items()}
        found[key].records[visit, form, row] = texts
    connection.close()
    return [patient for patient in found.values() if patient.first_dose]


# ------------------------------------------------------------------ week 16


def pasi_90(patient: Patient) -> bool:
    before, after = patient.baseline, patient.pasi(W16)
    return before is not None and after is not None and before > 0 and 10 * after <= before


def pasi_100(patient: Patient) -> bool:
    before = patient.baseline
    return before is not None and before > 0 and patient.pasi(W16) == 0


def pga_0_1(patient: Patient) -> bool:
    found = patient.nearest("pga", "score", W16)
    return found is not None and int(found[0]) <= 1


def responders(everybody: Sequence[Patient], says: Callable[[Patient], bool]) -> int:
    """Non-response: the missing, and who had an intercurrent event that counts as failure."""
    return sum(says(patient) and not failed(patient) for patient in everybody)


def failed(patient: Patient) -> bool:
    """Stopped for harm or lack of effect, prohibited treatment, death; not after the visit of week 16."""
    end = patient.date_of("W16")
    if end is None:
        seen = patient.nearest("pasi", "total", W16) or patient.nearest("pga", "score", W16)
        end = patient.date_of(seen[1]) if seen else None
    if end is None and patient.first_dose:
        end = patient.first_dose + timedelta(days=W16[1] - 1)
    stopped = patient.records.get(("", "end_of_treatment", 0), {})
    left = patient.records.get(("", "end_of_study", 0), {})
    days = []
    if stopped.get("early") == "true" and stopped.get("reason") in FAILURES:
        days.append(stopped["date"])
    if left.get("reason") == "death":
        days.append(left["date"])
    if prohibited(patient):
        days.append(
            min(row["start"] or "" for row in patient.rows("con_med") if begins_prohibited(patient, row))
        )
    return any(day is None or date.fromisoformat(day) <= (end or date.max) for day in days)


def prohibited(patient: Patient) -> Truth:
    """Whether prohibited treatment began after the first dose and before study day 113; None: cannot be told."""
    rows = [begins_prohibited(patient, row) for row in patient.rows("con_med")]
    if True in rows:
        return True
    gates = [
        items.get("gate")
        for (_, form, row), items in patient.records.items()
        if form == "con_med" and not row
    ]
    is_complete = "true" in gates or (gates and None not in gates)
    return None if None in rows or not is_complete else False


def begins_prohibited(patient: Patient, row: Items) -> Truth:
    """A start known to the month or the year is every day of it."""
    if row.get("is_prohibited") == "false":
        return False
    first, start = patient.first_dose, row.get("start")
    if row.get("is_prohibited") is None or not start or not first:
        return None
    lowest = date.fromisoformat((start + "-01-01")[:10])
    highest = lowest if len(start) == 10 else _last_day(lowest, months=len(start) == 7)
    since, until = first + timedelta(days=1), first + timedelta(days=111)
    if since <= lowest and highest <= until:
        return True
    return False if highest < since or until < lowest else None


def _last_day(first: date, *, months: bool) -> date:
    following = (
        date(first.year + first.month // 12, first.month % 12 + 1, 1)
        if months
        else date(first.year + 1, 1, 1)
    )
    return following - timedelta(days=1)


# ------------------------------------------------------------------ relapse to week 52


def relapse(everybody: Sequence[Patient]) -> dict[str, tuple[int, int]]:
    """(relapsed, of how many): lost counted as relapsed, as not relapsed, and left out."""
    members = [one for one in everybody if pasi_90(one) and prohibited(one) is False]
    answers = [relapsed(one) for one in members]
    yes, lost = answers.count(True), answers.count(None)
    return {
        "relapse": (yes + lost, len(members)),
        "relapse.no_event": (yes, len(members)),
        "relapse.left_out": (yes, len(members) - lost),
    }


def relapsed(patient: Patient) -> Truth:
    """Yes where any visit after week 16 says so; no where week 52 was seen and says no."""
    at_end = _or(_half_lost(patient, patient.pasi(W52)), _restarted(patient, W52))
    after = patient.date_of("W16")
    own = [
        visit
        for visit, day in patient.visits()
        if visit.partition("#")[0] in ("W34", "W52", "UNS") and (after is None or day > after)
    ]
    told = [at_end, _or(_half_lost(patient, patient.pasi(W34)), _restarted(patient, W34))]
    for visit in own:
        restarted = patient.value(visit, "relapse", "systemic_restarted")
        told.append(_or(_half_lost(patient, patient.number(visit, "pasi", "total")), _truth(restarted)))
    if True in told:
        return True
    died = patient.value("", "end_of_study", "reason") == "death"
    return False if at_end is False or died else None


def _half_lost(patient: Patient, now: Decimal | None) -> Truth:
    """Half of the improvement of week 16 is gone (National Psoriasis Foundation)."""
    before, best = patient.baseline, patient.pasi(W16)
    if now is None or before is None or best is None:
        return None
    return 2 * (now - best) >= before - best


def _restarted(patient: Patient, window: Window) -> Truth:
    found = patient.nearest("relapse", "systemic_restarted", window)
    return _truth(found[0]) if found else None


def _truth(text: str | None) -> Truth:
    return None if text is None else text == "true"


def _or(left: Truth, right: Truth) -> Truth:
    if left or right:
        return True
    return None if left is None or right is None else False
