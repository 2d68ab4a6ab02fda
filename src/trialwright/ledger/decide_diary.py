"""The diary: entries, and the phones that may send them.

What a phone sends is never refused for what it says: whoever entered it cannot be asked to mend it, and it stands
nowhere else. What cannot count is kept aside, with the reason among its flags, until somebody releases it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.apply_diary import entry_of
from trialwright.ledger.casebook import Casebook, DiaryEntry, originator_of
from trialwright.ledger.commands import Actor, EnterDiary, LeaveEntryAside, Moment, ReleaseEntry, Typed
from trialwright.ledger.compiled import compiled
from trialwright.ledger.course import Course, Decided, follow, refused, texts_of
from trialwright.ledger.diary_calendar import (
    CLOCK_OFF_SECONDS,
    closing,
    is_after_closing,
    is_occasion,
    is_to_come,
    off_window,
)
from trialwright.ledger.diary_checks import reader_with_entry
from trialwright.ledger.diary_entries import repeat_of
from trialwright.ledger.events import (
    REASON,
    UNREAD,
    DiaryEntered,
    Draft,
    EntryLeftAside,
    EntryReleased,
    EntryResent,
)
from trialwright.ledger.messages import problem
from trialwright.ledger.places import is_visit_key
from trialwright.ledger.queries import TEXT_LIMIT, check_text
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import place_of
from trialwright.ledger.rights import deny, is_participant, require
from trialwright.study.model import DIARY_AREA, Ask, Form, Study
from trialwright.values.catalogue import problem as value_problem
from trialwright.values.dates import parse_date
from trialwright.values.datum import MISSING_REASONS, Datum, Missing
from trialwright.values.parse import parse
from trialwright.values.problem import Problem
from trialwright.values.words import words_of

AREA: Final = DIARY_AREA
AHEAD_SECONDS: Final = 60  # and an entry may be later than its sending, by the same clock
YEARS: Final = range(1970, 2200)  # a clock that was never set says 1970; beyond these no calendar is asked

# With one of these nobody can tell what was asked.
_UNSURE: Final = frozenset({"unreadable", "old_definition", "rule_failed"})
# Why an entry does not count, one of its flags.
KEPT_ASIDE: Final = frozenset({"closed", "unreadable", "old_definition", "no_reason", "rule_failed"})


@dataclass(frozen=True, slots=True)
class _Sent:
    """An entry on its way. form: as the version has it that it was asked under, None where that has none such."""

    book: Casebook
    command: EnterDiary
    at: Moment
    study: Study | None
    form: Form | None
    day: date

    @property
    def where(self) -> str:
        return place_of(self.command.visit, self.command.form)

    @property
    def ask(self) -> Ask:
        return self.form.ask if self.form is not None and self.form.ask is not None else Ask("day")


@dataclass(frozen=True, slots=True)
class _Read:
    """items: what could be read; unread: what could not, as it came, by item, and the problems of it; reason: for a
    correction."""

    items: Mapping[str, Datum]
    unread: Mapping[str, str]
    problems: tuple[Problem, ...]
    reason: str | None

    @property
    def unread_text(self) -> str:
        """ASCII JSON, for it may hold what is no text; "" where all could be read."""
        return json.dumps(self.unread, sort_keys=True, separators=(",", ":")) if self.unread else ""


def decide_enter_diary(book: Casebook, command: EnterDiary, *, by: Actor, at: Moment) -> Decided:
    """One entry. From a phone it is refused only where the phone is not one of the participant's."""
    _require_source(book, command, by)
    problems = check_device(book, command.device) if command.source == "phone" else ()
    day = parse_date(command.day)
    if day is None or int(day[:4]) not in YEARS or not _is_time(command.entered):
        problems += (problem("entry-undated", place_of(command.visit, command.form)),)
    if problems or day is None:
        return refused(*problems)
    sent = _sent(book, command, at, date.fromisoformat(day))
    read = _read(sent)
    known = book.entries.get(command.command_id)
    if known is not None:
        is_same = _is_same(known, sent, read)
        return _resent(book, known, command) if is_same else refused(_differs(sent), conflict=True)
    flags = _flags(sent, read)
    if command.source != "phone":
        problems = _check_typed(sent, read)
        if problems:
            return refused(*problems)
    return _entered(sent, read, flags)


