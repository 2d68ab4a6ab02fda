"""What a query says of the values it is about, and how much time an alert leaves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from django.utils.translation import override
from tests.spec.builders import AREAS, CHECKS, COORDINATOR, MONITOR, STUDY, Walk, make_study

from trialwright.ledger import commands as c
from trialwright.ledger.casebook import Query
from trialwright.ledger.reader import GATE, CasebookReader
from trialwright.web.queries.alerts import deadline_of
from trialwright.web.queries.lines import Looking, query_lines, stored_words
from trialwright.web.queries.numbers import numbers_of
from trialwright.web.queries.thread import thread_of
from trialwright.web.show import show_span

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [
        (timedelta(0), "0 min", "0分钟"),
        (timedelta(minutes=59, seconds=59), "59 min", "59分钟"),
        (timedelta(hours=1), "1 h", "1小时"),
        (timedelta(hours=47, minutes=59), "47 h", "47小时"),
        (timedelta(hours=48), "2 days", "2天"),
        (timedelta(seconds=-5), "0 min", "0分钟"),
    ],
)
def test_a_span_is_told_in_the_largest_unit_that_still_tells(
    span: timedelta, english: str, chinese: str
) -> None:
    with override("en"):
        assert show_span(span) == english
    with override("zh-hans"):
        assert show_span(span) == chinese


def asked(check: str, walk: Walk) -> Query:
    return next(query for query in walk.book.queries.values() if query.check == check)


def numbers(check: str, walk: Walk, *, readable: frozenset[str] = frozenset(AREAS)) -> str:
    return numbers_of(CasebookReader(walk.book), asked(check, walk), "en", readable=readable)


@pytest.fixture
def walk() -> Walk:
    """Scored at two visits, so that a check that compares them and one that reads another form have fired."""
    walk = Walk().dosed()
    walk.saved("W2", "visit", date="2026-03-16")
    walk.saved("W2", "score", head="36", trunk="36")
    walk.saved("W2", "labs", alt="500", haemoglobin="90")
    return walk


def test_a_check_of_two_visits_tells_both_values_in_their_order(walk: Walk) -> None:
    assert numbers("score_jump", walk) == "Total: 40 (W0) → 72"


def test_a_check_of_two_forms_names_the_other_one(walk: Walk) -> None:
    assert numbers("pale", walk) == "Haemoglobin: 90 g/L; Score, Total: 72"


def test_a_check_of_the_value_alone_tells_nothing_besides(walk: Walk) -> None:
    assert numbers("alt_high", walk) == ""


def test_what_the_role_may_not_read_is_left_out(walk: Walk) -> None:
    assert numbers("pale", walk, readable=frozenset({"eligibility"})) == ""


def test_a_query_of_a_person_has_no_numbers(walk: Walk) -> None:
    query = replace(asked("pale", walk), check="")

    assert numbers_of(CasebookReader(walk.book), query, "en", readable=frozenset(AREAS)) == ""


def test_an_answer_to_the_question_of_a_list_is_told_in_words() -> None:
    assert stored_words(STUDY, "event", GATE, '{"v":"true"}', "en") == "Yes"


def test_what_a_person_typed_is_no_text_of_the_definition() -> None:
    walk = Walk(study=make_study(translations={"zh-Hans": {"None": "无", "Why?": "为何？"}})).dosed()
    walk.done(c.OpenQuery("q", "p1", "q1", "W0", "score", 0, "head", "Why?"), by=MONITOR)
    walk.done(c.AnswerQuery("a", "p1", "q1", "None"), by=COORDINATOR)
    query = walk.book.queries["q1"]

    with override("zh-hans"):
        (line,) = query_lines(CasebookReader(walk.book), [query], Looking("zh-Hans"))
        thread = thread_of(walk.book, query, walk.log, {}, "zh-Hans")
    assert (line.text, line.answer) == ("Why?", "None")
    assert [one.text for one in thread] == ["Why?", "None"]


State = Literal["open", "answered", "closed"]


@pytest.mark.parametrize(
    ("hours", "state", "gone", "words"),
    [
        (None, "open", 3, None),
        (24, "open", 3, "21 h left"),
        (24, "open", 24, "0 min left"),
        (24, "open", 26, "overdue by 2 h"),
        (24, "open", 100, "overdue by 3 days"),
        (24, "answered", 100, "answered"),
    ],
)
def test_an_alert_counts_down(
    walk: Walk, hours: int | None, state: State, gone: int, words: str | None
) -> None:
    checks = tuple(replace(one, within_hours=hours) if one.id == "alt_high" else one for one in CHECKS)
    query = replace(asked("alt_high", walk), state=state)

    found = deadline_of(make_study(checks=checks), query, NOON - timedelta(hours=gone), NOON)

    assert (str(found.label) if found else None) == words
