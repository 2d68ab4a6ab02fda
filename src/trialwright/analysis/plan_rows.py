"""What keeps an analysis from being run that lies in its items, or in the rows of the dataset that it reads."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from trialwright.analysis.messages import problem
from trialwright.datasets.analysis_visits import item_node
from trialwright.datasets.steps import OBSERVED_FLAG
from trialwright.expr.check import infer
from trialwright.study.model import Analysis, Dataset, DatasetCriterion, Study
from trialwright.values.problem import Problem

BDS: Final = "BDS"
CHANGES: Final = ("CHG", "PCHG")
PERCENT: Final = "PCHG"
BESTS: Final = ("lowest", "highest")
SUMMARISED: Final = ("AVAL", *CHANGES)
MIDDLES: Final = ("median", "mean")
MOST_DECIMALS: Final = 6
NUMBER: Final = re.compile(r"-?\d{1,6}(\.\d{1,6})?")
LIVER: Final = ("transaminases", "bilirubin", "alkaline_phosphatase")  # the last may be left out
_NUMBERS: Final = ("integer", "decimal", "boolean")
_WITHOUT_KIND: Mapping[str, str] = MappingProxyType({"number": "item-no-number", "truth": "item-no-truth"})


def items_are_numbers(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(items_of_kind(study, analysis, "number"))


def items_are_truths(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(items_of_kind(study, analysis, "truth"))


def items_of_kind(study: Study, analysis: Analysis, wanted: str) -> Iterator[Problem]:
    """An item of which a method cannot make anything."""
    for item in analysis.items:
        typed = infer(item_node(item), study.vocabulary, asked="visit")
        if isinstance(typed, tuple) or typed.kind != wanted:
            yield problem(_WITHOUT_KIND[wanted], analysis.place, method=analysis.method, item=item)


# ---------------------------------------------------------------- rows of datasets


def check_summary(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """Of `summary_by_visit`."""
    return tuple(summary_problems(study, analysis))


def summary_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    yield from values_problems(study, analysis)
    for name in analysis.variables:
        if name not in SUMMARISED:
            yield word_problem(analysis, "variables", name, SUMMARISED)
    middle = analysis.options.get("figure")
    if middle is not None and middle not in MIDDLES:
        yield word_problem(analysis, "figure", middle, MIDDLES)
    decimals = analysis.options.get("decimals")
    if decimals is not None and decimals not in [str(one) for one in range(MOST_DECIMALS + 1)]:
        yield word_problem(analysis, "decimals", decimals, (f"0 – {MOST_DECIMALS}",))


def values_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """Rows of values of which there is one a participant, parameter and time."""
    dataset = study.datasets[analysis.dataset or ""]
    if dataset.kind != BDS:
        yield class_problem(analysis, BDS)
        return
    if dataset.has_windows and not set(analysis.flags) & flags_of_one(dataset):
        told = ", ".join(sorted(flags_of_one(dataset)))
        yield problem("several-values", analysis.place, dataset=dataset.id, flags=told)
    for name in parameters_of(study, analysis):
        parameter = dataset.parameters[name]
        if not dataset.has_windows and parameter.score is None:
            yield problem("parameter-without-visits", analysis.place, name=name, dataset=dataset.id)
        yield from number_problems(study, analysis, name)


def number_problems(study: Study, analysis: Analysis, name: str) -> Iterator[Problem]:
    """A parameter whose values are texts; one that a rule makes has a number, or 1 for yes and 0 for no."""
    form, _, item = (study.datasets[analysis.dataset or ""].parameters[name].item or "").partition(".")
    if item and study.forms[form].items[item].type not in _NUMBERS:
        yield problem("parameter-no-number", analysis.place, name=name, method=analysis.method)


def check_shift(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(limits_problems(study, analysis, needs_baseline=True))


def limits_problems(study: Study, analysis: Analysis, *, needs_baseline: bool = False) -> Iterator[Problem]:
    """Values that are compared with limits of normal, of items for which the laboratory has some."""
    dataset = study.datasets[analysis.dataset or ""]
    if dataset.kind != BDS:
        yield class_problem(analysis, BDS)
        return
    for key, has in (
        ("limits", dataset.has_limits),
        ("baseline", dataset.has_baseline or not needs_baseline),
    ):
        if not has:
            yield problem(
                "dataset-without", analysis.place, method=analysis.method, dataset=dataset.id, key=key
            )
    limited = limited_parameters(study, analysis)
    for name in parameters_of(study, analysis) if analysis.parameters else ():
        if name not in limited:
            yield problem("parameter-without-limits", analysis.place, name=name)


def limited_parameters(study: Study, analysis: Analysis) -> tuple[str, ...]:
    """Those of an analysis for which some laboratory has a limit of normal."""
    parameters = study.datasets[analysis.dataset or ""].parameters
    items = {one.item for one in study.lab_limits}
    return tuple(one for one in parameters_of(study, analysis) if parameters[one].item in items)


def check_criteria(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(criteria_problems(study, analysis))


def criteria_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """A variable that no criterion gives, and a parameter that none of those named concerns."""
    dataset = study.datasets[analysis.dataset or ""]
    known = tuple(f"{one.id}FL" for one in dataset.criteria)
    for name in analysis.variables:
        if name not in known:
            yield word_problem(analysis, "variables", name, known or ("–",))
    concerned = {parameter for _, parameter in criteria_of(study, analysis)}
    for name in analysis.parameters:
        if name not in concerned:
            yield problem("parameter-without-criterion", analysis.place, name=name)


def criteria_of(study: Study, analysis: Analysis) -> tuple[tuple[DatasetCriterion, str], ...]:
    """The criteria whose flags an analysis names, in its order, with each parameter that they concern."""
    criteria = {f"{one.id}FL": one for one in study.datasets[analysis.dataset or ""].criteria}
    return tuple(
        (criteria[flag], parameter)
        for flag in analysis.variables
        if flag in criteria
        for parameter in criteria[flag].parameters
        if not analysis.parameters or parameter in analysis.parameters
    )


def check_liver(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(liver_problems(study, analysis))


def liver_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """Options that name the parameters of the liver, which need an upper limit of normal."""
    yield from limits_problems(study, analysis)
    limited = limited_parameters(study, analysis)
    for kind in LIVER:
        named = parameters_named(analysis, kind)
        if not named and kind != LIVER[-1]:
            yield problem("option-missing", analysis.place, method=analysis.method, option=kind)
        for name in named:
            if name not in limited:
                yield problem("parameter-without-limits", analysis.place, name=name)


def parameters_named(analysis: Analysis, option: str) -> tuple[str, ...]:
    """The parameters that an option names, with blanks between."""
    return tuple(analysis.options.get(option, "").split())


def check_waterfall(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    return tuple(waterfall_problems(study, analysis))


def waterfall_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """One parameter, one change of it, and either one visit or the word for what is best."""
    yield from values_problems(study, analysis)
    dataset = study.datasets[analysis.dataset or ""]
    if dataset.kind == BDS and not (dataset.has_baseline and dataset.has_windows):
        key = "windows" if dataset.has_baseline else "baseline"
        yield problem("dataset-without", analysis.place, method=analysis.method, dataset=dataset.id, key=key)
    for key, given, most in (("parameters", analysis.parameters, 1), ("variables", analysis.variables, 1)):
        if len(given) > most:
            yield problem("only-one", analysis.place, method=analysis.method, key=key)
    for name in analysis.variables:
        if name not in CHANGES:
            yield word_problem(analysis, "variables", name, CHANGES)
    best = analysis.options.get("best")
    if best is not None and best not in BESTS:
        yield word_problem(analysis, "best", best, BESTS)
    if len(analysis.visits) != (0 if best else 1):
        yield problem("visit-or-best", analysis.place, method=analysis.method)
    for one in analysis.options.get("lines", "").split():
        if not NUMBER.fullmatch(one):
            yield word_problem(analysis, "lines", one, ("-50", "0", "12.5"))


def lines_of(analysis: Analysis) -> tuple[float, ...]:
    """Values at which a line lies across a waterfall."""
    return tuple(float(one) for one in analysis.options.get("lines", "").split())


def flags_of_one(dataset: Dataset) -> set[str]:
    """Flags of which each marks one row a participant, parameter and visit."""
    return {OBSERVED_FLAG, *(one.flag for one in dataset.imputations)}


def is_observed(study: Study, analysis: Analysis) -> bool:
    """Whether no row of an analysis can be one that an imputation made or chose."""
    dataset = study.datasets.get(analysis.dataset or "")
    return dataset is None or not {one.flag for one in dataset.imputations} & set(analysis.flags)


def parameters_of(study: Study, analysis: Analysis) -> tuple[str, ...]:
    """Those that an analysis names, in its order; else all of its dataset."""
    return analysis.parameters or tuple(study.datasets[analysis.dataset or ""].parameters)


def class_problem(analysis: Analysis, wanted: str, dataset: str | None = None) -> Problem:
    """dataset: None for that of the analysis."""
    return problem(
        "dataset-of-another-class",
        analysis.place,
        method=analysis.method,
        kind=wanted,
        dataset=dataset or analysis.dataset or "",
    )


def word_problem(analysis: Analysis, key: str, word: str, known: tuple[str, ...]) -> Problem:
    return problem(
        "word-not-read", analysis.place, method=analysis.method, key=key, word=word, words=", ".join(known)
    )
