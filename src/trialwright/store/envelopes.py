"""The envelope of a command: who, when, where, under which version."""

from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.events import Envelope
from trialwright.store.text import offset_text, utc_text
from trialwright.study.model import Study


def envelope_of(study: Study, stream: str, command_id: str, *, site: str, by: Actor, at: Moment) -> Envelope:
    has_offset = at.device is not None and at.device.tzinfo is not None
    return Envelope(
        study=study.id,
        stream=stream,
        command_id=command_id,
        server_utc=utc_text(at.utc),
        device_time=at.device.isoformat() if at.device is not None else None,
        device_offset=offset_text(at.device) if at.device is not None and has_offset else None,
        site_date=at.site_date.isoformat(),
        actor=by.account,
        role=by.role,
        organisation=by.organisation,
        site=site,
        form_version=study.version,
        definition_hash=study.hash,
    )
