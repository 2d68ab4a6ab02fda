"""Whether a command that comes with the id of a stored one is that one: a page sent twice, and not another page."""

from collections.abc import Sequence
from typing import Final, assert_never

from trialwright.ledger import commands as c
from trialwright.ledger import events as e
from trialwright.ledger.commands import Actor
from trialwright.ledger.decide_participant import folded_code
from trialwright.ledger.events import Sealed
from trialwright.values.words import words_of

_WITH_REASON: Final = (
    c.SaveForm, c.RemoveRow, c.RedactValue, c.CorrectCode, c.EnterDiary, c.RevokeDevice, c.ReleaseEntry,
    c.LeaveEntryAside, c.RemovePhoto, c.ClassDeviation, c.DecideSet,
)  # fmt: skip


def is_resent(command: c.Command, stored: Sequence[Sealed], *, by: Actor) -> bool:
    """The same person asks for the same thing. Of a saved form, and of an entry of the diary, only `decide` can tell.

    stored: the events of the id. A value that was redacted since is taken for the same.
    """
    first = stored[0]
    if (first.envelope.actor, first.envelope.role) != (by.account, by.role):
        return False
    body = first.body
    if isinstance(command, _WITH_REASON) and not _says(first, e.REASON, words_of(command.reason or "")):
        return False
    match command:
        case c.SaveForm():
            return isinstance(body, e.FormSaved)
        case c.RemoveRow(_, _, visit, form, repeat):
            return body == e.RowRemoved(visit, form, repeat)
        case c.RedactValue(_, _, sequence, key):
            return body == e.ValueRedacted(sequence, key)
        case c.ShowEarlierScores(_, _, visit, form, repeat):
            return body == e.EarlierScoresShown(by.account, visit, form, repeat)
        case c.DecideEligibility(_, _, visit, decision):
            return isinstance(body, e.EligibilityDecided) and (body.visit, body.decision) == (visit, decision)
        case c.ScreenParticipant(site=site, code=code):
            is_same = isinstance(body, e.ParticipantScreened) and first.envelope.site == site
            return is_same and _says(first, "code", folded_code(code))
        case c.CorrectCode(code=code):
            return isinstance(body, e.CodeCorrected) and _says(first, "code", folded_code(code))
        case c.EnrolParticipant(arm=arm):
            return isinstance(body, e.ParticipantEnrolled) and _says(first, "arm", arm)
        case c.OpenQuery() | c.AnswerQuery() | c.CloseQuery():
            return _is_same_of_query(command, first)
        case _:
            return _is_same_of_rest(command, body)


def _is_same_of_rest(command: c.DiaryCommand | c.PhotoCommand | c.ReviewCommand, body: e.Body) -> bool:
    match command:
        case c.EnterDiary():
            return isinstance(body, e.DiaryEntered)
        case c.InviteDevice(invite=invite, expires=expires):
            return body == e.DeviceInvited(invite, expires.isoformat())
        case c.JoinDevice(device=device, invite=invite, key=key):
            return body == e.DeviceJoined(device, invite, key)
        case c.RevokeDevice(device=device):
            return body == e.DeviceRevoked(device)
        case c.ReleaseEntry(entry=entry):
            return body == e.EntryReleased(entry)
        case c.LeaveEntryAside(entry=entry):
            return body == e.EntryLeftAside(entry)
        case c.AddPhoto(visit=visit, region=region, picture=picture):
            same = (visit, region, picture.original)
            return isinstance(body, e.PhotoAdded) and (body.visit, body.region, body.original) == same
        case c.RemovePhoto(photo=photo):
            return body == e.PhotoRemoved(photo)
        case c.ClassDeviation(_, _, check, visit, form, repeat, importance):
            return body == e.DeviationClassed(check, visit, form, repeat, importance)
        case c.DecideSet(population=population, is_in=is_in):
            return body == e.SetDecided(population, is_in)
        case _:
            assert_never(command)


def _is_same_of_query(command: c.OpenQuery | c.AnswerQuery | c.CloseQuery, stored: Sealed) -> bool:
    body, text = stored.body, words_of(command.text)
    match command:
        case c.OpenQuery(visit=visit, form=form, repeat=repeat, item=item):
            is_same = isinstance(body, e.QueryOpened) and (body.visit, body.form, body.repeat, body.item) == (
                *(visit, form, repeat),
                item,
            )
        case c.AnswerQuery(query=query):
            is_same = isinstance(body, e.QueryAnswered) and body.query == query
        case c.CloseQuery(query=query):
            is_same = isinstance(body, e.QueryClosed) and body.query == query
        case _:
            assert_never(command)
    return is_same and _says(stored, "text", text)


def _says(stored: Sealed, key: str, wanted: str) -> bool:
    """Nothing wanted leaves the choice to the store, or says no words."""
    value = stored.values.get(key)
    return not wanted or value is None or value == wanted
