"""One form: show, save, keep a draft, look ahead, remove a row."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trialwright.ledger.commands import RemoveRow, ShowEarlierScores
from trialwright.ledger.rights import require_enter
from trialwright.store.accounts import names_of
from trialwright.store.casebooks import load, position_of
from trialwright.store.errors import NotFound
from trialwright.store.events import history
from trialwright.store.held import keep_draft
from trialwright.store.submit import submit
from trialwright.values.problem import Problem
from trialwright.web.answer import show
from trialwright.web.desk import Desk
from trialwright.web.fields import fields_of, require_known
from trialwright.web.forms.aside import leave_told
from trialwright.web.forms.conflict import conflict_page
from trialwright.web.forms.drafts import draft_key, draft_note, draft_of, keep_conflict, page_of
from trialwright.web.forms.history import actors_in, history_page, items_of
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.log import remove_page
from trialwright.web.forms.opened import Opened, typed_of
from trialwright.web.forms.opening import at_of, at_record, open_form, open_record
from trialwright.web.forms.page import form_page
from trialwright.web.forms.posted import Place, Posted, parse_base
from trialwright.web.forms.preview import look_ahead
from trialwright.web.forms.problems import problem_lines
from trialwright.web.forms.read_back import read_back
from trialwright.web.forms.steps import next_form, step_url
from trialwright.web.held import BYTES, typed_texts
from trialwright.web.links import form_url, log_url
from trialwright.web.messages import problem
from trialwright.web.said import go_on


@require_http_methods(["GET", "HEAD", "POST"])
@at_record
def form(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    if request.method == "POST":
        return _save(request, desk, place)
    opened = open_form(desk, place, at=at_of(request))
    page = form_page(opened, draft_of(desk, opened), next_label=next_form(opened).label)
    return show(request, "forms/form.html", page, desk=desk)


def _save(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    """One question to the store tells where the participant stands, whether this very command was stored before,
    and whether a draft is to go."""
    position = position_of(
        desk.study_id,
        place.participant,
        command_id=request.POST.get("command", ""),
        draft=draft_key(desk, place),
    )
    opened = open_form(desk, place, at=at_of(request), position=position)
    posted = _posted(request, opened)
    refused = posted.problems or _blank_row(opened, posted)
    if refused:
        return _again(request, desk, opened, posted, refused)
    command = posted.command(opened.place)
    at = desk.moment_in(opened.book.study, opened.book.site)
    done = submit(desk.study_id, command, by=desk.actor, at=at, position=position)
    if done.conflict:
        now = desk.seen(done.book)
        keep_conflict(page_of(request, desk, place), opened, posted, now, at=desk.utc)
        back = form_url(opened.book.study.id, place)
        page = conflict_page(opened, posted, now, done.problems, back=back)
        return show(request, "forms/conflict.html", page, desk=desk, status=409)
    if done.problems and not done.sealed:
        return _again(request, desk, opened, posted, done.problems)
    leave_told(page_of(request, desk, place))
    return go_on(step_url(opened, desk.seen(done.book), request.POST.get("then", "close")), desk, done)


def _blank_row(opened: Opened, posted: Posted) -> tuple[Problem, ...]:
    """Saving nothing changes nothing; of a new row somebody would think that it is there now."""
    is_blank = opened.place.repeat > 0 and opened.record is None and not posted.items
    return (problem("row-blank", opened.place.where()),) if is_blank else ()


def _again(
    request: HttpRequest, desk: Desk, opened: Opened, posted: Posted, problems: tuple[Problem, ...]
) -> HttpResponse:
    lines = problem_lines(problems, layout_of(opened.book.study, opened.form.id, opened.language))
    page = form_page(opened, typed_of(posted), lines, next_label=next_form(opened).label)
    return show(request, "forms/form.html", page, desk=desk, problems=lines, status=422)


def _posted(request: HttpRequest, opened: Opened) -> Posted:
    _require_fields(request, opened)
    return read_back(opened, request.POST.dict())


def _require_fields(request: HttpRequest, opened: Opened) -> None:
    require_known(request, {"then", *fields_of(opened.book.study, opened.form)})


@require_POST
@at_record
def draft(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    opened = open_form(desk, place, at=at_of(request))
    if opened.form.ask is not None:
        raise NotFound(f"{place.form} is a diary, which is never shortened")
    require_enter(opened.book.study, desk.actor, opened.form, opened.book.site)
    if int(request.META.get("CONTENT_LENGTH") or 0) > BYTES:
        return _not_kept(413)
    _require_fields(request, opened)
    if parse_base(request.POST.get("base", "")) is None:
        return _not_kept(422)
    keep_draft(page_of(request, desk, place), typed_texts(request), at=desk.utc)
    return JsonResponse({"note": draft_note(opened, desk.utc)})


def _not_kept(status: int) -> HttpResponse:
    return JsonResponse({"note": gettext("Not saved – keep this page open")}, status=status)


@require_POST
@at_record
def preview(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    opened = open_form(desk, place, at=at_of(request))
    posted, whole = _posted(request, opened), load(desk.study.id, place.participant)
    return JsonResponse(look_ahead(opened, whole, posted, by=desk.actor, at=desk.moment(whole.site)))


@require_POST
@at_record
def earlier(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    """The button stands on a page that may be half filled: what was typed comes along and is kept as a draft."""
    opened = open_form(desk, place, at=at_of(request))
    require_known(request, {"then", "show", *fields_of(opened.book.study, opened.form)})
    posted = read_back(opened, request.POST.dict())
    command = ShowEarlierScores(request.POST.get("show", ""), place.participant, *place.key)
    done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(opened.book.site))
    if done.problems:
        return _again(request, desk, opened, posted, done.problems)
    if posted.items or posted.problems:
        keep_draft(page_of(request, desk, place), typed_texts(request), at=desk.utc)
    return HttpResponseRedirect(f"{form_url(opened.book.study.id, place)}#earlier")


@require_GET
@at_record
def form_history(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    opened = open_record(desk, place, at=at_of(request))
    item = request.GET.get("item", "")
    if item and item not in items_of(opened):
        raise NotFound(f"no item {item}")
    events = history(desk.study.id, place.participant)
    page = history_page(opened, events, names_of(actors_in(events)), item=item)
    return show(request, "forms/history.html", page, desk=desk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_record
def remove(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    opened = open_form(desk, place, at=at_of(request))
    if opened.form.ask is not None:
        raise NotFound(f"{place.form} is a diary, which is never shortened")
    require_enter(opened.book.study, desk.actor, opened.form, opened.book.site)
    if request.method != "POST":
        return show(request, "forms/remove.html", remove_page(opened, str(uuid4())), desk=desk)
    require_known(request, ("command", "base", "reason"))
    post = request.POST
    base = parse_base(post.get("base", ""))
    if base is None:
        return _not_removed(request, desk, opened, (problem("page-incomplete", place.where()),), 422)
    command = RemoveRow(post.get("command", ""), place.participant, *place.key, base, post.get("reason", ""))
    done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(opened.book.site))
    if done.problems and not done.sealed:
        return _not_removed(request, desk, opened, done.problems, 409 if done.conflict else 422)
    return go_on(log_url(desk.study.id, place.participant, opened.seen_at, place.form), desk, done)


def _not_removed(
    request: HttpRequest, desk: Desk, opened: Opened, problems: tuple[Problem, ...], status: int
) -> HttpResponse:
    lines = problem_lines(problems)
    page = remove_page(opened, str(uuid4()), reason=request.POST.get("reason", ""))
    return show(request, "forms/remove.html", page, desk=desk, problems=lines, status=status)
