"""Writes docs/explanation/simulated-imputation-and-relapse.md: what the estimators answer where the truth is known.

    .venv/bin/python tools/simulated_methods.py [number of trials of each row]

Trials of 50 with visits for multiple imputation, of 38 for relapse between visits. The same functions as in the report.
"""

import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trialwright.analysis import (
    Scale,
    impute_normal,
    pool_proportions,
    pool_rubin,
    turnbull,
    turnbull_at,
    wilson_imputed,
)

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "simulated-imputation-and-relapse.md"
TRIALS = 2000
SEED = 20240616
CHUNK = 100
TRUTH = 20_000  # trials of which the true share of responders is taken


@dataclass(frozen=True)
class Row:
    """One line of a table: an estimator's mean, and its difference from the truth with that difference's Monte Carlo
    standard error; how often its interval held the truth, nan where none is shown."""

    what: str
    way: str
    mean: float
    bias: float
    error: float
    coverage: float = float("nan")


# ------------------------------------------------------------------------------------- multiple imputation

PARTICIPANTS, SETS, CYCLES = 50, 20, 5
BELOW = 0.1  # responder: a score of at most this share of baseline
SCORE = Scale(offset=0.5, low=0, high=72, decimals=1)


@dataclass(frozen=True)
class Course:
    """means: of log(score + 0.5) at baseline and each visit. gaps: single visits are missed, too; these need chained
    equations, which take longer, and have a quarter of the trials. linear: hardly any score is 0, so that the mean of the
    logarithm can be asked for."""

    what: str
    means: tuple[float, ...]
    gaps: bool = False
    linear: bool = True


COURSES = (
    Course("who does worse leaves sooner", (3.0, 2.2, 1.6, 1.1, 0.8)),
    Course("the same, and single visits missed", (3.0, 2.2, 1.6, 1.1, 0.8), gaps=True),
    Course("two fifths end at 0, where no normal distribution is", (3.0, 1.6, 0.6, -0.2, -0.5), linear=False),
)


def draw_courses(course: Course, trials: int, rng: np.random.Generator) -> FloatArray:
    """log(score + 0.5), complete: shape (trials, participants, visits)."""
    means = np.array(course.means)
    person = 0.5 * rng.standard_normal((trials, PARTICIPANTS, 1))
    visit = 0.45 * rng.standard_normal((trials, PARTICIPANTS, means.size))
    return np.asarray(means + person * np.linspace(0.6, 1.6, means.size) + visit)


def draw_missing(values: FloatArray, course: Course, rng: np.random.Generator) -> BoolArray:
    """Missing at random: leaving hangs on the last value that was seen, a single gap on baseline, which always is seen."""
    gone = np.zeros(values.shape, dtype=bool)
    if course.gaps:
        often = 1 / (1 + np.exp(2.5 - 1.5 * (values[..., :1] - course.means[0])))
        gone = rng.random(values.shape) < often
        gone[..., [0, -1]] = False
    left = np.zeros(values.shape[:-1], dtype=bool)
    last = values[..., 0] - course.means[0]
    for visit in range(1, values.shape[-1]):
        left |= rng.random(last.shape) < 1 / (1 + np.exp(3.2 - 1.8 * last))
        gone[..., visit] |= left
        last = np.where(gone[..., visit], last, values[..., visit] - course.means[visit])
    return gone


def responders(scores: FloatArray) -> BoolArray:
    return np.asarray(scores[..., -1] <= BELOW * scores[..., 0])


def to_scores(logs: FloatArray) -> FloatArray:
    return np.round(np.clip(np.exp(logs) - 0.5, 0, 72), 1)


def true_share(course: Course, rng: np.random.Generator) -> float:
    return float(responders(to_scores(draw_courses(course, TRUTH, rng))).mean())


def imputation_rows(course: Course, trials: int, rng: np.random.Generator) -> list[Row]:
    """Each way against all data of the same trials, which makes the Monte Carlo error of a bias small."""
    truth, last = true_share(course, rng), course.means[-1]
    trials = max(trials // 4, 2) if course.gaps else trials
    parts = [_impute_chunk(course, min(CHUNK, trials - at), rng) for at in range(0, trials, CHUNK)]
    got = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}

    def row(what: str, way: str, whole: str, covered: BoolArray | None = None, pooled: str = "") -> Row:
        off = got[way] - got[whole]
        share = float("nan") if covered is None else float(covered.mean())
        return Row(what, WAYS[way] + pooled, float(got[way].mean()), *mean_and_error(off), share)

    def held(name: str, value: float) -> BoolArray:
        return np.asarray((got[f"{name} low"] <= value) & (value <= got[f"{name} high"]))

    log_mean = "mean of log(score + 0.5)"
    rows = [
        row("responders", "all", "all"),
        row("responders", "seen", "all"),
        row("responders", "non-responders", "all"),
        row("responders", "imputed", "all", held("logit", truth), ", pooled on the logit"),
        row("responders", "imputed", "all", held("wilson", truth), ", Wilson"),
    ]
    if course.linear:
        rows += [
            row(log_mean, "seen log", "all log"),
            row(log_mean, "imputed log", "all log", held("log", last)),
        ]
    return rows


