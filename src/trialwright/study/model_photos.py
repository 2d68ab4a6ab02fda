"""Parts of a definition: photos of lesions, taken at the site or by the participant."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the body that is photographed from one side, so that its photos of all visits are alike."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Photos:
    """What is photographed, and by whom.

    text: how to take a photo, in the protocol's words; who takes one reads it. site_visits: where the site is asked for
    one of each region; empty where the site takes none. per_day: how many the participant may send of one day; 0
    where the participant takes none.
    """

    text: str
    regions: tuple[Region, ...]
    site_visits: tuple[str, ...]
    per_day: int
