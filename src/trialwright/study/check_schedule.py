"""Visits that can be reached, windows that do not meet, and forms that somebody fills somewhere."""

from collections.abc import Iterator
from itertools import pairwise

from trialwright.study.builtin import VISIT_FORM
from trialwright.study.messages import problem
from trialwright.study.model import Form, Role, Study, Visit
from trialwright.study.rights import ELIGIBILITY_AREA, rights_to_enter
from trialwright.values.problem import Problem


def check_schedule(study: Study) -> tuple[Problem, ...]:
    return (
        *_check_windows(study),
        *_check_analysis_days(study),
        *_check_forms(study),
        *_check_duties(study),
    )


def _days(visit: Visit) -> tuple[int, int] | None:
    """First and last study day of a visit; None where any day is right."""
    if visit.day is not None:
        return visit.day - visit.window_before_days, visit.day + visit.window_after_days
    if visit.day_first is not None and visit.day_last is not None:
        return visit.day_first, visit.day_last
    return None


def _condition(visit: Visit) -> str:
    return visit.when.text if visit.when else ""


def _check_windows(study: Study) -> Iterator[Problem]:
    """Visits follow one another; windows of visits that can both take place share no day."""
    timed = [(visit, days) for visit in study.visits.values() if (days := _days(visit))]
    for number, (visit, days) in enumerate(timed):
        for before, earlier in timed[:number]:
            if days[1] < earlier[0]:
                yield problem("visit-unreachable", visit.place, before=before.id)
                break
            is_together = _condition(visit) in (_condition(before), "") or not _condition(before)
            if is_together and days[0] <= earlier[1]:
                yield problem("windows-overlap", visit.place, visit=visit.id, other=before.id)
                break


def _check_analysis_days(study: Study) -> Iterator[Problem]:
    for visit in study.visits.values():
        days = visit.analysis_days
        if days and visit.day is not None and not days[0] <= visit.day <= days[1]:
            yield problem(
                "analysis-days-apart", visit.place, first=days[0], last=days[1], visit=visit.id, day=visit.day
            )
    spans = [(visit, visit.analysis_days) for visit in study.visits.values() if visit.analysis_days]
    by_day = sorted(spans, key=lambda pair: pair[1] or (0, 0))
    for (visit, days), (other, others) in pairwise(by_day):
        if days and others and others[0] <= days[1]:
            yield problem("analysis-days-overlap", other.place, visit=visit.id, other=other.id)


def _check_forms(study: Study) -> Iterator[Problem]:
    for form in study.forms.values():
        if form.id == VISIT_FORM:
            continue
        if form.ask is None and not study.visits_of(form.id):
            yield problem("form-never-collected", form.place)
        if study.roles and not any(_may_enter(role, form) for role in study.roles.values()):
            letters = " + ".join(f"{letter} ({area})" for area, letter in rights_to_enter(form))
            yield problem("nobody-enters", form.place, letters=letters)
        if form.wording == "licensed":
            yield problem("licensed-wording", form.place, "warning", form=form.id)


def _may_enter(role: Role, form: Form) -> bool:
    return all(letter in role.rights.get(area, "") for area, letter in rights_to_enter(form))


def _check_duties(study: Study) -> Iterator[Problem]:
    """Somebody must be able to begin: to enter a participant, and to decide on eligibility."""
    acts = [("screen a participant", "w", "identity")]
    if study.criteria:
        acts.append(("decide on eligibility", "s", ELIGIBILITY_AREA))
    for act, letter, area in acts:
        if study.roles and not any(letter in role.rights.get(area, "") for role in study.roles.values()):
            yield problem("nobody-may", "roles.yaml:1:1", "warning", act=act, letter=letter, area=area)
