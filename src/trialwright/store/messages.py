"""What the store says to people: one English sentence a code."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        "code-taken": "The code “{taken}” is taken; the next free one is {free}.",
        "command-reused": "This page was sent before with other values. Open the form again and enter the change there.",
        "roles-apart": "One person may not be {role} and {other} in this study.",
        "unknown-role": "This study has no role “{role}”.",
        "role-unknown-site": "This study has no site “{site}”.",
        "login-taken": "The login “{login}” belongs to somebody, or did once.",
        "login-malformed": "A login has 2 to 60 letters, digits or . _ @ - and no blanks.",
        "password-weak": "{why}",
        "sign-in-failed": "Login and password do not belong together.",
        "sign-in-closed": "Too many tries. Try again in {minutes} min.",
        # verification
        "row-missing": "The row should be there and is not.",
        "row-extra": "The row is there, and no event says so.",
        "row-differs": "{columns}: not what the events say.",
        "definition-differs": "The files were altered.",
        "replay-failed": "The events of this participant cannot be replayed, so this row is not confirmed.",
        "participant-unlisted": "No site tells of this participant.",
        "name-unreadable": "No text, so that no event can tell of the row.",
        "no-study": "The data folder holds no study.",
        "guard-missing": "The trigger is gone: what it refuses can be done.",
        "guard-differs": "The trigger is not as it was put up.",
        "guard-extra": "A trigger that Trialwright did not put up.",
        "another-study": "The seal is of the study {study}, which is not in this data folder.",
    }
)

problem = problems_of(TEMPLATES)
