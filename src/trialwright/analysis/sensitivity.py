"""What a proportion rests on where values are missing: multiple imputation, and how far the missing may be from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isnan, nan
from types import MappingProxyType
from typing import Final

import numpy as np

from trialwright.analysis.imputing import (
    Scores,
    impute_scores,
    responders_of,
    scale_of,
    scores_of,
    sets_of,
)
from trialwright.analysis.messages import BOUND_WORDS, problem
from trialwright.analysis.methods.arrays import FloatArray
from trialwright.analysis.results import AnalysisResult, Lacking, Row, named, rows_like
from trialwright.analysis.trial import Trial
from trialwright.study.model import Analysis
from trialwright.values.problem import Problem

# Shares of the baseline by which imputed scores are made worse, where the plan does not say.
DELTAS = ("0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1")
# The option that says which score is the worse one, and its words: with which sign a score is made worse.
WORSE: Final = "worse"
SIGNS: Final = MappingProxyType({"higher": 1, "lower": -1})

Made = tuple[AnalysisResult, tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of an analysis: what its rows share, and its scores."""

    base: Row
    scores: Scores


RowsOf = Callable[[Trial, Analysis, Arm], Iterator[Row]]
ImputedRowsOf = Callable[[Trial, Analysis, Arm, FloatArray], Iterator[Row]]  # imputed: (m, n, v)


def imputed_proportion(trial: Trial, analysis: Analysis) -> Made:
    """The proportion of responders, the missing imputed m times.

    The score is imputed, and the endpoint's own rule asked of what was imputed. Pooled on the logit, with the degrees
    of freedom of Barnard and Rubin, and by Wilson's interval for imputed sets.
    Source: Rubin 1987; Barnard & Rubin 1999, Biometrika 86:948-955; Lott & Reiter 2020, Am Stat 74:109-115.
    """
    return by_arm(trial, analysis, counted_rows, imputed_rows)


def tipping_point(trial: Trial, analysis: Analysis) -> Made:
    """How far the missing may be from what was imputed before the result is another.

    Each number of the missing counted as responders, exact; and imputed scores made worse by shares of the baseline.
    Source: Yan, Lee & Li 2009, J Biopharm Stat 19:1085-1098; Carpenter, Roger & Kenward 2013, same journal 23:1352-1371.
    """
    return by_arm(trial, analysis, exact_rows, delta_rows)


def by_arm(trial: Trial, analysis: Analysis, exact: RowsOf, imputed: ImputedRowsOf) -> Made:
    """The rows of each arm: what needs no imputation, then what rests on one, where the values carry it."""
    rows: list[Row] = []
    found: list[Problem] = []
    for place, (group, scores) in enumerate(scores_of(trial, analysis).items()):
        base = base_row(trial, analysis, group, scores)
        if scores.among("not_due") or not base.n:
            rows += not_yet(replace(base, level=analysis.level), scores)
            continue
        arm = Arm(base, scores)
        rows += exact(trial, analysis, arm)
        filled = impute_scores(trial, analysis, scores, place)
        if filled is None:
            who = trial.study.arms[group].label if group else "–"
            found.append(problem("imputation-not-possible", analysis.place, "warning", arm=who))
            continue
        rows += imputed(trial, analysis, arm, filled)
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=tuple(rows)), tuple(found)


def base_row(trial: Trial, analysis: Analysis, group: str, scores: Scores) -> Row:
    """What all rows of an arm share."""
    decided = tuple(one.participant for one in scores.outcomes if one.kind != "not_due")
    endpoint = trial.study.endpoint_of(analysis)
    return Row(
        analysis.id,
        analysis.label or endpoint.label,
        group,
        endpoint.id,
        "",
        "",
        None,
        "count",
        None,
        len(decided),
        None,
        decided,
        named(analysis.id, group),
        role="headline",
    )


def not_yet(base: Row, scores: Scores) -> tuple[Row, ...]:
    """Nothing is estimated before everybody is decided."""
    waiting = scores.among("not_due")
    counts = (
        *rows_like(base, {"n": base.n}),
        *rows_like(replace(base, participants=waiting), {"undecided": len(waiting)}),
    )
    lacking: Lacking = "undecided" if waiting else "nobody"
    none = replace(base, lacking=lacking, method="logit")
    return (*counts, *rows_like(none, {"proportion": None, "low": None, "high": None}))


def counted_rows(_trial: Trial, _analysis: Analysis, arm: Arm) -> Iterator[Row]:
    """Of whom: all, those imputed, those who failed by an event, and those missing whom no imputation can help."""
    base, scores, imputed = arm.base, arm.scores, arm.scores.imputed
    left = tuple(one for one in scores.missing if one not in imputed)
    who = {"imputed": imputed, "by_event": scores.among("no_event", "intercurrent"), "not_imputed": left}
    yield from rows_like(base, {"n": base.n})
    for statistic, names in who.items():
        yield from rows_like(replace(base, participants=names), {statistic: len(names)})


# ---------------------------------------------------------------- multiple imputation


def imputed_rows(trial: Trial, analysis: Analysis, arm: Arm, imputed: FloatArray) -> Iterator[Row]:
    base = arm.base
    sets = {"m": sets_of(analysis), "seed": int(analysis.options["seed"])}
    yield from rows_like(replace(base, method="normal imputation"), sets)
    yield from pooled_rows(base, analysis, responders_of(trial, analysis, arm.scores, imputed[:, :, -1]))


