"""Reads the `rehearsal` block into `Rehearsal`; everything unknown in it is a problem with its path."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.simulate.block import (
    Account,
    Clock,
    CoursePlan,
    FormPlan,
    Recruitment,
    Rehearsal,
    RowPlan,
    SeverityView,
    Unscheduled,
    VisitHabits,
)
from trialwright.simulate.draws import Draw, read_draw
from trialwright.simulate.messages import problem
from trialwright.simulate.read_events import read_dropouts, read_failures, read_mistakes, read_queries
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
    "logs",
    "visits",
    "optional_forms",
    "dropouts",
    "mistakes",
    "queries",
    "screening_failures",
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
NEVER = "0"


def read_rehearsal(study: Study) -> Rehearsal | tuple[Problem, ...]:
    """The block, or what is wrong with it (the first fault of its shape, with its path)."""
    if not study.rehearsal:
        return (problem("rehearsal-absent", "rehearsal"),)
    try:
        return _read(study, Node(study.rehearsal, "rehearsal"))
    except RehearsalError as error:
        return (error.problem,)


def _read(study: Study, root: Node) -> Rehearsal:
    root.only(SECTIONS)
    accounts = {
        role: Account(role, node.need("name").text()) for role, node in root.need("accounts").children()
    }
    acts_node = root.need("acts")
    acts_node.only(ACTS)
    acts = {act: acts_node.need(act).text() for act in ACTS}
    entered_by = {area: node.text() for area, node in root.need("entered_by").children()}
    by_form = {form: node.text() for form, node in root.child("entered_by_form").children()}
    for role in (*acts.values(), *entered_by.values(), *by_form.values()):
        if role not in accounts or role not in study.roles:
            raise RehearsalError(problem("rehearsal-no-account", "rehearsal.accounts", role=role))
    return Rehearsal(
        recruitment=_recruitment(root.need("recruitment"), study),
        clock=_clock(root.need("clock")),
        accounts=accounts,
        entered_by=entered_by,
        entered_by_form=by_form,
        acts=acts,
        course=_course(root.need("course"), study),
        forms={key: _form(study, key, node) for key, node in root.child("forms").children()},
        logs={key: _log(study, key, node) for key, node in root.child("logs").children()},
        visits=_visits(root.child("visits"), root.child("optional_forms")),
        dropouts=read_dropouts(study, root.child("dropouts")),
        mistakes=read_mistakes(study, root.child("mistakes")),
        queries=read_queries(root.child("queries")),
        failures=read_failures(study, root.child("screening_failures")),
    )


def draw_or(node: Node, default: str) -> Draw:
    return Draw("value", node.path, words=(default,)) if node.is_absent else read_draw(node)


def rule_at(node: Node) -> Rule | None:
    """The rule written there, or None where nothing is."""
    if node.is_absent:
        return None
    rule = parse_rule(node.text(), node.path)
    if isinstance(rule, Rule):
        return rule
    raise RehearsalError(rule[0])


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(node.text())
    except ValueError:
        raise node.fail("a date") from None


def _recruitment(node: Node, study: Study) -> Recruitment:
    node.only(
        (
            "start",
            "screened_per_week",
            "enrolled",
            "sites",
            "days_to_first_visit",
            "days_to_enrolment",
            "decided",
        )
    )
    sites = {site: part.number() for site, part in node.need("sites").children()}
    for site in sites:
        if site not in study.sites:
            raise RehearsalError(
                problem("rehearsal-unknown-key", node.path, key=site, known=", ".join(study.sites))
            )
    return Recruitment(
        start=_day(node.need("start")),
        screened_per_week=node.need("screened_per_week").number(),
        enrolled=int(node.need("enrolled").number()),
        sites=sites,
        days_to_first_visit=draw_or(node.child("days_to_first_visit"), NEVER),
        days_to_enrolment=read_draw(node.need("days_to_enrolment")),
    )


def _clock(node: Node) -> Clock:
    node.only(("visits_between", "minutes_between_forms", "days_to_entry"))
    first, last = (_minutes(word) for word in node.need("visits_between").texts())
    low, high = node.need("minutes_between_forms").numbers(2)
    return Clock((first, last), (int(low), int(high)), draw_or(node.child("days_to_entry"), NEVER))


def _course(node: Node, study: Study) -> CoursePlan:
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


def items_of(study: Study, form: str, node: Node) -> Mapping[str, Draw]:
    for item, part in node.children():
        if form not in study.forms or item not in study.forms[form].items:
            raise RehearsalError(problem("rehearsal-unknown-item", part.path, item=f"{form}.{item}"))
    return {item: read_draw(part) for item, part in node.children()}


def _severity(node: Node) -> SeverityView:
    node.only(("power", "log_sd", "factor"))
    return SeverityView(
        node.child("power").number(1.0), node.child("log_sd").number(0.0), node.child("factor").number(1.0)
    )


def _form(study: Study, form: str, node: Node) -> FormPlan:
    node.only(("items", "severity", "fill", "missed", "reason", "missing", "decided"))
    missing = node.child("missing")
    missing.only(("chance", "reason"))
    return FormPlan(
        items=items_of(study, form, node.child("items")),
        severity=_severity(node.child("severity")),
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
    rows = [_row(study, form, key, part) for key, part in node.need("rows").children()]
    return tuple(replace(row, items={**defaults, **row.items}, while_open=while_open) for row in rows)


def _row(study: Study, form: str, key: str, node: Node) -> RowPlan:
    node.only(("chance", "per_100_years", "when", "items", "with", "then", "then_chance", "decided"))
    chance = node.child("chance")
    then = node.child("then")
    return RowPlan(
        key,
        form,
        items_of(study, form, node.need("items")),
        chance=None if chance.is_absent else chance.number(),
        per_100_years={epoch: part.number() for epoch, part in node.child("per_100_years").children()},
        when=rule_at(node.child("when")),
        with_rows=tuple((log, part.text()) for log, part in node.child("with").children()),
        then=None if then.is_absent else then.text(),
        then_chance=node.child("then_chance").number(1.0),
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
