"""What phones ask about reminders: the participant's wishes, notifications on or off, the calendar file."""

import os
from typing import Final

from trialwright.diary.answer import Ask, Reply, api, refused, state
from trialwright.diary.views_api import Phone, phone_of
from trialwright.diary.wire import Push, Refused, Settings, read_message
from trialwright.reminders.calendar_file import calendar_file
from trialwright.reminders.configured import push_services
from trialwright.reminders.people import language_of, phones_of, wall_clock, wish_of
from trialwright.reminders.push import endpoint_of
from trialwright.reminders.wishes import change_wishes
from trialwright.store import devices
from trialwright.store.contacts import contact_of
from trialwright.store.transactions import writing

_WIRE_NAMES: Final = {"put_off": "snooze_until"}  # as the protocol calls what the ledger calls otherwise


@api("POST")
def wishes(ask: Ask) -> Reply:
    """How and when the participant wants to be reminded: kept beside the log, for it is no data of the trial."""
    phone = phone_of(ask)
    if isinstance(phone, Reply):
        return phone
    message = read_message(Settings, ask.body)
    if isinstance(message, Refused):
        return refused(message)
    with writing():
        problems = change_wishes(
            phone.row.study,
            phone.book,
            _texts(message, phone),
            put_off=message.snooze_until,
            by=phone.row.device,
            at=phone.now,
        )
        if not problems and message.language is not None:
            devices.keep_language(phone.row, devices.language_in(phone.book.study, message.language))
    if problems:
        field = problems[0].where
        return state(422, problems[0].code, field=_WIRE_NAMES.get(field, field))
    return Reply({"kept": sorted(message.model_fields_set - {"protocol"})})


def _texts(message: Settings, phone: Phone) -> dict[str, str]:
    """What was said, without what the wire says otherwise. A language of the app that the study does not have is no
    wish that could be kept."""
    said: dict[str, str] = message.model_dump(exclude_none=True, exclude={"protocol", "snooze_until"})
    if said.get("language") not in phone.book.study.languages:
        said.pop("language", None)
    return said


@api("POST")
def push(ask: Ask) -> Reply:
    """Notifications to this phone, from now on or no more."""
    phone = phone_of(ask)
    if isinstance(phone, Reply):
        return phone
    message = read_message(Push, ask.body)
    if isinstance(message, Refused):
        return refused(message)
    subscription = "" if message.subscription is None else message.subscription.model_dump_json()
    if subscription and endpoint_of(subscription, push_services(os.environ)) is None:
        return state(422, "push_service", field="subscription.endpoint")
    devices.keep_push(phone.row, subscription)
    return Reply({"is_on": bool(subscription)})


@api("GET")
def calendar(ask: Ask) -> Reply:
    """The days and the hour of the diary, for the phone's own calendar."""
    phone = phone_of(ask)
    if isinstance(phone, Reply):
        return phone
    row, book = phone.row, phone.book
    contact = contact_of(row.study, row.participant)
    known = phones_of(row.study, [row.participant])[row.participant]
    content = calendar_file(
        book,
        wish_of(book, contact),
        language_of(book, contact, known),
        now=wall_clock(book, phone.now),
        stamp=phone.now,
    )
    return Reply({}, file=content)
