"""The time in which an event of a participant counts, from dates of the subject-level dataset and the data cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from trialwright.analysis.messages import problem
from trialwright.analysis.trial import Trial
from trialwright.analysis.variables import is_date
from trialwright.study.dataset_words import subject_dataset
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem

DAYS_OF_A_YEAR: Final = 365.25
FIRST, LAST, AFTER, UNTIL, START = "from", "to", "days_after", "until", "start"
NEEDED: Final = (FIRST, LAST, START)
OPTIONS: Final = (*NEEDED, AFTER, UNTIL)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """The first and the last day; the last may lie before the first, where nothing has begun."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Whether an event of this day is one of this time; of one whose day is not known, nothing says that it is not."""
        return day is None or self.first <= day <= self.last

    def years(self, event: date | None = None) -> float:
        """Both days counted, up to an event; one whose day is not known ends nothing."""
        last = self.last if event is None else min(event, self.last)
        return max((last - self.first).days + 1, 0) / DAYS_OF_A_YEAR


def times_at_risk(trial: Trial, analysis: Analysis, members: Sequence[str]) -> Mapping[str, AtRisk]:
    """Those whose time is known. It ends some days after `to`, at `until` where that is known, or at the data cut."""
    subject = subject_dataset(trial.study)
    if FIRST not in analysis.options or subject is None:
        return {}
    after = timedelta(days=int(analysis.options.get(AFTER, "0")))
    rows = {row["SRCSTRM"]: row for row in trial.derived[subject.id].frame.iter_rows(named=True)}
    found: dict[str, AtRisk] = {}
    for one in members:
        first, last = (rows[one][analysis.options[name]] for name in (FIRST, LAST))
        if first is not None and last is not None:
            until = rows[one][analysis.options[UNTIL]] if UNTIL in analysis.options else None
            ends = [end for end in (last + after, until, trial.cut) if end is not None]
            found[one] = AtRisk(first, min(ends))
    return found


def check_at_risk(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """All that a time needs or nothing of it; dates where dates are wanted."""
    given = [one for one in OPTIONS if one in analysis.options]
    lacking = [one for one in NEEDED if given and one not in analysis.options]
    if lacking:
        needs = ", ".join(lacking)
        return (problem("option-needs-others", analysis.place, option=given[0], needs=needs),)
    found = []
    subject = subject_dataset(study)
    for option in (one for one in given if one != AFTER):
        name, dataset = analysis.options[option], analysis.dataset if option == START else None
        where = dataset or (subject.id if subject is not None else "")
        if not is_date(study, where, name):
            found.append(problem("option-no-date", analysis.place, option=option, name=name, dataset=where))
    days = analysis.options.get(AFTER, "0")
    if not days.isdecimal():
        found.append(problem("option-no-days", analysis.place, option=AFTER, text=days))
    return tuple(found)


def unknown_times(
    trial: Trial, analysis: Analysis, members: Sequence[str], known: Mapping[str, AtRisk]
) -> tuple[Problem, ...]:
    """Of whom no time is known: rates are of the others."""
    untold = [one for one in members if one not in known] if FIRST in analysis.options else []
    if not untold:
        return ()
    codes = trial.some_codes(untold)
    return (problem("time-at-risk-unknown", analysis.place, "warning", count=len(untold), codes=codes),)
