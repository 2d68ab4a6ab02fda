"""The analysis sets with who is in them, and the page on which somebody decides on one participant."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import DecideSet
from trialwright.ledger.events import SetDecided
from trialwright.ledger.visible import hidden_from
from trialwright.store.accounts import names_of
from trialwright.store.casebooks import load
from trialwright.store.errors import NotFound
from trialwright.store.events import histories, history
from trialwright.store.submit import submit
from trialwright.study.model import Population
from trialwright.study.rights import REVIEW_AREA
from trialwright.values.words import words_of
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import require_known
from trialwright.web.forms.history import actors_in
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import sets_url
from trialwright.web.review.found import reviewed_books
from trialwright.web.review.page import NOTHING_TYPED, Typed, Who
from trialwright.web.review.sets import count_sets, sets_seen, standing_of
from trialwright.web.review.sets_page import (
    Decision,
    choosing_page,
    decision_line,
    set_line,
    set_page,
    sets_page,
)
from trialwright.web.review.views import lines_of, require_review, who_in, whole
from trialwright.web.said import go_on

KIND = ("SetDecided",)
DECISIONS: dict[str, bool | None] = {"in": True, "out": False, "rule": None}


@require_GET
@signed_in
def review_sets(request: HttpRequest, desk: Desk) -> HttpResponse:
    require_review(desk)
    books, study = reviewed_books(desk), desk.study
    populations = sets_seen(study, books, desk.actor)
    may_decide = desk.may_anywhere(REVIEW_AREA, "w")
    counts = count_sets(study, books, populations, desk.today())
    lines = [set_line(study, one, desk.language, may_decide=may_decide) for one in counts]
    page = sets_page(desk.study_id, lines, _standing(desk, books, populations))
    return show(request, "review/sets.html", page, desk=desk)


def _standing(desk: Desk, books: Sequence[Casebook], populations: Sequence[Population]) -> Iterator[Decision]:
    """The decisions that stand, set by set and then by participant."""
    decided = [book.participant for book in books if any(one.is_in is not None for one in book.sets.values())]
    events = {
        (participant, one.sequence): one
        for participant, found in histories(desk.study_id, decided, kinds=KIND).items()
        for one in found
    }
    who = Who(desk.language, {}, names_of(actors_in(events.values())))
    for population in populations:
        for book in books:
            last = book.sets.get(population.id)
            if last is not None and last.is_in is not None:
                may_decide = desk.may(REVIEW_AREA, "w", book.site)
                event = events[book.participant, last.sequence]
                yield decision_line(book, population, event, who, may_decide=may_decide)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decide_set(request: HttpRequest, desk: Desk, population: str) -> HttpResponse:
    require_review(desk)
    if not desk.may_anywhere(REVIEW_AREA, "w"):
        desk.require(REVIEW_AREA, "w", desk.sites()[0])
    if request.method == "POST":
        require_known(request, ("command", "participant", "base", "decision", "reason"))
        return _decide(request, desk, population)
    chosen = request.GET.get("participant", "")
    if chosen:
        return _page(request, desk, _asked(desk, chosen, population), population)
    books = [book for book in reviewed_books(desk) if desk.may(REVIEW_AREA, "w", book.site)]
    known = next((one for one in sets_seen(desk.study, books, desk.actor) if one.id == population), None)
    if known is None:
        raise NotFound(f"no set {population}")
    enrolled = (book for book in books if book.enrolled)
    page = choosing_page(desk.study, known, enrolled, desk.language)
    return show(request, "review/set.html", page, desk=desk)


def _asked(desk: Desk, participant: str, population: str) -> Casebook:
    """The casebook of who is decided on, as it is stored. Raises NotFound where there is no such set, or where it is
    hidden from the person; Denied where they may take no decision there."""
    seen = desk.book(participant)
    desk.require(REVIEW_AREA, "w", seen.site)
    book = load(desk.study_id, participant)
    hidden = hidden_from(book, actor=desk.actor).sets
    if population not in book.study.populations or population in hidden or not book.enrolled:
        raise NotFound(f"no set {population}")
    return book


def _decide(request: HttpRequest, desk: Desk, population: str) -> HttpResponse:
    post = request.POST
    book = _asked(desk, post.get("participant", ""), population)
    typed = Typed(post.get("decision", ""), words_of(post.get("reason", "")))
    if typed.decision not in DECISIONS:
        lines = (ProblemLine("do", "", gettext("Say what you decide.")),)
        return _page(request, desk, book, population, typed, lines, 422)
    command = DecideSet(
        post.get("command", ""),
        book.participant,
        population,
        DECISIONS[typed.decision],
        whole(post.get("base", "")),
        typed.reason,
    )
    done = submit(desk.study_id, command, by=desk.actor, at=desk.moment(book.site))
    if done.sealed:
        return go_on(sets_url(desk.study_id), desk, done)
    status = 409 if done.conflict else 422
    return _page(request, desk, done.book, population, typed, lines_of(done.problems), status)


def _page(
    request: HttpRequest,
    desk: Desk,
    book: Casebook,
    population: str,
    typed: Typed = NOTHING_TYPED,
    lines: tuple[ProblemLine, ...] = (),
    status: int = 200,
) -> HttpResponse:
    events = tuple(
        one
        for one in history(desk.study_id, book.participant, kinds=KIND)
        if isinstance(one.body, SetDecided)
    )
    known = book.study.populations[population]
    standing = standing_of(book, population, desk.today())
    page = set_page(book, known, standing, events, who_in(desk, events), typed)
    return show(request, "review/set.html", page, desk=desk, problems=lines, status=status)
