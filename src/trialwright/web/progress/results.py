"""Results on the data as they stand: of safety pooled over the arms, of efficacy for those who are named.

The tables that rules are asked of are slow to import, so they are imported where a page needs them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from trialwright.ledger.casebook import Casebook
from trialwright.store.cache import Recent
from trialwright.study.model import Analysis, Study

if TYPE_CHECKING:
    from trialwright.analysis.results import Results


@dataclass(frozen=True, slots=True)
class Found:
    """A proportion of those who are decided. label: of the analysis; visit: id, "" where the label says it; arm: id, ""
    where all are taken together. low, high: exact limits, None while anybody is undecided, and where nobody is counted."""

    label: str
    visit: str
    arm: str
    responders: int
    n: int
    undecided: int
    low: float | None = None
    high: float | None = None


# By definition, data, and which of the analyses: nothing is computed twice of the same events.
_KNOWN: Recent[tuple[str, str, bool, date], tuple[Found, ...]] = Recent(16)


def results_to_date(
    study: Study, books: Sequence[Casebook], *, today: date, is_safety: bool
) -> tuple[Found, ...]:
    """The headlines of safety, or of efficacy. today: the last day before it is over in the data."""
    key = (study.hash, heads_of(books), is_safety, today)
    found = _KNOWN.get(key)
    if found is None:
        found = _computed(study, books, today, is_safety=is_safety)
        _KNOWN.put(key, found)
    return found


def heads_of(books: Sequence[Casebook]) -> str:
    """sha256 of what was last written of each participant, and of what is hidden from whoever looks."""
    heads = " ".join(f"{book.participant}:{book.head}:{sorted(book.hidden)}" for book in books)
    return sha256(heads.encode()).hexdigest()


def _computed(study: Study, books: Sequence[Casebook], today: date, *, is_safety: bool) -> tuple[Found, ...]:
    from trialwright.analysis.run import run
    from trialwright.datasets.frames import frames

    wanted = _analyses(study, is_safety=is_safety)
    asked = replace(study, analyses=wanted)
    last_day = today - timedelta(days=1)
    results = run(asked, frames(asked, books), rehearsal=False, cut=last_day)
    return _pooled(results) if is_safety else _by_arm(results)


def _analyses(study: Study, *, is_safety: bool) -> Mapping[str, Analysis]:
    """Those of proportions: of safety what the endpoints of safety are, of efficacy the others, without those that
    stand beside another."""
    from trialwright.analysis.displays.topics import topic_in

    return {
        name: one
        for name, one in study.analyses.items()
        if one.method in ("one_proportion", "proportion_by_visit")
        and one.sensitivity_of is None
        and (topic_in(study, one) == "adverse events") == is_safety
    }


def _by_arm(results: "Results") -> tuple[Found, ...]:
    return tuple(
        Found(
            counted.label,
            counted.visit,
            counted.group,
            counted.estimate.responders,
            counted.estimate.n,
            counted.estimate.undecided,
            counted.estimate.low,
            counted.estimate.high,
        )
        for analysis in results.analyses
        for counted in analysis.counted
        if counted.is_headline
    )


def _pooled(results: "Results") -> tuple[Found, ...]:
    """Arms together, so that nobody is told anything by arm."""
    pooled: dict[tuple[str, str], Found] = {}
    for one in _by_arm(results):
        known = pooled.get((one.label, one.visit), Found(one.label, one.visit, "", 0, 0, 0))
        pooled[one.label, one.visit] = replace(
            known,
            responders=known.responders + one.responders,
            n=known.n + one.n,
            undecided=known.undecided + one.undecided,
        )
    return tuple(pooled.values())
