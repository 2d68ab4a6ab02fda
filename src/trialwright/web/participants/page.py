"""The context of one participant's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.criteria import criteria_at, deciding_visits, latest_decisions
from trialwright.ledger.photos import OWN_AREA, SITE_AREA
from trialwright.ledger.status import status_of
from trialwright.ledger.visible import sees_nothing_of
from trialwright.schedule.visits import PlannedVisit, visit_of
from trialwright.study.builtin import ELIGIBILITY_FORM, VISIT_FORM
from trialwright.study.model import Form, Study
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.web.calendar import (
    OVER,
    calendar_of,
    next_of_repeating,
    next_visit,
    visit_label,
    window_words,
)
from trialwright.web.contacts.silent import Notice, notice_of
from trialwright.web.forms.state import form_state, forms_at, is_log
from trialwright.web.forms.steps import entry_url
from trialwright.web.links import contact_url, eligibility_url, enrol_url, photos_url, query_url, visit_url
from trialwright.web.marks import FORMS, PARTICIPANTS, Mark, warning
from trialwright.web.participants.cards import (
    CurveCard,
    DoseLine,
    LogCard,
    curve_card,
    dose_lines,
    form_of,
    log_card,
)
from trialwright.web.participants.diary import DiaryCard, diary_card
from trialwright.web.participants.ending import Failure, end_day, failure_of
from trialwright.web.participants.matrix import Matrix, matrix_of
from trialwright.web.participants.progress import standing_of
from trialwright.web.participants.seen import Seen
from trialwright.web.participants.timeline import Timeline, View, timeline_of
from trialwright.web.queries.alerts import AlertLink, alert_links
from trialwright.web.queries.lines import item_label, mark_of, place_words
from trialwright.web.show import show_date

LOG_AREA: Final = "adverse_events"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Task:
    mark: Mark
    url: str
    label: str
    when: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    code: str
    mark: Mark
    site: str
    alerts: tuple[AlertLink, ...]
    diary: DiaryCard | None
    facts: tuple[Fact, ...]
    failure: Failure | None
    silence: Notice | None
    contact_url: str
    photos_url: str
    action: Link | None
    timeline: Timeline | None
    matrix: Matrix
    legend: tuple[Mark, ...]
    extra_visits: tuple[Link, ...]
    late_visits: tuple[Link, ...]
    late_words: str
    todo: tuple[Task, ...]
    curves: tuple[CurveCard, ...]
    has_doses: bool
    doses: tuple[DoseLine, ...]
    logs: tuple[LogCard, ...]


def participant_page(seen: Seen) -> ParticipantPage:
    book, study, language = seen.book, seen.study, seen.language
    calendar = calendar_of(seen.reader, seen.today)
    status = status_of(book)
    now = next_visit(calendar, book)
    key = now.key if now and now.state != "planned" else None
    is_over = status in OVER
    matrix = matrix_of(seen.reader, calendar, now=key, readable=seen.readable, language=language)
    more = _extra_visits(seen, calendar)
    view = View(standing_of(seen.reader, calendar), seen.readable, language, is_over=is_over)
    return ParticipantPage(
        code=book.code,
        mark=PARTICIPANTS[status],
        site=book.site,
        alerts=alert_links(book, language),
        diary=diary_card(seen),
        facts=_facts(seen, now),
        failure=_failure(seen),
        silence=notice_of(seen),
        contact_url=contact_url(study.id, book.participant) if seen.may_reach else "",
        photos_url=photos_url(study.id, book.participant) if _sees_photos(seen) else "",
        action=_action(seen, now),
        timeline=timeline_of(view, calendar),
        matrix=matrix,
        legend=tuple(FORMS.values()),
        extra_visits=() if is_over else more,
        late_visits=(*(Link(one.url, one.label) for one in matrix.missed), *more) if is_over else (),
        late_words=matrix.missed_words or gettext("Enter one more visit"),
        todo=todo_of(seen, calendar),
        curves=tuple(
            curve_card(seen, curve) for curve in study.curves if form_of(study, curve).area in seen.readable
        ),
        has_doses=study.doses is not None and study.forms[study.doses.form].area in seen.readable,
        doses=dose_lines(seen),
        logs=tuple(
            log_card(seen, form)
            for form in study.forms.values()
            if form.area == LOG_AREA
            and is_log(form)
            and form.area in seen.readable
            and not sees_nothing_of(book, form)
        ),
    )


def _sees_photos(seen: Seen) -> bool:
    return seen.study.photos is not None and not {OWN_AREA, SITE_AREA}.isdisjoint(seen.readable)


def _facts(seen: Seen, now: PlannedVisit | None) -> tuple[Fact, ...]:
    facts = []
    if seen.book.arm and len(seen.study.arms) > 1:
        arm = seen.study.say(seen.study.arms[seen.book.arm].label, seen.language)
        facts.append(Fact(gettext("Arm"), arm))
    if seen.reader.first_dose:
        facts.append(Fact(gettext("First dose"), show_date(seen.reader.first_dose)))
    if failure := _failure(seen):
        facts.append(Fact(gettext("Failed"), failure.short))
    if status_of(seen.book) == "ended" and (day := end_day(seen.reader)):
        facts.append(Fact(gettext("Ended"), day))
    if now:
        facts.append(Fact(gettext("Next visit"), visit_words(seen.study, now, seen.language)))
    return tuple(facts)


def _failure(seen: Seen) -> Failure | None:
    return failure_of(seen.book, seen.language) if ELIGIBILITY_AREA in seen.readable else None


def visit_words(study: Study, visit: PlannedVisit, language: str) -> str:
    label, words = visit_label(study, visit.key, language), window_words(visit).text
    return f"{label} · {words}" if words else label


def _action(seen: Seen, now: PlannedVisit | None) -> Link | None:
    """The one thing to go on with: enrolment, the decision once every criterion can be told, a visit begun and not
    finished, the next visit. Nobody is urged on once all is over: what is still open stands in the list of what is to
    do."""
    study, participant = seen.study.id, seen.book.participant
    if status_of(seen.book) in OVER:
        return None
    if may_enrol(seen):
        return Link(enrol_url(study, participant), gettext("Enrol"))
    waiting = decision_awaited(seen)
    if waiting and seen.may_decide and _is_told(seen, waiting):
        label = gettext("Decide on eligibility: {visit}").format(
            visit=visit_label(seen.study, waiting, seen.language)
        )
        return Link(eligibility_url(study, participant, waiting), label)
    begun = _begun(seen)
    if begun:
        label = gettext("Continue: {visit}").format(visit=visit_label(seen.study, begun, seen.language))
        return Link(visit_url(study, participant, begun), label)
    if now and now.state in ("due", "late") and VISIT_FORM in seen.enters:
        label = gettext("Record: {visit}").format(visit=visit_label(seen.study, now.key, seen.language))
        return Link(visit_url(study, participant, now.key), label)
    return None


def may_enrol(seen: Seen) -> bool:
    """Whether enrolment is the next step, and the person may take it."""
    return status_of(seen.book) == "eligible" and seen.may_enrol


def decision_awaited(seen: Seen) -> str | None:
    """The visit at which eligibility is to be decided next; None while it has no date yet."""
    if ELIGIBILITY_AREA not in seen.readable or seen.book.enrolled or status_of(seen.book) in OVER:
        return None
    decided, held = latest_decisions(seen.book), seen.reader.held()
    visit = next((one for one in deciding_visits(seen.study) if one not in decided), None)
    return visit if visit in held and held[visit].day else None


def _is_told(seen: Seen, visit: str) -> bool:
    """Whether no criterion of the visit is open any more."""
    return all(found.status != "unknown" for found in criteria_at(seen.book, visit))


def _begun(seen: Seen) -> str | None:
    """The last visit that has a date and forms still open that the person enters."""
    for key in reversed(seen.reader.visit_keys()):
        if any(True for _ in _open_forms(seen, key, seen.enters)):
            return key
    return None


def _open_forms(seen: Seen, key: str, among: frozenset[str]) -> Iterable[tuple[Form, Mark]]:
    """Which of some forms are asked for at a visit and not complete; those that may be done are not missed."""
    study, waiting = seen.study, decision_awaited(seen)
    for form in forms_at(study, key):
        if form.id not in among or study.activities[form.id, visit_of(key)] != "x":
            continue
        if form.id == ELIGIBILITY_FORM and key == waiting:  # the decision has a line of its own
            continue
        state = form_state(seen.reader, form, key)
        if state in ("to_do", "in_progress"):
            yield form, FORMS[state]


def _extra_visits(seen: Seen, calendar: tuple[PlannedVisit, ...]) -> tuple[Link, ...]:
    """Visits of any day: the next of one that repeats, or one that did not take place yet and still may."""
    if VISIT_FORM not in seen.enters or not seen.book.sequence:
        return ()
    held, is_over = seen.reader.held(), status_of(seen.book) in OVER
    links = []
    for visit in seen.study.visits.values():
        if not visit.is_any_day or (not visit.repeats and (is_over or visit.id in held)):
            continue
        key = next_of_repeating(calendar, visit.id) if visit.repeats else visit.id
        label = gettext("Add: {visit}").format(visit=seen.study.say(visit.label, seen.language))
        links.append(Link(visit_url(seen.study.id, seen.book.participant, key), label))
    return tuple(links)


# ------------------------------------------------------------------ to do


def todo_of(seen: Seen, calendar: tuple[PlannedVisit, ...]) -> tuple[Task, ...]:
    is_over = status_of(seen.book) in OVER
    visits = () if is_over else visit_tasks(seen, calendar)
    return (
        *_query_tasks(seen),
        *_enrol_tasks(seen),
        *decision_tasks(seen),
        *visits,
        *form_tasks(seen, seen.enters or _read(seen)),
    )


def _read(seen: Seen) -> frozenset[str]:
    """Who enters nothing is told what others have to do."""
    return frozenset(form.id for form in seen.study.forms.values() if form.area in seen.readable)


def _query_tasks(seen: Seen) -> tuple[Task, ...]:
    study, book = seen.study, seen.book
    return tuple(
        Task(
            mark_of(query) if query.level == "alert" else FORMS["query"],
            query_url(study.id, book.participant, query.id),
            f"{place_words(book, query.visit, query.form, query.repeat, seen.language)}: {item_label(study, query.form, query.item, seen.language)}",
        )
        for query in book.queries.values()
        if query.state == "open"
    )


def _enrol_tasks(seen: Seen) -> tuple[Task, ...]:
    if not may_enrol(seen):
        return ()
    return (Task(FORMS["to_do"], enrol_url(seen.study.id, seen.book.participant), gettext("Enrol")),)


def decision_tasks(seen: Seen) -> tuple[Task, ...]:
    """The decision that is awaited; whoever may not take it reads that it waits for others."""
    visit = decision_awaited(seen)
    if visit is None:
        return ()
    if seen.may_decide:
        words = gettext("Decide on eligibility: {visit}")
    else:
        # Translators: shown to a person who may not take the decision
        words = gettext("Eligibility, to be decided by others: {visit}")
    return (
        Task(
            FORMS["to_do"] if seen.may_decide else FORMS["planned"],
            eligibility_url(seen.study.id, seen.book.participant, visit),
            words.format(visit=visit_label(seen.study, visit, seen.language)),
        ),
    )


def visit_tasks(seen: Seen, calendar: tuple[PlannedVisit, ...]) -> tuple[Task, ...]:
    """Visits that are due or late."""
    return tuple(
        Task(
            warning(gettext("Overdue")) if visit.state == "late" else FORMS["to_do"],
            visit_url(seen.study.id, seen.book.participant, visit.key),
            visit_label(seen.study, visit.key, seen.language),
            window_words(visit).text,
        )
        for visit in calendar
        if visit.state in ("due", "late")
    )


def form_tasks(seen: Seen, among: frozenset[str]) -> tuple[Task, ...]:
    """Which of some forms are still open at visits that took place, one line a visit where there are many."""
    tasks = []
    for key in seen.reader.visit_keys():
        forms = list(_open_forms(seen, key, among))
        label = visit_label(seen.study, key, seen.language)
        if len(forms) > 2:
            words = ngettext("{count} form", "{count} forms", len(forms)).format(count=len(forms))
            tasks.append(
                Task(FORMS["in_progress"], visit_url(seen.study.id, seen.book.participant, key), label, words)
            )
            continue
        for form, mark in forms:
            name = seen.study.say(form.label, seen.language)
            tasks.append(Task(mark, entry_url(seen.book, form, key), f"{label} · {name}"))
    return tuple(tasks)
