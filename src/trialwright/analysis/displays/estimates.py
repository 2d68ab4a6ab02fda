"""The estimates of endpoints as rows of a table: what tells one from another, and by which interval each is."""

from collections import Counter
from collections.abc import Iterable, Mapping

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.model import Cell, Number
from trialwright.analysis.displays.told import Told, endpoint_of, parts_of, row_label
from trialwright.analysis.headlines import planned_by_endpoint, refused_words
from trialwright.analysis.messages import INTERVAL_WORDS, POOLED_WORDS
from trialwright.analysis.render import render_level
from trialwright.analysis.speaker import join_parts
from trialwright.analysis.wording import estimate_label, population_of
from trialwright.study.model import Analysis

Parts = dict[str, dict[str, Statistic]]


def planned(told: Told) -> Mapping[str, tuple[Analysis, ...]]:
    """Endpoints with their analyses, the primary endpoint and each headline first; those without results too."""
    return planned_by_endpoint(told.study, {one.analysis for one in told.dataset.statistics})


def headlines_of(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """The headline's estimates, one for each arm; none where the analysis has no results."""
    return tuple(
        dict.fromkeys(one.estimate for one in told.dataset.of(analysis.id) if one.role == "headline")
    )


def estimates_of(told: Told, analyses: Iterable[Analysis]) -> Parts:
    """The estimates of several analyses, in their order; what is only a part of one, such as a number of imputed sets
    or a step on the way to one, has no role."""
    return {
        key: parts
        for one in analyses
        for key, parts in parts_of(told.dataset.of(one.id)).items()
        if "low" in parts and parts["low"].role
    }


def refused_text(told: Told, analysis: Analysis) -> str:
    endpoint = endpoint_of(told, analysis)
    label = told.name(analysis.label or (endpoint.label if endpoint else analysis.id))
    return f"{label} – {refused_words(told, analysis, told.dataset.problems)}"


def labels_of(told: Told, found: Parts) -> Mapping[str, str]:
    """Estimate -> label. Those that are called alike are told apart by their population, else by their analysis."""
    plain = {key: estimate_label(told, parts["n"]) for key, parts in found.items()}
    with_population = told_apart(
        plain, {key: population_label(told, parts["n"].analysis) for key, parts in found.items()}
    )
    whole = told_apart(with_population, {key: parts["n"].analysis for key, parts in found.items()})
    return {key: row_label(told, found[key]["n"], label) for key, label in whole.items()}


def told_apart(labels: Mapping[str, str], more: Mapping[str, str]) -> Mapping[str, str]:
    """Labels that stand more than once, each with what tells more.

    >>> told_apart({"a": "Response", "b": "Response", "c": "Return"}, {"a": "all", "b": "", "c": "all"})
    {'a': 'Response – all', 'b': 'Response', 'c': 'Return'}
    """
    times = Counter(labels.values())
    return {
        key: f"{label} – {more[key]}" if times[label] > 1 and more[key] else label
        for key, label in labels.items()
    }


def population_label(told: Told, analysis: str) -> str:
    population = told.study.populations.get(population_of(told.study, told.study.analyses[analysis]))
    return told.name(population.label) if population else ""


# ---------------------------------------------------------------- cells


def proportion_head(told: Told, found: Parts) -> tuple[str, ...]:
    """Of `proportion_cells`, and of `interval_cells` where the intervals are not all by one method and level."""
    head = (told.text("Count"), told.text("Proportion"), told.text("Interval"))
    return (*head, told.text("Interval by")) if has_several(found) else head


def proportion_cells(
    estimate: str, *, is_counted: bool = True, waits: bool = False
) -> tuple[Cell, Cell, Cell]:
    """is_counted: False where responders were counted in each of many imputed sets, so that no one number is theirs.
    waits: of an estimate that tells how many are not yet decided."""
    counts = ("responders", "n", *(("undecided",) if waits else ()))
    return (
        Number("count", tuple(f"{estimate}:{one}" for one in counts)) if is_counted else "–",
        Number("percent", (f"{estimate}:proportion",)),
        Number("interval", (f"{estimate}:low", f"{estimate}:high")),
    )


def estimate_cells(told: Told, found: Parts, key: str) -> tuple[Cell, ...]:
    """The numbers of an estimate, under `proportion_head`; dashes where there is no such estimate."""
    several = has_several(found)
    if not key:
        return ("–",) * (4 if several else 3)
    own = (interval_text(told, *interval_of(found[key])),) if several else ()
    parts = found[key]
    return (*proportion_cells(key, is_counted="responders" in parts, waits="undecided" in parts), *own)


# ---------------------------------------------------------------- intervals


def interval_of(parts: Mapping[str, Statistic]) -> tuple[str, float]:
    return parts["low"].method, parts["low"].level or 0


def intervals_of(found: Parts) -> tuple[tuple[str, float], ...]:
    """Each method and level once."""
    return tuple(dict.fromkeys(interval_of(parts) for parts in found.values()))


def has_several(found: Parts) -> bool:
    return len(intervals_of(found)) > 1


def interval_text(told: Told, method: str, level: float) -> str:
    return join_parts(told, (method_name(told, method), render_level(level)))


def method_name(told: Told, method: str) -> str:
    words = {**INTERVAL_WORDS, **POOLED_WORDS}
    return told.text(words[method]) if method in words else method


def interval_notes(told: Told, found: Parts) -> tuple[str, ...]:
    """How the intervals of these rows were made; where in several ways, each row says its own. And of 0 of n."""
    limited = {key: parts for key, parts in found.items() if "low" in parts}
    empty = (interval_of(parts) for parts in limited.values() if is_nobody(parts, "responders"))
    return (
        *(
            told.text(
                "Interval: {method}, {level}.", method=method_name(told, method), level=render_level(level)
            )
            for method, level in intervals_of(limited)
        ),
        *dict.fromkeys(nobody_note(told, method, level) for method, level in empty if level),
    )


def is_nobody(parts: Mapping[str, Statistic], counted: str) -> bool:
    return counted in parts and parts[counted].value == 0


def nobody_note(told: Told, method: str, level: float) -> str:
    """Of 0 of n: that its upper limit is of the same interval as all others; and of Clopper and Pearson's alone, which
    leaves half of the rest above it, what it is to one side."""
    if method != "clopper_pearson":
        return told.text(
            "Where nobody is counted, the upper limit too is that of the two-sided interval of {level}.",
            level=render_level(level),
        )
    return told.text(
        "Where nobody is counted, the upper limit too is that of the two-sided interval of {level}; as a one-sided limit its level is {one_sided}.",
        level=render_level(level),
        one_sided=render_level((1 + level) / 2),
    )
