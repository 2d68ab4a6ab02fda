"""Scores imputed where they are missing, and what the endpoint's own rule says of them.

Who is imputed is decided where the headline is: whoever failed by a composite intercurrent event has failed in every
set, whoever was seen counts as seen, and only a missing value without such an event is imputed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log10

import numpy as np
import polars as pl

from trialwright.analysis.dataset_rows import rows_of
from trialwright.analysis.estimating import Question, asked_of, count, questions_of
from trialwright.analysis.methods.arrays import BoolArray, FloatArray
from trialwright.analysis.methods.normal_imputation import impute_normal
from trialwright.analysis.methods.scale import Scale
from trialwright.analysis.results import Outcome
from trialwright.analysis.rules import truths
from trialwright.analysis.trial import Trial
from trialwright.datasets.analysis_visits import BUILT_IN_FORMS
from trialwright.datasets.sources import reads
from trialwright.datasets.steps import OBSERVED_FLAG
from trialwright.expr.nodes import Name
from trialwright.expr.tables import Tables
from trialwright.study.model import Analysis, Item, Study

SETS = 50  # where the plan does not say how many


@dataclass(frozen=True, slots=True)
class Scores:
    """One arm of the estimand's population, ready to be imputed.

    outcomes: of the headline, of everybody. people: of the rows of values (n, v) and of baseline (n,): those who are
    neither failed by an event nor without a baseline. wanted: (n,), whose response is to be imputed.
    """

    outcomes: tuple[Outcome, ...]
    people: tuple[str, ...]
    values: FloatArray
    baseline: FloatArray
    wanted: BoolArray

    def among(self, kind: str, *why: str) -> tuple[str, ...]:
        """The participants whose outcome is of this kind, came about in one of these ways."""
        return tuple(
            one.participant for one in self.outcomes if one.kind == kind and (not why or one.why in why)
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Those not seen, without an event that decides, however the headline counts them."""
        return tuple(one.participant for one in self.outcomes if one.why == "missing")

    @property
    def imputed(self) -> tuple[str, ...]:
        return tuple(one for one, is_wanted in zip(self.people, self.wanted, strict=True) if is_wanted)


def item_of(study: Study, analysis: Analysis) -> Item:
    """The item of the score that is imputed."""
    parameter = study.datasets[analysis.dataset or ""].parameters[analysis.parameters[0]]
    form, _, name = (parameter.item or "").partition(".")
    return study.forms[form].items[name]


def headline_question(trial: Trial, analysis: Analysis) -> Question:
    estimand = trial.study.estimands[analysis.estimand or ""]
    return questions_of(trial, analysis, estimand, trial.study.endpoint_of(analysis))[0]


def scores_of(trial: Trial, analysis: Analysis) -> Mapping[str, Scores]:
    """Arm -> its scores; "" where the study has one arm."""
    estimand = trial.study.estimands[analysis.estimand or ""]
    who = asked_of(trial, analysis.population or estimand.population, estimand)
    counted = count(trial, analysis, headline_question(trial, analysis), who)
    rows = rows_of(trial, replace(analysis, visits=()))
    based = rows.filter(pl.col("BASE").is_not_null()).unique("participant", keep="first")
    base = dict(based.select("participant", "BASE").iter_rows())
    seen = rows.filter((pl.col(OBSERVED_FLAG) == "Y") & pl.col("visit").is_in(analysis.visits))
    values = {
        (one, visit): value for one, visit, value in seen.select("participant", "visit", "AVAL").iter_rows()
    }
    return {
        one.group: only_tellable(trial, analysis, scores_in(analysis, one.outcomes, base, values))
        for one in counted
    }


def only_tellable(trial: Trial, analysis: Analysis, scores: Scores) -> Scores:
    """Without those of whom the rule could not be told with any score, such as a reduction from a baseline of 0."""
    names = scores.imputed
    told = answers_of(trial, analysis, names, scores.baseline[None, scores.wanted])
    tellable = {one for one, answer in zip(names, told[0], strict=True) if answer is not None}
    kept = [one in tellable for one in scores.people]
    return replace(scores, wanted=scores.wanted & np.array(kept, dtype=bool))


def scores_in(
    analysis: Analysis,
    outcomes: tuple[Outcome, ...],
    base: Mapping[str, float],
    values: Mapping[tuple[str, str], float],
) -> Scores:
    people = tuple(
        one
        for one in outcomes
        if one.why not in ("intercurrent", "while_on_study") and one.participant in base
    )
    names = tuple(one.participant for one in people)
    table = [[values.get((one, visit), np.nan) for visit in analysis.visits] for one in names]
    matrix = np.array(table, dtype=np.float64).reshape(len(names), len(analysis.visits))
    wanted = np.array([one.why == "missing" for one in people], dtype=bool) & np.isnan(matrix[:, -1])
    return Scores(outcomes, names, matrix, np.array([base[one] for one in names], dtype=np.float64), wanted)


def sets_of(analysis: Analysis) -> int:
    return int(analysis.options.get("m", SETS))


def scale_of(trial: Trial, analysis: Analysis) -> Scale:
    """The ends and decimals of the item, and the offset of the plan, with which a logarithm is imputed."""
    item = item_of(trial.study, analysis)
    offset = analysis.options.get("offset")
    low, high = item.low, item.high
    return Scale(
        None if offset is None else float(offset),
        -np.inf if low is None else float(low),
        np.inf if high is None else float(high),
        decimals_of(trial, item),
    )


