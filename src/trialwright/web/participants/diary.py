"""The diary on a participant's page: how it is kept, and what waits to be looked at."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from trialwright.ledger.decide_diary import AREA
from trialwright.ledger.diary_adherence import adherence, tally
from trialwright.ledger.diary_entries import HOLES_TOLD
from trialwright.ledger.visible import sees_nothing_of
from trialwright.web.diaries.waiting import count_missing, kept_aside
from trialwright.web.diaries.words import tally_words
from trialwright.web.links import diary_url
from trialwright.web.participants.seen import Seen


@dataclass(frozen=True, slots=True)
class DiaryLine:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class DiaryCard:
    """waits: what somebody has to look at, in words; "" for nothing."""

    url: str
    lines: tuple[DiaryLine, ...]
    phones: str
    waits: str


def diary_card(seen: Seen) -> DiaryCard | None:
    """None where the study has no diary, and for who may not read it."""
    study, book = seen.study, seen.book
    if study.diary is None or AREA not in seen.readable:
        return None
    kept = adherence(book, seen.now.replace(tzinfo=None))
    forms = [
        form for form in study.forms.values() if form.ask is not None and not sees_nothing_of(book, form)
    ]
    joined = sum(not device.is_revoked for device in book.devices.values())
    return DiaryCard(
        url=diary_url(study.id, book.participant),
        lines=tuple(
            DiaryLine(study.say(form.label, seen.language), tally_words(form, tally(own)))
            for form in forms
            if (own := [one for one in kept if one.occasion.form == form.id])
        ),
        phones=ngettext("{count} phone has joined.", "{count} phones have joined.", joined).format(
            count=joined
        )
        if joined
        else gettext("No phone has joined."),
        waits="; ".join(waiting_words(seen)),
    )


def waiting_words(seen: Seen) -> tuple[str, ...]:
    """What of the diary somebody has to look at: entries kept aside, and numbers that have not arrived."""
    aside, lacking = len(kept_aside(seen.book)), count_missing(seen.book)
    words = []
    if aside:
        words.append(
            ngettext("{count} entry is kept aside", "{count} entries are kept aside", aside).format(
                count=aside
            )
        )
    if lacking >= HOLES_TOLD:
        words.append(gettext("{count} entries or more have not arrived").format(count=HOLES_TOLD))
    elif lacking:
        text = ngettext("{count} entry has not arrived", "{count} entries have not arrived", lacking)
        words.append(text.format(count=lacking))
    return tuple(words)
