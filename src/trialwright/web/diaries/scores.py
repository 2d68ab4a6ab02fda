"""The weekly scores of a diary beside the scores of the visits: tables, and one picture with a common time axis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext

from trialwright.ledger.diary_scores import Week, weekly_scores
from trialwright.study.model import Curve, DiaryScore
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.picture import Panel, Picture, draw_panels
from trialwright.web.participants.cards import form_of, measured
from trialwright.web.show import show_date, show_fraction

_LATEST: Final = 4  # weeks that are shown at once; those before are folded
_MIDDLE: Final = timedelta(days=3)  # of a week, where its mean stands


@dataclass(frozen=True, slots=True)
class WeekLine:
    label: str
    day: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitScores:
    """One score of the study's curves, at the visits where it was taken."""

    title: str
    cells: tuple[tuple[str, str, str], ...]  # visit, day, value


@dataclass(frozen=True, slots=True)
class ScoresCard:
    """weeks, earlier: the latest ones, and those before them, the latest first. kept: titles of scores that are not
    shown here, because the person assesses them without seeing earlier ones."""

    heads: tuple[str, ...]
    weeks: tuple[WeekLine, ...]
    earlier: tuple[WeekLine, ...]
    visits: tuple[VisitScores, ...]
    kept: tuple[str, ...]
    picture: Picture | None


def scores_card(looking: Looking) -> ScoresCard | None:
    """None where the study has no weekly score."""
    study, language = looking.book.study, looking.language
    if study.diary is None or not study.diary.scores:
        return None
    weeks = weekly_scores(looking.book)
    curves = [curve for curve in study.curves if form_of(study, curve).area in looking.readable]
    shown = [curve for curve in curves if not is_guarded(looking, curve)]
    panels = [_weekly(looking, score, weeks) for score in study.diary.scores]
    panels += [_at_visits(looking, curve) for curve in shown]
    start = looking.reader.first_dose
    lines = tuple(_line(study.diary.scores, week) for week in reversed(_answered(weeks)))
    return ScoresCard(
        heads=tuple(study.say(one.label, language) for one in study.diary.scores),
        weeks=lines[:_LATEST],
        earlier=lines[_LATEST:],
        visits=tuple(one for one in (_visit_scores(looking, curve) for curve in shown) if one.cells),
        kept=tuple(_title(looking, curve) for curve in curves if is_guarded(looking, curve)),
        picture=draw_panels([one for one in panels if one.has_values], start) if weeks and start else None,
    )


def _answered(weeks: Sequence[Week]) -> Sequence[Week]:
    """From the first to the last that has anything of what the scores are made of: reports may go on for months."""
    found = [at for at, week in enumerate(weeks) if any(score.read for score in week.scores.values())]
    return weeks[found[0] : found[-1] + 1] if found else ()


def is_guarded(looking: Looking, curve: Curve) -> bool:
    """Whoever assesses a score without seeing earlier ones is not shown them here either."""
    form = form_of(looking.book.study, curve)
    return form.earlier_scores == "hidden" and form.id in looking.enters


def _title(looking: Looking, curve: Curve) -> str:
    form, _, item = curve.item.partition(".")
    study = looking.book.study
    return study.say(study.forms[form].items[item].label, looking.language)


def _line(scores: Sequence[DiaryScore], week: Week) -> WeekLine:
    values = (week.scores[score.id].value for score in scores)
    return WeekLine(
        gettext("Week {number}").format(number=week.number),
        show_date(week.first),
        tuple("–" if value is None else _decimal(value) for value in values),
    )


def _decimal(value: Fraction) -> str:
    """One decimal: a mean of whole points says no more."""
    return f"{float(value):.1f}"


def _weekly(looking: Looking, score: DiaryScore, weeks: Sequence[Week]) -> Panel:
    """A dot each number that the rule looked at, and a line through the weeks."""
    found = [(week.first + _MIDDLE, week.scores[score.id].value) for week in weeks]
    dots = [one for week in weeks for one in week.scores[score.id].read]
    label = looking.book.study.say(score.label, looking.language)
    return Panel(label, tuple(dots), tuple(found), _words_of(label, found))


def _at_visits(looking: Looking, curve: Curve) -> Panel:
    form, _, item = curve.item.partition(".")
    values = measured(looking.reader, form, item, looking.language)
    line: tuple[tuple[date, Fraction | None], ...] = tuple((one.day, one.value) for one in values)
    title = _title(looking, curve)
    return Panel(title, tuple((one.day, one.value) for one in values), line, _words_of(title, line))


def _words_of(label: str, values: Iterable[tuple[date, Fraction | None]]) -> str:
    told = "; ".join(f"{show_date(day)} {_decimal(value)}" for day, value in values if value is not None)
    return f"{label}: {told}" if told else label


def _visit_scores(looking: Looking, curve: Curve) -> VisitScores:
    form, _, item = curve.item.partition(".")
    values = measured(looking.reader, form, item, looking.language)
    return VisitScores(
        _title(looking, curve),
        tuple((one.visit, show_date(one.day), show_fraction(one.value)) for one in reversed(values)),
    )
