"""Eligibility at a visit, and enrolment."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from trialwright.ledger.commands import Command, DecideEligibility, EnrolParticipant
from trialwright.ledger.events import Decision
from trialwright.ledger.status import status_of
from trialwright.store.submit import Submitted, submit
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.values.problem import Problem
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.eligibility.enrolment import enrol_page, with_labels
from trialwright.web.eligibility.page import EligibilityPage, eligibility_page, has_answers
from trialwright.web.fields import fields_of, require_known
from trialwright.web.forms.aside import leave_told
from trialwright.web.forms.drafts import draft_of, page_of
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened, Typed, typed_of
from trialwright.web.forms.opening import open_decision
from trialwright.web.forms.posted import Place
from trialwright.web.forms.problems import ProblemLine, problem_lines
from trialwright.web.forms.read_back import read_back
from trialwright.web.links import eligibility_url, participant_url
from trialwright.web.said import go_on


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def eligibility(request: HttpRequest, desk: Desk, participant: str, visit: str) -> HttpResponse:
    opened = open_decision(desk, participant, visit)
    if request.method == "POST":
        return _save(request, desk, opened)
    return show(
        request, "eligibility/eligibility.html", _page(desk, opened, draft_of(desk, opened)), desk=desk
    )


def _page(
    desk: Desk, opened: Opened, typed: Typed | None = None, lines: tuple[ProblemLine, ...] = ()
) -> EligibilityPage:
    may_decide = desk.may(ELIGIBILITY_AREA, "s", opened.book.site)
    may_enrol = status_of(opened.book) == "eligible" and desk.may(ELIGIBILITY_AREA, "w", opened.book.site)
    return eligibility_page(opened, typed, lines, may_decide=may_decide, may_enrol=may_enrol)


def _save(request: HttpRequest, desk: Desk, opened: Opened) -> HttpResponse:
    """The answers first, then the decision, which sees them."""
    answers = fields_of(opened.book.study, opened.form) if has_answers(opened) else frozenset()
    require_known(request, {"decide", "decide_command", *answers})
    place = opened.place
    answered = _save_answers(request, desk, opened) if answers else None
    if isinstance(answered, HttpResponse):
        return answered
    leave_told(page_of(request, desk, place))
    acts = [answered] if answered else []
    decision = _decision(request.POST.get("decide", ""))
    if decision is not None:
        command = DecideEligibility(
            request.POST.get("decide_command", ""), place.participant, place.visit, decision
        )
        done = _submit(desk, opened, command)
        acts.append(done)
        if done.problems and not done.sealed:
            return _again(request, desk, place, None, done.problems, 409 if done.conflict else 422)
    return go_on(eligibility_url(desk.study.id, place.participant, place.visit), desk, *acts)


def _save_answers(request: HttpRequest, desk: Desk, opened: Opened) -> HttpResponse | Submitted | None:
    """What became of them, None where none was changed; the page again where they were not saved."""
    posted = read_back(opened, request.POST.dict())
    place, typed = opened.place, typed_of(posted)
    if posted.problems:
        return _again(request, desk, place, typed, posted.problems)
    if not posted.items:
        return None
    done = _submit(desk, opened, posted.command(place))
    if done.conflict:  # its problems show both values: the next save goes by the record as it is now
        return _again(request, desk, place, replace(typed, base=None), done.problems, 409)
    if done.problems and not done.sealed:
        return _again(request, desk, place, typed, done.problems, 422)
    return done


def _decision(text: str) -> Decision | None:
    match text:
        case "eligible" | "not_eligible":
            return text
        case _:
            return None


def _submit(desk: Desk, opened: Opened, command: Command) -> Submitted:
    return submit(desk.study.id, command, by=desk.actor, at=desk.moment(opened.book.site))


def _again(
    request: HttpRequest,
    desk: Desk,
    place: Place,
    typed: Typed | None,
    problems: tuple[Problem, ...],
    status: int = 422,
) -> HttpResponse:
    """The page as the record is now, with what was typed and not saved in its fields."""
    opened = open_decision(desk, place.participant, place.visit)
    lines = problem_lines(problems, layout_of(opened.book.study, opened.form.id, opened.language))
    return show(
        request,
        "eligibility/eligibility.html",
        _page(desk, opened, typed, lines),
        desk=desk,
        problems=lines,
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enrol(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    book = desk.book(participant)
    desk.require(ELIGIBILITY_AREA, "w", book.site)
    lines: tuple[ProblemLine, ...] = ()
    if request.method == "POST":
        require_known(request, ("command",))
        command = EnrolParticipant(request.POST.get("command", ""), participant, "")
        done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(book.site))
        if done.sealed:
            return go_on(participant_url(desk.study.id, participant), desk, done)
        problems = [with_labels(problem, book.study, desk.language) for problem in done.problems]
        lines = tuple(ProblemLine("", "", line.text) for line in problem_lines(problems))
    page = enrol_page(book, language=desk.language)
    return show(
        request, "eligibility/enrol.html", page, desk=desk, problems=lines, status=422 if lines else 200
    )
