"""What a person sent back from a form's page, compared with what the page had shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from trialwright.ledger.casebook import Entry, Record
from trialwright.ledger.commands import SaveForm, Typed
from trialwright.ledger.records import changed_at
from trialwright.study.model import Form, Item
from trialwright.values.datum import MISSING_REASONS, Missing, MissingReason, Value
from trialwright.values.problem import Problem
from trialwright.values.words import words_of
from trialwright.web.messages import problem
from trialwright.web.show import show_iso

BASE_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """The state of one control: what stands in it, the unit beside it, the reason chosen instead of a value."""

    raw: str = ""
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The record that a page is about. repeat 0 is the form itself or the gate of a log."""

    participant: str
    visit: str
    form: str
    repeat: int = 0

    @property
    def key(self) -> tuple[str, str, int]:
        return self.visit, self.form, self.repeat

    def where(self, item: str = "") -> str:
        return " / ".join(part for part in (self.visit, self.form, item) if part)


@dataclass(frozen=True, slots=True)
class Posted:
    """What came back from a page.

    shown: for showing the page again, what was typed, and in the other controls the record as it is now.
    items: those that the person changed. base: the state of the record that the page had shown; next_base: the one
    that `shown` goes by, which is the newest unless others changed one of the same items since.
    """

    shown: Mapping[str, Shown]
    items: Mapping[str, Typed | Missing]
    problems: tuple[Problem, ...]
    base: int
    next_base: int
    command_id: str
    reason: str = ""
    confirmed: Mapping[str, str] = field(default_factory=dict)

    def command(self, place: Place) -> SaveForm:
        return SaveForm(
            command_id=self.command_id,
            participant=place.participant,
            visit=place.visit,
            form=place.form,
            repeat=place.repeat,
            items=self.items,
            base=self.base,
            reason=self.reason or None,
            confirmed=self.confirmed,
        )


def shown_of(item: Item, entry: Entry | None) -> Shown:
    """What a control shows of a stored datum: a date in the language's one shape, all else as it was typed, in the
    unit it was typed in."""
    match entry.datum if entry else None:
        case None:
            return Shown(unit=item.unit or "")
        case Missing(reason):
            return Shown(unit=item.unit or "", reason=reason)
        case Value(text, raw, unit):
            is_choice = item.code_list is not None or item.type == "boolean"
            if item.type in ("date", "partial_date"):
                return Shown(show_iso(text))
            return Shown(text if is_choice or raw is None else raw, unit or item.unit or "")


def parse_base(text: str) -> int | None:
    """The hidden number of a page; None for what no page of ours sends."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= BASE_DIGITS else None


def read_posted(
    form: Form, record: Record | None, post: Mapping[str, str], place: Place, *, seen: Record | None = None
) -> Posted:
    """Compares each control with what the page had shown; one that did not come back at all is unchanged.

    seen: the record as the page had shown it, where that is not the record as it is now.
    """
    shown: dict[str, Shown] = {}
    items: dict[str, Typed | Missing] = {}
    problems: list[Problem] = []
    touched: list[str] = []
    for item in form.items.values():
        if item.derive is not None:
            continue
        now, change = _shown_in(record, item), None
        before = now if seen is None else _shown_in(seen, item)
        after = _control(item, post, before)
        if after != now:
            change = _change(item, before, after)
        shown[item.id] = now if change is None else after
        if change is None:
            continue
        touched.append(item.id)
        if isinstance(change, Problem):
            problems.append(change)
        else:
            items[item.id] = change
    base, command_id = parse_base(post.get("base", "")), post.get("command", "")
    if base is None or not command_id:
        problems.append(problem("page-incomplete", place.where()))
    return Posted(
        shown=shown,
        items=items,
        problems=tuple(problems),
        base=base or 0,
        next_base=_next_base(record, base or 0, touched),
        command_id=command_id,
        reason=words_of(post.get("reason_for_change", "")),
        confirmed={item: note for item in form.items if (note := words_of(post.get(f"{item}.right", "")))},
    )


def _shown_in(record: Record | None, item: Item) -> Shown:
    return shown_of(item, record.items.get(item.id) if record else None)


def _next_base(record: Record | None, base: int, touched: Iterable[str]) -> int:
    if record is None:
        return 0
    is_clash = any(changed_at(record, item) > base for item in touched)
    return base if is_clash else record.sequence


def _control(item: Item, post: Mapping[str, str], before: Shown) -> Shown:
    raw = words_of(post.get(item.id, before.raw))
    reason = post.get(f"{item.id}.missing", before.reason)
    return Shown(raw, post.get(f"{item.id}.unit", before.unit), reason)


def _change(item: Item, before: Shown, after: Shown) -> Typed | Missing | Problem | None:
    if after == before:
        return None
    is_new_value = bool(after.raw) and (after.raw, after.unit) != (before.raw, before.unit)
    if after.reason and is_new_value and after.reason != before.reason:
        return problem("value-and-reason", f"{item.form} / {item.id}")
    if after.reason and not is_new_value:
        reason = _reason(after.reason)
        same = after.reason == before.reason
        return None if same or reason is None else Missing(reason)
    if not after.raw and not before.raw and not before.reason:
        return None  # only the unit beside an empty field was changed
    return Typed(after.raw, after.unit or None)


def _reason(text: str) -> MissingReason | None:
    return next((reason for reason in MISSING_REASONS if reason == text), None)
