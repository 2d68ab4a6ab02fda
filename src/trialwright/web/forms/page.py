"""The context of a form's page: plain data from a casebook, made without HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from trialwright.ledger.reader import CasebookReader
from trialwright.study.model import Form
from trialwright.web.calendar import visit_label, window_words
from trialwright.web.forms.dosing import Dosing, dosing_of
from trialwright.web.forms.earlier import Earlier, earlier_of
from trialwright.web.forms.entry import Entry, entry_of
from trialwright.web.forms.layout import Layout, layout_of
from trialwright.web.forms.opened import Opened, Typed, order_stop, stop_of
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.forms.scores import Scores, scores_of
from trialwright.web.forms.state import asked_left, form_state, is_log, items_left
from trialwright.web.links import diary_url, enrol_url, form_url, log_url, participant_url, visit_url
from trialwright.web.marks import FORMS, Mark
from trialwright.web.queries.lines import Looking, QueryLine, query_lines, row_words
from trialwright.web.show import show_date, show_datum


@dataclass(frozen=True, slots=True)
class Strip:
    """What stays in sight while somebody scrolls: whose form, of which visit, and how far it is."""

    code: str
    participant_url: str
    visit_label: str
    visit_date: str
    window: str
    window_mark: Mark | None
    mark: Mark
    version: str
    shown_at: str  # on paper: what was entered after this moment is not on it


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the page leads, and whom its script asks."""

    back: str
    back_label: str
    history: str
    ask: str
    draft: str
    preview: str


@dataclass(frozen=True, slots=True)
class Notes:
    """Sentences above the fields. draft: when a draft was kept; stop: why nothing can be entered; filler: who answers;
    enrol_url: where what stops it can be changed."""

    draft: str
    stop: str
    filler: str
    enrol_url: str
    wording: str
    dosing: Dosing


@dataclass(frozen=True, slots=True)
class FormPage:
    label: str
    strip: Strip
    ways: Ways
    notes: Notes
    entry: Entry
    scores: Scores
    earlier: Earlier | None
    queries: tuple[QueryLine, ...]
    left: str
    next_label: str
    texts: Mapping[str, str]
    has_grades: bool


def form_page(
    opened: Opened,
    typed: Typed | None = None,
    problems: tuple[ProblemLine, ...] = (),
    *,
    next_label: str = "",
) -> FormPage:
    layout = layout_of(opened.book.study, opened.form.id, opened.language)
    left = len(items_left(opened.reader, opened.form, opened.place.visit, opened.place.repeat))
    return FormPage(
        label=_heading(opened, layout),
        strip=_strip(opened, left),
        ways=_ways(opened, layout),
        notes=_notes(opened, typed),
        entry=entry_of(opened, typed, problems),
        scores=scores_of(opened, layout),
        earlier=earlier_of(opened),
        queries=queries_of(opened),
        left=left_words(opened.reader, opened.form, opened.place.visit, opened.place.repeat),
        next_label=next_label,
        texts={"not_saved": gettext("Not saved – keep this page open")},
        has_grades=opened.may_write and any(one.control in ("seg", "rating") for one in layout.every()),
    )


def _heading(opened: Opened, layout: Layout) -> str:
    """A row is one of many: its number, and what its first item says."""
    if not opened.place.repeat:
        return layout.label
    heading = f"{layout.label} {row_words(opened.book, opened.place.key)}"
    if opened.form.ask is not None:
        return heading
    first = next((one for one in opened.form.items.values() if one.derive is None), None)
    entry = opened.record.items.get(first.id) if opened.record and first else None
    if entry is None or first is None or first.id in opened.hidden_here:
        return heading
    # Translators: a row of a list with what tells it apart, such as "Adverse events 1: Headache"
    words = show_datum(opened.book.study, first, entry.datum, opened.language)
    return gettext("{row}: {words}").format(row=heading, words=words)


