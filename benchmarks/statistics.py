"""Statistics of `trialwright.analysis` against peers in the same run: SciPy, lifelines, statsmodels, and R where it is.

A peer that takes long is timed on a part and scaled; the line says on how many. A peer that is not installed is named.
"""

import csv
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from benchmarks.figures import Figure, timed
from trialwright.analysis import blaker, clopper_pearson, impute_normal, kaplan_meier, mid_p, mmrm, wilson
from trialwright.analysis.methods.design import Factor, build_design

LEAST = 10.0  # times as fast as the peer
INTERVALS = 10_000
TRIALS, PEOPLE = 1_000, 1_000
FEV = Path(__file__).parents[1] / "tests" / "reference" / "fev_data.csv"

Times = NDArray[np.float64]
Events = NDArray[np.bool_]


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """Seconds; the first call, which loads what it needs, is not counted."""
    work()
    return min(timed(work) for _ in range(rounds))


def against(name: str, peer: str, own: float, other: float) -> Iterator[Figure]:
    """The bound is turned round, so that a smaller figure is a better one: our time as a share of the peer's."""
    yield Figure(f"{name}: {peer}", other, "s")
    yield Figure(f"{name}: share of the time of {peer}", own / other, "", 1 / LEAST)


def missing(name: str, peer: str) -> Figure:
    return Figure(f"{name}: {peer} is not installed", float("nan"), "")


# ------------------------------------------------------------------ intervals


def intervals() -> Iterator[Figure]:
    rng = np.random.default_rng(1)
    n = np.full(INTERVALS, 50)
    responders = rng.binomial(n, 0.7)
    part = 300

    def peer() -> None:
        for x in responders[:part].tolist():
            binomtest(x, 50).proportion_ci(0.95, method="exact")

    other = timed(peer) * INTERVALS / part
    for one in (clopper_pearson, wilson, mid_p, blaker):
        own = best(partial(one, responders, n))
        yield Figure(f"10,000 intervals, {one.__name__}", own, "s")
        if one is clopper_pearson:
            yield from against("10,000 exact intervals", f"a loop of SciPy ({part})", own, other)


# ------------------------------------------------------------------ survival


def survival_data() -> tuple[Times, Events]:
    rng = np.random.default_rng(2)
    months = rng.exponential(12.0, (TRIALS, PEOPLE))
    lost = rng.uniform(0.0, 24.0, (TRIALS, PEOPLE))
    return np.ceil(np.minimum(months, lost) * 30), months <= lost


def survival() -> Iterator[Figure]:
    times, events = survival_data()
    name = "Kaplan-Meier, 1,000 x 1,000"
    own = best(lambda: kaplan_meier(times, events), rounds=2)
    yield Figure(name, own, "s")
    if find_spec("lifelines") is None:
        yield missing(name, "lifelines")
    else:
        from lifelines import KaplanMeierFitter

        part = 50

        def peer() -> None:
            for time, event in zip(times[:part], events[:part], strict=True):
                KaplanMeierFitter().fit(time, event)

        yield from against(name, f"lifelines ({part})", own, timed(peer) * TRIALS / part)
    found = in_r(
        """library(survival)
t <- as.matrix(read.csv("times.csv", header = FALSE)); e <- as.matrix(read.csv("events.csv", header = FALSE))
cat(system.time(for (i in seq_len(nrow(t))) survfit(Surv(t[i, ], e[i, ]) ~ 1, conf.type = "log-log"))["elapsed"])""",
        {"times.csv": times[:100], "events.csv": events[:100].astype(float)},
    )
    if found is None:
        yield missing(name, "R survival")
    else:
        yield Figure(f"{name}: R survival (100)", found * TRIALS / 100, "s")
        yield Figure(f"{name}: share of the time of R survival", own / (found * TRIALS / 100), "")


# ------------------------------------------------------------------ imputation and repeated measures


def imputation() -> Iterator[Figure]:
    rng = np.random.default_rng(3)
    scores = 20 + np.cumsum(rng.normal(-1.0, 2.0, (50, 9)), axis=1)
    for row in range(9):
        scores[row, 6 + row % 3 :] = np.nan  # 18 cells of those who left
    scores[20:29, 4] = np.nan  # and 9 gaps
    name = "MI, m = 20, 50 x 9, 27 missing cells"
    own = best(lambda: impute_normal(scores, m=20, rng=np.random.default_rng(1)))
    yield Figure(name, own, "s")
    if find_spec("statsmodels") is None:
        yield missing(name, "statsmodels")
        return
    import pandas
    from statsmodels.imputation.mice import MICEData

    def peer() -> None:
        data = MICEData(pandas.DataFrame(scores, columns=[f"v{visit}" for visit in range(9)]))
        for _ in range(20):
            data.update_all(10)

    yield from against(name, "statsmodels", own, timed(peer))


def repeated() -> Iterator[Figure]:
    with FEV.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    rows = {name: np.array([line[name] for line in lines]) for name in lines[0]}
    response = np.array([float(one) if one != "NA" else np.nan for one in rows["FEV1"]])
    visit = rows["VISITN"].astype(int)
    factors = {name: Factor(rows[name]) for name in ("RACE", "SEX", "ARMCD", "AVISIT")}
    design = build_design(factors, ["RACE", "SEX", "ARMCD", "AVISIT", "ARMCD:AVISIT"])
    name = "MMRM of fev_data, unstructured"
    own = best(lambda: mmrm(response, design, rows["USUBJID"], visit))
    yield Figure(name, own, "s")
    found = in_r(
        f"""library(nlme)
d <- read.csv("{FEV}"); d <- d[!is.na(d$FEV1), ]
fit <- function() gls(FEV1 ~ RACE + SEX + ARMCD * AVISIT, d, corSymm(form = ~ VISITN | USUBJID), varIdent(form = ~ 1 | AVISIT), method = "REML")
invisible(fit()); cat(median(replicate(3, system.time(fit())["elapsed"])))""",
        {},
    )
    if found is None:
        yield missing(name, "R nlme")
    else:
        yield from against(name, "R nlme, gls", own, found)


def in_r(program: str, tables: dict[str, NDArray[np.float64]]) -> float | None:
    """What an R program prints, a number; None where R or its package is not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, table in tables.items():
            np.savetxt(Path(folder) / name, table, delimiter=",", fmt="%g")
        done = subprocess.run(
            ["Rscript", "-e", program], cwd=folder, capture_output=True, text=True, check=False
        )
    return float(done.stdout) if done.returncode == 0 else None


def run() -> list[Figure]:
    return [figure for part in (intervals, survival, imputation, repeated) for figure in part()]
