"""Whether draws look at what the study has: items, products, accounts, codes, rules."""

import re
from collections.abc import Iterable, Iterator

from trialwright.expr.check import infer
from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.types import Typed
from trialwright.simulate.block import Rehearsal, RowPlan
from trialwright.simulate.check_rules import place_in
from trialwright.simulate.draws import Draw
from trialwright.simulate.messages import problem
from trialwright.study.builtin import VISIT_FORM
from trialwright.study.model import Study
from trialwright.values.problem import Problem

ROW_END = "row_end"  # the last day of the excursion of which a row tells
DAYS = ("visit", "row", ROW_END, "first_dose", "last_act")
SPANS = ("uniform", "integer")  # whose first number is the least
VISIT_FACTS = ("id", "contact", "date", "told")
ROW = "row"  # the template of the row of which an entry of the diary tells
VISIT_DRAWS = ("date", "contact")
TRUTHS = ("true", "false")
OTHERWISE = "else"
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def check_draws(study: Study, block: Rehearsal) -> Iterator[Problem]:
    """form.item that is not there is told where the block is read; what a draw looks at is told here."""
    yield from (fault for draw in _numbers_of(block) for fault in _check_number(draw))
    yield from (fault for excursion in block.excursions.values() for fault in _check_length(excursion.days))
    rows = [row for rows in block.logs.values() for row in rows]
    draws = (*_draws_of_rows(rows), *_draws_of_others(block))
    once = {draw.path: (form, draw) for form, draw in draws if form in study.forms}
    for form, draw in once.values():
        yield from _check_draw(study, block, form, draw)
    told = _told_by_excursions(block)
    untold = _draws_of_rows(row for row in rows if (row.form, row.id) not in told)
    endless = {draw.path: draw for _, draw in (*untold, *_draws_of_others(block))}
    for draw in endless.values():
        yield from _check_no_row_end(draw)


def _draws_of_rows(rows: Iterable[RowPlan]) -> Iterator[tuple[str, Draw]]:
    """Each draw, and its log."""
    for row in rows:
        yield from ((row.form, draw) for draw in (*row.items.values(), *row.while_open.values()))


def _draws_of_others(block: Rehearsal) -> Iterator[tuple[str, Draw]]:
    """Each draw, and the form whose items it may name bare; of those of no form, the visit."""
    for form, plan in block.forms.items():
        yield from ((form, draw) for draw in plan.items.values())
    for excursion in block.excursions.values():
        yield from ((excursion.form, draw) for draw in excursion.items.values())
    for form, kept in (block.diary.forms if block.diary else {}).items():
        yield from ((form, draw) for draw in kept.items.values())
    for sets in (
        *(one.sets for one in block.dropouts.values()),
        *(one.sets for one in block.failures),
    ):
        yield from ((form, draw) for (form, _), draw in sets.items())
    yield from ((VISIT_FORM, draw) for draw in (block.visits.missed_reason, *_numbers_of(block)))


def _numbers_of(block: Rehearsal) -> Iterator[Draw]:
    """Draws of no form: days and the course."""
    yield from (block.recruitment.days_to_first_visit, block.recruitment.days_to_enrolment)
    yield from (block.course.baseline, *block.course.parameters.values(), *block.course.effect.values())
    yield from (block.clock.days_to_entry, block.queries.answered_after_days, block.queries.closed_after_days)
    yield from (block.visits.days_off, block.visits.late_days)
    if block.visits.unscheduled is not None:
        yield block.visits.unscheduled.days
    yield from (excursion.days for excursion in block.excursions.values())
    for row in (row for rows in block.logs.values() for row in rows):
        yield from (draw for draw in (row.days_after_dose,) if draw is not None)
    for dropout in block.dropouts.values():
        yield from (dropout.days_to_visit, dropout.closed_after_days)
    yield from (failure.baseline for failure in block.failures if failure.baseline is not None)
    yield from block.diary.numbers if block.diary is not None else ()


def _check_number(draw: Draw) -> Iterator[Problem]:
    """A word that is no number would end the rehearsal only when it is drawn."""
    for inner in draw.cases.values():
        yield from _check_number(inner)
    if draw.wander is not None:
        yield problem("rehearsal-shape", f"{draw.path}.wander", found=draw.head, wanted="a value of a form")
    words = draw.words if draw.head in ("value", "choice") else ()
    for word in words:
        if not NUMBER.fullmatch(word):
            yield problem("rehearsal-shape", draw.path, found=repr(word), wanted="a number")


def _check_length(draw: Draw) -> Iterator[Problem]:
    """Days that would end before they begin, where a draw can be such by what is written."""
    for inner in draw.cases.values():
        yield from _check_length(inner)
    least = [draw.low] if draw.low is not None else list(draw.numbers[:1]) if draw.head in SPANS else []
    if draw.head in ("value", "choice"):
        least = [float(word) for word in draw.words if NUMBER.fullmatch(word)]
    for number in least:
        if number < 0:
            yield problem("rehearsal-shape", draw.path, found=f"{number:g}", wanted="days, 0 or more")


def _told_by_excursions(block: Rehearsal) -> frozenset[tuple[str, str]]:
    """Log and template of the rows that tell of an excursion, with those that come along with them."""
    company = {(row.form, row.id): row.with_rows for rows in block.logs.values() for row in rows}
    found: set[tuple[str, str]] = set()
    asked = [one for excursion in block.excursions.values() for one in excursion.with_rows]
    while asked:
        one = asked.pop()
        if one not in found:
            found.add(one)
            asked += company.get(one, ())
    return frozenset(found)


