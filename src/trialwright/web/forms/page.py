"""The context of a form's page: plain data from a casebook, made without HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import uuid4

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from trialwright.ledger.casebook import Casebook, Record
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.visible import NOTHING_HIDDEN, Hidden
from trialwright.schedule.visits import PlannedVisit
from trialwright.study.model import Form
from trialwright.web.calendar import calendar_of, planned, visit_label, window_words
from trialwright.web.forms.dosing import Dosing, dosing_of
from trialwright.web.forms.fill import Contents, gaps_of
from trialwright.web.forms.layout import Layout, layout_of
from trialwright.web.forms.posted import Place, Shown, shown_of
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.forms.skeleton import skeleton_of
from trialwright.web.forms.state import form_state, is_asked, is_log, items_left
from trialwright.web.links import form_url, log_url, participant_url, visit_url
from trialwright.web.marks import FORMS, Mark
from trialwright.web.queries.lines import QueryLine, query_lines
from trialwright.web.show import show_date, show_datum


@dataclass(frozen=True)
class Opened:
    """A form opened by somebody: the casebook as they see it, the record, and what they may do.

    seen_at: key of the visit that the page stands under, "" for none. hidden: items kept from the role.
    """

    reader: CasebookReader
    place: Place
    seen_at: str
    today: date
    language: str
    may_write: bool
    may_answer: bool = False
    may_ask: bool = False
    hidden: Hidden = NOTHING_HIDDEN

    @property
    def book(self) -> Casebook:
        return self.reader.book

    @property
    def form(self) -> Form:
        return self.book.study.forms[self.place.form]

    @property
    def record(self) -> Record | None:
        return self.book.records.get(self.place.key)

    @property
    def hidden_here(self) -> frozenset[str]:
        """The items of this form that are kept from the role."""
        return frozenset(item for form, item in self.hidden.items if form == self.place.form)

    @cached_property
    def visit(self) -> PlannedVisit | None:
        """The visit in the participant's calendar; a save does not need it, so that it is worked out when asked."""
        if not self.seen_at:
            return None
        return planned(calendar_of(self.reader, self.today), self.book.study, self.seen_at)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields instead of the record: a draft, or what was refused."""

    shown: Mapping[str, Shown]
    reason: str = ""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    draft_note: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FormPage:
    label: str
    code: str
    participant_url: str
    visit_label: str
    visit_date: str
    window: str
    window_mark: Mark | None
    mark: Mark
    history_url: str
    ask_url: str
    back_url: str
    back_label: str
    draft_url: str
    preview_url: str
    draft_note: str
    body: SafeString
    command_id: str
    base: int
    may_write: bool
    needs_reason: bool
    reason: str
    stop: str
    wording_note: str
    left: str
    entered_by: str
    next_label: str
    main_score: Score | None
    other_scores: tuple[Score, ...]
    queries: tuple[QueryLine, ...]
    dosing: Dosing
    texts: Mapping[str, str]
    has_grades: bool

    @property
    def scores(self) -> bool:
        return bool(self.main_score or self.other_scores)

    @property
    def plan(self) -> str:
        return self.dosing.plan

    @property
    def holds(self) -> tuple[str, ...]:
        return self.dosing.holds


def form_page(
    opened: Opened,
    typed: Typed | None = None,
    problems: tuple[ProblemLine, ...] = (),
    *,
    next_label: str = "",
) -> FormPage:
    book, place, form, record = opened.book, opened.place, opened.form, opened.record
    layout = layout_of(book.study, form.id, opened.language)
    contents = contents_of(opened, layout, typed, problems)
    left = len(items_left(opened.reader, form, place.visit, place.repeat))
    scores = _scores(opened, layout)
    main = _main_score(book, form.id, scores)
    words = window_words(opened.visit) if opened.visit else None
    back_url, back_label = back_of(opened, layout)
    return FormPage(
        label=layout.label,
        code=book.code,
        participant_url=participant_url(book.study.id, book.participant),
        visit_label=visit_label(book.study, opened.seen_at, opened.language) if opened.visit else "",
        visit_date=show_date(opened.visit.held) if opened.visit and opened.visit.held else "",
        window=words.text if words else "",
        window_mark=words.mark if words else None,
        mark=FORMS[
            form_state(opened.reader, form, opened.seen_at)
            if place.repeat == 0
            else ("complete" if record and not left else "in_progress")
        ],
        history_url=form_url(book.study.id, place, "history"),
        ask_url=form_url(book.study.id, place, "ask") if opened.may_ask and record else "",
        back_url=back_url,
        back_label=back_label,
        draft_url=form_url(book.study.id, place, "draft"),
        preview_url=form_url(book.study.id, place, "preview"),
        draft_note=typed.draft_note if typed else "",
        body=skeleton_of(book.study, form.id, opened.language).fill(gaps_of(layout, contents)),
        command_id=str(uuid4()),
        base=record.sequence if record else 0,
        may_write=opened.may_write and not _stop(opened),
        needs_reason=record is not None and any(not entry.is_derived for entry in record.items.values()),
        reason=typed.reason if typed else "",
        stop=_stop(opened),
        wording_note=gettext(
            "The wording of this questionnaire is licensed: ask the questions from the licensed sheet, and enter the answers here."
        )
        if form.wording == "licensed"
        else "",
        left=left_words(left),
        entered_by="",
        next_label=next_label,
        main_score=main,
        other_scores=tuple(score for score in scores if score is not main),
        queries=query_lines(
            book,
            [
                query
                for query in book.queries.values()
                if (query.visit, query.form, query.repeat) == place.key and query.state != "closed"
            ],
            opened.language,
            may_answer=opened.may_answer,
        ),
        dosing=dosing_of(opened.reader, form, opened.visit, opened.language),
        has_grades=opened.may_write and any(one.control in ("seg", "rating") for one in layout.every()),
        texts={
            "saved": gettext("Draft saved {time}"),
            "not_saved": gettext("Not saved – keep this page open"),
        },
    )


def back_of(opened: Opened, layout: Layout) -> tuple[str, str]:
    """Where a form's page leads back to: its list, its visit, or the participant."""
    book, place = opened.book, opened.place
    study, participant = book.study, book.participant
    if place.repeat and is_log(opened.form):
        return log_url(study.id, participant, opened.seen_at or place.visit, place.form), layout.label
    if opened.seen_at:
        return visit_url(study.id, participant, opened.seen_at), visit_label(
            study, opened.seen_at, opened.language
        )
    return participant_url(study.id, participant), book.code


