"""The phones of a participant: invited by the site, joined by the participant, revoked when one is lost."""

from datetime import datetime

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, InviteDevice, JoinDevice, Moment, RevokeDevice
from trialwright.ledger.course import Decided, refused
from trialwright.ledger.decide_diary import AREA
from trialwright.ledger.diary_calendar import closing
from trialwright.ledger.events import DeviceInvited, DeviceJoined, DeviceRevoked, Draft
from trialwright.ledger.messages import problem
from trialwright.ledger.queries import check_text
from trialwright.ledger.rights import deny, is_participant, require
from trialwright.values.words import words_of


def decide_invite_device(book: Casebook, command: InviteDevice, *, by: Actor, at: Moment) -> Decided:
    require(book.study, by, AREA, "w", book.site)
    if book.study.diary is None:
        return refused(problem("no-diary", book.code))
    if closing(book).is_closed:
        return refused(problem("diary-closed", book.code))
    if command.invite in book.invites:
        return refused(problem("invite-taken", command.invite))
    if command.expires <= at.utc:
        return refused(problem("invite-expired", command.invite))
    return Decided((Draft(DeviceInvited(command.invite, command.expires.isoformat())),))


def decide_join_device(book: Casebook, command: JoinDevice, *, by: Actor, at: Moment) -> Decided:
    """One invitation, one phone, while it lasts. Only the participant joins."""
    if not is_participant(book, by):
        deny(book.study, by, command.device)
    if book.study.diary is None:  # any more: it was invited to one
        return refused(problem("no-diary", book.code))
    invite = book.invites.get(command.invite)
    if invite is None:
        return refused(problem("invite-unknown", command.invite))
    if invite.device or command.device in book.devices:
        return refused(problem("invite-used", command.invite), conflict=True)
    if datetime.fromisoformat(invite.expires) <= at.utc:
        return refused(problem("invite-expired", command.invite))
    body = DeviceJoined(command.device, command.invite, command.key)
    return Decided((Draft(body, originator="participant"),))


def decide_revoke_device(book: Casebook, command: RevokeDevice, *, by: Actor) -> Decided:
    """A phone that was lost, or given away: nothing is taken from it any more. 21 CFR 11.300(c)"""
    require(book.study, by, AREA, "w", book.site)
    problems = check_text(command.reason, command.device)
    device = book.devices.get(command.device)
    if device is None:
        problems += (problem("device-unknown", command.device, device=command.device),)
    elif device.is_revoked:
        problems += (problem("device-revoked", command.device),)
    if problems:
        return refused(*problems)
    return Decided((Draft(DeviceRevoked(command.device), reason=words_of(command.reason)),))
