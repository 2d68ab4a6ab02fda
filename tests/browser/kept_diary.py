"""The small study with a diary, and a participant who has kept it for three weeks, with all that can go wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoDbBlocker
from tests.store.conftest import close, copied
from tests.store.small import (
    COORDINATOR,
    START,
    STUDY,
    VITALS_YAML,
    give,
    make_moment,
    save,
    screen,
    small_files,
)

from trialwright.ledger.commands import (
    Command,
    EnterDiary,
    InviteDevice,
    JoinDevice,
    Moment,
    RevokeDevice,
    Typed,
)
from trialwright.ledger.events import DiarySource
from trialwright.ledger.rights import participant_actor
from trialwright.values.datum import Missing

P1, P2 = "p1", "p2"
PHONE, OLD_PHONE = "phone-2", "phone-1"
FIRST: Final = date(2026, 3, 2)  # the first dose: study day 1
TODAY: Final = date(2026, 3, 23)
ZONE: Final = ZoneInfo("Asia/Shanghai")

DIARY = """
title: Itch diary
contact: {text: Call the ward if you feel ill., phone: "+86 10 5550 0100"}
reminder: {at: "20:00", snooze_minutes: [30]}
silent: {after_days: 3, text: No entry for more than 3 days.}
forms:
  diary_day:
    label: Your day
    ask: {every: day, from: SCR, to: W2, open: "18:00", close: "12:00 next day"}
    items:
      itch: {label: "How bad was your worst itch?", type: integer, range: 0..10, low: No itch, high: Worst itch}
      slept: {label: "Did you sleep well?", type: boolean}
      why: {label: "Why not?", codes: {itch: The itch, other: Something else}, when: not slept}
      double: {label: Twice the itch, type: integer, derive: 2 * itch}
    checks:
      bad: {about: itch, when: itch >= 9, ask: A very bad itch. Please call., level: alert, within_hours: 24, tell: Please call your doctor today.}
  diary_week:
    label: Your skin
    ask: {every: week, from: SCR, to: W2, open: "08:00", close: "20:00 next day"}
    grid:
      rows: {arms: {label: Arms, share: 20}, legs: {label: Legs, share: 40}}
      columns: {palms: {label: "How many palms of your hand are affected?", type: decimal, decimals: 1, range: 0..40, widget: shading}}
    items:
      drawing: {label: Drawing of your skin, type: text, length: 20000, optional: true, widget: drawing}
  diary_dose:
    label: The day after your visit
    ask: {after: visit.date, days: 1, open: "08:00", close: "22:00"}
    items:
      sore: {label: "Is your arm sore?", type: boolean}
  diary_told:
    label: Report a problem
    ask: whenever
    items:
      words: {label: What happened?, type: text, length: 500}
scores:
  itch_week: {label: Itch of the week, per: week, derive: 'mean(diary_day.itch, at_least=4)'}
"""
ROLES = """
rights:
  roles:       coordinator nurse monitor sponsor administrator
  identity:    rw          .     .       .       .
  forms:       rwaq        r     rq      r       .
  eligibility: rws         .     r       .       .
  drug:        rw          .     r       .       .
  diary:       rwa         rw    rq      .       .
  accounts:    .           .     .       .       w
"""
CURVES = "curves:\n  - {item: vitals.weight}\n  - {item: pulse.pulse}\n"
PULSE = """
label: Pulse
records: one per visit
items:
  pulse: {label: Pulse, type: integer, unit: /min, range: 20..250}