def left_words(left: int) -> str:
    if left == 0:
        return gettext("Nothing is left to enter.")
    return ngettext("{count} item is left to enter.", "{count} items are left to enter.", left).format(
        count=left
    )


def _stop(opened: Opened) -> str:
    """Why nothing can be entered here now."""
    visit = opened.visit
    if visit is None or opened.place.form == "visit":
        return ""
    if visit.reason is not None:
        return gettext("This visit did not take place; nothing is entered for it.")
    if visit.held is None and opened.place.visit:
        return gettext("Enter the date of this visit first.")
    return ""


def contents_of(
    opened: Opened, layout: Layout, typed: Typed | None, problems: tuple[ProblemLine, ...]
) -> Contents:
    form, record, place = opened.form, opened.record, opened.place
    stored = {
        item.id: shown_of(item, record.items.get(item.id) if record else None) for item in form.items.values()
    }
    asked = {
        item.id: is_asked(opened.reader, form, item, (place.visit, place.repeat))
        for item in form.items.values()
    }
    asked.update(dict.fromkeys(opened.hidden_here, False))
    return Contents(
        shown={**stored, **typed.shown} if typed else stored,
        problems={line.field: line.text for line in problems if line.field},
        asked=asked,
        derived={score.id: score.text for score in _derived(opened, layout)},
        checked=frozenset(
            check.about_item for check in opened.book.study.checks_about() if check.about_form == form.id
        ),
        confirmed=typed.confirmed if typed else {},
    )


def _derived(opened: Opened, layout: Layout) -> tuple[Score, ...]:
    """The text of every computed item of the record."""
    record, study = opened.record, opened.book.study
    fields = tuple(one for one in layout.every() if one.control == "derived")
    return tuple(
        Score(
            one.id,
            one.label,
            show_datum(
                study,
                opened.form.items[one.id],
                entry.datum if record and (entry := record.items.get(one.id)) else None,
                opened.language,
            ),
        )
        for one in fields
    )


def _scores(opened: Opened, layout: Layout) -> tuple[Score, ...]:
    outside = {one.id for one in layout.scores} - opened.hidden_here
    return tuple(score for score in _derived(opened, layout) if score.id in outside)


def _main_score(book: Casebook, form: str, scores: tuple[Score, ...]) -> Score | None:
    """The score that the study draws as a curve stands large."""
    drawn = {curve.item for curve in book.study.curves}
    return next((score for score in scores if f"{form}.{score.id}" in drawn), None)
