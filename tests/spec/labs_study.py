"""A small study with a laboratory, its datasets, and participants in a few words each, through real events."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date

from tests.spec.analysis_data import SCHEDULE_YAML, day, make_envelope, saved, study_files
from tests.spec.test_displays import MADE

from trialwright.analysis.displays.told import Told
from trialwright.analysis.page import Person, Report
from trialwright.analysis.report import make_dataset
from trialwright.analysis.results import AnalysisResult, Row
from trialwright.analysis.run import run
from trialwright.cli.report_data import translation
from trialwright.datasets.frames import frames
from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import (
    Draft,
    EligibilityDecided,
    FormSaved,
    ParticipantEnrolled,
    ParticipantScreened,
)
from trialwright.ledger.seal import seal
from trialwright.study.load import load
from trialwright.study.model import Study

LABS = """
label: Laboratory
records: one per visit
items:
  alt: {label: ALT, type: integer, optional: true}
  ast: {label: AST, type: integer, optional: true}
  alp: {label: ALP, type: integer, optional: true}
  bili: {label: Bilirubin, type: decimal, decimals: 1, optional: true}
  word: {label: Remark, type: text, optional: true}
"""
EVENT = """
label: Event
records: many per participant
gate: Was there any?
items:
  term: {label: Term, type: text}
  start: {label: Start, type: partialDate}
  end: {label: End, type: partialDate, optional: true}
"""
LIMITS = """
limits:
  - {site: S01, item: labs.alt, low: 10, high: 40}
  - {site: S01, item: labs.ast, low: 10, high: 30}
  - {site: S01, item: labs.alp, low: 40, high: 120}
  - {site: S01, item: labs.bili, high: 20}
"""
DATASETS = """
datasets:
  ADSL:
    label: Subject level
    class: ADSL
    columns:
      TRTSDT: {label: First Dose, rule: first_dose}
      ENDDT: {label: Last Day, rule: end.date}
  ADLB:
    label: Laboratory
    class: BDS
    windows: true
    baseline: true
    limits: true
    parameters:
      ALT: {label: ALT in blood, item: labs.alt}
      AST: {label: AST in blood, item: labs.ast}
      ALP: {label: ALP in blood, item: labs.alp}
      BILI: {label: Bilirubin in blood, item: labs.bili}
      WORD: {label: Remark, item: labs.word}
    columns:
      ONTRTFL: {label: On Treatment, rule: ADT > TRTSDT, flag: true}
    criteria:
      CRIT1: {label: Above 3 times the upper limit, rule: AVAL > 3 * ANRHI, parameters: [ALT, AST]}
      CRIT2: {label: Above twice the upper limit, rule: AVAL > 2 * ANRHI, parameters: [BILI]}
  ADSCORE:
    label: Scores
    class: BDS
    windows: true
    baseline: true
    parameters:
      SCORE: {label: Total score, item: score.total}
      LOW: {label: At most 2 points, of: SCORE, rule: AVAL <= 2}
  ADDOSE:
    label: Doses
    class: OCCDS
    form: dose
    when: given
    columns:
      ASTDT: {label: Day of the Dose, rule: date}
  ADEVENT:
    label: Events
    class: OCCDS
    form: event
    columns:
      TERM: {label: Term, rule: term}
      ASTDT: {label: Start, rule: start, partial: first}
      AENDT: {label: End, rule: end, partial: last}
"""
PLAN = """
objectives:
  main: {level: primary, text: Effect, endpoints: []}
populations:
  full: {label: Full set, rule: 'any(dose, where=given)'}
