"""Versions of the protocol between phone and server, and what a message of each may hold.

A phone that was offline for weeks wakes with the app, and so the protocol, that it went to sleep with; its entries are
taken all the same, up to three versions back.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

CURRENT = 1
BACK = 3

MessageKind = Literal["join", "sync", "entry", "settings", "push", "photo"]
Fields = Mapping[MessageKind, frozenset[str]]

# A new version adds a row; what it took away or renamed stays in the rows before it until they are too old.
HOLDS: Final[Mapping[int, Fields]] = MappingProxyType(
    {
        1: {
            "join": frozenset({"protocol", "code", "year_of_birth", "language", "platform", "token"}),
            "sync": frozenset({"protocol", "app", "sent", "package", "entries"}),
            "entry": frozenset(
                {
                    "id",
                    "number",
                    "form",
                    "visit",
                    "day",
                    "items",
                    "entered",
                    "definition",
                    "root",
                    "corrects",
                    "reason",
                }
            ),
            "settings": frozenset(
                {"protocol", "remind_at", "snooze_until", "language", "channel", "phone", "email"}
            ),
            "push": frozenset({"protocol", "subscription"}),
            "photo": frozenset({"protocol", "app", "sent", "id", "region", "taken", "original", "type"}),
        },
    }
)


def standing_of(version: int) -> Literal["spoken", "too_old", "too_new"]:
    """Whether this server speaks a version. too_new: the phone's app came from a later server than this one."""
    if version > CURRENT:
        return "too_new"
    return "spoken" if version >= max(1, CURRENT - BACK) else "too_old"


def fields_of(version: int, kind: MessageKind) -> frozenset[str]:
    """What a message of a version that is spoken may hold: as the last version at or before it that says."""
    return HOLDS[max(known for known in HOLDS if known <= version)][kind]
