"""One data cut, made ready for its analyses: analysis visits, arms, first doses, and what may be asked of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from trialwright.analysis.results import Outcome
from trialwright.analysis.rules import Told, Truths, analysis_readers, tell, truths, typed_of
from trialwright.datasets.analysis_visits import (
    BUILT_IN_FORMS,
    DISPLACED,
    Windowed,
    item_node,
)
from trialwright.datasets.derive import derive_of
from trialwright.datasets.derived import Datasets
from trialwright.datasets.due import with_deadlines
from trialwright.datasets.work import Cut, make_cut
from trialwright.expr.nodes import Name, Node
from trialwright.expr.reader import Reader
from trialwright.expr.tables import Tables
from trialwright.expr.vocabulary import Scope
from trialwright.expr.walk import walk
from trialwright.study.dataset_words import populations_around
from trialwright.study.model import Study, Visit


@dataclass(frozen=True, slots=True)
class Trial:
    """What every method needs.

    data: the data cut as the datasets have it: who is in a population, what is due, what happened between is decided
    there. groups: participant -> arm, "" where the study has one arm; in the order of the codes.
    first_dose: where it is known to the day. deadlines, due: by participant and visit.
    readers: of the record engine, for those who ask why; empty where nobody will.
    derived: the analysis datasets, where an analysis names one.
    """

    data: Cut
    codes: Mapping[str, str]
    groups: Mapping[str, str]
    first_dose: Mapping[str, date]
    visit_dates: Mapping[tuple[str, str], date]
    deadlines: Mapping[tuple[str, str], date | None]
    due: Mapping[tuple[str, str], bool]
    doubtful: frozenset[str]
    ended: frozenset[str]
    readers: Mapping[str, Reader] = field(default_factory=dict)
    derived: Datasets = field(default_factory=dict)
    asked_before: dict[tuple[Node, Scope], Truths] = field(default_factory=dict, repr=False, compare=False)
    told_before: dict[tuple[str, Node, str | None], Told] = field(
        default_factory=dict, repr=False, compare=False
    )
    named_before: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    decided_before: dict[str, dict[str, tuple[bool, int]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def study(self) -> Study:
        return self.data.study

    @property
    def windowed(self) -> Windowed:
        return self.data.windowed

    @property
    def cut(self) -> date | None:
        """The last day that is over in the data; None: every window has ended."""
        return self.data.last_day

    def truths(self, node: Node, asked: Scope = "participant") -> Truths:
        """The answers of all participants. The same rules come back in many analyses, so they are kept."""
        if (node, asked) not in self.asked_before:
            self.asked_before[node, asked] = truths(node, self.study.vocabulary, self.windowed.tables, asked)
        return self.asked_before[node, asked]

    def tell(self, participant: str, node: Node, visit: str | None) -> Told | None:
        """Why, for one participant; None where no reader was given. Sensitivity analyses ask the same again."""
        reader = self.readers.get(participant)
        if reader is None:
            return None
        key = (participant, node, visit)
        if key not in self.told_before:
            self.told_before[key] = tell(node, reader, visit)
        return self.told_before[key]

    def with_reasons(self, outcome: Outcome, node: Node, visit: str | None) -> Outcome:
        """The outcome with the values that it rests on and what was missing."""
        told = self.tell(outcome.participant, node, visit)
        if told is None:
            return outcome
        return replace(outcome, used=told.used, needs=told.needs if outcome.why == "missing" else ())

    def members(self, population: str) -> tuple[str, ...]:
        """Participants of a population, in the order of their codes; who cannot be told is not in it."""
        inside = frozenset(self.data.members_of(population).to_list())
        return tuple(one for one in self.groups if one in inside)

    def of_group(self, participants: Iterable[str], group: str) -> tuple[str, ...]:
        """Those of some participants in one of `arms`."""
        return tuple(one for one in participants if self.groups[one] == group)

    def without_arm(self) -> tuple[str, ...]:
        """Members of any population who are in none of `arms`."""
        inside = {one for population in self.study.populations for one in self.members(population)}
        return tuple(one for one in self.groups if one in inside and self.groups[one] not in self.arms())

    def untold(self, population: str) -> tuple[str, ...]:
        """Who is in the population around one, and of whom it cannot be told whether in this one too."""
        told = self.data.membership(population)
        unknown = frozenset(told.filter(pl.col("is_in").is_null())["participant"].to_list())
        around = self.study.populations[population].within or population
        return tuple(one for one in self.members(around) if one in unknown)

    def waiting(self, population: str) -> frozenset[str]:
        """Who may still come into a population that lies within another: a visit that its rule reads is not due."""
        found = self.study.populations[population]
        if not found.within or self.cut is None:
            return frozenset()
        answers, inside = self.truths(found.rule.node), set(self.members(population))
        decided = self.decided(population)
        put_out = {one for one, (is_in, _) in decided.items() if not is_in}
        visits = tuple(self.study.visits[one] for one in sorted(visits_read(found.rule.node, self.study)))
        open_here = {
            one
            for one in self.members(found.within)
            if one not in inside
            and one not in decided
            and (
                any(not is_due(self, one, visit) for visit in visits)
                or (answers.get((one, "")) is None and not is_over(self, one))
            )
        }
        return frozenset(open_here) | (self.waiting(found.within) - inside - put_out)

    def decisions_on(self, population: str, participant: str) -> tuple[int, ...]:
        """The events of what the data review decided of a participant, on a population and those around it."""
        asked = (self.decided(one) for one in populations_around(self.study, population))
        return tuple(told[participant][1] for told in asked if participant in told)

    def decided(self, population: str) -> Mapping[str, tuple[bool, int]]:
        """As of the data cut, asked for once."""
        if population not in self.decided_before:
            self.decided_before[population] = self.data.decided(population)
        return self.decided_before[population]

    def some_codes(self, participants: Sequence[str]) -> str:
        """The first ten codes; a list of hundreds helps nobody."""
        named = ", ".join(self.codes[one] for one in participants[:10])
        return named if len(participants) <= 10 else f"{named}, …"

    def arms(self) -> tuple[str, ...]:
        """Groups to estimate in: the arms, or one group without a name."""
        return tuple(self.study.arms) if len(self.study.arms) > 1 else ("",)


def make_trial(study: Study, tables: Tables, readers: Mapping[str, Reader], cut: date | None) -> Trial:
    """Windows the forms that endpoints and courses read, and looks up what is asked again and again."""
    data = make_cut(study, tables, cut)
    facts = tables.forms.get("participant")
    known = {row["participant"]: row for row in facts.to_dicts()} if facts is not None else {}
    participants = tables.participants["participant"].to_list()
    codes = {one: str(known.get(one, {}).get("code") or one) for one in participants}
    several = len(study.arms) > 1
    groups = {
        one: str(known.get(one, {}).get("arm") or "") if several else ""
        for one in sorted(participants, key=lambda one: (codes[one], one))
    }
    planned = (visit.id for visit in study.visits.values() if visit.analysis_days)
    grid = tables.participants.select("participant").join(
        pl.DataFrame({"visit": list(study.visits)}, schema={"visit": pl.String()}), how="cross"
    )
    schedule = with_deadlines(grid, data).select("participant", "visit", "deadline", "is_due").rows()
    return Trial(
        data,
        codes,
        groups,
        dict(data.first_dose.select("participant", "first").iter_rows()),
        dates_of_visits(data.analysed),
        {(one, visit): deadline for one, visit, deadline, _ in schedule},
        {(one, visit): is_due for one, visit, _, is_due in schedule},
        frozenset(data.doubtful.to_list()),
        frozenset(data.ended.to_list()),
        analysis_readers(readers, data.windowed, planned),
        derive_of(data) if any(one.dataset for one in study.analyses.values()) else {},
    )


def dates_of_visits(tables: Tables) -> dict[tuple[str, str], date]:
    held = tables.forms.get("visit")
    if held is None or "date__lo" not in held.columns:
        return {}
    rows = (
        held.filter(pl.col("date__lo").is_not_null()).select("participant", "visit", "date__lo").iter_rows()
    )
    return {(participant, visit): on for participant, visit, on in rows}


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
    return trial.deadlines.get((participant, visit.id))


def is_due(trial: Trial, participant: str, visit: Visit) -> bool:
    """Whether a value that is not there will not come: the window has ended, or the visit or the study was given up."""
    return trial.due[participant, visit.id]


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
    names = tuple(wanted)
    if names not in trial.named_before:
        trial.named_before[names] = find_visits(trial, names)
    return trial.named_before[names]


def find_visits(trial: Trial, wanted: Sequence[str]) -> tuple[tuple[str, str], ...]:
    planned = pl.col("visit").str.strip_suffix(DISPLACED).str.split("#").list.first()
    held = trial.windowed.tables.visits.filter(planned.is_in(list(wanted)))
    return tuple(held.sort("participant", "order").select("participant", "visit").iter_rows())
