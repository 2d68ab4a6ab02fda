"""The contexts of the pages on which a photo is added or removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from django.utils.translation import gettext

from trialwright.ledger.casebook import Photo
from trialwright.ledger.held import held_visits, ordered_visits
from trialwright.values.problem import Problem
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import photo_image_url, photo_url, photos_url
from trialwright.web.photos.looking import Looking
from trialwright.web.show import show_iso

_FIELDS: Final = ("visit", "region", "photo")


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class AddPage:
    """errors: by field."""

    code: str
    back_url: str
    text: str
    command_id: str
    visits: tuple[Choice, ...]
    regions: tuple[Choice, ...]
    visit: str = ""
    region: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def add_page(looking: Looking, chosen: Mapping[str, str], problems: Iterable[Problem] = ()) -> AddPage:
    """chosen: the visit and the region that are meant, of a link or of the page that comes back."""
    book, study = looking.book, looking.book.study
    errors = {name: " ".join(one.say(gettext) for one in problems if _field(one) == name) for name in _FIELDS}
    return AddPage(
        code=book.code,
        back_url=photos_url(study.id, book.participant),
        text=study.say(looking.photos.text, looking.language),
        command_id=str(uuid4()),
        visits=tuple(Choice(key, f"{looking.visit(key)}, {day}") for key, day in _held(looking)),
        regions=tuple(Choice(one.id, looking.region(one.id)) for one in looking.photos.regions),
        visit=chosen.get("visit", ""),
        region=chosen.get("region", ""),
        errors={name: text for name, text in errors.items() if text},
    )


def _held(looking: Looking) -> Iterable[tuple[str, str]]:
    """Visits that were held, the latest first: photos are mostly added on the day of the visit."""
    held = held_visits(looking.book)
    for key in reversed(ordered_visits(looking.book.study, held)):
        day = held[key].day
        if day is not None and day <= looking.today:
            yield key, show_iso(day.isoformat())


def _field(problem: Problem) -> str:
    return problem.where if problem.where in _FIELDS else "photo"


def lines_of(problems: Iterable[Problem]) -> tuple[ProblemLine, ...]:
    return tuple(ProblemLine(_field(one), "", one.say(gettext)) for one in problems)


def next_region(looking: Looking, visit: str) -> str:
    """The first region of which the site is asked for a photo at that visit and has none; "" for none."""
    if visit not in looking.photos.site_visits:
        return ""
    there = {one.region for one in looking.book.photos.values() if one.visit == visit and not one.removed}
    return next((one.id for one in looking.photos.regions if one.id not in there), "")


@dataclass(frozen=True, slots=True)
class RemovePage:
    code: str
    back_url: str
    image: str
    words: str
    command_id: str
    reason: str = ""


def remove_page(looking: Looking, photo: Photo, *, reason: str = "") -> RemovePage:
    book, study = looking.book, looking.book.study
    return RemovePage(
        code=book.code,
        back_url=photo_url(study.id, book.participant, photo.id),
        image=photo_image_url(study.id, book.participant, photo.id, "small"),
        words=looking.words(photo),
        command_id=str(uuid4()),
        reason=reason,
    )
