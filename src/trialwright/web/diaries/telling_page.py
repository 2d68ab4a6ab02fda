"""The context of the page on which the site enters what the participant told, or wrote on paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from trialwright.ledger.diary_calendar import off_window
from trialwright.store.messages import problem
from trialwright.values.problem import Problem
from trialwright.web.calendar import visit_label
from trialwright.web.diaries.choice import window_words
from trialwright.web.diaries.entries import Line, entry_line
from trialwright.web.diaries.telling import (
    CORRECTS,
    DATE,
    REASON,
    Ahead,
    Telling,
    Told,
)
from trialwright.web.diaries.words import SOURCES
from trialwright.web.forms.fill import Contents, gaps_of
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.posted import Shown
from trialwright.web.forms.problems import ProblemLine, problem_lines, said
from trialwright.web.forms.skeleton import skeleton_of
from trialwright.web.forms.state import is_asked
from trialwright.web.links import told_url
from trialwright.web.show import show_date

_OWN: Final[Mapping[str, str]] = {
    "call-time": DATE,
    "sheet-time": DATE,
    "date-in-future": DATE,
    "time-ahead": DATE,
    "choose-corrects": CORRECTS,
    "entry-came": CORRECTS,
    "text-needed": REASON,
    "text-too-long": REASON,
}


@dataclass(frozen=True, slots=True)
class TellingPage:
    """body: the fields of the form. standing: the entry that is there, None where there is none; error_of: by
    field of the page that is no item, without its "told."."""

    label: str
    code: str
    participant_url: str
    visit_label: str
    day: str
    hours: str
    ahead_of_window: str
    source: str
    is_call: bool
    back_url: str
    ahead_url: str
    command_id: str
    body: SafeString
    date: str
    time: str
    reason: str
    corrects: str
    stands: str
    standing: Line | None
    error_of: Mapping[str, str]
    tells: str
    left: str
    texts: Mapping[str, str]


class AheadAnswer(TypedDict):
    """What form.js shows while somebody types."""

    derived: dict[str, str]
    asked: dict[str, bool]
    checks: dict[str, str]
    left: str
    tells: list[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """The page as it was sent: what was typed, what would come of it, what is wrong with it."""

    told: Told
    ahead: Ahead
    lines: tuple[ProblemLine, ...] = ()


def telling_page(
    telling: Telling, links: Mapping[str, str], command_id: str, filled: Filled | None = None
) -> TellingPage:
    """links: addresses of the page's script ("ahead") and of where it leads back to."""
    book, form, occasion = telling.book, telling.form, telling.occasion
    language, told = telling.looking.language, filled.told if filled else None
    standing = telling.standing
    tells = filled.ahead.tells if filled else ()
    return TellingPage(
        label=book.study.say(form.label, language),
        code=book.code,
        participant_url=links["participant"],
        visit_label=visit_label(book.study, occasion.visit, language) if occasion.visit else "",
        day=show_date(occasion.day),
        hours=window_words(form),
        ahead_of_window=_ahead_of_window(telling),
        source=str(SOURCES[telling.source]),
        is_call=telling.source == "telephone",
        back_url=told_url(book.study.id, book.participant),
        ahead_url=links["ahead"],
        command_id=command_id,
        body=_body(telling, filled),
        date=told.date if told else "",
        time=told.time if told else "",
        reason=told.reason if told else "",
        corrects=told.corrects if told else "",
        stands=standing.id if standing else "",
        standing=entry_line(telling.looking, standing, telling.groups) if standing else None,
        error_of=errors_of(filled.lines if filled else (), "told."),
        tells=" ".join(tells),
        left=left_words(telling, filled),
        texts={"not_saved": ""},
    )


def _ahead_of_window(telling: Telling) -> str:
    """What is told before it is asked is kept, but whoever enters it shall know first; "" once it is asked."""
    if off_window(telling.ask, telling.occasion.day, telling.looking.now) != "early":
        return ""
    return gettext(
        "This is not asked yet: it is to be answered {hours}. What you enter now is kept with the words “before the "
        "window”, and does not count as answered."
    ).format(hours=window_words(telling.form))


def _body(telling: Telling, filled: Filled | None) -> SafeString:
    study, form, language = telling.book.study, telling.form, telling.looking.language
    layout = layout_of(study, form.id, language)
    blank = {item.id: Shown(unit=item.unit or "") for item in telling.items}
    contents = Contents(
        shown={**blank, **(filled.told.posted.shown if filled else {})},
        problems={line.field: line.text for line in filled.lines} if filled else {},
        asked=filled.ahead.asked if filled else _asked_of_nothing(telling),
    )
    without = frozenset(form.items) - {item.id for item in telling.items}
    return skeleton_of(study, form.id, language, without=without).fill(gaps_of(layout, contents))


def _asked_of_nothing(telling: Telling) -> dict[str, bool | None]:
    """Before anything is typed."""
    place = (telling.occasion.visit, 0)
    return {item.id: is_asked(telling.looking.reader, telling.form, item, place) for item in telling.items}


def left_words(telling: Telling, filled: Filled | None) -> str:
    """How many questions are surely asked, and still have no answer."""
    given = filled.told.posted.items if filled else {}
    if filled and filled.ahead.has_failed:
        return said(problem("rule-fails-entry", ""))
    asked = filled.ahead.asked if filled else _asked_of_nothing(telling)
    left = sum(
        asked[item.id] is True and item.id not in given and not item.is_optional for item in telling.items
    )
    if left == 0:
        return gettext("Nothing is left to enter.")
    return ngettext("{count} item is left to enter.", "{count} items are left to enter.", left).format(
        count=left
    )


def errors_of(lines: Iterable[ProblemLine], prefix: str = "") -> dict[str, str]:
    """What is wrong, by field without the prefix that all of them share."""
    return {line.field.removeprefix(prefix): line.text for line in lines if line.field.startswith(prefix)}


def telling_lines(telling: Telling, problems: Iterable[Problem]) -> tuple[ProblemLine, ...]:
    """Each problem at its field: an item, or one of the page's own."""
    layout = layout_of(telling.book.study, telling.form.id, telling.looking.language)
    found: list[ProblemLine] = []
    for one in problems:
        own = _OWN.get(one.code)
        if own is None:
            found += problem_lines([one], layout)
        else:
            words = gettext("Give the reason.") if one.code == "text-needed" else said(one)
            found.append(ProblemLine(own, "", words))
    return tuple(dict.fromkeys(found))


def ahead_answer(telling: Telling, told: Told, ahead: Ahead) -> AheadAnswer:
    filled = Filled(told, ahead)
    return AheadAnswer(
        derived={},
        asked={item: answer is True for item, answer in ahead.asked.items()},
        checks={},
        left=left_words(telling, filled),
        tells=list(ahead.tells),
    )
