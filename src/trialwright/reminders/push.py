"""Notifications by the push service of the phone's browser (RFC 8030, RFC 8292).

Without a payload: the text stands in the app's worker, so that no push service ever sees a word.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from py_vapid import Vapid02

from trialwright.reminders.gateway import Message, Sent
from trialwright.reminders.http import post
from trialwright.reminders.messages import problem
from trialwright.values.problem import Problem

KIND: Final = "notifications"
KEY: Final = "push.key"
_TTL_SECONDS: Final = 6 * 60 * 60  # a phone that was off for longer is not told of a window that may be over
_VALID: Final = timedelta(hours=12)  # of one signature; RFC 8292 allows 24

# The push services of the browsers. A phone names its own; a server that called whatever a phone names could be made
# to knock on doors inside the hospital's network.
SERVICES: Final = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)


@dataclass(frozen=True, slots=True)
class Push:
    """contact: mailto: or https: address of whoever runs the server, which a push service may write to. more: further
    services that are allowed, as host or host:port. now: the machine's clock, for signatures: services look at theirs.
    """

    folder: Path
    contact: str
    now: Callable[[], datetime]
    more: tuple[str, ...] = ()

    def send(self, message: Message) -> Sent | Problem:
        endpoint = endpoint_of(message.address, self.more)
        if endpoint is None:
            return problem("gateway-refused", message.id, kind=KIND, why="unknown push service")
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((self.now() + _VALID).timestamp()),
            "sub": self.contact,
        }
        signed: dict[str, str] = push_keys(self.folder).sign(claims)
        headers = {**signed, "TTL": str(_TTL_SECONDS), "Urgency": "normal", "Content-Length": "0"}
        done = post(endpoint, b"", headers, about=message.id, kind=KIND)
        if not isinstance(done, int):
            return done
        if done in (404, 410):  # RFC 8030 7.3: the subscription is over
            return problem("push-gone", message.id)
        return problem("gateway-refused", message.id, kind=KIND, why=f"HTTP {done}")


def endpoint_of(subscription: str, more: tuple[str, ...] = ()) -> str | None:
    """The address in a subscription; None where that is no address of a push service that is known.

    >>> endpoint_of('{"endpoint": "https://fcm.googleapis.com/fcm/send/abc"}')
    'https://fcm.googleapis.com/fcm/send/abc'
    >>> endpoint_of('{"endpoint": "https://10.0.0.1/admin"}')
    """
    try:
        endpoint = json.loads(subscription)["endpoint"]
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if f"{host}:{port}" in more:
        return str(endpoint)
    is_known = any(host == name or host.endswith(f".{name}") for name in (*SERVICES, *more))
    is_plain = parts.scheme == "https" and port is None and parts.username is None
    return str(endpoint) if is_known and is_plain else None


def push_keys(folder: Path) -> Vapid02:
    """The key pair of a data folder, made on first use. With another one every phone would have to subscribe anew."""
    path = folder / KEY
    if not path.exists():
        made = Vapid02()
        made.generate_keys()
        _keep(path, made.private_pem())
    return _read(path.read_bytes())


@lru_cache(maxsize=8)
def _read(pem: bytes) -> Vapid02:
    """To check a key takes longer than all else that a phone is told of it. By its content: another key is another
    one at once."""
    return Vapid02.from_pem(pem)


def public_key(folder: Path) -> str:
    """What a browser subscribes with (applicationServerKey): the uncompressed point, base64url without padding."""
    point = push_keys(folder).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode("ascii")


def _keep(path: Path, pem: bytes) -> None:
    """Whole or not at all, for others may ask at the same moment; the first one stays."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
