"""What a value of the log tells of: so that words about something hidden, such as the reason for its change, are
hidden with it, and nobody redacts what they do not see."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from trialwright.ledger import events as e
from trialwright.ledger.commands import About

NOTHING: Final = About()


def about(log: Sequence[e.Sealed], event: e.Sealed, key: str) -> About:
    """What the value under `key` of an event tells of. log: of the participant, that event and those before it."""
    match event.body:
        case e.FormSaved(form=form) | e.ValuesDerived(form=form):
            return _of_items(form, event.values if key == e.REASON else (key,))
        case e.DiaryEntered(form=form):
            return _of_items(form, event.values if key in (e.REASON, e.UNREAD) else (key,))
        case e.EntryReleased(entry) | e.EntryLeftAside(entry):
            given = (one for one in log if isinstance(one.body, e.DiaryEntered) and one.body.entry == entry)
            return next((about(log, one, e.REASON) for one in given), NOTHING)
        case e.RowRemoved(form=form):
            return _of_items(form, _ever_in_row(log, event.body))
        case e.QueryOpened():
            return _of_query(event.body)
        case e.QueryAnswered(query) | e.QueryClosed(query=query):
            opened = (one.body for one in log if isinstance(one.body, e.QueryOpened))
            return next((_of_query(body) for body in opened if body.query == query), NOTHING)
        case e.DeviationClassed(check):
            return About(checks=frozenset({check}))
        case e.SetDecided(population):
            return About(sets=frozenset({population}))
        case e.ValueRedacted(sequence, redacted):
            earlier = (one for one in log if one.sequence == sequence < event.sequence)
            return next((about(log, one, redacted) for one in earlier), NOTHING)
        case _:
            return NOTHING


def _of_items(form: str, keys: Iterable[str]) -> About:
    return About(frozenset((form, key) for key in keys if key not in (e.REASON, e.UNREAD)))


def _ever_in_row(log: Sequence[e.Sealed], removed: e.RowRemoved) -> Iterator[str]:
    """The reason for which a row was removed may tell of all that ever stood in it."""
    row = (removed.visit, removed.form, removed.repeat)
    for event in log:
        body = event.body
        if isinstance(body, e.FormSaved | e.ValuesDerived) and (body.visit, body.form, body.repeat) == row:
            yield from event.values


def _of_query(query: e.QueryOpened) -> About:
    return About(frozenset({(query.form, query.item)}), frozenset({query.check}))
