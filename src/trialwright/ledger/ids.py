"""Ids that come with commands: they stand in addresses and in the log for ever, so their form is fixed at the door."""

import re
from typing import Final

from trialwright.ledger import commands as c
from trialwright.ledger.messages import problem
from trialwright.values.problem import Problem

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")  # participants, queries: part of an address
COMMAND: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:#-]{0,99}\Z")
_LINK: Final = re.compile(r"[A-Za-z0-9_-]{0,64}\Z")  # to another entry, a device, a definition; or none
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z")
_VISIT: Final = re.compile(r"[A-Za-z0-9_#-]{0,69}\Z")
_APP: Final = re.compile(r"[A-Za-z0-9 ._+-]{0,64}\Z")

_Given = tuple[re.Pattern[str], str, str]  # form, what it is of, what was given


def check_ids(command: c.Command) -> tuple[Problem, ...]:
    """What is no id: of the command itself, the participant, and of what else it names."""
    given = [
        (COMMAND, "command", command.command_id),
        (NAME, "participant", command.participant),
        *_named(command),
    ]
    return tuple(
        problem("id-malformed", where, typed=typed[:40])
        for form, where, typed in given
        if not form.match(typed)
    )


def _named(command: c.Command) -> tuple[_Given, ...]:
    match command:
        case c.OpenQuery(query=query) | c.AnswerQuery(query=query) | c.CloseQuery(query=query):
            return ((NAME, "query", query),)
        case c.EnterDiary():
            return _named_by_entry(command)
        case c.InviteDevice(invite=invite):
            return ((NAME, "invite", invite),)
        case c.JoinDevice(device=device, invite=invite, key=key):
            return ((NAME, "device", device), (NAME, "invite", invite), (_LINK, "key", key))
        case c.RevokeDevice(device=device):
            return ((NAME, "device", device),)
        case c.ReleaseEntry(entry=entry) | c.LeaveEntryAside(entry=entry):
            return ((NAME, "entry", entry),)
        case c.AddPhoto():
            return _named_by_photo(command)
        case c.RemovePhoto(photo=photo):
            return ((NAME, "photo", photo),)
        case _:
            return ()


def _named_by_photo(command: c.AddPhoto) -> tuple[_Given, ...]:
    """The photo's own id is the command's, and part of an address; a hash is the name of a file."""
    return (
        (NAME, "photo", command.command_id),
        (_VISIT, "visit", command.visit),
        (NAME, "region", command.region),
        (_LINK, "device", command.device),
        (_SHA256, "original", command.picture.original),
        (_SHA256, "kept", command.picture.kept),
    )


def _named_by_entry(command: c.EnterDiary) -> tuple[_Given, ...]:
    """The entry's own id is the command's, and part of an address."""
    return (
        (NAME, "entry", command.command_id),
        (NAME, "form", command.form),
        (_VISIT, "visit", command.visit),
        (_LINK, "device", command.device),
        (_LINK, "definition", command.definition),
        (_LINK, "root", command.root),
        (_LINK, "corrects", command.corrects),
        (_APP, "app", command.app),
    )
