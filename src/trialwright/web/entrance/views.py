"""Signing in and out, the role in which somebody acts, and the language of the pages."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import activate, check_for_language, gettext
from django.views.decorators.http import require_http_methods, require_POST

from trialwright.ledger.commands import Moment
from trialwright.store import clock
from trialwright.store.accounts import accounts_of, actors_of, grants_of
from trialwright.store.definitions import newest_study, studies
from trialwright.store.entrance import address_of
from trialwright.store.entrance import sign_in as let_in
from trialwright.store.entrance import sign_in_demo as let_in_demo
from trialwright.store.entrance import sign_out as let_out
from trialwright.store.errors import NotFound
from trialwright.store.models import Account
from trialwright.values.problem import Problem
from trialwright.web.answer import Link, refuse, show
from trialwright.web.desk import account_of, begin, stay, study_language, time_left, to_sign_in
from trialwright.web.fields import require_known
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.held import hand_over, has_ended, is_held
from trialwright.web.links import home_url, registry_url
from trialwright.web.roles import acting, choose_role, forget_roles
from trialwright.web.show import show_date

BACKEND = "trialwright.store.entrance.AccountBackend"
LANGUAGE_AGE = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Door:
    """One role of one person in a study. note: whose it is, and where it holds."""

    account: str
    study: str
    id: str  # of the role
    role: str
    note: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class RolePage:
    next: str
    doors: tuple[Door, ...]


@dataclass(frozen=True, slots=True)
class SignInPage:
    next: str
    ended: str
    login: str
    doors: tuple[Door, ...]
    built_to: str  # of a demo: the day on which its trial stands, and one on which it was in full course
    middle: str
    registry: tuple[Link, ...]


def _now() -> Moment:
    now = clock.now()
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
    require_known(request, ("next", "login", "password"))
    if not studies():
        raise NotFound("no study in this data folder")
    post, address = request.POST, address_of(request)
    found = let_in(post.get("login", ""), post.get("password", ""), address=address, at=_now())
    if isinstance(found, Problem):
        lines = (ProblemLine("login", "", found.say(gettext)),)
        return show(request, "entrance/sign_in.html", _page(request), problems=lines, status=422)
    return _enter(request, found)


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    require_known(request, ("next", "account", "study", "role"))
    post = request.POST
    if not settings.IS_DEMO:
        raise NotFound("no demo")
    account = let_in_demo(post.get("account", ""), at=_now())
    return _enter(request, account, (post.get("study", ""), post.get("role", "")))


def _enter(request: HttpRequest, account: Account, door: tuple[str, str] = ("", "")) -> HttpResponse:
    """door: study and role, where the person came in by one of the demo's doors."""
    held = {(study, role): None for study, role, _ in grants_of(account)}
    if not held:
        sentence = gettext("Your account has no role in a study yet. Ask the administrator for one.")
        return refuse(request, 403, gettext("You may not do this"), sentence)
    login(request, account, backend=BACKEND)
    begin(request)
    forget_roles(request)
    hand_over(request, account)
    if door in held:
        choose_role(request, *door)
    only = door if door in held else next(iter(held)) if len(held) == 1 else ("", "")
    response = HttpResponseRedirect(_next(request, only[0]) or reverse("role"))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and check_for_language(account.language.lower()):
        _remember(response, account.language.lower())
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest) -> HttpResponse:
    """The choice of the role in which a person acts, among those that they hold."""
    account = account_of(request)
    if account is None:
        return to_sign_in(request)
    if request.method != "POST":
        page = RolePage(_next(request), _own_doors(request, account))
        return show(request, "entrance/role.html", page, person=account.name)
    require_known(request, ("next", "study", "role"))
    study, chosen = request.POST.get("study", ""), request.POST.get("role", "")
    if (study, chosen) not in {held[:2] for held in grants_of(account)}:
        raise NotFound(f"{account.id} does not hold this role")
    choose_role(request, study, chosen)
    target = _next(request, study)
    return HttpResponseRedirect(target if target.startswith(home_url(study)) else home_url(study))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    require_known(request, ())
    if isinstance(request.user, Account):
        let_out(request.user, at=_now())
        logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """Seconds until the session ends, for session.js. GET only tells; POST stays signed in. 401 once it is over."""
    if not isinstance(request.user, Account):
        return JsonResponse({"signed_in": False}, status=401)
    left = time_left(request)
    if min(left.idle, left.whole) < 0:
        return JsonResponse({"signed_in": False}, status=401)
    if request.method == "POST":
        require_known(request, ())
        stay(request)
        left = time_left(request)
    return JsonResponse({"idle": int(left.idle), "whole": int(left.whole)})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    require_known(request, ("language", "next"))
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
        ended=_ended(request),
        login=request.POST.get("login", ""),
        doors=tuple(door for study in found for door in _doors(study.id)) if settings.IS_DEMO else (),
        built_to=_shown_day(settings.DEMO.built_to),
        middle=settings.DEMO.middle,
        registry=tuple(
            Link(registry_url(study.id), f"{study.id} · {study.say(study.title, here)}") for study in found
        ),
    )


def _shown_day(iso: str) -> str:
    return show_date(date.fromisoformat(iso)) if iso else ""


def _ended(request: HttpRequest) -> str:
    if is_held(request):
        return gettext(
            "Your session ended. What you entered is kept: sign in again, and it stands in the form."
        )
    return gettext("Your session ended. Sign in again to go on.") if has_ended(request) else ""


def _doors(study_id: str) -> tuple[Door, ...]:
    """One door a role of a demo account, in the order in which the study names its roles."""
    study = newest_study(study_id)
    here, order = study_language(), list(study.roles)
    doors = (
        Door(account.id, study_id, role, study.say(study.roles[role].label, here), _note(account.name, site))
        for account in accounts_of(study_id)
        for held, role, site in grants_of(account)
        if held == study_id and role in study.roles
    )
    return tuple(sorted(doors, key=lambda door: order.index(door.id)))


def _note(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _own_doors(request: HttpRequest, account: Account) -> tuple[Door, ...]:
    """One door a role that the person holds; a role that the study no longer has leads nowhere."""
    here = study_language()
    doors: list[Door] = []
    for study_id in dict.fromkeys(study for study, _, _ in grants_of(account)):
        study, actors = newest_study(study_id), actors_of(account, study_id)
        now = acting(request, study_id, actors)
        for actor in actors:
            if actor.role in study.roles:
                label = study.say(study.roles[actor.role].label, here)
                note = _note(study_id, ", ".join(sorted(actor.sites)) or gettext("All sites"))
                doors.append(Door(account.id, study_id, actor.role, label, note, is_current=actor == now))
    return tuple(doors)
