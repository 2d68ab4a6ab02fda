"""What the checks of the level deviation find in a casebook: each in every record in which it is surely true."""

from typing import NamedTuple

from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import Casebook, DeviationClass, DeviationKey
from trialwright.ledger.commands import Actor
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import holds_data
from trialwright.ledger.visible import hidden_from, visible
from trialwright.study.model import Check, Study


class Deviation(NamedTuple):
    """classed: the last decision on whether it is important; None before there is one."""

    check: Check
    visit: str
    repeat: int
    classed: DeviationClass | None

    @property
    def key(self) -> DeviationKey:
        return self.check.id, (self.visit, self.check.about_form, self.repeat)


def deviations(book: Casebook) -> tuple[Deviation, ...]:
    """All of a casebook, by check and then in the order of visits."""
    reader = CasebookReader(book)
    return tuple(
        Deviation(check, row.visit, row.repeat, book.classes.get((check.id, (row.visit, form, row.repeat))))
        for check in checks_of_deviations(book.study)
        for form in (check.about_form,)
        for row in reader.rows(form)
        if finds(check, reader, row.visit, row.repeat)
    )


def deviations_seen(book: Casebook, *, actor: Actor) -> tuple[Deviation, ...]:
    """Those that tell the actor of nothing hidden: neither by what the check reads, nor by the record being there."""
    hidden, seen = hidden_from(book, actor=actor).checks, visible(book, actor=actor).records
    return tuple(
        one for one in deviations(book) if one.check.id not in hidden and holds_data(seen.get(one.key[1]))
    )


def checks_of_deviations(study: Study) -> tuple[Check, ...]:
    return tuple(check for check in study.checks_about() if check.level == "deviation")


def finds(check: Check, reader: CasebookReader, visit: str, repeat: int) -> bool:
    """Whether the check is surely true in a record of its form; where it cannot be told, it finds nothing."""
    return evaluate(check.when.node, reader, Place(visit or None, check.about_form, repeat)).value is True
