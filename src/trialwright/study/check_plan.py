"""Doses, arms, allocation, sites, limits and curves: sums and names that must agree, shown where they are written."""

from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trialwright.study.builtin import DOSE_AMOUNT, DOSE_ITEMS, SEX_VARIABLE
from trialwright.study.desk import Desk, cells_of
from trialwright.study.files import Files
from trialwright.study.formats import read_number
from trialwright.study.model import DosePlan, Form, Product, Study
from trialwright.study.resolve_schedule import head_and_rows
from trialwright.study.text import Text


def check_plan(desk: Desk, files: Files, study: Study) -> None:
    """Note what does not agree between the files."""
    _check_allocation(desk, files, study)
    _check_sites(desk, files)
    _check_limits(desk, files, study)
    _check_curves(desk, files, study)
    rows = head_and_rows(Desk(), files.drug.doses, "visits") if files.drug else None
    if files.drug and files.drug.dosing and files.drug.dosing.form in study.forms:
        unit = study.doses.unit if study.doses else ""
        _check_dose_form(desk, files.drug.dosing.form, study.forms[files.drug.dosing.form], unit)
    if study.doses is not None and rows is not None:
        _check_doses(desk, rows, study, study.doses, list(files.study.arms))


def _check_doses(
    desk: Desk, rows: tuple[Text, dict[Text, Text]], study: Study, doses: DosePlan, arms: list[Text]
) -> None:
    head, body = rows
    for arm in arms:
        products = _products(study, str(arm))
        if products and arm not in body:
            desk.report("arm-without-doses", arm, arm=arm)
        if products and arm in body:
            _check_row(desk, body[arm], products)
    planned = {visit for amounts in doses.amounts.values() for visit in amounts}
    differ = planned.symmetric_difference(study.visits_of(doses.form))
    if differ and doses.form in study.forms:
        visits = " ".join(visit for visit in study.visits if visit in differ)
        desk.report("dose-visits-differ", head, form=doses.form, visits=visits)


def _check_dose_form(desk: Desk, place: Text, form: Form, unit: str) -> None:
    """What the calendar of doses reads in it."""
    if form.records != "visit":
        desk.report("dose-form-records", place, form=form.id)
    for name, kind in DOSE_ITEMS.items():
        item = form.items.get(name)
        if item is None or item.type != kind:
            desk.report("dose-form-item", place, form=form.id, item=name, type=kind)
    amount = form.items.get(DOSE_AMOUNT)
    if amount is None or not unit:  # a product whose unit is not known has a problem of its own
        return
    if amount.type not in ("integer", "decimal") or amount.unit != unit:
        desk.report("dose-form-amount", place, form=form.id, item=DOSE_AMOUNT, unit=unit)


def _check_row(desk: Desk, row: Text, products: list[Product]) -> None:
    """Each amount is a whole number of one of the arm's products."""
    for offset, cell in cells_of(row):
        amount = read_number(cell)
        if amount is None or any((amount / product.strength).denominator == 1 for product in products):
            continue
        names = ", ".join(product.id for product in products)
        strengths = ", ".join(f"{_plain(product.strength)} {product.unit}" for product in products)
        desk.report("dose-not-whole", row, offset, amount=cell, product=names, strength=strengths)


def _plain(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else str(float(number))


def _products(study: Study, arm: str) -> list[Product]:
    """The products of an arm whose strength is known."""
    known = (study.interventions.get(name) for name in study.arms[arm].interventions)
    products = (study.products.get(one.product) for one in known if one)
    return [product for product in products if product and product.strength > 0]


def _check_allocation(desk: Desk, files: Files, study: Study) -> None:
    raw = files.study.randomisation
    arms = list(files.study.arms)
    if raw is None:
        if len(arms) > 1:
            desk.report("no-allocation", arms[1])
        return
    missing = [arm for arm in arms if arm not in raw.ratio]
    if missing:
        desk.report("allocation-arms", next(iter(raw.ratio), arms[0]), arms=", ".join(arms))
    total = sum(study.allocation.ratio.values()) if study.allocation else 1
    for block in raw.blocks:
        if total and int(block) % total:
            desk.report("block-size", block, block=block, total=total)


def _check_sites(desk: Desk, files: Files) -> None:
    for site in files.study.sites.values():
        try:
            ZoneInfo(site.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            desk.report("no-such-timezone", site.timezone, name=site.timezone)


def _check_limits(desk: Desk, files: Files, study: Study) -> None:
    sexes = [
        item for form in study.forms.values() for item in form.items.values() if item.sdtm == SEX_VARIABLE
    ]
    codes = {code.code for item in sexes if item.code_list for code in study.code_lists[item.code_list].codes}
    for limit in files.laboratory.limits if files.laboratory else ():
        low, high = read_number(limit.low or ""), read_number(limit.high or "")
        if limit.low and low is not None and high is not None and low > high:
            desk.report("range-reversed", limit.low, low=limit.low, high=limit.high or "")
        form, _, name = limit.item.partition(".")
        item = study.forms[form].items.get(name) if form in study.forms else None
        if item is not None and item.type not in ("integer", "decimal"):
            desk.report("limit-of-no-number", limit.item, item=limit.item)
        if limit.sex is not None and not sexes:
            desk.report("limit-without-sex", limit.sex, variable=SEX_VARIABLE)
        elif limit.sex is not None:
            desk.known("code", limit.sex, codes)


def _check_curves(desk: Desk, files: Files, study: Study) -> None:
    """A curve is a number that is asked at visits."""
    for curve in files.study.curves:
        form, _, name = curve.item.partition(".")
        item = study.forms[form].items.get(name) if form in study.forms else None
        if item and (item.type not in ("integer", "decimal") or study.forms[form].records != "visit"):
            desk.report("curve-needs-numbers", curve.item, item=curve.item)