def _strip(opened: Opened, left: int) -> Strip:
    book, visit, record = opened.book, opened.visit, opened.record
    words = window_words(visit) if visit else None
    if opened.place.repeat:
        mark = FORMS["complete" if record and not left else "in_progress"]
    else:
        mark = FORMS[form_state(opened.reader, opened.form, opened.seen_at)]
    return Strip(
        code=book.code,
        participant_url=participant_url(book.study.id, book.participant),
        visit_label=visit_label(book.study, opened.seen_at, opened.language) if visit else "",
        visit_date=show_date(visit.held) if visit and visit.held else "",
        window=words.text if words else "",
        window_mark=words.mark if words else None,
        mark=mark,
        version=f"{book.study.id} {book.study.version}",
        shown_at=opened.shown_at,
    )


def _ways(opened: Opened, layout: Layout) -> Ways:
    study, place = opened.book.study.id, opened.place
    back, back_label = back_of(opened, layout)
    return Ways(
        back=back,
        back_label=back_label,
        history=form_url(study, place, "history"),
        ask=form_url(study, place, "ask") if opened.may_ask and opened.record else "",
        draft=form_url(study, place, "draft"),
        preview=form_url(study, place, "preview"),
    )


def _notes(opened: Opened, typed: Typed | None) -> Notes:
    licensed = gettext(
        "The wording of this questionnaire is licensed: ask the questions from the licensed sheet, and enter the answers here."
    )
    form = opened.form
    filler = gettext(
        "The participant answers these questions: enter the answers as the participant gave them."
    )
    licence = gettext("Licence of the wording: {licence}").format(licence=form.licence)
    if form.ask is not None:
        filler = gettext(
            "An entry of the participant’s diary. It is not changed here: a correction is an entry of its own."
        )
    return Notes(
        draft=typed.draft_note if typed else "",
        stop=stop_of(opened),
        filler=filler if form.filled_by == "participant" else "",
        enrol_url=enrol_way(opened),
        wording=licensed if form.wording == "licensed" else licence if form.licence else "",
        dosing=dosing_of(opened.reader, opened.form, opened.visit, opened.language),
    )


def enrol_way(opened: Opened) -> str:
    """To enrolment, where that is what the form waits for and the person may go there."""
    book = opened.book
    return enrol_url(book.study.id, book.participant) if opened.may_enrol and order_stop(opened) else ""


def queries_of(opened: Opened) -> tuple[QueryLine, ...]:
    """Those of this very record that are not closed."""
    book = opened.book
    found = [
        query
        for query in book.queries.values()
        if (query.visit, query.form, query.repeat) == opened.place.key and query.state != "closed"
    ]
    # values of other visits beside a query would tell what the bias guard keeps
    readable = frozenset() if opened.guard == "closed" else opened.readable
    looking = Looking(opened.language, readable, opened.may_answer)
    return query_lines(opened.reader, found, looking)


def back_of(opened: Opened, layout: Layout) -> tuple[str, str]:
    """Where a form's page leads back to: its list, its visit, or the participant."""
    book, place = opened.book, opened.place
    study, participant = book.study, book.participant
    if opened.form.ask is not None:
        return diary_url(study.id, participant), gettext("Diary")
    if place.repeat and is_log(opened.form):
        return log_url(study.id, participant, opened.seen_at or place.visit, place.form), layout.label
    if opened.seen_at:
        label = visit_label(study, opened.seen_at, opened.language)
        return visit_url(study.id, participant, opened.seen_at), label
    return participant_url(study.id, participant), book.code


def left_words(reader: CasebookReader, form: Form, visit: str, repeat: int) -> str:
    """Of what is asked now."""
    left = asked_left(reader, form, visit, repeat)
    if left == 0 and items_left(reader, form, visit, repeat):
        return gettext("Nothing is left to enter now; other answers decide what else is asked.")
    if left == 0:
        return gettext("Nothing is left to enter.")
    words = ngettext("{count} item is left to enter.", "{count} items are left to enter.", left)
    return words.format(count=left)
