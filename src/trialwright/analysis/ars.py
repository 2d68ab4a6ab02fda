"""The results dataset as CDISC Analysis Results Standard 1.0: analysis sets, methods and analyses with their results.

Single values are data and not results of operations, so they stand in the dataset only.
Source: https://github.com/cdisc-org/analysis-results-standard, ars_ldm.schema.json.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from trialwright.analysis.ard import ResultsDataset, Statistic, stamps_of
from trialwright.analysis.ard_files import render_number
from trialwright.study.model import Analysis, Study

Json = Mapping[str, object]

# What may tell one result of an analysis from another.
GROUPINGS: Final = {
    "AG_ESTIMATE": ("Estimate", "estimate"),
    "AG_ARM": ("Arm", "group"),
    "AG_PARAMETER": ("Parameter", "parameter"),
    "AG_VISIT": ("Visit", "visit"),
    "AG_CATEGORY": ("Category", "category"),
}
PURPOSES: Final = {"primary": "PRIMARY OUTCOME MEASURE", "secondary": "SECONDARY OUTCOME MEASURE"}


def write_ars(study: Study, dataset: ResultsDataset, outputs: tuple[Json, ...] = ()) -> bytes:
    """The reporting event as JSON. outputs: its tables, listings and figures."""
    found: dict[str, list[Statistic]] = {}
    for one in dataset.statistics:
        if one.statistic != "value" and one.analysis in study.analyses:
            found.setdefault(one.analysis, []).append(one)
    analyses = tuple(study.analyses[one] for one in found)
    event: dict[str, object] = {
        "id": f"{study.id}.{study.version}",
        "name": study.title,
        "description": "; ".join(
            (f"Data cut {dataset.cut}", f"Trialwright {dataset.software}", *stamps_of(dataset))
        ),
        "version": 1,
        "mainListOfContents": contents_of(analyses, outputs),
        "analysisSets": [set_of(study, name, order) for order, name in enumerate(study.populations, 1)],
        "analysisGroupings": [
            {"id": one, "name": name, "label": name, "dataDriven": True, "groupingVariable": variable}
            for one, (name, variable) in GROUPINGS.items()
        ],
        "methods": [
            method_of(name, [one for of in analyses if of.method == name for one in found[of.id]])
            for name in dict.fromkeys(one.method for one in analyses)
        ],
        "analyses": [analysis_of(study, one, found[one.id]) for one in analyses],
    }
    if outputs:
        event["outputs"] = list(outputs)
    return f"{json.dumps(event, ensure_ascii=False, indent=1)}\n".encode()


def contents_of(analyses: Iterable[Analysis], outputs: Iterable[Json]) -> Json:
    """Outputs first, then analyses, in the order of the report."""
    lines = [("outputId", one["id"], one["name"]) for one in outputs]
    lines += [("analysisId", one.id, one.label or one.id) for one in analyses]
    items = [
        {"name": name, "level": 1, "order": order, key: of} for order, (key, of, name) in enumerate(lines, 1)
    ]
    return {"name": "List of outputs and analyses", "contentsList": {"listItems": items}}


def set_of(study: Study, name: str, order: int) -> Json:
    known = study.populations[name]
    return {
        "id": name,
        "name": known.label,
        "description": known.rule.text,
        "level": 1 if known.within is None else 2,
        "order": order,
    }


def method_of(name: str, statistics: list[Statistic]) -> Json:
    operations = dict.fromkeys(one.statistic for one in statistics)
    return {
        "id": name,
        "name": name,
        "operations": [
            {"id": operation_id(name, one), "name": one, "label": one, "order": order}
            for order, one in enumerate(operations, 1)
        ],
    }


def operation_id(method: str, statistic: str) -> str:
    return f"{method}.{statistic}"


def analysis_of(study: Study, analysis: Analysis, statistics: list[Statistic]) -> Json:
    estimand = study.estimands.get(analysis.estimand or "")
    endpoint = study.endpoints.get(estimand.endpoint) if estimand else None
    level = "" if endpoint is None or analysis.sensitivity_of else endpoint.level
    used = [one for one, (_, name) in GROUPINGS.items() if any(getattr(row, name) for row in statistics)]
    written: dict[str, object] = {
        "id": analysis.id,
        "name": analysis.label or analysis.id,
        "reason": {"controlledTerm": "SPECIFIED IN SAP"},
        "purpose": {"controlledTerm": PURPOSES.get(level, "EXPLORATORY OUTCOME MEASURE")},
        "methodId": analysis.method,
        "version": 1,
        "orderedGroupings": [
            {"order": order, "groupingId": one, "resultsByGroup": True} for order, one in enumerate(used, 1)
        ],
        "results": [result_of(analysis.method, one) for one in statistics],
    }
    population = analysis.population or (estimand.population if estimand else "")
    if population:
        written["analysisSetId"] = population
    return written


def value_of(group: str | tuple[str, ...]) -> str:
    return group if isinstance(group, str) else " > ".join(group)


def result_of(method: str, one: Statistic) -> Json:
    """A result that is not known has no raw value, and says why in its place."""
    groups = [
        {"groupingId": identity, "groupValue": value_of(getattr(one, name))}
        for identity, (_, name) in GROUPINGS.items()
        if getattr(one, name)
    ]
    written: dict[str, object] = {
        "operationId": operation_id(method, one.statistic),
        "resultGroups": groups,
    }
    written["formattedValue" if one.value is None else "rawValue"] = (
        f"({one.lacking})" if one.value is None else render_number(one.value)
    )
    return written
