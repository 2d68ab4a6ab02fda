"""Signing in and out, and the language of the pages."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import activate, check_for_language, gettext
from django.views.decorators.http import require_http_methods, require_POST

from trialwright.ledger.commands import Moment
from trialwright.store.accounts import accounts_of, grants_of
from trialwright.store.definitions import newest_study, studies
from trialwright.store.entrance import sign_in as let_in
from trialwright.store.entrance import sign_in_demo as let_in_demo
from trialwright.store.entrance import sign_out as let_out
from trialwright.store.errors import NotFound
from trialwright.store.models import Account
from trialwright.values.problem import Problem
from trialwright.web.answer import Link, refuse, show
from trialwright.web.desk import stay, study_language, time_left
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import home_url, registry_url

BACKEND = "trialwright.store.entrance.AccountBackend"
LANGUAGE_AGE = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Door:
    account: str
    id: str  # of the role
    role: str
    name: str
    site: str


@dataclass(frozen=True, slots=True)
class SignInPage:
    next: str
    login: str
    doors: tuple[Door, ...]
    registry: tuple[Link, ...]


def _now() -> Moment:
    now = datetime.now(UTC)
    return Moment(now, now.date())


def _next(request: HttpRequest, study: str = "") -> str:
    """Where to go on, on this server only."""
    target = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return target
    return home_url(study) if study else ""


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return show(request, "entrance/sign_in.html", _page(request))
    known = studies()
    if not known:
        raise NotFound("no study in this data folder")
    address = request.META.get("REMOTE_ADDR", "")
    found = let_in(
        known[0], request.POST.get("login", ""), request.POST.get("password", ""), address=address, at=_now()
    )
    if isinstance(found, Problem):
        lines = (ProblemLine("login", "", found.say(gettext)),)
        return show(request, "entrance/sign_in.html", _page(request), problems=lines, status=422)
    return _enter(request, found)


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    known = studies()
    if not (settings.IS_DEMO and known):
        raise NotFound("no demo")
    return _enter(request, let_in_demo(known[0], request.POST.get("account", ""), at=_now()))


def _enter(request: HttpRequest, account: Account) -> HttpResponse:
    grants = grants_of(account)
    if not grants:
        sentence = gettext("Your account has no role in a study yet. Ask the administrator for one.")
        return refuse(request, 403, gettext("You may not do this"), sentence)
    login(request, account, backend=BACKEND)
    response = HttpResponseRedirect(_next(request, grants[0][0]))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and check_for_language(account.language.lower()):
        _remember(response, account.language.lower())
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Account):
        grants = grants_of(request.user)
        if grants:
            let_out(grants[0][0], request.user, at=_now())
        logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """Seconds until the session ends, for session.js. GET only tells; POST stays signed in. 401 once it is over."""
    left = time_left(request)
    if not isinstance(request.user, Account) or min(left.idle, left.whole) < 0:
        return JsonResponse({"signed_in": False}, status=401)
    if request.method == "POST":
        stay(request)
        left = time_left(request)
    return JsonResponse({"idle": int(left.idle), "whole": int(left.whole)})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "").lower()
    response = HttpResponseRedirect(_next(request) or reverse("start"))
    if check_for_language(chosen):
        activate(chosen)
        _remember(response, chosen)
    return response


def _remember(response: HttpResponse, chosen: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=LANGUAGE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _page(request: HttpRequest) -> SignInPage:
    found = [newest_study(study) for study in studies()]
    here = study_language()
    return SignInPage(
        next=_next(request),
        login=request.POST.get("login", ""),
        doors=tuple(door for study in found for door in _doors(study.id)) if settings.IS_DEMO else (),
        registry=tuple(
            Link(registry_url(study.id), f"{study.id} · {study.say(study.title, here)}") for study in found
        ),
    )


def _doors(study_id: str) -> tuple[Door, ...]:
    """One door a role of a demo account, in the order in which the study names its roles."""
    study = newest_study(study_id)
    here, order = study_language(), list(study.roles)
    doors = (
        Door(account.id, role, study.say(study.roles[role].label, here), account.name, site)
        for account in accounts_of(study_id)
        for held, role, site in grants_of(account)
        if held == study_id and role in study.roles
    )
    return tuple(sorted(doors, key=lambda door: order.index(door.id)))
