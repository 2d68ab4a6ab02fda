"""The one door: a command, asked of a casebook, becomes drafts of events, or problems that a person can fix."""

from typing import assert_never

from trialwright.ledger import commands as c
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.course import Decided, refused
from trialwright.ledger.decide_devices import (
    decide_invite_device,
    decide_join_device,
    decide_revoke_device,
)
from trialwright.ledger.decide_diary import decide_enter_diary, decide_leave_aside, decide_release_entry
from trialwright.ledger.decide_form import decide_remove_row, decide_save_form
from trialwright.ledger.decide_participant import (
    decide_correct_code,
    decide_eligibility,
    decide_enrol,
    decide_screen,
)
from trialwright.ledger.decide_photos import decide_add_photo, decide_remove_photo
from trialwright.ledger.decide_query import (
    decide_answer_query,
    decide_close_query,
    decide_open_query,
    decide_redact,
)
from trialwright.ledger.decide_review import decide_class_deviation, decide_set
from trialwright.ledger.earlier import decide_show_earlier
from trialwright.ledger.ids import check_ids
from trialwright.ledger.messages import problem
from trialwright.ledger.rights import require_own_act


def decide(book: Casebook, command: c.Command, *, by: c.Actor, at: c.Moment) -> Decided:
    """What a command comes to. Raises Denied where the actor lacks the right, and nothing else for any command.

    book: the participant's casebook; empty for `ScreenParticipant`.
    """
    malformed = check_ids(command)
    if malformed:
        return refused(*malformed)
    if command.participant != book.participant:
        return refused(problem("another-participant", command.participant))
    require_own_act(book, command, by)
    if not book.sequence and not isinstance(command, c.ScreenParticipant):
        return refused(problem("not-screened", command.participant))
    match command:
        case c.ScreenParticipant():
            return decide_screen(book, command, by=by)
        case c.SaveForm():
            return decide_save_form(book, command, by=by, at=at)
        case c.RemoveRow():
            return decide_remove_row(book, command, by=by)
        case c.DecideEligibility():
            return decide_eligibility(book, command, by=by, at=at)
        case c.EnrolParticipant():
            return decide_enrol(book, command, by=by)
        case (
            c.EnterDiary()
            | c.InviteDevice()
            | c.JoinDevice()
            | c.RevokeDevice()
            | c.ReleaseEntry()
            | c.LeaveEntryAside()
        ) as diary:
            return _decide_diary(book, diary, by=by, at=at)
        case c.AddPhoto():
            return decide_add_photo(book, command, by=by, at=at)
        case c.RemovePhoto():
            return decide_remove_photo(book, command, by=by)
        case _:
            return _decide_rest(book, command, by=by)


def _decide_diary(book: Casebook, command: c.DiaryCommand, *, by: c.Actor, at: c.Moment) -> Decided:
    match command:
        case c.EnterDiary():
            return decide_enter_diary(book, command, by=by, at=at)
        case c.InviteDevice():
            return decide_invite_device(book, command, by=by, at=at)
        case c.JoinDevice():
            return decide_join_device(book, command, by=by, at=at)
        case c.RevokeDevice():
            return decide_revoke_device(book, command, by=by)
        case c.ReleaseEntry():
            return decide_release_entry(book, command, by=by)
        case c.LeaveEntryAside():
            return decide_leave_aside(book, command, by=by)
        case _:
            assert_never(command)


def _decide_rest(
    book: Casebook,
    command: c.OpenQuery
    | c.AnswerQuery
    | c.CloseQuery
    | c.ShowEarlierScores
    | c.RedactValue
    | c.CorrectCode
    | c.ReviewCommand,
    *,
    by: c.Actor,
) -> Decided:
    match command:
        case c.OpenQuery():
            return decide_open_query(book, command, by=by)
        case c.AnswerQuery():
            return decide_answer_query(book, command, by=by)
        case c.CloseQuery():
            return decide_close_query(book, command, by=by)
        case c.ShowEarlierScores():
            return decide_show_earlier(book, command, by=by)
        case c.RedactValue():
            return decide_redact(book, command, by=by)
        case c.CorrectCode():
            return decide_correct_code(book, command, by=by)
        case c.ClassDeviation():
            return decide_class_deviation(book, command, by=by)
        case c.DecideSet():
            return decide_set(book, command, by=by)
        case _:
            assert_never(command)
