"""Values that leave their level for some days, by chance of their own, and what the logs then tell of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from trialwright.ledger.commands import Typed
from trialwright.simulate.block import Excursion
from trialwright.simulate.draws import draw_datum, draw_number
from trialwright.simulate.filling import Answers, note
from trialwright.simulate.logs import rows_with
from trialwright.simulate.person import Person, Situation
from trialwright.study.model import Form
from trialwright.values.datum import Missing


def depart(who: Person, form: Form, around: Situation, answers: Answers) -> Answers:
    """The answers, and in place of some of them what is far from usual at this record."""
    for excursion in who.block.excursions.values():
        if excursion.form == form.id and is_running(who, excursion, around):
            answers = {**answers, **values_of(who, form, excursion, around, answers)}
    return answers


def is_running(who: Person, excursion: Excursion, around: Situation) -> bool:
    """Whether it lasts still, or begins now; what tells of it is then told at the next look at its log."""
    until = who.excursions.get(excursion.id)
    if until is not None and around.day <= until:
        return True
    chance = who.chance_of(f"excursions.{excursion.id}")
    epoch = who.study.visits[around.visit_id].epoch
    if chance.random() >= excursion.per_record.get(epoch or "", 0.0):
        return False
    lasts = draw_number(excursion.days, replace(around, chance=chance))
    until = who.excursions[excursion.id] = around.day + timedelta(days=max(round(lasts), 0))
    if chance.random() < excursion.told:
        who.to_tell += rows_with(who, excursion.with_rows, around.day, until)
    return True


def values_of(
    who: Person, form: Form, excursion: Excursion, around: Situation, answers: Answers
) -> Mapping[str, Typed | Missing]:
    """In the order of the excursion's lines; a rule sees the usual values, and the unusual ones before it."""
    found: dict[str, Typed | Missing] = {}
    apart = replace(around, chance=who.chance_of(f"excursions.{excursion.id}"))
    for item, draw in excursion.items.items():
        drawn = draw_datum(draw, apart) if isinstance(answers.get(item), Typed) else None
        if drawn is not None:
            found[item] = Typed(drawn) if isinstance(drawn, str) else drawn
            note(who, form.items[item], found[item], around)
    return found