def pooled_rows(base: Row, analysis: Analysis, responders: FloatArray) -> Iterator[Row]:
    """The proportion of m imputed sets, pooled in two ways."""
    from trialwright.analysis.methods.rubin import pool_proportions, wilson_imputed

    n, level = base.n, analysis.level
    pooled = pool_proportions(responders, n, level=level)
    low, high = wilson_imputed(responders, n, level=level)
    own = replace(base, method=str(pooled.rule), level=level)
    yield from rows_like(
        own,
        {"proportion": float(pooled.estimate), "low": float(pooled.low), "high": float(pooled.high)},
    )
    yield from rows_like(
        own, {"df": float(pooled.df), "missing_information": float(pooled.missing_information)}
    )
    yield from rows_like(
        replace(own, method="wilson, imputed"), {"wilson_low": float(low), "wilson_high": float(high)}
    )


# ---------------------------------------------------------------- tipping point


def exact_rows(trial: Trial, analysis: Analysis, arm: Arm) -> Iterator[Row]:
    """Of whom, each number of those missing, and those missing at their baseline: nothing of it is imputed."""
    yield from counted_rows(trial, analysis, replace(arm, base=replace(arm.base, role="")))
    yield from bound_rows(analysis, arm)
    yield from returned_rows(trial, analysis, arm)


def bound_rows(analysis: Analysis, arm: Arm) -> Iterator[Row]:
    """k of the missing counted as responders, for each k: complete, and exact. The two ends stand with the endpoint's
    estimates."""
    from trialwright.analysis.methods.departures import tipping_table

    base, against = arm.base, float(analysis.options["against"])
    seen, missing = arm.scores.among("event", "observed"), arm.scores.missing
    table = tipping_table(len(seen), base.n, len(missing), against, analysis.level)
    for k, responders in enumerate(table.responders.tolist()):
        end = BOUND_WORDS[k > 0] if k in (0, len(missing)) else ""
        one = replace(
            base,
            estimate=named(base.analysis_id, f"k_{k}", base.group),
            variant=end,
            role="variant" if end else "",
            responders=responders,
            # Of the other steps it stands once, with the arm: with many missing there are many steps.
            participants=base.participants if end else (),
        )
        yield from rows_like(
            one, {"n": base.n, "responders": responders, "proportion": float(table.estimate[k])}
        )
        yield from rows_like(replace(one, participants=missing), {"assumed": k})
        limits = {"low": float(table.low[k]), "high": float(table.high[k])}
        yield from rows_like(replace(one, method="clopper_pearson", level=analysis.level), limits)
    smallest = int(table.smallest)
    own = replace(base, role="", lacking="not_estimable", method="clopper_pearson", level=analysis.level)
    yield from rows_like(own, {"against": against, "smallest": None if smallest < 0 else smallest})


def delta_rows(trial: Trial, analysis: Analysis, arm: Arm, imputed: FloatArray) -> Iterator[Row]:
    """Imputed scores made worse by shares of the baseline, on the side that the plan calls worse, to the one at which the lower limit is at the reference."""
    from trialwright.analysis.methods.departures import add_delta

    scores, against, tipped = arm.scores, float(analysis.options["against"]), nan
    texts, shift = deltas_of(analysis), SIGNS[analysis.options[WORSE]] * np.abs(scores.baseline)[:, None]
    scale, missing = replace(scale_of(trial, analysis), offset=None), np.isnan(scores.values)
    worse = [add_delta(imputed, missing, float(text) * shift, scale)[:, :, -1] for text in texts]
    # Behind a share stand those whose scores it changes; where nobody is missing, everybody.
    whole = () if scores.imputed else arm.base.participants
    # Of all shares at once: each asking of the rule has its price, however few it is asked of.
    told = responders_of(trial, analysis, scores, np.concatenate(worse)).reshape(len(texts), -1)
    for text, responders in zip(texts, told, strict=True):
        share = float(text)
        estimate = named(analysis.id, f"delta_{text}", arm.base.group)
        one = replace(arm.base, estimate=estimate, role="", participants=())
        yield from rows_like(replace(one, participants=whole), {"n": one.n})
        yield from rows_like(replace(one, participants=scores.imputed), {"delta": share})
        for row in pooled_rows(one, analysis, responders):
            if row.statistic == "low" and isnan(tipped) and (row.value or 0) <= against:
                tipped = share
            yield row
    own = replace(arm.base, role="", method="normal imputation, delta")
    yield from rows_like(
        own, {"m": sets_of(analysis), "seed": int(analysis.options["seed"]), "tipping_delta": tipped}
    )


def returned_rows(trial: Trial, analysis: Analysis, arm: Arm) -> Iterator[Row]:
    """Those missing back at their baseline, as if treatment had done nothing in the end."""
    from trialwright.analysis.methods.binomial import clopper_pearson
    from trialwright.analysis.methods.departures import return_to_baseline

    back = return_to_baseline(arm.scores.values, arm.scores.baseline)
    responders = int(responders_of(trial, analysis, arm.scores, back[None, :, -1])[0])
    n = arm.base.n
    low, high = clopper_pearson(responders, n, analysis.level)
    estimate = named(analysis.id, "returned", arm.base.group)
    one = replace(arm.base, estimate=estimate, role="", responders=responders)
    yield from rows_like(one, {"n": n, "responders": responders, "proportion": responders / n})
    limits = {"low": float(low), "high": float(high)}
    yield from rows_like(replace(one, method="clopper_pearson", level=analysis.level), limits)


def deltas_of(analysis: Analysis) -> tuple[str, ...]:
    """As the plan writes them, for they name results."""
    given = analysis.options.get("deltas")
    return tuple(given.split()) if given is not None else DELTAS
