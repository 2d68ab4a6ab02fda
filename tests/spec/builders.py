"""A small study for tests of schedule and ledger, and the steps of a participant through it."""

import hashlib
import itertools
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction

from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.vocabulary import RecordKind, Vocabulary
from trialwright.ledger import commands as c
from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.chain import Chain, read_chain, stored_event, stored_values
from trialwright.ledger.course import Decided
from trialwright.ledger.decide import decide
from trialwright.ledger.events import Envelope, Sealed, ValueRedacted
from trialwright.ledger.redaction import filled
from trialwright.ledger.seal import seal
from trialwright.study import model as m
from trialwright.study.builtin import CONTACT_CODES, contact_codes, visit_form
from trialwright.study.vocabulary import build_vocabulary
from trialwright.values.datum import ItemType, Missing


def rule(text: str) -> Rule:
    parsed = parse_rule(text, "test.yaml:1:1")
    assert isinstance(parsed, Rule), parsed
    return parsed


def item(form: str, name: str, kind: ItemType, when: str = "", derive: str = "", **more: object) -> m.Item:
    return m.Item(
        form,
        name,
        name.replace("_", " ").capitalize(),
        kind,
        f"forms/{form}.yaml:1:1",
        when=rule(when) if when else None,
        derive=rule(derive) if derive else None,
        **more,  # type: ignore[arg-type]  # tests name the fields of Item
    )


def form(name: str, records: RecordKind, *items: m.Item, **more: object) -> m.Form:
    named = {one.id: one for one in items}
    return m.Form(name, name.capitalize(), records, named, f"forms/{name}.yaml:1:1", **more)  # type: ignore[arg-type]  # tests name the fields and words of the model


def check(name: str, about: str, when: str, level: m.CheckLevel = "query") -> m.Check:
    about_form, about_item = about.split(".")
    return m.Check(name, about_form, about_item, rule(when), f"{name}?", level)


def visit(name: str, day: int | None = None, window: int = 0, **more: object) -> m.Visit:
    return m.Visit(
        name,
        name,
        "schedule.yaml:1:1",
        None,
        day,
        **{"window_before_days": window, "window_after_days": window, **more},
    )  # type: ignore[arg-type]  # tests name the fields and words of the model


FORMS = (
    visit_form(),
    form(
        "consent",
        "participant",
        item("consent", "signed", "boolean"),
        item("consent", "date", "date", when="signed"),
    ),
    form(
        "demography",
        "participant",
        item("demography", "birth_date", "partial_date"),
        item("demography", "sex", "code", code_list="sex", sdtm="DM.SEX"),
        item("demography", "childbearing", "boolean", when='sex == "female"'),
        item("demography", "age", "integer", derive="years(birth_date, consent.date)"),
    ),
    form(
        "score",
        "visit",
        item("score", "head", "integer", low=Fraction(0), high=Fraction(36)),
        item("score", "trunk", "integer", low=Fraction(0), high=Fraction(36)),
        item("score", "mean", "decimal", decimals=1, derive="(head + trunk) / 2"),
        item("score", "total", "integer", derive="2 * mean"),
        item("score", "paper", "integer", low=Fraction(0), high=Fraction(72), is_optional=True),
        item("score", "note", "text", length=200, is_optional=True),
        item("score", "assay", "decimal", decimals=1, is_optional=True, blinded_until="W16"),
        item("score", "assay_high", "boolean", derive="assay > 9"),
        checks=(
            check("score.paper_differs", "score.paper", "paper != total"),
            check("score.assay_high", "score.paper", "assay > 9 and paper > 0", "alert"),
        ),
    ),
    form(
        "labs",
        "visit",
        item("labs", "alt", "decimal", decimals=0, unit="U/L", low=Fraction(0), high=Fraction(5000)),
        item("labs", "haemoglobin", "decimal", decimals=0, unit="g/L", units=(("g/dL", Fraction(10)),)),
    ),
    form(
        "pregnancy",
        "visit",
        item("pregnancy", "result", "code", code_list="result"),
        when=rule("demography.childbearing"),
    ),
    form(
        "event",
        "many",
        item("event", "term", "text", length=100),
        item("event", "start", "partial_date"),
        item("event", "ongoing", "boolean"),
        item("event", "end", "partial_date", when="not ongoing"),
        item("event", "emergent", "boolean", derive="start >= first_dose"),
        checks=(check("event.end_before_start", "event.end", "end < start"),),
        gate="Did anything new happen?",
        area="adverse_events",
    ),
    form(
        "reaction",
        "many_visit",
        item("reaction", "what", "text", length=100),
        item("reaction", "size", "integer", unit="mm", low=Fraction(0), high=Fraction(500)),
        checks=(check("reaction.large", "reaction.size", 'size > "100 mm"', "alert"),),
        gate="Any reaction at the place of injection?",
    ),
    form(
        "dose",
        "visit",
        item("dose", "given", "boolean"),
        item("dose", "reason", "text", when="not given", length=200),
        item("dose", "date", "date", when="given"),
        item("dose", "amount", "integer", when="given", unit="mg", low=Fraction(0), high=Fraction(160)),
        item("dose", "kit", "text", when="given"),
        area="drug",
    ),
    form(
        "eligibility",
        "visit",
        item("eligibility", "confirmed", "boolean"),
        item("eligibility", "i2", "boolean"),
        item("eligibility", "e2", "boolean"),
        area="eligibility",
    ),
)

