"""Text forms: keys under which two spellings are one, moments as stored text."""

import unicodedata
from datetime import UTC, datetime


def code_key(code: str) -> str:
    """Participant codes that look alike are one: full-width letters, case, spaces around.

    >>> code_key("ａ01 ")
    'A01'
    """
    return unicodedata.normalize("NFKC", code).strip().upper()


def login_key(login: str) -> str:
    """Logins that look alike are one (21 CFR 11.100(a)).

    >>> login_key("Ｌi.Wei")
    'li.wei'
    """
    folded = unicodedata.normalize("NFKC", login).strip().casefold()
    return unicodedata.normalize("NFKC", folded)


def utc_text(moment: datetime) -> str:
    """UTC to the microsecond. Raises ValueError for a moment without a zone.

    >>> utc_text(datetime(2026, 3, 14, 8, 30, tzinfo=UTC))
    '2026-03-14T08:30:00.000000Z'
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def offset_text(moment: datetime) -> str:
    """The offset from UTC: "+08:00"."""
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
