"""Decisions of the data review: whether a deviation is important, and who is in an analysis set whatever its rule says."""

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, ClassDeviation, DecideSet
from trialwright.ledger.course import Decided, refused
from trialwright.ledger.deviations import finds
from trialwright.ledger.events import DeviationClassed, Draft, SetDecided
from trialwright.ledger.messages import problem
from trialwright.ledger.queries import check_text
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import holds_data, place_of
from trialwright.ledger.rights import require
from trialwright.ledger.visible import hidden_from, visible
from trialwright.study.rights import REVIEW_AREA
from trialwright.values.problem import Problem
from trialwright.values.words import words_of


def decide_class_deviation(book: Casebook, command: ClassDeviation, *, by: Actor) -> Decided:
    """Of what a check finds now; a later decision takes the place of an earlier one. ICH E3 10.2"""
    require(book.study, by, REVIEW_AREA, "w", book.site)
    problems = _check_deviation(book, command, by=by)
    if problems:
        return refused(*problems)
    key = (command.visit, command.form, command.repeat)
    where = place_of(*key)
    stands = book.classes.get((command.check, key))
    if command.base != (stands.sequence if stands is not None else 0):
        return refused(problem("decided-by-others", where), conflict=True)
    problems = check_text(command.reason, where)
    if stands is not None and stands.importance == command.importance:
        problems += (problem("class-stands", where),)
    if problems:
        return refused(*problems)
    body = DeviationClassed(command.check, *key, command.importance)
    return Decided((Draft(body, reason=words_of(command.reason)),))


def _check_deviation(book: Casebook, command: ClassDeviation, *, by: Actor) -> tuple[Problem, ...]:
    """Whether there is such a deviation; of one that is hidden from whoever asks nothing is told."""
    where = place_of(command.visit, command.form, command.repeat)
    check = next((one for one in book.study.checks_about() if one.id == command.check), None)
    if check is None:
        return (problem("no-such-check", where, check=command.check),)
    if check.id in hidden_from(book, actor=by).checks:
        return (problem("item-hidden", where),)
    if check.level != "deviation":
        return (problem("check-no-deviation", where, check=check.id),)
    if check.about_form != command.form:
        return (problem("check-of-another-form", where, check=check.id, form=check.about_form),)
    if not holds_data(visible(book, actor=by).records.get((command.visit, command.form, command.repeat))):
        return (problem("no-such-record", where),)
    if not finds(check, CasebookReader(book), command.visit, command.repeat):
        return (problem("deviation-not-found", where),)
    return ()


def decide_set(book: Casebook, command: DecideSet, *, by: Actor) -> Decided:
    """Into a set or out of it, or back to what its rule says. Who is put into a set that lies within another is in it
    only while they are in that other too: that is told where sets are made, for the other may change. ICH E9 5.2"""
    require(book.study, by, REVIEW_AREA, "w", book.site)
    where = command.population
    if where not in book.study.populations:
        return refused(problem("no-such-set", where, population=where))
    if where in hidden_from(book, actor=by).sets:
        return refused(problem("set-hidden", where))
    if not book.enrolled:
        return refused(problem("not-enrolled", where))
    last = book.sets.get(where)
    if command.base != (last.sequence if last is not None else 0):
        return refused(problem("decided-by-others", where), conflict=True)
    problems = check_text(command.reason, where)
    if (last.is_in if last is not None else None) is command.is_in:
        problems += (problem("no-set-decision" if command.is_in is None else "class-stands", where),)
    if problems:
        return refused(*problems)
    return Decided((Draft(SetDecided(where, command.is_in), reason=words_of(command.reason)),))
