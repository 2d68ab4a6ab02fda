"""Parts of a definition: the participant's diary. Its forms stand among the forms of the study, each with its `Ask`."""

from dataclasses import dataclass
from typing import Literal

from trialwright.expr.nodes import Rule

AskKind = Literal["day", "week", "after", "whenever"]


@dataclass(frozen=True, slots=True)
class Ask:
    """When a form of the diary is asked of the participant.

    day, week: on every day, or every seventh, from the day of `first_visit` to that of `last_visit`.
    after: `days` days after the date that `after` gives, which is asked at each visit.
    whenever: as often as the participant has something to say; it has no window.
    opens, closes: minutes after midnight of that day, by the clock of the phone; 2160 is noon of the day after.
    """

    kind: AskKind
    first_visit: str = ""
    last_visit: str = ""
    after: Rule | None = None
    days: int = 0
    opens: int = 0
    closes: int = 0


@dataclass(frozen=True, slots=True)
class DiaryScore:
    """A score of each study week: the rule is asked of the participant, with the entries of that week alone."""

    id: str
    label: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Diary:
    """What holds for all forms of the diary.

    contact, phone: whom to turn to, in the protocol's words. remind_at: minutes after midnight, until the participant
    chooses another time. silent_days: after more days than these without an entry the site is told, by silent_text;
    0 where silence is not watched.
    """

    title: str
    contact: str
    phone: str
    remind_at: int
    snooze_minutes: tuple[int, ...]
    silent_days: int
    silent_text: str
    scores: tuple[DiaryScore, ...]
