"""Analysis visits: which value of all that were collected stands for a visit, by study day (protocol: analysis windows).

Several values in a window: the one closest to the visit's target day, then the earlier. Records of
unscheduled visits may fill a window too. What a window displaces stays in the tables under "W34#seen",
so that an event seen there is not lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from trialwright.datasets.windows import analysis_windows, study_day
from trialwright.expr.check import infer
from trialwright.expr.nodes import ItemRef, Name, Node
from trialwright.expr.tables import Tables
from trialwright.expr.types import ItemPath, Typed
from trialwright.expr.vocabulary import Scope
from trialwright.study.model import Study, Visit

DISPLACED = "#seen"
BUILT_IN_FORMS = frozenset({"visit", "plan", "participant"})


@dataclass(frozen=True, slots=True)
class Windowed:
    """The tables with analysis visits in place of the collected ones, for the forms that are windowed.

    forms: which. sources: (participant, form, item, analysis visit) -> the visit key that it was collected at.
    undated: participants with values at visits that have no date; such values fill no window.
    """

    tables: Tables
    forms: frozenset[str]
    sources: Mapping[tuple[str, str, str, str], str]
    moved: Mapping[tuple[str, str], str] = field(
        default_factory=dict
    )  # (participant, new visit key) -> collected key
    undated: tuple[tuple[str, str, str], ...] = ()  # participant, visit, form


def windowed_forms(study: Study) -> frozenset[str]:
    """Forms of visits whose items an endpoint or a course reads; the dose form stays as collected: doses are counted."""
    rules: list[tuple[Node, Scope]] = []
    for endpoint in study.endpoints.values():
        if endpoint.visit or endpoint.visits:
            variables = (
                endpoint.variable,
                *(beside.variable for beside in endpoint.beside if beside.variable),
            )
            rules += [(variable.node, "visit") for variable in variables]
    for analysis in study.analyses.values():
        rules += [(item_node(item), "visit") for item in analysis.items]
    forms = {path.form for node, asked in rules for path in _needs(node, study, asked)}
    doses = {study.doses.form} if study.doses else set()
    return frozenset(
        form
        for form in forms - BUILT_IN_FORMS - doses
        if form in study.forms and study.forms[form].records == "visit"
    )


def _needs(node: Node, study: Study, asked: Scope) -> frozenset[ItemPath]:
    typed = infer(node, study.vocabulary, asked=asked)
    if not isinstance(typed, Typed):
        raise ValueError("; ".join(one.text for one in typed))
    return typed.needs


def item_node(item: str) -> Node:
    """The rule that reads an item ("form.item") or a term.

    >>> item_node("score.total")
    ItemRef(form='score', item='total', span=(0, 11))
    """
    form, _, name = item.partition(".")
    return ItemRef(form, name, (0, len(item))) if name else Name(item, (0, len(item)))


def derive_analysis_visits(
    visits: Mapping[str, Visit], tables: Tables, forms: Iterable[str], first_dose: pl.DataFrame
) -> Windowed:
    """Puts the chosen value of each item into each analysis visit.

    forms: the forms of visits whose items an endpoint or a course reads. first_dose: columns participant, first (Date).
    """
    windows = analysis_windows(visits)
    wanted = frozenset(form for form in forms if form in tables.forms)
    if windows.is_empty() or not wanted:
        return Windowed(tables, frozenset(), {})
    days = visit_days(tables, first_dose)
    parts = {form: fill_windows(tables.forms[form], days, windows) for form in sorted(wanted)}
    sources = {key: source for form, part in parts.items() for key, source in part.sources(form).items()}
    undated = tuple(place for form, part in parts.items() for place in part.undated(form))
    framed = {**tables.forms, **{form: part.frame for form, part in parts.items()}}
    moved = pl.concat([part.moved for part in parts.values()]).unique(maintain_order=True)
    needed = visits_to_move(tables, moved)
    keys = {(participant, new): source for participant, new, source in needed.iter_rows()}
    return Windowed(move_visits(replace(tables, forms=framed), needed), wanted, sources, keys, undated)


def visit_days(tables: Tables, first_dose: pl.DataFrame) -> pl.DataFrame:
    """participant, visit, order, day: the study day of each visit, null where a date is not known."""
    keys = ["participant", "visit"]
    ordered = tables.visits.select(*keys, "order")
    held = tables.forms.get("visit")
    if held is None or "date__lo" not in held.columns:
        return ordered.with_columns(pl.lit(None, pl.Int64).alias("day"))
    dates = held.select(*keys, pl.col("date__lo").alias("date"))
    joined = ordered.join(dates, on=keys, how="left").join(first_dose, on="participant", how="left")
    return joined.select(*keys, "order", study_day(pl.col("date"), pl.col("first")).alias("day"))


@dataclass(frozen=True, slots=True)
class Filled:
    """One windowed form. moved: participant, visit (new key), source (collected key)."""

    frame: pl.DataFrame
    moved: pl.DataFrame
    chosen: pl.DataFrame
    lost: pl.DataFrame

    def sources(self, form: str) -> dict[tuple[str, str, str, str], str]:
        found: dict[tuple[str, str, str, str], str] = {}
        for item in items_of(self.frame):
            told = self.chosen.select("participant", "visit", f"{item}__from").drop_nulls()
            found |= {(one, form, item, visit): source for one, visit, source in told.iter_rows()}
        return found

    def undated(self, form: str) -> tuple[tuple[str, str, str], ...]:
        return tuple((participant, visit, form) for participant, visit in self.lost.iter_rows())


def items_of(frame: pl.DataFrame) -> tuple[str, ...]:
    return tuple(column.removesuffix("__state") for column in frame.columns if column.endswith("__state"))


def fill_windows(frame: pl.DataFrame, days: pl.DataFrame, windows: pl.DataFrame) -> Filled:
    """One form's frame with a row for each analysis visit that has a value, item by item."""
    keys = ["participant", "visit"]
    planned = windows["window"].to_list()
    dated = frame.join(days, on=keys, how="left")
    near = choose_nearest(dated, windows)
    chosen = near.select(
        "participant",
        pl.col("window").alias("visit"),
        pl.lit(0, pl.Int64).alias("repeat"),
        pl.exclude("participant", "window"),
    )
    at_planned = pl.col("visit").is_in(planned)
    is_known = known_somewhere(frame)
    # A visit that was missed has no date; its row tells why, where nothing else fills the window.
    told = dated.filter(at_planned & pl.col("day").is_null())
    reasons = told.filter(~is_known).join(chosen, on=keys, how="anti").select(frame.columns)
    lost = told.filter(is_known).select(keys)
    seen = dated.filter(at_planned & pl.col("day").is_not_null() & is_known)
    pushed = seen.join(chosen_from_own(chosen, items_of(frame)), on=keys, how="anti")
    shifted = pushed.with_columns(pl.col("visit") + DISPLACED)
    whole = pl.concat(
        [frame.filter(~at_planned), chosen.select(frame.columns), reasons, shifted.select(frame.columns)]
    ).sort("participant", "visit", "repeat")
    moved = pl.concat(
        [
            chosen.select(*keys, pl.coalesce([f"{item}__from" for item in items_of(frame)]).alias("source")),
            pushed.select("participant", pl.col("visit") + DISPLACED, pl.col("visit").alias("source")),
        ]
    )
    return Filled(whole, moved, chosen, lost)


