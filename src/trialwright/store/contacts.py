"""How participants are reached, and when they want to be: beside the log, for a person may ask to be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from trialwright.store import rows
from trialwright.store.text import utc_text
from trialwright.store.transactions import leave_no_copy, writing

WayWanted = Literal["", "email", "sms", "none"]

_COLUMNS: Final = ("phone", "email", "channel", "remind_at", "language", "put_off")


@dataclass(frozen=True, slots=True)
class Contact:
    """channel: "" where nobody chose, "none" where the participant wants no message. remind_at: minutes after midnight,
    None for the hour of the definition. put_off: by the participant's clock, without a zone."""

    phone: str = ""
    email: str = ""
    channel: WayWanted = ""
    remind_at: int | None = None
    language: str = ""
    put_off: datetime | None = None

    @property
    def address(self) -> str:
        """Where the wanted way leads; "" where it leads nowhere."""
        return {"email": self.email, "sms": self.phone}.get(self.channel, "")


def contact_of(study_id: str, participant: str) -> Contact:
    return contacts_of(study_id, [participant]).get(participant, Contact())


def contacts_of(study_id: str, participants: Sequence[str]) -> dict[str, Contact]:
    """Of those that have any; one statement."""
    if not participants:
        return {}
    found = rows.select(
        f"SELECT participant, {rows.quoted(_COLUMNS)} FROM contact"
        f" WHERE study = %s AND participant IN ({rows.places(participants)})",
        (study_id, *participants),
    )
    return {str(participant): _contact(row) for participant, *row in found}


def keep_contact(study_id: str, participant: str, contact: Contact, *, by: str, at: datetime) -> None:
    """by: the account, or the participant's own phone."""
    put_off = "" if contact.put_off is None else contact.put_off.isoformat()
    row = (contact.phone, contact.email, contact.channel, contact.remind_at, contact.language, put_off)
    columns = ("study", "participant", *_COLUMNS, "updated_by", "updated_utc")
    with writing():
        rows.upsert("contact", columns, 2, [(study_id, participant, *row, by, utc_text(at))])


def erase_contact(study_id: str, participant: str, *, at: datetime) -> None:
    """The addresses are gone from the database, also from messages of before; what was not sent yet is not sent."""
    key = (study_id, participant)
    with writing():
        rows.execute("DELETE FROM contact WHERE study = %s AND participant = %s", key)
        rows.execute(
            "UPDATE message SET recipient = '', updated_utc = %s,"
            " state = CASE state WHEN 'waiting' THEN 'void' ELSE state END WHERE study = %s AND participant = %s",
            (utc_text(at), *key),
        )
    leave_no_copy()


def _contact(row: Sequence[rows.Cell]) -> Contact:
    phone, email, channel, remind_at, language, put_off = row
    return Contact(
        phone=str(phone),
        email=str(email),
        channel=cast(WayWanted, channel),
        remind_at=None if remind_at is None else int(remind_at),
        language=str(language),
        put_off=datetime.fromisoformat(str(put_off)) if put_off else None,
    )
