"""One visit: its date or the reason for having none, and its forms."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from trialwright.store.submit import submit
from trialwright.study.builtin import VISIT_FORM
from trialwright.values.problem import Problem
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import fields_of, require_known
from trialwright.web.forms.aside import leave_told
from trialwright.web.forms.conflict import conflict_page
from trialwright.web.forms.drafts import draft_of, keep_conflict, page_of
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened, typed_of
from trialwright.web.forms.opening import open_form
from trialwright.web.forms.posted import Place, Posted
from trialwright.web.forms.problems import problem_lines
from trialwright.web.forms.read_back import read_back
from trialwright.web.links import visit_url
from trialwright.web.said import go_on
from trialwright.web.visits.page import visit_page


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def visit(request: HttpRequest, desk: Desk, participant: str, visit: str) -> HttpResponse:
    opened = open_form(desk, Place(participant, visit, VISIT_FORM))
    if request.method == "POST":
        return _save(request, desk, opened)
    page = visit_page(opened, draft_of(desk, opened), readable=opened.readable)
    return show(request, "visits/visit.html", page, desk=desk)


def _save(request: HttpRequest, desk: Desk, opened: Opened) -> HttpResponse:
    require_known(request, fields_of(opened.book.study, opened.form))
    posted = read_back(opened, request.POST.dict())
    if posted.problems:
        return _again(request, desk, opened, posted, posted.problems)
    command = posted.command(opened.place)
    done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(opened.book.site))
    if done.conflict:
        now = desk.seen(done.book)
        keep_conflict(page_of(request, desk, opened.place), opened, posted, now, at=desk.utc)
        back = visit_url(desk.study.id, opened.book.participant, opened.place.visit)
        page = conflict_page(opened, posted, now, done.problems, back=back)
        return show(request, "forms/conflict.html", page, desk=desk, status=409)
    if done.problems and not done.sealed:
        return _again(request, desk, opened, posted, done.problems)
    leave_told(page_of(request, desk, opened.place))
    return go_on(visit_url(desk.study.id, opened.book.participant, opened.place.visit), desk, done)


def _again(
    request: HttpRequest, desk: Desk, opened: Opened, posted: Posted, problems: tuple[Problem, ...]
) -> HttpResponse:
    lines = problem_lines(problems, layout_of(opened.book.study, VISIT_FORM, opened.language))
    page = visit_page(opened, typed_of(posted), lines, readable=opened.readable)
    return show(request, "visits/visit.html", page, desk=desk, problems=lines, status=422)
