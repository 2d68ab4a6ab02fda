"""How the trial goes, for who conducts it; and results to date, for who is named, each look written down."""

from collections.abc import Iterable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Moment
from trialwright.ledger.events import Sealed
from trialwright.ledger.events_accounts import ResultsSeen
from trialwright.ledger.rights import reaches
from trialwright.store.events import last_entry, look_of, looks, record_look
from trialwright.store.freeze import freeze
from trialwright.store.people import enrolled_by_month
from trialwright.store.text import utc_text
from trialwright.study.rights import RESULTS_AREA
from trialwright.values.words import words_of
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import require_known
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import progress_url, results_url
from trialwright.web.progress.counts import count_forms, count_sites
from trialwright.web.progress.page import (
    Lines,
    ProgressPage,
    ResultsPage,
    form_lines,
    month_lines,
    plan_of,
    result_tables,
    safety_lines,
    site_lines,
)
from trialwright.web.progress.results import results_to_date, safety_to_date
from trialwright.web.show import show_date

SAFETY_AREA = "adverse_events"
LONGEST = 200


@require_GET
@signed_in
def progress(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not desk.reads_anywhere():
        desk.require("forms", "r", _any_site(desk))
    seen = tuple(desk.seen(book) for book in _books(desk))
    forms = count_forms(((book, desk.readable(book.study, book.site)) for book in seen), desk.actor.role)
    tables = (
        site_lines(desk.study, count_sites(seen, desk.sites()), desk.language),
        month_lines(enrolled_by_month(desk.study_id, desk.actor.sites)),
        form_lines(desk.study, forms, desk.language),
        *_safety(desk, seen),
    )
    enrolled = sum(book.enrolled > 0 for book in seen)
    page = ProgressPage(
        show_date(desk.today()),
        enrolled,
        # The plan is of all sites, and nobody's share of it.
        plan_of(enrolled, desk.study.design.target) if not desk.actor.sites else None,
        tuple(one for one in tables if one.rows),
        results_url(desk.study_id) if desk.may_anywhere(RESULTS_AREA, "r") else "",
    )
    return show(request, "progress/progress.html", page, desk=desk)


def _any_site(desk: Desk) -> str:
    """A site that the person reaches; where they reach none, one of the study, to be denied there."""
    return next(iter((*desk.sites(), *desk.study.sites)))


def _books(desk: Desk) -> tuple[Casebook, ...]:
    """Of all sites that the person reaches, as they are stored."""
    return tuple(book for book in freeze(desk.study_id) if reaches(desk.actor, book.site))


def _safety(desk: Desk, books: tuple[Casebook, ...]) -> Iterable[Lines]:
    """Of the sites at which the person may read adverse events. books: as they may see them, for a count may tell too."""
    told = tuple(book for book in books if desk.may(SAFETY_AREA, "r", book.site))
    if not told:
        return ()
    areas = frozenset.intersection(*(desk.readable(book.study, book.site) for book in told))
    found = safety_to_date(desk.study, told, areas, desk.today())
    return (safety_lines(desk.study, found, desk.language),)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def results(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A look is asked for with a reason, and written down before anything is shown."""
    site = next((one for one in desk.sites() if desk.may(RESULTS_AREA, "r", one)), _any_site(desk))
    desk.require(RESULTS_AREA, "r", site)
    if request.method != "POST":
        return _asked(request, desk)
    require_known(request, ("command", "reason"))
    command, reason = request.POST.get("command", ""), words_of(request.POST.get("reason", ""))[:LONGEST]
    if not reason or not command:
        return _asked(request, desk, reason, gettext("Say why you look at the results."))
    before = look_of(desk.study_id, command)
    if before is None:
        at = Moment(desk.utc, desk.moment(site).site_date)
        # What is shown is all that is there now.
        record_look(desk.study_id, utc_text(desk.utc), reason, command_id=command, by=desk.actor, at=at)
    elif not _is_same_look(desk, before):
        said = gettext("Since this page was asked for, data were entered: say again why you look.")
        return _asked(request, desk, reason, said)
    books = tuple(book for book in _books(desk) if desk.may(RESULTS_AREA, "r", book.site))
    found = results_to_date(desk.study, books, desk.today())
    tables = result_tables(desk.study, found, desk.language)
    page = ResultsPage(progress_url(desk.study_id), _count(desk), tables=tables)
    return show(request, "progress/results.html", page, desk=desk)


def _is_same_look(desk: Desk, before: Sealed) -> bool:
    """Whether a page that is sent again shows its sender what they saw: nothing was entered since."""
    is_own = isinstance(before.body, ResultsSeen) and before.envelope.actor == desk.actor.account
    return is_own and last_entry(desk.study_id) <= before.envelope.server_utc


def _asked(request: HttpRequest, desk: Desk, reason: str = "", problem: str = "") -> HttpResponse:
    """The page that asks why, under a command of its own."""
    page = ResultsPage(progress_url(desk.study_id), _count(desk), uuid4().hex, reason)
    lines = (ProblemLine("reason", "", problem),) if problem else ()
    return show(
        request, "progress/results.html", page, desk=desk, problems=lines, status=422 if lines else 200
    )


def _count(desk: Desk) -> int:
    return len(looks(desk.study_id))
