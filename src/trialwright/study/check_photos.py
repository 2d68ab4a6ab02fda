"""Whether photos can be taken as the definition asks for them."""

from trialwright.study.desk import Desk
from trialwright.study.files import Files
from trialwright.study.files_photos import RawPhotos
from trialwright.study.model import Study


def check_photos(desk: Desk, files: Files, study: Study) -> None:
    """Note what is wrong with photos.yaml, where it is written."""
    raw = files.photos
    if raw is None:
        return
    if not raw.regions:
        desk.report("photos-without-regions", raw.text)
    if raw.site is None and raw.participant is None:
        desk.report("photos-by-nobody", raw.text)
    if raw.participant is not None and study.diary is None:
        desk.report("photos-without-diary", raw.participant.per_day)
    _check_regions(desk, raw)
    _check_visits(desk, raw, study)


def _check_regions(desk: Desk, raw: RawPhotos) -> None:
    """Two regions of one name cannot be told apart by who takes the photo."""
    seen: dict[str, str] = {}
    for name, region in raw.regions.items():
        first = seen.setdefault(str(region.label), str(name))
        if first != name:
            desk.report("regions-alike", region.label, first=first)


def _check_visits(desk: Desk, raw: RawPhotos, study: Study) -> None:
    """A photo is taken where camera and participant are in one place."""
    visits = raw.site.visits if raw.site else []
    for number, visit in enumerate(visits):
        if visit in visits[:number]:
            desk.report("photo-visit-twice", visit, visit=visit)
        elif visit in study.visits and study.visits[visit].contact == "telephone":
            desk.report("photos-by-telephone", visit, visit=visit)
