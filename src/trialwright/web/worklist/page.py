"""Home: what is to do, in the order that the role needs it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.criteria import deciding_visits, latest_decisions
from trialwright.ledger.status import status_of
from trialwright.web.calendar import OVER, calendar_of, visit_label
from trialwright.web.links import eligibility_url, query_url
from trialwright.web.marks import FORMS, QUERIES
from trialwright.web.participants.page import Seen, Task, visit_tasks
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


@dataclass(frozen=True, slots=True)
class HomePage:
    today: str
    screen_url: str
    tiles: tuple[Tile, ...]
    lists: tuple[TaskList, ...]
    fallback_url: str


@dataclass(frozen=True, slots=True)
class Duties:
    """What the role does: enters data, decides, answers queries, closes them."""

    enters: bool
    decides: bool
    answers: bool
    closes: bool


def tiles_of(seen: Iterable[Seen]) -> tuple[Tile, ...]:
    states = [status_of(each.book) for each in seen]
    counted = (
        (len(states), gettext("screened")),
        (
            sum(state not in ("screening", "screen_failed", "eligible") for state in states),
            gettext("enrolled"),
        ),
        (states.count("on_treatment"), gettext("on treatment")),
        (states.count("follow_up"), gettext("in follow-up")),
        (states.count("ended"), gettext("ended")),
    )
    return tuple(Tile(count, label) for count, label in counted)


def lists_of(seen: tuple[Seen, ...], duties: Duties) -> tuple[TaskList, ...]:
    """One list a duty, the most urgent first."""
    lists = []
    if duties.decides:
        lists.append(
            _list(gettext("Eligibility to decide"), _decisions(seen), gettext("No decision is waiting."))
        )
    if duties.enters:
        lists.append(_list(gettext("Visits due"), _visits(seen), gettext("No visit is due today.")))
    if duties.answers:
        lists.append(
            _list(gettext("Queries to answer"), _queries(seen, "open"), gettext("No query is open."))
        )
    if duties.closes:
        lists.append(
            _list(gettext("Answers to look at"), _queries(seen, "answered"), gettext("No answer is waiting."))
        )
        if not duties.answers:
            lists.append(_list(gettext("Open queries"), _queries(seen, "open"), gettext("No query is open.")))
    return tuple(lists)


def _list(title: str, tasks: list[Task], empty: str) -> TaskList:
    rest = len(tasks) - _SHOWN
    more = ngettext("and {count} more", "and {count} more", rest).format(count=rest) if rest > 0 else ""
    return TaskList(title, tuple(tasks[:_SHOWN]), empty, more)


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
