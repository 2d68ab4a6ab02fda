"""The list of deviations, and the page on which somebody decides whether one is important."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.commands import ClassDeviation
from trialwright.ledger.deviations import finds
from trialwright.ledger.events import Importance, Sealed
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import holds_data
from trialwright.ledger.visible import hidden_from, visible
from trialwright.store.accounts import names_of
from trialwright.store.acts import acts_of
from trialwright.store.casebooks import load
from trialwright.store.errors import NotFound
from trialwright.store.events import history
from trialwright.store.submit import submit
from trialwright.study.rights import REVIEW_AREA
from trialwright.values.problem import Problem
from trialwright.values.words import words_of
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import require_known
from trialwright.web.forms.history import actors_in
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import review_url
from trialwright.web.paging import cut, page_number
from trialwright.web.review.found import Found, deviations_of, reviewed_books
from trialwright.web.review.page import (
    OPEN,
    SHOWN,
    Asked,
    Typed,
    Who,
    class_of,
    deviation_page,
    filters_of,
    line_of,
    review_page,
)
from trialwright.web.said import go_on

PAGE = 50


@require_GET
@signed_in
def review(request: HttpRequest, desk: Desk) -> HttpResponse:
    require_review(desk)
    shown, number = request.GET.get("show", OPEN), page_number(request)
    shown = shown if shown in SHOWN else OPEN
    everything = deviations_of(desk, reviewed_books(desk))
    wanted = [one for one in everything if shown in ("all", class_of(one))]
    start = (number - 1) * PAGE
    found, paging = cut(
        wanted[start : start + PAGE + 1],
        PAGE,
        number,
        lambda page: review_url(desk.study_id, show=shown, page=str(page)),
        count=len(wanted),
    )
    who = _who(desk, found)
    filters = filters_of(desk.study_id, everything, shown)
    page = review_page(desk.study_id, filters, (line_of(one, who) for one in found), paging)
    return show(request, "review/list.html", page, desk=desk)


def require_review(desk: Desk) -> None:
    """Raises Denied where the person may see the review at none of their sites."""
    if not desk.may_anywhere(REVIEW_AREA, "r"):
        desk.require(REVIEW_AREA, "r", next(iter((*desk.sites(), *desk.study.sites))))


def _who(desk: Desk, found: Iterable[Found]) -> Who:
    keys = [
        (one.book.participant, one.deviation.classed.sequence)
        for one in found
        if one.deviation.classed is not None
    ]
    acts = acts_of(desk.study_id, keys)
    return Who(desk.language, acts, names_of(frozenset(act.actor for act in acts.values())))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def class_deviation(
    request: HttpRequest, desk: Desk, participant: str, check: str, visit: str, repeat: int
) -> HttpResponse:
    asked = _asked(desk, participant, check, visit, repeat)
    typed, lines, status = Typed(), tuple[ProblemLine, ...](), 200
    if request.method == "POST":
        require_known(request, ("command", "base", "decision", "reason"))
        post = request.POST
        typed = Typed(post.get("decision", ""), words_of(post.get("reason", "")))
        importance = _importance(typed.decision)
        if importance is None:
            lines, status = (ProblemLine("do", "", gettext("Say whether it is important.")),), 422
        else:
            base = whole(post.get("base", ""))
            command = ClassDeviation(
                *(post.get("command", ""), participant, asked.check.id, *asked.key),
                importance=importance,
                base=base,
                reason=typed.reason,
            )
            done = submit(desk.study_id, command, by=desk.actor, at=desk.moment(asked.book.site))
            if done.sealed:
                return go_on(review_url(desk.study_id), desk, done)
            lines, status = lines_of(done.problems), 409 if done.conflict else 422
            asked = _asked(desk, participant, check, visit, repeat)
    events = history(desk.study_id, participant, kinds=("DeviationClassed",))
    page = deviation_page(
        asked,
        events,
        who_in(desk, events),
        typed,
        may_decide=desk.may(REVIEW_AREA, "w", asked.book.site),
    )
    return show(request, "review/deviation.html", page, desk=desk, problems=lines, status=status)


def _asked(desk: Desk, participant: str, name: str, visit: str, repeat: int) -> Asked:
    """Raises NotFound where there is no such check of this level, or no such record that the person may see; Denied
    where they may not see the review there."""
    seen = desk.book(participant)
    desk.require(REVIEW_AREA, "r", seen.site)
    book = load(desk.study_id, participant)
    check = next((one for one in book.study.checks_about() if one.id == name), None)
    if check is None or check.level != "deviation" or check.id in hidden_from(book, actor=desk.actor).checks:
        raise NotFound(f"no deviation {name}")
    key = (visit, check.about_form, repeat)
    is_readable = book.study.forms[check.about_form].area in desk.readable(book.study, book.site)
    if not is_readable or not holds_data(visible(book, actor=desk.actor).records.get(key)):
        raise NotFound(f"no record of {name}")
    return Asked(book, check, visit, repeat, finds(check, CasebookReader(book), visit, repeat))


def who_in(desk: Desk, events: Iterable[Sealed]) -> Who:
    return Who(desk.language, {}, names_of(actors_in(events)))


def whole(text: str) -> int:
    """The event that the page said stands; of no number none, so that a page that was altered is a conflict."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _importance(text: str) -> Importance | None:
    match text:
        case "important" | "not_important":
            return text
        case _:
            return None


def lines_of(problems: Iterable[Problem]) -> tuple[ProblemLine, ...]:
    """What is wrong with a reason belongs to its field, all else to the decision."""
    return tuple(
        ProblemLine("reason", gettext("Reason"), one.say(gettext))
        if one.code.startswith("text-")
        else ProblemLine("do", "", one.say(gettext))
        for one in problems
    )
