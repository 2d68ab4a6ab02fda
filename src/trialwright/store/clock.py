"""The one clock of pages and commands: the machine's, or that of a demonstration which stands elsewhere in time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from trialwright.study.model import Study


def now() -> datetime:
    """UTC; in a demonstration moved by whole days, so that its trial is neither to come nor long ago."""
    return datetime.now(UTC) + timedelta(days=settings.DEMO.days_off)


def day_at(study: Study) -> date:
    """Today where the study's first site is: the calendar of its lists, and so of what is counted for the public.
    UTC's where it has no site yet."""
    zone = next((site.timezone for site in study.sites.values()), "UTC")
    return now().astimezone(ZoneInfo(zone)).date()