def known_somewhere(frame: pl.DataFrame) -> pl.Expr:
    return pl.any_horizontal(pl.col(f"{item}__state") == "known" for item in items_of(frame))


def choose_nearest(dated: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """participant, window and per item the cells of its nearest known value and `item__from`, the visit it is from."""
    inside = dated.filter(pl.col("day").is_not_null()).join(windows, how="cross")
    inside = inside.filter(pl.col("day").is_between(pl.col("low"), pl.col("high")))
    nearest = inside.with_columns((pl.col("day") - pl.col("target")).abs().alias("distance")).sort(
        "participant", "window", "distance", "day", "order", "repeat"
    )
    cells = (cell for item in items_of(dated) for cell in nearest_cells(dated, item))
    return nearest.group_by(["participant", "window"], maintain_order=True).agg(
        pl.col("is_record").any(), *cells
    )


def nearest_cells(frame: pl.DataFrame, item: str) -> list[pl.Expr]:
    """The cells of an item from the first row where it is known; its reason, if it is known in none, from the first."""
    known = pl.col(f"{item}__state") == "known"
    cells = [column for column in frame.columns if column == item or column.startswith(f"{item}__")]
    value = [pl.coalesce(pl.col(cell).filter(known).first(), pl.lit(None)) for cell in cells]
    spoken = [
        pl.when(known.any()).then(one).otherwise(pl.col(cell).first()).alias(cell)
        for cell, one in zip(cells, value, strict=True)
    ]
    return [*spoken, pl.col("visit").filter(known).first().alias(f"{item}__from")]


def chosen_from_own(chosen: pl.DataFrame, items: tuple[str, ...]) -> pl.DataFrame:
    """Analysis visits whose values are all from the visit of that name, so that nothing was displaced."""
    from_own = pl.all_horizontal(
        (pl.col(f"{item}__from") == pl.col("visit")).fill_null(value=True) for item in items
    )
    some = pl.any_horizontal(pl.col(f"{item}__from").is_not_null() for item in items)
    return chosen.filter(from_own & some).select("participant", "visit")


def visits_to_move(tables: Tables, moved: pl.DataFrame) -> pl.DataFrame:
    """participant, visit (new key), source: moved records whose new key has no visit with a date yet."""
    held = tables.forms.get("visit")
    if held is None or "date__lo" not in held.columns:
        return moved.clear()
    keys = ["participant", "visit"]
    known = held.filter(pl.col("date__lo").is_not_null()).select(keys)
    rest = moved.filter(pl.col("source").is_not_null()).join(known, on=keys, how="anti")
    return rest.unique(keys, maintain_order=True).select(*keys, "source")


def move_visits(tables: Tables, needed: pl.DataFrame) -> Tables:
    """Gives each moved record its visit: the displaced ones, and analysis visits that were not held themselves."""
    if needed.is_empty():
        return tables
    renamed = needed.rename({"visit": "new", "source": "visit"})
    forms = {**tables.forms, "visit": rekey(tables.forms["visit"], renamed)}
    rows = rekey(tables.visits.sort("participant", "order"), renamed)
    ranked = rows.with_columns(
        pl.col("order").rank("ordinal").over("participant").cast(tables.visits.schema["order"]) - 1
    )
    return replace(tables, forms=forms, visits=ranked.select(tables.visits.columns))


def rekey(frame: pl.DataFrame, renamed: pl.DataFrame) -> pl.DataFrame:
    """The frame with copies of rows under new visit keys, in place of what stood there."""
    copies = frame.join(renamed, on=["participant", "visit"], how="inner").with_columns(
        pl.col("new").alias("visit")
    )
    rest = frame.join(
        renamed.select("participant", pl.col("new").alias("visit")), on=["participant", "visit"], how="anti"
    )
    return pl.concat([rest, copies.select(frame.columns)])
