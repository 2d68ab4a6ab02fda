"""study.yaml and roles.yaml: identification, design, arms, sites, roles and their rights."""

from fractions import Fraction
from typing import Final

from trialwright.study.desk import Desk, cells_of
from trialwright.study.files_base import RawFact
from trialwright.study.files_study import RawDesign, RawRandomisation, RawRegistry, RawRoles, RawStudy
from trialwright.study.formats import read_number
from trialwright.study.model import (
    Allocation,
    Arm,
    Curve,
    Design,
    Discrepancy,
    Epoch,
    Lifecycle,
    Registry,
    Role,
    Site,
)
from trialwright.study.resolve_schedule import head_and_rows, row_of
from trialwright.study.rights import RESULTS_AREA, REVIEW_AREA
from trialwright.study.text import Text

# What is asked for somewhere: r w a q of every area of forms; s where eligibility is decided; of accounts who keeps them; of results to date who
# may look at them; of review who sees and who takes the decisions on deviations and analysis sets.
LETTERS: Final = {
    "forms": "rwaq",
    "eligibility": "rwaqs",
    "drug": "rwaq",
    "adverse_events": "rwaq",
    "diary": "rwaq",
    "identity": "rwaq",
    "accounts": "w",
    RESULTS_AREA: "r",
    REVIEW_AREA: "rw",
}
# What the plan has and nothing asks for yet (sign, verify, lock, freeze, code, export): a right that does nothing
# would be a lie.
LETTERS_TO_COME: Final = "svlfcx"
AREAS_TO_COME: Final = ("exports", "reports")


def resolve_registry(raw: RawRegistry) -> Registry:
    return Registry(
        identifiers=tuple((str(name), str(one.registry)) for name, one in raw.identifiers.items()),
        sponsor=str(raw.sponsor),
        status=str(raw.status),
        condition=tuple(map(str, raw.condition)),
        phase=" / ".join(raw.phase),
        summary=str(raw.summary),
        description=str(raw.description or ""),
        discrepancies=tuple(
            Discrepancy(str(name), str(one.found), str(one.decided or ""))
            for name, one in raw.discrepancies.items()
        ),
    )


def resolve_design(desk: Desk, raw: RawDesign, roles: dict[str, Role]) -> Design:
    blinded = [*raw.blinded, *raw.masking.blinded]
    for role in blinded:
        if desk.known("role", role, roles) and roles[role].rights.get(RESULTS_AREA):
            desk.report("blinded-sees-results", role, role=role)
    start, completion = raw.planned.start, raw.planned.completion
    if start[: len(completion)] > completion:
        desk.report("range-reversed", completion, low=start, high=completion)
    return Design(
        type=str(raw.type.value),
        model=str(raw.model.value),
        masking=str(raw.masking.value),
        blinded=tuple(map(str, blinded)),
        allocation=str(raw.allocation.value),
        purpose=str(raw.purpose.value),
        target=_target(desk, raw.target),
        sex=str(raw.sex.value),
        age=str(raw.age.value),
        start=str(raw.planned.start),
        completion=str(raw.planned.completion),
    )


def _target(desk: Desk, raw: RawFact) -> int:
    number = read_number(raw.value)
    if number is None or number.denominator != 1 or number < 1:
        desk.report("whole-number-expected", raw.value, text=raw.value, least=1)
        return 0
    return int(number)


def resolve_arms(desk: Desk, raw: RawStudy, interventions: list[str]) -> dict[str, Arm]:
    for arm in raw.arms.values():
        for name in arm.interventions:
            desk.known("intervention", name, interventions)
    return {
        str(name): Arm(
            str(name), str(arm.label), str(arm.type), str(arm.text), tuple(map(str, arm.interventions))
        )
        for name, arm in raw.arms.items()
    }


def resolve_epochs(raw: RawStudy) -> dict[str, Epoch]:
    return {str(name): Epoch(str(name), str(one.label)) for name, one in raw.epochs.items()}


def resolve_sites(desk: Desk, raw: RawStudy) -> dict[str, Site]:
    if "en" not in raw.languages:
        desk.report("english-missing", next(iter(raw.languages), raw.study))
    return {
        str(name): Site(str(name), str(one.label), str(one.country), str(one.timezone))
        for name, one in raw.sites.items()
    }


def resolve_allocation(desk: Desk, raw: RawRandomisation | None, arms: dict[str, Arm]) -> Allocation | None:
    if raw is None:
        return None
    for arm in raw.ratio:
        desk.known("arm", arm, arms)
    return Allocation(
        tuple(int(block) for block in raw.blocks), {str(arm): int(part) for arm, part in raw.ratio.items()}
    )


def resolve_lifecycle(desk: Desk, raw: RawStudy) -> Lifecycle:
    life = raw.lifecycle
    return Lifecycle(
        desk.maybe_rule(life.dosed), desk.maybe_rule(life.treatment_ended), desk.maybe_rule(life.ended)
    )


def resolve_curves(desk: Desk, raw: RawStudy, items: list[str]) -> tuple[Curve, ...]:
    return tuple(
        Curve(
            str(curve.item),
            tuple((str(label), read_number(text) or Fraction(0)) for label, text in curve.lines.items()),
        )
        for curve in raw.curves
        if desk.known("item", curve.item, items)
    )


def resolve_roles(desk: Desk, raw: RawRoles | None) -> dict[str, Role]:
    """Roles in the order of the head row, each with its letters in every area."""
    rows = head_and_rows(desk, raw.rights, "roles") if raw else None
    if raw is None or rows is None:
        return {}
    names = [name for _, name in cells_of(rows[0])]
    rights: dict[str, dict[str, frozenset[str]]] = {name: {} for name in names}
    for area, row in rows[1].items():
        if area in AREAS_TO_COME:
            desk.report("area-not-built", area, area=area)
            continue
        if not desk.known("area", area, LETTERS):
            continue
        for (offset, cell), name in zip(row_of(desk, area, row, len(names)), names, strict=False):
            rights[name][str(area)] = _letters(desk, area, row, (offset, cell))
    labels = {str(name): str(label) for name, label in raw.labels.items() if desk.known("role", name, names)}
    return {
        name: Role(name, labels.get(name, name.replace("_", " ").capitalize()), rights[name])
        for name in names
    }


def _letters(desk: Desk, area: Text, row: Text, placed: tuple[int, str]) -> frozenset[str]:
    """The letters of a cell. placed: where it begins in its row, and what it says."""
    offset, cell = placed
    allowed, known = LETTERS[area], {*"rwaq", *LETTERS_TO_COME}
    for number, letter in enumerate(cell if cell != "." else ""):
        if letter in allowed:
            continue
        if letter in known:
            desk.report("right-not-built", row, offset + number, letter=letter, area=area)
        else:
            cells = f"{' '.join(allowed)} ."
            desk.report("unknown-cell", row, offset + number, cell=letter, cells=cells)
    return frozenset(cell) - {"."}
