"""The context of the page that enrols a participant: what was decided, with links to what was not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, EligibilityDecision
from trialwright.ledger.criteria import deciding_visits, latest_decisions
from trialwright.ledger.status import status_of
from trialwright.study.model import Study
from trialwright.values.problem import Problem
from trialwright.web.calendar import visit_label
from trialwright.web.eligibility.page import DECISIONS
from trialwright.web.links import eligibility_url, participant_url


@dataclass(frozen=True, slots=True)
class DecisionFact:
    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class EnrolPage:
    """stop: why nobody can be enrolled here now, "" where it can be done."""

    code: str
    participant_url: str
    command_id: str
    facts: tuple[DecisionFact, ...]
    stop: str
    explanation: str


def enrol_page(book: Casebook, *, language: str) -> EnrolPage:
    study, decided = book.study, latest_decisions(book)
    facts = tuple(
        DecisionFact(
            gettext("Eligibility at {visit}").format(visit=visit_label(study, visit, language)),
            _decision_text(decided, visit),
            eligibility_url(study.id, book.participant, visit),
        )
        for visit in deciding_visits(study)
    )
    return EnrolPage(
        code=book.code,
        participant_url=participant_url(study.id, book.participant),
        command_id=str(uuid4()),
        facts=facts,
        stop=_stop(book, language),
        explanation=_explanation(study, language),
    )


def _stop(book: Casebook, language: str) -> str:
    study, decided = book.study, latest_decisions(book)
    if book.enrolled:
        return gettext("The participant is enrolled.")
    if status_of(book) == "screen_failed":
        return gettext("The participant is not eligible and cannot be enrolled.")
    waiting = [visit for visit in deciding_visits(study) if visit not in decided]
    if not waiting:
        return ""
    visits = gettext(", ").join(visit_label(study, visit, language) for visit in waiting)
    return gettext("Eligibility is still to be decided: {visits}.").format(visits=visits)


def _explanation(study: Study, language: str) -> str:
    arms = [study.say(arm.label, language) for arm in study.arms.values()]
    if len(arms) == 1:
        return gettext("The participant enters the arm {arm}.").format(arm=arms[0])
    return gettext("The arm is drawn when you enrol: {arms}.").format(arms=", ".join(arms))


def _decision_text(decided: Mapping[str, EligibilityDecision], visit: str) -> str:
    found = decided.get(visit)
    return str(DECISIONS[found.decision]) if found else gettext("not decided yet")


def with_labels(problem: Problem, study: Study, language: str) -> Problem:
    """The sentence with visits as people call them."""
    parts = tuple(
        (name, visit_label(study, part, language) if name == "visit" and part in study.visits else part)
        for name, part in problem.parts
    )
    return replace(problem, parts=parts)
