"""Lists of participants; they know no arm."""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace

from trialwright.store import rows
from trialwright.store.sights import Clause, Sight, seen_by
from trialwright.store.streams import PARTICIPANT
from trialwright.store.text import code_key
from trialwright.values.stored import canonical_json

PAGE = 200


@dataclass(frozen=True, slots=True)
class Quiet:
    """Whose diary may be silent: without an entry of these forms that counts, about one of these days (ISO 8601)."""

    since: str
    until: str
    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which participants a list shows. sites: all where none is named; find: a part of the code; query: only those
    with a query in this state; level: only those with a query of this level, in that state, or else not closed;
    participant: only this one; is_open: only those that something may still be due for; status: only those who stand
    there.

    sights: the queries that whoever looks may see; no other makes a difference. aside_at: the sites at which entries of
    the diary that are kept aside are something due. quiet: only those who are still asked for their diary, and so.
    """

    sites: frozenset[str] = frozenset()
    find: str = ""
    query: str = ""
    level: str = ""
    participant: str = ""
    is_open: bool = False
    sights: tuple[Sight, ...] = ()
    status: str = ""
    aside_at: frozenset[str] = frozenset()
    quiet: Quiet | None = None


def page_of_participants(
    study_id: str, wanted: Wanted, *, skip: int = 0, limit: int = PAGE
) -> tuple[str, ...]:
    """Their opaque ids, by code; one more than a page tells that there is a next one."""
    where, parameters = _where(study_id, wanted)
    found = rows.select(
        f"SELECT participant.participant FROM participant WHERE {where}"
        " ORDER BY participant.code_key LIMIT %s OFFSET %s",
        (*parameters, limit, skip),
    )
    return tuple(str(participant) for (participant,) in found)


def most_pressing(study_id: str, wanted: Wanted, *, limit: int) -> tuple[str, ...]:
    """Their opaque ids, where a list is of what is asked and not of people: first those with an open query among those
    wanted, then those whose queries wait only for somebody to look at an answer; each by the day that the first of
    them was opened."""
    where, parameters = _where(study_id, replace(wanted, query="", level=""))
    told, own = _told(wanted)
    found = rows.select(
        f"""
        SELECT participant.participant FROM participant
        JOIN query ON query.study = participant.study AND query.participant = participant.participant
        JOIN event ON event.study = query.study AND event.stream = %s || query.participant
          AND event.sequence = query.opened
        WHERE {where} AND {told} GROUP BY participant.participant
        ORDER BY min(CASE query.state WHEN 'open' THEN 0 ELSE 1 END || event.server_utc) LIMIT %s
        """,
        (PARTICIPANT, *parameters, *own, limit),
    )
    return tuple(str(participant) for (participant,) in found)


def count_statuses(study_id: str, sites: frozenset[str] = frozenset(), find: str = "") -> dict[str, int]:
    """How many participants stand where. find: a part of the code."""
    where, parameters = _where(study_id, Wanted(sites, find=find))
    found = rows.select(f"SELECT status, count(*) FROM participant WHERE {where} GROUP BY status", parameters)
    return {str(status): int(count or 0) for status, count in found}


def count_queries(study_id: str, sights: tuple[Sight, ...], *, level: str = "") -> dict[str, int]:
    """How many queries there are in each state among those that are seen, of one level or of all."""
    seen, parameters = seen_by(sights)
    at_level = "AND query.level = %s" if level else ""
    found = rows.select(
        f"""
        SELECT query.state, count(*) FROM query
        JOIN participant ON participant.study = query.study AND participant.participant = query.participant
        WHERE query.study = %s AND {seen} {at_level} GROUP BY query.state
        """,
        (study_id, *parameters, *([level] if level else [])),
    )
    return {str(state): int(count or 0) for state, count in found}


def _where(study_id: str, wanted: Wanted) -> Clause:
    parts, parameters = ["participant.study = %s"], [study_id]
    if wanted.sites:
        parts.append(f"participant.site IN ({rows.places(sorted(wanted.sites))})")
        parameters += sorted(wanted.sites)
    if wanted.find:
        parts.append("participant.code_key LIKE %s ESCAPE '!'")
        key = re.sub("([!%_])", r"!\1", code_key(wanted.find))
        parameters.append(f"%{key}%")
    if wanted.participant:
        parts.append("participant.participant = %s")
        parameters.append(wanted.participant)
    if wanted.query or wanted.level:
        having, own = _having(_told(wanted))
        parts.append(having)
        parameters += own
    if wanted.status:
        parts.append("participant.status = %s")
        parameters.append(wanted.status)
    if wanted.is_open:
        unsettled, own = _having(_told(Wanted(sights=wanted.sights)))
        aside, sites = _aside(wanted.aside_at)
        parts.append(f"(participant.status NOT IN ('ended', 'screen_failed') OR {unsettled} OR {aside})")
        parameters += (*own, *sites)
    if wanted.quiet is not None:
        quiet, own = _quiet(wanted.quiet)
        parts.append(f"participant.status NOT IN ('ended', 'screen_failed') AND {quiet}")
        parameters += own
    return " AND ".join(parts), tuple(parameters)


_OWN_ENTRY = "diary_entry.study = participant.study AND diary_entry.participant = participant.participant"


def _quiet(quiet: Quiet) -> Clause:
    """Whether a participant has no entry of late."""
    if not quiet.forms:
        return "1 = 1", ()
    forms = tuple(sorted(quiet.forms))
    late = (
        f"SELECT 1 FROM diary_entry WHERE {_OWN_ENTRY} AND diary_entry.day BETWEEN %s AND %s"
        f" AND diary_entry.form IN ({rows.places(forms)})"
        " AND (diary_entry.kept_aside = 0 OR diary_entry.released = 1)"
    )
    return f"NOT EXISTS ({late})", (quiet.since, quiet.until, *forms)


def _aside(at: frozenset[str]) -> Clause:
    """Whether a participant of these sites has an entry of the diary that somebody has to look at."""
    if not at:
        return "1 = 0", ()
    sites = tuple(sorted(at))
    waiting = (
        f"SELECT 1 FROM diary_entry WHERE {_OWN_ENTRY}"
        " AND diary_entry.kept_aside = 1 AND diary_entry.released = 0 AND diary_entry.left_aside = 0"
    )
    return f"(participant.site IN ({rows.places(sites)}) AND EXISTS ({waiting}))", sites


def _told(wanted: Wanted) -> Clause:
    """Whether a query is among those wanted: seen, of the level, and in the state, or else not closed."""
    seen, parameters = seen_by(wanted.sights)
    state = "query.state = %s" if wanted.query else "NOT query.state = 'closed'"
    level = " AND query.level = %s" if wanted.level else ""
    return f"{seen} AND {state}{level}", (
        *parameters,
        *(word for word in (wanted.query, wanted.level) if word),
    )


def _having(told: Clause) -> Clause:
    """Whether a participant has such a query."""
    condition, parameters = told
    own = "query.study = participant.study AND query.participant = participant.participant"
    return f"EXISTS (SELECT 1 FROM query WHERE {own} AND {condition})", parameters


def find_by_code(study_id: str, code: str) -> str | None:
    """The opaque id of the participant with this code, however it is typed."""
    found = rows.select_one(
        "SELECT participant FROM participant WHERE study = %s AND code_key = %s", (study_id, code_key(code))
    )
    return None if found is None else str(found[0])


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand there. has_answer: the answer that `count_standings` was asked about is theirs."""

    status: str
    is_enrolled: bool
    has_answer: bool
    count: int


