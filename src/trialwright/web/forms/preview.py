"""What a save would do, said while somebody types: the ledger decides as it will, and nothing is stored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from trialwright.ledger.apply import Happening, advance
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, Moment, SaveForm
from trialwright.ledger.decide import decide
from trialwright.ledger.events import Draft, QueryOpened
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.visible import visible
from trialwright.web.forms.opened import Opened
from trialwright.web.forms.page import left_words
from trialwright.web.forms.posted import Posted
from trialwright.web.forms.problems import item_of
from trialwright.web.forms.state import is_asked
from trialwright.web.show import show_datum

ROUNDS = 3  # items that stop the save are left out and the rest is tried again


class Ahead(TypedDict):
    """derived: text by item; asked: whether a conditional item is asked; checks: the question by item."""

    derived: dict[str, str]
    asked: dict[str, bool]
    checks: dict[str, str]
    left: str


def look_ahead(opened: Opened, whole: Casebook, posted: Posted, *, by: Actor, at: Moment) -> Ahead:
    """whole: the casebook with nothing hidden; what is hidden from the role stays out of the answer."""
    command = replace(posted.command(opened.place), reason=posted.reason or "-", confirmed={})
    drafts = _drafts(whole, command, by=by, at=at)
    after = visible(_after(whole, drafts), actor=by)
    reader = CasebookReader(after)
    form, place = opened.form, opened.place
    hidden = opened.hidden_here
    record = after.records.get(place.key)
    return Ahead(
        derived={
            item.id: show_datum(
                after.study,
                item,
                entry.datum if record and (entry := record.items.get(item.id)) else None,
                opened.language,
            )
            for item in form.items.values()
            if item.derive is not None and item.id not in hidden
        },
        asked={
            item.id: is_asked(reader, form, item, (place.visit, place.repeat)) is True
            for item in form.items.values()
            if item.when is not None and item.id not in hidden
        },
        checks=_checks(after, opened, drafts, hidden),
        left=left_words(reader, form, place.visit, place.repeat),
    )


def _drafts(book: Casebook, command: SaveForm, *, by: Actor, at: Moment) -> tuple[Draft, ...]:
    for _ in range(ROUNDS):
        decided = decide(book, command, by=by, at=at)
        if not decided.problems:
            return decided.drafts
        stopped = {item_of(problem.where) for problem in decided.problems}
        kept = {item: typed for item, typed in command.items.items() if item not in stopped}
        if len(kept) == len(command.items):
            return ()
        command = replace(command, items=kept)
    return ()


def _after(book: Casebook, drafts: tuple[Draft, ...]) -> Casebook:
    for draft in drafts:
        book = advance(
            book, Happening(draft.body, draft.values, book.sequence + 1, book.site, book.study.hash)
        )
    return book


def _checks(
    book: Casebook, opened: Opened, drafts: tuple[Draft, ...], hidden: frozenset[str]
) -> dict[str, str]:
    asks: Mapping[str, str] = {check.id: check.ask for check in book.study.checks_about()}
    return {
        draft.body.item: book.study.say(asks[draft.body.check], opened.language)
        for draft in drafts
        if isinstance(draft.body, QueryOpened)
        and (draft.body.visit, draft.body.form, draft.body.repeat) == opened.place.key
        and draft.body.check in asks
        and draft.body.item not in hidden
        and draft.body.check not in opened.hidden.checks | opened.guarded.checks
    }
