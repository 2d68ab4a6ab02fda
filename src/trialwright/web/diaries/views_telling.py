"""The site enters for the participant: the choice of the occasion, then the form."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trialwright.ledger.visible import sees_nothing_of
from trialwright.schedule.diary import Occasion
from trialwright.store.casebooks import load
from trialwright.store.errors import NotFound
from trialwright.store.submit import submit
from trialwright.values.dates import parse_date
from trialwright.values.problem import Problem
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.diaries.choice import (
    SITE_SOURCES,
    Chosen,
    choice_page,
    choose,
    is_asked_then,
    wanted_of,
)
from trialwright.web.diaries.telling import (
    FIELDS,
    Telling,
    check_told,
    command_of,
    look_ahead,
    read_told,
)
from trialwright.web.diaries.telling_page import Filled, ahead_answer, telling_lines, telling_page
from trialwright.web.diaries.views import look_to_write
from trialwright.web.fields import require_known
from trialwright.web.forms.problems import ProblemLine, said
from trialwright.web.links import diary_url, participant_url
from trialwright.web.messages import problem
from trialwright.web.said import go_on


@require_GET
@signed_in
def told_choice(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    looking = look_to_write(desk, participant)
    wanted = wanted_of(request.GET.dict())
    if "what" not in request.GET:
        return show(request, "diaries/choice.html", choice_page(looking, wanted), desk=desk)
    chosen = choose(looking, wanted)
    if isinstance(chosen, Chosen):
        return HttpResponseRedirect(_url(desk, participant, chosen.source, chosen.occasion))
    lines = tuple(ProblemLine(one.where, "", said(one)) for one in chosen)
    page = choice_page(looking, wanted, lines)
    return show(request, "diaries/choice.html", page, desk=desk, problems=lines, status=422)


def _url(desk: Desk, participant: str, source: str, occasion: Occasion, name: str = "told") -> str:
    place = (source, occasion.form, occasion.visit, occasion.day.isoformat())
    return reverse(name, args=(desk.study_id, participant, *place))


@dataclass(frozen=True, slots=True)
class Spot:
    """What the address of an occasion says."""

    participant: str
    source: str
    form: str
    visit: str
    day: str


def at_occasion(view: Callable[[HttpRequest, Desk, Telling], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one occasion that the site enters, for people who act on the diary."""

    @signed_in
    @wraps(view)
    def placed(
        request: HttpRequest, desk: Desk, participant: str, source: str, form: str, visit: str, day: str
    ) -> HttpResponse:
        return view(request, desk, _open(desk, Spot(participant, source, form, visit, day)))

    return placed


def _open(desk: Desk, spot: Spot) -> Telling:
    """Raises NotFound for what is no occasion of the diary, and Denied."""
    looking = look_to_write(desk, spot.participant)
    found = looking.book.study.forms.get(spot.form)
    is_form = found is not None and found.ask is not None and not sees_nothing_of(looking.book, found)
    source = next((one for one in SITE_SOURCES if one == spot.source), None)
    if source is None or not is_form or parse_date(spot.day) != spot.day:
        raise NotFound(f"nothing is told of {spot.form} on {spot.day}")
    occasion = Occasion(spot.form, spot.visit, date.fromisoformat(spot.day))
    if not is_asked_then(looking, occasion):
        raise NotFound(f"{spot.form} is not asked on {spot.day}")
    return Telling(looking, source, occasion)


@require_http_methods(["GET", "HEAD", "POST"])
@at_occasion
def told(request: HttpRequest, desk: Desk, telling: Telling) -> HttpResponse:
    return _enter(request, desk, telling) if request.method == "POST" else _show(request, desk, telling)


@require_POST
@at_occasion
def told_ahead(request: HttpRequest, desk: Desk, telling: Telling) -> HttpResponse:
    """What form.js shows while somebody types."""
    filled = _filled(request, desk, telling)
    return JsonResponse(ahead_answer(telling, filled.told, filled.ahead))


def _filled(request: HttpRequest, desk: Desk, telling: Telling) -> Filled:
    items = {name for item in telling.form.items for name in (item, f"{item}.missing", f"{item}.unit")}
    require_known(request, {*FIELDS, *items})
    told = read_told(telling, request.POST.dict())
    book = load(desk.study_id, telling.book.participant)
    at = desk.moment(telling.book.site)
    return Filled(told, look_ahead(telling, book, told, by=desk.actor, at=at))


def _enter(request: HttpRequest, desk: Desk, telling: Telling) -> HttpResponse:
    filled = _filled(request, desk, telling)
    told = filled.told
    if told.posted.command_id not in telling.book.entries:  # else the same page once more
        problems = check_told(telling, told, filled.ahead)
        came = told.stands != (telling.standing.id if telling.standing else "")
        if problems or came:
            problems = (problem("entry-came", ""),) if came else problems
            return _again(request, desk, telling, filled, problems, 409 if came else 422)
    command = command_of(telling, told)
    done = submit(desk.study_id, command, by=desk.actor, at=desk.moment(telling.book.site))
    if done.sealed:
        return go_on(diary_url(desk.study_id, telling.book.participant), desk, done)
    return _again(request, desk, telling, filled, done.problems, 409 if done.conflict else 422)


def _again(
    request: HttpRequest,
    desk: Desk,
    telling: Telling,
    filled: Filled,
    problems: tuple[Problem, ...],
    status: int,
) -> HttpResponse:
    lines = telling_lines(telling, problems)
    return _show(request, desk, telling, replace(filled, lines=lines), status=status)


def _show(
    request: HttpRequest, desk: Desk, telling: Telling, filled: Filled | None = None, *, status: int = 200
) -> HttpResponse:
    participant, place = telling.book.participant, telling.occasion
    links = {
        "participant": participant_url(desk.study_id, participant),
        "ahead": _url(desk, participant, telling.source, place, "told-ahead"),
    }
    page = telling_page(telling, links, str(uuid4()), filled)
    lines = filled.lines if filled else ()
    return show(request, "diaries/told.html", page, desk=desk, problems=lines, status=status)
