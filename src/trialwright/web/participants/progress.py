"""How far a visit is: the worst state of its forms, and the open queries that stand there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trialwright.ledger.reader import VISIT, CasebookReader
from trialwright.schedule.visits import PlannedVisit, visit_of
from trialwright.study.model import Form, Study
from trialwright.web.forms.state import FormState, form_state, forms_at, is_optional
from trialwright.web.participants.order import is_shown

_OPEN: Final = ("to_do", "in_progress")


@dataclass(frozen=True, slots=True)
class Standing:
    """homes: of each form that is filled in once, the key of the one visit where it stands; queries: open ones by form
    and visit key."""

    reader: CasebookReader
    homes: Mapping[str, str]
    queries: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Progress:
    """state: to_do where every form still waits, in_progress where some do, complete where none does."""

    state: FormState
    queries: int


def standing_of(reader: CasebookReader, calendar: Sequence[PlannedVisit]) -> Standing:
    forms = reader.book.study.forms.values()
    homes = {form.id: _home_of(reader, form, calendar) for form in forms if form.records == "participant"}
    return Standing(reader, homes, _open_queries(reader))


def _home_of(reader: CasebookReader, form: Form, calendar: Sequence[PlannedVisit]) -> str:
    """The last held visit that asks for the form, else the last held where it may be done, else the first in sight."""
    study, days = reader.book.study, reader.held()
    held = [key for key in reader.visit_keys() if days[key].day and _is_named(study, form, key)]
    asked = [key for key in held if not is_optional(study, form, key)]
    ahead = [one.key for one in calendar if is_shown(study, one) and _is_named(study, form, one.key)]
    return (asked or held or ahead[:1] or [""])[-1]


def _is_named(study: Study, form: Form, visit: str) -> bool:
    return (form.id, visit_of(visit)) in study.activities


def _open_queries(reader: CasebookReader) -> Mapping[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for query in reader.book.queries.values():
        if query.state == "open":
            key = (query.form, query.visit)
            counts[key] = counts.get(key, 0) + 1
    return counts


def progress_of(standing: Standing, visit: str, readable: frozenset[str]) -> Progress:
    """Of a visit that was held, by its key. readable: areas whose forms count, those that the person may see."""
    forms = [form for form in forms_at(standing.reader.book.study, visit) if form.area in readable]
    states = {form_state(standing.reader, form, visit) for form in forms}
    queries = sum(queries_at(standing, form, visit) for form in forms)
    queries += standing.queries.get((VISIT, visit), 0)
    if states.isdisjoint(_OPEN):
        return Progress("complete", queries)
    is_begun = "in_progress" in states or "complete" in states
    return Progress("in_progress" if is_begun else "to_do", queries)


def queries_at(standing: Standing, form: Form, visit: str) -> int:
    """Open queries of a form that stand at a visit: those recorded there, and those of a form that is filled in once
    at its home. Rows of a list that belongs to no visit stand at none: see `queries_of_list`."""
    is_home = form.records == "participant" and standing.homes[form.id] == visit
    return standing.queries.get((form.id, visit), 0) + (
        standing.queries.get((form.id, ""), 0) if is_home else 0
    )


def queries_of_list(standing: Standing, form: Form) -> int:
    """Open queries of the rows of a list that belongs to the participant, not to a visit."""
    return standing.queries.get((form.id, ""), 0) if form.records == "many" else 0