VISITS = (
    visit("SCR", day_first=-28, day_last=-1),
    visit("W0", 1, is_anchor=True),
    visit("W2", 15, 3),
    visit("W4", 29, 3),
    visit("W16", 113, 7),
    visit("W34", 239, 14, when=rule("good_w16")),
    visit("W40", 281, 14, when=rule("not good_w16"), if_unknown="plan", contact="telephone"),
    visit("UNS", is_any_day=True, repeats=True),
    visit("ET", is_any_day=True, when=rule("any(dose, where=not given)")),
)

EVERYWHERE = tuple(one.id for one in VISITS)
ACTIVITIES: dict[str, tuple[str, ...]] = {
    "consent": ("SCR",),
    "demography": ("SCR",),
    "score": ("SCR", "W0", "W2", "W4", "W16", "W34", "UNS", "ET"),
    "labs": ("SCR", "W0", "W2", "W16", "UNS"),
    "pregnancy": ("SCR", "W0", "W16"),
    "event": EVERYWHERE,
    "reaction": ("W0", "W2", "W4", "UNS"),
    "dose": ("W0", "W2", "W4"),
    "eligibility": ("SCR", "W0"),
}

CHECKS = (
    check("score_jump", "score.total", "abs(score.total - previous(score.total)) > 15"),
    check("alt_change", "labs.alt", "abs(relative_change(labs.alt)) > 0.5"),
    check("alt_high", "labs.alt", "labs.alt > 3 * upper_limit(labs.alt)", "alert"),
    check("late_visit", "visit.date", "visit.days_outside > 0", "deviation"),
    check("not_for_this_one", "visit.date", 'visit.id == "W34" and not good_w16', "deviation"),
    check("dose_differs", "dose.amount", "dose.given and dose.amount != plan.dose", "deviation"),
    check("kit_expired", "dose.kit", "dose.date > expiry(dose.kit)", "deviation"),
    check("many_events", "consent.signed", "count(event) > 2"),
    check("last_too_high", "consent.date", "last(score.total) > 60"),
    check("pregnant", "pregnancy.result", 'pregnancy.result == "positive"', "alert"),
    check("pale", "labs.haemoglobin", 'labs.haemoglobin < "100 g/L" and score.total > 30'),
    check("reaction_to_nothing", "reaction.size", 'reaction.size > "50 mm" and not dose.given'),
    check("young", "labs.alt", "demography.age < 18"),
)

TERMS = {
    "first_dose": "min(dose.date, where=given)",
    "last_dose": "max(dose.date, where=given)",
    "good": "reduction(score.total) >= 0.5",
    "good_w16": "at(W16, good)",
}

AREAS = ("forms", "eligibility", "drug", "adverse_events", "identity")


