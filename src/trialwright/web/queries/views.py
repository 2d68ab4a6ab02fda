"""Queries: the list, and one of them with its answer."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.casebook import Casebook, Query
from trialwright.ledger.commands import AnswerQuery, CloseQuery, OpenQuery
from trialwright.store.errors import NotFound
from trialwright.store.people import Wanted, page_of_participants
from trialwright.store.submit import submit
from trialwright.values.words import words_of
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import require_known
from trialwright.web.forms.opening import at_of, at_record, open_form
from trialwright.web.forms.posted import Place
from trialwright.web.forms.problems import ProblemLine, problem_lines
from trialwright.web.links import form_url, queries_url, query_url
from trialwright.web.paging import cut, page_number
from trialwright.web.participants.views import require_any
from trialwright.web.queries.lines import QueryLine, query_lines
from trialwright.web.queries.page import PAGE, ask_page, queries_page, query_page, states


@require_GET
@signed_in
def queries(request: HttpRequest, desk: Desk) -> HttpResponse:
    require_any(desk)
    asked = request.GET.get("state", "open")
    state, only = asked if asked in states() else "open", request.GET.get("participant", "")
    number = page_number(request)
    wanted = Wanted(desk.actor.sites, query=state, participant=only, sights=desk.sights())
    found = page_of_participants(desk.study_id, wanted, skip=(number - 1) * PAGE, limit=PAGE + 1)
    also = {"state": state} | ({"participant": only} if only else {})
    shown, paging = cut(found, PAGE, number, lambda page: queries_url(desk.study_id, page=str(page), **also))
    rows = [line for book in desk.books(shown).values() for line in _in_state(desk, book, state)]
    page = queries_page(desk.study_id, tuple(rows), state, paging)
    return show(request, "queries/list.html", page, desk=desk)


def _in_state(desk: Desk, book: Casebook, state: str) -> tuple[QueryLine, ...]:
    found = [query for query in book.queries.values() if query.state == state]
    return query_lines(book, found, desk.language)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def query(request: HttpRequest, desk: Desk, participant: str, query: str) -> HttpResponse:
    book = desk.book(participant)
    found = book.queries.get(query)
    if found is None:
        raise NotFound(f"no query {query}")
    lines: tuple[ProblemLine, ...] = ()
    typed = ""
    if request.method == "POST":
        require_known(request, ("command", "text", "move"))
        typed = words_of(request.POST.get("text", ""))
        command = _command(request, participant, query, typed)
        done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(book.site))
        if done.sealed:
            return HttpResponseRedirect(query_url(desk.study.id, participant, query))
        lines = tuple(ProblemLine("text", line.label, line.text) for line in problem_lines(done.problems))
    page = _page(desk, book, found, typed)
    return show(request, "queries/query.html", page, desk=desk, problems=lines, status=422 if lines else 200)


def _command(request: HttpRequest, participant: str, query: str, text: str) -> AnswerQuery | CloseQuery:
    kind = CloseQuery if request.POST.get("move") == "close" else AnswerQuery
    return kind(request.POST.get("command", ""), participant, query, text)


def _page(desk: Desk, book: Casebook, found: Query, typed: str) -> object:
    area = book.study.forms[found.form].area
    return query_page(
        book,
        found,
        desk.language,
        may_answer=desk.may(area, "a", book.site),
        may_close=desk.may(area, "q", book.site),
        typed=typed,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_record
def ask(request: HttpRequest, desk: Desk, place: Place) -> HttpResponse:
    opened = open_form(desk, place, at=at_of(request))
    desk.require(opened.form.area, "q", opened.book.site)
    lines: tuple[ProblemLine, ...] = ()
    post = request.POST
    if request.method == "POST":
        require_known(request, ("command", "query", "item", "text"))
        command = OpenQuery(
            post.get("command", ""),
            place.participant,
            post.get("query", ""),
            *place.key,
            post.get("item", ""),
            words_of(post.get("text", "")),
        )
        done = submit(desk.study.id, command, by=desk.actor, at=desk.moment(opened.book.site))
        if done.sealed:
            return HttpResponseRedirect(form_url(desk.study.id, place))
        lines = tuple(ProblemLine("text", line.label, line.text) for line in problem_lines(done.problems))
    page = ask_page(opened, item=post.get("item", ""), typed=post.get("text", ""))
    return show(request, "queries/ask.html", page, desk=desk, problems=lines, status=422 if lines else 200)
