"""A small study of two sites and two arms, as files; and people, moments and commands to fill it with."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

from trialwright.ledger.commands import (
    Actor,
    Command,
    EnrolParticipant,
    EnterDiary,
    Moment,
    SaveForm,
    ScreenParticipant,
    Typed,
)
from trialwright.ledger.rights import participant_actor

STUDY = "SMALL"
EVENING = datetime(2026, 3, 2, 21, 0, tzinfo=timezone(timedelta(hours=8)))
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

STUDY_YAML = """
definition: trialwright/1
study: SMALL
version: {version}
amendment: original
title: A small study
languages: [en]
registry:
  identifiers: {{SMALL: {{registry: none}}}}
  sponsor: Nobody
  status: Not yet recruiting
  condition: None
  phase: Phase 2
  summary: A study for tests.
design: {{type: Interventional, model: Parallel, masking: Open, allocation: Randomised, purpose: Treatment, target: 10, sex: All, age: Adults,
  planned: {{start: 2026-01-01, completion: 2026-12-31}}}}
arms:
  A: {{label: Arm A, type: Experimental, text: One, interventions: []}}
  B: {{label: Arm B, type: Experimental, text: Two, interventions: []}}
sites:
  S01: {{label: First, country: CN, timezone: Asia/Shanghai}}
  S02: {{label: Second, country: CN, timezone: Asia/Shanghai}}
randomisation: {{method: permuted_blocks, blocks: [2], ratio: {{A: 1, B: 1}}}}
lifecycle: {{ended: '{ended}'}}
"""
SCHEDULE_YAML = """
visits:
  SCR: {label: Screening, day: -28..-1}
  W0: {label: Week 0, day: 1, anchor: first_dose}
  W2: {label: Week 2, day: 15, window: -3..+3}
activities:
  visits: SCR W0 W2
  vitals: x   x  x
  drugs:  x   x  x
  end:    .   .  x
"""
TERMS_YAML = """
first_dose: {label: First day, rule: 'at(W0, visit.date)'}
"""
VITALS_YAML = """
label: Vital signs
records: one per visit
earlier_scores: hidden
items:
  weight: {label: Weight, type: decimal, decimals: 1, unit: kg, range: 25..250}
  height: {label: Height, type: integer, unit: cm, range: 100..230}
  twice: {label: Twice the weight, type: decimal, decimals: 1, unit: kg, derive: weight * 2}
  note: {label: Note, type: text, length: 2000, optional: true}
checks:
  heavy: {about: weight, when: 'weight > "200 kg"', ask: Is the weight right?}
"""
DRUGS_YAML = """
label: Drugs
records: many per participant
gate: Was any drug taken?
items:
  name: {label: Name, type: text, length: 200}
"""
END_YAML = """
label: End of study
records: one per participant
items:
  done: {label: The participant has ended, type: boolean}
"""
DIARY_YAML = """
title: A diary
contact: {text: Call us.}
reminder: {at: "20:00", snooze_minutes: [30]}
silent: {after_days: 3, text: Silent.}
forms:
  diary_day:
    label: Your day
    ask: {every: day, from: SCR, to: W2, open: "18:00", close: "12:00 next day"}
    items:
      itch: {label: Worst itch, type: integer, range: 0..10, low: None, high: Worst}
      why: {label: Why?, type: text, length: 200, optional: true}
      doubled: {label: Twice the itch, type: integer, derive: 2 * itch}
    checks:
      bad: {about: itch, when: itch >= 9, ask: Very bad itch., level: alert, within_hours: 24, tell: Call us today.}
"""
PHOTOS_YAML = """
text: No face.
regions:
  arm: {label: Arm}
  leg: {label: Leg}
site: {visits: [SCR, W0]}
participant: {per_day: 2}
"""
ROLES_YAML = """
rights:
  roles:       coordinator monitor administrator
  identity:    rw          .       .
  forms:       rwaq        rq      .
  eligibility: rws         r       .
  drug:        rw          r       .
  diary:       rw          rq      .
  accounts:    .           .       w
never_together:
  - [coordinator, monitor]
