"""Opening a form: the place must exist, and the person must be allowed to read it."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from django.http import HttpRequest, HttpResponse

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.criteria import deciding_visits
from trialwright.ledger.earlier import was_shown
from trialwright.ledger.places import is_visit_key
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import may, require
from trialwright.ledger.visible import hidden_from, sees_nothing_of
from trialwright.schedule.visits import visit_of
from trialwright.store.casebooks import Position
from trialwright.store.errors import NotFound
from trialwright.store.text import utc_text
from trialwright.study.builtin import ELIGIBILITY_FORM, VISIT_FORM
from trialwright.study.model import Form
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.web.desk import Desk, signed_in
from trialwright.web.forms.opened import Guard, Opened
from trialwright.web.forms.posted import Place
from trialwright.web.forms.state import is_log
from trialwright.web.show import show_date


def open_form(
    desk: Desk, place: Place, *, at: str = "", position: Position | None = None, with_removed: bool = False
) -> Opened:
    """The form as the person may see it. at: the visit under which a row of the participant is looked at.

    position: of the participant's stream, where it is known already. with_removed: also a row that was removed, to look
    at what became of it.
    Raises NotFound for a place that the study does not have, and Denied.
    """
    book = desk.book(place.participant, position)
    form = book.study.forms.get(place.form)
    is_removed_row = with_removed and place.repeat > 0 and place.key in book.records
    if form is None or sees_nothing_of(book, form) or not (is_removed_row or is_place(book, form, place)):
        raise NotFound(f"no form {place.where()} of {place.participant}")
    require(book.study, desk.actor, form.area, "r", book.site)
    return _opened(desk, book, place, place.visit or (at if is_visit_key(book, at) else ""))


def open_decision(desk: Desk, participant: str, visit: str) -> Opened:
    """The form of the attestations at a visit where criteria are decided; where nothing is attested there, because
    rules tell all of them, the visit itself, of which the page asks nothing.

    Raises NotFound and Denied.
    """
    book = desk.book(participant)
    if not is_visit_key(book, visit) or visit not in deciding_visits(book.study):
        raise NotFound(f"nothing is decided at {visit}")
    form, place = book.study.forms.get(ELIGIBILITY_FORM), Place(participant, visit, ELIGIBILITY_FORM)
    if form is not None and is_place(book, form, place):
        require(book.study, desk.actor, form.area, "r", book.site)
        return _opened(desk, book, place, visit)
    require(book.study, desk.actor, ELIGIBILITY_AREA, "r", book.site)
    return replace(_opened(desk, book, Place(participant, visit, VISIT_FORM), visit), may_write=False)


def open_log(desk: Desk, place: Place) -> Opened:
    """Raises NotFound where the matrix does not name the form at the visit, and Denied."""
    return _log_of(desk, desk.book(place.participant), place)


def _log_of(desk: Desk, book: Casebook, place: Place) -> Opened:
    form = book.study.forms.get(place.form)
    if form is None or not is_log(form) or form.ask is not None or sees_nothing_of(book, form):
        raise NotFound(f"no list {place.form}")
    at_visit = is_visit_key(book, place.visit) and (form.id, visit_of(place.visit)) in book.study.activities
    if not at_visit and (place.visit or form.records == "many_visit"):
        raise NotFound(f"no list {place.where()}")
    require(book.study, desk.actor, form.area, "r", book.site)
    return _opened(desk, book, place, place.visit)


def _opened(desk: Desk, book: Casebook, place: Place, key: str) -> Opened:
    """key: of the visit that the page stands under, "" for none."""
    form = book.study.forms[place.form]
    enters = desk.enters(book.study, book.site)
    may_write = form.id in enters
    return Opened(
        reader=CasebookReader(book),
        place=place,
        seen_at=key,
        today=desk.moment_in(book.study, book.site).site_date,
        language=desk.language,
        may_write=may_write,
        may_answer=may(book.study, desk.actor, form.area, "a", book.site),
        may_ask=may(book.study, desk.actor, form.area, "q", book.site),
        readable=desk.readable(book.study, book.site),
        hidden=hidden_from(book, actor=desk.actor),
        guard=_guard(desk, book, place) if may_write else "none",
        account=desk.actor.account,
        shown_at=_clock(desk, book),
        utc=utc_text(desk.utc),
        may_enrol=may(book.study, desk.actor, ELIGIBILITY_AREA, "w", book.site),
        enters=enters,
    )


def _clock(desk: Desk, book: Casebook) -> str:
    now = desk.clock(book.study, book.site)
    return f"{show_date(now.date())} {now:%H:%M}"


def _guard(desk: Desk, book: Casebook, place: Place) -> Guard:
    """It keeps those who assess from leaning on an earlier score; who only reads has nothing to lean."""
    if book.study.forms[place.form].earlier_scores == "shown":
        return "none"
    return "opened" if was_shown(book, place.key, desk.actor.account) else "closed"


def is_place(book: Casebook, form: Form, place: Place) -> bool:
    """Whether such a record can stand there: at the right kind of visit, with a fitting row. Of a diary, only entries
    that are there: a site begins none on a page of its own forms."""
    if form.ask is not None:
        return place.key in book.records
    has_rows = form.records in ("many", "many_visit")
    if has_rows == (place.repeat == 0):
        return False
    if form.records in ("participant", "many"):
        return place.visit == "" and _is_row(book, place, has_rows)
    if not is_visit_key(book, place.visit) or (form.id, visit_of(place.visit)) not in book.study.activities:
        return form.id == "visit" and is_visit_key(book, place.visit)
    return _is_row(book, place, has_rows)


def _is_row(book: Casebook, place: Place, has_rows: bool) -> bool:
    """A row that is there and was not removed, or the next new one."""
    if not has_rows:
        return True
    record = book.records.get(place.key)
    return not record.is_removed if record else place.repeat == next_row(book, place.visit, place.form)


def next_row(book: Casebook, visit: str, form: str) -> int:
    rows = [repeat for each, name, repeat in book.records if (each, name) == (visit, form)]
    return max(rows, default=0) + 1


def at_record(view: Callable[[HttpRequest, Desk, Place], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one record, for people who have a role in the study."""

    @signed_in
    @wraps(view)
    def placed(
        request: HttpRequest, desk: Desk, participant: str, visit: str, form: str, repeat: int
    ) -> HttpResponse:
        return view(request, desk, Place(participant, visit, form, repeat))

    return placed


def at_of(request: HttpRequest) -> str:
    """The visit that an address names behind `?at=`."""
    return request.GET.get("at", "").replace(".", "#")


def open_record(desk: Desk, place: Place, *, at: str = "") -> Opened:
    """A form, also a row that was removed, or a list where the place is that of a gate."""
    if place.repeat == 0:
        book = desk.book(place.participant)
        form = book.study.forms.get(place.form)
        if form is not None and is_log(form):
            return _log_of(desk, book, place)
    return open_form(desk, place, at=at, with_removed=True)
