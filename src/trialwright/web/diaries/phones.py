"""The phones of a participant, as the site sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_lazy

from trialwright.ledger.casebook import Device
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.waiting import is_whole, missing_numbers
from trialwright.web.diaries.words import hole_words, received_at
from trialwright.web.links import revoke_url
from trialwright.web.marks import Mark
from trialwright.web.show import show_ago, show_local

JOINED = Mark("tick", "ok", gettext_lazy("Joined"))
REVOKED = Mark("cross", "mute", gettext_lazy("Revoked"))


@dataclass(frozen=True, slots=True)
class Contact:
    """What a phone said of itself when it was last there. seen: UTC; None where it never came back."""

    platform: str = ""
    app: str = ""
    seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """number: of the last entry that came from it, 0 for none; revoked: when, by whom and why."""

    name: str
    mark: Mark
    platform: str
    joined: str
    seen: str
    ago: str
    app: str
    number: int
    holes: str
    revoked: str
    revoke_url: str


@dataclass(frozen=True, slots=True)
class OpenInvite:
    until: str


def phone_name(looking: Looking, device: str) -> str:
    """Phones are numbered in the order in which they joined; "" for no phone of theirs."""
    order = sorted(looking.book.devices.values(), key=lambda one: one.joined)
    names = {one.id: gettext("Phone {number}").format(number=at + 1) for at, one in enumerate(order)}
    return names.get(device, "")


def phone_lines(looking: Looking, contacts: Mapping[str, Contact]) -> tuple[PhoneLine, ...]:
    """The newest first. contacts: by device."""
    order = sorted(looking.book.devices.values(), key=lambda one: one.joined, reverse=True)
    return tuple(_line(looking, one, contacts.get(one.id, Contact())) for one in order)


def _line(looking: Looking, device: Device, contact: Contact) -> PhoneLine:
    book, joined = looking.book, looking.log.joined.get(device.id)
    own = [entry for entry in book.entries.values() if entry.device == device.id]
    numbers = [entry.number for entry in own]
    # Its row is written seldom; an entry that came since tells of it as well.
    came = [received_at(entry) for entry in own]
    seen = max([*came, *([contact.seen] if contact.seen else [])], default=None)
    may_revoke = looking.may_write and not device.is_revoked
    return PhoneLine(
        name=phone_name(looking, device.id),
        mark=REVOKED if device.is_revoked else JOINED,
        platform=contact.platform,
        joined=show_local(joined.utc, looking.zone) if joined else "",
        seen=show_local(seen, looking.zone) if seen else gettext("never"),
        ago=show_ago(looking.now - seen) if seen else "",
        app=contact.app,
        # numbers of what is hidden from the person would tell that there is something
        number=max(numbers, default=0) if is_whole(book) else 0,
        holes=hole_words(missing_numbers(book).get(device.id, ())),
        revoked=_revoked(looking, device),
        revoke_url=revoke_url(book.study.id, book.participant, device.id) if may_revoke else "",
    )


def _revoked(looking: Looking, device: Device) -> str:
    act = looking.log.revoked.get(device.id)
    if act is None:
        return ""
    words = gettext("{when}, {who}: {reason}")
    return words.format(when=show_local(act.utc, looking.zone), who=act.who, reason=act.reason)


def open_invites(looking: Looking) -> tuple[OpenInvite, ...]:
    """The invitation that can still be used: a new one ends those before it, used or not."""
    last = max(looking.book.invites.values(), key=lambda one: one.sequence, default=None)
    if last is None or last.device or datetime.fromisoformat(last.expires) <= looking.now:
        return ()
    return (OpenInvite(show_local(datetime.fromisoformat(last.expires), looking.zone)),)