WAYS = {
    "all": "nothing missing",
    "seen": "complete cases only",
    "non-responders": "missing = non-responder",
    "imputed": "imputed",
    "seen log": "complete cases only",
    "imputed log": "imputed, Rubin with Barnard-Rubin df",
}


def _impute_chunk(course: Course, trials: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """One number a trial of each way."""
    logs = draw_courses(course, trials, rng)
    scores = to_scores(logs)
    missing = draw_missing(np.log(scores + 0.5), course, rng)
    here = ~missing[..., -1]
    all_of_them = responders(scores)
    filled = impute_normal(np.where(missing, np.nan, scores), m=SETS, rng=rng, scale=SCORE, cycles=CYCLES)
    counts = responders(filled).sum(axis=-1)
    pooled, wilson = pool_proportions(counts, PARTICIPANTS), wilson_imputed(counts, PARTICIPANTS)
    found = {
        "all": all_of_them.mean(axis=-1),
        "seen": (all_of_them & here).sum(axis=-1) / here.sum(axis=-1),
        "non-responders": (all_of_them & here).mean(axis=-1),
        "imputed": counts.mean(axis=-1) / PARTICIPANTS,
        "logit low": pooled.low,
        "logit high": pooled.high,
        "wilson low": wilson[0],
        "wilson high": wilson[1],
    }
    return found | (_impute_logs(logs, missing, rng) if course.linear else {})


def _impute_logs(logs: FloatArray, missing: BoolArray, rng: np.random.Generator) -> dict[str, FloatArray]:
    """The scale of the model itself, on which imputation has to be unbiased."""
    here = ~missing[..., -1]
    filled = impute_normal(np.where(missing, np.nan, logs), m=SETS, rng=rng, cycles=CYCLES)[..., -1]
    variances = filled.var(axis=-1, ddof=1) / PARTICIPANTS
    means = pool_rubin(filled.mean(axis=-1), variances, complete_df=PARTICIPANTS - 1)
    return {
        "all log": logs[..., -1].mean(axis=-1),
        "seen log": np.where(here, logs[..., -1], 0.0).sum(axis=-1) / here.sum(axis=-1),
        "imputed log": means.estimate,
        "log low": means.low,
        "log high": means.high,
    }


# ------------------------------------------------------------------------------------- relapse between visits

RESPONDERS = 38
INTERVALS = ((16, 34), (34, 52), (16, 52), (52, np.inf), (16, np.inf), (34, np.inf))
RELAPSE = {34: 0.33, 52: 0.53, 99: 0.14}  # by which visit; 99: later, or never
TRUE_RELAPSE = RELAPSE[34] + RELAPSE[52]


@dataclass(frozen=True)
class Losses:
    """Shares: lost before the visit at week 34, lost between 34 and 52, missing week 34 alone; and of those who relapse,
    who never comes back."""

    what: str
    early: float = 0.0
    late: float = 0.0
    skips: float = 0.0
    hides: float = 0.0


LOSSES = (
    Losses("all were seen"),
    Losses("15 % lost at random", 0.075, 0.075),
    Losses("15 % lost at random, 8 % miss week 34", 0.075, 0.075, 0.08),
    Losses("15 % lost at random, 25 % of relapsers never come back", 0.075, 0.075, 0.0, 0.25),
)


def interval_of(relapse: int, lost: str, skips: bool, hides: bool) -> tuple[float, float]:
    """What is known of one responder of week 16."""
    if hides and relapse < 99:
        lost = "early" if relapse == 34 or lost == "early" else "late"
        skips = skips or relapse == 34
    last = {"early": 16, "late": 34, "": 52}[lost]
    seen = [16] + [visit for visit in (34, 52) if visit <= last and not (visit == 34 and skips)]
    after = [visit for visit in seen if visit >= relapse]
    before = max(visit for visit in seen if visit < relapse)
    return before, (after[0] if after else np.inf)


def chances(losses: Losses) -> FloatArray:
    """Of each of INTERVALS."""
    lost = {"early": losses.early, "late": losses.late, "": 1 - losses.early - losses.late}
    found = dict.fromkeys(INTERVALS, 0.0)
    for (relapse, p), (when, q), skips, hides in product(RELAPSE.items(), lost.items(), (0, 1), (0, 1)):
        r = losses.skips if skips else 1 - losses.skips
        s = losses.hides if hides else 1 - losses.hides
        found[interval_of(relapse, when, bool(skips), bool(hides))] += p * q * r * s
    return np.array(list(found.values()))


def relapse_rows(losses: Losses, trials: int, rng: np.random.Generator) -> list[Row]:
    counts = rng.multinomial(RESPONDERS, chances(losses), size=trials)
    left, right = np.array(INTERVALS).T
    seen = counts[:, :3].sum(axis=1)
    lost = counts[:, 4:].sum(axis=1)
    at = turnbull_at(turnbull(left, right, counts), [52])
    npmle = 1 - (at.survival_low + at.survival_high)[:, 0] / 2
    covered = (at.low[:, 0] <= 1 - TRUE_RELAPSE) & (at.high[:, 0] >= 1 - TRUE_RELAPSE)
    ways = [
        ("lost = not relapsed", seen / RESPONDERS),
        ("complete cases only", seen / (RESPONDERS - lost)),
        ("lost = relapsed", (seen + lost) / RESPONDERS),
        ("NPMLE", npmle),
    ]
    return [
        Row(
            losses.what,
            way,
            float(values.mean()),
            *mean_and_error(values - TRUE_RELAPSE),
            float(covered.mean()) if way == "NPMLE" else float("nan"),
        )
        for way, values in ways
    ]


# ------------------------------------------------------------------------------------- the page


def mean_and_error(values: FloatArray) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size))


