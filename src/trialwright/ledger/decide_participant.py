"""Screening, eligibility, enrolment, the participant's code."""

import re
import unicodedata
from typing import Final

from trialwright.ledger.affected import Change
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import (
    Actor,
    CorrectCode,
    DecideEligibility,
    EnrolParticipant,
    Moment,
    ScreenParticipant,
)
from trialwright.ledger.course import Course, Decided, follow, refused
from trialwright.ledger.criteria import CriterionStatus, criteria_at, deciding_visits, latest_decisions
from trialwright.ledger.events import (
    CodeCorrected,
    Draft,
    EligibilityDecided,
    ParticipantEnrolled,
    ParticipantScreened,
)
from trialwright.ledger.held import held_visits
from trialwright.ledger.messages import problem
from trialwright.ledger.queries import check_text
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import require
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.values.problem import Problem
from trialwright.values.words import words_of

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,19}")
# The arm stands in no record; what reads it does so as a fact of the participant or of the plan.
_ARM: Final = (Change("", "participant", 0, "arm"), Change("", "plan", 0, "dose"))


def folded_code(code: str) -> str:
    """A participant's code as it is stored and compared: full-width and small letters are the plain capitals.

    >>> folded_code(" ａ01-7 ")
    'A01-7'
    """
    return unicodedata.normalize("NFKC", code).strip().upper()


def decide_screen(book: Casebook, command: ScreenParticipant, *, by: Actor) -> Decided:
    """A new casebook. That the code is free, only the store can tell."""
    if command.site not in book.study.sites:
        return refused(problem("no-such-site", command.site, site=command.site))
    require(book.study, by, "identity", "w", command.site)
    if book.sequence:
        return refused(problem("already-screened", book.code))
    problems = _check_code(command.code)
    if problems:
        return refused(*problems)
    screened = ParticipantScreened(command.participant)
    return Decided((Draft(screened, {"code": folded_code(command.code)}),))


def decide_correct_code(book: Casebook, command: CorrectCode, *, by: Actor) -> Decided:
    require(book.study, by, "identity", "w", book.site)
    problems = _check_code(command.code) + check_text(command.reason, "code")
    code = folded_code(command.code)
    if not problems and code == book.code:
        problems = (problem("code-unchanged", "code", typed=code),)
    if problems:
        return refused(*problems)
    return Decided((Draft(CodeCorrected(), {"code": code}, reason=words_of(command.reason)),))


def _check_code(code: str) -> tuple[Problem, ...]:
    folded = folded_code(code)
    if not folded:
        return (problem("code-needed", "code"),)
    return () if _CODE.fullmatch(folded) else (problem("code-malformed", "code", typed=code[:40]),)


def decide_eligibility(book: Casebook, command: DecideEligibility, *, by: Actor, at: Moment) -> Decided:
    """ "Eligible" needs every criterion of the visit to allow it; "not eligible" may be decided with any of them."""
    require(book.study, by, ELIGIBILITY_AREA, "s", book.site)
    if book.enrolled:
        return refused(problem("already-enrolled", command.visit))
    if command.visit not in deciding_visits(book.study):
        return refused(problem("not-decided-here", command.visit))
    held = held_visits(book).get(command.visit)
    if held is None or held.day is None or held.day > at.site_date:
        return refused(problem("visit-date-needed", command.visit))
    statuses = criteria_at(book, command.visit)
    problems = _check_criteria(statuses, command.visit) if command.decision == "eligible" else ()
    if problems:
        return refused(*problems)
    said = tuple((status.criterion.id, status.status) for status in statuses)
    return Decided((Draft(EligibilityDecided(command.visit, command.decision, said)),))


def _check_criteria(statuses: tuple[CriterionStatus, ...], visit: str) -> tuple[Problem, ...]:
    codes = {"not_met": "criterion-not-met", "unknown": "criterion-unknown"}
    return tuple(
        problem(codes[status.status], f"{visit} / {status.criterion.id}", criterion=status.criterion.id)
        for status in statuses
        if status.status != "met"
    )


def decide_enrol(book: Casebook, command: EnrolParticipant, *, by: Actor) -> Decided:
    """Consent, screening and eligibility come first, and must still hold. 21 CFR 11.10(f)"""
    require(book.study, by, ELIGIBILITY_AREA, "w", book.site)
    if book.enrolled:
        return refused(problem("already-enrolled", book.code))
    if command.arm not in book.study.arms:
        return refused(problem("no-such-arm", book.code, arm=command.arm))
    problems = _check_eligibility(book)
    if problems:
        return refused(*problems)
    course = Course(CasebookReader(book), book, [])
    course.add(Draft(ParticipantEnrolled(), {"arm": command.arm}))
    return follow(course, [], also=_ARM)


def _check_eligibility(book: Casebook) -> tuple[Problem, ...]:
    decided = latest_decisions(book)
    problems: list[Problem] = []
    for visit in deciding_visits(book.study):
        decision = decided.get(visit)
        if decision is None:
            problems.append(problem("eligibility-needed", visit, visit=visit))
        elif decision.decision == "not_eligible":
            problems.append(problem("not-eligible", visit, visit=visit))
        else:  # what was decided on may have been corrected since
            problems += _check_criteria(criteria_at(book, visit), visit)
    return tuple(problems)
