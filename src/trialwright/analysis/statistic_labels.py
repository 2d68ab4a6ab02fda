"""What a number is called, in the reader's language, with the code by which files and rules name it."""

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.variables import answer_label, variable_label
from trialwright.analysis.messages import (
    CHANGE_WORDS,
    INTERVAL_WORDS,
    MARK_WORDS,
    OUTCOME_WORDS,
    PLACE_WORDS,
    PROFILE_WORDS,
)
from trialwright.analysis.render import render_level
from trialwright.analysis.speaker import Speaker, join_parts
from trialwright.analysis.statistic_words import (
    LACKING_WORDS,
    METHOD_WORDS,
    NUMBER_OF_METHOD_WORDS,
    NUMBER_WORDS,
    SIDE_WORDS,
    SINGLE_WORDS,
    WAY_WORDS,
    WHY_SHORT_WORDS,
)
from trialwright.analysis.wording import counts_events, parameter_label
from trialwright.study.model import Study


def statistic_label(report: Speaker, one: Statistic) -> str:
    """ "" of a method whose statistics nothing here knows."""
    name = one.statistic
    if name in NUMBER_WORDS:
        return report.text(number_words(report, one))
    first, *rest = name.split(".")
    if len(rest) == 1 and first in CHANGE_WORDS and rest[0] in NUMBER_WORDS:
        return said_of(report, CHANGE_WORDS[first], NUMBER_WORDS[rest[0]])
    if len(rest) == 1 and rest[0] in WHY_SHORT_WORDS:
        return outcome_label(report, one.analysis, first, rest[0])
    return shift_label(report, first, rest) if first in SIDE_WORDS else ""


def number_words(report: Speaker, one: Statistic) -> str:
    """English; what a statistic is called by its method, its own or that of its analysis, goes before its name."""
    named = ((one.statistic, method) for method in (one.method, own_method(report.study, one.analysis)))
    return next(
        (NUMBER_OF_METHOD_WORDS[of] for of in named if of in NUMBER_OF_METHOD_WORDS),
        NUMBER_WORDS[one.statistic],
    )


def outcome_label(report: Speaker, analysis: str, kind: str, why: str) -> str:
    """How many came to an outcome in a way: "Response: observed"."""
    known = {
        of: words
        for (of, is_event), words in OUTCOME_WORDS.items()
        if is_event == counts_events(report, analysis)
    }
    return said_of(report, known[kind], WHY_SHORT_WORDS[why]) if kind in known else ""


def said_of(report: Speaker, of: str, what: str) -> str:
    return report.text("{of}: {what}", of=report.text(of), what=report.text(what))


def shift_label(report: Speaker, side: str, places: list[str]) -> str:
    """Of a table of shifts: from where at baseline to where at worst; of one part, how many it is of."""
    said = report.text(SIDE_WORDS[side])
    if len(places) == 1 and places[0] in NUMBER_WORDS:
        return said_of(report, SIDE_WORDS[side], NUMBER_WORDS[places[0]])
    if len(places) != 2 or not set(places) <= PLACE_WORDS.keys():
        return ""
    base, worst = (report.text(PLACE_WORDS[one]) for one in places)
    return report.text("{side}: baseline {base}, worst {worst}", side=said, base=base, worst=worst)


def method_text(report: Speaker, one: Statistic) -> str:
    """How a number came about, with the level of limits."""
    words = {**METHOD_WORDS, **INTERVAL_WORDS}
    name = report.text(words[one.method]) if one.method in words else one.method
    level = "" if one.level is None else render_level(one.level)
    return join_parts(report, filter(None, (name, level)))


def lacking_text(report: Speaker, one: Statistic) -> str:
    """Why there is no number."""
    return report.text(LACKING_WORDS[one.lacking]) if one.lacking in LACKING_WORDS else one.lacking


def with_code(label: str, code: str) -> str:
    """
    >>> with_code("Haemoglobin (g/L)", "HGB"), with_code("", "HGB")
    ('Haemoglobin (g/L) (HGB)', 'HGB')
    """
    return f"{label} ({code})" if label and label != code else code


# ---------------------------------------------------------------- what it is of


