"""analysis.yaml: objectives, populations, endpoints, events, estimands and analyses; `like` is filled in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, get_args

from trialwright.study.desk import Desk
from trialwright.study.files_analysis import RawAnalysis, RawBeside, RawEndpoint, RawEstimand, RawPlan
from trialwright.study.formats import read_truth
from trialwright.study.model import (
    Analysis,
    Beside,
    Endpoint,
    Estimand,
    IntercurrentEvent,
    Objective,
    Population,
    Strategy,
    Topic,
)
from trialwright.study.text import Text

_STRATEGIES: Final[Mapping[str, Strategy]] = {
    "composite": "composite",
    "treatment policy": "treatment policy",
    "while on study": "while on study",
    "hypothetical": "hypothetical",
}
_TOPICS: Final[Mapping[str, Topic]] = {topic: topic for topic in get_args(Topic)}
_LEVEL: Final = 0.95

_Like = TypeVar("_Like", RawEstimand, RawAnalysis)
_Found = TypeVar("_Found", Estimand, Analysis)


@dataclass(frozen=True, slots=True)
class Names:
    """What an analysis may name."""

    visits: tuple[str, ...]
    interventions: tuple[str, ...]
    items: tuple[str, ...]  # form.item
    terms: tuple[str, ...]
    datasets: tuple[str, ...]


def resolve_objectives(desk: Desk, raw: RawPlan) -> tuple[Objective, ...]:
    for objective in raw.objectives.values():
        for endpoint in objective.endpoints:
            desk.known("endpoint", endpoint, raw.endpoints)
    return tuple(
        Objective(str(name), str(one.level), str(one.text), tuple(map(str, one.endpoints)))
        for name, one in raw.objectives.items()
    )


def resolve_populations(desk: Desk, raw: RawPlan) -> dict[str, Population]:
    populations = {}
    for name, one in raw.populations.items():
        if one.within is not None:
            desk.known("population", one.within, [other for other in raw.populations if other != name])
        rule = desk.rule(one.rule)
        if rule is not None:
            within = None if one.within is None else str(one.within)
            populations[str(name)] = Population(str(name), str(one.label), rule, within)
    return populations


def resolve_endpoints(desk: Desk, raw: RawPlan, names: Names) -> dict[str, Endpoint]:
    endpoints = {}
    estimated = {one.endpoint for one in raw.estimands.values()}
    for name, one in raw.endpoints.items():
        if name not in estimated:
            desk.report("endpoint-without-estimand", name, endpoint=name)
        found = _endpoint(desk, name, one, names)
        if found is not None:
            endpoints[str(name)] = found
    return endpoints


def _endpoint(desk: Desk, name: Text, raw: RawEndpoint, names: Names) -> Endpoint | None:
    if raw.visit is not None and raw.visits:
        desk.report("one-visit-or-many", name)
    for visit in (raw.visit, raw.after, *raw.visits):
        if visit is not None:
            desk.known("visit", visit, names.visits)
    beside = tuple(_beside(desk, one, names) for one in raw.beside)
    rule = desk.rule(raw.variable)
    if rule is None:
        return None
    return Endpoint(
        id=str(name),
        level=str(raw.level),
        label=str(raw.label),
        text=str(raw.text),
        variable=rule,
        place=name.place,
        visit=None if raw.visit is None else str(raw.visit),
        visits=tuple(map(str, raw.visits)),
        after=None if raw.after is None else str(raw.after),
        is_first=read_truth(raw.first),
        beside=beside,
        time_frame=str(raw.time_frame or ""),
    )


def _beside(desk: Desk, raw: RawBeside, names: Names) -> Beside:
    if raw.variable is None and raw.visit is None:
        desk.report("variable-or-visit", raw.why)
    if raw.visit is not None:
        desk.known("visit", raw.visit, names.visits)
    visit = None if raw.visit is None else str(raw.visit)
    return Beside(desk.maybe_rule(raw.variable), visit, str(raw.why))


def resolve_events(desk: Desk, raw: RawPlan) -> dict[str, IntercurrentEvent]:
    events = {}
    for name, one in raw.intercurrent_events.items():
        rule, date = desk.rule(one.rule), desk.rule(one.date)
        if rule is not None and date is not None:
            events[str(name)] = IntercurrentEvent(str(name), str(one.label), rule, date)
    return events


def _filled(desk: Desk, kind: str, name: Text, raw: _Like, all_of_kind: Mapping[Text, _Like]) -> _Like | None:
    """The entry with what it takes from the one it is like; one step, no further."""
    if raw.like is None:
        return raw
    others = [other for other in all_of_kind if other != name]
    if not desk.known(kind, raw.like, others):
        return None
    model = all_of_kind[raw.like]
    if model.like is not None:
        desk.report("like-of-like", raw.like, name=raw.like)
        return None
    given = {key: getattr(raw, key) for key in raw.model_fields_set if key != "like"}
    return model.model_copy(update=given)


def _each(
    desk: Desk, kind: str, raws: Mapping[Text, _Like], resolve: Callable[[Text, _Like], _Found | None]
) -> dict[str, _Found]:
    """What each entry becomes, filled with what it is like; an entry that cannot be told is left out."""
    filled = {name: _filled(desk, kind, name, raw, raws) for name, raw in raws.items()}
    resolved = {str(name): resolve(name, raw) for name, raw in filled.items() if raw is not None}
    return {name: found for name, found in resolved.items() if found is not None}


def resolve_estimands(desk: Desk, raw: RawPlan, names: Names) -> dict[str, Estimand]:
    return _each(desk, "estimand", raw.estimands, lambda name, one: _estimand(desk, name, one, raw, names))


def _estimand(desk: Desk, name: Text, raw: RawEstimand, plan: RawPlan, names: Names) -> Estimand | None:
    is_known = desk.known("endpoint", raw.endpoint, plan.endpoints)
    for intervention in raw.treatment:
        desk.known("intervention", intervention, names.interventions)
    for event in raw.intercurrent:
        desk.known("event", event, plan.intercurrent_events)
    for key in ("population", "missing", "summary"):
        if getattr(raw, key) is None:
            desk.report("missing-key", name, key=key)
    if raw.population is None or not desk.known("population", raw.population, plan.populations):
        return None
    if not is_known or raw.missing is None or raw.summary is None:
        return None
    return Estimand(
        str(name),
        str(raw.endpoint),
        str(raw.population),
        tuple(map(str, raw.treatment)),
        {str(event): _STRATEGIES[strategy] for event, strategy in raw.intercurrent.items()},
        str(raw.missing),
        str(raw.summary),
    )


def resolve_analyses(desk: Desk, raw: RawPlan, names: Names) -> dict[str, Analysis]:
    return _each(desk, "analysis", raw.analyses, lambda name, one: _analysis(desk, name, one, raw, names))


def _analysis(desk: Desk, name: Text, raw: RawAnalysis, plan: RawPlan, names: Names) -> Analysis | None:
    _check_names(desk, name, raw, plan, names)
    label = raw.label or _label_of(raw, plan)
    for key, given in (("method", raw.method), ("label", label)):
        if given is None:
            desk.report("missing-key", name, key=key)
    if raw.method is None or label is None:
        return None
    interval = raw.interval
    return Analysis(
        id=str(name),
        label=str(label),
        method=str(raw.method),
        place=name.place,
        estimand=None if raw.estimand is None else str(raw.estimand),
        population=None if raw.population is None else str(raw.population),
        items=tuple(map(str, raw.of)),
        missing_as=tuple(map(str, raw.missing_as)),
        interval_method=str(interval.method) if interval else None,
        level=float(interval.level) if interval and interval.level else _LEVEL,
        options={str(key): str(text) for key, text in raw.options.items()},
        sensitivity_of=None if raw.sensitivity_of is None else str(raw.sensitivity_of),
        topic=None if raw.topic is None else _TOPICS[raw.topic],
        dataset=None if raw.dataset is None else str(raw.dataset),
        variables=tuple(map(str, raw.variables)),
        parameters=tuple(map(str, raw.parameters)),
        flags=tuple(map(str, raw.flags)),
        visits=tuple(map(str, raw.visits)),
    )


def _check_names(desk: Desk, name: Text, raw: RawAnalysis, plan: RawPlan, names: Names) -> None:
    _known_or_none(desk, "estimand", raw.estimand, plan.estimands)
    _known_or_none(desk, "population", raw.population, plan.populations)
    _known_or_none(desk, "analysis", raw.sensitivity_of, [key for key in plan.analyses if key != name])
    _known_or_none(desk, "dataset", raw.dataset, names.datasets)
    for visit in raw.visits:
        desk.known("visit", visit, names.visits)
    for item in raw.of:
        desk.known("item" if "." in item else "term", item, names.items if "." in item else names.terms)


def _known_or_none(desk: Desk, kind: str, name: Text | None, known: Iterable[str]) -> None:
    if name is not None:
        desk.known(kind, name, known)


def _label_of(raw: RawAnalysis, plan: RawPlan) -> Text | None:
    """The label of the endpoint that an analysis is about."""
    estimand = plan.estimands.get(raw.estimand) if raw.estimand is not None else None
    endpoint = plan.endpoints.get(estimand.endpoint) if estimand else None
    return endpoint.label if endpoint else None
