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
        # the diary
        "rule-fails": "A rule of the study still fails at this entry, so that it stays aside. Tell who keeps the study’s definition; once the rule is mended, release the entry.",
        "rule-fails-entry": "A rule of the study fails at these answers, so that they cannot be saved. Write them down with day and time, and tell who keeps the study’s definition; once the rule is mended, enter them again.",
        # phones
        "year-malformed": "Write the year of birth with four digits.",
        "year-differs": "The year of birth is not the one that the site gave; tries left: {left}.",
        "invite-unknown": "There is no such invitation.",
        "invite-used": "This invitation was used already; ask for a new one.",
        "invite-replaced": "A newer invitation took the place of this one; use that.",
        "invite-expired": "This invitation is over; ask for a new one.",
        # photos
        "picture-needed": "Choose a photo.",
        "picture-empty": "The file is empty. Take the photo again.",
        "picture-too-large": "The file has more than {limit} MB. Take the photo with fewer points, or send it smaller.",
        "picture-heic": "The photo is in a format of phones (HEIC or AVIF) that not everybody can open. Set the camera to “most compatible” (JPEG), or save the photo as JPEG.",
        "picture-unknown": "This is no photo: only JPEG, PNG and WebP are taken, whatever the file is called.",
        "picture-broken": "The photo cannot be read to its end; the file is damaged or was cut off. Take it again.",
        "picture-moves": "This picture moves. Send a photo that stands still.",
        "picture-too-many-points": "The photo has more than {limit} million points. Take it with fewer.",
        "picture-too-small": "The photo is narrower than {least} points; too little is seen on it.",
        # verification
        "file-missing": "The file of this photo should be there and is not.",
        "file-altered": "The file is not the one that was kept of this photo.",
        "file-extra": "No photo of the log has this file; rebuild destroys it.",
        "files-of-nobody": "Files of nobody who is in the study; look what they are, and remove them.",
        "file-not-destroyed": "The photo was removed and its file is still there; rebuild destroys it.",
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
