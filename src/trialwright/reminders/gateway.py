"""How a message leaves the house: one class a way, with one method. A new way is one more class of this shape.

What a gateway answers decides what happens next, so each of them keeps these apart: it did not get the message and may
be asked again (`messages.TRY_AGAIN`); it will never take it; it may have taken it, and is not asked again.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from trialwright.values.problem import Problem

Channel = Literal["email", "sms", "push", "screen"]


@dataclass(frozen=True, slots=True)
class Message:
    """id: the same however often it is tried, for services that know a message again. address: of the way: an e-mail
    address, a telephone number, a push subscription as the phone gave it (JSON); "" on the screen."""

    id: str
    address: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The service took it. It says nothing of whether anybody has read it."""


class Gateway(Protocol):
    def send(self, message: Message) -> Sent | Problem: ...


@dataclass(frozen=True, slots=True)
class Screen:
    """The outbox on the screen: the table of messages is what the page shows, so there is nothing left to do."""

    def send(self, message: Message) -> Sent | Problem:
        del message
        return Sent()
