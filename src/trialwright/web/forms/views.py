"""One form: show, save, keep a draft, look ahead, remove a row."""

from datetime import datetime
from typing import Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import RemoveRow
from trialwright.store.accounts import names_of
from trialwright.store.casebooks import load, position_of
from trialwright.store.drafts import DraftKey, load_draft, save_draft
from trialwright.store.errors import NotFound
from trialwright.store.events import history
from trialwright.store.submit import submit
from trialwright.values.problem import Problem
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.forms.conflict import conflict_page
from trialwright.web.forms.history import actors_in, history_page, items_of
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.log import remove_page
from trialwright.web.forms.opened import Opened, Typed
from trialwright.web.forms.opening import at_of, open_form, open_record
from trialwright.web.forms.page import form_page
from trialwright.web.forms.posted import Place, Posted, parse_base
from trialwright.web.forms.preview import look_ahead
from trialwright.web.forms.problems import problem_lines
from trialwright.web.forms.read_back import kept_texts, read_back
from trialwright.web.forms.steps import next_form, step_url
from trialwright.web.links import log_url
from trialwright.web.messages import problem
from trialwright.web.show import show_time

DRAFT_BYTES: Final = 200_000  # of one page as it comes back


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def form(
    request: HttpRequest, desk: Desk, participant: str, visit: str, form: str, repeat: int
) -> HttpResponse:
    place = Place(participant, visit, form, repeat)
    if request.method == "POST":
        return _save(request, desk, place)
    opened = open_form(desk, place, at=at_of(request))
    page = form_page(opened, _draft(desk, opened), next_label=next_form(opened).label)
    return show(request, "forms/form.html", page, desk=desk)


