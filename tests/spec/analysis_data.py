"""A small study with every kind of endpoint, and participants in one line each, through real events."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import (
    Body,
    Draft,
    EligibilityDecided,
    Envelope,
    FormSaved,
    ParticipantEnrolled,
    ParticipantScreened,
    Sealed,
)
from trialwright.ledger.seal import seal
from trialwright.study.load import load
from trialwright.study.model import Study
from trialwright.values.datum import Missing, Value
from trialwright.values.stored import datum_to_json

FIRST = date(2026, 3, 2)

STUDY_YAML = """
definition: trialwright/1
study: TRIAL
version: 1.0.0
amendment: original
title: A trial <of> a score
notice: Made up for tests & nothing else.
languages: [en]
registry:
  identifiers: {TRIAL: {registry: none}}
  sponsor: Nobody
  status: Not yet recruiting
  condition: None
  phase: Phase 2
  summary: A study for tests.
design: {type: Interventional, model: MODEL, masking: Open, allocation: Not applicable, purpose: Treatment, target: 10, sex: All,
  age: Adults, planned: {start: 2026-01-01, completion: 2026-12-31}}
arms: ARMS
sites:
  S01: {label: First, country: CN, timezone: Asia/Shanghai}
baseline: {visits: [W0, SCR]}
lifecycle: {dosed: 'any(dose, where=given)', ended: known(end.date)}
"""
ONE_ARM = "{A: {label: Arm A, type: Experimental, text: One, interventions: []}}"
TWO_ARMS = """
  A: {label: Arm A, type: Experimental, text: One, interventions: []}
  B: {label: Arm B, type: Placebo Comparator, text: Two, interventions: []}
randomisation: {method: permuted_blocks, blocks: [2], ratio: {A: 1, B: 1}}"""
SCHEDULE_YAML = """
visits:
  SCR: {label: Screening, day: -28..-1}
  W0: {label: Week 0, day: 1, anchor: first_dose}
  W12: {label: Week 12, day: 85, window: -3..+3, analysis_days: 79..99}
  W16: {label: Week 16, day: 113, window: -7..+7, analysis_days: 100..126}
  W34: {label: Week 34, day: 239, window: -14..+14, analysis_days: 177..302, when: score_90_week_16, if_unknown: ask}
  W52: {label: Week 52, day: 365, window: -14..+14, analysis_days: 303..379, when: score_90_week_16, if_unknown: ask}
  UNS: {label: Unscheduled, day: any, repeats: true}
activities:
  visits:  SCR W0 W12 W16 W34 W52 UNS
  consent: x   .  .   .   .   .   .
  score:   x   x  x   x   x   x   x
  dose:    .   x  x   .   .   .   .
  back:    .   .  .   .   x   x   x
  end:     .   .  o   o   o   o   o
"""
TERMS_YAML = """
first_dose: {label: First dose, rule: 'min(dose.date, where=given)'}
score_90: {label: Score 90, rule: reduction(score.total) >= 0.9}
score_90_strict: {label: More than 90 %, rule: reduction(score.total) > 0.9}
score_100: {label: Score 100, rule: reduction(score.total) == 1}
score_90_week_16: {label: Score 90 at week 16, rule: 'at(W16, score_90)'}
lost_half: {label: Half lost, rule: '2 * (score.total - at(W16, score.total)) >= baseline(score.total) - at(W16, score.total)'}
twice: {label: Twice the score, rule: score.total * 2}
"""
ELIGIBILITY_YAML = """
inclusion:
  I1: {text: Signed consent, rule: consent.signed, decided_at: [SCR]}
  I2: {text: Score of at least 3, rule: 'at(SCR, score.total) >= 3', decided_at: [SCR]}
exclusion:
  E1: {text: Score above 50, rule: 'at(SCR, score.total) > 50', decided_at: [SCR]}
"""
FORMS = {
    "consent": "label: Consent\nrecords: one per participant\nitems:\n  signed: {label: Signed, type: boolean}\n",
    "score": """
label: Score
records: one per visit
items:
  total: {label: Total score, type: decimal, decimals: 1, range: 0..72}
  note: {label: Note, type: text, length: 200, optional: true}
""",
    "dose": "label: Dose\nrecords: one per visit\nitems:\n  given: {label: Given, type: boolean}\n  date: {label: Day, type: date, when: given}\n",
    "back": "label: Return\nrecords: one per visit\nitems:\n  treated: {label: Treated again, type: boolean}\n  by: {label: Asked, codes: asked}\n",
    "end": """
