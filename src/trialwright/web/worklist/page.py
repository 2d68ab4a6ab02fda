"""Home: what is to do, in the order that the role needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.criteria import deciding_visits, latest_decisions
from trialwright.ledger.status import status_of
from trialwright.web.calendar import OVER, calendar_of, visit_label
from trialwright.web.links import eligibility_url, list_url, queries_url, query_url
from trialwright.web.marks import FORMS, QUERIES
from trialwright.web.paging import Paging
from trialwright.web.participants.page import Task, visit_tasks
from trialwright.web.participants.seen import Seen
from trialwright.web.queries.lines import place_words

_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Tile:
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class TaskList:
    title: str
    tasks: tuple[Task, ...]
    empty: str
    more: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    today: str
    screen_url: str
    tiles: tuple[Tile, ...]
    lists: tuple[TaskList, ...]
    paging: Paging
    idle: str
    fallback_url: str


@dataclass(frozen=True, slots=True)
class Duties:
    """What the role does: enters data, decides, answers queries, closes them."""

    enters: bool
    decides: bool
    answers: bool
    closes: bool


def tiles_of(states: Mapping[str, int]) -> tuple[Tile, ...]:
    """states: how many participants stand where."""
    everybody = sum(states.values())
    before = sum(states.get(state, 0) for state in ("screening", "screen_failed", "eligible"))
    counted = (
        (everybody, gettext("screened")),
        (states.get("screen_failed", 0), gettext("screening failed")),
        (everybody - before, gettext("enrolled")),
        (states.get("on_treatment", 0), gettext("on treatment")),
        (states.get("follow_up", 0), gettext("in follow-up")),
        (states.get("ended", 0), gettext("ended")),
    )
    return tuple(Tile(count, label) for count, label in counted)


def lists_of(study: str, seen: tuple[Seen, ...], duties: Duties) -> tuple[TaskList, ...]:
    """One list a duty, the most urgent first."""
    people = list_url(study)
    open_ones, answered = queries_url(study, state="open"), queries_url(study, state="answered")
    none_open, lists = gettext("No query is open."), []
    if duties.decides:
        nothing = gettext("No decision is waiting.")
        lists.append(_list(gettext("Eligibility to decide"), _decisions(seen), nothing, people))
    if duties.enters:
        lists.append(_list(gettext("Visits due"), _visits(seen), gettext("No visit is due today."), people))
    if duties.answers:
        lists.append(_list(gettext("Queries to answer"), _queries(seen, "open"), none_open, open_ones))
    if duties.closes:
        nothing = gettext("No answer is waiting.")
        lists.append(_list(gettext("Answers to look at"), _queries(seen, "answered"), nothing, answered))
        if not duties.answers:
            lists.append(_list(gettext("Open queries"), _queries(seen, "open"), none_open, open_ones))
    return tuple(lists)


def _list(title: str, tasks: list[Task], empty: str, more_url: str) -> TaskList:
    rest = len(tasks) - _SHOWN
    more = ngettext("and {count} more", "and {count} more", rest).format(count=rest) if rest > 0 else ""
    return TaskList(title, tuple(tasks[:_SHOWN]), empty, more, more_url)


def _named(seen: Seen, task: Task) -> Task:
    return replace(task, label=f"{seen.book.code} · {task.label}")


def _visits(seen: tuple[Seen, ...]) -> list[Task]:
    """Late ones first, then those whose window closes first."""
    found = [
        (visit.state != "late", visit.window.last or each.today, _named(each, task))
        for each in seen
        if status_of(each.book) not in OVER
        for visit in calendar_of(each.reader, each.today)
        if visit.state in ("due", "late")
        for task in visit_tasks(each, (visit,))
    ]
    return [task for _, _, task in sorted(found, key=lambda one: one[:2])]


def _decisions(seen: tuple[Seen, ...]) -> list[Task]:
    tasks = []
    for each in seen:
        decided, held = latest_decisions(each.book), each.reader.held()
        if each.book.enrolled or status_of(each.book) == "screen_failed":
            continue
        for visit in deciding_visits(each.study):
            if visit not in decided and visit in held and held[visit].day:
                url = eligibility_url(each.study.id, each.book.participant, visit)
                label = f"{each.book.code} · {visit_label(each.study, visit, each.language)}"
                tasks.append(Task(FORMS["to_do"], url, label))
    return tasks


def _queries(seen: tuple[Seen, ...], state: str) -> list[Task]:
    return [
        Task(
            QUERIES[query.state],
            query_url(each.study.id, each.book.participant, query.id),
            f"{each.book.code} · {place_words(each.study, query.visit, query.form, query.repeat, each.language)}",
        )
        for each in seen
        for query in each.book.queries.values()
        if query.state == state
    ]
