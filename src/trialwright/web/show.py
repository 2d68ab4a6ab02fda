"""Dates, numbers, answers and reasons as people read them, in the language of the page."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from trialwright.study.model import Item, Study
from trialwright.values.datum import Datum, Missing, MissingReason, Value
from trialwright.values.units import unit_words
from trialwright.web.diaries.drawing import drawing_words

_ISO: Final = re.compile(r"\d{4}-\d{2}(?P<day>-\d{2})?", re.ASCII)

MONTHS: Final = (
    gettext_lazy("Jan"),
    gettext_lazy("Feb"),
    gettext_lazy("Mar"),
    gettext_lazy("Apr"),
    gettext_lazy("May"),
    gettext_lazy("Jun"),
    gettext_lazy("Jul"),
    gettext_lazy("Aug"),
    gettext_lazy("Sep"),
    gettext_lazy("Oct"),
    gettext_lazy("Nov"),
    gettext_lazy("Dec"),
)

_NUMBERS: Final = re.compile(r"[0-9]+(?:\s*[.,–-]\s*[0-9]+)*")  # whole, decimal, or a range

REASONS: Final[Mapping[MissingReason, str | Promise]] = MappingProxyType(
    {
        "not_done": gettext_lazy("Not done"),
        "not_applicable": gettext_lazy("Not applicable"),
        "unknown": gettext_lazy("Unknown"),
        "refused": gettext_lazy("Refused"),
        "technical_failure": gettext_lazy("Technical failure"),
        "lost": gettext_lazy("Lost"),
        "not_entered": gettext_lazy("Not entered"),
    }
)


def show_date(day: date, *, with_year: bool = True) -> str:
    """2 Nov 2026, or 2026年11月2日; never month before day in digits alone."""
    template = gettext("{day} {month} {year}") if with_year else gettext("{day} {month}")
    return template.format(day=day.day, month=MONTHS[day.month - 1], year=day.year)


def show_range(first: date, last: date) -> str:
    """29 Aug – 4 Sep 2025, or 2025年8月29日–9月4日: the year once, where its language has it."""
    if first == last:
        return show_date(first)
    if first.year != last.year:
        # Translators: a range of two whole dates
        return gettext("{first} – {last}").format(first=show_date(first), last=show_date(last))
    # Translators: a range of two days of one year
    return gettext("{first_day} {first_month} – {last_day} {last_month} {year}").format(
        first_day=first.day,
        first_month=MONTHS[first.month - 1],
        last_day=last.day,
        last_month=MONTHS[last.month - 1],
        year=last.year,
    )


def show_iso(text: str) -> str:
    """A stored date, whole or partial, as people read it; any other text as it is."""
    found = _ISO.fullmatch(text)
    if found is None:
        return text
    try:
        day = date.fromisoformat(text if found["day"] else f"{text}-01")
    except ValueError:
        return text
    if found["day"]:
        return show_date(day)
    # Translators: a date of which only month and year are known
    return gettext("{month} {year}").format(month=MONTHS[day.month - 1], year=text[:4])


def show_moment(text: str, zone: str) -> str:
    """A stored server time "2026-03-14T08:30:12.123456Z" as day and time on the clock of a site, with its zone."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(ZoneInfo(zone))
    return f"{show_date(moment.date())} {moment:%H:%M:%S} ({zone})"


def show_local(moment: datetime, zone: str) -> str:
    """Day and time on the clock of a site: 2 Nov 2026 14:05."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{show_date(local.date())} {local:%H:%M}"


def show_span(span: timedelta) -> str:
    """How long, in the largest unit that still tells: 40 min, 30 h, 5 days."""
    minutes = max(0, int(span.total_seconds()) // 60)
    if minutes < 60:
        return gettext("{count} min").format(count=minutes)
    hours = minutes // 60
    if hours < 48:
        return gettext("{count} h").format(count=hours)
    days = hours // 24
    return ngettext("{count} day", "{count} days", days).format(count=days)


def show_ago(span: timedelta) -> str:
    return gettext("{span} ago").format(span=show_span(span))


def show_fraction(number: Fraction) -> str:
    """An exact number in plain digits: 1/10 is 0.1; what no decimal writes is rounded to three places."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.3f}".rstrip("0").rstrip(".")


def show_value(study: Study, item: Item, text: str, language: str) -> str:
    """A stored value as an answer: the label of a code, yes or no, a date, a number with its unit."""
    if item.code_list is not None:
        for code in study.code_lists[item.code_list].codes:
            if code.code == text:
                return show_answer(item, text, study.say(code.label, language))
    if item.type == "boolean":
        return gettext("Yes") if text == "true" else gettext("No")
    if item.type in ("date", "partial_date"):
        return show_iso(text)
    if item.widget == "drawing":
        return drawing_words(text)
    shown = f"{Decimal(text):.{item.decimals}f}" if item.derive and item.decimals else text
    return f"{shown} {unit_words(study.say(item.unit, language))}" if item.unit else shown


def show_answer(item: Item, code: str, label: str) -> str:
    """The label of an answer; before it the number on a scale, which people know by its number, unless the label tells
    it. A number within another, or at an end of a range, tells nothing: "10 lesions" and "1–3 lesions" are not 1."""
    is_number = item.type != "code" and code.isdecimal()
    return f"{code} · {label}" if is_number and code not in _NUMBERS.findall(label) else label


def show_datum(study: Study, item: Item, datum: Datum | None, language: str) -> str:
    match datum:
        case None:
            return "–"
        case Missing(reason):
            return str(REASONS[reason])
        case Value(text):
            return show_value(study, item, text, language)


def show_time(moment: datetime, zone: str) -> str:
    """The time of day on the clock of a site. zone: as the study names it, such as Asia/Shanghai."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M:%S}"
