"""A participant is invited to the diary. The code stands on the answer to this one page, and is kept nowhere."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from trialwright.store import devices
from trialwright.store.devices import Invitation
from trialwright.values.problem import Problem
from trialwright.values.words import words_of
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.diaries.invite import invite_page, invited_page
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.views import look_to_write
from trialwright.web.fields import require_known
from trialwright.web.forms.problems import ProblemLine, said
from trialwright.web.messages import problem


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invite(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    looking = look_to_write(desk, participant)
    if request.method != "POST":
        return show(request, "diaries/invite.html", invite_page(looking, ""), desk=desk)
    require_known(request, ("year",))
    year = words_of(request.POST.get("year", ""))
    done = _invited(desk, looking, year)
    if isinstance(done, Invitation):
        # The fragment of an address is sent to no server, so that no log of any holds the code.
        link = request.build_absolute_uri(f"/diary/#join={done.code}")
        page = invited_page(looking, link, done.expires)
        return show(request, "diaries/invited.html", page, desk=desk)
    lines = tuple(ProblemLine("year" if one.where == "year_of_birth" else "", "", said(one)) for one in done)
    return show(
        request, "diaries/invite.html", invite_page(looking, year), desk=desk, problems=lines, status=422
    )


def _invited(desk: Desk, looking: Looking, year: str) -> Invitation | tuple[Problem, ...]:
    book = looking.book
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        return (problem("year-of-birth", "year_of_birth"),)
    at = desk.moment(book.site)
    return devices.invite(desk.study_id, book.participant, int(year), by=desk.actor, at=at)
