"""The fields of a form, filled: with the record, or with what somebody typed and did not save."""

from dataclasses import dataclass
from uuid import uuid4

from django.utils.safestring import SafeString

from trialwright.store.held import Page
from trialwright.web.forms.aside import Aside, asides_of
from trialwright.web.forms.fill import Contents, gaps_of
from trialwright.web.forms.layout import Layout, layout_of
from trialwright.web.forms.opened import Opened, Typed, stop_of
from trialwright.web.forms.posted import shown_of
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.forms.scores import derived_of
from trialwright.web.forms.skeleton import skeleton_of
from trialwright.web.forms.state import is_asked
from trialwright.web.held import mark_of
from trialwright.web.links import form_url


@dataclass(frozen=True, slots=True)
class Entry:
    """What a form's page sends back. body: its fields; base: the state of the record that they show; mark: whom they
    were shown to, "" where nothing can be entered; asides: what else this person sent and is not in the fields."""

    body: SafeString
    command_id: str
    base: int
    mark: str
    asides: tuple[Aside, ...]
    may_write: bool
    needs_reason: bool
    reason: str


def entry_of(opened: Opened, typed: Typed | None = None, problems: tuple[ProblemLine, ...] = ()) -> Entry:
    study, form, record = opened.book.study, opened.form, opened.record
    layout = layout_of(study, form.id, opened.language)
    contents = contents_of(opened, layout, typed, problems)
    command_id, base, asides = str(uuid4()), base_of(opened, typed), asides_of(opened, typed)
    return Entry(
        body=skeleton_of(study, form.id, opened.language).fill(gaps_of(layout, contents)),
        command_id=command_id,
        base=base,
        mark=mark_for(opened, command_id, base, is_told=bool(asides)),
        asides=asides,
        may_write=opened.may_write and not stop_of(opened),
        needs_reason=record is not None and any(not entry.is_derived for entry in record.items.values()),
        reason=typed.reason if typed else "",
    )


def mark_for(opened: Opened, command_id: str, base: int, *, is_told: bool) -> str:
    """What makes the page's fields a draft of this person, should their session end meanwhile."""
    if not opened.may_write:
        return ""
    book = opened.book
    page = Page(
        opened.account,
        book.study.id,
        book.participant,
        *opened.place.key,
        id=command_id,
        base=base,
        utc=opened.utc,
        is_told=is_told,
    )
    return mark_of(page)


def base_of(opened: Opened, typed: Typed | None) -> int:
    """The state of the record that a page's fields go by."""
    if typed is not None and typed.base is not None:
        return typed.base
    return opened.record.sequence if opened.record else 0


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
    shown = (
        {item: one for item, one in typed.shown.items() if item not in opened.hidden_here} if typed else {}
    )
    return Contents(
        shown={**stored, **shown},
        problems={line.field: line.text for line in problems if line.field},
        asked=asked,
        derived={score.id: score.text for score in derived_of(opened, layout)},
        checked=frozenset(
            check.about_item for check in opened.book.study.checks_about() if check.about_form == form.id
        ),
        confirmed=typed.confirmed if typed else {},
        past=frozenset((*record.items, *record.cleared)) if record else frozenset(),
        history_url=form_url(opened.book.study.id, place, "history"),
    )
