"""The list of a form's rows at a visit, and its gate."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import SaveForm, Typed
from trialwright.ledger.reader import GATE, CasebookReader
from trialwright.store.submit import submit
from trialwright.values.words import words_of
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import require_known
from trialwright.web.forms.log import Refused, gate_items, gate_value, log_page
from trialwright.web.forms.opened import Opened, stop_of
from trialwright.web.forms.opening import open_log
from trialwright.web.forms.posted import Place, parse_base
from trialwright.web.forms.problems import ProblemLine, problem_lines
from trialwright.web.forms.state import waits_for_rows
from trialwright.web.forms.steps import next_form
from trialwright.web.links import log_url
from trialwright.web.messages import problem
from trialwright.web.said import go_on


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def log(request: HttpRequest, desk: Desk, participant: str, visit: str, form: str) -> HttpResponse:
    opened = open_log(desk, Place(participant, visit, form))
    if request.method == "POST":
        return _save_gate(request, desk, opened)
    return show(request, "forms/log.html", log_page(opened, stop=stop_of(opened)), desk=desk)


def _save_gate(request: HttpRequest, desk: Desk, opened: Opened) -> HttpResponse:
    require_known(request, ("command", "base", "gate", "reason_for_change", "then"))
    place, post = opened.place, request.POST
    answer = gate_items(post.dict(), gate_value(opened.record))
    here = log_url(desk.study.id, place.participant, place.visit, place.form)
    if answer is None:
        if gate_value(opened.record):
            return go_on(_onward(opened, opened.book, post.get("then", "")) or here, desk)
        line = ProblemLine(GATE, "", gettext("Choose yes or no."))
        return _again(request, desk, opened, (line,), 422)
    base = parse_base(post.get("base", ""))
    if base is None:
        lines = problem_lines((problem("page-incomplete", place.where()),))
        return _again(request, desk, opened, lines, 422)
    command = SaveForm(
        command_id=post.get("command", ""),
        participant=place.participant,
        visit=place.visit,
        form=place.form,
        repeat=0,
        items={GATE: Typed(answer)},
        base=base,
        reason=words_of(post.get("reason_for_change", "")) or None,
    )
    done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(opened.book.site))
    if done.problems and not done.sealed:
        return _again(request, desk, opened, problem_lines(done.problems), 409 if done.conflict else 422)
    return go_on(_onward(opened, desk.seen(done.book), post.get("then", "")) or here, desk, done)


def _onward(opened: Opened, book: Casebook, then: str) -> str:
    """The next form, unless the list waits for rows; "" to stay."""
    is_done = not waits_for_rows(CasebookReader(book), opened.form, opened.place.visit)
    return next_form(opened, book).url if then == "next" and is_done else ""


def _again(
    request: HttpRequest, desk: Desk, opened: Opened, lines: tuple[ProblemLine, ...], status: int
) -> HttpResponse:
    error = " ".join(line.text for line in lines)
    refused = Refused(request.POST.get("gate", ""), request.POST.get("reason_for_change", ""), error)
    page = log_page(opened, stop=stop_of(opened), refused=refused)
    return show(request, "forms/log.html", page, desk=desk, problems=lines, status=status)
