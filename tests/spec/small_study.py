"""A small study that uses every part of a definition, as files; tests change one thing in it at a time."""

from collections.abc import Mapping

from trialwright.study.load import load
from trialwright.study.model import Loaded, Study
from trialwright.values.problem import Problem

STUDY = """\
definition: trialwright/1
study: SMALL-1
version: 1.0.0
amendment: original
title: Two doses of Calmol in itch
acronym: CALM
notice: An invented study.
languages: [en, zh-Hans]
registry:
  identifiers: {SMALL-1: {registry: Own}}
  sponsor: Clinic
  status: Recruiting
  condition: [Itch, Eczema]
  phase: Phase 2
  summary: A summary.
  description: A description.
  discrepancies: {phase: {found: Phase 3 elsewhere, decided: Phase 2}}
design:
  type: Interventional
  model: Parallel
  masking: {value: Double, decided: usual}
  allocation: Randomised
  purpose: Treatment
  target: 20
  sex: All
  age: 18..70 years
  planned: {start: 2025-05, completion: 2026-06-30}
  blinded: [nurse]
arms:
  LOW: {label: Low dose, type: Experimental, text: One pen., interventions: [calmol]}
  HIGH: {label: High dose, type: Experimental, text: Two pens., interventions: [calmol]}
epochs:
  treatment: {label: Treatment}
sites:
  "01": {label: Clinic North, country: CHN, timezone: Asia/Shanghai}
randomisation: {method: permuted_blocks, blocks: [2, 4], ratio: {LOW: 1, HIGH: 1}}
baseline: {visits: [V0, SCR]}
lifecycle:
  dosed: any(dose, where=given)
  ended: known(end.date)
curves:
  - {item: itch.total, lines: {Half: 0.5}}
"""

SCHEDULE = """\
visits:
  SCR: {label: Screening, day: -28..-1}
  V0:  {label: Day 1, epoch: treatment, day: 1, anchor: first_dose, analysis_days: 1..1}
  V4:  {label: Week 4, epoch: treatment, day: 29, window: -3..+3, analysis_days: 15..43}
  V8:  {label: Week 8, day: 57, window: -7..+7, when: 'at(V4, better)', if_unknown: plan, contact: telephone}
  UNS: {label: Unscheduled, day: any, repeats: true}
activities:
  visits:      SCR  V0  V4  V8  UNS
  demography:  x    .   .   .   .
  eligibility: x    x   .   .   .
  itch:        x    x   x   x   x
  body:        x    x   x   .   o
  therapy:     x    .   .   .   .
  dose:        .    x   x   .   .
  end:         .    .   .   x   o
"""

ELIGIBILITY = """\
inclusion:
  I1:
    text: Adults up to 70
    rule: 18 <= age <= 70
    decided_at: [SCR]
  I2:
    text: Suitable
    attest: The participant is suitable.
    decided_at: [SCR]
exclusion:
  E1:
    text: Earlier steroid
    rule: >-
      any(therapy,
      where=kind == "steroid")
    decided_at: [SCR, V0]
notices:
  low: {when: itch.total < 2, text: Little itch.}
"""

TERMS = """\
age: {label: Age, rule: demography.age}
first_dose: {label: First dose, rule: 'min(dose.date, where=given)'}
better: {label: Better by half, rule: reduction(itch.total) >= 0.5}
heavy: {label: Heavy, rule: 'body.weight > "100 kg"'}
"""

CHECKS = """\
dose_twice:
  about: dose.date
  when: dose.date == previous(dose.date)
  ask: Two doses on one day.
  level: deviation
weight_jump: {about: body.weight, when: 'abs(relative_change(body.weight)) > 0.1 and not heavy', ask: Please confirm the weight.}
"""

CODES = """\
kind:
  codes: {steroid: Steroid, other: {label: Other, unknown: true}}
"""