def _save(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    """One question to the store tells where the participant stands, whether this very command was stored before,
    and whether a draft is to go."""
    position = position_of(
        desk.study_id,
        place.participant,
        command_id=request.POST.get("command", ""),
        draft=_draft_key(desk, place),
    )
    opened = open_form(desk, place, at=at_of(request), position=position)
    posted = _posted(request, opened)
    if posted.problems:
        return _again(request, desk, opened, posted, posted.problems)
    command = posted.command(opened.place)
    at = desk.moment_in(opened.book.study, opened.book.site)
    done = submit(desk.study_id, command, by=desk.actor, at=at, position=position)
    if done.conflict:
        _keep(desk, opened, posted, done.book)
        page = conflict_page(opened, posted, done.book, done.problems)
        return show(request, "forms/conflict.html", page, desk=desk, status=409)
    if done.problems and not done.sealed:
        return _again(request, desk, opened, posted, done.problems)
    return HttpResponseRedirect(step_url(opened, done.book, request.POST.get("then", "close")))


def _keep(desk: Desk, opened: Opened, posted: Posted, book: Casebook) -> None:
    """Both values were shown: what was typed is kept as a draft on the record as it is now."""
    record = book.records.get(opened.place.key)
    texts = kept_texts(posted, record.sequence if record else 0)
    save_draft(desk.study_id, opened.place.participant, _draft_key(desk, opened.place), texts, at=desk.utc)


def _again(
    request: HttpRequest, desk: Desk, opened: Opened, posted: Posted, problems: tuple[Problem, ...]
) -> HttpResponse:
    layout = layout_of(opened.book.study, opened.form.id, opened.language)
    lines = problem_lines(problems, layout)
    page = form_page(
        opened,
        Typed(posted.shown, posted.reason, posted.confirmed, base=posted.next_base),
        lines,
        next_label=next_form(opened).label,
    )
    return show(request, "forms/form.html", page, desk=desk, problems=lines, status=422)


def _posted(request: HttpRequest, opened: Opened) -> Posted:
    return read_back(opened, request.POST.dict())


def _draft(desk: Desk, opened: Opened) -> Typed | None:
    place = opened.place
    kept = load_draft(desk.study.id, place.participant, _draft_key(desk, place))
    if kept is None or not opened.may_write:
        return None
    items, updated = kept
    posted = read_back(opened, items)
    note = _draft_note(opened, datetime.fromisoformat(updated.replace("Z", "+00:00")))
    base = posted.next_base if "base" in items else None
    return Typed(posted.shown, posted.reason, posted.confirmed, draft_note=note, base=base)


def _draft_note(opened: Opened, saved: datetime) -> str:
    """The same words and the same clock for the page and for its script."""
    site = opened.book.study.sites[opened.book.site]
    return gettext("Draft saved {time} (time at the site)").format(time=show_time(saved, site.timezone))


def _draft_key(desk: Desk, place: Place) -> DraftKey:
    return desk.actor.account, place.visit, place.form, place.repeat


@require_POST
@signed_in
def draft(
    request: HttpRequest, desk: Desk, participant: str, visit: str, form: str, repeat: int
) -> HttpResponse:
    opened = open_form(desk, Place(participant, visit, form, repeat), at=at_of(request))
    desk.require(opened.form.area, "w", opened.book.site)
    if int(request.META.get("CONTENT_LENGTH") or 0) > DRAFT_BYTES:
        return _not_kept(413)
    base = parse_base(request.POST.get("base", ""))
    if base is None:
        return _not_kept(422)
    known = {
        name: str(text) for name, text in request.POST.items() if name.partition(".")[0] in opened.form.items
    }
    known["base"] = str(base)
    save_draft(desk.study.id, participant, _draft_key(desk, opened.place), known, at=desk.utc)
    return JsonResponse({"note": _draft_note(opened, desk.utc)})


def _not_kept(status: int) -> HttpResponse:
    return JsonResponse({"note": gettext("Not saved – keep this page open")}, status=status)


@require_POST
@signed_in
def preview(
    request: HttpRequest, desk: Desk, participant: str, visit: str, form: str, repeat: int
) -> HttpResponse:
    opened = open_form(desk, Place(participant, visit, form, repeat), at=at_of(request))
    whole = load(desk.study.id, participant)
    seen = look_ahead(opened, whole, _posted(request, opened), by=desk.actor, at=desk.moment(whole.site))
    return JsonResponse(seen)


@require_GET
@signed_in
def form_history(
    request: HttpRequest, desk: Desk, participant: str, visit: str, form: str, repeat: int
) -> HttpResponse:
    opened = open_record(desk, Place(participant, visit, form, repeat), at=at_of(request))
    item = request.GET.get("item", "")
    if item and item not in items_of(opened):
        raise NotFound(f"no item {item}")
    events = history(desk.study.id, participant)
    page = history_page(opened, events, names_of(actors_in(events)), item=item)
    return show(request, "forms/history.html", page, desk=desk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove(
    request: HttpRequest, desk: Desk, participant: str, visit: str, form: str, repeat: int
) -> HttpResponse:
    opened = open_form(desk, Place(participant, visit, form, repeat), at=at_of(request))
    desk.require(opened.form.area, "w", opened.book.site)
    if request.method != "POST":
        return show(request, "forms/remove.html", remove_page(opened, str(uuid4())), desk=desk)
    post = request.POST
    base = parse_base(post.get("base", ""))
    if base is None:
        return _not_removed(request, desk, opened, (problem("page-incomplete", opened.place.where()),), 422)
    command = RemoveRow(
        post.get("command", ""), participant, visit, form, repeat, base, post.get("reason", "")
    )
    done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(opened.book.site))
    if done.problems and not done.sealed:
        return _not_removed(request, desk, opened, done.problems, 409 if done.conflict else 422)
    return HttpResponseRedirect(log_url(desk.study.id, participant, opened.seen_at, form))


def _not_removed(
    request: HttpRequest, desk: Desk, opened: Opened, problems: tuple[Problem, ...], status: int
) -> HttpResponse:
    page, lines = remove_page(opened, str(uuid4())), problem_lines(problems)
    return show(request, "forms/remove.html", page, desk=desk, problems=lines, status=status)
