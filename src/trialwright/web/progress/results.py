"""Results on the data as they stand: of safety pooled over the arms, of efficacy for those who are named.

The tables that rules are asked of are slow to import, so they are imported where a page needs them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import VISIT
from trialwright.store.cache import Recent
from trialwright.study.model import Analysis, Study

PROPORTIONS: Final = ("one_proportion", "proportion_by_visit")


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


# By definition, data, day, and which analyses: nothing is computed twice of the same events.
_KNOWN: Recent[tuple[str, str, date, tuple[str, ...]], tuple[Found, ...]] = Recent(16)


def safety_to_date(
    study: Study, books: Sequence[Casebook], areas: frozenset[str], today: date
) -> tuple[Found, ...]:
    """Endpoints of safety over all arms together, where whoever looks may read the forms that they are told by.

    books: as they may see them. areas: those that they may read at every site of the books. today: the day before it
    is the last that is over in the data.
    """
    asked = {
        name: one
        for name, one in safety_analyses(study).items()
        if {study.forms[form].area for form in forms_told_by(study, one)} <= areas
    }
    return _found(study, books, today, asked, is_pooled=True)


def results_to_date(study: Study, books: Sequence[Casebook], today: date) -> tuple[Found, ...]:
    """Every other proportion by arm, without those that stand beside another."""
    safety = safety_analyses(study)
    asked = {
        name: one
        for name, one in study.analyses.items()
        if one.method in PROPORTIONS and one.sensitivity_of is None and name not in safety
    }
    return _found(study, books, today, asked, is_pooled=False)


def _found(
    study: Study, books: Sequence[Casebook], today: date, asked: Mapping[str, Analysis], *, is_pooled: bool
) -> tuple[Found, ...]:
    key = (study.hash, heads_of(books), today, (str(is_pooled), *asked))
    found = _KNOWN.get(key)
    if found is None:
        found = _computed(study, books, today, asked, is_pooled=is_pooled)
        _KNOWN.put(key, found)
    return found


def safety_analyses(study: Study) -> Mapping[str, Analysis]:
    """Proportions of topics of safety; not of an endpoint that is told by a form that efficacy is told by, for that
    would be a look at efficacy."""
    from trialwright.analysis.displays.topics import SAFETY, topic_in

    found = {name: one for name, one in study.analyses.items() if one.method == "one_proportion"}
    safety = {name: one for name, one in found.items() if topic_in(study, one) in SAFETY}
    efficacy = (one for name, one in found.items() if name not in safety)
    told = {form for one in efficacy for form in forms_told_by(study, one)}
    return {
        name: one
        for name, one in safety.items()
        if one.sensitivity_of is None and told.isdisjoint(forms_told_by(study, one))
    }


def forms_told_by(study: Study, analysis: Analysis) -> frozenset[str]:
    """The forms that the variable of an endpoint reads, but for those that every rule may lean on: visits and doses."""
    from trialwright.analysis.conduct import forms_of_rule

    endpoint = study.endpoint_of(analysis)
    common = {study.doses.form} if study.doses else set()
    return (
        frozenset(form for form in forms_of_rule(study, endpoint) if form in study.forms) - common - {VISIT}
    )


def heads_of(books: Sequence[Casebook]) -> str:
    """sha256 of what was last written of each participant, and of what is hidden from whoever looks."""
    heads = " ".join(f"{book.participant}:{book.head}:{sorted(book.hidden)}" for book in books)
    return sha256(heads.encode()).hexdigest()


def _computed(
    study: Study, books: Sequence[Casebook], today: date, asked: Mapping[str, Analysis], *, is_pooled: bool
) -> tuple[Found, ...]:
    from trialwright.analysis.run import run
    from trialwright.datasets.frames import frames

    # Of a study with one arm all are one group: so whoever may not know the arms is told of all.
    arms = dict([*study.arms.items()][:1]) if is_pooled else study.arms
    results = run(
        replace(study, analyses=asked, arms=arms),
        frames(study, books),
        rehearsal=False,
        cut=today - timedelta(days=1),
    )
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
