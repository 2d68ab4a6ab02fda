"""Where the report shows an analysis: sections of ICH E3 for its displays, for what refers to them, and for its listings."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from trialwright.analysis.displays.told import Told, no_control
from trialwright.study.model import Analysis, Study, Topic


@dataclass(frozen=True, slots=True)
class Place:
    """shown: of tables and figures; referred: in the text; listed: where single patients are listed.

    Within 14.3 the numbers up to 14.3.4 are those of ICH E3, also where nothing stands there; from 14.3.5 on they are
    ours. E3 tells of earlier and concomitant treatment in 11.2, without a number; 11.2.1 is ours. Of 16.2, E3 has
    16.2.1 to 16.2.8 and no place for vital signs; 16.2.9 is ours.
    """

    shown: str
    referred: str
    listed: str


PLACES: Mapping[Topic, Place] = MappingProxyType(
    {
        "disposition": Place("14.1", "10.1", "16.2.1"),
        "deviations": Place("14.1", "10.2", "16.2.2"),
        "demographics": Place("14.1", "11.2", "16.2.4"),
        "medication": Place("14.1", "11.2.1", "16.2.4"),
        "compliance": Place("14.1", "11.3", "16.2.5"),
        "efficacy": Place("14.2", "11.4", "16.2.6"),
        "exposure": Place("14.3.5", "12.1", "16.2.5"),
        "adverse events": Place("14.3.1", "12.2", "16.2.7"),
        "serious events": Place("14.3.1", "12.3", "14.3.2"),
        "abnormal laboratory": Place("14.3.6", "12.4", "14.3.4"),
        "laboratory": Place("14.3.6", "12.4", "16.2.8"),
        "vital signs": Place("14.3.7", "12.5", "16.2.9"),
    }
)


EXCLUDED_LISTED: Final = "16.2.3"
NARRATED: Final = "14.3.3"  # ICH E3 has narratives here or in the text, 12.3.2

SAFETY: frozenset[Topic] = frozenset(
    topic for topic, place in PLACES.items() if place.shown.startswith("14.3.")
)


def topic_of(told: Told, analysis: Analysis) -> Topic:
    return topic_in(told.study, analysis)


def topic_in(study: Study, analysis: Analysis) -> Topic:
    """What the plan says; else what the endpoint is: of a safety objective adverse events, of all others efficacy."""
    if analysis.topic is not None:
        return analysis.topic
    estimand = study.estimands.get(analysis.estimand or "")
    if estimand is None:
        return "disposition" if analysis.method == "flow" else "efficacy"
    endpoint = study.endpoints[estimand.endpoint]
    objectives = (one for one in study.objectives if endpoint.id in one.endpoints)
    is_safety = endpoint.level == "safety" or any("safety" in (one.id, one.level) for one in objectives)
    return "adverse events" if is_safety else "efficacy"


def efficacy_note(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """The sentence of a missing control group, under a display of efficacy."""
    return no_control(told) if topic_of(told, analysis) == "efficacy" else ()
