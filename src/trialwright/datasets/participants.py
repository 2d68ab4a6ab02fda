"""One row a participant: identity, status, dates and population flags, as the definition's rules give them."""

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from trialwright.datasets.values import stored_text
from trialwright.expr.check import infer
from trialwright.expr.columns import evaluate_columns
from trialwright.expr.nodes import Node, Rule
from trialwright.expr.tables import Tables
from trialwright.expr.types import ItemPath, Typed
from trialwright.study.model import Study

DATES: Final = frozenset({"date", "partial_date"})
DEMOGRAPHICS: Final = "DM."  # the SDTM domain of facts of a person that do not change


def derive_participants(study: Study, tables: Tables) -> pl.DataFrame:
    """Columns: participant, code, site, arm, status, decision, not_met; `form.item` of every item that the
    definition maps to the demographics domain, a Date or the stored text; every term of a participant that is a date, by its name, where
    it is known to the day; `in_<population>`, null where it cannot be told; `events`: sequences, in the
    participant's stream, of the events that all this came from.
    """
    asked = _Asked(study, tables)
    dates = {
        name: column
        for name, term in study.terms.items()
        if (column := asked.date(term.rule.node)) is not None
    }
    known = tables.participants.select("participant", "code", "site", "arm", "decision", "not_met")
    frame = known.with_columns(
        derive_status(study, tables, asked),
        *(column.alias(name) for name, column in _demographics(study, tables, asked).items()),
        *(column.alias(name) for name, column in dates.items()),
        *(_flag(name, study, asked).alias(f"in_{name}") for name in study.populations),
    )
    return frame.join(events_of(tables, asked.needs), on="participant", how="left", maintain_order="left")


class _Asked:
    """Asks rules of participants, and remembers which items they read."""

    def __init__(self, study: Study, tables: Tables) -> None:
        self.study = study
        self.tables = tables
        self.needs: set[ItemPath] = set()

    def truth(self, rule: Rule | None) -> pl.Series:
        """The answer of a rule; no rule is never true."""
        if rule is None:
            rows = self.tables.participants.height
            return pl.Series([False], dtype=pl.Boolean()).new_from_index(0, rows)
        typed = infer(rule.node, self.study.vocabulary, asked="participant")
        if not isinstance(typed, Typed):
            raise ValueError("; ".join(problem.text for problem in typed))
        return self._answer(rule.node, typed)

    def date(self, node: Node) -> pl.Series | None:
        """The answer of a rule that is a date of a participant; None of any other."""
        typed = infer(node, self.study.vocabulary, asked="participant")
        return self._answer(node, typed) if isinstance(typed, Typed) and typed.kind in DATES else None

    def _answer(self, node: Node, typed: Typed) -> pl.Series:
        self.needs |= typed.needs
        found = evaluate_columns(node, typed, self.study.vocabulary, self.tables, asked="participant")
        return found["value"]


def derive_status(study: Study, tables: Tables, asked: _Asked | None = None) -> pl.Series:
    """Where each participant stands, as `ledger.status` says it of one."""
    asked = asked or _Asked(study, tables)
    lifecycle, known = study.lifecycle, tables.participants
    status = (
        pl.when(asked.truth(lifecycle.ended))
        .then(pl.lit("ended"))
        .when((known["enrolled"] == 0) & (known["decision"] == "not_eligible"))
        .then(pl.lit("screen_failed"))
        .when((known["enrolled"] == 0) & known["is_decided"])
        .then(pl.lit("eligible"))
        .when(known["enrolled"] == 0)
        .then(pl.lit("screening"))
        .when(asked.truth(lifecycle.treatment_ended))
        .then(pl.lit("follow_up"))
        .when(asked.truth(lifecycle.dosed))
        .then(pl.lit("on_treatment"))
        .otherwise(pl.lit("enrolled"))
    )
    return pl.select(status.alias("status")).to_series()


def _demographics(study: Study, tables: Tables, asked: _Asked) -> Mapping[str, pl.Series]:
    """Items of forms of the participant that the definition maps to the demographics domain."""
    found: dict[str, pl.Series] = {}
    participants = tables.participants.select("participant")
    for name, form in study.forms.items():
        if form.records != "participant":
            continue
        of_form = participants.join(tables.forms[name], on="participant", how="left", maintain_order="left")
        for item in form.items.values():
            if (item.sdtm or "").startswith(DEMOGRAPHICS):
                asked.needs.add(ItemPath(name, item.id))
                is_day = item.type == "date"
                info, scale = study.vocabulary.forms[name].items[item.id], tables.scale(name, item.id)
                value = pl.col(f"{item.id}__lo") if is_day else stored_text(info, scale, of_form)
                found[f"{name}.{item.id}"] = of_form.select(value).to_series()
    return found


def _flag(name: str, study: Study, asked: _Asked) -> pl.Series:
    """Whether each participant is in a population, and in the one that it lies within."""
    population = study.populations[name]
    flag = asked.truth(population.rule)
    return flag & _flag(population.within, study, asked) if population.within else flag


def events_of(tables: Tables, needs: Iterable[ItemPath]) -> pl.DataFrame:
    """By participant, the sequences of all events that put values of these items there."""
    parts = [
        tables.forms[path.form].select("participant", pl.col(f"{path.item}__event").alias("events"))
        for path in needs
        if path.form in tables.forms and f"{path.item}__event" in tables.forms[path.form].columns
    ]
    facts = [
        tables.participants.select("participant", pl.col(name).alias("events"))
        for name in ("code__event", "enrolled", "decision__event")
    ]
    known = pl.concat([*parts, *facts]).filter(pl.col("events") > 0)
    return known.group_by("participant").agg(pl.col("events").unique().sort())