def role(name: str, **rights: str) -> m.Role:
    return m.Role(name, name.capitalize(), {area: frozenset(letters) for area, letters in rights.items()})


ROLES = (
    role("coordinator", identity="rw", forms="rwa", eligibility="rw", drug="rw", adverse_events="rwa"),
    role("investigator", identity="rw", forms="rwa", eligibility="rws", drug="rw", adverse_events="rwa"),
    role("monitor", forms="rq", eligibility="rq", drug="rq", adverse_events="rq"),
    role("pharmacist", forms="r", drug="rw"),
    role("sponsor", forms="r"),
    role("manager", forms="rq", review="rw"),
)


def criterion(name: str, text: str, *visits: str, attest: str | None = None) -> m.Criterion:
    kind = "inclusion" if name.startswith("I") else "exclusion"
    parsed = None if attest else rule(text)
    return m.Criterion(name, kind, text, "eligibility.yaml:1:1", visits, parsed, attest)  # type: ignore[arg-type]  # tests name the fields and words of the model


CRITERIA = (
    criterion("I1", "consent.signed", "SCR"),
    criterion("I2", "Suitable", "SCR", "W0", attest="The participant is suitable."),
    criterion("I3", "score.total >= 3", "SCR", "W0"),
    criterion("E1", "labs.alt > 100", "SCR"),
    criterion("E2", "Unfit", "W0", attest="Something else speaks against it."),
)

POPULATIONS = (
    m.Population("full", "Full analysis set", rule("any(dose, where=given)")),
    m.Population("good", "Responders", rule("good_w16"), "full"),
    m.Population("arm_a", "In arm A", rule('participant.arm == "A"'), "full"),
)

EMPTY = Vocabulary({}, {}, {}, {})


def make_study(
    *,
    forms: Iterable[m.Form] = FORMS,
    checks: tuple[m.Check, ...] = CHECKS,
    blinded: tuple[str, ...] = (),
    **more: object,
) -> m.Study:
    """The study of the tests: two arms, one blinded item, conditional and repeating visits."""
    all_forms = {one.id: one for one in forms}
    study = m.Study(
        id="TEST-1",
        version="1.0.0",
        amendment="original",
        title="A small study",
        acronym="SMALL",
        notice="",
        languages=("en",),
        hash=hashlib.sha256(repr((tuple(all_forms), checks, blinded)).encode()).hexdigest(),
        registry=m.Registry((), "Sponsor", "", (), "", "", "", ()),
        design=m.Design("", "", "", blinded, "", "", 50, "All", "", "", ""),
        arms={name: m.Arm(name, f"Arm {name}", "Experimental", "", ()) for name in ("A", "B")},
        epochs={},
        sites={name: m.Site(name, f"Site {name}", "CHN", "Asia/Shanghai") for name in ("01", "02")},
        visits={one.id: one for one in VISITS},
        forms=all_forms,
        activities={
            (name, at): "o" if at == "UNS" else "x"
            for name in ACTIVITIES
            if name in all_forms
            for at in ACTIVITIES[name]
        },
        code_lists={
            "sex": m.CodeList("sex", (m.Code("female", "Female"), m.Code("male", "Male"))),
            "result": m.CodeList("result", (m.Code("positive", "Positive"), m.Code("negative", "Negative"))),
            CONTACT_CODES: contact_codes(),
        },
        criteria={one.id: one for one in CRITERIA},
        notices=(),
        terms={name: m.Term(name, name, rule(text)) for name, text in TERMS.items()},
        checks=checks,
        products={},
        interventions={},
        doses=m.DosePlan(
            amounts={
                "A": {"W0": Fraction(160), "W2": Fraction(80), "W4": Fraction(80)},
                "B": {"W0": Fraction(80), "W2": Fraction(80)},
            },
            unit="mg",
            form="dose",
            least_days_between=7,
            on_time_days=3,
            late_days=7,
            last_day=92,
            holds=(),
        ),
        stock=(m.Lot("01", "pen", "L1", "2026-06-30", ("K1", "K2")),),
        lab_limits=(
            m.LabLimit("01", "labs.alt", "female", Fraction(5), Fraction(35)),
            m.LabLimit("01", "labs.alt", "male", Fraction(5), Fraction(45)),
        ),
        objectives=(),
        populations={one.id: one for one in POPULATIONS},
        endpoints={},
        intercurrent_events={},
        estimands={},
        analyses={},
        roles={one.id: one for one in ROLES},
        never_together=(),
        allocation=m.Allocation((2, 4), {"A": 1, "B": 1}),
        baseline_visits=("W0", "SCR"),
        first_dose="first_dose",
        lifecycle=m.Lifecycle(
            dosed=rule("any(dose, where=given)"),
            treatment_ended=rule("at(W16, known(visit.date))"),
            ended=rule("at(W34, known(visit.date))"),
        ),
        curves=(),
        rehearsal={},
        translations={},
        assumptions=(),
        vocabulary=EMPTY,
    )
    study = replace(study, **more)  # type: ignore[arg-type]  # tests name the fields and words of the model
    return replace(study, vocabulary=build_vocabulary(study))


