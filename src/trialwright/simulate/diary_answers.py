"""What a keeper of a diary answers: drawn item by item, as the disease stands on the day that is asked about."""

from collections.abc import Mapping
from datetime import date

from trialwright.ledger.commands import Typed
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.visits import visit_of
from trialwright.simulate.draws import draw_datum
from trialwright.simulate.filling import Answers, note, seen
from trialwright.simulate.keeper import Keeper
from trialwright.simulate.overlay import Overlay
from trialwright.simulate.person import Situation
from trialwright.study.model import Form
from trialwright.values.datum import Missing

NOTHING: Mapping[str, Typed | Missing] = {}


def answers_to(
    keeper: Keeper, form: Form, visit: str, day: date, *, repeat: int, kept: Answers = NOTHING
) -> Answers:
    """Answers to every question that is asked. kept: of an earlier entry, that stay as they were."""
    who, plan = keeper.who, keeper.plan.forms[form.id]
    overlay = Overlay(CasebookReader(who.book), who.study, form.id, visit, repeat)
    level = seen(plan.severity, who.severity_on(day), keeper.rng, 1.0)
    around = Situation(who, overlay, visit, visit_of(visit), day, "", chance=keeper.rng, seen_as=level)
    around.row_id = keeper.telling
    answers: dict[str, Typed | Missing] = {}
    for item in form.items.values():
        if item.derive is not None or item.id not in plan.items:
            continue
        if not overlay.is_asked(item.id):
            overlay.not_asked.add(item.id)
            continue
        answer = kept.get(item.id)
        if answer is None:
            drawn = draw_datum(plan.items[item.id], around)
            answer = Typed(drawn) if isinstance(drawn, str) else drawn
        if answer is not None:
            answers[item.id] = answer
            note(who, item, answer, around)
    return answers


def put_right(keeper: Keeper, form: Form, visit: str, day: date, *, repeat: int, was: Answers) -> Answers:
    """The answers with another one to one of the questions, and to what follows from it."""
    wrong = keeper.rng.choice(sorted(was))
    kept = {item: answer for item, answer in was.items() if item != wrong}
    return answers_to(keeper, form, visit, day, repeat=repeat, kept=kept)
