"""Entry mistakes made on purpose: the right answers go in, distorted ones come out."""

from collections.abc import Mapping
from datetime import date, timedelta

from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.commands import Typed
from trialwright.simulate.block import Mistake
from trialwright.simulate.filling import Answers, Where, note, situation
from trialwright.simulate.person import Person
from trialwright.study.model import Form
from trialwright.values.datum import Missing


def mistake_for(who: Person, form: Form, where: Where, answers: Answers) -> Mistake | None:
    """At most one mistake a record, in the order of the definition; its `when` sees the true answers."""
    for mistake in who.block.mistakes:
        if mistake.form != form.id or (mistake.at and where.visit_id not in mistake.at):
            continue
        if who.rng.random() < mistake.rate and is_possible(who, mistake, where, answers):
            return mistake
    return None


def is_possible(who: Person, mistake: Mistake, where: Where, answers: Answers) -> bool:
    if mistake.when is None:
        return True
    around = situation(who, who.study.forms[mistake.form], where)
    for item, answer in answers.items():
        note(who, who.study.forms[mistake.form].items[item], answer, around)
    place = Place(where.key or None, mistake.form, where.repeat)
    return evaluate(mistake.when.node, around.overlay, place).value is True


def distort(mistake: Mistake, form: Form, answers: Answers) -> Answers | None:
    """The answers with the mistake, or None where it cannot be made (nothing is answered there, or nothing changes)."""
    texts = {item: answer.raw for item, answer in answers.items() if isinstance(answer, Typed)}
    changed = distorted_texts(mistake, form, texts)
    if not changed or all(texts.get(item) == text for item, text in changed.items()):
        return None
    wrong: dict[str, Typed | Missing] = dict(answers)
    for item, text in changed.items():
        wrong[item] = Typed(text)
    return wrong


def distorted_texts(mistake: Mistake, form: Form, texts: Mapping[str, str]) -> Mapping[str, str]:
    if mistake.swap is not None:
        first, second = mistake.swap
        return {first: texts[second], second: texts[first]} if first in texts and second in texts else {}
    if mistake.copy:
        return {to: texts[source] for to, source in mistake.copy.items() if to in texts and source in texts}
    if mistake.transpose:
        return {item: transposed(texts[item]) for item in mistake.transpose if item in texts}
    if mistake.add_days:
        return {
            item: (date.fromisoformat(texts[item]) + timedelta(days=days)).isoformat()
            for item, days in mistake.add_days.items()
            if len(texts.get(item, "")) == 10
        }
    numbers = {
        item: float(texts[item]) * mistake.times.get(item, 1.0) + mistake.add.get(item, 0.0)
        for item in (*mistake.times, *mistake.add)
        if item in texts
    }
    if numbers:
        return {item: f"{number:.{form.items[item].decimals or 0}f}" for item, number in numbers.items()}
    return {
        item: text for item, text in mistake.sets.items() if item in texts or form.items[item].is_optional
    }


def transposed(text: str) -> str:
    """The first two different neighbouring digits change places."""
    for index in range(len(text) - 1):
        left, right = text[index], text[index + 1]
        if left.isdigit() and right.isdigit() and left != right:
            return text[:index] + right + left + text[index + 2 :]
    return text