def _resent(book: Casebook, known: DiaryEntry, command: EnterDiary) -> Decided:
    """The same entry again. A phone that was told nothing of its result, and joined anew, gives it another number: that
    is noted once, so that it is not missed among those of the new name."""
    device = book.devices.get(command.device)
    if device is None or device.id == known.device or command.number in device.resent:
        return Decided()
    return Decided((Draft(EntryResent(known.id, command.device, command.number), originator="participant"),))


def _require_source(book: Casebook, command: EnterDiary, by: Actor) -> None:
    """Only the participant enters by phone; only the site what it was told, or copies from paper."""
    is_phone = command.source == "phone"
    if is_participant(book, by) is not is_phone:
        deny(book.study, by, place_of(command.visit, command.form))
    if not is_phone:
        require(book.study, by, AREA, "w", book.site)


def check_device(book: Casebook, name: str) -> tuple[Problem, ...]:
    """What a phone sends is taken from the participant's own alone. 21 CFR 11.10(h): its source is known."""
    device = book.devices.get(name)
    if device is None:
        return (problem("device-unknown", name, device=name),)
    return (problem("device-revoked", name),) if device.is_revoked else ()


def _is_time(moment: datetime) -> bool:
    return moment.tzinfo is not None and moment.year in YEARS


def _sent(book: Casebook, command: EnterDiary, at: Moment, day: date) -> _Sent:
    study = _version(book, command)
    form = study.forms.get(command.form) if study is not None else None
    now = book.study.forms.get(command.form)
    is_diary = form is not None and form.ask is not None and now is not None and now.ask is not None
    return _Sent(book, command, at, study, form if is_diary else None, day)


def _version(book: Casebook, command: EnterDiary) -> Study | None:
    """The version that the entry was asked under; None for one that is too old, or not known."""
    if command.definition in ("", book.study.hash):
        return book.study
    found = command.asked_under
    return found if found is not None and found.hash == command.definition else None


# ------------------------------------------------------------------ what was sent


def _read(sent: _Sent) -> _Read:
    items: dict[str, Datum] = {}
    unread: dict[str, str] = {}
    problems: list[Problem] = []
    for item, entry in sent.command.items.items():
        if isinstance(entry, Typed) and not words_of(entry.raw):
            continue
        datum = _datum(sent, item, entry)
        if isinstance(datum, Problem):
            unread[item] = entry.raw if isinstance(entry, Typed) else f"!{entry.reason}"
            problems.append(datum)
        else:
            items[item] = datum
    reason = words_of(sent.command.reason or "") or None
    if reason is not None and (len(reason) > TEXT_LIMIT or not _is_text(reason)):
        unread[REASON], reason = reason, None
    return _Read(items, unread, tuple(problems), reason)


def _datum(sent: _Sent, item: str, entry: Typed | Missing) -> Datum | Problem:
    """As the version says that it was asked under; a problem too for what that asks nothing of."""
    where = f"{sent.where} / {item}"
    asked = sent.form.items.get(item) if sent.form is not None else None
    if sent.study is None or asked is None:
        return problem("no-such-item", where, item=item)
    if asked.derive is not None:
        return problem("item-derived", where)
    if isinstance(entry, Missing):
        known = entry.reason in MISSING_REASONS
        return entry if known else value_problem("unknown-missing-reason", where, reason=entry.reason)
    return parse(compiled(sent.study).specs[asked.form, item], entry.raw, entry.unit, where=where)


