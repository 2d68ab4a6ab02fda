"""The methods that a plan may name, each with what it needs and what it takes of an analysis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from trialwright.analysis.characteristics import characteristics, check_characteristics
from trialwright.analysis.courses import by_visit
from trialwright.analysis.dataset_criteria import criteria
from trialwright.analysis.estimating import one_proportion, proportion_by_visit
from trialwright.analysis.event_times import check_times, time_to_event
from trialwright.analysis.flow import OPTIONS as FLOW_OPTIONS
from trialwright.analysis.flow import flow
from trialwright.analysis.liver import liver_signals
from trialwright.analysis.mixed_model import check_model, mixed_model
from trialwright.analysis.occurrences import (
    OVERVIEW_OPTIONS,
    ROW_OPTIONS,
    check_occurrences,
    check_overview,
    occurrence_overview,
    occurrences,
)
from trialwright.analysis.plan_marks import MARKS, check_profiles, check_swimmer
from trialwright.analysis.plan_rows import (
    check_criteria,
    check_liver,
    check_shift,
    check_summary,
    check_waterfall,
    items_are_numbers,
    items_are_truths,
)
from trialwright.analysis.profiles import profiles
from trialwright.analysis.records import ACROSS, ROLES, check_listing, check_narratives, listing, narratives
from trialwright.analysis.results import AnalysisResult
from trialwright.analysis.sensitivity import imputed_proportion, tipping_point
from trialwright.analysis.sensitivity_check import check_imputation, check_tipping
from trialwright.analysis.shares import check_shares, record_shares
from trialwright.analysis.shifts import shift
from trialwright.analysis.swimmer import swimmer
from trialwright.analysis.trial import Trial
from trialwright.analysis.value_summaries import summary_by_visit
from trialwright.analysis.waterfall import waterfall
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem

Method = Callable[[Trial, Analysis], tuple[AnalysisResult, tuple[Problem, ...]]]
Check = Callable[[Study, Analysis], tuple[Problem, ...]]
Key = Literal[
    "of", "estimand", "population", "missing_as", "dataset", "variables", "parameters", "flags", "visits"
]


def nothing_more(_study: Study, _analysis: Analysis) -> tuple[Problem, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Registered:
    """needs: keys without which it does not run; takes: those that it reads too. options: names of `options`.

    is_of_members: it needs a population, its own or its estimand's. check: what else keeps an analysis from running.
    """

    run: Method
    needs: tuple[Key, ...] = ()
    takes: tuple[Key, ...] = ()
    options: tuple[str, ...] = ()
    is_of_members: bool = True
    check: Check = nothing_more

    @property
    def keys(self) -> frozenset[str]:
        return frozenset((*self.needs, *self.takes, "population", "estimand"))


IMPUTING: tuple[Key, ...] = ("estimand", "dataset", "parameters", "visits")

METHODS: Mapping[str, Registered] = MappingProxyType(
    {
        "one_proportion": Registered(one_proportion, ("estimand",), ("missing_as",), ("against",)),
        "proportion_by_visit": Registered(
            proportion_by_visit, ("of",), (), ("against",), check=items_are_truths
        ),
        "by_visit": Registered(by_visit, ("of",), check=items_are_numbers),
        "characteristics": Registered(
            characteristics,
            ("dataset", "variables"),
            ("flags",),
            ("counted",),
            check=check_characteristics,
        ),
        "occurrences": Registered(
            occurrences, ("dataset", "variables"), ("flags",), ROW_OPTIONS, check=check_occurrences
        ),
        "occurrence_overview": Registered(
            occurrence_overview, ("dataset",), ("variables", "flags"), OVERVIEW_OPTIONS, check=check_overview
        ),
        "record_shares": Registered(
            record_shares,
            ("dataset", "variables"),
            ("flags",),
            ("by", "at_least"),
            check=check_shares,
        ),
        "listing": Registered(
            listing,
            ("dataset", "variables"),
            ("parameters", "flags", "visits"),
            (ACROSS,),
            check=check_listing,
        ),
        "narratives": Registered(narratives, ("dataset",), ("flags",), ROLES, check=check_narratives),
        "flow": Registered(flow, options=FLOW_OPTIONS, is_of_members=False),
        "imputed_proportion": Registered(
            imputed_proportion, IMPUTING, ("flags",), ("m", "seed", "offset"), check=check_imputation
        ),
        "tipping_point": Registered(
            tipping_point,
            IMPUTING,
            ("flags",),
            ("m", "seed", "offset", "against", "worse", "deltas"),
            check=check_tipping,
        ),
        "mmrm": Registered(
            mixed_model,
            ("dataset", "parameters", "variables", "visits"),
            ("flags",),
            check=check_model,
        ),
        "summary_by_visit": Registered(
            summary_by_visit,
            ("dataset",),
            ("variables", "parameters", "flags", "visits"),
            ("figure", "decimals"),
            check=check_summary,
        ),
        "criteria": Registered(
            criteria, ("dataset", "variables", "flags"), ("parameters", "visits"), check=check_criteria
        ),
        "liver_signals": Registered(
            liver_signals,
            ("dataset", "flags"),
            ("visits",),
            ("transaminases", "bilirubin", "alkaline_phosphatase"),
            check=check_liver,
        ),
        "swimmer": Registered(swimmer, ("dataset", "variables"), (), MARKS, check=check_swimmer),
        "profiles": Registered(
            profiles,
            ("dataset",),
            ("parameters", "flags"),
            ("doses", "events", "medications", "laboratory"),
            check=check_profiles,
        ),
        "waterfall": Registered(
            waterfall,
            ("dataset", "parameters", "flags"),
            ("variables", "visits"),
            ("best", "lines"),
            check=check_waterfall,
        ),
        "shift": Registered(shift, ("dataset", "flags"), ("parameters", "visits"), check=check_shift),
        "time_to_event": Registered(
            time_to_event, ("estimand", "dataset", "parameters", "visits"), ("flags",), check=check_times
        ),
    }
)
