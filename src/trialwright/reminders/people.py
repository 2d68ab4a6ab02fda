"""Who can be reminded: casebook, wishes and ways of each, read for many at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_reminders import Reminded, Wish
from trialwright.store.contacts import Contact, contacts_of
from trialwright.store.devices import DeviceRow, devices_of
from trialwright.store.many import load_many
from trialwright.store.outbox import reminded
from trialwright.store.subscriptions import with_phones

_AT_ONCE: Final = 200
_REMEMBERED: Final = timedelta(days=9)  # longer than any window of a form that is asked each week


@dataclass(frozen=True, slots=True)
class Person:
    """phones: those that are not revoked; before: what they were told of lately."""

    book: Casebook
    contact: Contact
    phones: tuple[DeviceRow, ...]
    before: tuple[Reminded, ...]

    @property
    def wish(self) -> Wish:
        return wish_of(self.book, self.contact)

    @property
    def language(self) -> str:
        return language_of(self.book, self.contact, self.phones)

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Of their phones' browsers, JSON."""
        return tuple(phone.push for phone in self.phones if phone.push)


def people_with_phones(study_id: str, *, at: datetime) -> Iterator[Person]:
    """Everybody of a study who may have to be reminded, in a few statements for each two hundred."""
    everybody = with_phones(study_id)
    for start in range(0, len(everybody), _AT_ONCE):
        yield from people(study_id, everybody[start : start + _AT_ONCE], at=at)


def people(study_id: str, participants: Sequence[str], *, at: datetime) -> Iterator[Person]:
    books = load_many(study_id, participants)
    contacts = contacts_of(study_id, participants)
    phones = phones_of(study_id, participants)
    before = reminded(study_id, participants, since=at - _REMEMBERED)
    for one, book in books.items():
        yield Person(
            book,
            contacts.get(one, Contact()),
            tuple(phones.get(one, ())),
            tuple(before.get(one, ())),
        )


def wish_of(book: Casebook, contact: Contact) -> Wish:
    """When the participant wants to be reminded. Raises ValueError for a study without a diary."""
    if book.study.diary is None:
        raise ValueError(f"{book.study.id} has no diary")
    at = book.study.diary.remind_at if contact.remind_at is None else contact.remind_at
    return Wish(at, contact.put_off)


def phones_of(study_id: str, participants: Sequence[str]) -> dict[str, list[DeviceRow]]:
    """Those that are not revoked, by participant, in the order in which they joined: one statement."""
    found: defaultdict[str, list[DeviceRow]] = defaultdict(list)
    for phone in devices_of(study_id, participants):
        if not phone.is_revoked:
            found[phone.participant].append(phone)
    return found


def language_of(book: Casebook, contact: Contact, phones: Sequence[DeviceRow] = ()) -> str:
    """As the site was told, else as the newest phone has it, else the first of the study."""
    wanted = (contact.language, *(phone.language for phone in reversed(phones)), book.study.languages[0])
    return next(one for one in wanted if one in book.study.languages)


def wall_clock(book: Casebook, utc: datetime) -> datetime:
    """The participant's clock, without a zone: that of the site, unless the phone's last entry came from another one,
    as of somebody who travels."""
    zone = ZoneInfo(book.study.sites[book.site].timezone)
    sent = [entry for entry in book.entries.values() if entry.source == "phone"]
    if sent:
        last = datetime.fromisoformat(max(sent, key=lambda entry: entry.sequence).entered)
        offset = last.utcoffset()
        if offset is not None and offset != last.astimezone(zone).utcoffset():
            return (utc.astimezone(UTC) + offset).replace(tzinfo=None)
    return utc.astimezone(zone).replace(tzinfo=None)
