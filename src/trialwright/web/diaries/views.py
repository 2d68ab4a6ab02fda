"""The diary of one participant: its page, an entry that was kept aside, a phone that was lost, a new phone."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import LeaveEntryAside, ReleaseEntry, RevokeDevice
from trialwright.ledger.decide_diary import AREA
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import may, require
from trialwright.ledger.visible import hidden_from
from trialwright.store import devices
from trialwright.store.accounts import names_of
from trialwright.store.errors import NotFound
from trialwright.store.events import history
from trialwright.store.submit import Submitted, submit
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.diaries.acts import Asked, release_page, revoke_page
from trialwright.web.diaries.entries import Shown
from trialwright.web.diaries.log import KINDS as LOGGED
from trialwright.web.diaries.log import log_of
from trialwright.web.diaries.looking import Log, Looking
from trialwright.web.diaries.page import KINDS, diary_page
from trialwright.web.diaries.phones import Contact
from trialwright.web.diaries.waiting import is_unseen
from trialwright.web.fields import require_known
from trialwright.web.forms.history import actors_in
from trialwright.web.forms.problems import ProblemLine, said
from trialwright.web.links import diary_url
from trialwright.web.messages import problem
from trialwright.web.paging import page_number
from trialwright.web.said import go_on

_ACTS: Final[Mapping[str, type[ReleaseEntry] | type[LeaveEntryAside]]] = MappingProxyType(
    {"release": ReleaseEntry, "leave": LeaveEntryAside}
)
_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {"text-needed": "reason", "text-too-long": "reason", "choose-act": "do"}
)


@require_GET
@signed_in
def participant_diary(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    looking = look(desk, participant)
    asked = request.GET.get("show", "all")
    shown: Shown = next((kind for kind in KINDS if kind == asked), "all")
    page = diary_page(looking, _contacts(desk, participant), shown=shown, number=page_number(request))
    return show(request, "diaries/diary.html", page, desk=desk)


def _contacts(desk: Desk, participant: str) -> dict[str, Contact]:
    """What the phones said of themselves when they were last there."""
    return {
        one.device: Contact(one.platform, one.app, datetime.fromisoformat(one.seen) if one.seen else None)
        for one in devices.devices_of(desk.study_id, [participant])
    }


def look(desk: Desk, participant: str) -> Looking:
    """Raises NotFound where the study has no diary, and Denied."""
    book = desk.book(participant)
    if book.study.diary is None:
        raise NotFound(f"{book.study.id} has no diary")
    require(book.study, desk.actor, AREA, "r", book.site)
    return Looking(
        reader=CasebookReader(book),
        language=desk.language,
        now=desk.clock(book.study, book.site),
        read_log=lambda: _log(desk, book),
        readable=desk.readable(book.study, book.site),
        enters=desk.enters(book.study, book.site),
        may_write=may(book.study, desk.actor, AREA, "w", book.site),
    )


def _log(desk: Desk, book: Casebook) -> Log:
    events = history(desk.study_id, book.participant, LOGGED)
    return log_of(events, names_of(actors_in(events)), hidden_from(book, actor=desk.actor))


def look_to_write(desk: Desk, participant: str) -> Looking:
    """For who acts on the diary; raises NotFound and Denied."""
    looking = look(desk, participant)
    require(looking.book.study, desk.actor, AREA, "w", looking.book.site)
    return looking


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def release(request: HttpRequest, desk: Desk, participant: str, entry: str) -> HttpResponse:
    looking = look_to_write(desk, participant)
    found = looking.book.entries.get(entry)
    if found is None or is_unseen(looking.book, found) or (found.counts and request.method != "POST"):
        raise NotFound(f"{entry} is not kept aside")
    if request.method != "POST":
        page = release_page(looking, entry, Asked(str(uuid4()), ""))
        return show(request, "diaries/release.html", page, desk=desk)
    require_known(request, ("command", "reason", "do"))
    asked = _asked(request)
    act = _ACTS.get(asked.act)
    done = _submitted(desk, looking, act(asked.command_id, participant, entry, asked.reason)) if act else None
    if done is not None and done.sealed:
        return go_on(diary_url(desk.study_id, participant), desk, done)
    page = release_page(looking, entry, Asked(str(uuid4()), asked.reason, asked.act))
    problems = done.problems if done is not None else (problem("choose-act", "do"),)
    lines = tuple(_line(one.code, said(one)) for one in problems)
    status = 409 if done is not None and done.conflict else 422
    return show(request, "diaries/release.html", page, desk=desk, problems=lines, status=status)


def _submitted(desk: Desk, looking: Looking, command: ReleaseEntry | LeaveEntryAside) -> Submitted:
    return submit(desk.study_id, command, by=desk.actor, at=desk.moment(looking.book.site))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def revoke(request: HttpRequest, desk: Desk, participant: str, device: str) -> HttpResponse:
    looking = look_to_write(desk, participant)
    found = looking.book.devices.get(device)
    if found is None or (found.is_revoked and request.method != "POST"):
        raise NotFound(f"no phone {device}")
    if request.method != "POST":
        page = revoke_page(looking, device, Asked(str(uuid4()), ""))
        return show(request, "diaries/revoke.html", page, desk=desk)
    require_known(request, ("command", "reason"))
    back = diary_url(desk.study_id, participant)
    asked = _asked(request)
    command = RevokeDevice(asked.command_id, participant, device, asked.reason)
    done = devices.revoke_device(desk.study_id, command, by=desk.actor, at=desk.moment(looking.book.site))
    if done.sealed:
        return go_on(f"{back}#phones", desk, done)
    page = revoke_page(looking, device, Asked(str(uuid4()), asked.reason))
    lines = tuple(_line(one.code, said(one)) for one in done.problems)
    status = 409 if done.conflict else 422
    return show(request, "diaries/revoke.html", page, desk=desk, problems=lines, status=status)


def _asked(request: HttpRequest) -> Asked:
    return Asked(*(request.POST.get(name, "") for name in ("command", "reason", "do")))


def _line(code: str, text: str) -> ProblemLine:
    """What a field lacks is told at it."""
    words = gettext("Give the reason.") if code == "text-needed" else text
    return ProblemLine(_FIELDS.get(code, ""), "", words)
