"""A form opened by somebody, and what stands in its fields in place of the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, Record
from trialwright.ledger.earlier import telling_of_earlier
from trialwright.ledger.places import Target, check_order
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.visible import NOTHING_HIDDEN, Hidden
from trialwright.schedule.visits import PlannedVisit
from trialwright.study.model import Form
from trialwright.web.calendar import calendar_of, planned
from trialwright.web.forms.posted import Place, Posted, Shown

Guard = Literal["none", "closed", "opened"]


@dataclass(frozen=True)
class Opened:
    """A form opened by somebody: the casebook as they see it, the record, and what they may do.

    seen_at: key of the visit that the page stands under, "" for none. readable: areas of forms that they may read;
    hidden: items kept from the role.
    guard: whether scores of earlier visits are kept from this person, or were until they opened them.
    account: of the person; shown_at: day and time at the site; utc: when the page
    was asked for, before anything of it was read.
    enters: the forms that they may enter.
    """

    reader: CasebookReader
    place: Place
    seen_at: str
    today: date
    language: str
    may_write: bool
    may_answer: bool = False
    may_ask: bool = False
    readable: frozenset[str] = frozenset()
    hidden: Hidden = NOTHING_HIDDEN
    guard: Guard = "none"
    account: str = ""
    shown_at: str = ""
    utc: str = ""
    may_enrol: bool = False
    enters: frozenset[str] = frozenset()

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
        """The items of this form that are kept from the role, or by the bias guard from this person."""
        kept = self.hidden.items | self.guarded.items
        return frozenset(item for form, item in kept if form == self.place.form)

    @cached_property
    def guarded(self) -> Hidden:
        """What of this form would tell of earlier scores while the guard is closed."""
        return (
            telling_of_earlier(self.book.study, self.place.form) if self.guard == "closed" else NOTHING_HIDDEN
        )

    @cached_property
    def visit(self) -> PlannedVisit | None:
        """The visit in the participant's calendar; a save does not need it, so that it is worked out when asked."""
        if not self.seen_at:
            return None
        return planned(calendar_of(self.reader, self.today), self.book.study, self.seen_at)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields instead of the record: a draft, or what was refused.

    base: the state of the record that the fields go by; None for the record as it is.
    """

    shown: Mapping[str, Shown]
    reason: str = ""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    draft_note: str = ""
    base: int | None = None


def typed_of(posted: Posted) -> Typed:
    """What came back from a page, to stand in its fields again."""
    return Typed(posted.shown, posted.reason, posted.confirmed, base=posted.next_base)


def order_stop(opened: Opened) -> str:
    """What has to come before the participant is enrolled waits with these words."""
    target = Target(opened.place.visit, opened.form, opened.place.repeat)
    return " ".join(one.say(gettext) for one in check_order(opened.book, target))


def stop_of(opened: Opened) -> str:
    """Why nothing can be entered here now; "" where it can."""
    order = order_stop(opened)
    if order:
        return order
    visit = opened.visit
    if visit is None or opened.place.form == "visit":
        return ""
    if visit.reason is not None:
        return gettext("This visit did not take place; nothing is entered for it.")
    if visit.held is None and opened.place.visit:
        return gettext("Enter the date of this visit first.")
    return ""
