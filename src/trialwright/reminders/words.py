"""What a participant is told, in their language. Others see a phone too: no word of an illness, a medicine or a study."""

from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext


def subject(language: str) -> str:
    with translation.override(_catalogue(language)):
        # Translators: subject of an e-mail, and name of a calendar; it says nothing of an illness
        return gettext("Your diary")


def reminder_text(closes: datetime, now: datetime, language: str) -> str:
    """closes, now: by the participant's clock."""
    days, hour = (closes.date() - now.date()).days, f"{closes:%H:%M}"
    with translation.override(_catalogue(language)):
        if days == 0:
            return gettext("Your diary is open until {time} today.").format(time=hour)
        if days == 1:
            return gettext("Your diary is open until {time} tomorrow.").format(time=hour)
        day = date_format(closes.date(), "DATE_FORMAT")
        return gettext("Your diary is open until {time} on {day}.").format(time=hour, day=day)


def calendar_words(language: str, *, is_weekly: bool) -> str:
    """What stands in the participant's own calendar."""
    with translation.override(_catalogue(language)):
        return gettext("Diary: weekly page") if is_weekly else gettext("Diary")


def _catalogue(language: str) -> str:
    """A language of a definition as the catalogues are named: zh-Hans is zh-hans."""
    return language.lower()