def decimals_of(trial: Trial, item: Item) -> int:
    """In how many decimals the score can be told, which is what its rules reckon with."""
    return round(log10(trial.windowed.tables.scale(item.form, item.id)))


def impute_scores(trial: Trial, analysis: Analysis, scores: Scores, place: int) -> FloatArray | None:
    """Imputed values, (m, n, v); None where those seen do not carry the regressions.

    place: of the arm, so that each has its own stream of random numbers.
    Each visit is regressed on the baseline and the visits before it, on the scale of the score or of its logarithm.
    """
    sets = sets_of(analysis)
    if not scores.wanted.any():
        return np.repeat(scores.values[None], sets, axis=0)
    scale = scale_of(trial, analysis)
    base = scores.baseline if scale.offset is None else np.log(scores.baseline + scale.offset)
    rng = np.random.default_rng([int(analysis.options["seed"]), place])
    try:
        return impute_normal(scores.values, m=sets, rng=rng, covariates=base[:, None], scale=scale)
    except ValueError:  # too few were seen at a visit, or what was seen at one follows from the others
        return None


def responders_of(trial: Trial, analysis: Analysis, scores: Scores, last: FloatArray) -> FloatArray:
    """How many respond in each set, (m,): those seen to, and the imputed of whom the endpoint's rule says so.

    last: (m, n), the score at the endpoint's visit.
    """
    seen = len(scores.among("event", "observed"))
    told = answers_of(trial, analysis, scores.imputed, last[:, scores.wanted])
    return np.array([seen + sum(answer is True for answer in row) for row in told], dtype=np.float64)


def answers_of(
    trial: Trial, analysis: Analysis, names: Sequence[str], last: FloatArray
) -> list[list[bool | None]]:
    """What the endpoint's rule says of these participants in each set, where they had these scores.

    last: (m, number of names). None where it cannot be told.
    """
    if not names:
        return [[] for _ in last]
    item = item_of(trial.study, analysis)
    whole = np.rint(last * trial.windowed.tables.scale(item.form, item.id)).astype(np.int64)
    # What the rule says depends on the score alone: in hundreds of sets a participant has few different ones.
    asked = [(one, score) for at, one in enumerate(names) for score in np.unique(whole[:, at]).tolist()]
    tables = imputed_tables(trial, analysis, asked)
    endpoint = trial.study.endpoint_of(analysis)
    told = truths(endpoint.variable.node, trial.study.vocabulary, tables, "visit")
    visit = endpoint.visit or ""
    return [
        [told.get((copy_name(one, score), visit)) for one, score in zip(names, row, strict=True)]
        for row in whole.tolist()
    ]


def copy_name(participant: str, score: int) -> str:
    """What a participant is called who has this score."""
    return f"{score} {participant}"


def imputed_tables(trial: Trial, analysis: Analysis, asked: Sequence[tuple[str, int]]) -> Tables:
    """The data of some participants once for each imputed score at the endpoint's visit, under names of their own.

    asked: participant and score, in the units of the tables. Only what the endpoint's rule and its baseline read is copied.
    """
    study, item, tables = trial.study, item_of(trial.study, analysis), trial.windowed.tables
    visit = study.endpoint_of(analysis).visit or ""
    called = [copy_name(one, score) for one, score in asked]
    copies = pl.DataFrame({"participant": [one for one, _ in asked], "called": called})
    copied = {
        name: copy_rows(frame, copies)
        for name, frame in tables.forms.items()
        if name in forms_read(trial, analysis)
    }
    scores = [score for _, score in asked]
    imputed = pl.DataFrame({"participant": called, item.id: scores}).with_columns(
        visit=pl.lit(visit),
        repeat=pl.lit(0, pl.Int64()),
        is_record=pl.lit(value=True),
        **{f"{item.id}__state": pl.lit("known")},
    )
    others = copied[item.form].filter(pl.col("visit").is_in(study.baseline_visits))
    visits = copy_rows(tables.visits.filter(pl.col("visit").is_in([*study.baseline_visits, visit])), copies)
    lacking = pl.DataFrame({"participant": called}).join(
        visits.filter(pl.col("visit") == visit), on="participant", how="anti"
    )
    # A visit that was not held has no place among those that were; the rules that are imputed ask for none.
    added = lacking.with_columns(visit=pl.lit(visit), order=pl.lit(visits["order"].max(), pl.Int64()) + 1)
    return replace(
        tables,
        participants=copy_rows(tables.participants, copies),
        visits=pl.concat([visits, added], how="diagonal"),
        forms={**copied, item.form: pl.concat([others, imputed], how="diagonal")},
        gates=copy_rows(tables.gates, copies),
    )


def forms_read(trial: Trial, analysis: Analysis) -> frozenset[str]:
    """The forms that the endpoint's rule reads, and what tells the day of the first dose, before which a baseline lies."""
    vocabulary = trial.study.vocabulary
    rules = [trial.study.endpoint_of(analysis).variable.node]
    if trial.study.first_dose is not None:
        rules.append(Name(trial.study.first_dose, (0, 0)))
    return BUILT_IN_FORMS | {one.form for rule in rules for one in reads(rule, vocabulary)}


def copy_rows(frame: pl.DataFrame, copies: pl.DataFrame) -> pl.DataFrame:
    """The rows of some participants, once for each of their copies, `called` as it is."""
    many = copies.join(frame, on="participant", how="inner", maintain_order="left_right")
    return many.drop("participant").rename({"called": "participant"})
