"""Home."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import Letter
from trialwright.store.accounts import grants_of
from trialwright.store.people import PAGE, Wanted, count_statuses, page_of_participants
from trialwright.web.answer import show
from trialwright.web.desk import Desk, account_of, signed_in
from trialwright.web.links import home_url, registry_url, screen_url
from trialwright.web.paging import cut, page_number
from trialwright.web.participants.views import seen_of
from trialwright.web.show import show_date
from trialwright.web.worklist.page import Duties, HomePage, lists_of, tiles_of


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """To the work list of the first study in which the person has a role, or to the sign-in."""
    account = account_of(request)
    if account is None:
        return HttpResponseRedirect(reverse("sign-in"))
    studies = [study for study, _, _ in grants_of(account)]
    return HttpResponseRedirect(home_url(studies[0]) if studies else reverse("sign-in"))


@require_GET
@signed_in
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    duties = duties_of(desk)
    reads = any(desk.readable(site) for site in desk.sites())
    number = page_number(request)
    wanted = Wanted(desk.actor.sites, is_open=True, sights=desk.sights())
    found = (
        page_of_participants(desk.study_id, wanted, skip=(number - 1) * PAGE, limit=PAGE + 1) if reads else ()
    )
    shown, paging = cut(found, PAGE, number, lambda page: home_url(desk.study_id, page=str(page)))
    seen = tuple(seen_of(desk, CasebookReader(book)) for book in desk.books(shown).values())
    page = HomePage(
        today=show_date(desk.today()),
        screen_url=screen_url(desk.study.id) if desk.may_anywhere("identity", "w") else "",
        tiles=tiles_of(count_statuses(desk.study_id, desk.actor.sites)) if reads else (),
        lists=lists_of(desk.study_id, seen, duties) if reads else (),
        paging=paging,
        idle=_idle(desk),
        fallback_url=registry_url(desk.study.id),
    )
    return show(request, "worklist/home.html", page, desk=desk)


def _idle(desk: Desk) -> str:
    """What the page says where there is no work list."""
    if desk.may_anywhere("accounts", "w"):
        return gettext("You keep the accounts and see no data. Accounts cannot be managed by pages yet.")
    return gettext("Your role has no work list.")


def duties_of(desk: Desk) -> Duties:
    areas = {form.area for form in desk.study.forms.values()}

    def has(letter: Letter) -> bool:
        return any(desk.may_anywhere(area, letter) for area in areas)

    return Duties(has("w"), desk.may_anywhere("eligibility", "s"), has("a"), has("q"))
