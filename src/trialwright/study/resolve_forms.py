"""Forms: items, grid, checks, and the items that attested criteria put into the form of eligibility."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.vocabulary import RecordKind
from trialwright.study.builtin import ELIGIBILITY_FORM
from trialwright.study.desk import Desk
from trialwright.study.files_forms import RawForm, RawWording
from trialwright.study.model import Check, Criterion, Form, Item
from trialwright.study.resolve_items import (
    CodeLists,
    cells_of_grid,
    resolve_check,
    resolve_grid,
    resolve_item,
)
from trialwright.study.rights import ELIGIBILITY_AREA
from trialwright.study.text import Text

_RECORDS: Final[Mapping[str, RecordKind]] = {
    "one per participant": "participant",
    "one per visit": "visit",
    "many per participant": "many",
    "many per visit": "many_visit",
}


def resolve_form(
    desk: Desk,
    name: str,
    raw: RawForm,
    lists: CodeLists,
    *,
    attested: Mapping[str, Item],
    wording: RawWording | None,
) -> Form | None:
    """One form; None where it has no label or kind of records. A form of the diary knows where its name stands."""
    place = name.place if isinstance(name, Text) else f"forms/{name}.yaml:1:1"
    name = str(name)
    if raw.form is not None and raw.form != name:
        desk.report("form-name-differs", raw.form, file=f"{name}.yaml")
    for key in ("label", "records"):
        if getattr(raw, key) is None:
            desk.report("missing-key", place, key=key)
    if raw.label is None or raw.records is None:
        return None
    records = _RECORDS[raw.records]
    if raw.gate is not None and records in ("participant", "visit"):
        desk.report("gate-without-rows", raw.gate)
    if raw.earlier_scores is not None and records != "visit":
        desk.report("earlier-scores-once", raw.earlier_scores)
    if raw.made_from is not None and (name != ELIGIBILITY_FORM or records != "visit"):
        desk.report("eligibility-form", raw.made_from)
    items = _items(desk, name, raw, lists, attested if raw.made_from else {})
    if not items:
        desk.report("empty-form", place)
    is_licensed = raw.wording == "licensed" and wording is None
    return Form(
        id=name,
        label=str(raw.label),
        records=records,
        items=_worded(desk, _mapped(items, raw), wording),
        place=place,
        checks=_checks(desk, name, raw, items),
        gate=None if raw.gate is None else str(raw.gate),
        when=desk.maybe_rule(raw.when),
        instrument=None if raw.instrument is None else str(raw.instrument),
        wording="licensed" if is_licensed else "open",
        filled_by="participant" if raw.filled_by == "participant" else "site",
        area=str(raw.area or (ELIGIBILITY_AREA if raw.made_from else "forms")),
        licence="" if wording is None else str(wording.licence),
        grid=resolve_grid(raw.grid) if raw.grid else None,
        earlier_scores="hidden" if raw.earlier_scores == "hidden" else "shown",
    )


def _items(
    desk: Desk, form: str, raw: RawForm, lists: CodeLists, attested: Mapping[str, Item]
) -> dict[str, Item]:
    items = dict(attested)
    if raw.grid is not None:
        for cell, column, raw_item in cells_of_grid(desk, raw.grid):
            _put(
                desk,
                items,
                f"{cell.row}_{column}",
                resolve_item(desk, form, column, raw_item, lists, cell=cell),
            )
    for name, raw_item in raw.items.items():
        if name in items:
            desk.report("item-twice", name, item=name)
        _put(desk, items, str(name), resolve_item(desk, form, name, raw_item, lists))
    return items


def _put(desk: Desk, items: dict[str, Item], name: str, item: Item | None) -> None:
    if item is None:
        desk.lost.add(name)
    else:
        items[name] = item


def _checks(desk: Desk, form: str, raw: RawForm, items: Mapping[str, Item]) -> tuple[Check, ...]:
    found: list[Check | None] = []
    if raw.grid is not None:
        cells = {cell.row: cell for cell, _, _ in cells_of_grid(Desk(), raw.grid)}
        for name, check in raw.grid.checks.items():
            found += [resolve_check(desk, form, name, check, items, cell=cell) for cell in cells.values()]
    found += [resolve_check(desk, form, name, check, items) for name, check in raw.checks.items()]
    return tuple(check for check in found if check is not None)


def _mapped(items: Mapping[str, Item], raw: RawForm) -> dict[str, Item]:
    """Items with the form's domain before the bare name of a finding: WEIGHT becomes VS/WEIGHT."""
    domain = raw.sdtm.domain if raw.sdtm else None
    return {
        name: replace(item, sdtm=f"{domain}/{item.sdtm}")
        if domain and item.sdtm and not {".", "/"} & set(item.sdtm)
        else item
        for name, item in items.items()
    }


def _worded(desk: Desk, items: Mapping[str, Item], wording: RawWording | None) -> dict[str, Item]:
    """Items with the English of a licensed text pack as their labels."""
    worded = dict(items)
    for name, texts in wording.items.items() if wording else ():
        if desk.known("item", name, items):
            english = next((str(text) for language, text in texts.items() if language == "en"), None)
            worded[name] = replace(items[name], label=english or items[name].label)
    return worded


def attested_items(form: str, criteria: Mapping[str, Criterion], visits: tuple[str, ...]) -> dict[str, Item]:
    """One yes/no item per attested criterion, asked at the visits where the criterion is decided."""
    return {
        criterion.id.lower(): Item(
            form=form,
            id=criterion.id.lower(),
            label=criterion.attest,
            type="boolean",
            place=criterion.place,
            when=_at_visits(criterion, visits),
        )
        for criterion in criteria.values()
        if criterion.attest is not None
    }


def _at_visits(criterion: Criterion, visits: tuple[str, ...]) -> Rule | None:
    """A rule that is true at the criterion's visits; none where that is all visits of the form."""
    if not criterion.decided_at or set(visits) <= set(criterion.decided_at):
        return None
    names = ", ".join(f'"{visit}"' for visit in criterion.decided_at)
    rule = parse_rule(f"visit.id in ({names})", criterion.place)
    assert isinstance(rule, Rule), criterion
    return rule
