"""Who asks, in which role, of which study: worked out once a request and handed to the view."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.rights import Letter, may, may_enter, reaches, require
from trialwright.ledger.veils import veils
from trialwright.ledger.visible import visible
from trialwright.store import clock
from trialwright.store.accounts import actors_of
from trialwright.store.casebooks import Position, book_at, position_of
from trialwright.store.definitions import active_sites, newest_study, study_by_hash
from trialwright.store.errors import NotFound
from trialwright.store.many import load_many
from trialwright.store.models import Account
from trialwright.store.sights import Sight
from trialwright.study.model import Study
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.web.held import hold, note_end
from trialwright.web.roles import acting

P = ParamSpec("P")
_DESK = "trialwright.desk"  # among what is known of a request
_SEEN_EVERY = 60  # seconds; the session is not written anew at each request


@dataclass(frozen=True)
class Desk:
    """The study and the person at it. A page about one participant goes by the casebook's own version instead."""

    study_id: str
    actor: Actor
    name: str
    utc: datetime
    language: str
    has_choice: bool = False  # whether the person holds other roles besides

    @cached_property
    def active(self) -> dict[str, str]:
        """Site -> hash of the version that is active there; asked of the store when a page needs it."""
        return active_sites(self.study_id)

    @cached_property
    def study(self) -> Study:
        """The version active at one of the person's sites; before any is active, the newest."""
        for site, definition in self.active.items():
            if reaches(self.actor, site):
                return study_by_hash(self.study_id, definition)
        return newest_study(self.study_id)

    def study_at(self, site: str) -> Study:
        """The version that is active at a site: its sites, rights and calendar are those that count there."""
        active = self.active.get(site)
        return self.study if active is None else study_by_hash(self.study_id, active)

    def moment(self, site: str) -> Moment:
        """Now, on the calendar of the site."""
        return self.moment_in(self.study_at(site), site)

    def moment_in(self, study: Study, site: str) -> Moment:
        """Now, on the calendar of a site as that version of the study has it."""
        return Moment(self.utc, self.clock(study, site).date())

    def clock(self, study: Study, site: str) -> datetime:
        """Now, as a clock at the site shows it."""
        return self.utc.astimezone(ZoneInfo(study.sites[site].timezone))

    def may(self, area: str, letter: Letter, site: str) -> bool:
        return may(self.study_at(site), self.actor, area, letter, site)

    def may_anywhere(self, area: str, letter: Letter) -> bool:
        return any(self.may(area, letter, site) for site in self.sites())

    def readable(self, study: Study, site: str) -> frozenset[str]:
        """The areas that the person may read there, as that version of the study has it: those of forms, and that of
        decisions where there are any to take."""
        areas = {form.area for form in study.forms.values()}
        areas |= {ELIGIBILITY_AREA} if study.criteria else set()
        return frozenset(area for area in areas if may(study, self.actor, area, "r", site))

    def reads_anywhere(self) -> bool:
        """Whether there is any site of whose data the person may read something."""
        return any(self.readable(self.study_at(site), site) for site in self.sites())

    def enters(self, study: Study, site: str) -> frozenset[str]:
        """The forms that the person may enter there, as that version of the study has it; those of the diary have
        pages of their own."""
        forms = (form for form in study.forms.values() if form.ask is None)
        return frozenset(form.id for form in forms if may_enter(study, self.actor, form, site))

    def sights(self) -> tuple[Sight, ...]:
        """The queries that the person sees, a version of the study each, as `book` and `books` leave them in."""
        versions = {study.hash: study for study in map(self.study_at, self.sites())}
        return tuple(self._sight(study) for study in versions.values())

    def _sight(self, study: Study) -> Sight:
        sites = frozenset(site for site in self.sites() if self.study_at(site).hash == study.hash)
        areas = {area for site in sites for area in self.readable(study, site)}
        seen = frozenset(form.id for form in study.forms.values() if form.area in areas)
        return Sight(sites, seen, veils(study, self.actor))

    def sites(self) -> tuple[str, ...]:
        """The sites that the role reaches, also those that only a later version has."""
        known = dict.fromkeys((*self.study.sites, *self.active))
        return tuple(site for site in known if reaches(self.actor, site))

    def book(self, participant: str, position: Position | None = None) -> Casebook:
        """What this person may see of a participant. Raises NotFound, also for another site's, and Denied.

        position: of the participant's stream, where it is known already.
        """
        at = position or position_of(self.study_id, participant)
        if at is None:
            raise NotFound(f"no participant {participant} in {self.study_id}")
        book = book_at(self.study_id, participant, at)
        if not reaches(self.actor, book.site):
            raise NotFound(f"{self.actor.account} does not reach {participant}")
        if not self.readable(book.study, book.site):
            require(book.study, self.actor, "forms", "r", book.site)
        return self.seen(book)

    def books(self, participants: Iterable[str]) -> dict[str, Casebook]:
        """Casebooks of a list, as the person may see them."""
        found = load_many(self.study_id, participants)
        return {each: self.seen(book) for each, book in found.items()}

    def seen(self, book: Casebook) -> Casebook:
        """Without what is hidden from the role, and without queries of forms that it may not read: so no list, count
        or task tells of them."""
        seen, areas = visible(book, actor=self.actor), self.readable(book.study, book.site)
        readable = {form.id for form in book.study.forms.values() if form.area in areas}
        queries = {query.id: query for query in seen.queries.values() if query.form in readable}
        return seen if len(queries) == len(seen.queries) else replace(seen, queries=queries)

    def today(self) -> date:
        """The calendar day at the first of the person's sites."""
        return self.moment(next(iter(self.sites()), next(iter(self.study.sites)))).site_date

    def require(self, area: str, letter: Letter, site: str) -> None:
        require(self.study_at(site), self.actor, area, letter, site)


View = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]


def signed_in(view: View[P]) -> Callable[..., HttpResponse]:
    """A view of one study, for people who have a role in it. Without a role the study is not there (404); with
    several the person first says in which one they act, and everything is judged in that one alone."""

    @wraps(view)
    def checked(request: HttpRequest, study_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        account = account_of(request)
        if account is None:
            return to_sign_in(request)
        actors = actors_of(account, study_id)
        if not actors:
            raise NotFound(f"{account.id} has no role in {study_id}")
        actor = acting(request, study_id, actors)
        if actor is None:
            return _to_choice(request)
        at_desk = Desk(
            study_id, actor, account.name, clock.now(), study_language(), has_choice=len(actors) > 1
        )
        request.META[_DESK] = at_desk
        return view(request, at_desk, *args, **kwargs)

    return checked


def desk_of(request: HttpRequest) -> Desk | None:
    """The desk at which a view was begun, for a page that refuses it."""
    desk = request.META.get(_DESK)
    return desk if isinstance(desk, Desk) else None


def account_of(request: HttpRequest) -> Account | None:
    """Who is signed in, unless the session was idle or lasts too long."""
    account = request.user
    if not isinstance(account, Account):
        return None
    left = time_left(request)
    if min(left.idle, left.whole) < 0:
        logout(request)
        note_end(request)
        return None
    if "since" not in request.session:
        request.session["since"] = datetime.now(UTC).timestamp()
    if "seen" not in request.session or settings.SESSION_IDLE_SECONDS - left.idle > _SEEN_EVERY:
        stay(request)
    return account


@dataclass(frozen=True, slots=True)
class Left:
    """Seconds until the session ends: idle, if nothing is done; whole, whatever is done. Below 0 it is over."""

    idle: float
    whole: float


def time_left(request: HttpRequest) -> Left:
    """Asking is not doing: the session goes on as it was."""
    now = datetime.now(UTC).timestamp()
    seen, since = request.session.get("seen", now), request.session.get("since", now)
    return Left(
        settings.SESSION_IDLE_SECONDS - (now - seen), settings.SESSION_ABSOLUTE_SECONDS - (now - since)
    )


def stay(request: HttpRequest) -> None:
    """The idle time begins anew."""
    request.session["seen"] = datetime.now(UTC).timestamp()


def begin(request: HttpRequest) -> None:
    """Both times begin anew, also in a browser whose last session was left; what others left behind is cleared."""
    request.session["since"] = datetime.now(UTC).timestamp()
    stay(request)
    request.session.clear_expired()


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """What a form's page sent is held until the person has signed in."""
    return lead_to_sign_in(request, is_held=hold(request) is not None)


def lead_to_sign_in(request: HttpRequest, *, is_held: bool) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        note = (
            gettext("Your session ended – what you typed is kept until you sign in again") if is_held else ""
        )
        return JsonResponse({"signed_in": False, "note": note}, status=401)
    return HttpResponseRedirect(f"{reverse('sign-in')}?{_back(request)}")


def _to_choice(request: HttpRequest) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"signed_in": True, "role": None}, status=403)
    return HttpResponseRedirect(f"{reverse('role')}?{_back(request)}")


def _back(request: HttpRequest) -> str:
    return urlencode({"next": request.get_full_path() if request.method == "GET" else request.path})


def study_language() -> str:
    """The page's language as definitions write it: zh-Hans, not zh-hans."""
    language, _, script = (get_language() or "en").partition("-")
    return f"{language}-{script.title()}" if script else language
