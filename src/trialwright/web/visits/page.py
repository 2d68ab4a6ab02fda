"""The context of a visit's page."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from trialwright.ledger.criteria import deciding_visits
from trialwright.ledger.decide_diary import AREA
from trialwright.ledger.photos import SITE_AREA, present_photos
from trialwright.schedule.visits import visit_of
from trialwright.study.builtin import ELIGIBILITY_FORM
from trialwright.study.model import Form
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.web.calendar import calendar_of, visit_label, window_words
from trialwright.web.forms.entry import Entry, entry_of
from trialwright.web.forms.opened import Opened, Typed, stop_of
from trialwright.web.forms.page import enrol_way
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.forms.state import form_state, forms_at, is_optional
from trialwright.web.forms.steps import NextForm, entry_url, next_form
from trialwright.web.links import diary_url, eligibility_url, enrol_url, participant_url, photos_url
from trialwright.web.marks import FORMS, Mark
from trialwright.web.participants.ending import ending_of, is_missed
from trialwright.web.participants.progress import Standing, queries_at, standing_of
from trialwright.web.show import show_datum


@dataclass(frozen=True, slots=True)
class FormLine:
    mark: Mark
    label: str
    url: str
    queries: str
    note: str


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    code: str
    participant_url: str
    visit_label: str
    epoch: str
    window: str
    window_mark: Mark | None
    condition_note: str
    draft: str
    stop: str
    enrol_url: str
    entry: Entry
    is_dated: bool
    facts: tuple[Fact, ...]
    forms: tuple[FormLine, ...]
    begin: Step | None
    steps: tuple[Step, ...]
    diary_url: str
    photos: Step | None


def visit_page(
    opened: Opened,
    typed: Typed | None = None,
    problems: tuple[ProblemLine, ...] = (),
    *,
    readable: frozenset[str],
) -> VisitPage:
    """opened: the built-in form of the visit. readable: areas that the person may read."""
    book, visit, language = opened.book, opened.visit, opened.language
    assert visit is not None
    words = window_words(visit)
    standing = standing_of(opened.reader, calendar_of(opened.reader, opened.today))
    return VisitPage(
        code=book.code,
        participant_url=participant_url(book.study.id, book.participant),
        visit_label=visit_label(book.study, visit.key, language),
        epoch=_epoch(opened),
        window=words.text,
        window_mark=words.mark,
        condition_note=_condition(opened),
        draft=typed.draft_note if typed else "",
        stop=stop_of(opened),
        enrol_url=enrol_way(opened),
        entry=entry_of(opened, typed, problems),
        is_dated=visit.held is not None,
        facts=_facts(opened),
        forms=tuple(
            _line(opened, form, standing) for form in forms_at(book.study, visit.key) if form.area in readable
        ),
        begin=_begin(opened),
        steps=_steps(opened, readable),
        diary_url=diary_url(book.study.id, book.participant)
        if book.study.diary is not None and AREA in readable
        else "",
        photos=_photos(opened, readable),
    )


def _epoch(opened: Opened) -> str:
    """The period of the trial that the visit belongs to."""
    study = opened.book.study
    epoch = study.epochs.get(study.visits[visit_of(opened.seen_at)].epoch or "")
    return study.say(epoch.label, opened.language) if epoch else ""


def _condition(opened: Opened) -> str:
    visit = opened.visit
    if visit is not None and is_missed(visit, ending := ending_of(opened.reader)):
        return gettext("Not done – {why}.").format(why=ending)
    if visit is None or visit.condition is True:
        return ""
    if visit.condition is False:
        return gettext("This visit is not planned for this participant.")
    if visit.is_conditional:
        return gettext("Whether this visit is planned for this participant cannot be told yet.")
    return ""


def _facts(opened: Opened) -> tuple[Fact, ...]:
    record, study = opened.record, opened.book.study
    return tuple(
        Fact(
            study.say(item.label, opened.language),
            show_datum(
                study,
                item,
                entry.datum if record and (entry := record.items.get(item.id)) else None,
                opened.language,
            ),
        )
        for item in opened.form.items.values()
    )


def _line(opened: Opened, form: Form, standing: Standing) -> FormLine:
    book, key = opened.book, opened.seen_at
    state = form_state(opened.reader, form, key)
    if state == "planned" and opened.visit and is_missed(opened.visit, ending_of(opened.reader)):
        state = "not_done"
    open_queries = queries_at(standing, form, key)
    words = ngettext("{count} open query", "{count} open queries", open_queries).format(count=open_queries)
    return FormLine(
        mark=FORMS["query"] if open_queries else FORMS[state],
        label=book.study.say(form.label, opened.language),
        url=entry_url(book, form, key) if state != "not_asked" else "",
        queries=words if open_queries else "",
        note=gettext("may be done") if is_optional(book.study, form, key) and state != "optional" else "",
    )


def _photos(opened: Opened, readable: frozenset[str]) -> Step | None:
    """Where the site is asked for photos at this visit: how many regions have one."""
    book, visit = opened.book, opened.seen_at
    photos = book.study.photos
    if photos is None or SITE_AREA not in readable or visit not in photos.site_visits:
        return None
    taken = {one.region for one in present_photos(book) if one.visit == visit}
    there = sum(region.id in taken for region in photos.regions)
    words = gettext("Photos: {count} of {wanted} regions").format(count=there, wanted=len(photos.regions))
    return Step(photos_url(book.study.id, book.participant), words)


def _begin(opened: Opened) -> Step | None:
    """The first form to go on with, once the visit has its date."""
    found = next_form(opened) if opened.visit and opened.visit.held else NextForm()
    if not found.url:
        return None
    words = gettext("Continue: {label}") if found.is_begun else gettext("Begin: {label}")
    return Step(found.url, words.format(label=found.label))


def _steps(opened: Opened, readable: frozenset[str]) -> tuple[Step, ...]:
    """The decision, where no form of the visit leads to it; enrolment, once something was decided at this visit."""
    book, visit = opened.book, opened.seen_at
    if book.enrolled or ELIGIBILITY_AREA not in readable:
        return ()
    steps: tuple[Step, ...] = ()
    if visit in deciding_visits(book.study) and (ELIGIBILITY_FORM, visit) not in book.study.activities:
        label = gettext("Decide on eligibility")
        steps = (Step(eligibility_url(book.study.id, book.participant, visit), label),)
    if not any(decision.visit == visit for decision in book.decisions):
        return steps
    return (*steps, Step(enrol_url(book.study.id, book.participant), gettext("Enrol")))
