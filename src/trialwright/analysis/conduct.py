"""What the results do not show and their reader must know: when the plan was fixed, and who saw results on the way.

Source: ICH E9, section 5.1 (the plan is finalised before results are seen) and 4.5 (looks at accumulating data).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trialwright.analysis.rules import typed_of
from trialwright.expr.vocabulary import Scope
from trialwright.ledger.events import DiaryEntered, FormSaved, Sealed
from trialwright.study.compare import compare
from trialwright.study.hash import plan_hash
from trialwright.study.model import Endpoint, Study
from trialwright.study.plan_parts import PLAN_PARTS, VISIT_PARTS

ANYWHERE: Final = "*"  # no visit has this name


@dataclass(frozen=True, slots=True)
class Activation:
    """From utc on a site entered data under this version."""

    utc: str
    site: str
    study: Study


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody saw results of efficacy, or took them away. how: "page", or what was exported ("report", "datasets")."""

    utc: str
    account: str
    role: str
    how: str


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan that differs from the one before. plan: sha256; utc: its first activation, at any site.

    seen: participants who then had a value of the primary endpoint at its visit already; changed: parts that differ.
    """

    version: str
    plan: str
    utc: str
    seen: int
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conduct:
    """first_value: UTC of the first value of the primary endpoint at its visit; "" where there is none yet."""

    plans: tuple[PlanVersion, ...] = ()
    first_value: str = ""
    looks: tuple[Look, ...] = ()


NOTHING_KNOWN: Final = Conduct()


def conduct_of(
    analysed: Study,
    activations: Sequence[Activation],
    events: Mapping[str, Sequence[Sealed]],
    looks: Iterable[Look],
) -> Conduct:
    """analysed: the version that the results are of. activations: by time. events: of each participant, in their order.
    looks: up to the data cut, by time. A change that one site made after another is told once."""
    firsts = sorted(first_values(analysed, events))
    plans: list[PlanVersion] = []
    told: set[tuple[str, str]] = set()
    at_site: dict[str, Study] = {}
    for one in activations:
        before = at_site.get(one.site)
        at_site[one.site] = one.study
        plan, old = plan_hash(one.study), plan_hash(before) if before else ""
        is_known = before is None and any(plan == known for _, known in told)
        if plan == old or is_known or (old, plan) in told:
            continue
        told.add((old, plan))
        seen = sum(first < one.utc for first in firsts)
        changed = changed_parts(before, one.study) if before else ()
        plans.append(PlanVersion(one.study.version, plan, one.utc, seen, changed))
    return Conduct(tuple(plans), firsts[0] if firsts else "", tuple(looks))


def changed_parts(old: Study, new: Study) -> tuple[str, ...]:
    """Names of the parts of the plan that differ, as in "analyses.primary" or "visits.W16"."""
    paths = (change.path.split(".") for change in compare(old, new))
    return tuple(
        dict.fromkeys(
            ".".join(path[:2])
            for path in paths
            if path[0] in PLAN_PARTS or (path[0] == "visits" and (len(path) < 3 or path[2] in VISIT_PARTS))
        )
    )


def first_values(study: Study, events: Mapping[str, Sequence[Sealed]]) -> tuple[str, ...]:
    """UTC of the first entry, for each participant who has one, in a form that a primary endpoint reads, at its visit;
    of an endpoint that is no visit's, at any."""
    wanted = frozenset(
        (form, visit)
        for endpoint in study.endpoints.values()
        if endpoint.is_primary
        for visit in visits_of(endpoint) or (ANYWHERE,)
        for form in forms_read(study, endpoint)
    )
    found = (
        next((event.envelope.server_utc for event in those if is_entry(event, wanted)), "")
        for those in events.values()
    )
    return tuple(utc for utc in found if utc)


def visits_of(endpoint: Endpoint) -> tuple[str, ...]:
    return endpoint.visits or ((endpoint.visit,) if endpoint.visit else ())


def forms_read(study: Study, endpoint: Endpoint) -> frozenset[str]:
    """The forms whose values the variable reads at its visit, or anywhere where it has none."""
    scope = scope_of(endpoint)
    needs = typed_of(endpoint.variable.node, study.vocabulary, scope).needs
    return frozenset(path.form for path in needs if scope == "participant" or not path.is_elsewhere)


def forms_of_rule(study: Study, endpoint: Endpoint) -> frozenset[str]:
    """The forms that the variable reads at all, at other visits too."""
    needs = typed_of(endpoint.variable.node, study.vocabulary, scope_of(endpoint)).needs
    return frozenset(path.form for path in needs)


def scope_of(endpoint: Endpoint) -> Scope:
    return "visit" if visits_of(endpoint) else "participant"


def is_entry(event: Sealed, wanted: frozenset[tuple[str, str]]) -> bool:
    body = event.body
    if not isinstance(body, FormSaved | DiaryEntered):
        return False
    return not wanted.isdisjoint({(body.form, body.visit.partition("#")[0]), (body.form, ANYWHERE)})
