"""What the pages of progress show, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from trialwright.study.model import Study
from trialwright.web.progress.counts import FormCounts, SiteCount
from trialwright.web.progress.results import Found

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """head: of its column, for narrow screens."""

    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A table: heads, and rows of cells of which the first names the row."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """plan: how many are planned, and the share enrolled; None for who does not see all sites. results_url: of results to
    date, "" for who may not see them."""

    day: str
    enrolled: int
    plan: tuple[int, str] | None
    tables: tuple[Lines, ...]
    results_url: str = ""


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """command: of the look that the page asks for; count: how many there were."""

    back_url: str
    count: int
    command: str = ""
    reason: str = ""
    tables: tuple[Lines, ...] = ()


def percent(part: int, whole: int) -> str:
    """Whole percent, rounded half up, but 100 % only where nothing is missing and 0 % only where nothing is there.

    >>> percent(199, 200), percent(1, 300), percent(1, 2), percent(0, 0)
    ('99 %', '1 %', '50 %', '–')
    """
    if not whole:
        return "–"
    rounded = int(Fraction(part * WHOLE, whole) + Fraction(1, 2))
    if 0 < part < whole:
        rounded = min(max(rounded, 1), WHOLE - 1)
    return f"{rounded} %"


def plan_of(enrolled: int, target: int) -> tuple[int, str]:
    return target, percent(enrolled, target)


def lines(title: str, heads: tuple[str, ...], rows: Iterable[Iterable[str]], note: str = "") -> Lines:
    made = tuple(tuple(Cell(head, text) for head, text in zip(heads, row, strict=True)) for row in rows)
    return Lines(title, heads, made, note)


def site_lines(study: Study, counts: Iterable[SiteCount], language: str) -> Lines:
    heads = (gettext("Site"), gettext("Screened"), gettext("Enrolled"), gettext("Open queries"))
    rows = (
        (site_words(study, one.site, language), str(one.screened), str(one.enrolled), str(one.open_queries))
        for one in counts
    )
    return lines(gettext("Recruitment by site"), heads, rows)


def site_words(study: Study, site: str, language: str) -> str:
    found = study.sites.get(site)
    return f"{site} · {study.say(found.label, language)}" if found else site


def month_lines(months: Iterable[tuple[str, int]]) -> Lines:
    """months: ISO 8601 year and month with how many were enrolled in it, in their order."""
    rows, total = [], 0
    for month, count in months:
        total += count
        rows.append((month, str(count), str(total)))
    heads = (gettext("Month"), gettext("Enrolled"), gettext("Enrolled so far"))
    return lines(gettext("Enrolment by month"), heads, rows)


def form_lines(study: Study, counts: FormCounts, language: str) -> Lines:
    heads = (gettext("Form"), gettext("Complete"), gettext("Asked for"), gettext("Share"))
    rows = (
        (study.say(form.label, language), str(filled), str(asked), percent(filled, asked))
        for name, form in study.forms.items()
        if name in counts
        for filled, asked in (counts[name],)
    )
    note = gettext("Of the visits that took place; a form with an open required item is not complete.")
    return lines(gettext("Forms complete"), heads, rows, note)


def safety_lines(study: Study, found: Iterable[Found], language: str) -> Lines:
    heads = (gettext("Participants with"), gettext("Count"), gettext("Of"))
    rows = (
        (study.say(one.label, language), str(one.responders), str(one.n + one.undecided)) for one in found
    )
    note = gettext("All arms together, as reported so far; no coded terms.")
    return lines(gettext("Safety so far"), heads, rows, note)


def result_tables(study: Study, found: Iterable[Found], language: str) -> tuple[Lines, ...]:
    """Endpoints first; then what is told visit by visit, where there is any."""
    known = tuple(found)
    courses = tuple(one for one in known if one.visit)
    endpoints = result_lines(study, gettext("Endpoints"), (one for one in known if not one.visit), language)
    return (endpoints, *((result_lines(study, gettext("By visit"), courses, language),) if courses else ()))


def result_lines(study: Study, title: str, found: Iterable[Found], language: str) -> Lines:
    heads = (
        gettext("Endpoint"),
        gettext("Counted"),
        gettext("Of those decided"),
        gettext("Not yet decided"),
        gettext("Exact limits"),
    )
    rows = (
        (
            result_words(study, one, language),
            str(one.responders),
            str(one.n),
            str(one.undecided),
            limits(one),
        )
        for one in found
    )
    note = gettext(
        "Failures are known before responses: while anybody is not yet decided, what is counted is no estimate."
    )
    return lines(title, heads, rows, note)


def result_words(study: Study, one: Found, language: str) -> str:
    visit, arm = study.visits.get(one.visit), study.arms.get(one.arm)
    parts = (one.label, visit.label if visit else "", arm.label if arm else "")
    return " · ".join(study.say(part, language) for part in parts if part)


def limits(one: Found) -> str:
    if one.low is None or one.high is None:
        return "–"
    return f"{WHOLE * one.low:.1f} – {WHOLE * one.high:.1f} %"
