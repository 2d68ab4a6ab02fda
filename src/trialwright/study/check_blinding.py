"""Rules that tell a blinded role what it may not see: they read a hidden item, and everybody sees what they decide.

Edit checks, derived items, holds, notices and curves may read one: `ledger.visible` hides what they show. Analyses may:
a report is made for those who are not blind, and says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from trialwright.expr.check import infer
from trialwright.expr.nodes import ItemRef, Name, Node, Rule
from trialwright.expr.places import locator
from trialwright.expr.types import Typed
from trialwright.expr.walk import walk
from trialwright.study.messages import problem
from trialwright.study.model import Form, Item, Study
from trialwright.values.problem import Problem

Path = tuple[str, str]  # form, item
Typings = Mapping[int, Typed]  # by the identity of the rule

_ARM: Final[tuple[Path, ...]] = (("participant", "arm"), ("plan", "dose"))
_NEVER: Final = -1  # a place in the schedule before every visit


def check_blinding(study: Study, typings: Typings) -> Iterator[Problem]:
    """One problem a rule, at the name that reads what is hidden; none where no role is blinded."""
    if not study.design.blinded:
        return
    blind = _blind(study, typings)
    yield from _of_participants(blind)
    yield from _of_visits(blind)
    for form in study.forms.values():
        yield from _of_form(blind, form)


@dataclass(frozen=True, slots=True)
class _Blind:
    """lifted: where in the schedule each hidden item is seen by all; one past the last visit for unblinding."""

    study: Study
    typings: Typings
    lifted: Mapping[Path, int]

    def is_lifted(self, path: Path) -> int:
        return self.lifted.get(path, _NEVER)

    def reads(self, rule: Rule | None) -> frozenset[Path]:
        typed = self.typings.get(id(rule))
        return frozenset((need.form, need.item) for need in typed.needs) if typed else frozenset()


def _blind(study: Study, typings: Typings) -> _Blind:
    """Of items as they say, of derived ones as long as of anything that they hang on: so hides `ledger.visible`."""
    term = study.terms.get(study.first_dose or "")
    typed = infer(term.rule.node, study.vocabulary, asked="participant") if term else ()
    if term and isinstance(typed, Typed):
        typings = {**typings, id(term.rule): typed}
    items = [item for form in study.forms.values() for item in form.items.values()]
    lifted = dict.fromkeys(_ARM, len(study.visits))
    lifted |= {(item.form, item.id): _lift(study, item) for item in items if item.blinded_until}
    blind = _Blind(study, typings, lifted)
    derived = {(item.form, item.id): _hangs_on(blind, item) for item in items if item.derive is not None}
    while True:
        longer = {path: max(map(blind.is_lifted, reads), default=_NEVER) for path, reads in derived.items()}
        longer = {path: lift for path, lift in longer.items() if lift > blind.is_lifted(path)}
        if not longer:
            return blind
        lifted |= longer


def _hangs_on(blind: _Blind, item: Item) -> frozenset[Path]:
    rules = (item.derive, item.when, blind.study.forms[item.form].when)
    return frozenset(path for rule in rules for path in blind.reads(rule))


def _lift(study: Study, item: Item) -> int:
    """A visit of any day may never come, or come first."""
    visit = study.visits.get(item.blinded_until or "")
    return len(study.visits) if visit is None or visit.is_any_day else list(study.visits).index(visit.id)


def _asked_from(study: Study, visits: Iterable[str]) -> int:
    """The first place in the schedule at which something is asked; before every visit where that is any day."""
    order = {
        visit.id: _NEVER if visit.is_any_day else place for place, visit in enumerate(study.visits.values())
    }
    return min((order[visit] for visit in visits), default=_NEVER)


# ---------------------------------------------------------------- what everybody sees


def _of_participants(blind: _Blind) -> Iterator[Problem]:
    lifecycle, term = blind.study.lifecycle, blind.study.terms.get(blind.study.first_dose or "")
    for rule in (lifecycle.dosed, lifecycle.treatment_ended, lifecycle.ended):
        yield from _told(blind, "lifecycle-unblinds", rule, _NEVER)
    yield from _told(blind, "anchor-unblinds", term.rule if term else None, _NEVER)


def _of_visits(blind: _Blind) -> Iterator[Problem]:
    study = blind.study
    for visit in study.visits.values():
        yield from _told(blind, "visit-unblinds", visit.when, _asked_from(study, [visit.id]), visit=visit.id)
    for criterion in study.criteria.values():
        seen = _asked_from(study, criterion.decided_at)
        yield from _told(blind, "criterion-unblinds", criterion.rule, seen, criterion=criterion.id)


def _of_form(blind: _Blind, form: Form) -> Iterator[Problem]:
    is_at_visits = form.records in ("visit", "many_visit")
    asked = _asked_from(blind.study, blind.study.visits_of(form.id)) if is_at_visits else _NEVER
    own = min((blind.is_lifted((form.id, item)) for item in form.items), default=_NEVER)
    for rule in (form.when, form.ask.after if form.ask else None):
        yield from _told(blind, "form-unblinds", rule, max(asked, own), form=form.id)
    for item in form.items.values():
        if item.derive is None:
            seen = max(asked, blind.is_lifted((form.id, item.id)))
            yield from _told(blind, "item-unblinds", item.when, seen, item=f"{form.id}.{item.id}")


def _told(blind: _Blind, code: str, rule: Rule | None, seen: int, **parts: str) -> Iterator[Problem]:
    """seen: from where in the schedule on what the rule decides is seen by all."""
    told = sorted(path for path in blind.reads(rule) if blind.is_lifted(path) > seen)
    if rule is None or not told:
        return
    path = max(told, key=blind.is_lifted)
    visits, lift = list(blind.study.visits), blind.is_lifted(path)
    yield problem(
        code,
        _place(blind.study, rule, path),
        "error",
        hidden=".".join(path),
        until=visits[lift] if lift < len(visits) else "unblinding",
        roles=", ".join(blind.study.design.blinded),
        **parts,
    )


def _place(study: Study, rule: Rule, path: Path) -> str:
    """Where the rule names the item, or a term that reads it."""
    named = (node.span[0] for node in walk(rule.node) if _names(study, node, path))
    return locator(rule.place)(next(named, 0))


def _names(study: Study, node: Node, path: Path) -> bool:
    match node:
        case ItemRef(form, item):
            return (form, item) == path
        case Name(word):
            term = study.terms.get(word)
            inner = walk(term.rule.node) if term else ()
            return word == path[1] or any(_names(study, part, path) for part in inner)
        case _:
            return False
