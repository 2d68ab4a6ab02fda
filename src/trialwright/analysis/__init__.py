"""Endpoints, intervals, tables, figures and the report. Casebooks' tables come in, numbers and pages come out; no files, no Django.

The statistical methods are imported from here: `from trialwright.analysis import clopper_pearson`. Each is loaded when
it is asked for, because SciPy is an optional part of an installation and takes a while to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.analysis.methods.binomial import clopper_pearson, jeffreys, mid_p, wilson
    from trialwright.analysis.methods.binomial_test import (
        binomial_test,
        exact_power,
        exact_sample_size,
    )
    from trialwright.analysis.methods.blaker import blaker
    from trialwright.analysis.methods.departures import add_delta, return_to_baseline, tipping_table
    from trialwright.analysis.methods.descriptive import describe, quantile
    from trialwright.analysis.methods.design import Factor, build_design, marginal_row
    from trialwright.analysis.methods.intervals import coverage
    from trialwright.analysis.methods.kaplan_meier import kaplan_meier, median_survival, survival_at
    from trialwright.analysis.methods.mmrm import NoFitError, mmrm
    from trialwright.analysis.methods.normal_imputation import impute_chained, impute_monotone, impute_normal
    from trialwright.analysis.methods.poisson import exposure_adjusted_incidence, poisson_exact
    from trialwright.analysis.methods.rubin import pool_proportions, pool_rubin, wilson_imputed
    from trialwright.analysis.methods.satterthwaite import contrast, joint_test
    from trialwright.analysis.methods.scale import Scale
    from trialwright.analysis.methods.turnbull import turnbull, turnbull_at

# Name -> the module of methods/ in which it stands.
_HOME = {
    "Factor": "design",
    "NoFitError": "mmrm",
    "Scale": "scale",
    "add_delta": "departures",
    "binomial_test": "binomial_test",
    "blaker": "blaker",
    "build_design": "design",
    "clopper_pearson": "binomial",
    "contrast": "satterthwaite",
    "coverage": "intervals",
    "describe": "descriptive",
    "exact_power": "binomial_test",
    "exact_sample_size": "binomial_test",
    "exposure_adjusted_incidence": "poisson",
    "impute_chained": "normal_imputation",
    "impute_monotone": "normal_imputation",
    "impute_normal": "normal_imputation",
    "jeffreys": "binomial",
    "joint_test": "satterthwaite",
    "kaplan_meier": "kaplan_meier",
    "marginal_row": "design",
    "median_survival": "kaplan_meier",
    "mid_p": "binomial",
    "mmrm": "mmrm",
    "poisson_exact": "poisson",
    "pool_proportions": "rubin",
    "pool_rubin": "rubin",
    "quantile": "descriptive",
    "return_to_baseline": "departures",
    "survival_at": "kaplan_meier",
    "tipping_table": "departures",
    "turnbull": "turnbull",
    "turnbull_at": "turnbull",
    "wilson": "binomial",
    "wilson_imputed": "rubin",
}

__all__ = [
    "Factor",
    "NoFitError",
    "Scale",
    "add_delta",
    "binomial_test",
    "blaker",
    "build_design",
    "clopper_pearson",
    "contrast",
    "coverage",
    "describe",
    "exact_power",
    "exact_sample_size",
    "exposure_adjusted_incidence",
    "impute_chained",
    "impute_monotone",
    "impute_normal",
    "jeffreys",
    "joint_test",
    "kaplan_meier",
    "marginal_row",
    "median_survival",
    "mid_p",
    "mmrm",
    "poisson_exact",
    "pool_proportions",
    "pool_rubin",
    "quantile",
    "return_to_baseline",
    "survival_at",
    "tipping_table",
    "turnbull",
    "turnbull_at",
    "wilson",
    "wilson_imputed",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"trialwright.analysis.methods.{_HOME[name]}"), name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "scipy":
            raise
        raise ImportError(f"{name} needs SciPy: pip install 'trialwright[stats]'") from missing
