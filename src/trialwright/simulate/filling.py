"""What a virtual participant's forms say: item by item, in the order of the form, by the first source that has an answer."""

import importlib
import importlib.util
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from trialwright.ledger.commands import Typed
from trialwright.ledger.reader import CasebookReader
from trialwright.simulate.block import FormPlan
from trialwright.simulate.diary_block import SeverityView
from trialwright.simulate.draws import Draw, draw_datum
from trialwright.simulate.messages import problem
from trialwright.simulate.overlay import Overlay
from trialwright.simulate.person import Person, Situation
from trialwright.study.items import item_spec
from trialwright.study.model import Form, Item
from trialwright.values.datum import MISSING_REASONS, Missing, MissingReason, Value
from trialwright.values.parse import parse
from trialwright.values.problem import Problem

AS_IT_IS = SeverityView()
MISSING: Mapping[str, MissingReason] = {reason: reason for reason in MISSING_REASONS}
Answers = Mapping[str, Typed | Missing]
Virtual = Callable[[float, random.Random], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Where:
    """One record to be filled at a visit. key: "W4", "UNS#1"; record: "" for forms of the participant."""

    key: str
    visit_id: str
    contact: str
    record: str
    repeat: int = 0


@cache
def virtual_of(instrument: str) -> Virtual | None:
    """The instrument's own generator, where it has one."""
    module = f"trialwright.instruments.{instrument.partition('/')[0]}.virtual"
    try:
        if importlib.util.find_spec(module) is None:
            return None
    except ModuleNotFoundError:
        return None
    virtual: Virtual = importlib.import_module(module).virtual
    return virtual


def seen(view: SeverityView, severity: float, rng: random.Random, factor: float) -> float:
    """The severity as this form sees it; clear stays clear."""
    if severity == 0:
        return 0.0
    noise = math.exp(rng.gauss(0, view.log_sd)) if view.log_sd else 1.0
    return min(1.0, float(severity**view.power) * view.factor * factor * noise)


def from_instrument(who: Person, form: Form, plan: FormPlan, around: Situation) -> Mapping[str, str]:
    """What the instrument generates; draws of the form's items see the severity as it does."""
    virtual = virtual_of(form.instrument) if form.instrument else None
    if virtual is None and plan.severity == AS_IT_IS:
        return {}
    factor = who.failure.factors.get(form.id, 1.0) if who.failure else 1.0
    around.seen_as = seen(plan.severity, around.severity(), who.rng, factor)
    return virtual(around.seen_as, who.rng) if virtual is not None else {}


def fill(who: Person, form: Form, around: Situation, given: Mapping[str, Draw]) -> Answers:
    """Answers to every item that is asked. given: draws that come before the form's plan (a log row's template)."""
    plan = who.block.forms.get(form.id, FormPlan())
    generated = from_instrument(who, form, plan, around)
    draws = {**plan.items, **given}
    answers: dict[str, Typed | Missing] = {}
    for item in form.items.values():
        if item.derive is not None:
            continue
        if not around.overlay.is_asked(item.id):
            around.overlay.not_asked.add(item.id)
            continue
        answer = answer_to(who, item, around, draws, generated)
        if plan.missing and who.rng.random() < plan.missing:
            answer = Missing(MISSING[plan.missing_reason])
        if answer is None:
            continue
        answers[item.id] = answer
        note(who, item, answer, around)
    return answers


def answer_to(
    who: Person, item: Item, around: Situation, draws: Mapping[str, Draw], generated: Mapping[str, str]
) -> Typed | Missing | None:
    failure = who.failure.sets.get((item.form, item.id)) if who.failure and may_fail(who, around) else None
    draw = failure or who.forced.get((item.form, item.id)) or draws.get(item.id)
    if draw is not None:
        drawn = draw_datum(draw, around)
        return Typed(drawn) if isinstance(drawn, str) else drawn
    if item.id in generated:
        return Typed(generated[item.id])
    if not item.is_optional:
        who.tally.refusals.append(
            (item.form, problem("rehearsal-no-generator", item.place, item=f"{item.form}.{item.id}"))
        )
    return None


def may_fail(who: Person, around: Situation) -> bool:
    """A screening failure shows at its visit only, where the study names one."""
    return who.failure is not None and who.failure.at in (None, around.visit_id)


def note(who: Person, item: Item, answer: Typed | Missing, around: Situation) -> None:
    """Makes the answer visible to the conditions of the items after it."""
    if isinstance(answer, Missing):
        around.overlay.entries[item.id] = answer
        return
    parsed = parse(item_spec(who.study, item), answer.raw, answer.unit)
    if isinstance(parsed, Problem):
        who.tally.refusals.append((f"{item.form}.{item.id}", parsed))
    elif isinstance(parsed, Value):
        around.overlay.entries[item.id] = parsed


def situation(who: Person, form: Form, where: Where) -> Situation:
    day = who.missed_on or who.last_visit or who.now.date()
    overlay = Overlay(CasebookReader(who.book), who.study, form.id, where.record, where.repeat)
    return Situation(who, overlay, where.key, where.visit_id, day, where.contact)
