"""Values that leave their level for some days, by chance of their own, and what the logs then tell of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from trialwright.ledger.commands import Typed
from trialwright.simulate.block import Excursion
from trialwright.simulate.draws import draw_datum, draw_number
from trialwright.simulate.filling import Answers, note
from trialwright.simulate.logs import rows_with
from trialwright.simulate.person import Happening, Person, Situation
from trialwright.study.model import Form
from trialwright.values.datum import Missing


def depart(who: Person, form: Form, around: Situation, answers: Answers) -> Answers:
    """The answers, and in place of some of them what is far from usual at this record; notes what is to be told."""
    for excursion in who.block.excursions.values():
        if excursion.form != form.id:
            continue
        is_old = is_running(who, excursion, around.day)
        happenings = () if is_old else begin_by_chance(who, excursion, around)
        if not is_running(who, excursion, around.day):
            continue
        unusual = values_of(who, form, excursion, around, answers)
        answers = {**answers, **unusual}
        if unusual:  # a site does not tell of values that it does not have
            who.to_tell += happenings
    return answers


def is_running(who: Person, excursion: Excursion, day: date) -> bool:
    until = who.excursions.get(excursion.id)
    return until is not None and day <= until


def begin_by_chance(who: Person, excursion: Excursion, around: Situation) -> tuple[Happening, ...]:
    """Draws whether it begins at this record, and notes until when; gives what then tells of it, if anything does."""
    chance = who.chance_of(f"excursions.{excursion.id}")
    epoch = who.study.visits[around.visit_id].epoch
    if chance.random() >= excursion.per_record.get(epoch or "", 0.0):
        return ()
    lasts = draw_number(excursion.days, replace(around, chance=chance))
    until = who.excursions[excursion.id] = around.day + timedelta(days=max(round(lasts), 0))
    is_told = chance.random() < excursion.told
    return tuple(rows_with(who, excursion.with_rows, around.day, until)) if is_told else ()


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
