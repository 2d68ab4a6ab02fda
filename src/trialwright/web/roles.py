"""The role in which somebody acts: the one that they hold, or the one that they chose; the session keeps it."""

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from trialwright.ledger.commands import Actor

_CHOSEN: Final = "roles"  # key of the session: study -> role


def acting(request: HttpRequest, study_id: str, actors: Sequence[Actor]) -> Actor | None:
    """As whom the person acts in the study; None where they must choose first, also after losing a chosen role."""
    chosen = chosen_role(request, study_id)
    if not chosen and len(actors) == 1:
        return actors[0]
    return next((actor for actor in actors if actor.role == chosen), None)


def chosen_role(request: HttpRequest, study_id: str) -> str:
    return str(request.session.get(_CHOSEN, {}).get(study_id, ""))


def choose_role(request: HttpRequest, study_id: str, role: str) -> None:
    """From the next page on. Pages opened in another role are refused when they come back: what they say about
    who acts would no longer be true."""
    request.session[_CHOSEN] = {**request.session.get(_CHOSEN, {}), study_id: role}
    request.session.cycle_key()
    rotate_token(request)


def forget_roles(request: HttpRequest) -> None:
    """Whoever signs in chooses anew."""
    request.session.pop(_CHOSEN, None)
