"""The entries of a diary as lines of a list, with the days on which one is missing between them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, DiaryEntry, RecordKey
from trialwright.ledger.diary_adherence import Kept, key_of
from trialwright.ledger.diary_entries import Group, first_told, groups_at
from trialwright.ledger.diary_odd import Oddity, oddities
from trialwright.ledger.events import REASON
from trialwright.values.datum import Datum
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.missing import why_missing
from trialwright.web.diaries.phones import phone_name
from trialwright.web.diaries.waiting import is_whole
from trialwright.web.diaries.words import (
    OUTCOMES,
    RELEASED,
    REPLACED,
    SECOND,
    SOURCES,
    STANDS,
    aside_words,
    day_words,
    delay_words,
    entered_words,
    flag_words,
    received_at,
)
from trialwright.web.forms.history import SOURCES as ORIGINATORS
from trialwright.web.forms.layout import layout_of
from trialwright.web.links import release_url, told_url
from trialwright.web.marks import Mark
from trialwright.web.show import show_date, show_datum, show_local

Shown = Literal["all", "early", "late", "missing", "aside"]
PAGE: Final = 12  # lines: on a phone each is a card


@dataclass(frozen=True, slots=True)
class Answer:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry; or an occasion without one, whose `marks` and `note` say what is missing and why.

    anchor: its place on the page; entered, offset: by the clock of the device; by: who handed it in, "" for the
    participant; corrected: the entry that it takes the place of, as the address of its line; reason: of a correction or
    a call; note: why it is kept aside, was released, or is missing; look_url: where what is kept aside is released.
    """

    day: str
    form: str
    marks: tuple[Mark, ...]
    url: str = ""
    anchor: str = ""
    entered: str = ""
    offset: str = ""
    received: str = ""
    delay: str = ""
    source: str = ""
    origin: str = ""
    device: str = ""
    by: str = ""
    flags: tuple[str, ...] = ()
    corrects: str = ""
    corrected: str = ""
    reason: str = ""
    note: str = ""
    answers: tuple[Answer, ...] = ()
    told_url: str = ""
    look_url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What a line is made of: an entry, or an occasion that has none."""

    day: date
    form: str
    entry: DiaryEntry | None = None
    kept: Kept | None = None


def rows_of(looking: Looking, kept: Sequence[Kept]) -> tuple[Row, ...]:
    """The latest day first; of one occasion the entries together, the latest first."""
    forms = {form: at for at, form in enumerate(looking.book.study.forms)}
    missing = [Row(one.occasion.day, one.occasion.form, kept=one) for one in kept if one.entry is None]
    found = [Row(date.fromisoformat(one.day), one.form, entry=one) for one in looking.book.entries.values()]
    begun = first_told(looking.book.entries.values())

    def place(row: Row) -> tuple[int, int, str, float, float]:
        entry = row.entry
        head = (-row.day.toordinal(), forms.get(row.form, len(forms)))
        if entry is None:
            return (*head, "", 0, 0)
        told = datetime.fromisoformat(entry.entered)
        return (*head, entry.visit, -begun[entry.key].timestamp(), -told.timestamp())

    return tuple(sorted((*missing, *found), key=place))


def counted(rows: Iterable[Row]) -> Mapping[Shown, int]:
    """How many lines each choice of the list has."""
    every = tuple(rows)
    kinds: tuple[Shown, ...] = ("all", "early", "late", "missing", "aside")
    return {kind: sum(is_among(row, kind) for row in every) for kind in kinds}


def is_among(row: Row, kind: Shown) -> bool:
    entry = row.entry
    match kind:
        case "all":
            return True
        case "early" | "late":
            return entry is not None and kind in entry.flags and not entry.corrects
        case "missing":
            return row.kept is not None and row.kept.outcome == "missed"
        case "aside":
            return entry is not None and not entry.counts


def lines_of(looking: Looking, rows: Iterable[Row]) -> tuple[Line, ...]:
    by_key: defaultdict[RecordKey, dict[str, DiaryEntry]] = defaultdict(dict)
    for entry in looking.book.entries.values():
        by_key[entry.key][entry.id] = entry
    groups = {key: groups_at(entries, key) for key, entries in by_key.items()}
    return tuple(
        entry_line(looking, row.entry, groups[row.entry.key]) if row.entry else _missing_line(looking, row)
        for row in rows
    )


def entry_lines_at(looking: Looking, key: RecordKey) -> tuple[Line, ...]:
    """What came for one occasion, the first that was answered first."""
    entries = [entry for entry in looking.book.entries.values() if entry.key == key]
    groups = groups_at(looking.book.entries, key)
    entries.sort(key=lambda one: datetime.fromisoformat(one.entered))
    return tuple(entry_line(looking, entry, groups) for entry in entries)


def entry_line(looking: Looking, entry: DiaryEntry, groups: Sequence[Group]) -> Line:
    """groups: what counts at its occasion."""
    entered, offset = entered_words(entry)
    before = looking.book.entries.get(entry.corrects)
    act = looking.log.entered.get(entry.id)
    return Line(
        day=day_words(entry),
        form=form_label(looking, entry.form),
        marks=_marks(entry, groups),
        url=looking.record_url(entry) if entry.key in looking.book.records else "",
        anchor=anchor_of(entry.id),
        entered=entered,
        offset=offset,
        received=show_local(received_at(entry), looking.zone),
        delay=delay_words(entry),
        source=str(SOURCES[entry.source]),
        origin=str(ORIGINATORS[entry.originator]),
        device=phone_name(looking, entry.device),
        by=act.who if act is not None and entry.source != "phone" else "",
        flags=flag_words(entry, _oddities(looking.book, entry)),
        corrects=_corrects(before) if before is not None else "",
        corrected=f"#{anchor_of(before.id)}" if before is not None else "",
        reason=act.reason if act is not None else "",
        note=_note(looking, entry),
        answers=answers_of(looking, entry),
        look_url=_look_url(looking, entry),
    )


def _oddities(book: Casebook, entry: DiaryEntry) -> tuple[Oddity, ...]:
    """What an entry corrects, or has its number with, may be an entry of which this person may not know."""
    return oddities(book.entries, entry) if is_whole(book) else ()


def _look_url(looking: Looking, entry: DiaryEntry) -> str:
    book = looking.book
    may = looking.may_write and not entry.counts
    return release_url(book.study.id, book.participant, entry.id) if may else ""


def anchor_of(entry: str) -> str:
    return f"entry-{entry}"


def form_label(looking: Looking, form: str) -> str:
    """Of a form that no version has any more, its id."""
    found = looking.book.study.forms.get(form)
    return looking.book.study.say(found.label, looking.language) if found else form


def _corrects(before: DiaryEntry) -> str:
    return gettext("Corrects the entry of {time}").format(time=entered_words(before)[0])


def _marks(entry: DiaryEntry, groups: Sequence[Group]) -> tuple[Mark, ...]:
    if not entry.counts:
        return (OUTCOMES["aside"],)
    released = (RELEASED,) if entry.is_released else ()
    if groups[0].standing.id == entry.id:
        return (STANDS, *released)
    is_second = any(group.standing.id == entry.id for group in groups[1:])
    return (SECOND if is_second else REPLACED, *released)


def _note(looking: Looking, entry: DiaryEntry) -> str:
    why = aside_words(entry)
    released, left = (acts.get(entry.id) for acts in (looking.log.released, looking.log.left))
    if released is not None:
        words = gettext("Kept aside ({why}); released by {who}: {reason}")
        return words.format(why=why, who=released.who, reason=released.reason)
    if left is not None:
        words = gettext("Kept aside ({why}); seen and left aside by {who}: {reason}")
        return words.format(why=why, who=left.who, reason=left.reason)
    return gettext("Kept aside: {why}").format(why=why) if not entry.counts else ""


def answers_of(looking: Looking, entry: DiaryEntry) -> tuple[Answer, ...]:
    """What was answered, in the order of the form; what could not be read stands as it came."""
    study, form = looking.book.study, looking.book.study.forms.get(entry.form)
    if form is None:
        return tuple(Answer(item, _raw(datum)) for item, datum in entry.items.items())
    labels = {one.id: one.full_label for one in layout_of(study, form.id, looking.language).every()}
    read = [
        Answer(labels.get(item, item), _words(looking, entry, item))
        for item in form.items
        if item in entry.items or item in entry.emptied
    ]
    return (*read, *_unread(entry, labels))


def _unread(entry: DiaryEntry, labels: Mapping[str, str]) -> tuple[Answer, ...]:
    """What could not be read, item by item as it came."""
    if not entry.unread:
        return ()
    given: Mapping[str, str] = json.loads(entry.unread)
    words = gettext("“{typed}” could not be read")
    names = {REASON: gettext("Reason"), **labels}
    return tuple(Answer(names.get(item, item), words.format(typed=typed)) for item, typed in given.items())


def _words(looking: Looking, entry: DiaryEntry, item: str) -> str:
    if item in entry.emptied:
        return gettext("Redacted")
    study = looking.book.study
    return show_datum(study, study.forms[entry.form].items[item], entry.items[item], looking.language)


def _raw(datum: Datum) -> str:
    return str(getattr(datum, "raw", "") or getattr(datum, "text", "") or "–")


def _missing_line(looking: Looking, row: Row) -> Line:
    assert row.kept is not None
    occasion, outcome = row.kept.occasion, row.kept.outcome
    book = looking.book
    key = key_of(occasion)
    return Line(
        day=show_date(row.day),
        form=form_label(looking, row.form),
        marks=(OUTCOMES[outcome],),
        note=why_missing(looking, row.kept) if outcome == "missed" else "",
        told_url=told_url(book.study.id, book.participant, form=key[1], visit=key[0], day=row.day.isoformat())
        if looking.may_write
        else "",
    )
