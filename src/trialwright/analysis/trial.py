"""One data cut, made ready for its analyses: analysis visits, arms, first doses, and what may be asked of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl

from trialwright.analysis.results import Outcome
from trialwright.analysis.rules import Dates, Told, Truths, analysis_readers, dates, tell, truths, typed_of
from trialwright.datasets.analysis_visits import (
    BUILT_IN_FORMS,
    DISPLACED,
    Windowed,
    derive_analysis_visits,
    item_node,
    windowed_forms,
)
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.derived import Datasets
from trialwright.expr.nodes import Name, Node
from trialwright.expr.reader import Reader
from trialwright.expr.tables import Tables
from trialwright.expr.vocabulary import Scope
from trialwright.expr.walk import walk
from trialwright.study.model import Study, Visit


@dataclass(frozen=True, slots=True)
class Trial:
    """What every method needs.

    groups: participant -> arm, "" where the study has one arm; in the order of the codes.
    first_dose: where it is known to the day. doubtful: whose first dose was on one of several days, so that no window
    is known to begin or to end.
    readers: of the record engine, for those who ask why; empty where nobody will.
    cut: the last day that is over in the data; None: every window has ended.
    derived: the analysis datasets, where an analysis names one.
    """

    study: Study
    windowed: Windowed
    codes: Mapping[str, str]
    groups: Mapping[str, str]
    first_dose: Mapping[str, date]
    doubtful: frozenset[str]
    visit_dates: Mapping[tuple[str, str], date]
    missed: frozenset[tuple[str, str]]
    ended: frozenset[str]
    cut: date | None = None
    readers: Mapping[str, Reader] = field(default_factory=dict)
    derived: Datasets = field(default_factory=dict)
    asked_before: dict[tuple[Node, Scope], Truths] = field(default_factory=dict, repr=False, compare=False)

    def truths(self, node: Node, asked: Scope = "participant") -> Truths:
        """The answers of all participants. The same rules come back in many analyses, so they are kept."""
        if (node, asked) not in self.asked_before:
            self.asked_before[node, asked] = truths(node, self.study.vocabulary, self.windowed.tables, asked)
        return self.asked_before[node, asked]

    def dates(self, node: Node) -> Dates:
        return dates(node, self.study.vocabulary, self.windowed.tables)

    def tell(self, participant: str, node: Node, visit: str | None) -> Told | None:
        """Why, for one participant; None where no reader was given."""
        reader = self.readers.get(participant)
        return None if reader is None else tell(node, reader, visit)

    def with_reasons(self, outcome: Outcome, node: Node, visit: str | None) -> Outcome:
        """The outcome with the values that it rests on and what was missing."""
        told = self.tell(outcome.participant, node, visit)
        if told is None:
            return outcome
        return replace(outcome, used=told.used, needs=told.needs if outcome.why == "missing" else ())

    def members(self, population: str) -> tuple[str, ...]:
        """Participants of a population, in the order of their codes; who cannot be told is not in it."""
        found = self.study.populations[population]
        answers = self.truths(found.rule.node)
        inside = set(self.members(found.within)) if found.within else set(self.groups)
        return tuple(one for one in self.groups if one in inside and answers.get((one, "")))

    def untold(self, population: str) -> tuple[str, ...]:
        """Who is in the population around one, and of whom it cannot be told whether in this one too."""
        found = self.study.populations[population]
        answers = self.truths(found.rule.node)
        return tuple(
            one for one in self.members(found.within or population) if answers.get((one, "")) is None
        )

    def waiting(self, population: str) -> frozenset[str]:
        """Who may still come into a population that lies within another: a visit that its rule reads is not due."""
        found = self.study.populations[population]
        if not found.within or self.cut is None:
            return frozenset()
        answers, inside = self.truths(found.rule.node), set(self.members(population))
        visits = tuple(self.study.visits[one] for one in sorted(visits_read(found.rule.node, self.study)))
        open_here = {
            one
            for one in self.members(found.within)
            if one not in inside
            and (
                any(not is_due(self, one, visit) for visit in visits)
                or (answers.get((one, "")) is None and not is_over(self, one))
            )
        }
        return frozenset(open_here) | (self.waiting(found.within) - inside)

    def some_codes(self, participants: Sequence[str]) -> str:
        """The first ten codes; a list of hundreds helps nobody."""
        named = ", ".join(self.codes[one] for one in participants[:10])
        return named if len(participants) <= 10 else f"{named}, …"

    def arms(self) -> tuple[str, ...]:
        """Groups to estimate in: the arms, or one group without a name."""
        return tuple(self.study.arms) if len(self.study.arms) > 1 else ("",)


def make_trial(study: Study, tables: Tables, readers: Mapping[str, Reader], cut: date | None) -> Trial:
    """Windows the forms that endpoints and courses read, and looks up what is asked again and again."""
    first = first_doses(study, tables)
    windowed = derive_analysis_visits(
        study.visits, tables, windowed_forms(study), frame_of_dates(first.known)
    )
    facts = tables.forms.get("participant")
    known = {row["participant"]: row for row in facts.to_dicts()} if facts is not None else {}
    participants = tables.participants["participant"].to_list()
    codes = {one: str(known.get(one, {}).get("code") or one) for one in participants}
    several = len(study.arms) > 1
    groups = {
        one: str(known.get(one, {}).get("arm") or "") if several else ""
        for one in sorted(participants, key=lambda one: (codes[one], one))
    }
    ended = truths(study.lifecycle.ended.node, study.vocabulary, tables) if study.lifecycle.ended else {}
    planned = (visit.id for visit in study.visits.values() if visit.analysis_days)
    return Trial(
        study,
        windowed,
        codes,
        groups,
        first.known,
        first.partial,
        dates_of_visits(windowed.tables),
        missed_visits(tables),
        frozenset(participant for (participant, _), answer in ended.items() if answer),
        cut,
        analysis_readers(readers, windowed, planned),
        derive_datasets(study, tables, cut) if any(one.dataset for one in study.analyses.values()) else {},
    )


def first_doses(study: Study, tables: Tables) -> Dates:
    if study.first_dose is None:
        return Dates({}, frozenset())
    return dates(study.terms[study.first_dose].rule.node, study.vocabulary, tables)


def frame_of_dates(first: Mapping[str, date]) -> pl.DataFrame:
    return pl.DataFrame(
        {"participant": list(first), "first": list(first.values())},
        schema={"participant": pl.String, "first": pl.Date},
    )


def dates_of_visits(tables: Tables) -> dict[tuple[str, str], date]:
    held = tables.forms.get("visit")
    if held is None or "date__lo" not in held.columns:
        return {}
    rows = (
        held.filter(pl.col("date__lo").is_not_null()).select("participant", "visit", "date__lo").iter_rows()
    )
    return {(participant, visit): on for participant, visit, on in rows}


def missed_visits(tables: Tables) -> frozenset[tuple[str, str]]:
    """Visits that were recorded as not held."""
    held = tables.forms.get("visit")
    if held is None or "date__state" not in held.columns:
        return frozenset()
    return frozenset(
        held.filter(pl.col("date__state") == "reason").select("participant", "visit").iter_rows()
    )


# ---------------------------------------------------------------- which forms, which visits


def course_visits(study: Study, item: str) -> tuple[Visit, ...]:
    """Visits at which a course has a value: with analysis windows, or where there are none in the study, as planned."""
    has_windows = any(visit.analysis_days for visit in study.visits.values())
    forms = {
        path.form
        for path in typed_of(item_node(item), study.vocabulary, "visit").needs
        if not path.is_elsewhere
    }
    wanted = forms - BUILT_IN_FORMS
    return tuple(
        visit
        for visit in study.visits.values()
        if (visit.analysis_days if has_windows else visit.day is not None and not visit.is_anchor)
        and all(
            (form, visit.id) in study.activities for form in wanted if study.forms[form].records == "visit"
        )
    )


def deadline(trial: Trial, participant: str, visit: Visit) -> date | None:
    """The last day on which a value can still fill the visit; None where it cannot be told."""
    first = trial.first_dose.get(participant)
    if first is None or (visit.day is None and visit.analysis_days is None):
        return None
    last = visit.analysis_days[1] if visit.analysis_days else (visit.day or 1) + visit.window_after_days
    return first + timedelta(days=last - 1 if last > 0 else last)


def is_due(trial: Trial, participant: str, visit: Visit) -> bool:
    """Whether a value that is not there will not come: the window has ended, or the visit or the study was given up."""
    end = deadline(trial, participant, visit)
    if trial.cut is None:
        return True
    if participant not in trial.doubtful and (end is None or end <= trial.cut):
        return True
    return (participant, visit.id) in trial.missed or participant in trial.ended


def is_over(trial: Trial, participant: str) -> bool:
    """Whether nothing more will come of a participant: the study ended for them, or every window has."""
    if trial.cut is None or participant in trial.ended:
        return True
    if participant in trial.doubtful:
        return False
    ends = (deadline(trial, participant, visit) for visit in trial.study.visits.values())
    last = max((end for end in ends if end is not None), default=None)
    return last is None or last <= trial.cut


def visits_read(node: Node, study: Study) -> frozenset[str]:
    """The visits that a rule names, itself or in the terms that it is made of."""
    found: set[str] = set()
    asked, seen = [node], set[str]()
    while asked:
        for part in walk(asked.pop()):
            if isinstance(part, Name) and part.word in study.visits:
                found.add(part.word)
            elif isinstance(part, Name) and part.word in study.terms and part.word not in seen:
                seen.add(part.word)
                asked.append(study.terms[part.word].rule.node)
    return frozenset(found)


def visits_named(trial: Trial, wanted: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(participant, visit key) of visits held whose id is wanted, repeats and displaced records too, by date."""
    names = frozenset(wanted)
    held = (
        trial.windowed.tables.visits.sort("participant", "order").select("participant", "visit").iter_rows()
    )
    return tuple(
        (participant, key)
        for participant, key in held
        if key.removesuffix(DISPLACED).partition("#")[0] in names
    )
