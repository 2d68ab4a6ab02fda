"""Every change of one record, the newest first: when, who, what, before, after, why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from trialwright.ledger import history as ledger
from trialwright.ledger.events import Originator, Sealed
from trialwright.ledger.history import history, viewings
from trialwright.ledger.reader import GATE
from trialwright.ledger.records import is_gate
from trialwright.study.builtin import ask_of
from trialwright.values.datum import Datum, Value
from trialwright.web.diaries.words import SOURCES as DIARY_SOURCES
from trialwright.web.diaries.words import entered_words, flag_words
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened
from trialwright.web.forms.state import is_log
from trialwright.web.links import form_url, log_url
from trialwright.web.queries.lines import item_label, place_words
from trialwright.web.show import show_datum, show_iso, show_moment
from trialwright.web.who import person_words, role_words

SOURCES: Final[Mapping[Originator, Promise]] = MappingProxyType(
    {
        "site": gettext_lazy("Site staff"),
        "participant": gettext_lazy("Participant"),
        "proxy": gettext_lazy("Proxy of the participant"),
        "import": gettext_lazy("Import"),
        "derivation": gettext_lazy("Computed"),
    }
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """when: the server's UTC; day: the calendar day at the site; source: who or what the value comes from; device: of an
    entry of the diary, when it was answered by the clock of the device."""

    sequence: int
    when: str
    day: str
    who: str
    role: str
    source: str
    device: str
    what: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    label: str
    code: str
    place: str
    back_url: str
    all_url: str
    lines: tuple[HistoryLine, ...]


def actors_in(events: Iterable[Sealed]) -> frozenset[str]:
    return frozenset(event.envelope.actor for event in events)


def items_of(opened: Opened) -> tuple[str, ...]:
    """The items that have a history there: those of the form, or the question that opens a list."""
    return (GATE,) if is_gate(opened.form, opened.place.repeat) else tuple(opened.form.items)


def history_page(
    opened: Opened, events: Sequence[Sealed], names: Mapping[str, str], *, item: str = ""
) -> HistoryPage:
    """names: display names by account id; an id without a name stands for itself. item: the only one, "" for all."""
    book, place = opened.book, opened.place
    lines = _lines(opened, events, names, (item,) if item else items_of(opened))
    if not item:
        opened_by = (_line(opened, "", line, names) for line in viewings(events, place.key))
        lines = sorted((*lines, *opened_by), key=lambda line: line.sequence)
    back = form_url(book.study.id, place)
    if is_log(opened.form) and (place.repeat == 0 or (opened.record and opened.record.is_removed)):
        back = log_url(book.study.id, book.participant, opened.seen_at, place.form)
    where = place_words(book, place.visit, place.form, place.repeat, opened.language)
    layout = layout_of(book.study, opened.form.id, opened.language)
    names_of_items = {one.id: one.full_label for one in layout.every()}
    return HistoryPage(
        label=names_of_items.get(item) or layout.label,
        code=book.code,
        place=f"{book.code} · {where}",
        back_url=back,
        all_url=form_url(book.study.id, place, "history") if item else "",
        lines=tuple(reversed(lines)),
    )


def _lines(
    opened: Opened, events: Sequence[Sealed], names: Mapping[str, str], items: Sequence[str]
) -> list[HistoryLine]:
    """Lines of all items together, in the order of the log, items of one act in the order of the form; what is no
    item's own (a row removed, a reason redacted) has one line."""
    found: dict[tuple[int, int], HistoryLine] = {}
    for place, item in enumerate(items):
        for line in history(events, *opened.place.key, item, hidden=opened.hidden):
            at = -1 if line.kind in ("row_removed", "reason_redacted", "released", "left_aside") else place
            found.setdefault((line.sequence, at), _line(opened, item, line, names))
    return [line for _, line in sorted(found.items(), key=lambda one: one[0])]


def _line(opened: Opened, item: str, line: ledger.HistoryLine, names: Mapping[str, str]) -> HistoryLine:
    is_change = line.kind in ("entered", "derived", "redacted", "released")
    return HistoryLine(
        sequence=line.sequence,
        when=show_moment(line.utc, opened.book.study.sites[opened.book.site].timezone),
        day=show_iso(line.site_date),
        who=person_words(names, line.actor, line.role),
        role=role_words(opened.book.study, line.role, opened.language),
        source=_source(line),
        device=device_words(line),
        what=_what(opened, item, line),
        before=_words(opened, item, line.old) if is_change else "",
        after=_after(opened, item, line) if is_change else line.text or _question(opened, line),
        reason=_reason(line),
    )


def _source(line: ledger.HistoryLine) -> str:
    """Of the diary also the way on which it came."""
    words = str(SOURCES[line.originator])
    return words if line.diary is None else f"{words} · {DIARY_SOURCES[line.diary.source]}"


def device_words(line: ledger.HistoryLine) -> str:
    if line.diary is None:
        return ""
    time, offset = entered_words(line.diary)
    parts = [gettext("Answered {time} ({offset})").format(time=time, offset=offset), *flag_words(line.diary)]
    if line.diary.is_kept_aside:
        parts.append(gettext("kept aside when it came"))
    return "; ".join(parts)


def _what(opened: Opened, item: str, line: ledger.HistoryLine) -> str:
    if line.kind == "earlier_shown":
        return gettext("Earlier scores shown")
    label = item_label(opened.book.study, opened.form.id, item, opened.language)
    match line.kind:
        case "entered" | "derived" | "redacted":
            return label
        case "row_removed":
            return gettext("Row removed")
        case "released":
            return gettext("Entry released")
        case "left_aside":
            return gettext("Entry left aside")
        case "reason_redacted":
            return gettext("Reason redacted")
        case "asked":
            return gettext("Query opened: {item}").format(item=label)
        case "answered":
            return gettext("Query answered: {item}").format(item=label)
        case "closed":
            return gettext("Query closed: {item}").format(item=label)


def _reason(line: ledger.HistoryLine) -> str:
    words = {"redacted": gettext("Redacted"), "hidden": gettext("Hidden from your role")}
    return words.get(line.unseen, line.reason or "")


def _question(opened: Opened, line: ledger.HistoryLine) -> str:
    if line.kind != "asked":
        return ""
    study = opened.book.study
    return study.say(ask_of(study, line.check), opened.language)


def _after(opened: Opened, item: str, line: ledger.HistoryLine) -> str:
    return gettext("Redacted") if line.is_redacted else _words(opened, item, line.new)


def _words(opened: Opened, item: str, datum: Datum | None) -> str:
    found = opened.form.items.get(item)
    if found is not None:
        return show_datum(opened.book.study, found, datum, opened.language)
    text = datum.text if isinstance(datum, Value) else ""
    return {"true": gettext("Yes"), "false": gettext("No")}.get(text, "–")
