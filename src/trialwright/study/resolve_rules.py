"""Terms, criteria, notices and the checks across forms."""

from collections.abc import Iterable, Mapping
from typing import Literal

from trialwright.study.desk import Desk
from trialwright.study.files_forms import RawCheck
from trialwright.study.files_plan import RawCriterion, RawEligibility, RawNotice, RawTerm
from trialwright.study.formats import nearest
from trialwright.study.model import Check, Criterion, Form, Notice, Term
from trialwright.study.resolve_items import LEVELS, hours_of
from trialwright.study.text import Text


def resolve_terms(desk: Desk, raw: Mapping[Text, RawTerm]) -> dict[str, Term]:
    terms = {}
    for name, term in raw.items():
        rule = desk.rule(term.rule)
        if rule is None:
            desk.lost.add(str(name))
        else:
            terms[str(name)] = Term(str(name), str(term.label), rule)
    return terms


def resolve_criteria(desk: Desk, raw: RawEligibility, visits: Iterable[str]) -> dict[str, Criterion]:
    known = list(visits)
    inclusion = {
        str(name): _criterion(desk, name, one, "inclusion", known) for name, one in raw.inclusion.items()
    }
    exclusion = {
        str(name): _criterion(desk, name, one, "exclusion", known) for name, one in raw.exclusion.items()
    }
    for name in raw.exclusion:
        if name in inclusion:
            desk.report("criterion-twice", name, name=name)
    return inclusion | exclusion


def _criterion(
    desk: Desk, name: Text, raw: RawCriterion, kind: Literal["inclusion", "exclusion"], visits: list[str]
) -> Criterion:
    if (raw.rule is None) == (raw.attest is None):
        desk.report("rule-or-attest", name)
    if not raw.decided_at:
        desk.report("never-decided", name)
    decided_at = [visit for visit in raw.decided_at if desk.known("visit", visit, visits)]
    return Criterion(
        id=str(name),
        kind=kind,
        text=str(raw.text),
        place=name.place,
        decided_at=tuple(map(str, decided_at)),
        rule=desk.maybe_rule(raw.rule),
        attest=None if raw.attest is None else str(raw.attest),
    )


def resolve_notices(desk: Desk, raw: Mapping[Text, RawNotice]) -> tuple[Notice, ...]:
    rules = ((name, notice, desk.rule(notice.when)) for name, notice in raw.items())
    return tuple(Notice(str(name), rule, str(notice.text)) for name, notice, rule in rules if rule)


def resolve_checks(desk: Desk, raw: Mapping[Text, RawCheck], forms: Mapping[str, Form]) -> tuple[Check, ...]:
    """The checks across forms; each is about one item, form.item."""
    checks = []
    for name, check in raw.items():
        rule = desk.rule(check.when)
        form, item = item_path(desk, check.about, forms)
        if rule is not None and form:
            level = LEVELS[check.level or "query"]
            hours = hours_of(desk, check)
            checks.append(Check(str(name), form, item, rule, str(check.ask), level, hours))
    return tuple(checks)


def item_path(desk: Desk, name: Text, forms: Mapping[str, Form]) -> tuple[str, str]:
    """Form and item of "form.item"; two empty texts where there is no such item."""
    form, _, item = name.partition(".")
    if form in forms and item in forms[form].items:
        return form, item
    if form in forms:
        desk.known("item", name, [f"{form}.{known}" for known in forms[form].items])
    else:
        desk.report("no-such-form", name, name=form, near=nearest(form, forms))
    return "", ""