def _check_no_row_end(draw: Draw) -> Iterator[Problem]:
    """Of what no excursion tells there is no last day, so that nothing would ever be drawn."""
    for inner in draw.cases.values():
        yield from _check_no_row_end(inner)
    if draw.head == "date":
        known = tuple(name for name in DAYS if name != ROW_END)
        for name, key in zip(draw.words, ("from", "after"), strict=False):
            if name == ROW_END:
                yield from _check_name(f"{draw.path}.date.{key}", name, known)


def _check_draw(study: Study, block: Rehearsal, form: str, draw: Draw) -> Iterator[Problem]:
    for inner in (*draw.cases.values(), *([draw.precision] if draw.precision else [])):
        yield from _check_draw(study, block, form, inner)
    path = f"{draw.path}.{draw.head}"
    if draw.is_noisy and not draw.is_number:
        yield problem("rehearsal-shape", path, found=draw.head, wanted="a number, for what is added to it")
    match draw.head:
        case "rule":
            yield from _check_rule(study, form, draw, path)
        case "plan":
            yield from _check_name(path, draw.words[0], ("dose",))
        case "visit":
            yield from _check_name(path, draw.words[0], VISIT_DRAWS)
        case "kit":
            yield from _check_name(path, draw.words[0], study.products)
        case "actor":
            yield from _check_name(path, draw.words[0], block.accounts)
        case "lot_of":
            yield from _check_item(study, form, draw.words[0], path)
        case "date":
            for name, key in zip(draw.words, ("from", "after"), strict=False):
                yield from () if name in DAYS else _check_item(study, form, name, f"{path}.{key}")
        case "by":
            yield from _check_by(study, form, draw, _rows_told(study, block, form))


def _rows_told(study: Study, block: Rehearsal, form: str) -> tuple[str, ...]:
    """Templates of the rows of which a form of the diary tells; none where `row` is an item of it."""
    plan = block.diary.forms.get(form) if block.diary is not None else None
    return tuple(name for _, name in plan.tells_of) if plan and ROW not in study.forms[form].items else ()


def _check_by(study: Study, form: str, draw: Draw, rows: tuple[str, ...]) -> Iterator[Problem]:
    """rows: templates of which the form tells."""
    path = f"{draw.path}.by"
    if rows and draw.words == (ROW,):
        for case in draw.cases:
            yield from _check_name(f"{path}.cases", case, (*rows, OTHERWISE))
    elif draw.asks:
        yield from _check_rule(study, form, draw, f"{path}.rule")
    else:
        yield from _check_item(study, form, draw.words[0], f"{path}.item")
        yield from _check_cases(study, form, draw)
    if draw.is_number:
        yield from (fault for case in draw.cases.values() for fault in _check_addend(case))


def _check_addend(draw: Draw) -> Iterator[Problem]:
    """A case of a number must be one, too."""
    if draw.head in ("value", "choice"):
        yield from _check_number(draw)
    elif draw.head == "by":
        yield from (fault for case in draw.cases.values() for fault in _check_addend(case))
    elif not draw.is_number:
        yield problem("rehearsal-shape", draw.path, found=draw.head, wanted="a number")


def _check_name(path: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    options = tuple(known)
    if name not in options:
        yield problem("rehearsal-unknown-name", path, name=name, known=", ".join(options))


def _check_item(study: Study, form: str, name: str, path: str) -> Iterator[Problem]:
    """`item` of the draw's own form, `form.item` of another, or a fact of the visit or the participant."""
    owner, item = _place_of(form, name)
    defined = study.vocabulary.forms.get(owner)
    known = VISIT_FACTS if owner == VISIT_FORM else defined.items if defined is not None else ()
    if item not in known:
        yield problem("rehearsal-unknown-item", path, item=f"{owner}.{item}")


def _place_of(form: str, name: str) -> tuple[str, str]:
    owner, dot, item = name.partition(".")
    return (owner, item) if dot else (form, name)


def _check_cases(study: Study, form: str, draw: Draw) -> Iterator[Problem]:
    """A case that no answer can be would never be drawn."""
    owner, name = _place_of(form, draw.words[0])
    known = _answers(study, owner, name)
    for case in draw.cases if known else ():
        yield from _check_name(f"{draw.path}.by.cases", case, (*known, OTHERWISE))


def _answers(study: Study, form: str, item: str) -> tuple[str, ...]:
    """What an item may say, where that can be listed."""
    words = study.vocabulary
    info = words.forms[form].items.get(item) if form in words.forms else None
    if info is None:
        return ()
    if info.code_list is not None:
        return tuple(words.code_lists[info.code_list].codes)
    return TRUTHS if info.type == "boolean" else ()


def _check_rule(study: Study, form: str, draw: Draw, path: str) -> Iterator[Problem]:
    rule = parse_rule(draw.asks or draw.words[0], path)
    if not isinstance(rule, Rule):
        yield from rule
        return
    asked, bare = place_in(study, form)
    typed = infer(rule.node, study.vocabulary, asked=asked, form=bare, place=path)
    if not isinstance(typed, Typed):
        yield from typed
    elif draw.asks:
        for case in draw.cases if typed.kind == "truth" else ():
            yield from _check_name(f"{draw.path}.by.cases", case, (*TRUTHS, OTHERWISE))
    elif draw.is_number and typed.kind != "number":
        yield problem("rehearsal-shape", path, found=typed.kind, wanted="a number, for what is added to it")