DRUG = """\
products:
  pen: {label: Pen 80 mg, strength: 80 mg, ingredient: Calmol, storage: {temperature: 2..8 °C}}
interventions:
  calmol: {label: Calmol, type: Drug, role: Investigational, product: pen, route: subcutaneous}
doses:
  visits: V0   V4
  LOW:    80   80
  HIGH:   160  80
dosing:
  form: dose
  least_days_between: 7
  on_time_days: 3
  late_days: 7
  last_day: 40
  hold:
    worse: {when: itch.total > 9, text: Ask first.}
stock:
  - {site: "01", product: pen, lot: L1, expiry: 2027-06-30, kits: A001..A010}
"""

LABORATORY = """\
limits:
  - {site: "01", item: body.alt, sex: male, low: 9, high: 50}
"""

ROLES = """\
rights:
  roles:  nurse  doctor  monitor
  identity: rw rw .
  forms:  rwa    rwa     rq
  drug:   rw     r       r
  eligibility: rw rws .
  diary:  rw     r       rq
labels: {doctor: Physician}
never_together: [[nurse, monitor]]
"""

PLAN = """\
objectives:
  main: {level: primary, text: Does it help, endpoints: [better_v4]}
populations:
  full: {label: Full set, rule: 'any(dose, where=given)'}
  responders: {label: Responders, rule: 'at(V4, better)', within: full}
endpoints:
  better_v4:
    level: primary
    label: Better at week 4
    text: Proportion better.
    variable: better
    visit: V4
    beside: [{visit: V8, why: later}, {variable: itch.total <= 1, why: clear}]
  worse_later:
    level: secondary
    label: Worse again
    text: Proportion worse.
    variable: itch.total > at(V4, itch.total)
    visits: [V8, UNS]
    after: V4
    first: true
    time_frame: Week 8
intercurrent_events:
  stopped: {label: Stopped, rule: end.early, date: end.date}
estimands:
  primary: {endpoint: better_v4, population: full, treatment: [calmol], intercurrent: {stopped: composite}, missing: non-response, summary: proportion}
  later: {endpoint: worse_later, like: primary}
analyses:
  primary: {estimand: primary, method: one_proportion, interval: {method: clopper_pearson, level: 0.9}, missing_as: [failure], options: {against: 0.5}}
  later: {estimand: later, like: primary, sensitivity_of: primary}
  course: {label: Course, method: by_visit, of: [itch.total, age], population: full}
"""

DATASETS = """\
datasets:
  ADITCH:
    label: Itch
    class: BDS
    population: full
    windows: true
    baseline: true
    keep: [AGE, FASFL]
    parameters:
      ITCH: {label: Itch total, item: itch.total}
      BETTER: {label: Better by half, of: ITCH, rule: better}
      EASED: {label: Better at the visit, rule: better}
    columns:
      DOSEDFL: {label: After the first dose, rule: ADT >= TRTSDT, flag: true}
      FALL: {label: Fall, rule: 0 - CHG}
    criteria:
      CRIT1: {label: Fall of 2 or more, rule: FALL >= 2, parameters: [ITCH]}
    impute:
      NRI: {label: Counts, flag: ANL02FL, estimand: primary, parameters: [BETTER]}
  ADSL:
    label: Subject level
    class: ADSL
    columns:
      AGE: {label: Age, rule: age}
      SEX: {label: Sex, rule: demography.sex, codes: {male: M, female: F}}
      FASFL: {label: Full Set, population: full}
      RESPFL: {label: Responders, population: responders}
      TRTSDT: {label: First Dose, rule: first_dose}
  ADLAB:
    label: Laboratory
    class: BDS
    limits: true
    dated_by: dose.date
    parameters:
      ALT: {label: ALT in blood, item: body.alt}
      GIVEN: {label: Dose given, item: dose.given}
      WEEK: {label: Itch week, score: itch_week}
  ADTTE:
    label: Times
    class: TTE
    keep: [AGE]
    parameters:
      WORSE: {label: Days to worse, estimand: later}
  ADICE:
    label: Intercurrent events
    class: OCCDS
    made_from: intercurrent_events
  ADDV:
    label: Deviations
    class: OCCDS
    made_from: deviations
    columns:
      CLEARFL: {label: Male, rule: SEX == "male", flag: true}
  ADTHER:
    label: Therapies
    class: OCCDS
    form: therapy
    when: known(name)
    columns:
      NAME: {label: Name, rule: name}
      ASTDT: {label: Start, rule: start, partial: first}
"""

