"""The words of a study for the rule language, with the built-in forms `visit`, `plan` and `participant`."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from trialwright.expr.vocabulary import (
    Band,
    CodeInfo,
    CodeListInfo,
    FormInfo,
    ItemInfo,
    TermInfo,
    VisitInfo,
    Vocabulary,
)
from trialwright.study.builtin import CONTACT_CODES, VISIT_FORM
from trialwright.study.model import CodeList, Form, Item, Study
from trialwright.study.resolve_codes import number_of

VISIT_CODES: Final = "visit.id"
ARM_CODES: Final = "participant.arm"
SITE_CODES: Final = "participant.site"
BUILT_IN_FORMS: Final = (VISIT_FORM, "plan", "participant")


def build_vocabulary(study: Study) -> Vocabulary:
    """The words of a study, of everything but its own `vocabulary`.

    Items answered by codes that are numbers have these as their bounds.
    """
    lists = {name: _list_info(one) for name, one in study.code_lists.items()}
    forms = {name: _form_info(study, form) for name, form in study.forms.items()}
    arms = {name: arm.label for name, arm in study.arms.items()}
    sites = {name: site.label for name, site in study.sites.items()}
    visits = {name: visit.label for name, visit in study.visits.items()}
    return Vocabulary(
        forms=forms | {form.form: form for form in _built_in_forms(study)},
        visits={
            name: VisitInfo(name, visit.label, order, visit.repeats)
            for order, (name, visit) in enumerate(study.visits.items())
        },
        terms={name: TermInfo(name, term.label, term.rule.node) for name, term in study.terms.items()},
        code_lists=lists
        | {VISIT_CODES: _labels(visits), ARM_CODES: _labels(arms), SITE_CODES: _labels(sites)},
        baseline_visits=study.baseline_visits,
        first_dose=study.first_dose,
        arms=arms,
        sites=sites,
    )


def _labels(labels: Mapping[str, str]) -> CodeListInfo:
    return CodeListInfo({name: CodeInfo(label) for name, label in labels.items()})


def _list_info(codes: CodeList) -> CodeListInfo:
    infos = {code.code: CodeInfo(code.label, code.is_unknown, number_of(code)) for code in codes.codes}
    return CodeListInfo(infos, tuple(Band(band.lower, band.includes, band.code) for band in codes.bands))


def _form_info(study: Study, form: Form) -> FormInfo:
    items = {name: _item_info(item, study.code_lists) for name, item in form.items.items()}
    # What a diary says after a date of a visit can stand at any visit.
    visits = study.visits_of(form.id) if form.ask is None else tuple(study.visits)
    return FormInfo(form.id, form.label, form.records, items, form.gate is not None, visits)


def _item_info(item: Item, lists: Mapping[str, CodeList]) -> ItemInfo:
    numbers = list(_numbers(item, lists))
    return ItemInfo(
        form=item.form,
        item=item.id,
        label=item.label,
        type=item.type,
        unit=item.unit,
        code_list=item.code_list,
        low=min(numbers) if numbers else item.low,
        high=max(numbers) if numbers else item.high,
        decimals=item.decimals,
        has_condition=item.when is not None,
    )


def _numbers(item: Item, lists: Mapping[str, CodeList]) -> Iterable[Fraction]:
    if item.code_list is None or item.type == "code":
        return
    for code in lists[item.code_list].codes:
        number = number_of(code)
        if number is not None:
            yield number


def _built_in_forms(study: Study) -> tuple[FormInfo, ...]:
    visits = tuple(study.visits)
    unit = study.doses.unit if study.doses else None
    return (
        _built_in(
            "visit",
            "Visit",
            (
                ItemInfo("visit", "id", "Visit", "code", code_list=VISIT_CODES),
                ItemInfo("visit", "date", "Date of the visit", "date"),
                ItemInfo("visit", "day", "Study day", "integer"),
                ItemInfo("visit", "days_outside", "Days outside the window", "integer", low=Fraction(0)),
                ItemInfo("visit", "in_order", "Dated in the order of the schedule", "boolean"),
                ItemInfo("visit", "contact", "Contact", "code", code_list=CONTACT_CODES),
            ),
            visits,
        ),
        _built_in(
            "plan",
            "Plan",
            (
                ItemInfo("plan", "dose", "Planned dose", "decimal", unit=unit, low=Fraction(0)),
                ItemInfo("plan", "date", "Planned date", "date"),
            ),
            visits,
        ),
        _built_in(
            "participant",
            "Participant",
            (
                ItemInfo("participant", "arm", "Arm", "code", code_list=ARM_CODES),
                ItemInfo("participant", "site", "Site", "code", code_list=SITE_CODES),
                ItemInfo("participant", "code", "Participant", "text"),
            ),
            None,
        ),
    )


def _built_in(name: str, label: str, items: tuple[ItemInfo, ...], visits: tuple[str, ...] | None) -> FormInfo:
    records = {item.item: item for item in items}
    return FormInfo(name, label, "participant" if visits is None else "visit", records, visits=visits or ())
