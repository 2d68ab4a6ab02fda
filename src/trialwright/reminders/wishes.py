"""What a participant wants of reminders, and where they go: as typed by the site, or chosen on the phone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_reminders import is_inside, may_put_off
from trialwright.reminders.messages import problem
from trialwright.reminders.people import wall_clock
from trialwright.store.contacts import Contact, WayWanted, contact_of, keep_contact
from trialwright.store.transactions import writing
from trialwright.values.problem import Problem

CHANNELS: Final[tuple[WayWanted, ...]] = ("", "email", "sms", "none")
FIELDS: Final = ("phone", "email", "channel", "language", "remind_at")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)  # E.164
_HOUR: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)

Texts = Mapping[str, str]  # field -> what was typed; a field that is left out stays as it is


@dataclass(frozen=True, slots=True)
class Read:
    """The contact as it would be, and what is wrong; the problem's `where` is the field."""

    contact: Contact
    problems: tuple[Problem, ...] = ()


def read_wishes(book: Casebook, before: Contact, typed: Texts) -> Read:
    """Raises KeyError for a field that is none."""
    contact, problems = before, []
    for field, text in typed.items():
        found = _READERS[field](book, contact, text.strip())
        if isinstance(found, Problem):
            problems.append(found)
        else:
            contact = found
    if not problems:
        problems += _check_way(contact)
    return Read(contact, tuple(problems))


def change_wishes(
    study_id: str,
    book: Casebook,
    typed: Texts,
    *,
    put_off: datetime | None = None,
    by: str,
    at: datetime,
) -> tuple[Problem, ...]:
    """Stores what was typed, unless something is wrong with it. put_off: remind again then, in UTC. by: the account, or
    the participant's own phone."""
    problems: tuple[Problem, ...] = ()
    with writing():
        read = read_wishes(book, contact_of(study_id, book.participant), typed)
        contact, problems = read.contact, read.problems
        if put_off is not None:
            now = wall_clock(book, at)
            until = now + (put_off - at)
            contact = replace(contact, put_off=until)
            problems += () if may_put_off(book, now, until) else (problem("put-off-too-long", "put_off"),)
        if not problems:
            keep_contact(study_id, book.participant, contact, by=by, at=at)
    return problems


def hour_text(minutes: int) -> str:
    """
    >>> hour_text(1200)
    '20:00'
    """
    return f"{minutes // 60:02}:{minutes % 60:02}"


# ------------------------------------------------------------------ one field each


def _phone(book: Casebook, contact: Contact, text: str) -> Contact | Problem:
    del book
    number = re.sub(r"[ ()./-]", "", text)
    if number and not _PHONE.fullmatch(number):
        return problem("phone-malformed", "phone")
    return replace(contact, phone=number)


def _email(book: Casebook, contact: Contact, text: str) -> Contact | Problem:
    del book
    try:
        if text:
            validate_email(text)
    except ValidationError:
        return problem("email-malformed", "email")
    return replace(contact, email=text) if text.isascii() else problem("email-malformed", "email")


def _channel(book: Casebook, contact: Contact, text: str) -> Contact | Problem:
    del book
    for way in CHANNELS:
        if text == way:
            return replace(contact, channel=way)
    return problem("channel-unknown", "channel")


def _language(book: Casebook, contact: Contact, text: str) -> Contact | Problem:
    known = text in ("", *book.study.languages)
    return replace(contact, language=text) if known else problem("language-unknown", "language")


def _remind_at(book: Casebook, contact: Contact, text: str) -> Contact | Problem:
    if not text:
        return replace(contact, remind_at=None)
    found = _HOUR.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if not found or not is_inside(book, minutes):
        return problem("remind-outside", "remind_at", time=text[:10])
    return replace(contact, remind_at=minutes)


_READERS: Final = {
    "phone": _phone,
    "email": _email,
    "channel": _channel,
    "language": _language,
    "remind_at": _remind_at,
}


def _check_way(contact: Contact) -> list[Problem]:
    if contact.channel == "email" and not contact.email:
        return [problem("channel-no-email", "email")]
    if contact.channel == "sms" and not contact.phone:
        return [problem("channel-no-phone", "phone")]
    return []