def parameter_text(report: Speaker, one: Statistic) -> str:
    """What a number is of: an item or a term by its label; a variable or a parameter of a dataset with its code."""
    parameter, number, part = taken_apart(one.parameter)
    kind, _, code = parameter.rpartition("=")
    if not (kind or number or parameter in SINGLE_WORDS or parameter in MARK_WORDS):
        return coded(report, one.analysis, one.parameter)
    words = {**SINGLE_WORDS, **MARK_WORDS, **PROFILE_WORDS}
    word = report.text(words[kind or code]) if (kind or code) in words else kind or code
    named = coded(report, one.analysis, code) if kind else ""
    label = ": ".join(piece for piece in (word, named) if piece)
    return " ".join(piece for piece in (label, number, part) if piece)


def taken_apart(parameter: str) -> tuple[str, str, str]:
    """What is marked of a participant, its number in their order, and of a span which end.

    >>> taken_apart("score=TOTAL#3"), taken_apart("events#2.start"), taken_apart("AGE")
    (('score=TOTAL', '3', ''), ('events', '2', 'start'), ('AGE', '', ''))
    """
    name, _, rest = parameter.partition("#")
    number, _, part = rest.partition(".")
    return name, number, part


def coded(report: Speaker, analysis: str, code: str) -> str:
    """The label of a parameter or variable of the datasets, with its code; else that of an item, a term or an endpoint."""
    label = dataset_label(report, analysis, code)
    if label:
        return with_code(label, code)
    endpoint = report.study.endpoints.get(code)
    return with_code(report.name(endpoint.label), code) if endpoint else parameter_label(report, code)


def dataset_label(report: Speaker, analysis: str, code: str) -> str:
    """The label of a parameter or a variable, of the dataset of the analysis first; "" where no dataset has it."""
    own = own_dataset(report.study, analysis)
    for name in dict.fromkeys((own, *report.study.datasets)):
        dataset = report.study.datasets.get(name)
        if dataset is not None and code in dataset.parameters:
            return report.name(dataset.parameters[code].label)
    label = variable_label(report, own, code) if own else code
    return "" if label == code else label


def own_dataset(study: Study, analysis: str) -> str:
    known = study.analyses.get(analysis)
    return (known.dataset if known else None) or ""


STEPPED = ("tipping_point", "mmrm")


def way_text(report: Speaker, one: Statistic) -> str:
    """Of a time to an event: by which way, and on which day, in which interval, or that it is of the median; of a
    tipping point the step; of a mixed model which covariance was tried."""
    if own_method(report.study, one.analysis) in STEPPED:
        return step_text(report, one)
    way, _, step = one.estimate.removeprefix(f"{one.analysis}.").partition(".")
    if own_method(report.study, one.analysis) != "time_to_event" or way not in WAY_WORDS:
        return ""
    kind, _, number = step.partition(".")[0].partition("_")
    said = {
        "day": report.text("Day {day}", day=number),
        "set": report.text("Interval {number}", number=number),
        "median": report.text("Median"),
    }
    # Whatever else stands there is a visit or an arm, which are told beside it.
    return " – ".join(part for part in (report.text(WAY_WORDS[way]), said.get(kind, "")) if part)


def step_text(report: Speaker, one: Statistic) -> str:
    """What is assumed of those missing in one step of a tipping point; the attempt at a mixed model."""
    kind, _, number = (
        one.estimate.removeprefix(f"{one.analysis}.").removesuffix(f".{one.group}").partition("_")
    )
    match kind:
        case "k":
            return report.text("{k} of those missing counted as responders", k=number)
        case "delta":
            worse = render_level(float(number))
            return report.text("imputed values worse by {share} of the baseline", share=worse)
        case "returned":
            return report.text("those missing back at their baseline")
        case "tried":
            return report.text("Attempt {number}", number=number)
    return ""


def own_method(study: Study, analysis: str) -> str:
    known = study.analyses.get(analysis)
    return known.method if known else ""


def category_text(report: Speaker, one: Statistic) -> str:
    """What those who are counted have in common: an answer or a term, of nested variables the outer first."""
    known = report.study.analyses.get(one.analysis)
    own = own_dataset(report.study, one.analysis)
    # Of nested variables the category of each; of others that of the parameter alone.
    nested = known.variables if known and known.method == "occurrences" else ()
    names = (
        nested[: len(one.category)]
        if len(nested) >= len(one.category)
        else (one.parameter,) * len(one.category)
    )
    return " – ".join(
        answer_label(report, own, name, text) for name, text in zip(names, one.category, strict=True)
    )
