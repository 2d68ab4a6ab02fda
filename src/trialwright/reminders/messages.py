"""What the ways of sending say where a message did not go: one English sentence a code."""

from types import MappingProxyType
from typing import Final

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        "gateway-unreachable": "The service that sends {kind} cannot be reached: {why}.",
        "gateway-later": "The service that sends {kind} asks to try later: {why}.",
        "gateway-refused": "The service that sends {kind} refused the message: {why}.",
        "gateway-unsure": "The service that sends {kind} did not say whether it took the message: {why}.",
        "push-gone": "The phone no longer takes notifications.",
        "phone-malformed": "A telephone number begins with + and the country, like +86 138 0013 8000.",
        "email-malformed": "This is no e-mail address; it looks like name@hospital.example.",
        "channel-no-email": "Enter the e-mail address that reminders go to.",
        "channel-no-phone": "Enter the telephone number that reminders go to.",
        "channel-unknown": "Choose how reminders come.",
        "language-unknown": "This study has no texts in that language.",
        "remind-outside": "The diary is not open at {time}; choose an hour at which it is.",
        "put-off-too-long": "The diary closes before that; please fill it in now.",
        "setting-wrong": "{setting} cannot be used: {why}.",
    }
)

TRY_AGAIN: Final = frozenset({"gateway-unreachable", "gateway-later"})
UNSURE: Final = "gateway-unsure"
GONE: Final = "push-gone"

problem = problems_of(TEMPLATES)
