"""The end of a participant's time in the study: nobody is awaited after it, and what did not take place will not.
And why somebody never came in."""

from dataclasses import dataclass

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.criteria import criteria_at, latest_decisions
from trialwright.ledger.held import held_at
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import end_date, status_of
from trialwright.schedule.visits import PlannedVisit
from trialwright.web.calendar import OVER, visit_label
from trialwright.web.links import eligibility_url
from trialwright.web.show import show_date, show_iso


def ending_of(reader: CasebookReader) -> str:
    """ "ended on 3 May 2026", "screening failed"; "" while the participant is in the study."""
    status = status_of(reader.book)
    if status not in OVER:
        return ""
    if status == "screen_failed":
        return gettext("screening failed")
    day = end_day(reader)
    return gettext("ended on {date}").format(date=day) if day else gettext("ended")


def end_day(reader: CasebookReader) -> str:
    """The day that the study's own rule for the end goes by; "" where that rule reads no date."""
    return show_iso(end_date(reader))


def is_missed(visit: PlannedVisit, ending: str) -> bool:
    """Whether the visit will not take place any more, and nobody gave a reason at the visit itself."""
    return bool(ending) and visit.held is None and visit.state != "not_held"


@dataclass(frozen=True, slots=True)
class Reason:
    """A criterion that was not met: its id, and what it says."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """At which visit it was decided that somebody is not eligible, on which day they were seen, and why."""

    visit: str
    day: str
    reasons: tuple[Reason, ...]
    url: str

    @property
    def short(self) -> str:
        """ "7 Jul 2025: E3"; without criteria the day alone."""
        names = ", ".join(one.id for one in self.reasons)
        # Translators: {day} is a day or a visit, {criteria} the ids of the criteria that were not met
        words = gettext("{day}: {criteria}") if names else "{day}"
        return words.format(day=self.day or self.visit, criteria=names)


def failure_of(book: Casebook, language: str) -> Failure | None:
    """None for somebody who did not fail the screening."""
    if status_of(book) != "screen_failed":
        return None
    study = book.study
    decision = next(one for one in latest_decisions(book).values() if one.decision == "not_eligible")
    unmet = {criterion for criterion, state in decision.criteria if state == "not_met"}
    if book.hidden:  # only what can be told from what the role sees
        unmet &= {one.criterion.id for one in criteria_at(book, decision.visit) if one.status == "not_met"}
    held = held_at(book, decision.visit)
    return Failure(
        visit_label(study, decision.visit, language),
        show_date(held.day) if held and held.day else "",
        tuple(
            Reason(name, study.say(one.text, language))
            for name, one in study.criteria.items()
            if name in unmet
        ),
        eligibility_url(study.id, book.participant, decision.visit),
    )