"""
SCHEDULE_ROWS: Final = "  pulse: x x x\n"


def diary_files(*, blinded: str = "", diary: str = DIARY) -> dict[str, bytes]:
    files = small_files(version="2.0.0", vitals=VITALS_YAML)
    study = files["study.yaml"].decode() + CURVES
    if blinded:
        study = study.replace(
            "masking: Open", f"masking: {{value: Double, decided: so, blinded: [{blinded}]}}"
        )
        diary = diary.replace(
            "    checks:\n      bad",
            "      hidden: {label: Hidden, type: integer, range: 0..10, low: No, high: Yes, blinded_until: W2}\n    checks:\n      bad",
            1,
        )
    return files | {
        "study.yaml": study.encode(),
        "roles.yaml": ROLES.encode(),
        "diary.yaml": diary.encode(),
        "forms/pulse.yaml": PULSE.encode(),
        "schedule.yaml": files["schedule.yaml"] + SCHEDULE_ROWS.encode(),
    }


def make_diary(folder: Path, *, blinded: str = "", is_kept: bool = True, diary: str = DIARY) -> None:
    """A data folder with the small study, active at both sites, with the diary or without one."""
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data

    create_data(folder, demo=True, seed=7)
    files = diary_files(blinded=blinded, diary=diary)
    if not is_kept:
        for name in ("diary.yaml", "photos.yaml"):  # whose photos the app of the diary takes
            del files[name]
    study = add_definition(files, {}, at=START)
    for site in ("S01", "S02"):
        activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment())


@pytest.fixture(scope="session")
def made_diary(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    folder = tmp_path_factory.mktemp("diary") / "data"
    with django_db_blocker.unblock():
        make_diary(folder)
        close()
    return folder


@pytest.fixture
def diary_data(made_diary: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """That data folder, open; nobody was screened yet."""
    with copied(made_diary, tmp_path, django_db_blocker) as folder:
        yield folder


@pytest.fixture
def begun(diary_data: Path, monkeypatch: pytest.MonkeyPatch) -> "Clock":
    """Participant p1 at week 0, without an entry; it is ten in the morning of 23 March."""
    begin()
    return set_clock(monkeypatch, local(TODAY, "10:00"))


@pytest.fixture
def kept(begun: "Clock") -> "Clock":
    """Participant p1 has kept a diary for three weeks."""
    keep()
    return begun


def local(day: date, time: str) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{time}").replace(tzinfo=ZONE)


@dataclass
class Clock:
    """What the pages take for now."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """Pages go by this clock; a test may move it."""
    from trialwright.store import clock

    set_to = Clock(now.astimezone(UTC))
    monkeypatch.setattr(clock, "now", set_to)
    return set_to


def do(command: Command, at: datetime, *, by: str = "") -> None:
    """by: "" for the coordinator, else the participant who acts by phone."""
    from trialwright.store.casebooks import load
    from trialwright.store.submit import submit

    actor = participant_actor(by, load(STUDY, by).site) if by else COORDINATOR
    moment = Moment(at.astimezone(UTC), at.astimezone(ZONE).date())
    done = submit(STUDY, command, by=actor, at=moment)
    assert not done.problems, [one.text for one in done.problems]


def join(device: str, at: datetime, participant: str = P1) -> None:
    do(InviteDevice(f"ci-{device}", participant, f"i-{device}", at + timedelta(hours=48)), at)
    do(JoinDevice(f"cj-{device}", participant, device, f"i-{device}"), at, by=participant)


def entry(  # an entry has many parts
    name: str,
    day: date,
    answers: Mapping[str, str],
    *,
    number: int = 0,
    time: str = "",
    form: str = "diary_day",
    visit: str = "",
    device: str = PHONE,
    source: DiarySource = "phone",
    received: datetime | None = None,
    corrects: str = "",
    root: str = "",
    reason: str | None = None,
    clock_off: int = 0,
    participant: str = P1,
) -> None:
    """Answers: "!refused" is a reason. time: by the clock of the phone, in the evening of the day where it is ""."""
    entered = datetime.fromisoformat(time).replace(tzinfo=ZONE) if time else local(day, "20:15")
    items: dict[str, Typed | Missing] = {
        item: Missing(text[1:]) if text.startswith("!") else Typed(text)  # type: ignore[arg-type]  # a reason of the tests
        for item, text in answers.items()
    }
    is_phone = source == "phone"
    do(
        EnterDiary(
            name,
            participant,
            form,
            visit,
            day.isoformat(),
            items,
            entered,
            source=source,
            device=device if is_phone else "",
            number=number if is_phone else 0,
            app="1.0.0" if is_phone else "",
            root=root or corrects,
            corrects=corrects,
            reason=reason,
            clock_off_seconds=clock_off,
        ),
        received or entered + timedelta(seconds=20),
        by=participant if is_phone else "",
    )


def day_of(number: int) -> date:
    """Study day 1 is that of the first dose."""
    return FIRST + timedelta(days=number - 1)


def begin(participant: str = P1, site: str = "S01") -> None:
    """Screened a week before week 0, with the values of two visits."""
    give(screen(participant, site=site, code=f"{site}-00{participant[-1]}"), minutes=3)
    give(save(participant, "SCR", "visit", {"date": "2026-02-23"}), minutes=3)
    give(save(participant, "SCR", "vitals", {"weight": "71.5", "height": "171"}), minutes=3)
    give(save(participant, "SCR", "pulse", {"pulse": "72"}), minutes=3)
    give(save(participant, "W0", "visit", {"date": FIRST.isoformat()}), minutes=4)
    give(save(participant, "W0", "vitals", {"weight": "70.5", "height": "171"}), minutes=4)
    give(save(participant, "W0", "pulse", {"pulse": "68"}), minutes=4)


ITCH: Final = (7, 6, 7, 8, 6, 7, 5, 5, 6, 4, 4, 5, 3, 4, 3, 2)
DRAWING: Final = '{"body":1,"area":"raster-1","strokes":[["b",5,[90,190,100,210,104,240]],["d",3,[440,150,450,160]],["e",3,[92,196]]]}'


def keep() -> None:
    """Sixteen days of p1's diary, from the phone but for what is told otherwise."""
    join(OLD_PHONE, local(day_of(-6), "10:00"))
    entry("old-1", day_of(-6), {"itch": "8", "slept": "no", "why": "itch"}, number=1, device=OLD_PHONE)
    do(RevokeDevice("cr-1", P1, OLD_PHONE, "Lost on the train."), local(day_of(-5), "09:00"))
    join(PHONE, local(day_of(-3), "10:00"))
    for at, itch in enumerate(ITCH):
        answers = {"itch": str(itch), "slept": "yes"}
        match at + 1:
            case 4:  # never came
                continue
            case 6:  # the day after, after the window
                entry("e6", day_of(6), answers, number=6, time="2026-03-08T14:30")
            case 7:  # two days on its way, by a clock that was 12 minutes ahead
                late = local(day_of(9), "08:00")
                entry("e7", day_of(7), answers, number=7, received=late, clock_off=720)
            case number:
                entry(f"e{number}", day_of(number), answers, number=number)
    entry(
        "fix",
        day_of(2),
        {"itch": "5", "slept": "yes"},
        number=17,
        time="2026-03-18T21:00",
        corrects="e2",
        reason="I had looked at the wrong day.",
    )
    entry(
        "called",
        day_of(17),
        {"itch": "3", "slept": "no", "why": "other"},
        source="telephone",
        time="2026-03-19T09:10",
        reason="The phone was at home.",
    )
    entry("paper", day_of(18), {"itch": "2", "slept": "yes"}, source="paper", time="2026-03-19T21:00")
    entry("twice", day_of(16), {"itch": "1", "slept": "yes"}, source="paper", time="2026-03-17T21:30")
    entry("odd", day_of(19), {"itch": "a lot", "slept": "yes"}, number=20)
    entry("bad", day_of(20), {"itch": "9", "slept": "!refused"}, number=21)
    entry(
        "week",
        date(2026, 3, 9),
        {"arms_palms": "3.5", "legs_palms": "10", "drawing": DRAWING},
        number=22,
        form="diary_week",
        time="2026-03-09T19:00",
        received=local(day_of(21), "22:00"),
    )
    entry(
        "note",
        day_of(15),
        {"words": "A rash after the new soap."},
        number=23,
        form="diary_told",
        received=local(day_of(21), "22:00"),
    )
