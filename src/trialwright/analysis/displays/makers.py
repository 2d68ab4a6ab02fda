"""What makes the displays of an analysis, by its method; called with the number that a display takes."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from trialwright.analysis.displays.characteristics import characteristics_table
from trialwright.analysis.displays.criteria import criteria_table
from trialwright.analysis.displays.endpoints import course_figure, course_table
from trialwright.analysis.displays.event_times import curve_figure, curve_table, groups_in, ways_table
from trialwright.analysis.displays.liver import liver_figure, liver_listing, liver_table
from trialwright.analysis.displays.mixed_model import mean_figure, mean_table
from trialwright.analysis.displays.model import Display
from trialwright.analysis.displays.occurrences import occurrence_figure, occurrence_table
from trialwright.analysis.displays.others import other_table
from trialwright.analysis.displays.profiles import people_of, profile_figure
from trialwright.analysis.displays.records import record_listing
from trialwright.analysis.displays.sensitivity import (
    bound_table,
    delta_table,
    imputation_table,
    tipping_figure,
)
from trialwright.analysis.displays.shares import share_table
from trialwright.analysis.displays.shifts import SIDES, shift_table
from trialwright.analysis.displays.spread import spread_listing
from trialwright.analysis.displays.summaries import summary_table
from trialwright.analysis.displays.swimmer import lanes_of, swimmer_figure
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.values import groups_of, value_figure, value_listing, value_table
from trialwright.analysis.displays.waterfall import waterfall_figure
from trialwright.analysis.plan_rows import parameters_of
from trialwright.analysis.records import ACROSS
from trialwright.study.model import Analysis

Maker = Callable[[str], Display | None]
Makers = Callable[[Told, Analysis], Iterator[Maker]]


def nothing(_told: Told, _analysis: Analysis) -> Iterator[Maker]:
    """Of methods that are shown with their endpoint, or for all analyses together."""
    return iter(())


def of_proportions(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for group in dict.fromkeys(one.group for one in told.dataset.of(analysis.id)):
        yield partial(course_figure, told, analysis=analysis, group=group)
    for parameter in analysis.items:
        yield partial(course_table, told, analysis=analysis, parameter=parameter)


def of_values(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for parameter in analysis.items:
        for group in groups_of(told):
            for make in (value_figure, value_table):
                yield partial(make, told, analysis=analysis, parameter=parameter, group=group)


def listings_of_values(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for parameter in analysis.items:
        yield partial(value_listing, told, analysis=analysis, parameter=parameter)


def of_summaries(told: Told, analysis: Analysis) -> Iterator[Maker]:
    """A figure only where the plan asks for one."""
    for parameter in parameters_of(told.study, analysis):
        for group in groups_of(told):
            if "figure" in analysis.options:
                yield partial(value_figure, told, analysis=analysis, parameter=parameter, group=group)
            yield partial(summary_table, told, analysis=analysis, parameter=parameter, group=group)


def of_shifts(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for side in SIDES:
        for group in groups_of(told):
            yield partial(shift_table, told, analysis=analysis, side=side, group=group)


def of_criteria(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for group in groups_of(told):
        yield partial(criteria_table, told, analysis=analysis, group=group)


def of_liver(told: Told, analysis: Analysis) -> Iterator[Maker]:
    yield partial(liver_table, told, analysis=analysis)
    for group in groups_of(told):
        yield partial(liver_figure, told, analysis=analysis, group=group)


def listings_of_liver(told: Told, analysis: Analysis) -> Iterator[Maker]:
    yield partial(liver_listing, told, analysis=analysis)


def of_waterfall(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for group in groups_of(told):
        yield partial(waterfall_figure, told, analysis=analysis, group=group)


def of_swimmer(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for group in groups_of(told):
        for who in lanes_of(told, analysis, group):
            yield partial(swimmer_figure, told, analysis=analysis, group=group, who=who)


def profiles_of_people(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for who in people_of(told, analysis):
        yield partial(profile_figure, told, analysis=analysis, who=who)


def listings_of_summaries(told: Told, analysis: Analysis) -> Iterator[Maker]:
    """Of the parameters whose values are not listed as those of an item by visit already, nor row by row."""
    dataset = told.study.datasets[analysis.dataset or ""]
    others = told.analyses()  # one that was refused lists nothing
    if any(lists_all_rows(one, of=analysis) for one in others):
        return
    listed = {item for one in others if one.method == "by_visit" for item in one.items}
    for parameter in parameters_of(told.study, analysis):
        if dataset.parameters[parameter].item not in listed:
            yield partial(value_listing, told, analysis=analysis, parameter=parameter)


def lists_all_rows(listing: Analysis, of: Analysis) -> bool:
    """Whether it lists every value that an analysis reads, those that stand for no visit too, with of what and of when."""
    if listing.method != "listing" or (listing.dataset, listing.population) != (of.dataset, of.population):
        return False
    named = set(listing.variables)
    # Side by side, what is of no visit stands in no column of AVISIT.
    when = {"VISIT", "ADT"} if ACROSS in listing.options else {"VISIT", "AVISIT", "ADT"}
    is_told = "AVAL" in named and named & {"PARAM", "PARAMCD"} and named & when
    return bool(is_told) and not (*listing.flags, *listing.parameters, *listing.visits)


def of_times(told: Told, analysis: Analysis) -> Iterator[Maker]:
    yield partial(ways_table, told, analysis=analysis)
    for group in groups_in(told, analysis):
        for make in (curve_figure, curve_table):
            yield partial(make, told, analysis=analysis, group=group)


def of_imputed(told: Told, analysis: Analysis) -> Iterator[Maker]:
    yield partial(imputation_table, told, analysis=analysis)


def of_tipping(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for group in groups_in(told, analysis):
        for make in (tipping_figure, bound_table, delta_table):
            yield partial(make, told, analysis=analysis, group=group)


def of_means(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for make in (mean_figure, mean_table):
        yield partial(make, told, analysis=analysis)


def of_characteristics(told: Told, analysis: Analysis) -> Iterator[Maker]:
    yield partial(characteristics_table, told, analysis=analysis)


def of_overview(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for group in groups_of(told):
        yield partial(occurrence_table, told, analysis=analysis, group=group)


def of_occurrences(told: Told, analysis: Analysis) -> Iterator[Maker]:
    for group in groups_of(told):
        yield partial(occurrence_table, told, analysis=analysis, group=group)
        yield partial(occurrence_figure, told, analysis=analysis, group=group)


def of_shares(told: Told, analysis: Analysis) -> Iterator[Maker]:
    yield partial(share_table, told, analysis=analysis)


def listings_of_records(told: Told, analysis: Analysis) -> Iterator[Maker]:
    yield partial(spread_listing if ACROSS in analysis.options else record_listing, told, analysis=analysis)


def of_others(told: Told, analysis: Analysis) -> Iterator[Maker]:
    yield partial(other_table, told, analysis=analysis)


MAKERS: Mapping[str, Makers] = MappingProxyType(
    {
        "one_proportion": nothing,
        "flow": nothing,
        "proportion_by_visit": of_proportions,
        "by_visit": of_values,
        "time_to_event": of_times,
        "mmrm": of_means,
        "imputed_proportion": of_imputed,
        "tipping_point": of_tipping,
        "summary_by_visit": of_summaries,
        "shift": of_shifts,
        "waterfall": of_waterfall,
        "swimmer": of_swimmer,
        "profiles": nothing,
        "liver_signals": of_liver,
        "criteria": of_criteria,
        "characteristics": of_characteristics,
        "occurrences": of_occurrences,
        "occurrence_overview": of_overview,
        "record_shares": of_shares,
        "listing": nothing,
        "narratives": nothing,
    }
)
LISTINGS: Mapping[str, Makers] = MappingProxyType(
    {
        "by_visit": listings_of_values,
        "summary_by_visit": listings_of_summaries,
        "liver_signals": listings_of_liver,
        "listing": listings_of_records,
        "profiles": profiles_of_people,
    }
)


def analysis_makers(told: Told, analysis: Analysis) -> Iterator[Maker]:
    """Of an analysis that is no endpoint's; a method without displays of its own gets a plain table."""
    return MAKERS.get(analysis.method, of_others)(told, analysis)


def analysis_listings(told: Told, analysis: Analysis) -> Iterator[Maker]:
    """Listings of single values, for the appendix."""
    return LISTINGS.get(analysis.method, nothing)(told, analysis)
