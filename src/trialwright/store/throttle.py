"""Sign-in tries: counted before the password is looked at, so that many at once are counted too."""

from datetime import UTC, datetime, timedelta

from trialwright.store import rows
from trialwright.store.text import utc_text
from trialwright.store.transactions import writing

LOGIN_TRIES = 5
ADDRESS_TRIES = 50
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)  # of one address, from which a whole hospital may come
COLUMNS = ("key", "failures", "closed_until")


def wait_of(failures: int, tries: int) -> timedelta:
    """How long the door stays closed after so many failures: 30 s, then twice as long each time, to 15 minutes.

    >>> wait_of(4, 5), wait_of(5, 5), wait_of(7, 5)
    (datetime.timedelta(0), datetime.timedelta(seconds=30), datetime.timedelta(seconds=120))
    """
    if failures < tries:
        return timedelta(0)
    doublings = min(failures - tries, 10)
    return min(FIRST_WAIT * int(2**doublings), LONGEST_WAIT)


def begin_try(login_key: str, address: str, *, at: datetime) -> timedelta:
    """Counts a try as failed until `forget_tries` says otherwise. Gives how long the door is closed, zero if open."""
    now = utc_text(at)
    with writing():
        closed = timedelta(0)
        counted: list[rows.Row] = []
        login, place = f"login:{login_key}", f"address:{address}"
        for key, tries in ((login, LOGIN_TRIES), (place, ADDRESS_TRIES)):
            found = rows.select_one("SELECT failures, closed_until FROM throttle WHERE key = %s", (key,))
            failures, until = (int(found[0] or 0), str(found[1])) if found else (0, "")
            if until > now:
                closed = max(closed, datetime.fromisoformat(until) - at.astimezone(UTC))
            if key == place and until < utc_text(at - FORGOTTEN_AFTER):
                failures = 0
            counted.append((key, failures + 1, utc_text(at + wait_of(failures + 1, tries))))
        if not closed:
            rows.upsert("throttle", COLUMNS, 1, counted)
    return closed


def forget_tries(login_key: str, address: str) -> None:
    """After a success: the login begins anew. Of the address only this try is taken back, lest one account that is
    known open the door for guesses at all others."""
    with writing():
        rows.execute("DELETE FROM throttle WHERE key = %s", (f"login:{login_key}",))
        rows.execute(
            "UPDATE throttle SET failures = failures - 1 WHERE key = %s AND failures > 0",
            (f"address:{address}",),
        )
