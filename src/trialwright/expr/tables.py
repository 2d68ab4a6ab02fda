"""The data of all participants as the column engine reads it: one frame a form.

Columns of a form's frame: the keys `participant`, `visit` ("" for records of the participant) and `repeat`,
`is_record` (False where nothing was entered and only states are told), and per item, by its type:

=======================  =============================================================================
integer, decimal         `item` Int64: value times `Tables.scale(form, item)`, exact
boolean                  `item` Boolean
date, partial_date       `item__lo`, `item__hi` Date: first and last day that it allows
text, code, time         `item` String: the stored text
datetime                 `item` String: the stored text
number with a code list  `item` Int64: what the code counts as, null for an unknown one; `item__code` String
all                      `item__state` one of STATES, `item__reason` of a missing value, `item__event` Int64
=======================  =============================================================================

A column holds a value only where the state is "known". The built-in forms `visit`, `plan` and
`participant` are frames like any other. An item without a column was never entered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from trialwright.expr.vocabulary import FormInfo, Vocabulary

if TYPE_CHECKING:
    from trialwright.expr.columns_places import Session

ColumnState = Literal["known", "reason", "not_entered", "not_asked"]
STATES: Final[tuple[ColumnState, ...]] = ("known", "reason", "not_entered", "not_asked")

MOST_DECIMALS: Final = 6  # what a decimal without a rule of its own is reckoned with, before there are data
DATE_TYPES: Final = frozenset({"date", "partial_date"})
VALUE_TYPES: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {"integer": pl.Int64(), "decimal": pl.Int64(), "boolean": pl.Boolean()}
)

KEYS: Final = pl.Schema({"participant": pl.String(), "visit": pl.String(), "repeat": pl.Int64()})
GATES: Final = pl.Schema({"participant": pl.String(), "form": pl.String(), "gate": pl.Boolean()})
VISITS: Final = pl.Schema({"participant": pl.String(), "visit": pl.String(), "order": pl.Int64()})
EXPIRIES: Final = pl.Schema({"participant": pl.String(), "kit": pl.String(), "expiry": pl.String()})
UNDATED: Final = pl.Schema({"participant": pl.String(), "form": pl.String(), "repeat": pl.Int64()})
OCCASIONS: Final = pl.Schema(
    {
        "participant": pl.String(),
        "form": pl.String(),
        "day": pl.Date(),
        "closes": pl.Date(),
        "outcome": pl.String(),
        "event": pl.Int64(),
    }
)
CLASSES: Final = pl.Schema(
    {
        **KEYS,
        "form": pl.String(),
        "check": pl.String(),
        "importance": pl.String(),
        "event": pl.Int64(),
    }
)
SETS: Final = pl.Schema(
    {"participant": pl.String(), "population": pl.String(), "is_in": pl.Boolean(), "event": pl.Int64()}
)
LIMITS: Final = pl.Schema(
    {"participant": pl.String(), "item": pl.String(), "low": pl.Int64(), "high": pl.Int64()}
)


@dataclass(frozen=True, slots=True)
class Tables:
    """Frozen data of all participants at one moment.

    participants: one row each, in a fixed order: `participant`, and what else is known of each.
    visits: the visits that have a date or a reason for none: `participant`, `visit`, and `order`
    from 0, by date and then by the schedule; and what else is known of each.
    gates: `participant`, `form`, `gate` Boolean: False where every visit held said "none".
    scales: (form, item) -> what the whole numbers of the column are divided by; 0 where they do not fit.
    expiries: `participant`, `kit`, `expiry` String: stored text of the site's stock. limits:
    `participant`, `item` ("form.item"), `low` and `high`, Int64 numerators over `limit_scale`.
    occasions: where a study asks for them, the entries that a diary wanted: `participant`, `form`, `day`, `closes` (the
    day on which it could last be answered), `outcome` (what became of it), and the `event` of what came.
    undated: records of a diary whose day cannot be trusted to be one of it: `participant`, `form`, `repeat`.
    classes: the last decision on each deviation: keys, `form`, `check`, `importance`, `event`. sets: the last on who is in
    an analysis set: `participant`, `population`, `is_in` (null where it was withdrawn), `event`.
    """

    participants: pl.DataFrame
    visits: pl.DataFrame
    forms: Mapping[str, pl.DataFrame]
    gates: pl.DataFrame
    scales: Mapping[tuple[str, str], int] = field(default_factory=dict)
    expiries: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EXPIRIES))
    limits: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LIMITS))
    limit_scale: int = 1
    undated: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNDATED))
    occasions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OCCASIONS))
    classes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CLASSES))
    sets: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SETS))
    # What the column engine found once for these data, by the identity of the vocabulary that each session holds.
    # Other data, also those of `replace`, begin with nothing.
    sessions: dict[int, "Session"] = field(default_factory=dict, init=False, repr=False, compare=False)

    def scale(self, form: str, item: str) -> int:
        return self.scales.get((form, item), 1)


def empty_tables(vocabulary: Vocabulary, made: Mapping[str, pl.DataFrame] = MappingProxyType({})) -> Tables:
    """Tables of no participants: a rule evaluated on them proves by the ranges of its items that its numbers fit.

    made: those of forms that are the same in another vocabulary, for which they were made.
    """
    forms = {
        name: made[name] if name in made else pl.DataFrame(schema=_schema(form))
        for name, form in vocabulary.forms.items()
    }
    scales = {
        (item.form, item.item): 10 ** (MOST_DECIMALS if item.decimals is None else item.decimals)
        for form in vocabulary.forms.values()
        for item in form.items.values()
        if item.type == "decimal"
    }
    participants = pl.DataFrame(schema={"participant": pl.String()})
    return Tables(participants, pl.DataFrame(schema=VISITS), forms, pl.DataFrame(schema=GATES), scales)


def _schema(form: FormInfo) -> pl.Schema:
    columns: dict[str, pl.DataType] = {**KEYS, "is_record": pl.Boolean()}
    for item in form.items.values():
        if item.type in DATE_TYPES:
            columns |= {f"{item.item}__lo": pl.Date(), f"{item.item}__hi": pl.Date()}
        else:
            columns[item.item] = VALUE_TYPES.get(item.type, pl.String())
        columns |= {f"{item.item}__state": pl.String(), f"{item.item}__reason": pl.String()}
        columns[f"{item.item}__event"] = pl.Int64()
    return pl.Schema(columns)
