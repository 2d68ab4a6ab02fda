"""drug.yaml and laboratory.yaml: products, doses by arm and visit, lots of kits, limits of normal."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from trialwright.study.desk import Desk, cells_of
from trialwright.study.files_plan import RawDosing, RawDrug, RawLaboratory, RawLot, RawProduct
from trialwright.study.formats import nearest, read_number
from trialwright.study.model import DosePlan, Form, Hold, Intervention, LabLimit, Lot, Product
from trialwright.study.resolve_rules import item_path, resolve_notices
from trialwright.study.resolve_schedule import head_and_rows, row_of
from trialwright.study.text import Text

_STRENGTH: Final = re.compile(r"(\d+(?:\.\d+)?) (\S+)")
_KITS: Final = re.compile(r"([A-Za-z-]*)(\d+)\.\.([A-Za-z-]*)(\d+)")
_MOST_KITS: Final = 100_000


def resolve_products(desk: Desk, raw: RawDrug) -> dict[str, Product]:
    return {str(name): _product(desk, name, product) for name, product in raw.products.items()}


def _product(desk: Desk, name: Text, raw: RawProduct) -> Product:
    strength = _STRENGTH.fullmatch(raw.strength)
    if strength is None:
        desk.report("product-strength", raw.strength, text=raw.strength)
    return Product(
        str(name),
        str(raw.label),
        Fraction(strength[1]) if strength else Fraction(0),
        strength[2] if strength else "",
        ingredient=str(raw.ingredient or ""),
        dosage_form=str(raw.form or ""),
        storage="; ".join(f"{key} {text}" for key, text in raw.storage.items()),
    )


def resolve_interventions(desk: Desk, raw: RawDrug) -> dict[str, Intervention]:
    for one in raw.interventions.values():
        if one.product is not None:
            desk.known("product", one.product, raw.products)
    return {
        str(name): Intervention(
            str(name),
            str(one.label),
            str(one.type),
            str(one.role),
            str(one.product or ""),
            str(one.route or ""),
        )
        for name, one in raw.interventions.items()
    }


def resolve_doses(
    desk: Desk, raw: RawDrug, *, arms: Iterable[str], visits: Iterable[str], forms: Iterable[str], unit: str
) -> DosePlan | None:
    """The plan of doses, None where there is none; a `.` plans no dose."""
    rows = head_and_rows(desk, raw.doses, "visits")
    if rows is None:
        return None
    if raw.dosing is None:
        desk.report("dose-without-form", rows[0])
        return None
    desk.known("form", raw.dosing.form, forms)
    columns = _dose_visits(desk, rows[0], list(visits))
    known_arms = list(arms)
    amounts = {
        str(arm): _amounts(desk, row, row_of(desk, arm, row, len(columns)), columns)
        for arm, row in rows[1].items()
        if desk.known("arm", arm, known_arms)
    }
    return _dose_plan(desk, raw.dosing, amounts, unit)


def _dose_plan(
    desk: Desk, raw: RawDosing, amounts: Mapping[str, Mapping[str, Fraction]], unit: str
) -> DosePlan:
    holds = resolve_notices(desk, raw.hold)
    if int(raw.late_days) < int(raw.on_time_days):
        desk.report("late-before-on-time", raw.late_days, late=raw.late_days, on_time=raw.on_time_days)
    return DosePlan(
        amounts=amounts,
        unit=unit,
        form=str(raw.form),
        least_days_between=int(raw.least_days_between),
        on_time_days=int(raw.on_time_days),
        late_days=int(raw.late_days),
        last_day=int(raw.last_day) if raw.last_day else None,
        holds=tuple(Hold(hold.id, hold.when, hold.text) for hold in holds),
    )


def _dose_visits(desk: Desk, head: Text, visits: list[str]) -> list[str]:
    for offset, cell in cells_of(head):
        if cell not in visits:
            desk.report("no-such-visit", head, offset, name=cell, near=nearest(cell, visits))
    return [cell for _, cell in cells_of(head)]


def _amounts(desk: Desk, row: Text, cells: list[tuple[int, str]], visits: list[str]) -> dict[str, Fraction]:
    amounts = {}
    for (offset, cell), visit in zip(cells, visits, strict=False):
        number = read_number(cell)
        if number is not None and number >= 0:
            amounts[visit] = number
        elif cell != ".":
            desk.report("unknown-cell", row, offset, cell=cell, cells="0 80 160 .")
    return amounts


def resolve_stock(
    desk: Desk, raw: RawDrug, products: Mapping[str, Product], sites: Iterable[str]
) -> tuple[Lot, ...]:
    known = list(sites)
    for lot in raw.stock:
        desk.known("site", lot.site, known)
        desk.known("product", lot.product, products)
    lots = tuple(
        Lot(str(lot.site), str(lot.product), str(lot.lot), str(lot.expiry), _kits(desk, lot))
        for lot in raw.stock
    )
    taken: set[str] = set()
    for lot, kits in zip(raw.stock, (set(lot.kits) for lot in lots), strict=True):
        if kits & taken:
            desk.report("kit-twice", lot.kits, kit=min(kits & taken))
        taken |= kits
    return lots


def _kits(desk: Desk, lot: RawLot) -> tuple[str, ...]:
    """The numbers of a range, with the zeros in front that they are written with."""
    ends = _KITS.fullmatch(lot.kits)
    is_range = ends is not None and ends[1] == ends[3] and len(ends[2]) == len(ends[4])
    if ends is None or not is_range or not 0 <= int(ends[4]) - int(ends[2]) < _MOST_KITS:
        desk.report("kits-range", lot.kits, text=lot.kits)
        return ()
    width = len(ends[2])
    return tuple(f"{ends[1]}{number:0{width}d}" for number in range(int(ends[2]), int(ends[4]) + 1))


def resolve_limits(
    desk: Desk, raw: RawLaboratory | None, forms: Mapping[str, Form], sites: Iterable[str]
) -> tuple[LabLimit, ...]:
    known = list(sites)
    limits = []
    seen: set[tuple[str, str, str]] = set()
    for limit in raw.limits if raw else ():
        key = (str(limit.site), str(limit.item), str(limit.sex or ""))
        if key in seen:
            desk.report("limit-twice", limit.item, item=limit.item)
        seen.add(key)
        form, item = item_path(desk, limit.item, forms)
        if desk.known("site", limit.site, known) and form:
            low, high = read_number(limit.low or ""), read_number(limit.high or "")
            limits.append(LabLimit(str(limit.site), f"{form}.{item}", str(limit.sex or ""), low, high))
    return tuple(limits)
