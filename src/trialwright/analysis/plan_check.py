"""All that keeps an analysis of a plan from being run, said before there are any data."""

from collections.abc import Iterator, Mapping

from trialwright.analysis.intercurrent import strategies_not_built
from trialwright.analysis.messages import INTERVAL_WORDS, problem
from trialwright.analysis.options import is_proportion
from trialwright.analysis.registered import METHODS, Registered
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.derived import Datasets
from trialwright.datasets.frames import frames
from trialwright.study.handlings import HANDLINGS
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem

_WITHOUT: Mapping[str, str] = {"estimand": "analysis-without-endpoint", "of": "analysis-without-items"}


def check_analyses(study: Study, derived: Datasets | None = None) -> dict[str, tuple[Problem, ...]]:
    """Id of each analysis -> what keeps it from being run, nothing where it can be.

    derived: the datasets, of whatever data, for the variables that they have; where they are not given and an analysis
    names one, they are derived of no data.
    """
    if derived is None and any(one.dataset for one in study.analyses.values()):
        derived = derive_datasets(study, frames(study, []))
    return {name: check_analysis(study, one, derived or {}) for name, one in study.analyses.items()}


def check_analysis(study: Study, analysis: Analysis, derived: Datasets) -> tuple[Problem, ...]:
    """derived: as of `check_analyses`."""
    method = METHODS.get(analysis.method)
    found = [*check_words(study, analysis)]
    if method is None:
        names = ", ".join(METHODS)
        found.append(problem("unknown-method", analysis.place, method=analysis.method, methods=names))
        return tuple(found)
    found += check_keys(study, analysis, method)
    found += check_options(analysis, method)
    found += check_rows(study, analysis, derived)
    return (*found, *(() if found else method.check(study, analysis)))


def check_words(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """Words of the plan that mean nothing here, whatever the method."""
    estimand = study.estimands.get(analysis.estimand or "")
    for one in (*analysis.missing_as, *((estimand.missing,) if estimand else ())):
        if one not in HANDLINGS:
            yield problem("unknown-handling", analysis.place, word=one, words=", ".join(HANDLINGS))
    interval = analysis.interval_method
    if interval and interval not in INTERVAL_WORDS:
        names = ", ".join(INTERVAL_WORDS)
        yield problem("unknown-interval", analysis.place, method=interval, methods=names)
    for event, strategy in strategies_not_built(estimand) if estimand else ():
        yield problem("strategy-not-built", analysis.place, strategy=strategy, event=event)


def check_keys(study: Study, analysis: Analysis, method: Registered) -> Iterator[Problem]:
    """A key that the method needs and is not there; one that is there and would be passed over in silence."""
    place, name = analysis.place, analysis.method
    given = {
        "of": analysis.items,
        "estimand": analysis.estimand,
        "population": analysis.population,
        "missing_as": analysis.missing_as,
        "dataset": analysis.dataset,
        "variables": analysis.variables,
        "parameters": analysis.parameters,
        "flags": analysis.flags,
        "visits": analysis.visits,
    }
    for needed in method.needs:
        if not given[needed]:
            yield problem(_WITHOUT.get(needed, "analysis-without-key"), place, method=name, key=needed)
    for key, value in given.items():
        if value and key not in method.keys:
            yield problem("key-not-read", place, method=name, key=key)
    if method.is_of_members and not (analysis.population or study.estimands.get(analysis.estimand or "")):
        yield problem("analysis-without-population", place, method=name)


def check_options(analysis: Analysis, method: Registered) -> Iterator[Problem]:
    """An option that the method does not read would be passed over in silence."""
    told = ", ".join(method.options) or "–"
    for one in analysis.options:
        if one not in method.options:
            yield problem("unknown-option", analysis.place, method=analysis.method, option=one, options=told)
    against = analysis.options.get("against")
    if against is not None and "against" in method.options and not is_proportion(against):
        yield problem("option-no-proportion", analysis.place, text=against)


def check_rows(study: Study, analysis: Analysis, derived: Datasets) -> Iterator[Problem]:
    """Variables and parameters that the dataset does not have."""
    name = analysis.dataset or ""
    if name not in derived:
        return
    variables = tuple(one.id for one in derived[name].variables)
    for one in (*analysis.variables, *analysis.flags):
        if one not in variables:
            told = ", ".join(variables)
            yield problem("unknown-variable", analysis.place, dataset=name, name=one, names=told)
    parameters = tuple(study.datasets[name].parameters)
    for one in analysis.parameters:
        if one not in parameters:
            told = ", ".join(parameters) or "–"
            yield problem("unknown-parameter", analysis.place, dataset=name, name=one, names=told)
