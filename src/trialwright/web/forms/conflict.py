"""Two people changed the same item: both values side by side, and nothing was stored."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, Record
from trialwright.ledger.records import changed_at
from trialwright.store.events import history
from trialwright.values.problem import Problem
from trialwright.values.units import unit_words
from trialwright.web.forms.layout import Field, layout_of
from trialwright.web.forms.opened import Opened
from trialwright.web.forms.posted import Posted, Shown, shown_of
from trialwright.web.forms.problems import item_of
from trialwright.web.show import REASONS


@dataclass(frozen=True, slots=True)
class Both:
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """is_mine: the very person who sent the page had changed the same, in another tab or window."""

    lines: tuple[Both, ...]
    back_url: str
    is_mine: bool


def conflict_page(
    opened: Opened, posted: Posted, book: Casebook, problems: tuple[Problem, ...], *, back: str
) -> ConflictPage:
    """book: as it is now. back: the page whose fields hold the draft that was kept of this."""
    layout = layout_of(book.study, opened.form.id, opened.language)
    items = {item_of(problem.where) for problem in problems} & set(posted.items) or set(posted.items)
    record = book.records.get(opened.place.key)
    lines = tuple(
        Both(
            one.full_label,
            words_in(one, shown_of(opened.form.items[one.id], record.items.get(one.id) if record else None)),
            words_in(one, posted.shown[one.id]),
        )
        for one in layout.entered()
        if one.id in items and (opened.form.id, one.id) not in opened.hidden.items
    )
    return ConflictPage(lines, back, _is_mine(opened, record, items, posted.base))


def _is_mine(opened: Opened, record: Record | None, items: Iterable[str], base: int) -> bool:
    if record is None:
        return False
    changes = {sequence for item in items if (sequence := changed_at(record, item)) > base}
    events = history(opened.book.study.id, opened.book.participant)
    actors = {event.envelope.actor for event in events if event.sequence in changes}
    return actors == {opened.account}


def words_in(one: Field, shown: Shown) -> str:
    """What stands in a control, as a line of text."""
    for reason, words in REASONS.items():
        if reason == shown.reason:
            return str(words)
    labels = {option.code: option.label for option in one.options}
    if one.control == "yes_no":
        labels = {"true": gettext("Yes"), "false": gettext("No")}
    typed = labels.get(shown.raw, shown.raw)
    return f"{typed} {unit_words(shown.unit)}".strip() if typed else "–"
