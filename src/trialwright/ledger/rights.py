"""Rights: the roles of a study are data; a right is a letter in the row of an area, held at some sites."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from trialwright.ledger.commands import Actor
from trialwright.ledger.messages import problem
from trialwright.study.model import Form, Study
from trialwright.study.rights import rights_to_enter
from trialwright.values.problem import Problem

Letter = Literal["r", "w", "a", "q", "s"]

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
    role = study.roles.get(actor.role)
    label = role.label if role is not None else actor.role
    code = _REFUSALS[letter] if reaches(actor, site) else "denied-site"
    raise Denied(problem(code, f"{site} / {area}", role=label), study)


def may_enter(study: Study, actor: Actor, form: Form, site: str) -> bool:
    """Whether the actor may enter and change records of the form at this site."""
    return all(may(study, actor, area, letter, site) for area, letter in rights_to_enter(form))


def require_enter(study: Study, actor: Actor, form: Form, site: str) -> None:
    """Raises Denied where the actor may not enter the form."""
    for area, letter in rights_to_enter(form):
        require(study, actor, area, letter, site)
