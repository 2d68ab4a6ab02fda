"""What this person sent after a session had ended and is not in the fields, because newer work stands there."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext

from trialwright.store.held import Held, Page, drop_told, held_at
from trialwright.store.sqlite.base import Busy
from trialwright.store.storage import trouble_of
from trialwright.web.forms.conflict import Both, words_in
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened, Typed
from trialwright.web.forms.posted import shown_of
from trialwright.web.forms.read_back import read_back
from trialwright.web.show import show_local

LOG = logging.getLogger("trialwright.forms")


@dataclass(frozen=True, slots=True)
class Aside:
    """One page that came back. lines: where it says something else than the fields do."""

    when: str
    lines: tuple[Both, ...]


def asides_of(opened: Opened, typed: Typed | None) -> tuple[Aside, ...]:
    """typed: what stands in the fields in place of the record."""
    if not opened.may_write:
        return ()
    key = (opened.account, *opened.place.key)
    kept = held_at(opened.book.study.id, opened.book.participant, key)
    found = (Aside(_when(opened, one), _lines(opened, typed, one)) for one in kept)
    return tuple(one for one in found if one.lines)


def leave_told(page: Page) -> None:
    """After a save. The save stands: where the database refuses to forget just now, it is told of once more."""
    if not page.is_told:
        return
    try:
        drop_told(page)
    except DatabaseError as error:
        if not isinstance(error, Busy) and trouble_of(error, settings.DATA) is None:
            raise
        LOG.warning("pages kept aside were not forgotten")


def _when(opened: Opened, held: Held) -> str:
    site = opened.book.study.sites[opened.book.site]
    return show_local(datetime.fromisoformat(held.utc), site.timezone)


def _lines(opened: Opened, typed: Typed | None, held: Held) -> tuple[Both, ...]:
    form, record = opened.form, opened.record
    posted = read_back(opened, held.texts)
    found = []
    for one in layout_of(opened.book.study, form.id, opened.language).entered():
        if one.id in opened.hidden_here:
            continue
        entry = record.items.get(one.id) if record else None
        stands = typed.shown.get(one.id) if typed else None
        found.append(
            Both(
                one.full_label,
                words_in(one, stands or shown_of(form.items[one.id], entry)),
                words_in(one, posted.shown[one.id]),
            )
        )
        if note := posted.confirmed.get(one.id, ""):
            found.append(Both(one.full_label, typed.confirmed.get(one.id, "") if typed else "", note))
    found.append(Both(gettext("Reason for change"), typed.reason if typed else "", posted.reason))
    return tuple(one for one in found if one.mine != one.theirs and (one.mine or one.theirs))
