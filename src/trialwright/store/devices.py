"""The phones of participants: invitations with a code for one use, joining, and who it is that sends.

The log says that a phone was invited, joined and revoked; here stands only what it is known again by, as hashes: of the
code that the participant is given, and of the token that the phone alone holds.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from trialwright.ledger.commands import Actor, InviteDevice, JoinDevice, Moment, RevokeDevice
from trialwright.ledger.rights import participant_actor
from trialwright.store import rows
from trialwright.store.casebooks import load
from trialwright.store.messages import problem
from trialwright.store.submit import Submitted, submit
from trialwright.store.text import utc_text
from trialwright.store.transactions import writing
from trialwright.study.model import Study
from trialwright.values.problem import Problem

LASTS: Final = timedelta(hours=48)
TRIES: Final = 3  # with a wrong year of birth
SEEN_AFTER: Final = timedelta(minutes=10)  # how exact "last seen" is: a phone that asks often writes seldom
CODE_BYTES: Final = 16
TOKEN_BYTES: Final = 32

INVITE_COLUMNS: Final = (
    "study", "invite", "participant", "code_hash", "year_hash", "expires_utc", "used_utc", "tries",
)  # fmt: skip
DEVICE_COLUMNS: Final = (
    "study", "device", "participant", "token_hash", "platform", "language", "app", "push", "joined_utc", "seen_utc",
    "revoked",
)  # fmt: skip
_SHOWN: Final = tuple(column for column in DEVICE_COLUMNS if column != "token_hash")


@dataclass(frozen=True, slots=True)
class Invitation:
    """code: for the participant's eyes, once; it is kept nowhere."""

    invite: str
    code: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """token: for the phone, once; it is kept nowhere else."""

    study: str
    participant: str
    device: str
    token: str


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A phone, as far as it may be shown. push: JSON of its subscription, "" for none; seen: UTC of its last ask."""

    study: str
    device: str
    participant: str
    platform: str
    language: str
    app: str
    push: str
    joined: str
    seen: str
    is_revoked: bool


def invite(
    study_id: str, participant: str, year_of_birth: int, *, by: Actor, at: Moment
) -> Invitation | tuple[Problem, ...]:
    """A new invitation; those before it that were not used are over. Raises as `submit` does."""
    if not 1900 <= year_of_birth <= at.site_date.year:
        return (problem("year-malformed", "year_of_birth"),)
    code, expires = secrets.token_urlsafe(CODE_BYTES), at.utc + LASTS
    command = InviteDevice(secrets.token_hex(16), participant, f"i{secrets.token_hex(8)}", expires)
    with writing():
        done = submit(study_id, command, by=by, at=at)
        if done.problems:
            return done.problems
        rows.execute(
            "UPDATE invite SET expires_utc = %s WHERE study = %s AND participant = %s AND used_utc = '' AND expires_utc > %s",
            (utc_text(at.utc), study_id, participant, utc_text(at.utc)),
        )
        hashes = (_hash(code), _year_hash(code, year_of_birth))
        row = (study_id, command.invite, participant, *hashes, utc_text(expires), "", 0)
        rows.insert("invite", INVITE_COLUMNS, [row])
    return Invitation(command.invite, code, expires)


def study_of_code(code: str) -> str | None:
    """The study that a code is of, used or not."""
    found = rows.select_one("SELECT study FROM invite WHERE code_hash = %s", (_hash(code),))
    return None if found is None else str(found[0])


def join(
    study_id: str, code: str, year_of_birth: int, *, platform: str, language: str, at: Moment, token: str = ""
) -> Joined | Problem:
    """The phone of whoever holds the code and knows the year of birth; after some wrong years nobody's.

    token: that the phone made for itself, "" for one of ours. A code is used once, but a phone that asks again with
    the token by which it joined was not told that it had, and is told now.
    The problem is `invite-unknown`, `invite-used`, `invite-replaced`, `invite-expired`, or `year-differs` with the
    tries that are left.
    """
    with writing():
        found = rows.select_one(
            "SELECT invite, participant, year_hash, expires_utc, used_utc, tries FROM invite"
            " WHERE study = %s AND code_hash = %s",
            (study_id, _hash(code)),
        )
        if found is None:
            return problem("invite-unknown", "code")
        name, participant, year_hash, expires, used, tries = found
        if used:
            return _joined_before(study_id, str(participant), token)
        if str(expires) <= utc_text(at.utc) or int(tries or 0) >= TRIES:
            return _over(study_id, str(participant), str(expires))
        if not secrets.compare_digest(str(year_hash), _year_hash(code, year_of_birth)):
            return _wrong_year(study_id, str(name), int(tries or 0))
        return _join(study_id, str(participant), str(name), (platform, language, token), at)


def _joined_before(study_id: str, participant: str, token: str) -> Joined | Problem:
    """Nothing is given away: who holds the token is this phone already."""
    row = device_of(token) if token else None
    if row is None or row.is_revoked or (row.study, row.participant) != (study_id, participant):
        return problem("invite-used", "code")
    return Joined(study_id, participant, row.device, token)


def _over(study_id: str, participant: str, expires: str) -> Problem:
    """Whoever was invited again since looks for the newer code, and need not ask the site."""
    newer = rows.select_one(
        "SELECT 1 FROM invite WHERE study = %s AND participant = %s AND expires_utc > %s",
        (study_id, participant, expires),
    )
    return problem("invite-expired" if newer is None else "invite-replaced", "code")


def _wrong_year(study_id: str, name: str, tries: int) -> Problem:
    rows.execute("UPDATE invite SET tries = tries + 1 WHERE study = %s AND invite = %s", (study_id, name))
    return problem("year-differs", "year_of_birth", left=TRIES - tries - 1)


def _join(
    study_id: str, participant: str, name: str, phone: tuple[str, str, str], at: Moment
) -> Joined | Problem:
    """Event, row and spent code are one: a phone that was told nothing has not joined, or can be revoked."""
    platform, language, own = phone
    is_new = own and device_of(own) is None
    device, token = f"d{secrets.token_hex(8)}", own if is_new else secrets.token_urlsafe(TOKEN_BYTES)
    book = load(study_id, participant)
    actor = participant_actor(participant, book.site)
    command = JoinDevice(f"join-{device}", participant, device, name, _hash(token))
    done = submit(study_id, command, by=actor, at=at)
    if done.problems:
        return done.problems[0]
    now = utc_text(at.utc)
    row = (
        study_id,
        device,
        participant,
        command.key,
        platform,
        language_in(book.study, language),
        "",
        "",
        now,
        now,
        0,
    )
    rows.insert("device", DEVICE_COLUMNS, [row])
    rows.execute("UPDATE invite SET used_utc = %s WHERE study = %s AND invite = %s", (now, study_id, name))
    return Joined(study_id, participant, device, token)


def revoke(
    study_id: str, participant: str, device: str, reason: str, *, by: Actor, at: Moment
) -> tuple[Problem, ...]:
    """As `revoke_device`, with a command of its own."""
    command = RevokeDevice(secrets.token_hex(16), participant, device, reason)
    return revoke_device(study_id, command, by=by, at=at).problems


def revoke_device(study_id: str, command: RevokeDevice, *, by: Actor, at: Moment) -> Submitted:
    """From now on nothing is taken from this phone; it learns so, and wipes itself, when it asks next."""
    with writing():
        done = submit(study_id, command, by=by, at=at)
        if not done.problems:
            rows.execute(
                "UPDATE device SET revoked = 1, push = '' WHERE study = %s AND device = %s",
                (study_id, command.device),
            )
    return done


def device_of(token: str) -> DeviceRow | None:
    """The phone that holds this token, revoked or not; None for a token that nobody was given."""
    found = rows.select_one(
        f"SELECT {rows.quoted(_SHOWN)} FROM device WHERE token_hash = %s", (_hash(token),)
    )
    return None if found is None else _row(found)


def devices_of(study_id: str, participants: Sequence[str]) -> tuple[DeviceRow, ...]:
    """The phones of these participants, in the order in which they joined: one statement."""
    if not participants:
        return ()
    found = rows.select(
        f"SELECT {rows.quoted(_SHOWN)} FROM device WHERE study = %s AND participant IN ({rows.places(participants)})"
        " ORDER BY joined_utc, device",
        (study_id, *participants),
    )
    return tuple(map(_row, found))


def note_seen(row: DeviceRow, app: str, *, at: datetime) -> None:
    """When the phone asked last, and with which app."""
    if app == row.app and utc_text(at - SEEN_AFTER) <= row.seen <= utc_text(at):
        return
    with writing():
        rows.execute(
            "UPDATE device SET seen_utc = %s, app = %s WHERE study = %s AND device = %s",
            (utc_text(at), app, row.study, row.device),
        )


def keep_push(row: DeviceRow, subscription: str) -> None:
    """Where its browser takes notices, as JSON; "" for nowhere any more."""
    with writing():
        rows.execute(
            "UPDATE device SET push = %s WHERE study = %s AND device = %s AND revoked = 0",
            (subscription, row.study, row.device),
        )


def language_in(study: Study, wanted: str) -> str:
    """In what a phone is told: the app may speak a language that the study has no texts in."""
    return wanted if wanted in study.languages else study.languages[0]


def keep_language(row: DeviceRow, language: str) -> None:
    with writing():
        rows.execute(
            "UPDATE device SET language = %s WHERE study = %s AND device = %s",
            (language, row.study, row.device),
        )


def _row(found: rows.Row) -> DeviceRow:
    study, device, participant, platform, language, app, push, joined, seen = map(str, found[:-1])
    return DeviceRow(
        study, device, participant, platform, language, app, push, joined, seen, is_revoked=bool(found[-1])
    )


def _hash(secret: str) -> str:
    """Enough for what nobody can guess: 128 bits and more."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _year_hash(code: str, year: int) -> str:
    return _hash(f"{code}:{year}")
