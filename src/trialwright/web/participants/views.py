"""The list of participants, screening, and one participant."""

from dataclasses import dataclass
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.commands import ScreenParticipant
from trialwright.ledger.decide_diary import AREA as DIARY_AREA
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import may
from trialwright.store.people import Wanted, count_statuses, page_of_participants
from trialwright.store.submit import submit
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.values.problem import Problem
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import require_known
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import list_url, participant_url
from trialwright.web.marks import PARTICIPANTS
from trialwright.web.messages import problem
from trialwright.web.paging import cut, page_number
from trialwright.web.participants.lists import PAGE, Sought, list_page
from trialwright.web.participants.page import participant_page
from trialwright.web.participants.seen import Seen
from trialwright.web.said import go_on


@require_GET
@signed_in
def participants(request: HttpRequest, desk: Desk) -> HttpResponse:
    require_any(desk)
    find, status = request.GET.get("find", "").strip(), request.GET.get("status", "")
    status = status if status in PARTICIPANTS else ""
    counts = count_statuses(desk.study_id, desk.actor.sites, find)
    count = counts.get(status, 0) if status else sum(counts.values())
    number = page_number(request)
    wanted = Wanted(desk.actor.sites, find=find, status=status)
    found = page_of_participants(desk.study_id, wanted, skip=(number - 1) * PAGE, limit=PAGE + 1)
    also = {name: text for name, text in (("find", find), ("status", status)) if text}
    shown, paging = cut(
        found, PAGE, number, lambda page: list_url(desk.study_id, page=str(page), **also), count=count
    )
    page = list_page(
        desk.study,
        desk.books(shown).values(),
        today=desk.today(),
        language=desk.language,
        sought=Sought(find, status, counts),
        paging=paging,
        may_screen=desk.may_anywhere("identity", "w"),
        told_why=frozenset(site for site in desk.sites() if desk.may(ELIGIBILITY_AREA, "r", site)),
    )
    return show(request, "participants/list.html", page, desk=desk)


def require_any(desk: Desk) -> None:
    """Raises Denied for a role that may read no form at all, such as one that only keeps accounts."""
    if not desk.reads_anywhere():
        sites = desk.sites()
        desk.require("forms", "r", sites[0] if sites else "")


@dataclass(frozen=True, slots=True)
class SiteChoice:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class ScreenPage:
    back_url: str
    command_id: str
    sites: tuple[SiteChoice, ...]
    site: str = ""
    code: str = ""
    site_error: str = ""
    code_error: str = ""


def screen_page(
    desk: Desk, post: dict[str, str] | None = None, problems: tuple[Problem, ...] = ()
) -> ScreenPage:
    post = post or {}
    sites = [site for site in desk.sites() if desk.may("identity", "w", site)]
    is_site = {one.code: one.where == "site" for one in problems}
    return ScreenPage(
        back_url=list_url(desk.study.id),
        command_id=str(uuid4()),
        sites=tuple(
            SiteChoice(
                site, f"{site} · {desk.study.say(desk.study_at(site).sites[site].label, desk.language)}"
            )
            for site in sites
        ),
        site=post.get("site", ""),
        code=post.get("code", ""),
        site_error=" ".join(one.say(gettext) for one in problems if is_site[one.code]),
        code_error=" ".join(one.say(gettext) for one in problems if not is_site[one.code]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def screen(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not desk.may_anywhere("identity", "w"):
        desk.require("identity", "w", desk.sites()[0])
    if request.method != "POST":
        return show(request, "participants/screen.html", screen_page(desk), desk=desk)
    require_known(request, ("command", "site", "code"))
    post = request.POST
    site, command_id = post.get("site", ""), post.get("command", "")
    if site not in desk.sites():
        return _screen_again(request, desk, (problem("choose-site", "site"),), 422)
    participant = _new_participant(desk.study_id, command_id)
    command = ScreenParticipant(command_id, participant, site, post.get("code", "").strip())
    done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(site))
    if done.problems and not done.sealed:
        return _screen_again(request, desk, done.problems, 409 if done.conflict else 422)
    return go_on(participant_url(desk.study.id, participant), desk, done)


def _new_participant(study_id: str, command_id: str) -> str:
    """An opaque id. It hangs on the command, so that a page sent twice names one participant, and on the server's
    secret, so that no browser can choose or foresee it: it stands in the log for ever, in clear."""
    made = salted_hmac("trialwright.participant", f"{study_id} {command_id}", algorithm="sha256")
    return f"p{made.hexdigest()[:16]}"


def _screen_again(
    request: HttpRequest, desk: Desk, problems: tuple[Problem, ...], status: int
) -> HttpResponse:
    page = screen_page(desk, request.POST.dict(), problems)
    lines = tuple(
        ProblemLine("site" if one.where == "site" else "code", "", one.say(gettext)) for one in problems
    )
    return show(request, "participants/screen.html", page, desk=desk, problems=lines, status=status)


@require_GET
@signed_in
def participant(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    book = desk.book(participant)
    return show(
        request,
        "participants/participant.html",
        participant_page(seen_of(desk, CasebookReader(book))),
        desk=desk,
    )


def seen_of(desk: Desk, reader: CasebookReader) -> Seen:
    study, site = reader.book.study, reader.book.site
    return Seen(
        reader=reader,
        today=desk.moment_in(study, site).site_date,
        now=desk.clock(study, site),
        language=desk.language,
        readable=desk.readable(study, site),
        enters=desk.enters(study, site),
        may_enrol=may(study, desk.actor, ELIGIBILITY_AREA, "w", site),
        may_decide=may(study, desk.actor, ELIGIBILITY_AREA, "s", site),
        may_reach=study.diary is not None and may(study, desk.actor, "identity", "w", site),
        keeps_diary=may(study, desk.actor, DIARY_AREA, "w", site),
    )
