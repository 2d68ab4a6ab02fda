"""The small study with a diary: asked each day from screening to week 2, 18:00 to noon; and people who have phones."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.store.small import COORDINATOR, STUDY, save, screen, small_files

from trialwright.ledger.commands import Actor, EnterDiary, Moment, Typed
from trialwright.ledger.rights import participant_actor

if TYPE_CHECKING:
    from trialwright.store.devices import Joined

ROLES_YAML = """
rights:
  roles:       coordinator investigator monitor administrator
  identity:    rw          .            .       .
  forms:       rwaq        r            rq      .
  eligibility: rws         .            r       .
  drug:        rw          .            r       .
  diary:       rw          r            .       .
  accounts:    .           .            .       w
never_together:
  - [coordinator, monitor]
"""
DIARY_YAML = """
title: Diary
contact: {text: Call the trial office.}
reminder: {at: "20:00", snooze_minutes: [30, 60]}
silent: {after_days: 3, text: Nobody wrote for more than 3 days.}
forms:
  diary_day:
    label: Today
    ask: {every: day, from: SCR, to: W2, open: "18:00", close: "12:00 next day"}
    items:
      itch: {label: Worst itch, type: integer, range: 0..10, low: No itch, high: Worst itch}
"""
SCREENED = date(2026, 3, 2)
SITES = ("S01", "S02")
ADMINISTRATOR = Actor("system", "administrator", "Hospital")


def local(text: str) -> datetime:
    """ "03-05 20:00" of 2026, by the clock of the sites, in UTC."""
    return (datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}+08:00")).astimezone(UTC)


def moment(text: str = "03-02 09:00") -> Moment:
    utc = local(text)
    return Moment(utc, (utc + timedelta(hours=8)).date())


def make_diary_study(folder: Path, *, has_diary: bool = True) -> None:
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data

    create_data(folder)
    files = {**small_files(), "roles.yaml": ROLES_YAML.encode(), "diary.yaml": DIARY_YAML.encode()}
    if not has_diary:
        del files["diary.yaml"], files["photos.yaml"]
    study = add_definition(files, {}, at=moment().utc)
    for site in SITES:
        activate(STUDY, site, study.hash, by=COORDINATOR, at=moment())


def give(command: object, *, at: str = "03-02 09:00", by: Actor = COORDINATOR) -> None:
    from trialwright.store.submit import submit

    done = submit(STUDY, command, by=by, at=moment(at))  # type: ignore[arg-type]  # a command of the ledger
    assert not done.problems, [problem.text for problem in done.problems]


def add_person(participant: str, *, site: str = "S01", push: str = "", language: str = "en") -> "Joined":
    """Screened on 2 March, with a phone."""
    give(screen(participant, site=site))
    give(save(participant, "SCR", "visit", {"date": SCREENED.isoformat()}))
    return add_phone(participant, push=push, language=language)


def add_phone(participant: str, *, push: str = "", language: str = "en") -> "Joined":
    from trialwright.store.devices import Invitation, Joined, device_of, invite, join, keep_push

    invitation = invite(STUDY, participant, 1990, by=COORDINATOR, at=moment())
    assert isinstance(invitation, Invitation)
    joined = join(STUDY, invitation.code, 1990, platform="Test", language=language, at=moment())
    assert isinstance(joined, Joined)
    if push:
        row = device_of(joined.token)
        assert row is not None
        keep_push(row, push)
    return joined


def enter(participant: str, day: str, *, device: str, number: int = 1, offset: str = "+08:00") -> None:
    """An entry of the day, at seven in the evening by the phone's clock."""
    entered = datetime.fromisoformat(f"2026-{day}T19:00{offset}")
    command = EnterDiary(
        f"entry-{participant}-{number}",
        participant,
        "diary_day",
        "",
        f"2026-{day}",
        {"itch": Typed("3")},
        entered,
        device=device,
        number=number,
    )
    from trialwright.store.submit import submit

    utc = entered.astimezone(UTC)
    at = Moment(utc, entered.date(), entered)
    done = submit(STUDY, command, by=participant_actor(participant, "S01"), at=at)
    assert not done.problems, [problem.text for problem in done.problems]