def _is_text(words: str) -> bool:
    """Half a character can be sent as JSON, and stored nowhere."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flags(sent: _Sent, read: _Read) -> tuple[str, ...]:
    """What is unusual about the entry; nothing of it is ever mended or dated anew."""
    found = {*_flags_of_clock(sent), *_flags_of_reading(sent, read)}
    if sent.command.is_unruled:
        return tuple(sorted({*found, "rule_failed"}))
    closed = closing(sent.book)
    entered = (sent.command.entered.date(),) if sent.command.source == "phone" else ()
    if is_after_closing(closed, sent.day, *entered):  # the site may write down later what was before the end
        found.add("closed")
    form = sent.book.study.forms.get(sent.command.form)
    if sent.form is not None and form is not None and "closed" not in found:
        found.add(_off_window(sent))
        if not is_occasion(CasebookReader(sent.book), form, sent.command.visit, sent.day, closed):
            found.add("no_occasion")
    return tuple(sorted(found - {""}))


def _off_window(sent: _Sent) -> str:
    """What is told of a day to come is early, whatever the phone's clock says."""
    is_planned = sent.command.source == "phone" and sent.ask.kind != "whenever"
    if is_planned and is_to_come(sent.day, sent.command.entered, sent.at.utc):
        return "early"
    return off_window(sent.ask, sent.day, sent.command.entered)


def _flags_of_clock(sent: _Sent) -> set[str]:
    is_off = abs(sent.command.clock_off_seconds) > CLOCK_OFF_SECONDS
    return {"clock"} if is_off or _is_ahead(sent) else set()


def _is_ahead(sent: _Sent) -> bool:
    """Whether it was entered after it was sent, by the clock that says both."""
    by_device = sent.at.device is not None and sent.at.device.tzinfo is not None
    sending = sent.at.device if by_device and sent.at.device is not None else sent.at.utc
    return (sent.command.entered - sending).total_seconds() > AHEAD_SECONDS


def _flags_of_reading(sent: _Sent, read: _Read) -> set[str]:
    found: set[str] = set()
    if sent.study is None:
        found.add("old_definition")
    elif read.unread or not read.items or sent.form is None or not _is_place(sent):
        found.add("unreadable")
    if _is_correction(sent.command) and read.reason is None:
        found.add("no_reason")
    return found


def _is_place(sent: _Sent) -> bool:
    """Whether a record of the form can stand at the visit that it names."""
    if sent.ask.kind == "after":
        return is_visit_key(sent.book, sent.command.visit)
    return sent.command.visit == ""


def _is_correction(command: EnterDiary) -> bool:
    return bool(command.root or command.corrects)


# ------------------------------------------------------------------ what comes of it


def _check_typed(sent: _Sent, read: _Read) -> tuple[Problem, ...]:
    """Somebody at the site types what was told or written; they are there to mend it."""
    found: list[Problem] = []
    if sent.form is None:
        found.append(problem("no-such-form", sent.where, form=sent.command.form))
    elif not _is_place(sent):
        found.append(problem("no-such-visit", sent.where, visit=sent.command.visit))
    found += read.problems
    needs_reason = _is_correction(sent.command) or sent.command.source == "telephone"
    if needs_reason or REASON in read.unread:
        found += check_text(sent.command.reason or "", sent.where)
    if _is_ahead(sent):
        entered, today = sent.command.entered.date(), sent.at.site_date
        found.append(problem("date-in-future", sent.where, date=entered, today=today))
    return tuple(found)


def _is_incomplete(sent: _Sent, entry: DiaryEntry) -> bool:
    """Whether a question that is asked after the other answers has none, nor a reason why. sent: what could be read."""
    assert sent.study is not None and sent.form is not None
    required = [item for item in sent.form.items.values() if item.derive is None and not item.is_optional]
    lacking = [item.when for item in required if item.id not in entry.items]
    if not lacking or None in lacking:
        return bool(lacking)
    reader = reader_with_entry(CasebookReader(replace(sent.book, study=sent.study)), entry)
    place = Place(entry.visit or None, entry.form, entry.repeat)
    return any(evaluate(rule.node, reader, place).value is True for rule in lacking if rule is not None)


