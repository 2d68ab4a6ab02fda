"""Queries: the list, and one of them with its answer."""

from collections.abc import Iterable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from trialwright.ledger.apply import replay
from trialwright.ledger.casebook import Casebook, Query
from trialwright.ledger.commands import AnswerQuery, CloseQuery, OpenQuery
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.visible import hidden_from, visible
from trialwright.store.accounts import names_of
from trialwright.store.acts import Acts, acts_of
from trialwright.store.errors import NotFound
from trialwright.store.events import history
from trialwright.store.people import Wanted, count_queries, page_of_participants
from trialwright.store.submit import submit
from trialwright.values.problem import Problem
from trialwright.values.words import words_of
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.diaries.entries import Line, entry_lines_at
from trialwright.web.diaries.log import log_of
from trialwright.web.diaries.looking import Log
from trialwright.web.diaries.looking import Looking as DiaryLooking
from trialwright.web.fields import require_known
from trialwright.web.forms.history import actors_in
from trialwright.web.forms.opening import at_of, at_record, open_form
from trialwright.web.forms.posted import Place
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import form_url, queries_url, query_url
from trialwright.web.paging import cut, page_number
from trialwright.web.participants.views import require_any
from trialwright.web.queries.alerts import LEVEL
from trialwright.web.queries.lines import Looking, QueryLine, query_lines
from trialwright.web.queries.page import PAGE, Asked, Told, ask_page, queries_page, query_page, states
from trialwright.web.said import go_on


@require_GET
@signed_in
def queries(request: HttpRequest, desk: Desk) -> HttpResponse:
    require_any(desk)
    asked = _asked(request, desk)
    number = page_number(request)
    wanted = Wanted(
        desk.actor.sites,
        query=asked.state,
        level=asked.level,
        participant=asked.participant,
        sights=desk.sights(),
    )
    found = page_of_participants(desk.study_id, wanted, skip=(number - 1) * PAGE, limit=PAGE + 1)
    shown, paging = cut(
        found, PAGE, number, lambda page: queries_url(desk.study_id, page=str(page), **asked.query)
    )
    rows = _rows(desk, desk.books(shown).values(), asked)
    page = queries_page(desk.study_id, rows, asked, paging)
    return show(request, "queries/list.html", page, desk=desk)


def _asked(request: HttpRequest, desk: Desk) -> Asked:
    state, level = request.GET.get("state", "open"), request.GET.get("level", "")
    asked = Asked(
        state if state in states() else "open",
        LEVEL if level == LEVEL else "",
        request.GET.get("participant", ""),
    )
    if asked.participant:
        return asked
    return replace(asked, counts=count_queries(desk.study_id, desk.sights(), level=asked.level))


def _rows(desk: Desk, books: Iterable[Casebook], asked: Asked) -> tuple[QueryLine, ...]:
    found = [
        (book, query)
        for book in books
        for query in book.queries.values()
        if query.state == asked.state and asked.level in ("", query.level)
    ]
    acts = acts_of(desk.study_id, [(book.participant, query.opened) for book, query in found])
    readers = {book.participant: CasebookReader(book) for book, _ in found}
    return tuple(
        line
        for book, query in found
        for line in query_lines(readers[book.participant], [query], looking_of(desk, book, query, acts=acts))
    )


def looking_of(desk: Desk, book: Casebook, query: Query, *, acts: Acts) -> Looking:
    return Looking(
        desk.language,
        desk.readable(book.study, book.site),
        desk.may(book.study.forms[query.form].area, "a", book.site),
        acts,
        desk.utc,
    )


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
            return go_on(query_url(desk.study.id, participant, query), desk, done)
        lines = _problem_lines(done.problems, gettext("Write your answer."))
    page = _page(desk, book, found, typed)
    return show(request, "queries/query.html", page, desk=desk, problems=lines, status=422 if lines else 200)


def _problem_lines(problems: Iterable[Problem], if_blank: str) -> tuple[ProblemLine, ...]:
    """All belong to the one field of the page."""
    return tuple(
        ProblemLine("text", "", if_blank if problem.code == "text-needed" else problem.say(gettext))
        for problem in problems
    )


def _command(request: HttpRequest, participant: str, query: str, text: str) -> AnswerQuery | CloseQuery:
    kind = CloseQuery if request.POST.get("move") == "close" else AnswerQuery
    return kind(request.POST.get("command", ""), participant, query, text)


def _page(desk: Desk, book: Casebook, found: Query, typed: str) -> object:
    events = history(desk.study_id, book.participant)
    before = (event for event in events if event.sequence <= found.opened)
    names = names_of(actors_in(events))
    told = Told(
        query=found,
        was=visible(replay(book.study, book.participant, before), actor=desk.actor),
        events=events,
        names=names,
        entries=_entries(desk, book, found, log_of(events, names, hidden_from(book, actor=desk.actor))),
    )
    return query_page(
        CasebookReader(book),
        told,
        looking_of(desk, book, found, acts=acts_of(desk.study_id, [(book.participant, found.opened)])),
        may_close=desk.may(book.study.forms[found.form].area, "q", book.site),
        typed=typed,
    )


def _entries(desk: Desk, book: Casebook, query: Query, log: Log) -> tuple[Line, ...]:
    """Of the diary, what came for the occasion that a query is about."""
    now = desk.clock(book.study, book.site)
    looking = DiaryLooking(CasebookReader(book), desk.language, now, lambda: log)
    return entry_lines_at(looking, (query.visit, query.form, query.repeat))


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
            return go_on(form_url(desk.study.id, place), desk, done)
        lines = _problem_lines(done.problems, gettext("Write your question."))
    page = ask_page(opened, item=post.get("item", ""), typed=post.get("text", ""))
    return show(request, "queries/ask.html", page, desk=desk, problems=lines, status=422 if lines else 200)
