"""Data cuts as people write them: a day, which is over when it is over at each site, or a moment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from trialwright.cli.output import USAGE, UserError, note

if TYPE_CHECKING:
    from trialwright.ledger.casebook import Casebook
    from trialwright.study.model import Study

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY|MOMENT",
        help="Data cut: a day, whole in each site's calendar, or a moment such as 2026-05-01T08:00:00+08:00 (UTC without a zone).",
    ),
]
WhichStudy = Annotated[str, typer.Option("--study", help="Which study, where the folder holds several.")]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEAST = timedelta(microseconds=1)  # the log's own resolution


@dataclass(frozen=True, slots=True)
class Cut:
    """moments: site -> the last moment whose events count. last_day: the last day that is over at every site; None
    where nothing was done at any."""

    moments: Mapping[str, datetime]
    last_day: date | None


def asked_cut(as_of: str | None, study: "Study") -> Cut | None:
    """The cut that a command is given, None where it is given none; says it where the data lie beside it."""
    from trialwright.store.events import first_and_last_entry

    if not as_of:
        return None
    cut = read_cut(as_of, study)
    said = said_of_span(as_of, cut, study, *first_and_last_entry(study.id))
    if said:
        note(said)
    return cut


def said_of_span(text: str, cut: Cut, study: "Study", first: str, last: str) -> str:
    """That a cut leaves out all data, or that they end before it; "" where neither is so. text: as it was typed. first,
    last: UTC of the first and the last event as stored, "" where there is none."""
    if not first:
        return f"--as-of {text}: the data have no event yet."
    if max(cut.moments.values()) < _stored(first):
        side = "before the first event"
    elif (_begin(cut.last_day, study) if _is_day(text) else min(cut.moments.values())) > _stored(last):
        side = "after the last event"
    else:
        return ""
    return f"--as-of {text} is {side}: the data go from {as_typed(first)} to {as_typed(last)}."


def typed_again(cut: Cut, study: "Study") -> str:
    """What --as-of is given for the same cut once more; "" where nothing was done at any site, or where no day and no one
    moment is sure to be that cut.

    cut: moments of the last events that count. A day, where they all lie within it; else the last moment.
    """
    if cut.last_day is None or not cut.moments:
        return ""
    zones = _zones(study)
    ends = _whole_day(cut.last_day, zones).moments
    if all(site in ends and moment <= ends[site] for site, moment in cut.moments.items()):
        return cut.last_day.isoformat()
    latest = max(cut.moments.values())
    if _moment(latest, zones).last_day != cut.last_day:
        # The day may go on at a site to the west of the one that was last: a moment by which it is over there would let
        # in what is entered until then, and this one says that it is not over.
        return ""
    return as_typed(latest.isoformat().replace("+00:00", "Z"))


def words_of(cut: Cut, study: "Study") -> str:
    """What the cut of a report is called, so that it can be pasted where it can be typed at all."""
    typed = typed_again(cut, study)
    if typed:
        return f"the cut --as-of {typed}"
    return "a cut that cannot be typed as one day or moment" if cut.moments else "a cut without any event"


def as_typed(utc: str) -> str:
    """A stored moment as --as-of takes it, to the last digit that says something.

    >>> as_typed("2026-03-14T08:30:00.000000Z"), as_typed("2026-03-14T08:30:12.250000Z")
    ('2026-03-14T08:30:00Z', '2026-03-14T08:30:12.25Z')
    """
    whole, _, fraction = utc.removesuffix("Z").partition(".")
    kept = fraction.rstrip("0")
    return f"{whole}.{kept}Z" if kept else f"{whole}Z"


def read_cut(text: str, study: "Study") -> Cut:
    """A bare day is the whole day in each site's calendar; a time is that moment, in UTC where it names no zone."""
    zones = _zones(study)
    try:
        if _is_day(text):
            return _whole_day(date.fromisoformat(text), zones)
        return _moment(datetime.fromisoformat(text), zones)
    except (ValueError, OverflowError) as error:
        said = f"--as-of takes a day such as 2026-05-01 or a moment such as 2026-05-01T08:00:00Z, not {text}."
        raise UserError(said, code=USAGE) from error


def _zones(study: "Study") -> Mapping[str, ZoneInfo]:
    return {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}


def _is_day(text: str) -> bool:
    return _DAY.fullmatch(text) is not None


def _begin(day: date | None, study: "Study") -> datetime:
    """Of a day the first moment at any site; in its zone, for in UTC that of the first day of all would not exist."""
    return min(datetime.combine(day or date.min, time(), zone) for zone in _zones(study).values())


def _stored(utc: str) -> datetime:
    return datetime.fromisoformat(utc)


def _whole_day(day: date, zones: Mapping[str, ZoneInfo]) -> Cut:
    next_day = day + timedelta(days=1)
    ends = {
        site: datetime.combine(next_day, time(), zone).astimezone(UTC) - _LEAST
        for site, zone in zones.items()
    }
    return Cut(ends, day)


def _moment(moment: datetime, zones: Mapping[str, ZoneInfo]) -> Cut:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # A day is over once its last second has begun; so 23:59:59 is the end of that day, and 00:00:00 of the one before.
    over = (moment + timedelta(seconds=1)).astimezone
    last = min(over(zone).date() for zone in zones.values()) - timedelta(days=1)
    return Cut(dict.fromkeys(zones, moment.astimezone(UTC)), last)


def last_day_over(cut: Cut | None, latest: str) -> date | None:
    """The last day that is over in the data; None without any. latest: ISO 8601, the last day on which a site did
    something; without a cut it may go on, so that only the day before it is over."""
    if cut is not None:
        return cut.last_day
    return date.fromisoformat(latest) - timedelta(days=1) if latest else None


def frozen(study: "Study", cut: Cut | None) -> "tuple[Casebook, ...]":
    """All casebooks at the cut, each at the moment of its site, by participant; or as they are now."""
    from trialwright.store.freeze import freeze

    return freeze(study.id, cut.moments if cut else None)