label: End
records: one per participant
items:
  stopped: {label: Stopped early, type: boolean}
  reason: {label: Reason, codes: reason, when: stopped}
  date: {label: Last day, type: date}
""",
}
CODES_YAML = """
asked: {codes: {visit: At the visit, telephone: By telephone}}
reason: {codes: {harm: Adverse event, no_effect: Lack of effect, moved: Moved away, death: Death}}
"""
ANALYSIS_YAML = """
objectives:
  main: {level: primary, text: Effect, endpoints: [score_90_w16]}
  more: {level: secondary, text: Return, endpoints: [score_100_w16, return_w52, stopping]}
populations:
  full: {label: Full set, rule: 'any(dose, where=given)'}
  responders: {label: Week-16 responders, rule: score_90_week_16, within: full}
endpoints:
  score_90_w16:
    level: primary
    label: Score 90 response
    text: Reduction of at least 90 % at week 16.
    variable: score_90
    visit: W16
    beside: [{variable: score_90_strict, why: the page's wording}, {visit: W12, why: the page's text}]
  score_100_w16: {level: secondary, label: Score 100 response, text: Score of 0 at week 16., variable: score_100, visit: W16}
  return_w52: {level: secondary, label: Return, text: Half of the gain lost., variable: lost_half, visits: [W34, W52, UNS], after: W16, first: true}
  stopping: {level: other, label: Stopping, text: Stopped early., variable: end.stopped}
intercurrent_events:
  harm: {label: Stopped for harm or lack of effect, rule: 'end.stopped and end.reason in ("harm", "no_effect")', date: end.date}
  died: {label: Death, rule: end.reason == "death", date: end.date}
  moved: {label: Moved away, rule: end.reason == "moved", date: end.date}
estimands:
  primary:
    endpoint: score_90_w16
    population: full
    treatment: []
    intercurrent: {harm: composite, died: composite, moved: treatment policy}
    missing: non-response
    summary: proportion
  clear: {endpoint: score_100_w16, like: primary}
  back:
    endpoint: return_w52
    population: responders
    treatment: []
    intercurrent: {died: while on study}
    missing: event
    summary: proportion
  stop: {endpoint: stopping, population: full, treatment: [], intercurrent: {}, missing: no event, summary: proportion}
analyses:
  primary: {label: Score 90 at week 16, estimand: primary, method: one_proportion, interval: {method: clopper_pearson, level: 0.95}, options: {against: 0.5}}
  clear: {label: Score 100 at week 16, estimand: clear, method: one_proportion, interval: {method: wilson, level: 0.9}}
  back: {label: Return to week 52, estimand: back, method: one_proportion, interval: {method: clopper_pearson, level: 0.95}, missing_as: [event, no event, left out]}
  stop: {label: Stopped early, estimand: stop, method: one_proportion, interval: {method: clopper_pearson, level: 0.95}}
  responses: {label: Responses over time, method: proportion_by_visit, estimand: primary, of: [score_90, score_100]}
  course: {label: Score over time, method: by_visit, population: full, of: [score.total, twice]}
  flow: {label: Flow, method: flow, population: full, options: {stopped: end.stopped, reason: end.reason, telephone: 'back.by == "telephone"', visits: W16 W34 W52}}
"""
ROLES_YAML = """
rights:
  roles: coordinator
  forms: rwa
  eligibility: rws
  identity: rw
labels: {coordinator: Study <nurse>}
"""


def study_files(
    arms: str = ONE_ARM, model: str = "Single group", analysis: str = ANALYSIS_YAML
) -> dict[str, bytes]:
    files = {
        "study.yaml": STUDY_YAML.replace("ARMS", arms).replace("MODEL", model),
        "schedule.yaml": SCHEDULE_YAML,
        "terms.yaml": TERMS_YAML,
        "eligibility.yaml": ELIGIBILITY_YAML,
        "codes.yaml": CODES_YAML,
        "analysis.yaml": analysis,
        "roles.yaml": ROLES_YAML,
        **{f"forms/{name}.yaml": text for name, text in FORMS.items()},
    }
    return {name: text.encode() for name, text in files.items()}


def make_study(**changes: str) -> Study:
    """arms=, model=, analysis=: YAML in place of the plain study's."""
    loaded = load(study_files(**changes), {})
    errors = [f"{one.where}: {one.text}" for one in loaded.problems if one.severity == "error"]
    assert loaded.study is not None and not errors, errors
    return loaded.study


