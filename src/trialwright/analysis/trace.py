"""From a number to the participants behind it, and from each to the events: for every method, by the results dataset.

Numbers that are of the same (an estimate; or a parameter at a visit in an arm) share their rows, and stand in a group.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from trialwright.analysis.ard import Contribution, ResultsDataset, Statistic
from trialwright.analysis.results import Outcome, Results, Used

Items = frozenset[tuple[str, str, int, str]]  # visit, form, repeat, item
NO_ITEMS: Items = frozenset()


@dataclass(frozen=True, slots=True)
class TracedRow:
    """How one participant stands behind a number.

    outcome: how one counts in an estimate; value: the participant's own number, where the group sums such up. events:
    sequences in the participant's stream. items: which values of these events it rests on; none: it is not told which.
    """

    participant: str
    outcome: Outcome | None = None
    value: Statistic | None = None
    events: tuple[int, ...] = ()
    items: Items = NO_ITEMS


@dataclass(frozen=True, slots=True)
class Group:
    """key: what the numbers are of, as it stands in their ids. statistics: in the order of the dataset, without those
    that are one participant's own number. rows: of everybody behind one of them, in the order of the codes."""

    key: str
    statistics: tuple[Statistic, ...]
    rows: tuple[TracedRow, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """What the rows of a dataset are found by. outcomes, used: of (estimate or group, participant), where the results
    of the same data are at hand, which tell more: what was lacking, and which values were read."""

    contributions: Mapping[tuple[str, str], Contribution]
    singles: Mapping[tuple[str, str], Statistic]
    places: Mapping[str, int]  # participant -> place in the order of the codes
    outcomes: Mapping[tuple[str, str], Outcome] = field(default_factory=dict)
    used: Mapping[tuple[str, str], Items] = field(default_factory=dict)


def index_of(dataset: ResultsDataset, results: Results | None = None) -> Index:
    """results: of the same data, where they are at hand; they tell which values of an event were read."""
    ordered = sorted(dataset.codes, key=lambda one: (dataset.codes[one], one))
    outcomes = outcomes_of(results) if results else {}
    return Index(
        {(one.estimate, one.participant): one for one in dataset.contributions},
        {(group_key(one), one.participants[0]): one for one in dataset.statistics if is_single(one)},
        {one: place for place, one in enumerate(ordered)},
        outcomes,
        {
            **{key: items_of(one.used) for key, one in outcomes.items()},
            **(used_by_points(results) if results else {}),
        },
    )


def outcomes_of(results: Results) -> dict[tuple[str, str], Outcome]:
    return {
        (counted.id, one.participant): one
        for analysis in results.analyses
        for counted in analysis.counted
        for one in counted.outcomes
    }


def used_by_points(results: Results) -> dict[tuple[str, str], Items]:
    """Of each single value the items that it rests on."""
    return {
        (joined(analysis.id, one.parameter, one.visit, one.group), one.participant): items_of(one.used)
        for analysis in results.analyses
        for one in analysis.points
    }


def items_of(used: Iterable[Used]) -> Items:
    return frozenset((one.visit, one.form, one.repeat, one.item) for one in used)


def joined(*of: str) -> str:
    return "/".join(part for part in of if part)


def is_single(one: Statistic) -> bool:
    """Whether it is one participant's own number."""
    return one.statistic == "value" and len(one.participants) == 1 and not one.estimate


def group_key(one: Statistic) -> str:
    """What a number is of: its id without the name of the statistic; of a single value without the participant.

    >>> group_key(Statistic("course/score/W16:median", "course", "median", 4.5))
    'course/score/W16'
    """
    if is_single(one):
        return joined(one.analysis, one.parameter, one.visit, one.group)
    return one.estimate or one.id.rpartition(":")[0]


def groups_of(dataset: ResultsDataset, analysis: str, index: Index) -> tuple[Group, ...]:
    """All numbers of an analysis with their rows, in the order of the dataset."""
    found: dict[str, list[Statistic]] = {}
    singles: dict[str, list[Statistic]] = {}
    for one in dataset.of(analysis):
        (singles if is_single(one) else found).setdefault(group_key(one), []).append(one)
    keys = dict.fromkeys((*found, *singles))
    return tuple(
        Group(
            key, tuple(found.get(key, ())), rows_behind((*found.get(key, ()), *singles.get(key, ())), index)
        )
        for key in keys
    )


def rows_behind(statistics: Iterable[Statistic], index: Index) -> tuple[TracedRow, ...]:
    """A row for everybody who stands behind one of the numbers, each of which has the same key."""
    ones = tuple(statistics)
    # The numbers of one row, such as mean and median, hold the same lists, which are gone through once.
    people = {id(one.participants): one.participants for one in ones}.values()
    behind = {id(one.events): one.events for one in ones}.values()
    key = group_key(ones[-1]) if ones else ""
    events: dict[str, set[int]] = {one: set() for one in chain.from_iterable(people)}
    for participant, sequence in map(split_event, chain.from_iterable(behind)):
        events.setdefault(participant, set()).add(sequence)
    ordered = sorted(events, key=lambda one: (index.places.get(one, len(index.places)), one))
    return tuple(row_of(key, one, events[one], index) for one in ordered)


def row_of(key: str, participant: str, events: Iterable[int], index: Index) -> TracedRow:
    counts = index.contributions.get((key, participant))
    value = index.singles.get((key, participant))
    own = (*(counts.events if counts else ()), *(value.events if value else ()))
    sequences = sorted({*events, *(split_event(one)[1] for one in own)})
    items = index.used.get((key, participant), NO_ITEMS)
    outcome = index.outcomes.get((key, participant)) or (outcome_of(counts) if counts else None)
    return TracedRow(participant, outcome, value, tuple(sequences), items)


def outcome_of(one: Contribution) -> Outcome:
    """What the dataset tells of an outcome."""
    return Outcome(one.participant, "", one.kind, one.why, one.visit, one.detail)


def split_event(text: str) -> tuple[str, int]:
    """Participant and sequence of an event as the dataset names it.

    >>> split_event("p:1:17")
    ('p:1', 17)
    """
    participant, _, sequence = text.rpartition(":")
    return participant, int(sequence)
