"""Reads the `rehearsal` block into `Rehearsal`; everything unknown in it is a problem with its path."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from trialwright.simulate.block import (
    Account,
    Clock,
    CoursePlan,
    FormPlan,
    Recruitment,
    Rehearsal,
    RowPlan,
    Unscheduled,
    VisitHabits,
)
from trialwright.simulate.check import check_block
from trialwright.simulate.draws import Draw, read_draw
from trialwright.simulate.messages import problem
from trialwright.simulate.read_diary import read_diary
from trialwright.simulate.read_events import (
    read_dropout,
    read_excursion,
    read_failure,
    read_mistake,
    read_queries,
)
from trialwright.simulate.read_parts import NEVER, draw_or, items_of, read_severity, rows_at, rule_at
from trialwright.simulate.tree import Node, RehearsalError
from trialwright.study.model import Study
from trialwright.values.problem import Problem

SECTIONS = (
    "recruitment",
    "clock",
    "accounts",
    "entered_by",
    "entered_by_form",
    "acts",
    "course",
    "forms",
    "excursions",
    "logs",
    "visits",
    "optional_forms",
    "dropouts",
    "mistakes",
    "queries",
    "screening_failures",
    "diary",
    "decided",
)
ACTS = ("screen", "decide", "enrol", "answer", "query", "close")
MODELS = ("indirect_response", "plateau")
PARAMETERS = {
    "indirect_response": {
        "pharmacokinetics": ("ka", "clearance", "central", "peripheral", "exchange", "bioavailable"),
        "response": ("ic50", "kout", "logit_emax", "cut"),
    },
    "plateau": {},
}


def read_rehearsal(study: Study) -> Rehearsal | tuple[Problem, ...]:
    """The block, or all that is wrong with it, each with its path: first its shape, then its names and rules."""
    if not study.rehearsal:
        return (problem("rehearsal-absent", "rehearsal"),)
    root = Node(study.rehearsal, "rehearsal", [])
    block = root.attempt(lambda node: _read(study, node))
    if block is None or root.faults:
        return tuple(root.faults)
    return check_block(study, block) or block


def _read(study: Study, root: Node) -> Rehearsal | None:
    """Every part is read, so that the faults of all are noted."""
    root.only(SECTIONS)
    root.child("acts").only(ACTS)
    recruitment = root.child("recruitment").attempt(_recruitment)
    clock = root.child("clock").attempt(_clock)
    course = root.child("course").attempt(partial(_course, study))
    visits = root.attempt(lambda node: _visits(node.child("visits"), node.child("optional_forms")))
    queries = root.child("queries").attempt(read_queries)
    diary = root.child("diary")
    kept = None if diary.is_absent else diary.attempt(partial(read_diary, study))
    block = partial(
        Rehearsal,
        accounts=root.child("accounts").each(lambda _, node: Account(node.need("name").text())),
        entered_by=_texts(root.child("entered_by"), ("forms",)),
        entered_by_form=_texts(root.child("entered_by_form"), ()),
        acts=_texts(root.child("acts"), ACTS),
        forms=root.child("forms").each(partial(_form, study)),
        excursions=root.child("excursions").each(partial(read_excursion, study)),
        logs=root.child("logs").each(partial(_log, study)),
        dropouts=root.child("dropouts").each(partial(read_dropout, study)),
        mistakes=tuple(root.child("mistakes").each(partial(read_mistake, study)).values()),
        failures=tuple(root.child("screening_failures").each(partial(read_failure, study)).values()),
        diary=kept,
    )
    if recruitment is None or clock is None or course is None or visits is None or queries is None:
        return None
    return block(recruitment=recruitment, clock=clock, course=course, visits=visits, queries=queries)


def _texts(node: Node, needed: Sequence[str]) -> dict[str, str]:
    for key in needed:
        if node.child(key).is_absent:
            node.note("rehearsal-missing-key", key=key)
    return node.each(lambda _, part: part.text())


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(node.text())
    except ValueError:
        raise node.fail("a date") from None


def _recruitment(node: Node) -> Recruitment:
    node.only(
        (
            "start",
            "screened_per_week",
            "enrolled",
            "sites",
            "days_to_first_visit",
            "days_to_enrolment",
            "undosed",
            "decided",
        )
    )
    undosed = node.child("undosed")
    return Recruitment(
        start=_day(node.need("start")),
        screened_per_week=node.need("screened_per_week").positive(),
        enrolled=node.need("enrolled").whole(),
        sites=node.need("sites").weights(),
        days_to_first_visit=draw_or(node.child("days_to_first_visit"), NEVER),
        days_to_enrolment=read_draw(node.need("days_to_enrolment")),
        undosed=None if undosed.is_absent else undosed.text(),
    )


def _clock(node: Node) -> Clock:
    node.only(("visits_between", "minutes_between_forms", "days_to_entry"))
    return Clock(
        node.need("visits_between").hours(),
        node.need("minutes_between_forms").whole_span(),
        draw_or(node.child("days_to_entry"), NEVER),
    )


def _course(study: Study, node: Node) -> CoursePlan:
    model = node.need("model").text()
    if model not in MODELS:
        raise RehearsalError(
            problem("rehearsal-unknown-model", node.path, name=model, known=", ".join(MODELS))
        )
    parameters: dict[str, Draw] = {}
    known = ["model", "baseline", "dose", "remission", "decided", *PARAMETERS[model]]
    for part, names in PARAMETERS[model].items():
        node.need(part).only(names)
        parameters |= {name: read_draw(node.need(part).need(name)) for name in names}
    effect: dict[str, Draw] = {}
    if model == "plateau":
        known += ["effect", "half_life_days", "washout_half_life_days", "dose_lasts_days", "ends"]
        effect = {arm: read_draw(node.need("effect").need(arm)) for arm in study.arms}
        needed = ("half_life_days", "washout_half_life_days", "dose_lasts_days")
        parameters |= {name: read_draw(node.need(name)) for name in needed}
        if not node.child("ends").is_absent:
            parameters["ends"] = read_draw(node.child("ends"))
    node.only(known)
    dose = node.child("dose")
    dose.only(("form", "given", "date", "amount"))
    remission = node.child("remission")
    remission.only(("per_year",))
    return CoursePlan(
        model,
        read_draw(node.need("baseline")),
        parameters,
        effect,
        remission.child("per_year").number(0.0),
        dose_form=dose.child("form").text(""),
        dose_given=dose.child("given").text("given"),
        dose_date=dose.child("date").text("date"),
        dose_amount=dose.child("amount").text("amount"),
    )


def _form(study: Study, form: str, node: Node) -> FormPlan:
    node.only(("items", "severity", "fill", "missed", "reason", "missing", "decided"))
    missing = node.child("missing")
    missing.only(("chance", "reason"))
    return FormPlan(
        items=items_of(study, form, node.child("items")),
        severity=read_severity(node.child("severity")),
        fill=rule_at(node.child("fill")),
        missed=node.child("missed").number(0.0),
        missed_reason=node.child("reason").text("not_done"),
        missing=missing.child("chance").number(0.0),
        missing_reason=missing.child("reason").text("unknown"),
    )


def _log(study: Study, form: str, node: Node) -> tuple[RowPlan, ...]:
    node.only(("rows", "items", "while_open", "decided"))
    defaults = items_of(study, form, node.child("items"))
    while_open = items_of(study, form, node.child("while_open"))
    rows = node.need("rows").each(partial(_row, study, form))
    return tuple(
        replace(row, items={**defaults, **row.items}, while_open=while_open) for row in rows.values()
    )


def _row(study: Study, form: str, key: str, node: Node) -> RowPlan:
    node.only(
        (
            "chance",
            "per_100_years",
            "when",
            "whenever",
            "days_after_dose",
            "open_until",
            "items",
            "with",
            "then",
            "then_chance",
            "decided",
        )
    )
    chance, after = node.child("chance"), node.child("days_after_dose")
    then = node.child("then")
    return RowPlan(
        key,
        form,
        items_of(study, form, node.need("items")),
        chance=None if chance.is_absent else chance.number(),
        per_100_years={epoch: part.number() for epoch, part in node.child("per_100_years").children()},
        when=rule_at(node.child("when")),
        whenever=rule_at(node.child("whenever")),
        days_after_dose=None if after.is_absent else read_draw(after),
        with_rows=rows_at(node.child("with")),
        then=None if then.is_absent else then.text(),
        then_chance=node.child("then_chance").number(1.0),
        open_until=rule_at(node.child("open_until")),
    )


def _visits(node: Node, optional_forms: Node) -> VisitHabits:
    node.only(
        ("days_off", "late", "missed", "never_missed", "asked", "unscheduled", "working_days", "decided")
    )
    late, missed, again = node.child("late"), node.child("missed"), node.child("unscheduled")
    late.only(("chance", "days"))
    missed.only(("chance", "at", "reason"))
    again.only(("visit", "when", "chance", "days", "most"))
    when = rule_at(again.child("when"))
    unscheduled = None
    if when is not None:
        unscheduled = Unscheduled(
            again.need("visit").text(),
            when,
            again.child("chance").number(1.0),
            read_draw(again.need("days")),
            int(again.child("most").number(2)),
        )
    return VisitHabits(
        days_off=draw_or(node.child("days_off"), NEVER),
        late_chance=late.child("chance").number(0.0),
        late_days=draw_or(late.child("days"), NEVER),
        missed_chance=missed.child("chance").number(0.0),
        missed_at={visit: part.number() for visit, part in missed.child("at").children()},
        missed_reason=draw_or(missed.child("reason"), "not_done"),
        never_missed=frozenset(node.child("never_missed").texts()),
        holds_asked=node.child("asked").text("yes") in ("yes", "true"),
        unscheduled=unscheduled,
        working_days=node.child("working_days").text("false") == "true",
        optional_forms=optional_forms.number(0.3),
    )