STUDY = make_study()

COORDINATOR = c.Actor("anna", "coordinator", "Hospital", frozenset({"01"}))
INVESTIGATOR = c.Actor("bo", "investigator", "Hospital", frozenset({"01"}))
MONITOR = c.Actor("mo", "monitor", "CRO")
SPONSOR = c.Actor("sven", "sponsor", "Sponsor")
MANAGER = c.Actor("mia", "manager", "CRO")

START = date(2026, 3, 2)


def moment(day: date = date(2027, 6, 1)) -> c.Moment:
    return c.Moment(datetime(day.year, day.month, day.day, 8, 30, tzinfo=UTC), day)


def typed(**entries: str) -> dict[str, c.Typed | Missing]:
    """Entries of a form; "!refused" is a reason for a missing value, "13|g/dL" has a unit."""
    return {name: _entry(text) for name, text in entries.items()}


def _entry(text: str) -> c.Typed | Missing:
    if text.startswith("!"):
        return Missing(text[1:])  # type: ignore[arg-type]  # tests name the fields and words of the model
    raw, _, unit = text.partition("|")
    return c.Typed(raw, unit or None)


def salts(seed: int = 0) -> Callable[[], str]:
    rng = random.Random(seed)
    return lambda: f"{rng.getrandbits(128):032x}"


def envelope(book: Casebook, command: c.Command, *, by: c.Actor, at: c.Moment) -> Envelope:
    site = command.site if isinstance(command, c.ScreenParticipant) else book.site
    return Envelope(
        study=book.study.id,
        stream=f"participant:{book.participant}",
        command_id=command.command_id,
        server_utc=at.utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        device_time=None,
        device_offset=None,
        site_date=at.site_date.isoformat(),
        actor=by.account,
        role=by.role,
        organisation=by.organisation,
        site=site,
        form_version=book.study.version,
        definition_hash=book.study.hash,
    )


def as_stored(log: Iterable[Sealed]) -> list[Sealed]:
    """The log as the store keeps it: redacted values are empty."""
    rows = list(log)
    for at, key in [(one.body.sequence, one.body.key) for one in rows if isinstance(one.body, ValueRedacted)]:
        row = rows[at - 1]
        rows[at - 1] = replace(row, values={**row.values, key: None}, salts={**row.salts, key: ""})
    return rows


def chain_of(stream: str, log: Sequence[Sealed]) -> Chain:
    """What the rule of the chain says of the rows of a log."""
    commands = itertools.groupby(log, key=lambda event: event.envelope.command_id)
    events = [stored_event(event, at) for _, command in commands for at, event in enumerate(command)]
    values = [row for event in log for row in stored_values(event)]
    return read_chain(log[0].envelope.study if log else "", stream, events, values)


