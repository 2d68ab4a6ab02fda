"""Which occasion the site enters for the participant: the choice before the form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.utils.translation import gettext

from trialwright.ledger.diary_adherence import key_of
from trialwright.ledger.diary_calendar import spans
from trialwright.ledger.visible import sees_nothing_of
from trialwright.schedule.diary import Occasion, occasions
from trialwright.study.model import Form
from trialwright.values.dates import parse_date
from trialwright.values.problem import Problem
from trialwright.values.words import words_of
from trialwright.web.calendar import visit_label
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.words import SOURCES
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import diary_url
from trialwright.web.messages import problem
from trialwright.web.show import show_date, show_iso

SiteSource = Literal["telephone", "paper"]
SITE_SOURCES: Final[Sequence[SiteSource]] = ("telephone", "paper")


@dataclass(frozen=True, slots=True)
class Option:
    """key: form, visit and day, as the page sends them; the day is "" where it is typed."""

    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SourceChoice:
    key: SiteSource
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ChoicePage:
    code: str
    back_url: str
    sources: tuple[SourceChoice, ...]
    options: tuple[Option, ...]
    day: str
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen, as it was sent."""

    source: str = ""
    what: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    source: SiteSource
    occasion: Occasion


def wanted_of(query: Mapping[str, str]) -> Wanted:
    """From the page itself, or from a link that names form, visit and day."""
    what = query.get("what", "")
    if not what and query.get("form"):
        what = _key(query["form"], query.get("visit", ""), query.get("day", ""))
    return Wanted(query.get("source", ""), what, words_of(query.get("day", "")))


def choice_page(looking: Looking, wanted: Wanted, lines: Iterable[ProblemLine] = ()) -> ChoicePage:
    known = options_of(looking)
    form, *_ = wanted.what.split("|")
    typed = wanted.what if wanted.what in known else _key(form, "", "")
    book = looking.book
    return ChoicePage(
        code=book.code,
        back_url=diary_url(book.study.id, book.participant),
        sources=tuple(SourceChoice(one, str(SOURCES[one]), one == wanted.source) for one in SITE_SOURCES),
        options=tuple(Option(key, label, key == typed) for key, label in known.items()),
        day=show_iso(wanted.day),
        errors={line.field: line.text for line in lines},
    )


def options_of(looking: Looking) -> dict[str, str]:
    """Labels by key. Of a form that is asked every day, or whenever, the day is typed; of others each day that there
    was is an option, the latest first."""
    book, language = looking.book, looking.language
    found: dict[str, str] = {}
    for form in diary_forms(looking):
        label = book.study.say(form.label, language)
        if has_typed_day(form):
            found[_key(form.id, "", "")] = label
            continue
        for one in reversed(occasions_of(looking, form)):
            parts = [label, *([visit_label(book.study, one.visit, language)] if one.visit else [])]
            answered = [gettext("answered already")] if key_of(one) in book.records else []
            key = _key(form.id, one.visit, one.day.isoformat())
            found[key] = " · ".join([*parts, show_date(one.day), *answered])
    return found


def diary_forms(looking: Looking) -> tuple[Form, ...]:
    """The forms of the diary that the person may see."""
    forms = looking.book.study.forms.values()
    return tuple(form for form in forms if form.ask is not None and not sees_nothing_of(looking.book, form))


def has_typed_day(form: Form) -> bool:
    return form.ask is not None and form.ask.kind in ("day", "whenever")


def occasions_of(looking: Looking, form: Form) -> tuple[Occasion, ...]:
    """Up to today, in the order of their days."""
    own = (span for span in spans(looking.book) if span.form == form.id)
    found = (one for span in own for one in occasions(span, until=looking.now.date()))
    return tuple(sorted(found, key=lambda one: one.day))


def choose(looking: Looking, wanted: Wanted) -> Chosen | tuple[Problem, ...]:
    """What was chosen; or what is missing in it, by the field of the page."""
    source = next((one for one in SITE_SOURCES if one == wanted.source), None)
    problems = () if source else (problem("choose-source", "source"),)
    occasion = _occasion(looking, wanted)
    if isinstance(occasion, Problem):
        return (*problems, occasion)
    return Chosen(source, occasion) if source else problems


def _occasion(looking: Looking, wanted: Wanted) -> Occasion | Problem:
    if wanted.what not in options_of(looking):
        return problem("choose-occasion", "what")
    form, visit, told = wanted.what.split("|")
    if told:
        return Occasion(form, visit, date.fromisoformat(told))
    typed = parse_date(wanted.day)
    if typed is None:
        return problem("day-needed", "day", typed=wanted.day) if wanted.day else problem("day-blank", "day")
    day = date.fromisoformat(typed)
    if day > looking.now.date():
        return problem("day-ahead", "day", date=typed)
    occasion = Occasion(form, visit, day)
    return occasion if is_asked_then(looking, occasion) else problem("day-not-asked", "day", date=typed)


def is_asked_then(looking: Looking, occasion: Occasion) -> bool:
    """Whether the calendar asks the form on that day; what may be told whenever is always asked."""
    form = looking.book.study.forms[occasion.form]
    if form.ask is not None and form.ask.kind == "whenever":
        return occasion.visit == "" and occasion.day <= looking.now.date()
    return occasion in occasions_of(looking, form)


def window_words(form: Form) -> str:
    """Between which hours it is to be answered; "" where there is no window."""
    if form.ask is None or form.ask.kind == "whenever":
        return ""
    opens, closes = (f"{at % 1440 // 60:02}:{at % 60:02}" for at in (form.ask.opens, form.ask.closes))
    if form.ask.closes > 1440:
        return gettext("{opens} to {closes} of the next day").format(opens=opens, closes=closes)
    return gettext("{opens} to {closes}").format(opens=opens, closes=closes)


def _key(form: str, visit: str, day: str) -> str:
    return f"{form}|{visit}|{day}"
