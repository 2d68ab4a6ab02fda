"""Compares the results that a report tells with the results of the same data cut, computed anew, number by number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from math import isclose
from typing import Final

from trialwright.analysis.ard import Number, ResultsDataset, Statistic
from trialwright.analysis.ard_files import render_number

# Counts, single values and what is only sorted, added or divided: the same data give the same number to the last digit.
EXACT_METHODS: Final = frozenset({"", "count", "exposure", "flow", "observed"})
# What goes through a distribution or is found by iteration may differ in its last digits with another version of
# numpy or SciPy, or another processor.
RELATIVE: Final = 1e-6
ABSOLUTE: Final = 1e-9
HEAD: Final = (
    "study",
    "version",
    "definition",
    "cut",
    "last_day",
    "heads",
    "software",
    "is_draft",
    "is_rehearsal",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """of: an id of a result, a property of the whole dataset, or "estimate participant" of a contribution."""

    of: str
    told: str
    now: str


def differences(told: ResultsDataset, now: ResultsDataset) -> tuple[Difference, ...]:
    """All of them, the whole dataset's first; none where every number is recomputed."""
    return (
        *head_differences(told, now),
        *number_differences(told, now),
        *contribution_differences(told, now),
    )


def head_differences(told: ResultsDataset, now: ResultsDataset) -> Iterator[Difference]:
    for name in HEAD:
        yield from differ(name, str(getattr(told, name)), str(getattr(now, name)))


def number_differences(told: ResultsDataset, now: ResultsDataset) -> Iterator[Difference]:
    """Of each id that one of the two has: the number, and of whom, by which method and by which events it is."""
    for identity in dict.fromkeys((*told.by_id, *now.by_id)):
        one, other = told.by_id.get(identity), now.by_id.get(identity)
        if one is None or other is None:
            yield Difference(identity, presence(one), presence(other))
            continue
        if not is_same(one, other):
            yield Difference(identity, number_or_why(one), number_or_why(other))
        for field in fields(Statistic):
            if field.name not in ("value", "lacking"):
                then, found = getattr(one, field.name), getattr(other, field.name)
                yield from differ(f"{identity} {field.name}", text_of(then), text_of(found))


def contribution_differences(told: ResultsDataset, now: ResultsDataset) -> Iterator[Difference]:
    """How somebody counts."""
    before, after = contributions_of(told), contributions_of(now)
    for key in dict.fromkeys((*before, *after)):
        yield from differ(" ".join(key), before.get(key, "missing"), after.get(key, "missing"))


def contributions_of(dataset: ResultsDataset) -> Mapping[tuple[str, str], str]:
    return {
        (one.estimate, dataset.codes.get(one.participant, one.participant)): " ".join(
            part for part in (one.kind, one.why, one.visit, one.detail, *one.events) if part
        )
        for one in dataset.contributions
    }


def differ(of: str, told: str, now: str) -> Iterator[Difference]:
    if told != now:
        yield Difference(of, told, now)


def is_exact(one: Statistic) -> bool:
    """Whether the number must be the same to the last digit.

    >>> is_exact(Statistic("a:n", "a", "n", 3, method="mmrm")), is_exact(Statistic("a:low", "a", "low", 0.3, method="mmrm"))
    (True, False)
    """
    return not isinstance(one.value, float) or one.method in EXACT_METHODS


def is_same(told: Statistic, now: Statistic) -> bool:
    if told.value is None or now.value is None:
        return told.value is now.value and told.lacking == now.lacking
    if is_exact(told) and is_exact(now):
        return told.value == now.value
    return is_close(told.value, now.value)


def is_close(told: Number, now: Number) -> bool:
    """Within the tolerance for numbers of models and distributions.

    >>> is_close(0.45179402847, 0.45179402848), is_close(0.4517, 0.4518)
    (True, False)
    """
    return isclose(float(told), float(now), rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def number_or_why(one: Statistic) -> str:
    return render_number(one.value) or f"no number ({one.lacking})"


def presence(one: Statistic | None) -> str:
    return "missing" if one is None else number_or_why(one)


def text_of(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