DIARY = """\
title: Itch diary
contact: {text: Call the clinic when you feel ill., phone: +86 571 0000}
reminder: {at: "20:00", snooze_minutes: [30, 60]}
silent: {after_days: 2, text: No entry for more than 2 days.}
forms:
  diary_day:
    label: Your day
    ask: {every: day, from: SCR, to: V8, open: "18:00", close: "12:00 next day"}
    sdtm: {domain: QS}
    items:
      itch: {label: Worst itch today, type: integer, range: 0..10, low: None, high: Worst, sdtm: ITCHDAY}
      why: {label: "What made it worse?", type: text, length: 200, optional: true, when: itch > 5}
    checks:
      bad: {about: itch, when: itch >= 9, ask: Very bad itch., level: alert, within_hours: 24, tell: Call the clinic today.}
  diary_week:
    label: Your skin
    ask: {every: week, from: V0, to: V8, open: "17:30", close: "23:59"}
    grid:
      rows:
        front: {label: Front, share: 40}
        back: {label: Back, share: 60}
      columns:
        palms: {label: Palms, type: decimal, decimals: 1, range: 0..60, widget: shading}
    items:
      drawing: {label: Drawing, type: text, length: 20000, optional: true, widget: drawing}
      palms: {label: Palms in all, type: decimal, derive: front_palms + back_palms}
  diary_dose:
    label: After your dose
    ask: {after: dose.date, days: 1, open: "08:00", close: "12:00 next day"}
    items:
      sore: {label: "Is it sore?", type: boolean}
      red: {label: "How red is it?", type: integer, range: 0..10, low: Not red, high: Deepest red, when: sore}
  diary_report:
    label: Tell us
    ask: whenever
    items:
      kind: {label: "About what?", codes: {itch: Itch, other: Other}}
      words: {label: In your own words, type: text, length: 500}
scores:
  itch_week: {label: Itch of the week, per: week, derive: 'mean(diary_day.itch, at_least=4)'}
"""

PHOTOS = """\
text: From an arm's length, and no face.
regions:
  arm: {label: Arm}
  leg: {label: Leg}
site: {visits: [V0, V4]}
participant: {per_day: 2}
"""

FORMS = {
    "demography": """\
label: Demography
records: one per participant
items:
  age: {label: Age, type: integer, unit: years, range: 0..120}
  sex: {label: Sex, codes: {male: Male, female: Female}, sdtm: DM.SEX}
  pregnant: {label: Pregnant, type: boolean, when: 'sex == "female"'}
""",
    "eligibility": """\
label: Eligibility
records: one per visit
made_from: eligibility
items:
  confirmed: {label: Confirmed, type: boolean}
""",
    "itch": """\
instrument: itch/1
area: forms
options: {fine: false}
items:
  note: {label: Note, type: text, length: 80, optional: true}
  worst: {label: Worst itch, low: None, high: Worst}
checks:
  no_note: {about: note, when: worst > 8 and missing(note), ask: Please add a note.}
""",
    "body": """\
form: body
label: Body
records: one per visit
wording: licensed
items:
  weight: {label: Weight, type: decimal, decimals: 1, unit: kg, units: {lb: 0.45359237}, range: 30..250, sdtm: VS/WEIGHT}
  alt: {label: ALT, type: decimal, unit: U/L, range: 0..5000, blinded_until: unblinding}
  graded: {label: Grade, type: integer, codes: {0: None, 1: Some}}
""",
    "therapy": """\
label: Earlier therapy
records: many per participant
gate: Was there any?
items:
  name: {label: Name, type: text}
  kind: {label: Kind, codes: kind}
  start: {label: Start, type: partialDate}
""",
    "dose": """\
label: Dose
records: one per visit
area: drug
when: demography.age >= "18 years"
items:
  given: {label: Given, type: boolean}
  date: {label: Date, type: date, when: given}
  kit: {label: Kit, type: text, when: given}
""",
    "end": """\
label: End
records: one per participant
items:
  early: {label: Early, type: boolean}
  date: {label: Date of end, type: date}
""",
}

