"""Where the column engine stands: many places at once, each a participant, a visit and perhaps a row.

As in the record engine's `context`, `at` keeps the row of a participant's form and leaves a visit's
record behind; a row at a visit brings its visit along.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from trialwright.expr.columns_ratios import TooLargeError
from trialwright.expr.columns_reach import ROW, VISIT, Reach, Reacher
from trialwright.expr.columns_values import Column
from trialwright.expr.nodes import Node
from trialwright.expr.tables import Tables
from trialwright.expr.vocabulary import Vocabulary
from trialwright.expr.walk import AT_VISITS

MOST_PLACES: Final = 20_000_000  # what one step of a rule may look at, all participants together


class NotInColumnsError(Exception):
    """The rule has a part that columns cannot say; its one argument is the name of that part."""


@dataclass(frozen=True, slots=True)
class Session:
    """What all parts of one evaluation share."""

    vocabulary: Vocabulary
    tables: Tables
    ask: Callable[[Node, "Places"], Column]
    reacher: Reacher
    bases: dict[str | None, "Places"] = field(default_factory=dict)
    visits: dict[str | None, "Places"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """frame: `participant`, `visit` (null where none is asked), `row_visit`, `repeat`.

    row_form: the form whose rows these are, or None. bare: the form whose items bare names mean.
    The dicts remember what was found for these places.
    """

    session: Session
    frame: pl.DataFrame
    row_form: str | None = None
    bare: str | None = None
    located: dict[str, pl.Series] = field(default_factory=dict)
    elsewhere: dict[str, "Places"] = field(default_factory=dict)
    terms: dict[str, Column] = field(default_factory=dict)
    before_dose: dict[str, pl.Series] = field(default_factory=dict)
    reduced: dict[Reach, "tuple[Places, pl.Series] | None"] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.frame.height


def participants(session: Session, bare: str | None = None) -> Places:
    """One place per participant, in the order of the tables."""
    if bare not in session.bases:
        frame = asked_of(session.tables.participants.select("participant"))
        session.bases[bare] = Places(session, frame, None, bare)
    return session.bases[bare]


def visits_of(session: Session, bare: str | None = None) -> Places:
    """One place per visit of each participant, in the order of the tables."""
    if bare not in session.visits:
        frame = asked_of(session.tables.visits.select("participant", "visit"))
        session.visits[bare] = Places(session, frame, None, bare)
    return session.visits[bare]


def asked_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Places of no row; and of no visit, unless the frame has one."""
    visit = pl.col("visit") if "visit" in frame.columns else pl.lit(None, dtype=pl.String()).alias("visit")
    return frame.select(
        "participant", visit, pl.lit("").alias("row_visit"), pl.lit(0, dtype=pl.Int64()).alias("repeat")
    )


def reduce(places: Places, reach: Reach) -> tuple[Places, pl.Series] | None:
    """Fewer places that give the same answers, and which of them stands for each; None where none are fewer."""
    if reach not in places.reduced:
        places.reduced[reach] = _reduced(places, reach)
    return places.reduced[reach]


def _reduced(places: Places, reach: Reach) -> tuple[Places, pl.Series] | None:
    if reach >= ROW:
        return None
    if reach >= VISIT:
        keys = ["participant", "visit"]
        fewer = places.frame.select(keys).unique(maintain_order=True)
        target = Places(places.session, asked_of(fewer), None, places.bare)
    else:
        keys = ["participant"]
        target = participants(places.session, places.bare)
    if target.rows >= places.rows:
        return None
    numbers = target.frame.select(keys).with_row_index("index")
    found = places.frame.join(numbers, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return target, found["index"]


def at_visit(places: Places, visit: str) -> Places:
    """The same question at another visit."""
    found = places.elsewhere.get(visit)
    if found is None:
        frame = places.frame.with_columns(visit=pl.lit(visit))
        found = places.elsewhere[visit] = at_visits(places, frame)
    return found


def at_visits(places: Places, frame: pl.DataFrame) -> Places:
    """The same question at other visits, which stand in the frame."""
    row_form = places.row_form
    if row_form is not None and places.session.vocabulary.forms[row_form].records in AT_VISITS:
        row_form = None
    return Places(places.session, frame, row_form, places.bare)


def without_bare(places: Places) -> Places:
    """The same places, where bare names are terms only; what was found for them stays."""
    return replace(places, bare=None, elsewhere={}, reduced={})


def locate(places: Places, form: str) -> pl.Series:
    """The number of the row in the form's frame that form.item means at each place; null where there is none."""
    found = places.located.get(form)
    if found is None:
        found = places.located[form] = _located(places, form)
    return found


def _located(places: Places, form: str) -> pl.Series:
    keys = places.session.tables.forms[form].select(
        "participant", pl.col("visit").alias("at"), pl.col("repeat").alias("number")
    )
    keys = keys.with_row_index("index")
    if places.row_form == form:
        theirs, ours = ["participant", "at", "number"], ["participant", "row_visit", "repeat"]
    elif places.session.vocabulary.forms[form].records == "participant":
        theirs = ours = ["participant"]
    else:
        theirs, ours = ["participant", "at"], ["participant", "visit"]
    found = places.frame.join(keys, left_on=ours, right_on=theirs, how="left", maintain_order="left")
    return found["index"]


def expand(ours: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Each place with each row of its participant in another frame; `place` is the place's number.

    Raises TooLargeError before it grows beyond what fits.
    """
    counts = others.group_by("participant").len("rows")
    planned = ours.select("participant").join(counts, on="participant")["rows"].sum()
    if planned > MOST_PLACES:
        raise TooLargeError
    return ours.with_row_index("place").join(others, on="participant", maintain_order="left_right")


def aligned(places: Places, found: pl.DataFrame) -> pl.DataFrame:
    """What was found by `place`, one row a place again, null where nothing was."""
    numbers = pl.DataFrame({"place": pl.Series(range(places.rows), dtype=pl.UInt32())})
    return numbers.join(found, on="place", how="left", maintain_order="left")
