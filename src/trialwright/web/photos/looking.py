"""The photos of a participant, as somebody looks at them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, Photo
from trialwright.ledger.commands import Actor
from trialwright.ledger.photos import SITE_AREA
from trialwright.ledger.rights import may
from trialwright.study.model import Photos
from trialwright.web.calendar import visit_label
from trialwright.web.show import show_iso


@dataclass(frozen=True, slots=True)
class Looking:
    """A casebook with photos as somebody looks at it. today: at the site."""

    book: Casebook
    photos: Photos
    actor: Actor
    language: str
    today: date

    @property
    def may_add(self) -> bool:
        return bool(self.photos.site_visits) and self.may_write(SITE_AREA)

    def may_write(self, area: str) -> bool:
        return may(self.book.study, self.actor, area, "w", self.book.site)

    def region(self, name: str) -> str:
        """What a region is called; one that a later version has no more stands for itself."""
        label = next((one.label for one in self.photos.regions if one.id == name), name)
        return self.book.study.say(label, self.language)

    def occasion(self, photo: Photo) -> str:
        """The visit, or that the participant took it, and the day."""
        who = gettext("participant’s own") if photo.is_own else self.visit(photo.visit)
        return f"{who}, {show_iso(photo.day)}"

    def visit(self, key: str) -> str:
        return visit_label(self.book.study, key, self.language)

    def words(self, photo: Photo) -> str:
        """What a photo shows, for who cannot see it: Trunk, front, Week 4, 12 Nov 2026."""
        return f"{self.region(photo.region)}, {self.occasion(photo)}"