def enrolled_by_month(study_id: str, sites: frozenset[str] = frozenset()) -> tuple[tuple[str, int], ...]:
    """(year and month as "2026-03" on the calendar of the site, how many were enrolled in it), by time; a month without
    anybody is not there."""
    where, parameters = _where(study_id, Wanted(sites))
    found = rows.select(
        f"""
        SELECT event.content FROM event
        JOIN participant ON participant.study = event.study AND event.stream = %s || participant.participant
        WHERE event.kind = 'ParticipantEnrolled' AND {where}
        """,
        (PARTICIPANT, *parameters),
    )
    months = Counter(str(json.loads(str(content))["site_date"])[:7] for (content,) in found)
    return tuple(sorted(months.items()))


def count_standings(study_id: str, answer: tuple[str, str, str] = ("", "", "")) -> tuple[Standing, ...]:
    """How many participants stand where, were ever enrolled, and gave an answer, in one query that reads no participant.

    answer: form, item and code of a form that each participant has once; none counts where it is empty.
    """
    form, item, code = answer
    # A stored item begins so: the JSON is canonical (projections.py), and inside a text each quote is escaped.
    begin = f"{canonical_json(item)}:[{canonical_json(canonical_json({'v': code}))},"
    found = rows.select(
        """
        SELECT status, is_enrolled, has_answer, count(*) FROM (
          SELECT participant.status,
            participant.participant IN (
              SELECT substr(event.stream, %s) FROM event
              WHERE event.study = %s AND event.kind = 'ParticipantEnrolled') AS is_enrolled,
            participant.participant IN (
              SELECT record.participant FROM record
              WHERE record.study = %s AND record.visit = '' AND record.form = %s AND record.repeat = 0
                AND record.removed = 0 AND replace(record.items, %s, '') <> record.items) AS has_answer
          FROM participant WHERE participant.study = %s) AS standing
        GROUP BY status, is_enrolled, has_answer
        """,
        (len(PARTICIPANT) + 1, study_id, study_id, form, begin, study_id),
    )
    return tuple(
        Standing(str(status), bool(is_enrolled), bool(has_answer), int(count or 0))
        for status, is_enrolled, has_answer, count in found
    )
