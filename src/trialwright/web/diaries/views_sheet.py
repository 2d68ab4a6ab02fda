"""The paper sheet of one week: of a participant, or with a blank for the code."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from trialwright.ledger.decide_diary import AREA
from trialwright.schedule.diary import study_week
from trialwright.store.errors import NotFound
from trialwright.values.dates import parse_date
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.diaries.choice import diary_forms
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.sheet import Sheet, sheet_page
from trialwright.web.diaries.strip import first_day_of
from trialwright.web.diaries.views import look
from trialwright.web.links import diary_url, home_url, sheet_url


@require_GET
@signed_in
def diary_sheet(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    looking = look(desk, participant)
    book = looking.book
    first = _first(request.GET.get("from", "")) or week_of(looking)
    page = sheet_page(
        Sheet(book.study, diary_forms(looking), first, book.code),
        back_url=diary_url(desk.study_id, participant),
        back_label=f"{gettext('Diary')} {book.code}",
        week_url=lambda day: sheet_url(desk.study_id, participant, **{"from": day.isoformat()}),
    )
    return show(request, "diaries/sheet.html", page, desk=desk)


def _first(text: str) -> date | None:
    day = parse_date(text)
    return date.fromisoformat(day) if day else None


def week_of(looking: Looking) -> date:
    """The first day of the study week of today; before the first dose, today."""
    today, start = looking.now.date(), looking.reader.first_dose
    return first_day_of(study_week(today, start), start) if start else today


@require_GET
@signed_in
def blank_sheet(request: HttpRequest, desk: Desk) -> HttpResponse:
    """For somebody who is not in the study yet; it shows nothing of anybody."""
    if desk.study.diary is None:
        raise NotFound(f"{desk.study_id} has no diary")
    if not desk.may_anywhere(AREA, "r"):
        sites = desk.sites()
        desk.require(AREA, "r", sites[0] if sites else "")
    forms = tuple(form for form in desk.study.forms.values() if form.ask is not None)
    page = sheet_page(
        Sheet(desk.study, forms, None), back_url=home_url(desk.study_id), back_label=gettext("Work list")
    )
    return show(request, "diaries/sheet.html", page, desk=desk)
