"""How queries move: one table."""

from types import MappingProxyType
from typing import Final, Literal

from trialwright.ledger.casebook import Query
from trialwright.ledger.messages import problem
from trialwright.values.problem import Problem
from trialwright.values.words import words_of

Move = Literal["answer", "close"]
State = Literal["open", "answered", "closed"]

# (state, move) -> the next state, or the code of the problem. An answered query may be answered once only:
# a second answer would be given to words that its writer did not see.
TRANSITIONS: Final = MappingProxyType(
    {
        ("open", "answer"): "answered",
        ("open", "close"): "closed",
        ("answered", "answer"): "query-answered",
        ("answered", "close"): "closed",
        ("closed", "answer"): "query-closed",
        ("closed", "close"): "query-closed",
    }
)

TEXT_LIMIT: Final = 2000


def check_move(query: Query, move: Move) -> tuple[Problem, ...]:
    """Why the query cannot make this move; empty where it can."""
    outcome = TRANSITIONS[(query.state, move)]
    return (problem(outcome, query.id),) if outcome.startswith("query-") else ()


def check_text(text: str, where: str, *, limit: int = TEXT_LIMIT) -> tuple[Problem, ...]:
    """A text must say something, and not more than fits."""
    if not words_of(text):
        return (problem("text-needed", where),)
    if len(text) > limit:
        return (problem("text-too-long", where, length=len(text), limit=limit),)
    return ()
