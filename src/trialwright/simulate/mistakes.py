"""Entry mistakes made on purpose: the right answers go in, distorted ones come out."""

import random
from collections.abc import Mapping
from datetime import date, timedelta

from trialwright.ledger.commands import Typed
from trialwright.simulate.block import Mistake
from trialwright.simulate.filling import Answers
from trialwright.simulate.person import Person
from trialwright.study.model import Form
from trialwright.values.datum import Missing


def mistake_for(who: Person, form: Form, visit_id: str) -> Mistake | None:
    """At most one mistake a record, in the order of the definition."""
    for mistake in who.block.mistakes:
        if mistake.form != form.id or (mistake.at and visit_id not in mistake.at):
            continue
        if who.rng.random() < mistake.rate and who.holds(mistake.when, visit_id):
            return mistake
    return None


def distort(mistake: Mistake, form: Form, answers: Answers, rng: random.Random) -> Answers | None:
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
    if mistake.transpose:
        return {item: transposed(texts[item]) for item in mistake.transpose if item in texts}
    if mistake.add_days:
        return {
            item: (date.fromisoformat(texts[item]) + timedelta(days=days)).isoformat()
            for item, days in mistake.add_days.items()
            if len(texts.get(item, "")) == 10
        }
    numbers = {item: (lambda v, f=f: v * f) for item, f in mistake.times.items()}
    numbers |= {item: (lambda v, a=a: v + a) for item, a in mistake.add.items()}
    if numbers:
        return {
            item: f"{change(float(texts[item])):.{form.items[item].decimals or 0}f}"
            for item, change in numbers.items()
            if item in texts
        }
    return {item: text for item, text in mistake.sets.items() if item in texts}


def transposed(text: str) -> str:
    """The first two different neighbouring digits change places."""
    for index in range(len(text) - 1):
        left, right = text[index], text[index + 1]
        if left.isdigit() and right.isdigit() and left != right:
            return text[:index] + right + left + text[index + 2 :]
    return text
