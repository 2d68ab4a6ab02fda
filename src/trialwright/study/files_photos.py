"""The raw shape of photos.yaml: which regions of the body are photographed, at which visits, and by whom."""

from pydantic import Field

from trialwright.study.files_base import Lines, Raw
from trialwright.study.formats import Id, Line, Positive


class RawRegion(Raw):
    label: Line


class RawPhotosOfSite(Raw):
    visits: Lines


class RawPhotosOfParticipant(Raw):
    per_day: Positive


class RawPhotos(Raw):
    """Who may take photos follows from the sections that are there."""

    text: Line
    regions: dict[Id, RawRegion] = Field(default_factory=dict)
    site: RawPhotosOfSite | None = None
    participant: RawPhotosOfParticipant | None = None
