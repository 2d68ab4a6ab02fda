"""The queries that come of a diary: the site speaks with the participant, and answers them in words."""

from functools import partial

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import AnswerQuery, CloseQuery
from trialwright.simulate.keeper import Keeper, ask, drawn_days, later
from trialwright.simulate.steps import Act, Walk


def look_at_queries(keeper: Keeper, before: Casebook) -> None:
    """Counts the queries that came up since, and plans who answers them and when."""
    who = keeper.who
    for query in who.book.queries.values():
        if query.id not in before.queries:
            who.tally.queries[query.check] += 1
            wait = drawn_days(keeper, who.block.queries.answered_after_days)
            later(keeper, keeper.now + wait, partial(answer, keeper, query.id))


def answer(keeper: Keeper, query: str) -> Walk:
    who = keeper.who
    if who.book.queries[query].state != "open":
        return
    habits = who.block.queries
    command = AnswerQuery(keeper.next_id(), who.book.participant, query, habits.confirmed_text)
    yield from ask(keeper, Act(command, who.block.acts["answer"], keeper.now))
    if not keeper.chance(habits.left_open):
        later(
            keeper, keeper.now + drawn_days(keeper, habits.closed_after_days), partial(close, keeper, query)
        )


def close(keeper: Keeper, query: str) -> Walk:
    who = keeper.who
    if who.book.queries[query].state == "answered":
        command = CloseQuery(keeper.next_id(), who.book.participant, query, "")
        yield from ask(keeper, Act(command, who.block.acts["close"], keeper.now))
