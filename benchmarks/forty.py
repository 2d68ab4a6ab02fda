"""A small study with a form of 40 items, for measuring a save: files as text, and a data folder made of them."""

from datetime import UTC, datetime
from pathlib import Path

from trialwright.cli.files import read_library
from trialwright.ledger.commands import Actor, Moment, SaveForm, ScreenParticipant, Typed
from trialwright.store.accounts import NewAccount, create_account, grant
from trialwright.store.definitions import activate, add_definition
from trialwright.store.folder import create_data
from trialwright.store.submit import submit
from trialwright.study.model import Study
from trialwright.values.problem import Problem

ITEMS = 40

STUDY = """
definition: trialwright/1
study: BENCH
version: 1.0.0
amendment: original
title: A study to measure with
languages: [en]
registry: {identifiers: {BENCH: {registry: none}}, sponsor: Nobody, status: Not yet recruiting, condition: None, phase: Not applicable, summary: Measures., description: Measures.}
design: {type: Interventional, model: Single group, masking: None, allocation: Not applicable, purpose: Treatment, target: 10, sex: All, age: 18..70 years, planned: {start: 2026-01-01, completion: 2027-01-01}}
arms: {A: {label: Arm, type: Experimental, text: One arm., interventions: []}}
epochs: {all: {label: All}}
sites: {"01": {label: Site, country: CHN, timezone: Asia/Shanghai}}
baseline: {visits: [V1]}
"""

SCHEDULE_HEAD = """
visits:
  V1: {label: First, epoch: all, day: 1, anchor: first_day}
  AGAIN: {label: Again, day: any, repeats: true}
activities:
  visits:  V1   AGAIN
  forty:   x    x
"""

TERMS = "first_day: {label: First day, rule: min(visit.date)}\n"

ROLES = """
rights:
  roles:           coordinator
  identity:        rw
  forms:           rwa
  eligibility:     rw
  drug:            rw
  adverse_events:  rwa
"""


def form_text() -> str:
    """40 whole numbers, a sum, and ten edit checks between neighbours."""
    items = [f"  a{n}: {{label: Number {n}, type: integer, range: 0..999}}" for n in range(ITEMS)]
    checks = [
        f"  c{n}: {{about: a{n}, when: a{n} > a{n + 1} + 900, ask: Number {n} is far above number {n + 1}.}}"
        for n in range(10)
    ]
    total = " + ".join(f"a{n}" for n in range(ITEMS))
    return "\n".join(
        [
            "label: Forty numbers",
            "records: one per visit",
            "items:",
            *items,
            f"  total: {{label: Total, type: integer, derive: {total}}}",
            "checks:",
            *checks,
            "",
        ]
    )


def files() -> dict[str, bytes]:
    texts = {
        "study.yaml": STUDY,
        "schedule.yaml": SCHEDULE_HEAD,
        "terms.yaml": TERMS,
        "roles.yaml": ROLES,
        "forms/forty.yaml": form_text(),
    }
    return {name: text.encode() for name, text in texts.items()}


def now() -> Moment:
    utc = datetime.now(UTC)
    return Moment(utc, utc.date())


def build(folder: Path) -> tuple[Study, Actor]:
    """A data folder of this study with one coordinator."""
    create_data(folder, demo=True)
    study = add_definition(files(), read_library(), at=datetime.now(UTC))
    system = Actor("system", "administrator", "Bench")
    account = create_account(
        study.id, NewAccount("coordinator", "", "Coordinator", "Bench"), by=system, at=now()
    )
    if isinstance(account, Problem):
        raise SystemExit(account.text)
    grant(study.id, account.id, "coordinator", "", by=system, at=now())
    activate(study.id, "01", study.hash, by=system, at=now())
    return study, Actor(account.id, "coordinator", "Bench")


def screen(study: Study, by: Actor, number: int) -> str:
    """A participant with a first visit; gives the id."""
    participant = f"{number:032x}"
    at = now()
    submit(study.id, ScreenParticipant(f"s{number}", participant, "01", ""), by=by, at=at)
    visit = SaveForm(
        f"v{number}", participant, "V1", "visit", 0, {"date": Typed(at.site_date.isoformat())}, 0
    )
    done = submit(study.id, visit, by=by, at=at)
    if done.problems:
        raise SystemExit(done.problems[0].text)
    return participant


def again(study: Study, by: Actor, participant: str, number: int) -> str:
    """One more visit; gives its key."""
    key = f"AGAIN#{number}"
    command = SaveForm(
        f"{participant}-{key}",
        participant,
        key,
        "visit",
        0,
        {"date": Typed(now().site_date.isoformat())},
        0,
    )
    done = submit(study.id, command, by=by, at=now())
    if done.problems:
        raise SystemExit(done.problems[0].text)
    return key


def answers(seed: int) -> dict[str, str]:
    return {f"a{n}": str((seed * 7 + n * 13) % 90) for n in range(ITEMS)}
