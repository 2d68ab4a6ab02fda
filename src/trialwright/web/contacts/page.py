"""The context of a participant's contact: how and when they are reminded, and what was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from trialwright.ledger.casebook import Casebook
from trialwright.reminders.people import wish_of
from trialwright.reminders.wishes import CHANNELS, hour_text
from trialwright.store.contacts import Contact
from trialwright.store.outbox import Outgoing, Shown
from trialwright.study.model import Study
from trialwright.values.problem import Problem
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import calendar_file_url, contact_url, participant_url
from trialwright.web.marks import MESSAGES, Mark
from trialwright.web.paging import ONLY, Paging
from trialwright.web.show import show_local

LABELS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "phone": gettext_lazy("Telephone"),
        "email": gettext_lazy("E-mail"),
        "channel": gettext_lazy("Reminders come"),
        "language": gettext_lazy("Language"),
        "remind_at": gettext_lazy("Hour of the reminder"),
    }
)
WAYS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "": gettext_lazy("by notification of the phone, else only on the page “Messages”"),
        "email": gettext_lazy("by e-mail"),
        "sms": gettext_lazy("by text message"),
        "none": gettext_lazy("not at all"),
    }
)
CHANNEL_WORDS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "email": gettext_lazy("E-mail"),
        "sms": gettext_lazy("Text message"),
        "push": gettext_lazy("Notification"),
        "screen": gettext_lazy("On this page only"),
    }
)
NOTES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "answered": gettext_lazy("The entry came first."),
        "closed": gettext_lazy("The diary closed before it could be sent."),
        "put-off": gettext_lazy("The participant put it off."),
        "no-phone": gettext_lazy("The participant has no phone any more, or has ended."),
        "no-way": gettext_lazy("The contact was changed."),
        "erased": gettext_lazy("The contact was erased."),
        "gateway-unreachable": gettext_lazy("The service cannot be reached."),
        "gateway-later": gettext_lazy("The service asked to try later."),
        "gateway-refused": gettext_lazy("The service refused it."),
        "gateway-unsure": gettext_lazy("Nobody knows whether it was sent; it is not sent again."),
        "push-gone": gettext_lazy("The phone no longer takes notifications."),
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """kind: of the keyboard that a phone shows; choices: of a list to choose from."""

    id: str
    label: str
    value: str
    kind: str = "text"
    hint: str = ""
    error: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageLine:
    mark: Mark
    code: str
    url: str
    when: str
    way: str
    to: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class ContactPage:
    code: str
    back_url: str
    url: str
    calendar_url: str
    fields: tuple[Field, ...]
    has_contact: bool
    messages: tuple[MessageLine, ...]
    erase_error: str = ""


@dataclass(frozen=True, slots=True)
class MessagesPage:
    rows: tuple[MessageLine, ...]
    is_demo: bool
    paging: Paging = ONLY


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, and what is wrong with it; problem.where is the field."""

    texts: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    erase_error: str = ""


def contact_page(
    book: Casebook, contact: Contact, sent: Iterable[Shown], *, spoken: str, typed: Typed | None = None
) -> ContactPage:
    """spoken: the language that the participant is reminded in now."""
    study, participant = book.study, book.participant
    return ContactPage(
        code=book.code,
        back_url=participant_url(study.id, participant),
        url=contact_url(study.id, participant),
        calendar_url=calendar_file_url(study.id, participant),
        fields=_fields(book, contact, typed or Typed({}), spoken),
        has_contact=contact != Contact(),
        messages=message_lines(study, sent),
        erase_error=typed.erase_error if typed else "",
    )


def _fields(book: Casebook, contact: Contact, typed: Typed, spoken: str) -> tuple[Field, ...]:
    texts = {**texts_of(contact), **typed.texts}
    errors = {one.where: one.say(gettext) for one in typed.problems}
    default = hour_text(wish_of(book, Contact()).at)
    spoken = texts["language"] or spoken
    choices = {
        "channel": tuple(Choice(way, str(WAYS[way]), way == texts["channel"]) for way in CHANNELS),
        "language": tuple(Choice(one, _language_name(one), one == spoken) for one in book.study.languages),
    }
    hints = {
        "phone": gettext("with the country, like +86 138 0013 8000"),
        "remind_at": gettext("empty for {hour}, the hour of the study").format(hour=default),
    }
    kinds = {"phone": "tel", "email": "email"}
    return tuple(
        Field(
            name,
            str(LABELS[name]),
            texts[name],
            kind=kinds.get(name, "text"),
            hint=hints.get(name, ""),
            error=errors.get(name, ""),
            choices=choices.get(name, ()),
        )
        for name in LABELS
    )


def texts_of(contact: Contact) -> dict[str, str]:
    return {
        "phone": contact.phone,
        "email": contact.email,
        "channel": contact.channel,
        "language": contact.language,
        "remind_at": "" if contact.remind_at is None else hour_text(contact.remind_at),
    }


def _language_name(language: str) -> str:
    """Its own code where it has no name here."""
    return {"en": gettext("English"), "zh-Hans": gettext("Chinese")}.get(language, language)


def problem_lines(typed: Typed) -> tuple[ProblemLine, ...]:
    lines = tuple(ProblemLine(one.where, str(LABELS[one.where]), one.say(gettext)) for one in typed.problems)
    return (*lines, ProblemLine("erase", "", typed.erase_error)) if typed.erase_error else lines


# ------------------------------------------------------------------ messages


def message_lines(study: Study, shown: Iterable[Shown]) -> tuple[MessageLine, ...]:
    return tuple(_line(study, one) for one in shown)


def _line(study: Study, shown: Shown) -> MessageLine:
    message = shown.message
    is_shown = message.channel == "screen" and message.state == "sent"
    return MessageLine(
        mark=MESSAGES["shown" if is_shown else message.state],
        code=shown.code,
        url=contact_url(study.id, message.participant),
        when=show_local(_moment(message), study.sites[shown.site].timezone),
        way=str(CHANNEL_WORDS[message.channel]),
        to="" if message.channel == "push" else message.address,
        text=message.text,
        note=str(NOTES.get(message.note, "")),
    )


def _moment(message: Outgoing) -> datetime:
    return datetime.fromisoformat(message.created.replace("Z", "+00:00")).astimezone(UTC)
