"""Text messages by any service that takes one as an HTTP POST of a form."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from trialwright.reminders.gateway import Message, Sent
from trialwright.reminders.http import post
from trialwright.reminders.messages import problem
from trialwright.values.problem import Problem

KIND: Final = "text messages"


@dataclass(frozen=True, slots=True)
class Sms:
    """url, form: {to} and {text} in them are filled in, encoded. authorization: sent as it is.

    >>> Sms("https://sms.example/send", "To={to}&Body={text}", "")._filled("To={to}", Message("m", "+86138", "", ""))
    'To=%2B86138'
    """

    url: str
    form: str
    authorization: str

    def send(self, message: Message) -> Sent | Problem:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Idempotency-Key": message.id,  # services that know it drop a second one
        }
        if self.authorization:
            headers["Authorization"] = self.authorization
        body = self._filled(self.form, message).encode("ascii")
        done = post(self._filled(self.url, message), body, headers, about=message.id, kind=KIND)
        if isinstance(done, int):
            return problem("gateway-refused", message.id, kind=KIND, why=f"HTTP {done}")
        return done

    def _filled(self, template: str, message: Message) -> str:
        to, text = quote(message.address, safe=""), quote(message.text, safe="")
        return template.replace("{to}", to).replace("{text}", text)
