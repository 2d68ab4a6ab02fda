"""Push subscriptions of phones: where a browser's push service takes a notification. A phone's own: devices.py."""

from trialwright.store import rows
from trialwright.store.transactions import writing


def drop_subscription(study_id: str, subscription: str) -> None:
    """The push service said that it is over."""
    with writing():
        rows.execute("UPDATE device SET push = '' WHERE study = %s AND push = %s", (study_id, subscription))


def drop_subscriptions_of(study_id: str, participant: str) -> None:
    with writing():
        rows.execute(
            "UPDATE device SET push = '' WHERE study = %s AND participant = %s", (study_id, participant)
        )


# Nobody of these is asked anything more: their casebooks, which stay for ever, are not read again at each round.
_OVER = ("ended", "screen_failed")


def with_phones(study_id: str) -> tuple[str, ...]:
    """The participants that have a phone which is not revoked, and a diary that is not closed."""
    found = rows.select(
        "SELECT DISTINCT device.participant FROM device JOIN participant"
        " ON participant.study = device.study AND participant.participant = device.participant"
        f" WHERE device.study = %s AND device.revoked = 0 AND participant.status NOT IN ({rows.places(_OVER)})"
        " ORDER BY device.participant",
        (study_id, *_OVER),
    )
    return tuple(str(participant) for (participant,) in found)
