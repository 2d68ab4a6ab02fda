"""How the trial goes, for who conducts it; and results to date, for who is named, each look written down."""

from collections.abc import Iterable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Moment
from trialwright.ledger.rights import reaches
from trialwright.store.events import looks, record_look
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
    percent,
    result_tables,
    safety_lines,
    site_lines,
)
from trialwright.web.progress.results import results_to_date
from trialwright.web.show import show_date

SAFETY_AREA = "adverse_events"
LONGEST = 200


@require_GET
@signed_in
def progress(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not desk.reads_anywhere():
        desk.require("forms", "r", next(iter(desk.sites()), next(iter(desk.study.sites))))
    stored = _books(desk)
    seen = tuple(desk.seen(book) for book in stored)
    forms = count_forms(((book, desk.readable(book.study, book.site)) for book in seen), desk.actor.role)
    tables = (
        site_lines(desk.study, count_sites(seen, desk.sites()), desk.language),
        month_lines(enrolled_by_month(desk.study_id, desk.actor.sites)),
        form_lines(desk.study, forms, desk.language),
        *_safety(desk, seen),
    )
    enrolled, target = sum(book.enrolled > 0 for book in stored), desk.study.design.target
    page = ProgressPage(
        show_date(desk.today()),
        enrolled,
        target,
        percent(enrolled, target),
        tuple(one for one in tables if one.rows),
        results_url(desk.study_id) if desk.may_anywhere(RESULTS_AREA, "r") else "",
    )
    return show(request, "progress/progress.html", page, desk=desk)


def _books(desk: Desk) -> tuple[Casebook, ...]:
    """Of all sites that the person reaches, as they are stored."""
    return tuple(book for book in freeze(desk.study_id) if reaches(desk.actor, book.site))


def _safety(desk: Desk, books: tuple[Casebook, ...]) -> Iterable[Lines]:
    """Of the sites at which the person may read adverse events. books: as they may see them, for a count may tell too."""
    told = tuple(book for book in books if desk.may(SAFETY_AREA, "r", book.site))
    if not told:
        return ()
    found = results_to_date(desk.study, told, today=desk.today(), is_safety=True)
    return (safety_lines(desk.study, found, desk.language),)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def results(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A look is asked for with a reason, and written down before anything is shown."""
    site = next((one for one in desk.sites() if desk.may(RESULTS_AREA, "r", one)), next(iter(desk.sites())))
    desk.require(RESULTS_AREA, "r", site)
    back = progress_url(desk.study_id)
    if request.method != "POST":
        page = ResultsPage(back, len(looks(desk.study_id)), uuid4().hex)
        return show(request, "progress/results.html", page, desk=desk)
    require_known(request, ("command", "reason"))
    command, reason = request.POST.get("command", ""), words_of(request.POST.get("reason", ""))[:LONGEST]
    if not reason or not command:
        page = ResultsPage(back, len(looks(desk.study_id)), command or uuid4().hex, reason)
        line = ProblemLine("reason", "", gettext("Say why you look at the results."))
        return show(request, "progress/results.html", page, desk=desk, problems=(line,), status=422)
    books = tuple(book for book in _books(desk) if desk.may(RESULTS_AREA, "r", book.site))
    at = Moment(desk.utc, desk.moment(site).site_date)
    # What is shown is all that is there now.
    record_look(desk.study_id, utc_text(desk.utc), reason, command_id=command, by=desk.actor, at=at)
    found = results_to_date(desk.study, books, today=desk.today(), is_safety=False)
    tables = result_tables(desk.study, found, desk.language)
    page = ResultsPage(back, len(looks(desk.study_id)), tables=tables)
    return show(request, "progress/results.html", page, desk=desk)