def table(rows: list[Row], first: str) -> str:
    lines = [
        f"| {first} | way | mean | bias | Monte Carlo error | interval holds the truth |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        held = "" if np.isnan(row.coverage) else f"{row.coverage:.3f}"
        lines.append(
            f"| {row.what} | {row.way} | {row.mean:.4f} | {row.bias:+.4f} | {row.error:.4f} | {held} |"
        )
    return "\n".join(lines) + "\n"


def page(trials: int, seed: int) -> str:
    """The whole page; the number of trials and the seed are all that it hangs on."""
    courses, losses = np.random.SeedSequence(seed).spawn(2)
    parts = [TOP.format(trials=trials, seed=seed), IMPUTATION]
    for course, one in zip(COURSES, courses.spawn(len(COURSES)), strict=True):
        rows = imputation_rows(course, trials, np.random.default_rng(one))
        parts += [f"### {course.what.capitalize()}\n", table(rows, "of the last visit")]
    parts.append(RELAPSES.format(truth=TRUE_RELAPSE, participants=RESPONDERS))
    rows = []
    for kind, one in zip(LOSSES, losses.spawn(len(LOSSES)), strict=True):
        rows += relapse_rows(kind, trials, np.random.default_rng(one))
    parts += [table(rows, "what was seen"), BOTTOM]
    return "\n".join(parts)


TOP = """# Imputation and relapse, simulated

What do the estimators answer where the truth is known?
This page is made by `.venv/bin/python tools/simulated_methods.py`, which asks the same functions as the report: {trials} trials for each row (where single visits are missed, a quarter of that), from the seed {seed}.
A bias of more than three Monte Carlo errors is real; a smaller one may be chance.
`tests/reference/test_simulated_methods.py` runs the same program with fewer trials.
"""

IMPUTATION = """## Multiple imputation

Trials of 50 participants with a score from 0 to 72 in tenths, at baseline and four visits; a responder has at most a tenth of baseline left.
Whether somebody leaves hangs on the score that was seen last: missing at random.
Missing scores are imputed on the scale log(score + 0.5), twenty times, gaps first (in five cycles), and brought back to a score.
The bias is taken from all data of the same trials, so that its Monte Carlo error is small; the interval is asked for the true share.
"""

RELAPSES = """## Relapse between two visits

Trials of {participants} responders of week 16, who are seen at weeks 34 and 52; {truth:.2f} relapse by week 52.
Lost at random means: half of them before week 34, half between week 34 and 52.
The bias is taken from {truth:.2f}.
The NPMLE is `turnbull`, its interval the profile likelihood's, or Clopper-Pearson's where all were seen.
"""

BOTTOM = """## What it says

- Complete cases make a treatment look better where those who do worse leave, and imputation corrects it.
- Imputation is unbiased on the scale on which it imputes.
- A share of responders comes near: what is drawn for somebody missing spreads a little wider than the truth, since coefficients and variance are estimated from few participants too, and that draws the share towards one half by some thousandths.
- Where many scores are 0 the normal distribution is wrong and the imputed share with it; it is less wrong than complete cases, and stands beside other ways for that reason.
- Of the four ways to count relapse only the NPMLE is right where the lost are lost at random; with 38 participants its interval holds the truth in nearly 94 of 100 trials instead of 95.
- Where those who relapse stay away, none is right, since nothing in the data tells; “lost = relapsed” is nearest. Therefore all four are to be printed.
"""


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS
    PAGE.write_text(page(trials, SEED), encoding="utf-8")
    print(f"{PAGE.name}: {trials} trials a row.")


if __name__ == "__main__":
    main()
