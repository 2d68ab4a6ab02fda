"""Home: what is to do, in the order that the role needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.casebook import Query
from trialwright.ledger.status import status_of
from trialwright.store.acts import Acts
from trialwright.web.calendar import OVER, calendar_of, visit_label
from trialwright.web.contacts.silent import SilentLine
from trialwright.web.links import diary_url, eligibility_url, enrol_url, list_url, queries_url
from trialwright.web.marks import DIARY, FORMS
from trialwright.web.paging import Paging
from trialwright.web.participants.diary import waiting_words
from trialwright.web.participants.page import Task, decision_awaited, form_tasks, may_enrol, visit_tasks
from trialwright.web.participants.seen import Seen
from trialwright.web.queries.alerts import LEVEL, AlertLine
from trialwright.web.queries.lines import Looking, query_lines

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
    """alerts: those that come first; alerts_url: where there are more of them, "" otherwise."""

    today: str
    screen_url: str
    alerts: tuple[AlertLine, ...]
    alerts_url: str
    tiles: tuple[Tile, ...]
    lists: tuple[TaskList, ...]
    paging: Paging
    idle: str
    fallback_url: str


@dataclass(frozen=True, slots=True)
class Duties:
    """What the role does: enters data, enrols, decides, answers queries, closes them, acts on the diary."""

    enters: bool
    enrols: bool
    decides: bool
    answers: bool
    closes: bool
    keeps_diary: bool = False


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


def lists_of(
    study: str, seen: tuple[Seen, ...], duties: Duties, acts: Acts, now: datetime
) -> tuple[TaskList, ...]:
    """One list a duty, the most urgent first. acts: when the queries were opened."""
    people = list_url(study)
    open_ones, answered = queries_url(study, state="open"), queries_url(study, state="answered")
    none_open, lists = gettext("No query is open."), []
    asked = _queries(seen, "open", acts, now) if duties.answers or duties.closes else []
    if duties.decides:
        nothing = gettext("No decision is waiting.")
        lists.append(_list(gettext("Eligibility to decide"), _decisions(seen), nothing, people))
    if duties.enrols and (enrolments := _enrolments(seen)):
        lists.append(_list(gettext("To enrol"), enrolments, "", people))
    if duties.enters:
        lists.append(_list(gettext("Visits due"), _visits(seen), gettext("No visit is due today."), people))
        nothing = gettext("Every form of the visits that took place is complete.")
        lists.append(_list(gettext("Forms to finish"), _forms(seen), nothing, people))
    if duties.keeps_diary and (diaries := _diaries(seen)):
        lists.append(_list(gettext("Diaries to look at"), diaries, "", people))
    if duties.answers:
        lists.append(_list(gettext("Queries to answer"), asked, none_open, open_ones))
    if duties.closes:
        nothing, waiting = gettext("No answer is waiting."), _queries(seen, "answered", acts, now)
        lists.append(_list(gettext("Answers to look at"), waiting, nothing, answered))
        if not duties.answers:
            lists.append(_list(gettext("Open queries"), asked, none_open, open_ones))
    return tuple(lists)


def silent_tasks(lines: Sequence[SilentLine], more_url: str) -> TaskList:
    """One line a diary that is silent, the longest first."""
    tasks = [Task(line.mark, line.url, f"{line.code} · {line.last}", line.days, line.way) for line in lines]
    return _list(gettext("Silent diaries"), tasks, gettext("No diary is silent."), more_url)


def _diaries(seen: tuple[Seen, ...]) -> list[Task]:
    """Entries that were kept aside, and entries of phones that have not arrived."""
    return [
        Task(DIARY, diary_url(each.study.id, each.book.participant), each.book.code, note="; ".join(words))
        for each in seen
        if each.keeps_diary and (words := waiting_words(each))
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query of a work list, which is put in words only where it is shown."""

    seen: Seen
    query: Query
    acts: Acts
    now: datetime


def _list(title: str, tasks: Sequence[Task | _Asked], empty: str, more_url: str) -> TaskList:
    rest = len(tasks) - _SHOWN
    more = ngettext("and {count} more", "and {count} more", rest).format(count=rest) if rest > 0 else ""
    shown = (_query_task(one) if isinstance(one, _Asked) else one for one in tasks[:_SHOWN])
    return TaskList(title, tuple(shown), empty, more, more_url)


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


def _forms(seen: tuple[Seen, ...]) -> list[Task]:
    """Of those that the person enters."""
    return [_named(each, task) for each in seen for task in form_tasks(each, each.enters)]


def _decisions(seen: tuple[Seen, ...]) -> list[Task]:
    return [
        Task(
            FORMS["to_do"],
            eligibility_url(each.study.id, each.book.participant, visit),
            f"{each.book.code} · {visit_label(each.study, visit, each.language)}",
        )
        for each in seen
        if each.may_decide and (visit := decision_awaited(each)) is not None
    ]


def _enrolments(seen: tuple[Seen, ...]) -> list[Task]:
    note = gettext("Every decision says eligible.")
    return [
        Task(FORMS["to_do"], enrol_url(each.study.id, each.book.participant), each.book.code, note=note)
        for each in seen
        if may_enrol(each)
    ]


def _queries(seen: tuple[Seen, ...], state: str, acts: Acts, now: datetime) -> list[_Asked]:
    """The oldest first; alerts stand in a card of their own."""
    found = [
        (acts[each.book.participant, query.opened].utc, _Asked(each, query, acts, now))
        for each in seen
        for query in each.book.queries.values()
        if query.state == state and query.level != LEVEL
    ]
    return [one for _, one in sorted(found, key=lambda one: one[0])]


def _query_task(asked: _Asked) -> Task:
    """Where and what; the question below it, with the values that it is about; its age at the end."""
    seen, looking = (
        asked.seen,
        Looking(asked.seen.language, asked.seen.readable, acts=asked.acts, now=asked.now),
    )
    line = query_lines(seen.reader, [asked.query], looking)[0]
    value = f" {line.value}" if line.value else ""
    note = f"{line.text} – {line.numbers}" if line.numbers else line.text
    label = f"{line.code} · {line.place} · {line.label}"
    return Task(line.mark, line.url, f"{label}:{value}" if value else label, line.age, note)
