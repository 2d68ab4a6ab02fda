"""Compares the results that a report tells with the results of the same data cut, computed anew, number by number."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields, replace
from math import isclose
from typing import Final

from trialwright.analysis.ard import Number, ResultsDataset, Statistic
from trialwright.analysis.ard_files import DAYS, HEAD, render_number
from trialwright.analysis.conduct import Look, PlanVersion
from trialwright.analysis.results import Record
from trialwright.analysis.set_acts import SetAct
from trialwright.values.problem import Problem

# Counts, single values and what is only sorted, added or divided: the same data give the same number to the last digit.
EXACT_METHODS: Final = frozenset({"", "count", "described", "exposure", "flow", "observed"})
# What goes through a distribution or is found by iteration may differ in its last digits with another version of
# numpy or SciPy, or another processor.
RELATIVE: Final = 1e-6
ABSOLUTE: Final = 1e-9  # not of p-values: 1e-12 is another than 0
# Whatever else a dataset maps must be equal; other versions of programs may give the same numbers.
MAPPINGS: Final = ("codes", "moments")
MISSING: Final = "missing"
Unnamed = Look | PlanVersion | Problem | SetAct  # rows that have no id


@dataclass(frozen=True, slots=True)
class Difference:
    """of: an id of a result or of a record, a property of the whole dataset, or "estimate participant" of a
    contribution."""

    of: str
    told: str
    now: str


def differences(told: ResultsDataset, now: ResultsDataset) -> tuple[Difference, ...]:
    """All of them, the whole dataset's first; none where every number is recomputed."""
    return (
        *head_differences(told, now),
        *conduct_differences(told, now),
        *row_differences("problem", told.problems, now.problems),
        *row_differences("set decision", nameless(told.set_acts), nameless(now.set_acts)),
        *number_differences(told, now),
        *record_differences(told, now),
        *contribution_differences(told, now),
    )


def head_differences(told: ResultsDataset, now: ResultsDataset) -> Iterator[Difference]:
    known = (name for name in DAYS if getattr(told, name))  # older reports do not tell them
    for name in (*HEAD, *known):
        yield from differ(name, getattr(told, name), getattr(now, name))
    for name in MAPPINGS:
        before, after = getattr(told, name), getattr(now, name)
        for key in dict.fromkeys((*before, *after)):
            yield from differ(f"{name} {key}", before.get(key, MISSING), after.get(key, MISSING))


def conduct_differences(told: ResultsDataset, now: ResultsDataset) -> Iterator[Difference]:
    """Of the plan, and of who saw results. Looks that came after the cut may be told or not: somebody looks between the
    last event and the report, and somebody verifies it."""
    yield from differ("first_value", told.conduct.first_value, now.conduct.first_value)
    yield from row_differences("plan", told.conduct.plans, now.conduct.plans)
    end = max(told.moments.values(), default="")
    known = {*told.conduct.looks}
    found = (one for one in now.conduct.looks if one.utc <= end or one in known)
    yield from row_differences("look", told.conduct.looks, found)


def row_differences(of: str, told: Iterable[Unnamed], now: Iterable[Unnamed]) -> Iterator[Difference]:
    """Each row that only one of the two has, or has more often."""
    before, after = Counter(told), Counter(now)
    for one in before - after:
        yield Difference(of, row_text(one), MISSING)
    for one in after - before:
        yield Difference(of, MISSING, row_text(one))


def nameless(acts: Iterable[SetAct]) -> Iterator[SetAct]:
    """Without the authors' names: an account keeps its id, and may be called otherwise meanwhile."""
    return (replace(one, author="") for one in acts)


def row_text(one: Unnamed) -> str:
    """The parts as they are: a problem's template may have been changed to one that takes other parts."""
    return " ".join(text_of(part) for part in astuple(one) if part)


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
                yield from differ(
                    f"{identity} {field.name}", getattr(one, field.name), getattr(other, field.name)
                )


def record_differences(told: ResultsDataset, now: ResultsDataset) -> Iterator[Difference]:
    """Rows of datasets that are shown as they are, each variable by itself."""
    before, after = ({one.id: one for one in dataset.records} for dataset in (told, now))
    for identity in dict.fromkeys((*before, *after)):
        one, other = before.get(identity), after.get(identity)
        if one is None or other is None:
            yield Difference(identity, *("row" if given else MISSING for given in (one, other)))
            continue
        for name in dict.fromkeys((*dict(one.values), *dict(other.values))):
            yield from differ(f"{identity} {name}", one.text(name), other.text(name))
        for field in fields(Record):
            if field.name != "values":
                yield from differ(
                    f"{identity} {field.name}", getattr(one, field.name), getattr(other, field.name)
                )


def contribution_differences(told: ResultsDataset, now: ResultsDataset) -> Iterator[Difference]:
    """How somebody counts."""
    before, after = contributions_of(told), contributions_of(now)
    for key in dict.fromkeys((*before, *after)):
        estimate, participant = key
        code = now.codes.get(participant) or told.codes.get(participant, participant)
        yield from differ(f"{estimate} {code}", before.get(key, ()), after.get(key, ()))


def contributions_of(dataset: ResultsDataset) -> Mapping[tuple[str, str], tuple[tuple[object, ...], ...]]:
    """Estimate and participant -> how that one counts there; once, unless the file was altered."""
    found: dict[tuple[str, str], tuple[tuple[object, ...], ...]] = {}
    for one in dataset.contributions:
        key, how = (one.estimate, one.participant), (one.kind, one.why, one.visit, one.detail, one.events)
        found[key] = (*found.get(key, ()), how)
    return found


def differ(of: str, told: object, now: object) -> Iterator[Difference]:
    if told != now:
        yield Difference(of, text_of(told), text_of(now))


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
    return is_close(told.value, now.value, 0 if "p_value" in (told.statistic, now.statistic) else ABSOLUTE)


def is_close(told: Number, now: Number, least: float = ABSOLUTE) -> bool:
    """Within the tolerance for numbers of models and distributions. least: what may differ whatever the size.

    >>> is_close(0.45179402847, 0.45179402848), is_close(0.4517, 0.4518), is_close(1e-12, 0, least=0)
    (True, False, False)
    """
    return isclose(float(told), float(now), rel_tol=RELATIVE, abs_tol=least)


def number_or_why(one: Statistic) -> str:
    return render_number(one.value) or f"no number ({one.lacking})"


def presence(one: Statistic | None) -> str:
    return MISSING if one is None else number_or_why(one)


def text_of(value: object) -> str:
    """Of a list its parts, as they stand.

    >>> text_of((("event", "", ("p1:3", "p1:4")), ("event", ""))), text_of(()), text_of(None)
    ('event p1:3 p1:4; event', 'missing', 'missing')
    """
    if value in (None, "", ()):
        return MISSING
    if not isinstance(value, tuple):
        return str(value)
    is_nested = all(isinstance(part, tuple) for part in value)
    return ("; " if is_nested else " ").join(text_of(part) for part in value if part not in ("", ()))
