"""A trial of one participant, written by commands as a coordinator would give them."""

from datetime import UTC, date, datetime
from pathlib import Path

from tests.spec.analysis_data import study_files

from trialwright.ledger.commands import (
    Actor,
    DecideEligibility,
    EnrolParticipant,
    Moment,
    SaveForm,
    ScreenParticipant,
    Typed,
)

NURSE = Actor("nurse", "coordinator", "Hospital")
SCREENED, DOSED, SEEN = date(2026, 2, 20), date(2026, 3, 2), date(2026, 6, 22)


def at(day: date) -> Moment:
    return Moment(datetime(day.year, day.month, day.day, 8, tzinfo=UTC), day)


class Desk:
    """Gives commands one after another, as a coordinator would."""

    def __init__(self, study: str) -> None:
        self.study, self.count = study, 0

    def give(self, command: object, day: date) -> None:
        from trialwright.store.submit import submit

        done = submit(self.study, command, by=NURSE, at=at(day))
        assert not [one.text for one in done.problems if one.severity == "error"]

    def next_id(self) -> str:
        self.count += 1
        return f"c{self.count}"

    def save(self, visit: str, form: str, day: date, **items: str) -> None:
        typed = {name: Typed(text) for name, text in items.items()}
        self.give(SaveForm(self.next_id(), "p1", visit, form, 0, typed, 0), day)


def dose(desk: Desk, *, total: str = "12.0") -> None:
    """Participant 01 from screening, with that score, to the first dose."""
    desk.give(ScreenParticipant(desk.next_id(), "p1", "S01", "01"), SCREENED)
    desk.save("SCR", "visit", SCREENED, date="2026-02-20")
    desk.save("", "consent", SCREENED, signed="true")
    desk.save("SCR", "score", SCREENED, total=total)
    desk.give(DecideEligibility(desk.next_id(), "p1", "SCR", "eligible"), SCREENED)
    desk.give(EnrolParticipant(desk.next_id(), "p1", "A"), DOSED)
    desk.save("W0", "visit", DOSED, date="2026-03-02")
    desk.save("W0", "dose", DOSED, given="true", date="2026-03-02")


def see_at_week_16(desk: Desk) -> None:
    desk.save("W16", "visit", SEEN, date="2026-06-22")
    desk.save("W16", "score", SEEN, total="1.0")


def make_reported(folder: Path, files: dict[str, bytes] | None = None) -> None:
    """One participant, 90 % better at week 16. files: of another study than that of `analysis_data`."""
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data

    create_data(folder, demo=True, seed=7)
    study = add_definition(study_files() if files is None else files, {}, at=at(SCREENED).utc)
    activate(study.id, "S01", study.hash, by=NURSE, at=at(SCREENED))
    desk = Desk(study.id)
    dose(desk)
    desk.save("W0", "score", DOSED, total="10.0")
    see_at_week_16(desk)