@dataclass
class Walk:
    """One participant's way: each step is a command that is decided, sealed and applied."""

    study: m.Study = field(default_factory=lambda: STUDY)
    participant: str = "p1"
    by: c.Actor = INVESTIGATOR
    at: c.Moment = field(default_factory=moment)
    book: Casebook = field(init=False)
    log: list[Sealed] = field(default_factory=list)
    ids: Iterable[int] = field(default_factory=itertools.count)
    salt: Callable[[], str] = field(default_factory=salts)

    def __post_init__(self) -> None:
        self.book = Casebook(self.study, self.participant)

    def id(self) -> str:
        return f"c{next(iter(self.ids))}"

    def do(self, command: c.Command, *, by: c.Actor | None = None, at: c.Moment | None = None) -> Decided:
        """Decide, and where nothing speaks against it seal and apply."""
        by, at = by or self.by, at or self.at
        if isinstance(command, c.RedactValue):
            command = filled(self.study, as_stored(self.log), command)
        decided = decide(self.book, command, by=by, at=at)
        events = seal(
            decided.drafts,
            envelope(self.book, command, by=by, at=at),
            previous=self.book.head,
            sequence=self.book.sequence,
            salt=self.salt,
        )
        for event in events:
            self.book = apply(self.book, event)
            self.log.append(event)
        return decided

    def done(self, command: c.Command, **more: c.Actor) -> Decided:
        decided = self.do(command, **more)  # type: ignore[arg-type]  # tests name the fields and words of the model
        assert not decided.problems, [found.text for found in decided.problems]
        return decided

    # ---------------------------------------------------------- steps

    def save(
        self,
        visit: str,
        form: str,
        items: Mapping[str, c.Typed | Missing],
        *,
        repeat: int = 0,
        base: int | None = None,
        reason: str | None = None,
        by: c.Actor | None = None,
        confirmed: Mapping[str, str] | None = None,
        at: c.Moment | None = None,
    ) -> Decided:
        record = self.book.records.get((visit, form, repeat))
        seen = base if base is not None else record.sequence if record is not None else 0
        command = c.SaveForm(
            self.id(), self.participant, visit, form, repeat, items, seen, reason, confirmed or {}
        )
        return self.do(command, by=by, at=at)

    def saved(self, visit: str, form: str, repeat: int = 0, /, **entries: str) -> Decided:
        decided = self.save(visit, form, typed(**entries), repeat=repeat)
        assert not decided.problems, [found.text for found in decided.problems]
        return decided

    def screen(self, code: str = "01-001", site: str = "01") -> "Walk":
        self.done(c.ScreenParticipant(self.id(), self.participant, site, code))
        return self

    def screening(self) -> "Walk":
        """Screened, with everything that the criteria ask at screening."""
        self.screen()
        self.saved("SCR", "visit", date="2026-02-20", contact="site")
        self.saved("", "consent", signed="yes", date="2026-02-20")
        self.saved("", "demography", birth_date="1990-05", sex="female", childbearing="no")
        self.saved("SCR", "score", head="20", trunk="20")
        self.saved("SCR", "labs", alt="30")
        self.saved("SCR", "eligibility", i2="yes")
        return self

    def decide_eligibility(self, visit: str, decision: str = "eligible") -> Decided:
        return self.do(c.DecideEligibility(self.id(), self.participant, visit, decision))  # type: ignore[arg-type]  # tests name the fields and words of the model

    def enrol(self, arm: str = "A") -> "Walk":
        """Through week 0 to enrolment."""
        self.screening()
        assert not self.decide_eligibility("SCR").problems
        self.saved("W0", "visit", date=START.isoformat())
        self.saved("W0", "score", head="20", trunk="20")
        self.saved("W0", "eligibility", i2="yes", e2="no")
        decided = self.decide_eligibility("W0")
        assert not decided.problems, [found.text for found in decided.problems]
        self.done(c.EnrolParticipant(self.id(), self.participant, arm))
        return self

    def dosed(self, arm: str = "A") -> "Walk":
        """Enrolled, and with the first dose."""
        self.enrol(arm)
        amount = "160" if arm == "A" else "80"
        self.saved("W0", "dose", given="yes", date=START.isoformat(), amount=amount, kit="K1")
        return self


def codes(decided: Decided) -> list[str]:
    return [found.code for found in decided.problems]


def open_checks(book: Casebook) -> set[str]:
    """Checks with an open query."""
    return {query.check for query in book.queries.values() if query.state == "open" and query.check}