def _entered(sent: _Sent, read: _Read, flags: tuple[str, ...]) -> Decided:
    command, book = sent.command, sent.book
    chain = command.root or command.corrects
    values = texts_of(read.items)
    if read.unread:
        values[UNREAD] = read.unread_text
    body = DiaryEntered(
        visit=command.visit,
        form=command.form,
        repeat=repeat_of(sent.ask, sent.day, chain or command.command_id),
        day=sent.day.isoformat(),
        entry=command.command_id,
        source=command.source,
        device=command.device,
        number=command.number,
        entered=command.entered.isoformat(),
        app=command.app,
        definition=command.definition or book.study.hash,
        root=chain,
        corrects=command.corrects or command.root,
        clock_off_seconds=command.clock_off_seconds,
        flags=flags,
        is_kept_aside=not KEPT_ASIDE.isdisjoint(flags),
    )
    if not _UNSURE.intersection(flags) and _is_incomplete(sent, entry_of(body, values, book.sequence, "")):
        body = replace(body, flags=tuple(sorted({*flags, "incomplete"})))
    course = Course(CasebookReader(book), book, [])
    course.add(Draft(body, values, originator_of(command.source), read.reason))
    if body.is_kept_aside:
        return Decided(tuple(course.drafts))
    return follow(course, [(body.visit, body.form, body.repeat)])


def _is_same(known: DiaryEntry, sent: _Sent, read: _Read) -> bool:
    """Whether an id that is there already came with the same entry. The phone may have joined anew since, so that
    nothing is asked about the device; what was redacted is taken for the same."""
    command = sent.command
    told = (command.visit, command.form, sent.day.isoformat(), command.source, command.entered.isoformat())
    stands = (known.visit, known.form, known.day, known.source, known.entered)
    links = (command.root or command.corrects, command.corrects or command.root)
    if told != stands or links != (known.root, known.corrects):
        return False
    if sent.study is None or "old_definition" in known.own_flags:  # of its answers nobody can tell any more
        return True
    kept = {item: datum for item, datum in read.items.items() if item not in known.emptied}
    return kept == known.items and (read.unread_text == known.unread or UNREAD in known.emptied)


def _differs(sent: _Sent) -> Problem:
    return problem("entry-differs", sent.where, entry=sent.command.command_id)


def decide_release_entry(book: Casebook, command: ReleaseEntry, *, by: Actor) -> Decided:
    """An entry that was kept aside counts from now on, as far as it could be read."""
    entry, problems = _to_look_at(book, command, by)
    if entry is not None and not (entry.items and _has_place(book, entry)):
        problems += (problem("entry-unreadable", command.entry),)
    if problems or entry is None:
        return refused(*problems)
    course = Course(CasebookReader(book), book, [])
    course.add(Draft(EntryReleased(entry.id), reason=words_of(command.reason)))
    return follow(course, [entry.key])


def decide_leave_aside(book: Casebook, command: LeaveEntryAside, *, by: Actor) -> Decided:
    """Somebody has looked at an entry that was kept aside, and says why it stays there."""
    entry, problems = _to_look_at(book, command, by)
    if entry is not None and entry.is_left_aside:
        problems += (problem("entry-left-aside", command.entry),)
    if problems:
        return refused(*problems)
    return Decided((Draft(EntryLeftAside(command.entry), reason=words_of(command.reason)),))


def _to_look_at(
    book: Casebook, command: ReleaseEntry | LeaveEntryAside, by: Actor
) -> tuple[DiaryEntry | None, tuple[Problem, ...]]:
    """The entry that is kept aside, None where there is none such; and why nothing may be done with it."""
    require(book.study, by, AREA, "w", book.site)
    entry = book.entries.get(command.entry)
    problems = check_text(command.reason, command.entry)
    if entry is None:
        return None, (*problems, problem("no-such-entry", command.entry, entry=command.entry))
    if entry.counts:
        return None, (*problems, problem("entry-counts", command.entry))
    return entry, problems


def _has_place(book: Casebook, entry: DiaryEntry) -> bool:
    form = book.study.forms.get(entry.form)
    return (
        form is not None
        and form.ask is not None
        and (is_visit_key(book, entry.visit) if form.ask.kind == "after" else entry.visit == "")
    )
