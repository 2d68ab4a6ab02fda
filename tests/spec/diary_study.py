"""The small study of the ledger's tests with a diary, and the ways in which its entries come."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from tests.spec.builders import (
    CHECKS,
    FORMS,
    INVESTIGATOR,
    ROLES,
    Walk,
    check,
    form,
    item,
    make_study,
    moment,
    rule,
    typed,
)

from trialwright.ledger import commands as c
from trialwright.ledger.course import Decided
from trialwright.ledger.rights import participant_actor
from trialwright.study import model as m
from trialwright.values.datum import Missing

OFFSET = "+08:00"

DIARY = m.Diary("Diary", "Call us.", "", 1200, (30,), 3, "Silent.", ())
LOW, HIGH = Fraction(0), Fraction(10)


def diary_form(name: str, ask: m.Ask, *items: m.Item, **more: object) -> m.Form:
    kind = "many_visit" if ask.kind == "after" else "many"
    return form(name, kind, *items, ask=ask, area="diary", filled_by="participant", **more)  # type: ignore[arg-type]  # tests name the fields of Form


DAY = diary_form(
    "diary_day",
    m.Ask("day", "SCR", "W4", opens=1080, closes=2160),
    item("diary_day", "itch", "integer", low=LOW, high=HIGH),
    item("diary_day", "why", "text", when="itch > 5", length=200, is_optional=True),
    item("diary_day", "twice", "integer", derive="2 * itch"),
    item("diary_day", "secret", "integer", low=LOW, high=HIGH, is_optional=True),
    checks=(
        check("diary_day.bad", "diary_day.itch", "itch >= 9", "alert"),
        check("diary_day.secret", "diary_day.itch", "secret > 5 and twice > 8"),
    ),
)
WEEK = diary_form(
    "diary_week",
    m.Ask("week", "W0", "W16", opens=480, closes=1439),
    item("diary_week", "palms", "decimal", decimals=1, low=LOW, high=Fraction(100)),
)
DOSE = diary_form(
    "diary_dose",
    m.Ask("after", after=rule("dose.date"), days=1, opens=480, closes=2160),
    item("diary_dose", "sore", "boolean"),
    item("diary_dose", "red", "integer", when="sore", low=LOW, high=HIGH),
    checks=(check("diary_dose.strong", "diary_dose.red", "red >= 8", "alert"),),
)
REPORT = diary_form("diary_report", m.Ask("whenever"), item("diary_report", "words", "text", length=200))
DIARY_FORMS = (DAY, WEEK, DOSE, REPORT)

_LETTERS = {"coordinator": "rwa", "investigator": "rwa", "monitor": "rq"}
DIARY_ROLES = {
    one.id: replace(one, rights={**one.rights, "diary": frozenset(_LETTERS.get(one.id, ""))}) for one in ROLES
}
DIARY_CHECKS = (
    *CHECKS,
    check("itchy", "consent.signed", "mean(diary_day.itch, at_least=4) > 6"),
    check("itch_in_words", "score.head", "any(diary_day, where=itch > 9)"),
)


def diary_study(*, forms_of_diary: tuple[m.Form, ...] = DIARY_FORMS, **more: object) -> m.Study:
    return make_study(
        forms=(*FORMS, *forms_of_diary),
        checks=DIARY_CHECKS,
        **{"diary": DIARY, "roles": DIARY_ROLES, **more},  # type: ignore[arg-type]  # tests name the fields of Study
    )


STUDY = diary_study()


def local(text: str) -> datetime:
    """ "2026-03-02 20:00" on the participant's wall."""
    return datetime.fromisoformat(text.replace(" ", "T") + OFFSET)


@dataclass
class Phones(Walk):
    """A walk with phones. Each entry is sent when it was entered, unless `at` says otherwise."""

    study: m.Study = field(default_factory=lambda: STUDY)

    def join(self, device: str = "phone1", at: c.Moment | None = None) -> "Phones":
        now = at or self.at
        invite = c.InviteDevice(self.id(), self.participant, f"i-{device}", now.utc + timedelta(hours=48))
        assert not self.do(invite, by=INVESTIGATOR, at=at).problems
        joined = self.do(
            c.JoinDevice(self.id(), self.participant, device, f"i-{device}"), by=self.patient, at=at
        )
        assert not joined.problems
        return self

    @property
    def patient(self) -> c.Actor:
        return participant_actor(self.participant, self.book.site)

    def enter(self, command: c.EnterDiary, at: c.Moment | None = None) -> Decided:
        by = self.patient if command.source == "phone" else self.by
        return self.do(command, by=by, at=at or sent_at(command))

    def entered(self, command: c.EnterDiary, at: c.Moment | None = None) -> Decided:
        decided = self.enter(command, at)
        assert not decided.problems, [found.text for found in decided.problems]
        return decided


def sent_at(command: c.EnterDiary) -> c.Moment:
    utc = command.entered.astimezone(UTC)
    return c.Moment(utc, command.entered.date(), command.entered)


def entry(
    name: str,
    day: str = "2026-03-02",
    items: Mapping[str, str] | None = None,
    *,
    number: int = 1,
    at: str = "",
    **more: object,
) -> c.EnterDiary:
    """An entry of the daily form, from the phone, at nine in the evening."""
    told: dict[str, object] = {"form": "diary_day", "visit": "", "source": "phone", "device": "phone1"}
    told |= {"number": number, "app": "1.0.0", **more}
    if told["source"] != "phone":
        told |= {"device": "", "number": 0}
    given: Mapping[str, c.Typed | Missing] = typed(**({"itch": "4"} if items is None else items))
    return c.EnterDiary(
        command_id=name,
        participant="p1",
        day=day,
        items=given,
        entered=local(at or f"{day} 21:00"),
        **told,  # type: ignore[arg-type]  # tests name the fields of EnterDiary
    )


def with_diary(until: str = "dosed") -> Phones:
    """Dosed at week 0, with one phone."""
    walk = Phones(at=moment(date(2026, 3, 2)))
    walk.dosed() if until == "dosed" else walk.screening()
    return walk.join()
