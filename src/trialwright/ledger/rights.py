"""Rights: the roles of a study are data; a right is a letter in the row of an area, held at some sites."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NoReturn

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, AddPhoto, Command, EnterDiary, JoinDevice
from trialwright.ledger.messages import problem
from trialwright.study.model import Form, Study
from trialwright.study.rights import rights_to_enter
from trialwright.values.problem import Problem

Letter = Literal["r", "w", "a", "q", "s"]

# The built-in role of a participant's phone: no row of the matrix, no place in the roles of a study.
PARTICIPANT: Final = "participant"

_REFUSALS: Final[Mapping[Letter, str]] = MappingProxyType(
    {"r": "denied-read", "w": "denied-write", "a": "denied-answer", "q": "denied-query", "s": "denied-sign"}
)


class Denied(Exception):  # noqa: N818 - the guide names it so
    """The actor lacks the right. `problem` is the sentence for the person; `study` knows its role in other languages."""

    def __init__(self, refusal: Problem, study: Study) -> None:
        super().__init__(refusal.text)
        self.problem, self.study = refusal, study


def reaches(actor: Actor, site: str) -> bool:
    """Whether the actor's role holds at the site; an actor without sites holds it at all."""
    return not actor.sites or site in actor.sites


def may(study: Study, actor: Actor, area: str, letter: Letter, site: str) -> bool:
    """Whether the actor has the right in this area at this site."""
    role = study.roles.get(actor.role)
    return role is not None and letter in role.rights.get(area, frozenset()) and reaches(actor, site)


def require(study: Study, actor: Actor, area: str, letter: Letter, site: str) -> None:
    """Raises Denied, with a sentence for the person, where the actor lacks the right."""
    if may(study, actor, area, letter, site):
        return
    code = _REFUSALS[letter] if reaches(actor, site) else "denied-site"
    _refuse(study, actor, code, f"{site} / {area}")


def _refuse(study: Study, actor: Actor, code: str, where: str) -> NoReturn:
    role = study.roles.get(actor.role)
    raise Denied(problem(code, where, role=role.label if role is not None else actor.role), study)


def deny(study: Study, actor: Actor, where: str) -> NoReturn:
    """Raises Denied for an act that no letter of the matrix would allow."""
    _refuse(study, actor, "denied-write", where)


def participant_actor(participant: str, site: str) -> Actor:
    """The participant, as who enters by phone."""
    return Actor(f"{PARTICIPANT}:{participant}", PARTICIPANT, "", frozenset({site}))


def is_participant(book: Casebook, actor: Actor) -> bool:
    """Whether it is the participant of this casebook."""
    return (actor.account, actor.role) == (f"{PARTICIPANT}:{book.participant}", PARTICIPANT)


def require_own_act(book: Casebook, command: Command, actor: Actor) -> None:
    """Raises Denied where a participant asks for anything but an entry or a photo of their own, or to join with a
    phone."""
    if actor.role == PARTICIPANT and not (
        is_participant(book, actor) and isinstance(command, EnterDiary | JoinDevice | AddPhoto)
    ):
        deny(book.study, actor, command.participant)


def may_enter(study: Study, actor: Actor, form: Form, site: str) -> bool:
    """Whether the actor may enter and change records of the form at this site."""
    return all(may(study, actor, area, letter, site) for area, letter in rights_to_enter(form))


def require_enter(study: Study, actor: Actor, form: Form, site: str) -> None:
    """Raises Denied where the actor may not enter the form."""
    for area, letter in rights_to_enter(form):
        require(study, actor, area, letter, site)
