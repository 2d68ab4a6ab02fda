"""The small study of the analyses with a log of events, and participants with rows in it, through real events."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.spec.analysis_data import SCHEDULE_YAML, Told, bodies_of, day, make_envelope, study_files

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.page import Person, Provenance, Report
from trialwright.analysis.report import make_dataset
from trialwright.analysis.results import Results
from trialwright.analysis.run import run
from trialwright.datasets.frames import frames
from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import Draft, FormSaved, Sealed
from trialwright.ledger.seal import seal
from trialwright.study.load import load
from trialwright.study.model import Study
from trialwright.values.datum import Value
from trialwright.values.stored import datum_to_json

MADE = Provenance("2027-03-17T08:00:00.000000Z", "ab" * 32, "0.1.0")
EVENT_FORM = """
label: Events
records: many per participant
items:
  term:    {label: Term, type: text, length: 80}
  organ:   {label: Organ, codes: organs, optional: true}
  start:   {label: Start, type: partialDate}
  grade:   {label: Grade, type: integer, codes: grades, optional: true}
  serious: {label: Serious, type: boolean}
  action:  {label: Action, codes: actions, optional: true}
"""
EVENT_CODES = """
asked: {codes: {visit: At the visit, telephone: By telephone}}
reason: {codes: {harm: Adverse event, no_effect: Lack of effect, moved: Moved away, death: Death}}
organs: {codes: {skin: Skin, gut: Gut, nose: Nose and throat}}
grades: {codes: {1: Light, 2: Middling, 3: Heavy}}
actions: {codes: {none: Nothing done, stopped: Drug stopped}}
"""
EVENT_CHECKS = """
high: {about: score.total, when: total > 25, ask: Very high., level: deviation}
late: {about: dose.date, when: 'days(visit.date, date) > 0', ask: Dosed another day., level: deviation}
"""
EVENT_DATASETS = """
datasets:
  ADSL:
    label: Subject level
    class: ADSL
    columns:
      TRTSDT: {label: First Dose, rule: first_dose}
      TRTEDT: {label: Last Dose, rule: 'max(dose.date, where=given)'}
      EOSDT: {label: End of the Study, rule: end.date}
      REASON: {label: Why Ended, rule: end.reason}
  ADAE:
    label: Events
    class: OCCDS
    form: event
    keep: [TRTSDT, REASON]
    columns:
      AETERM: {label: Term, rule: term}
      ORGAN: {label: Organ, rule: organ}
      ASTDT: {label: Start, rule: start, partial: first}
      ASTDY: {label: Day, rule: 'days(TRTSDT, start) + "1 days"'}
      TREATFL: {label: On Treatment, rule: start >= TRTSDT, flag: true}
      AESER: {label: Serious, rule: serious}
      GRADE: {label: Grade, rule: grade}
      ACTION: {label: Action, rule: action, codes: {stopped: DRUG WITHDRAWN}}
  ADDV:
    label: Deviations
    class: OCCDS
    made_from: deviations
"""
POPULATIONS = """
populations:
  full: {label: Full set, rule: 'any(dose, where=given)'}
"""


@dataclass(frozen=True)
class Row:
    """One row of the log: start is a study day, or as much of a date as is known."""

    term: str
    start: int | str
    organ: str | None = None
    grade: str | None = None
    serious: bool = False
    action: str | None = None


def event_files(analyses: str, datasets: str = EVENT_DATASETS, **changes: str) -> dict[str, bytes]:
    """analyses: the section of the plan; datasets: their definitions; changes: as of `study_files`."""
    schedule = SCHEDULE_YAML.rstrip() + "\n  event:   o   o  o   o   o   o   o\n"
    texts = {
        "schedule.yaml": schedule,
        "forms/event.yaml": EVENT_FORM,
        "codes.yaml": EVENT_CODES,
        "checks.yaml": EVENT_CHECKS,
        "datasets.yaml": datasets,
    }
    files = study_files(analysis=POPULATIONS + analyses, **changes)
    return files | {name: text.encode() for name, text in texts.items()}


def event_study(analyses: str, **changes: str) -> Study:
    loaded = load(event_files(analyses, **changes), {})
    assert loaded.study is not None, [one.text for one in loaded.problems if one.severity == "error"]
    return loaded.study


def with_rows(study: Study, told: Told, rows: Sequence[Row]) -> tuple[Casebook, tuple[Sealed, ...]]:
    """A participant with rows of the log, entered last."""
    participant = f"p{told.code}"
    acts = [*bodies_of(study, told, participant)]
    acts += [(day(370), FormSaved("", "event", number), items_of(one)) for number, one in enumerate(rows, 1)]
    book, numbers = Casebook(study, participant), itertools.count()
    events: list[Sealed] = []
    for on, body, values in acts:
        envelope = make_envelope(study, participant, on, len(events))
        salt = lambda: f"{next(numbers):032x}"  # noqa: E731 - a counter instead of chance
        (event,) = seal(
            [Draft(body, values)], envelope, previous=book.head, sequence=book.sequence, salt=salt
        )
        events.append(event)
        book = apply(book, event)
    return book, tuple(events)


def items_of(one: Row) -> dict[str, str]:
    start = day(one.start).isoformat() if isinstance(one.start, int) else one.start
    given = {"term": one.term, "start": start, "serious": "true" if one.serious else "false"}
    given |= {
        name: text
        for name, text in (("organ", one.organ), ("grade", one.grade), ("action", one.action))
        if text is not None
    }
    return {name: datum_to_json(Value(text)) for name, text in given.items()}


People = Sequence[tuple[Told, Sequence[Row]]]


def run_with_rows(study: Study, people: People, cut: date | None = None) -> tuple[Results, ResultsDataset]:
    records = {
        book.participant: Person(book, events)
        for book, events in (with_rows(study, told, rows) for told, rows in people)
    }
    books = {name: person.book for name, person in records.items()}
    results = run(study, frames(study, books.values()), rehearsal=True, books=books, cut=cut)
    return results, make_dataset(Report(study, results, records, MADE))