INSTRUMENT = """\
instrument: itch/1
label: Itch
records: one per visit
filled_by: participant
sdtm: {domain: QS}
codes:
  grade: {codes: {0: None, 1: Some, 2: Much, nr: Not relevant}, scores: {nr: 0}, bands: {0: 0, 1: above 0, 2: from 5}}
refused_options: {half_points: Half points are not built yet., fine: Fine scale is not built yet.}
grid:
  rows:
    arm: {label: Arm, weight: 0.5}
    leg: {label: Leg, weight: 1}
  columns:
    grade: {label: Grade of itch, type: integer, codes: grade, sdtm: [ITCH1, ITCH2]}
    score: {label: Score, type: decimal, derive: weight * grade}
  checks:
    high: {about: grade, when: grade > 1, ask: Much itch. Please confirm.}
items:
  worst: {label: Worst, type: integer, range: 0..10}
  total: {label: Total, type: decimal, range: 0..20, derive: arm_score + leg_score + worst}
checks:
  zero: {about: total, when: total == 0, ask: No itch at all.}
"""

FILES: Mapping[str, str] = {
    "study.yaml": STUDY,
    "schedule.yaml": SCHEDULE,
    "eligibility.yaml": ELIGIBILITY,
    "terms.yaml": TERMS,
    "checks.yaml": CHECKS,
    "codes.yaml": CODES,
    "datasets.yaml": DATASETS,
    "diary.yaml": DIARY,
    "drug.yaml": DRUG,
    "laboratory.yaml": LABORATORY,
    "photos.yaml": PHOTOS,
    "roles.yaml": ROLES,
    "analysis.yaml": PLAN,
    "rehearsal.yaml": "enrolled: 20\nsites: {'01': [a, b]}\n",
    "translations/zh-Hans.yaml": "forms:\n  Kind: 种类\n  Arm: 上肢\nGrade of itch: 瘙痒分级\n",
    **{f"forms/{name}.yaml": text for name, text in FORMS.items()},
}
LIBRARY: Mapping[str, str] = {
    "itch/form.yaml": INSTRUMENT,
    "itch/translations/zh-Hans.yaml": "Worst: 最严重\n",
}


def load_small(
    changes: Mapping[str, str | None] | None = None, library: Mapping[str, str] = LIBRARY
) -> Loaded:
    """The small study with some files replaced; None takes a file away."""
    texts = {**FILES, **(changes or {})}
    files = {name: text.encode() for name, text in texts.items() if text is not None}
    return load(files, {name: text.encode() for name, text in library.items()})


def small_study(changes: Mapping[str, str | None] | None = None) -> Study:
    """The small study, which must be free of errors."""
    loaded = load_small(changes)
    assert loaded.study is not None, errors_of(loaded)
    return loaded.study


def errors_of(loaded: Loaded) -> list[tuple[str, str, str]]:
    return [_brief(found) for found in loaded.problems if found.severity == "error"]


def _brief(found: Problem) -> tuple[str, str, str]:
    return found.where, found.code, found.text


def changed(file: str, old: str, new: str, texts: Mapping[str, str] = FILES) -> str:
    """The text of a file with one passage replaced; the passage must stand in it once."""
    text = texts[file]
    assert text.count(old) == 1, (file, old, text.count(old))
    return text.replace(old, new)


def place(file: str, text: str, passage: str, within: int = 0) -> str:
    """file:line:col of a passage (its first), `within` characters on."""
    at = text.index(passage) + within
    line = text.count("\n", 0, at) + 1
    return f"{file}:{line}:{at - text.rfind(chr(10), 0, at)}"