def day(number: int) -> date:
    """The date of a study day."""
    return FIRST + timedelta(days=number - 1 if number > 0 else number)


@dataclass(frozen=True)
class Told:
    """One participant: what was said. scores: visit key -> study day and score; missed: visits recorded as not held."""

    code: str
    scores: tuple[tuple[str, tuple[int, str]], ...]
    arm: str = "A"
    stopped: tuple[str, int] | None = None
    ended: int | None = None
    missed: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    decision: str = "eligible"
    is_dosed: bool = True
    is_enrolled: bool = False  # without a dose; whoever has one is enrolled


def tell(
    code: str,
    baseline: str,
    *,
    arm: str = "A",
    dosed: bool = True,
    stopped: tuple[str, int] | None = None,
    ended: int | None = None,
    missed: tuple[str, ...] = (),
    called: tuple[str, ...] = (),
    decision: str = "eligible",
    **scores: tuple[int, str] | str,
) -> Told:
    """tell("01", "10.0", W16="1.0", UNS_1=(150, "7")): the day is the visit's own where none is given."""
    own = {"W12": 85, "W16": 113, "W34": 239, "W52": 365}
    seen = {
        key.replace("_", "#"): given if isinstance(given, tuple) else (own[key], given)
        for key, given in scores.items()
    }
    first = {"SCR": (-10, "20.0"), "W0": (1, baseline)} if dosed else {"SCR": (-10, baseline)}
    return Told(code, tuple({**first, **seen}.items()), arm, stopped, ended, missed, called, decision, dosed)


def make_person(study: Study, told: Told) -> tuple[Casebook, tuple[Sealed, ...]]:
    """The participant's casebook and its events, one act each."""
    participant = f"p{told.code}"
    bodies = list(bodies_of(study, told, participant))
    book, numbers = Casebook(study, participant), itertools.count()
    events: list[Sealed] = []
    for on, body, values in bodies:
        envelope = make_envelope(study, participant, on, len(events))
        (event,) = seal(
            [Draft(body, values)],
            envelope,
            previous=book.head,
            sequence=book.sequence,
            salt=lambda: f"{next(numbers):032x}",
        )
        events.append(event)
        book = apply(book, event)
    return book, tuple(events)


def make_envelope(study: Study, participant: str, on: date, count: int) -> Envelope:
    return Envelope(
        study.id,
        f"participant:{participant}",
        f"{participant}-{count}",
        f"{on}T08:{count // 60:02}:{count % 60:02}.000000Z",
        None,
        None,
        on.isoformat(),
        f"nurse{count % 2}",
        "coordinator",
        "Hospital",
        "S01",
        study.version,
        study.hash,
    )


Act = tuple[date, Body, Mapping[str, str]]


def bodies_of(study: Study, told: Told, participant: str):
    yield day(-10), ParticipantScreened(participant), {"code": told.code}
    yield saved(-10, "", "consent", signed="true")
    in_order = sorted(told.scores, key=lambda pair: pair[1][0])
    for visit, (on, score) in in_order:
        yield saved(on, visit, "visit", date=day(on).isoformat())
        if score:
            yield saved(on, visit, "score", total=score)
        if visit == "SCR":
            statuses = tuple(
                (one, "met" if told.decision == "eligible" or one != "I2" else "not_met")
                for one in ("I1", "I2")
            )
            if told.decision:
                yield day(on), EligibilityDecided("SCR", told.decision, (*statuses, ("E1", "met"))), {}
        if visit == "W0" and (told.is_dosed or told.is_enrolled):
            yield day(on), ParticipantEnrolled(), {"arm": told.arm}
        if visit == "W0" and told.is_dosed:
            yield saved(on, visit, "dose", given="true", date=day(on).isoformat())
        if visit in ("W34", "W52"):
            by = "telephone" if visit in told.called else "visit"
            yield saved(on, visit, "back", treated="false", by=by)
    for visit in told.missed:
        yield day(380), FormSaved(visit, "visit", 0), {"date": datum_to_json(Missing("not_done"))}
    if told.stopped:
        reason, on = told.stopped
        yield saved(on, "", "end", stopped="true", reason=reason, date=day(on).isoformat())
    elif told.ended is not None:
        yield saved(told.ended, "", "end", stopped="false", date=day(told.ended).isoformat())


def saved(on: int, visit: str, form: str, **items: str) -> Act:
    values = {name: datum_to_json(Value(text)) for name, text in items.items()}
    return day(on), FormSaved(visit, form, 0), values
