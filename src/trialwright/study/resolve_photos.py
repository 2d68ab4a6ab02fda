"""photos.yaml: the regions, and who takes photos of them when."""

from collections.abc import Iterable

from trialwright.study.desk import Desk
from trialwright.study.files_photos import RawPhotos
from trialwright.study.model_photos import Photos, Region
from trialwright.study.text import Text


def resolve_photos(desk: Desk, raw: RawPhotos | None, visits: Iterable[str]) -> Photos | None:
    """None in a study that takes no photos."""
    if raw is None:
        return None
    known = list(visits)
    asked: list[Text] = raw.site.visits if raw.site else []
    return Photos(
        text=str(raw.text),
        regions=tuple(Region(str(name), str(region.label)) for name, region in raw.regions.items()),
        site_visits=tuple(str(visit) for visit in asked if desk.known("visit", visit, known)),
        per_day=int(raw.participant.per_day) if raw.participant else 0,
    )
