"""Which analysis is the headline of an endpoint: by the plan, and not by what could be run or stands first."""

from collections.abc import Collection, Iterable, Mapping

from trialwright.analysis.speaker import Speaker
from trialwright.analysis.wording import problem_text
from trialwright.study.model import Analysis, Endpoint, Study
from trialwright.values.problem import Problem

LEVELS = ("primary", "secondary", "safety", "exploratory", "other")
PROPORTIONS = ("one_proportion", "imputed_proportion", "tipping_point")
NO_PROPORTION = ("proportion_by_visit", "by_visit", "flow", "time_to_event", "mmrm")


def planned_by_endpoint(study: Study, ran: Collection[str]) -> Mapping[str, tuple[Analysis, ...]]:
    """Endpoints with the analyses that estimate their proportion, run or refused; the primary endpoint first, and
    each headline before what stands beside it.

    ran: ids of those that have results. A refused one of an unknown method is taken for what its endpoint says.
    """
    found: dict[str, list[Analysis]] = {}
    for one in study.analyses.values():
        estimand = study.estimands.get(one.estimand or "")
        is_misnamed = one.id not in ran and one.method not in NO_PROPORTION
        if estimand and (one.method in PROPORTIONS or is_misnamed):
            found.setdefault(estimand.endpoint, []).append(one)
    ordered = sorted(found, key=lambda name: rank(study.endpoints[name]))
    return {name: headline_first(study, found[name]) for name in ordered}


def headline_first(study: Study, analyses: Iterable[Analysis]) -> tuple[Analysis, ...]:
    """The headline is the first that is no sensitivity analysis and of no population of its own."""

    def stands_beside(one: Analysis) -> tuple[bool, bool]:
        estimand = study.estimands[one.estimand or ""]
        return one.sensitivity_of is not None, one.population not in (None, estimand.population)

    in_order = tuple(analyses)
    headline = min(in_order, key=stands_beside)
    return (headline, *(one for one in in_order if one is not headline))


def rank(endpoint: Endpoint) -> int:
    return LEVELS.index(endpoint.level) if endpoint.level in LEVELS else len(LEVELS)


def refused_words(report: Speaker, analysis: Analysis, problems: Iterable[Problem]) -> str:
    """Why a planned analysis has no results: what is wrong in the plan, else what the data do not carry."""
    own = tuple(one for one in problems if one.where == analysis.place)
    errors = tuple(one for one in own if one.severity == "error")
    said = " ".join(problem_text(report, one) for one in errors or own)
    return report.text("not analysed: {problem}", problem=said)
