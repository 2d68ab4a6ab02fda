"""One round of reminders: writes down what is due, then sends what waits. See store/outbox.py for what may become of a
message. Only one round runs at a time in a data folder: `lock.py`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, cast

from trialwright.ledger.diary_reminders import (
    Reminder,
    first_close,
    is_reachable,
    open_occasions,
    reminder_due,
)
from trialwright.reminders.gateway import Channel, Gateway, Message, Sent
from trialwright.reminders.messages import GONE, TRY_AGAIN, UNSURE
from trialwright.reminders.people import Person, people, people_with_phones, wall_clock
from trialwright.reminders.words import reminder_text, subject
from trialwright.store.definitions import studies
from trialwright.store.outbox import Outgoing, State, claim, give_up_orphans, plan, settle, waiting
from trialwright.store.subscriptions import drop_subscription
from trialwright.values.problem import Problem
from trialwright.values.stored import canonical_json

# After each try that did not get through; then it is given up.
_PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))

Gateways = Mapping[Channel, Gateway]


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to one message. note: code of the problem, "" for none. No address: it may end in a log."""

    study: str
    participant: str
    channel: str
    state: State
    note: str = ""


def run_round(gateways: Gateways, *, at: datetime) -> tuple[Line, ...]:
    """Everything that is due at a moment (UTC), in all studies of the folder."""
    give_up_orphans(at=at)
    lines: list[Line] = []
    for study_id in studies():
        due = [
            message
            for person in people_with_phones(study_id, at=at)
            for message in planned(person, gateways, at)
        ]
        plan(due, at=at)
        lines += [_deliver(message, gateways, at) for message in waiting(study_id, at=at)]
    return tuple(lines)


def foresee_round(gateways: Gateways, *, at: datetime) -> tuple[Line, ...]:
    """What a round would send; nothing is written and nothing leaves."""
    found: dict[str, Outgoing] = {}
    for study_id in studies():
        for person in people_with_phones(study_id, at=at):
            found |= {message.id: message for message in planned(person, gateways, at)}
        found |= {
            message.id: message
            for message in waiting(study_id, at=at)
            if isinstance(_as_needed(message, gateways, at), str)
        }
    return tuple(Line(one.study, one.participant, one.channel, "waiting") for one in found.values())


# ------------------------------------------------------------------ what is due


def planned(person: Person, gateways: Gateways, at: datetime) -> list[Outgoing]:
    """The reminder that somebody is to get now, once for each way that leads to them."""
    if person.book.study.diary is None:
        return []
    now = wall_clock(person.book, at)
    reminder = reminder_due(person.book, now, person.wish, person.before)
    if reminder is None:
        return []
    return [
        Outgoing(
            id=_id(person, reminder, channel, address),
            study=person.book.study.id,
            participant=person.book.participant,
            channel=channel,
            address=address,
            subject=subject(person.language),
            text=reminder_text(reminder.closes, now, person.language),
            about=reminder.occasions,
            local=now,
            closes=at + (reminder.closes - now),
        )
        for channel, address in _ways(person, gateways)
    ]


def _ways(person: Person, gateways: Gateways) -> Iterator[tuple[Channel, str]]:
    """By every phone that takes notifications, and as the participant chose. What cannot be sent, and is wanted, stands
    on the screen."""
    contact, has_way = person.contact, False
    if "push" in gateways:
        for subscription in person.subscriptions:
            yield "push", subscription
            has_way = True
    if contact.channel in ("email", "sms") and contact.address:
        yield contact.channel if contact.channel in gateways else "screen", contact.address
    elif contact.channel != "none" and not has_way:
        yield "screen", ""


def _id(person: Person, reminder: Reminder, channel: str, address: str) -> str:
    """The same for the same reminder by the same way, however often it is planned; another one after it was put off."""
    put_off = person.wish.put_off
    about = [[one.form, one.visit, one.day.isoformat()] for one in reminder.occasions]
    parts = [
        *(person.book.study.id, person.book.participant, channel, address),
        *(canonical_json(about), put_off.isoformat() if put_off else ""),
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:40]


# ------------------------------------------------------------------ sending


def _deliver(message: Outgoing, gateways: Gateways, at: datetime) -> Line:
    found = _as_needed(message, gateways, at)
    if isinstance(found, _Void):
        return _settled(message, "void", at, found.why)
    if not claim(message, found, at=at):
        return _line(message, "void", "erased")
    gateway = gateways[_channel(message)]
    answer = gateway.send(Message(message.id, message.address, message.subject, found))
    if isinstance(answer, Sent):
        return _settled(message, "sent", at)
    return _not_sent(message, answer, at)


def _not_sent(message: Outgoing, problem: Problem, at: datetime) -> Line:
    if problem.code == UNSURE:
        return _settled(message, "unsure", at, problem.code)
    if problem.code in TRY_AGAIN and message.tries < len(_PAUSES):
        again = at + _PAUSES[message.tries]
        if again < message.closes:
            settle(message, "waiting", at=at, note=problem.code, again=again)
            return _line(message, "waiting", problem.code)
    if problem.code == GONE:
        drop_subscription(message.study, message.address)
    return _settled(message, "failed", at, problem.code)


@dataclass(frozen=True, slots=True)
class _Void:
    """why: a word for the page of messages."""

    why: str


def _as_needed(message: Outgoing, gateways: Gateways, at: datetime) -> str | _Void:
    """The text of a message as it is true now, or why it is not needed any more."""
    if at >= message.closes:
        return _Void("closed")
    person = next(people(message.study, [message.participant], at=at))
    if not is_reachable(person.book):
        return _Void("no-phone")
    if message.channel != "screen" and (_channel(message), message.address) not in tuple(
        _ways(person, gateways)
    ):
        return _Void("no-way")
    now = wall_clock(person.book, at)
    if person.wish.put_off is not None and now < person.wish.put_off:
        return _Void("put-off")
    still = set(message.about).intersection(open_occasions(person.book, now))
    if not still:
        return _Void("answered")
    return reminder_text(first_close(person.book, still), now, person.language)


def _channel(message: Outgoing) -> Channel:
    return cast(Channel, message.channel)


def _settled(message: Outgoing, state: State, at: datetime, note: str = "") -> Line:
    settle(message, state, at=at, note=note)
    return _line(message, state, note)


def _line(message: Outgoing, state: State, note: str = "") -> Line:
    return Line(message.study, message.participant, message.channel, state, note)