"""

COORDINATOR = Actor("a1", "coordinator", "Hospital")
MONITOR = Actor("a2", "monitor", "Sponsor")


def small_files(
    *,
    version: str = "1.0.0",
    vitals: str = VITALS_YAML,
    ended: str = "end.done",
    diary: str = DIARY_YAML,
) -> dict[str, bytes]:
    files = {
        "study.yaml": STUDY_YAML.format(version=version, ended=ended),
        "schedule.yaml": SCHEDULE_YAML,
        "terms.yaml": TERMS_YAML,
        "roles.yaml": ROLES_YAML,
        "diary.yaml": diary,
        "photos.yaml": PHOTOS_YAML,
        "forms/vitals.yaml": vitals,
        "forms/drugs.yaml": DRUGS_YAML,
        "forms/end.yaml": END_YAML,
    }
    return {name: text.encode() for name, text in files.items()}


def make_moment(minutes: int = 0, *, device: datetime | None = None) -> Moment:
    return Moment(START + timedelta(minutes=minutes), date(2026, 3, 2), device)


def make_study(folder: Path, *, demo: bool = True) -> None:
    """A data folder with the small study, active at both sites."""
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data

    create_data(folder, demo=demo, seed=7 if demo else None)
    study = add_definition(small_files(), {}, at=START)
    for site in ("S01", "S02"):
        activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment())


def new_id() -> str:
    return uuid4().hex


def screen(participant: str, *, site: str = "S01", code: str = "") -> ScreenParticipant:
    return ScreenParticipant(new_id(), participant, site, code)


def save(  # a form of a test has many parts
    participant: str,
    visit: str,
    form: str,
    items: Mapping[str, str],
    *,
    base: int = 0,
    repeat: int = 0,
    reason: str | None = None,
) -> SaveForm:
    typed = {item: Typed(text) for item, text in items.items()}
    return SaveForm(new_id(), participant, visit, form, repeat, typed, base, reason)


def enrol(participant: str, arm: str = "") -> EnrolParticipant:
    return EnrolParticipant(new_id(), participant, arm)


def give(command: Command, *, minutes: int = 1):  # type: ignore[no-untyped-def]  # the store is imported late
    """Submits as the coordinator; the test fails where the command is refused."""
    from trialwright.store.submit import submit

    done = submit(STUDY, command, by=COORDINATOR, at=make_moment(minutes))
    assert not done.problems, [problem.text for problem in done.problems]
    return done


def fill(participant: str, *, site: str = "S01", minutes: int = 1) -> None:
    """A participant with two visits, a query that an edit check opened, a log row and an arm."""
    give(screen(participant, site=site), minutes=minutes)
    give(save(participant, "SCR", "visit", {"date": "2026-02-10"}), minutes=minutes)
    give(
        save(participant, "SCR", "vitals", {"weight": "70.5", "height": "171", "note": "瘦"}), minutes=minutes
    )
    give(save(participant, "SCR", "drugs", {"gate": "true"}), minutes=minutes)
    give(save(participant, "", "drugs", {"name": "Aspirin"}, repeat=1), minutes=minutes)
    give(enrol(participant), minutes=minutes)
    give(save(participant, "W0", "visit", {"date": "2026-03-01"}), minutes=minutes)
    give(save(participant, "W0", "vitals", {"weight": "220"}), minutes=minutes)


def join(participant: str, *, minutes: int = 2):  # type: ignore[no-untyped-def]  # the store is imported late
    """A phone of the participant, by an invitation of the coordinator."""
    from trialwright.store import devices

    invited = devices.invite(STUDY, participant, 1990, by=COORDINATOR, at=make_moment(minutes))
    assert isinstance(invited, devices.Invitation)
    joined = devices.join(
        STUDY, invited.code, 1990, platform="Android", language="zh-Hans", at=make_moment(minutes)
    )
    assert isinstance(joined, devices.Joined)
    return joined


def entry(
    name: str, participant: str, device: str, number: int = 1, itch: str = "4", **more: object
) -> EnterDiary:
    """An entry about the day of the study's start, in the evening."""
    told: dict[str, object] = {
        "day": "2026-03-02",
        "entered": EVENING,
        "form": "diary_day",
        "visit": "",
        **more,
    }
    return EnterDiary(
        command_id=name,
        participant=participant,
        items={"itch": Typed(itch)},
        device=device,
        number=number,
        app="1",
        **told,  # type: ignore[arg-type]  # tests name the fields of EnterDiary
    )


def send(participant: str, *entries: EnterDiary, minutes: int = 800, site: str = "S01"):  # type: ignore[no-untyped-def]  # the store is imported late
    """As the phone sends them, all at once."""
    from trialwright.store.submit import submit_entries

    by = participant_actor(participant, site)
    return submit_entries(STUDY, participant, entries, by=by, at=make_moment(minutes))
