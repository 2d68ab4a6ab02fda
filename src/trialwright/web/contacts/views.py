"""Contact and reminders of a participant, the messages that went out, and the diaries that are silent."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.reminders.calendar_file import calendar_file
from trialwright.reminders.people import language_of, phones_of, wall_clock, wish_of
from trialwright.reminders.wishes import FIELDS, change_wishes
from trialwright.store.contacts import contact_of, contacts_of, erase_contact
from trialwright.store.errors import NotFound
from trialwright.store.outbox import PAGE as MESSAGES_A_PAGE
from trialwright.store.outbox import recent
from trialwright.store.people import PAGE, Wanted, page_of_participants
from trialwright.store.rows import LARGEST
from trialwright.store.subscriptions import drop_subscriptions_of
from trialwright.web.answer import show
from trialwright.web.contacts.page import (
    MessagesPage,
    Typed,
    contact_page,
    message_lines,
    problem_lines,
)
from trialwright.web.contacts.silent import (
    AREA,
    Reach,
    Silent,
    SilentPage,
    quiet_of,
    silent_among,
    silent_line,
)
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import require_known
from trialwright.web.links import contact_url, home_url, messages_url, silent_url
from trialwright.web.paging import cut, page_number
from trialwright.web.participants.seen import Seen
from trialwright.web.participants.views import seen_of
from trialwright.web.said import go_on_saved


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def contact(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    book = _book(desk, participant)
    if request.method != "POST":
        return _shown(request, desk, book)
    require_known(request, ("do", "erase", *FIELDS))
    if request.POST.get("do") == "erase":
        return _erase(request, desk, book)
    texts = {name: request.POST.get(name, "") for name in FIELDS}
    problems = change_wishes(desk.study_id, book, texts, by=desk.actor.account, at=desk.utc)
    if problems:
        return _shown(request, desk, book, Typed(texts, problems))
    return go_on_saved(contact_url(desk.study_id, participant), desk, book)


def _erase(request: HttpRequest, desk: Desk, book: Casebook) -> HttpResponse:
    if request.POST.get("erase") != "yes":
        error = gettext("Say that the contact is to be erased: it cannot be brought back.")
        return _shown(request, desk, book, Typed({}, erase_error=error))
    erase_contact(desk.study_id, book.participant, at=desk.utc)
    drop_subscriptions_of(desk.study_id, book.participant)
    return go_on_saved(contact_url(desk.study_id, book.participant), desk, book)


def _shown(request: HttpRequest, desk: Desk, book: Casebook, typed: Typed | None = None) -> HttpResponse:
    found = contact_of(desk.study_id, book.participant)
    sent = recent(desk.study_id, [book.site], book.participant)[:MESSAGES_A_PAGE]
    page = contact_page(book, found, sent, spoken=_spoken(desk, book), typed=typed)
    lines = problem_lines(typed) if typed else ()
    return show(
        request, "contacts/contact.html", page, desk=desk, problems=lines, status=422 if typed else 200
    )


@require_GET
@signed_in
def diary_calendar(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    """The calendar file, for a phone that cannot fetch it itself."""
    del request
    book = _book(desk, participant)
    found = contact_of(desk.study_id, participant)
    content = calendar_file(
        book,
        wish_of(book, found),
        _spoken(desk, book),
        now=wall_clock(book, desk.utc),
        stamp=desk.utc,
    )
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="diary.ics"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
@signed_in
def messages(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What went out to the participants whose identity the person keeps."""
    sites = [site for site in desk.sites() if desk.may("identity", "w", site)]
    if not sites:
        desk.require("identity", "w", next(iter(desk.sites()), ""))
    number = page_number(request)
    found = recent(desk.study_id, sites, skip=(number - 1) * MESSAGES_A_PAGE)
    shown, paging = cut(
        found, MESSAGES_A_PAGE, number, lambda page: messages_url(desk.study_id, page=str(page))
    )
    page = MessagesPage(message_lines(desk.study, shown), settings.IS_DEMO, paging)
    return show(request, "contacts/messages.html", page, desk=desk)


@require_GET
@signed_in
def silent(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All diaries that are silent, the longest silence first on the first page."""
    if not desk.may_anywhere(AREA, "r"):
        desk.require(AREA, "r", next(iter(desk.sites()), ""))
    people, number = silent_among(_maybe_silent(desk)), page_number(request)
    shown, paging = cut(
        people[(number - 1) * PAGE : number * PAGE + 1],
        PAGE,
        number,
        lambda page: silent_url(desk.study_id, page=str(page)),
        count=len(people),
    )
    reach = reach_of(desk, shown)
    rows = tuple(silent_line(one, reach) for one in shown)
    return show(request, "contacts/silent.html", SilentPage(rows, home_url(desk.study_id), paging), desk=desk)


def _maybe_silent(desk: Desk) -> Iterator[Seen]:
    """The casebooks of those without an entry of late, which the database knows; whether they were asked for one, only
    the calendar tells."""
    quiet = quiet_of(desk)
    if quiet is None:
        return
    found = page_of_participants(desk.study_id, Wanted(desk.actor.sites, quiet=quiet), limit=LARGEST)
    for start in range(0, len(found), PAGE):
        books = desk.books(found[start : start + PAGE]).values()
        yield from (seen_of(desk, CasebookReader(book)) for book in books)


def reach_of(desk: Desk, people: Iterable[Silent]) -> Reach:
    """Two statements, however many they are."""
    ids = [one.seen.book.participant for one in people]
    return Reach(contacts_of(desk.study_id, ids), phones_of(desk.study_id, ids))


def _spoken(desk: Desk, book: Casebook) -> str:
    """The language that the participant is reminded in."""
    phones = phones_of(desk.study_id, [book.participant])
    return language_of(book, contact_of(desk.study_id, book.participant), phones.get(book.participant, ()))


def _book(desk: Desk, participant: str) -> Casebook:
    """Raises NotFound, also in a study without a diary, and Denied for who may not enter identities."""
    book = desk.book(participant)
    desk.require("identity", "w", book.site)
    if book.study.diary is None:
        raise NotFound(f"{desk.study_id} has no diary")
    return book
