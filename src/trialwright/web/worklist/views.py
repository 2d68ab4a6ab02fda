"""Home."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from trialwright.ledger.decide_diary import AREA as DIARY_AREA
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import Letter
from trialwright.store.accounts import grants_of
from trialwright.store.acts import ActKey, acts_of
from trialwright.store.people import PAGE, Wanted, count_statuses, most_pressing, page_of_participants
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.web.answer import show
from trialwright.web.contacts.silent import AREA, NO_REACH, silent_among, silent_line
from trialwright.web.desk import Desk, account_of, signed_in
from trialwright.web.links import home_url, queries_url, registry_url, screen_url, silent_url
from trialwright.web.paging import ONLY, Paging, cut, page_number
from trialwright.web.participants.seen import Seen
from trialwright.web.participants.views import seen_of
from trialwright.web.queries.alerts import LEVEL, alert_lines, watches
from trialwright.web.show import show_date
from trialwright.web.worklist.page import Duties, HomePage, TaskList, lists_of, silent_tasks, tiles_of

_MOST_ALERTED: Final = 50  # participants whose alerts one page shows


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
    reads = desk.reads_anywhere()
    seen, paging = _people(request, desk) if reads else ((), ONLY)
    alerted, has_more = _alerted(desk) if reads else ((), False)
    silent = silent_list(desk, seen)
    acts = acts_of(desk.study_id, dict.fromkeys((*_opened(seen), *_opened(alerted))))
    page = HomePage(
        today=show_date(desk.today()),
        screen_url=screen_url(desk.study.id) if desk.may_anywhere("identity", "w") else "",
        alerts=alert_lines(alerted, acts, desk.utc),
        alerts_url=queries_url(desk.study_id, state="open", level=LEVEL) if has_more else "",
        tiles=tiles_of(count_statuses(desk.study_id, desk.actor.sites)) if reads else (),
        lists=(*lists_of(desk.study_id, seen, duties, acts, desk.utc), *silent) if reads else (),
        paging=paging,
        idle=_idle(desk),
        fallback_url=registry_url(desk.study.id),
    )
    return show(request, "worklist/home.html", page, desk=desk)


def _people(request: HttpRequest, desk: Desk) -> tuple[tuple[Seen, ...], Paging]:
    """A page of those that something may still be due for."""
    aside_at = frozenset(site for site in desk.sites() if desk.may(DIARY_AREA, "w", site))
    wanted = Wanted(desk.actor.sites, is_open=True, sights=desk.sights(), aside_at=aside_at)
    number = page_number(request)
    found = page_of_participants(desk.study_id, wanted, skip=(number - 1) * PAGE, limit=PAGE + 1)
    shown, paging = cut(found, PAGE, number, lambda page: home_url(desk.study_id, page=str(page)))
    return _seen(desk, shown), paging


def _alerted(desk: Desk) -> tuple[tuple[Seen, ...], bool]:
    """Those with the most pressing alerts, on whatever page they stand; and whether there are more of them."""
    wanted = Wanted(desk.actor.sites, level=LEVEL, sights=desk.sights())
    found = most_pressing(desk.study_id, wanted, limit=_MOST_ALERTED + 1)
    return _seen(desk, found[:_MOST_ALERTED]), len(found) > _MOST_ALERTED


def silent_list(desk: Desk, seen: tuple[Seen, ...]) -> tuple[TaskList, ...]:
    """The diaries that are silent, where the study has one that the role reads; how each is reached stands on the page
    of all of them."""
    if desk.study.diary is None or not desk.may_anywhere(AREA, "r"):
        return ()
    people = silent_among(seen)
    return (silent_tasks(tuple(silent_line(one, NO_REACH) for one in people), silent_url(desk.study_id)),)


def _seen(desk: Desk, participants: Sequence[str]) -> tuple[Seen, ...]:
    return tuple(seen_of(desk, CasebookReader(book)) for book in desk.books(participants).values())


def _opened(people: tuple[Seen, ...]) -> Iterator[ActKey]:
    """The events that opened what is not closed yet."""
    for each in people:
        for query in each.book.queries.values():
            if query.state != "closed":
                yield each.book.participant, query.opened


def _idle(desk: Desk) -> str:
    """What the page says where there is no work list."""
    studies = [(desk.study_at(site), site) for site in desk.sites()]
    if any(watches(study, desk.readable(study, site)) for study, site in studies):
        return gettext("No alert is open. What has to be acted on at once stands here.")
    if desk.may_anywhere("accounts", "w"):
        return gettext("You keep the accounts and see no data. Accounts cannot be managed by pages yet.")
    return gettext("Your role has no work list.")


def duties_of(desk: Desk) -> Duties:
    areas = {form.area for form in desk.study.forms.values()}

    def has(letter: Letter) -> bool:
        return any(desk.may_anywhere(area, letter) for area in areas)

    return Duties(
        enters=any(desk.enters(desk.study_at(site), site) for site in desk.sites()),
        enrols=desk.may_anywhere(ELIGIBILITY_AREA, "w"),
        decides=desk.may_anywhere(ELIGIBILITY_AREA, "s"),
        answers=has("a"),
        closes=has("q"),
        keeps_diary=desk.may_anywhere(DIARY_AREA, "w"),
    )