endpoints: {}
intercurrent_events: {}
estimands: {}
analyses:
"""
SCHEDULE = f"{SCHEDULE_YAML}  labs:    x   x  x   x   x   x   x\n  event:   x   x  x   x   x   x   x\n"


def labs_files(analyses: str, datasets: str = DATASETS, schedule: str = SCHEDULE) -> dict[str, bytes]:
    """analyses: lines of the plan, each "name: {...}"."""
    plan = PLAN + "".join(f"  {line}\n" for line in analyses.strip().splitlines())
    more = {
        "forms/labs.yaml": LABS,
        "forms/event.yaml": EVENT,
        "laboratory.yaml": LIMITS,
        "datasets.yaml": datasets,
        "schedule.yaml": schedule,
    }
    return {**study_files(analysis=plan), **{name: text.encode() for name, text in more.items()}}


def labs_study(analyses: str, datasets: str = DATASETS, schedule: str = SCHEDULE) -> Study:
    """As of `labs_files`."""
    loaded = load(labs_files(analyses, datasets, schedule), {})
    errors = [f"{one.where}: {one.text}" for one in loaded.problems if one.severity == "error"]
    assert loaded.study is not None and not errors, errors
    return loaded.study


DAYS = {"SCR": -10, "W0": 1, "W12": 85, "W16": 113, "W34": 239, "W52": 365}

Event = tuple[str, int, int | None]  # term, first and last study day
Subject = tuple[str, bool, int | None, tuple[tuple[str, int, str], ...], tuple[Event, ...]]


def subject(
    code: str,
    *events: Event,
    dosed: bool = True,
    ended: int | None = None,
    **visits: str | tuple[int, str],
) -> Subject:
    """subject("01", SCR="alt=20 total=10", UNS_1=(90, "alt=50")): the day is the visit's own where none is given."""
    told = tuple(
        (key.replace("_", "#"), *(given if isinstance(given, tuple) else (DAYS[key], given)))
        for key, given in {"SCR": "", "W0": "", **visits}.items()
    )
    return code, dosed, ended, told, events


def person(study: Study, told: Subject) -> Person:
    code, dosed, ended, visits, happened = told
    participant = f"p{code}"
    acts = [(day(-10), ParticipantScreened(participant), {"code": code})]
    for visit, on, words in sorted(visits, key=lambda one: one[1]):
        acts += acts_of(visit, on, dict(pair.split("=") for pair in words.split()), is_dosed=dosed)
    for number, (term, first, last) in enumerate(happened, 1):
        days = {"start": day(first).isoformat(), **({} if last is None else {"end": day(last).isoformat()})}
        on, _, values = saved(max(first, 1), "", "event", term=term, **days)
        acts.append((on, FormSaved("", "event", number), values))
    if ended is not None:
        date_of = {"date": day(ended).isoformat()} if ended else {}  # 0: on a day that is not known
        acts.append(saved(max(ended, 1), "", "end", stopped="false", **date_of))
    book, numbers, events = Casebook(study, participant), itertools.count(), []
    for on, body, values in acts:
        (event,) = seal(
            [Draft(body, values)],
            make_envelope(study, participant, on, len(events)),
            previous=book.head,
            sequence=book.sequence,
            salt=lambda: f"{next(numbers):032x}",
        )
        events.append(event)
        book = apply(book, event)
    return Person(book, tuple(events))


def acts_of(visit: str, on: int, words: Mapping[str, str], *, is_dosed: bool):
    yield saved(on, visit, "visit", date=day(on).isoformat())
    labs = {name: value for name, value in words.items() if name != "total"}
    if labs:
        yield saved(on, visit, "labs", **labs)
    if "total" in words:
        yield saved(on, visit, "score", total=words["total"])
    if visit == "SCR":
        met = tuple((one, "met") for one in ("I1", "I2", "E1"))
        yield day(on), EligibilityDecided("SCR", "eligible", met), {}
    if visit == "W0" and is_dosed:
        yield day(on), ParticipantEnrolled(), {"arm": "A"}
    if visit in ("W0", "W12") and is_dosed:
        yield saved(on, visit, "dose", given="true", date=day(on).isoformat())


def labs_report(study: Study, people: Sequence[Subject], cut: date | None = None) -> Report:
    records = {one.book.participant: one for one in (person(study, told) for told in people)}
    books = {name: one.book for name, one in records.items()}
    results = run(study, frames(study, books.values()), rehearsal=True, books=books, cut=cut)
    return Report(study, results, records, MADE)


def labs_told(study: Study, people: Sequence[Subject], language: str = "en") -> Told:
    report = labs_report(study, people)
    return Told(study, make_dataset(report), translation(language), language)


def result_of(study: Study, people: Sequence[Subject], analysis: str) -> AnalysisResult:
    return next(one for one in labs_report(study, people).results.analyses if one.id == analysis)


def by_key(rows: Sequence[Row]) -> dict[tuple[str, str, str], Row]:
    """(parameter, visit, statistic) -> row."""
    found = {(row.parameter, row.visit, row.statistic): row for row in rows}
    assert len(found) == len(rows)
    return found
