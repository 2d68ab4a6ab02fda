"""Diaries that are silent: the list of them, and the notice on the page of a participant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_reminders import Silence, silence_of
from trialwright.store.contacts import Contact
from trialwright.store.devices import DeviceRow
from trialwright.store.people import Quiet
from trialwright.study.model import DIARY_AREA
from trialwright.web.desk import Desk
from trialwright.web.links import participant_url
from trialwright.web.marks import Mark, warning
from trialwright.web.paging import ONLY, Paging
from trialwright.web.participants.seen import Seen
from trialwright.web.show import show_date

AREA: Final = DIARY_AREA


@dataclass(frozen=True, slots=True)
class Reach:
    """How the people of a page are reached: contacts, and phones that are not revoked, by participant."""

    contacts: Mapping[str, Contact]
    phones: Mapping[str, list[DeviceRow]]


NO_REACH: Final = Reach(MappingProxyType({}), MappingProxyType({}))  # of a page that does not ask for it


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody whose diary is silent, as the person at the desk sees them."""

    seen: Seen
    silence: Silence


@dataclass(frozen=True, slots=True)
class SilentLine:
    mark: Mark
    code: str
    url: str
    site: str
    days: str
    last: str
    way: str


@dataclass(frozen=True, slots=True)
class SilentPage:
    rows: tuple[SilentLine, ...]
    home_url: str
    paging: Paging = ONLY


@dataclass(frozen=True, slots=True)
class Notice:
    """text: the definition's words; last: when the last entry was."""

    text: str
    last: str


def quiet_of(desk: Desk) -> Quiet | None:
    """Who may be silent, as widely as any site of the person has it: the latest of their days, the shortest silence, and
    no form of which something may be hidden from them. None where no silence is asked about."""
    versions = {study.hash: study for study in map(desk.study_at, desk.sites())}.values()
    silences = [one.diary.silent_days for one in versions if one.diary is not None and one.diary.silent_days]
    if not silences:
        return None
    today = max(desk.moment(site).site_date for site in desk.sites())
    veiled = {form for sight in desk.sights() for veil in sight.veils for form, _ in veil.hidden.items}
    forms = {form.id for one in versions for form in one.forms.values() if form.ask is not None}
    since = today - timedelta(days=min(silences))
    return Quiet(since.isoformat(), today.isoformat(), frozenset(forms - veiled))


def silent_among(people: Iterable[Seen]) -> tuple[Silent, ...]:
    """Those whose diary is silent today, and may be read; the longest silence first."""
    found = [
        Silent(seen, silence)
        for seen in people
        if AREA in seen.readable and (silence := silence_of(seen.book, seen.today)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (-one.silence.days, one.seen.book.code)))


def silent_line(one: Silent, reach: Reach) -> SilentLine:
    book = one.seen.book
    return SilentLine(
        mark=warning(gettext("Silent")),
        code=book.code,
        url=participant_url(book.study.id, book.participant),
        site=book.site,
        days=_days(one.silence.days),
        last=_last(one.silence),
        way=way_words(book, reach),
    )


def notice_of(seen: Seen) -> Notice | None:
    """What the page of a participant says while their diary is silent."""
    found = silent_among([seen])
    if not found or seen.study.diary is None:
        return None
    silence = found[0].silence
    return Notice(
        seen.study.say(seen.study.diary.silent_text, seen.language),
        f"{_last(silence)} ({_days(silence.days)})",
    )


def way_words(book: Casebook, reach: Reach) -> str:
    """Phone and reminders; no address."""
    ways = []
    if any(phone.push for phone in reach.phones.get(book.participant, ())):
        ways.append(gettext("notifications"))
    channel = reach.contacts.get(book.participant, Contact()).channel
    if channel == "email":
        ways.append(gettext("e-mail"))
    if channel == "sms":
        ways.append(gettext("text messages"))
    if channel == "none":
        ways.append(gettext("wants no reminders"))
    return " · ".join([_phone(book), *ways])


def _phone(book: Casebook) -> str:
    if not book.devices:
        return gettext("no phone has joined")
    if all(device.is_revoked for device in book.devices.values()):
        return gettext("the phone is revoked")
    return gettext("has a phone")


def _days(days: int) -> str:
    return ngettext("{count} day", "{count} days", days).format(count=days)


def _last(silence: Silence) -> str:
    if silence.last is None:
        return gettext("no entry yet")
    return gettext("last entry {day}").format(day=show_date(silence.last))
