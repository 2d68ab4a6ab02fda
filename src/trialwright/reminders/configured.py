"""The ways of sending that the environment of the server names. A demo sends nothing to anybody.

TRIALWRIGHT_SMTP           smtp://user:password@host:587 (turned into TLS) or smtps://user:password@host:465
TRIALWRIGHT_SMTP_FROM      the sender of e-mails, as in diary@hospital.example
TRIALWRIGHT_SMS_URL        address of the service for text messages; {to} and {text} in it are filled in
TRIALWRIGHT_SMS_FORM       the form that is posted there, as in To={to}&Body={text}
TRIALWRIGHT_SMS_TOKEN      sent as Authorization: a word alone as "Bearer word", anything with a blank as it is
TRIALWRIGHT_PUSH_CONTACT   mailto: or https: address that push services may write to; default: the sender of e-mails
TRIALWRIGHT_PUSH_SERVICES  further push services, host or host:port, with commas

Without the first of a kind nothing is sent that way: e-mails and text messages stay on the page of messages, for
somebody to act on, and phones get no notifications.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from trialwright.reminders.gateway import Channel, Gateway, Screen
from trialwright.reminders.messages import problem
from trialwright.reminders.push import Push, public_key
from trialwright.reminders.sms import Sms
from trialwright.reminders.smtp import Smtp
from trialwright.values.problem import Problem

_PORTS: Final = {"smtp": 587, "smtps": 465}
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Server:
    """What of the server the gateways need."""

    folder: Path
    is_demo: bool
    now: Callable[[], datetime]


def gateways_of(given: Environment, server: Server) -> tuple[dict[Channel, Gateway], tuple[Problem, ...]]:
    """The gateway of each way that is there, and what is wrong with the settings."""
    found: dict[Channel, Gateway] = {"screen": Screen()}
    if server.is_demo:
        return found, ()
    made: tuple[tuple[Channel, Gateway | Problem | None], ...] = (
        ("email", _email(given)),
        ("sms", _sms(given)),
        ("push", _push(given, server)),
    )
    found |= {channel: one for channel, one in made if one is not None and not isinstance(one, Problem)}
    return found, tuple(one for _, one in made if isinstance(one, Problem))


def _email(given: Environment) -> Smtp | Problem | None:
    url, sender = given.get("TRIALWRIGHT_SMTP", ""), given.get("TRIALWRIGHT_SMTP_FROM", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return _wrong("TRIALWRIGHT_SMTP", "it is no address")
    if not port or not parts.hostname:
        return _wrong("TRIALWRIGHT_SMTP", "it must begin with smtp:// or smtps:// and name a server")
    if "@" not in sender:
        return _wrong("TRIALWRIGHT_SMTP_FROM", "e-mails need a sender, as in diary@hospital.example")
    return Smtp(
        parts.hostname,
        port,
        sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=parts.scheme == "smtps",
        is_local=parts.hostname in _LOCAL,
    )


def _sms(given: Environment) -> Sms | Problem | None:
    url, form = given.get("TRIALWRIGHT_SMS_URL", ""), given.get("TRIALWRIGHT_SMS_FORM", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        return _wrong("TRIALWRIGHT_SMS_URL", "it must begin with https://")
    for part in ("{to}", "{text}"):
        if part not in url + form:
            return _wrong("TRIALWRIGHT_SMS_FORM", f"neither it nor the address has a place for {part}")
    if not form.isascii():
        return _wrong("TRIALWRIGHT_SMS_FORM", "it must be encoded, as in From=%E8%AF%95")
    token = given.get("TRIALWRIGHT_SMS_TOKEN", "")
    return Sms(url, form, f"Bearer {token}" if token and " " not in token else token)


def _push(given: Environment, server: Server) -> Push | Problem | None:
    sender = given.get("TRIALWRIGHT_SMTP_FROM", "")
    contact = given.get("TRIALWRIGHT_PUSH_CONTACT", "") or (f"mailto:{sender}" if sender else "")
    if not contact:
        return None
    if not contact.startswith(("mailto:", "https://")):
        return _wrong("TRIALWRIGHT_PUSH_CONTACT", "it must begin with mailto: or https://")
    return Push(server.folder, contact, server.now, push_services(given))


def push_services(given: Environment) -> tuple[str, ...]:
    """Those that are allowed besides the known ones."""
    return tuple(name for name in given.get("TRIALWRIGHT_PUSH_SERVICES", "").split(",") if name)


def _wrong(setting: str, why: str) -> Problem:
    return problem("setting-wrong", setting, setting=setting, why=why)


def push_key(given: Environment, server: Server) -> str:
    """What phones subscribe with; "" where no notifications are sent."""
    push = gateways_of(given, server)[0].get("push")
    return public_key(server.folder) if isinstance(push, Push) else ""
