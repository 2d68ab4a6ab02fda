"""Who did something, as pages name them. A participant acts under an opaque id, which is never shown."""

from collections.abc import Mapping

from django.utils.translation import gettext

from trialwright.ledger.rights import PARTICIPANT
from trialwright.study.model import Study


def person_words(names: Mapping[str, str], actor: str, role: str) -> str:
    """names: display names by account id; an id without a name stands for itself."""
    return gettext("Participant") if role == PARTICIPANT else names.get(actor, actor)


def role_words(study: Study, role: str, language: str) -> str:
    if role == PARTICIPANT:
        return gettext("by phone")
    found = study.roles.get(role)
    return study.say(found.label, language) if found else role
