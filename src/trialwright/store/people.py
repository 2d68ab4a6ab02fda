"""Lists of participants; they know no arm."""

from dataclasses import dataclass

from trialwright.store import rows
from trialwright.store.text import code_key

PAGE = 200


@dataclass(frozen=True, slots=True)
class Person:
    """One line of a list. participant: the opaque id; code: what people say."""

    participant: str
    code: str
    site: str
    status: str
    open_queries: int


def list_participants(
    study_id: str, sites: frozenset[str] = frozenset(), *, after: str = "", limit: int = PAGE
) -> tuple[Person, ...]:
    """Participants by code, at those sites (all where none is named). after: the code that the page before ended with."""
    at_sites = f"AND participant.site IN ({', '.join(['%s'] * len(sites))})" if sites else ""
    found = rows.select(
        f"""
        SELECT participant.participant, participant.code, participant.site, participant.status,
          (SELECT count(*) FROM query WHERE query.study = participant.study
             AND query.participant = participant.participant AND NOT query.state = 'closed')
        FROM participant WHERE participant.study = %s AND participant.code_key > %s {at_sites}
        ORDER BY participant.code_key LIMIT %s
        """,
        (study_id, code_key(after), *sorted(sites), limit),
    )
    return tuple(
        Person(str(each[0]), str(each[1]), str(each[2]), str(each[3]), int(each[4] or 0)) for each in found
    )


def find_by_code(study_id: str, code: str) -> str | None:
    """The opaque id of the participant with this code, however it is typed."""
    found = rows.select_one(
        "SELECT participant FROM participant WHERE study = %s AND code_key = %s", (study_id, code_key(code))
    )
    return None if found is None else str(found[0])
