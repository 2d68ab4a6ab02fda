"""What can be wrong with the `rehearsal` block of a study."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        "rehearsal-absent": "The study has no rehearsal block: write rehearsal.yaml with recruitment, clock, accounts, entered_by, acts, course, forms and visits; docs/how-to/rehearse.md shows each.",
        "rehearsal-shape": "{found} cannot be read as {wanted}.",
        "rehearsal-unknown-key": "“{key}” is not known here; use {known}.",
        "rehearsal-missing-key": "“{key}” is needed here.",
        "rehearsal-unknown-model": "“{name}” is not a model of the course of disease; use {known}.",
        "rehearsal-unknown-draw": "A draw needs one of {known}; found {found}.",
        "rehearsal-no-generator": "Nothing says what virtual participants answer to {item}.",
        "rehearsal-no-account": "No account is named for the role {role}.",
        "rehearsal-may-not-enter": "{role} may not enter {form}; name a role with {letters}.",
        "rehearsal-unknown-name": "“{name}” is not known here; use one of {known}.",
        "rehearsal-not-a-list": "{form} has no rows.",
        "rehearsal-needs-ongoing": "A row with an end may still be open; {form} needs the yes/no item ongoing.",
        "rehearsal-needs-end": "open_until keeps a row open past its end; give the row the item end.",
        "rehearsal-yes-or-no": "The rule gives {kind}; yes or no belongs here.",
        "rehearsal-unknown-check": "“{check}” is not an edit check of this study.",
        "rehearsal-no-diary": "The study has no diary, so that nobody can keep one; take this part out, or write diary.yaml.",
        "rehearsal-asked-by-calendar": "{form} is asked by the calendar of the diary; only a form that is asked “whenever” has a rate.",
        "rehearsal-unknown-item": "“{item}” is not an item of this study.",
    }
)

problem = problems_of(TEMPLATES)
