"""What keeps a score from being imputed as the plan says, told before there are any data."""

import re
from collections.abc import Iterator

from trialwright.analysis.imputing import item_of
from trialwright.analysis.messages import problem
from trialwright.analysis.plan_rows import word_problem
from trialwright.analysis.sensitivity import SIGNS, WORSE, deltas_of
from trialwright.datasets.sources import BASELINE, HERE, reads
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem

NUMBER = re.compile(r"\d{1,4}(\.\d{1,6})?")
WHOLE = re.compile(r"\d{1,9}")
FEWEST, MOST = 2, 1000  # imputed sets


def check_imputation(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """Of the dataset and its parameter, of the endpoint's visit and rule, and of the options."""
    shape = tuple(check_dataset(study, analysis))
    if shape:
        return shape
    return (*check_endpoint(study, analysis), *check_numbers(study, analysis))


def check_tipping(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """Also a reference to fall below, which scores are worse, and shares of the baseline in their order, from none."""
    found = [*check_imputation(study, analysis)]
    for option in ("against", WORSE):
        if option not in analysis.options:
            found.append(problem("option-missing", analysis.place, method=analysis.method, option=option))
    worse = analysis.options.get(WORSE)
    if worse is not None and worse not in SIGNS:
        found.append(word_problem(analysis, WORSE, worse, tuple(SIGNS)))
    texts = deltas_of(analysis)
    wrong = [one for one in texts if not NUMBER.fullmatch(one)]
    shares = [] if wrong else [float(one) for one in texts]
    if wrong or not shares or shares[0] != 0 or shares != sorted(set(shares)):
        said = analysis.options.get("deltas", "")
        found.append(problem("option-no-shares", analysis.place, option="deltas", text=said))
    return tuple(found)


def check_dataset(study: Study, analysis: Analysis) -> Iterator[Problem]:
    dataset = study.datasets[analysis.dataset or ""]
    place, method = analysis.place, analysis.method
    if dataset.kind != "BDS":
        yield problem("dataset-of-another-class", place, method=method, kind="BDS", dataset=dataset.id)
    elif not (dataset.has_windows and dataset.has_baseline):
        yield problem("dataset-without-windows", place, method=method, dataset=dataset.id)
    elif len(analysis.parameters) != 1:
        yield problem("one-parameter", place, method=method, count=len(analysis.parameters))
    elif not is_score(study, analysis):
        yield problem("parameter-no-score", place, method=method, parameter=analysis.parameters[0])


def is_score(study: Study, analysis: Analysis) -> bool:
    """Whether the parameter is a number on a form of visits."""
    parameter = study.datasets[analysis.dataset or ""].parameters[analysis.parameters[0]]
    if parameter.item is None:
        return False
    item = item_of(study, analysis)
    return item.type in ("integer", "decimal") and study.forms[item.form].records == "visit"


def check_endpoint(study: Study, analysis: Analysis) -> Iterator[Problem]:
    endpoint, place, item = study.endpoint_of(analysis), analysis.place, item_of(study, analysis)
    if endpoint.visit is None:
        yield problem("endpoint-without-visit", place, method=analysis.method, endpoint=endpoint.label)
        return
    order = [one for one in study.visits if one in analysis.visits]
    if list(analysis.visits) != order or order[-1] != endpoint.visit:
        yield problem("visits-to-endpoint", place, method=analysis.method, visit=endpoint.visit)
    own = {(item.form, item.id, where) for where in (HERE, BASELINE)}
    if {(one.form, one.item, one.where) for one in reads(endpoint.variable.node, study.vocabulary)} - own:
        yield problem("rule-reads-more", place, endpoint=endpoint.label, item=f"{item.form}.{item.id}")


def check_numbers(study: Study, analysis: Analysis) -> Iterator[Problem]:
    options, place = analysis.options, analysis.place
    seed, sets, offset = options.get("seed"), options.get("m"), options.get("offset")
    if seed is None:
        yield problem("option-missing", place, method=analysis.method, option="seed")
    elif not WHOLE.fullmatch(seed):
        yield problem("option-no-whole-number", place, option="seed", low=0, high=999_999_999, text=seed)
    if sets is not None and not (WHOLE.fullmatch(sets) and FEWEST <= int(sets) <= MOST):
        yield problem("option-no-whole-number", place, option="m", low=FEWEST, high=MOST, text=sets)
    if offset is not None:
        item = item_of(study, analysis)
        low = None if item.low is None else float(item.low)
        if low is None or not NUMBER.fullmatch(offset) or low + float(offset) <= 0:
            yield problem("option-no-offset", place, option="offset", text=offset)
